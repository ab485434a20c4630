//! The oracle's eyes: what is evidence of what, looked for among all facts that there are (what became of threads:
//! `fates`). Must not know what it leads to.

use std::collections::BTreeMap;

use buyin::domain::{
    activity::Kind,
    person::Nature,
    rules::{Case, Mark, Rules, SignalRule},
    stage::Signal,
};

use super::{
    oracle::is_act,
    outcome::Evidence,
    world::{Fact, OPENINGS, World},
};

const REVIEWS: [Kind; 4] = [Kind::CommitReviewed, Kind::PrReviewed, Kind::CommitMerged, Kind::PrMerged];
const COMMITS: [Kind; 2] = [Kind::CommitAuthored, Kind::CommitCoauthored];

/// Looks for evidence of one person among the facts of a world.
pub(super) struct Eyes<'a> {
    pub(super) world: &'a World,
    pub(super) rules: &'a Rules,
    pub(super) me: usize,
}

impl<'a> Eyes<'a> {
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let rules = self.rules.signals.iter().filter(|rule| rule.points.0 > 0);
        let mut found: Vec<Evidence> = rules.flat_map(|rule| self.of(rule)).collect();
        found.retain(|one| one.signal != Signal::Objects || !self.world.holds_role(self.me, one.day));
        found.retain(|one| one.until.is_none_or(|until| one.day < until));
        found
    }

    fn of(&self, rule: &SignalRule) -> Vec<Evidence> {
        let (world, me) = (self.world, self.me);
        let is_other = |whom: &usize| world.is_other(*whom, me);
        let open = |fact: &Fact| world.opener(fact).map(|open| world.actor(open));
        // Evidence of an act, and whom it names.
        let of_act = |fact: &'a Fact| -> Option<(&'a Fact, Option<usize>)> {
            let (by_me, upon) = (world.actor(fact) == me, world.counterpart(fact));
            let whose = upon.or(open(fact));
            let yes = match rule.case {
                Case::Act => by_me && rule.kinds.contains(&fact.kind),
                Case::CrmRole => by_me && fact.kind == Kind::CrmRoleSet,
                Case::Merged if fact.kind == Kind::PrMerged => whose.unwrap_or(world.actor(fact)) == me,
                Case::Merged => {
                    let of_bot = upon.is_some_and(|whom| world.people[whom].nature == Nature::Bot);
                    by_me && COMMITS.contains(&fact.kind) && !(fact.kind == Kind::CommitCoauthored && of_bot)
                }
                Case::Review => {
                    by_me && rule.kinds.contains(&fact.kind) && whose.as_ref().is_some_and(is_other)
                }
                Case::Reply => {
                    let other = upon.filter(is_other).or(open(fact));
                    let helps = other.as_ref().is_some_and(is_other) && open(fact) != Some(me);
                    return (by_me && rule.kinds.contains(&fact.kind) && helps).then_some((fact, other));
                }
                Case::Accepted if fact.kind == Kind::AnswerAccepted => {
                    upon.unwrap_or(world.actor(fact)) == me && !(by_me && open(fact) == Some(me))
                }
                _ => false,
            };
            let named = if rule.case == Case::Review {
                whose
            } else if by_me {
                upon
            } else {
                Some(world.actor(fact))
            };
            yes.then_some((fact, named))
        };
        match rule.case {
            Case::Role => self.held(rule),
            Case::Colleague => self.colleagues(rule),
            Case::Deal => self.deals(rule),
            Case::Resolved => self.resolved(rule),
            Case::Unanswered => self.unanswered(rule),
            Case::Declined => self.declined(rule),
            _ => {
                let wanted = |fact: &Fact| rule.mark.is_none_or(|mark| self.has(fact, mark));
                let feature = |fact: &Fact| rule.signal == Signal::Objects && self.has(fact, Mark::Feature);
                let found = world.facts.iter().filter_map(of_act).filter(|(fact, _)| !feature(fact));
                let made = |(fact, whom): (&'a Fact, Option<usize>)| {
                    let made = self.make(rule, fact, whom);
                    let later = self.labelled_later(fact, rule.mark).filter(|_| rule.case == Case::Merged);
                    let day = if wanted(fact) { fact.at.day() } else { later?.at.day() };
                    Some(Evidence { day, ..made })
                };
                found.filter_map(made).collect()
            }
        }
    }

    pub(super) fn make(&self, rule: &SignalRule, fact: &Fact, whom: Option<usize>) -> Evidence {
        Evidence {
            day: fact.at.day(),
            at: fact.at,
            seq: fact.seq,
            signal: rule.signal,
            rule: rule.name.clone(),
            points: rule.points.0,
            half_life: rule.half_life,
            zone: fact.zone,
            thread: fact.thread,
            counterpart: whom.filter(|whom| self.world.is_other(*whom, self.me)),
            until: None,
            internal: matches!(rule.case, Case::Ask | Case::CrmRole | Case::Deal),
        }
    }

    /// Whether a label of the fact or of the opening of its thread, if it is theirs, means that.
    pub(super) fn has(&self, fact: &Fact, mark: Mark) -> bool {
        let mine = |open: &&Fact| self.world.actor(open) == self.me;
        self.says(fact, mark)
            || self.world.opener(fact).filter(mine).is_some_and(|open| self.says(open, mark))
    }

    /// The opening of their own pull request that gives an older commit its label.
    fn labelled_later(&self, fact: &Fact, mark: Option<Mark>) -> Option<&'a Fact> {
        let open = self.after(fact, fact.thread).find(|one| OPENINGS.contains(&one.kind))?;
        let none_before = fact.thread.is_some() && self.world.opener(fact).is_none();
        let mine = open.kind == Kind::PrOpened && self.world.actor(open) == self.me;
        let is_commit = COMMITS.contains(&fact.kind) && none_before && mine;
        (is_commit && self.says(open, mark?)).then_some(open)
    }

    pub(super) fn says(&self, fact: &Fact, mark: Mark) -> bool {
        let patterns = self.rules.labels.get(&mark).map_or(&[][..], Vec::as_slice);
        fact.labels.iter().any(|label| patterns.iter().any(|pattern| fits(pattern, label)))
    }

    /// The facts after one, of its thread or of all.
    pub(super) fn after(&self, fact: &Fact, thread: Option<u32>) -> impl Iterator<Item = &'a Fact> {
        let place = (fact.at, fact.seq);
        let later = self.world.facts.iter().filter(move |one| (one.at, one.seq) > place);
        later.filter(move |one| thread.is_none() || one.thread == thread)
    }

    /// Roles that begin in one week and reach each other are one.
    fn held(&self, rule: &SignalRule) -> Vec<Evidence> {
        let mut found: Vec<Evidence> = Vec::new();
        for (day, until, grant) in self.world.roles(self.me) {
            match found.last_mut() {
                Some(last) if last.day.week() == day.week() && last.until.is_none_or(|end| day <= end) => {
                    last.until = last.until.and_then(|end| until.map(|until| until.max(end)));
                }
                _ => found.push(Evidence { day, until, thread: None, ..self.make(rule, grant, None) }),
            }
        }
        found
    }

    fn colleagues(&self, rule: &SignalRule) -> Vec<Evidence> {
        let (world, me) = (self.world, self.me);
        let entry = |other: usize| {
            let first = world.own(other).find(|fact| !fact.kind.is_about())?;
            // My part in the thread in which they began, or a tie between the two of us at that moment.
            let part = |fact: &&'a Fact| {
                let same = first.thread.is_some() && fact.thread == first.thread;
                let (by_me, whom) = (world.actor(fact) == me, world.counterpart(fact));
                let opened = world.opener(fact).is_some_and(|open| open.seq == fact.seq);
                let change = REVIEWS.contains(&fact.kind);
                let worked = change || COMMITS.contains(&fact.kind);
                let named = !by_me && whom == Some(me);
                let turned = fact.at <= first.at || world.actor(fact) == other;
                same && by_me && (opened || worked)
                    || same && named && (change || turned && is_act(self.rules, fact))
                    || named && fact.seq == first.seq
                    || by_me
                        && change
                        && fact.thread.is_none()
                        && (whom, fact.at) == (Some(other), first.at)
                        && COMMITS.contains(&first.kind)
            };
            let mine = world.facts.iter().find(part)?;
            let day = first.at.day().max(mine.at.day());
            let made = Evidence { day, ..self.make(rule, first, Some(other)) };
            world.are_colleagues(me, other, first.at.day()).then_some(made)
        };
        (0..world.people.len()).filter_map(entry).collect()
    }

    fn deals(&self, rule: &SignalRule) -> Vec<Evidence> {
        let world = self.world;
        let of_deal = |fact: &&Fact| {
            fact.kind.is_about() && !matches!(fact.kind, Kind::RoleGranted | Kind::RoleRemoved)
        };
        let mut firsts: BTreeMap<(u32, usize), &Fact> = BTreeMap::new();
        for fact in world.facts.iter().filter(of_deal) {
            if let Some(thread) = fact.thread {
                firsts.entry((thread, world.actor(fact))).or_insert(fact);
            }
        }
        let came = firsts.iter().filter(|((thread, other), fact)| {
            let mine = firsts.get(&(*thread, self.me)).is_some_and(|mine| mine.at.day() < fact.at.day());
            let ending = matches!(fact.kind, Kind::DealWon | Kind::DealLost);
            mine && !ending && world.are_colleagues(self.me, *other, fact.at.day())
        });
        came.map(|((_, other), fact)| self.make(rule, fact, Some(*other))).collect()
    }
}

/// Whether a label fits a pattern with `*` at its ends.
fn fits(pattern: &str, label: &str) -> bool {
    let (pattern, label) = (pattern.to_lowercase(), label.to_lowercase());
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), None) => label.ends_with(end),
        (None, Some(start)) => label.starts_with(start),
        (Some(_), Some(_)) => label.contains(pattern.trim_matches('*')),
        (None, None) => label == pattern,
    }
}
