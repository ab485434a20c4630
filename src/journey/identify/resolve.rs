//! From candidates to people: a constrained union-find in a fixed order. What becomes of a component
//! depends on that component alone. Must not know where candidates come from.

use std::collections::BTreeMap;

use crate::domain::person::LinkRule;

use super::keys::{COMMON, Candidates, Group, Mark, Scope};

/// Why a link was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// They hold two accounts of one forge.
    Logins,
    /// The `.mailmap` of their source names them as two people.
    Mailmap,
    /// Three or more strangers use the mailbox.
    SharedMailbox,
    /// More than fifty bear the name.
    CommonName,
    /// A decision keeps them apart.
    Veto,
}

/// A decision about two identities, by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Link(u32, u32),
    Veto(u32, u32),
}

/// The outcome, by place: accepted pairs and stopped ones.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// The place of each identity's earliest companion.
    pub(crate) root: Vec<u32>,
    pub(crate) links: Vec<(u32, u32, LinkRule)>,
    pub(crate) stops: Vec<(u32, u32, LinkRule, Stop)>,
}

struct Sets {
    parent: Vec<u32>,
    marks: Vec<Vec<Mark>>,
    /// Identities that a veto keeps out of the set, by root.
    foes: BTreeMap<u32, Vec<u32>>,
    found: Resolved,
}

/// Resolves candidates and decisions (in ledger order: a later one beats an earlier one).
pub(crate) fn resolve(candidates: Candidates, decisions: &[Said]) -> Resolved {
    let count = u32::try_from(candidates.marks.len()).unwrap_or(u32::MAX);
    let mut sets = Sets {
        parent: (0..count).collect(),
        marks: candidates.marks,
        foes: BTreeMap::new(),
        found: Resolved::default(),
    };
    for decision in decisions.iter().rev() {
        match *decision {
            Said::Link(a, b) => {
                sets.join(a.min(b), a.max(b), LinkRule::Decision);
            }
            Said::Veto(a, b) => sets.part(a, b),
        }
    }
    for (a, b) in candidates.shared {
        sets.found.stops.push((a, b, LinkRule::SameEmail, Stop::SharedMailbox));
    }
    for group in &candidates.groups {
        sets.join_group(group);
    }
    sets.found.root = (0..count).map(|at| sets.find(at)).collect();
    sets.found
}

impl Sets {
    fn find(&mut self, mut at: u32) -> u32 {
        while self.parent[at as usize] != at {
            let above = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = above;
            at = above;
        }
        at
    }

    /// Keeps two identities apart from now on; a link that stands already was decided later.
    fn part(&mut self, a: u32, b: u32) {
        let (one, other) = (self.find(a), self.find(b));
        if one != other {
            self.foes.entry(one).or_default().push(b);
            self.foes.entry(other).or_default().push(a);
        }
    }

    fn vetoed(&mut self, one: u32, other: u32) -> bool {
        let foes = self.foes.get(&one).cloned().unwrap_or_default();
        foes.into_iter().any(|foe| self.find(foe) == other)
    }

    /// Joins the sets of two identities unless a veto stands between them.
    fn join(&mut self, a: u32, b: u32, rule: LinkRule) -> bool {
        let (one, other) = (self.find(a), self.find(b));
        if one == other {
            return true;
        }
        if self.vetoed(one, other) {
            self.found.stops.push((a, b, rule, Stop::Veto));
            return false;
        }
        let (root, below) = (one.min(other), one.max(other));
        self.parent[below as usize] = root;
        let moved = std::mem::take(&mut self.marks[below as usize]);
        if !moved.is_empty() {
            let marks = &mut self.marks[root as usize];
            marks.extend(moved);
            marks.sort_unstable();
            marks.dedup();
        }
        if let Some(foes) = self.foes.remove(&below) {
            self.foes.entry(root).or_default().extend(foes);
        }
        self.found.links.push((a, b, rule));
        true
    }

    /// A key either joins all who hold it or, when two of them cannot be one person, nobody: then the key
    /// is no evidence. Vetoes alone split a group.
    fn join_group(&mut self, group: &Group) {
        let weak = matches!(group.rule, LinkRule::SameName | LinkRule::NameIsAddress);
        let mut heads: Vec<(u32, u32)> = Vec::new();
        let mut rest = Vec::new();
        for at in &group.members {
            rest.push((self.find(*at), *at));
        }
        rest.sort_unstable();
        rest.dedup_by_key(|(root, _)| *root);
        rest.sort_unstable_by_key(|(_, at)| *at);
        if rest.len() < 2 {
            return;
        }
        if weak && rest.len() > COMMON {
            self.found.stops.push((rest[0].1, rest[1].1, group.rule, Stop::CommonName));
            return;
        }
        if let Some((a, b, stop)) = self.contradiction(group, &rest) {
            self.found.stops.push((a, b, group.rule, stop));
            return;
        }
        for (_, at) in rest {
            let joined = (0..heads.len()).find(|i| self.join(heads[*i].1, at, group.rule));
            if joined.is_none() {
                heads.push((at, at));
            }
        }
    }

    /// Two of the sets that cannot be one person, if there are.
    fn contradiction(&self, group: &Group, roots: &[(u32, u32)]) -> Option<(u32, u32, Stop)> {
        let bars = bars(group);
        if bars == (false, false, false) {
            return None;
        }
        let marked: Vec<(u32, u32)> =
            roots.iter().filter(|(root, _)| !self.marks[*root as usize].is_empty()).copied().collect();
        for (index, (root, at)) in marked.iter().enumerate() {
            // Beyond so many a mailbox or a name is no person's; comparing on would only cost time.
            for (other, later) in marked[index + 1..].iter().take(COMMON) {
                if let Some(stop) = clash(&self.marks[*root as usize], &self.marks[*other as usize], bars) {
                    return Some((*at, *later, stop));
                }
            }
        }
        None
    }
}

/// What keeps the holders of a key apart: account numbers, logins, `.mailmap` people.
fn bars(group: &Group) -> (bool, bool, bool) {
    match group.rule {
        LinkRule::Decision | LinkRule::Mailmap => (false, false, false),
        LinkRule::SameAccount | LinkRule::Noreply => (group.by_login, false, false),
        LinkRule::SameEmail | LinkRule::ProfileEmail => (false, false, true),
        LinkRule::MergeLogin | LinkRule::RoleFile | LinkRule::SameName | LinkRule::NameIsAddress => {
            (true, true, true)
        }
    }
}

fn clash(a: &[Mark], b: &[Mark], (ids, logins, mailmap): (bool, bool, bool)) -> Option<Stop> {
    let differ = |scope: Scope| {
        let of = |marks: &[Mark]| -> Vec<u32> {
            marks.iter().filter(|mark| mark.scope == scope).map(|mark| mark.value).collect()
        };
        let (a, b) = (of(a), of(b));
        (!a.is_empty() && !b.is_empty()).then(|| !a.iter().any(|value| b.contains(value)))
    };
    for mark in a {
        let stop = match mark.scope {
            Scope::AccountId(_) if ids => Stop::Logins,
            // The number decides where both are known: a login can be renamed.
            Scope::Login(forge) if logins && differ(Scope::AccountId(forge)).is_none() => Stop::Logins,
            Scope::Mailmap(_) if mailmap => Stop::Mailmap,
            _ => continue,
        };
        if differ(mark.scope) == Some(true) {
            return Some(stop);
        }
    }
    None
}
