//! Evidence of colleagues who came by the person: to the project, and to a deal. Must not know where either of them
//! stands.

use std::collections::HashSet;

use crate::{
    domain::{activity::Kind, ids::PersonId, person::Nature, rules::Case},
    journey::case::{Act, Other},
};

use super::{Gathering, Tie, is_wanted};

impl Gathering<'_> {
    /// Somebody acted in a thread that the person opened.
    pub(super) fn joined(&mut self, act: &Act, opening: &Act) {
        if let Some((person, first)) = self.known.first_as_colleague(act.identity)
            && first.thread == act.thread
        {
            self.tie(person, first, opening);
        }
    }

    /// Somebody named the person as a counterpart.
    pub(super) fn named_by(&mut self, act: &Act) {
        if let Some((person, first)) = self.known.first_as_colleague(act.identity)
            && (first.seq == act.seq || is_same_thread(&first, act))
        {
            self.tie(person, first, act);
        }
    }

    /// The person reviewed or merged somebody's change: of the same thread, or a commit of the same moment.
    pub(super) fn reviewed(&mut self, act: &Act) {
        if !self.known.has_account() {
            return;
        }
        let Some(author) = self.known.upon(act) else { return };
        if let Some((person, first)) = self.known.first_as_colleague(author)
            && (is_same_thread(&first, act) || first.at == act.at && is_commit(first.kind))
        {
            self.tie(person, first, act);
        }
    }

    /// Keeps the earliest tie; it is known when both acts are.
    fn tie(&mut self, person: PersonId, first: Act, by: &Act) {
        let by = if (by.at, by.seq) < (first.at, first.seq) { first } else { *by };
        let tie = self.ties.entry(person).or_insert(Tie { first, by });
        if (by.at, by.seq) < (tie.by.at, tie.by.seq) {
            tie.by = by;
        }
    }

    /// Each colleague counts once.
    pub(super) fn colleagues(&mut self) {
        let (engine, ties) = (self.engine, std::mem::take(&mut self.ties));
        for (number, rule) in engine.of_case(Case::Colleague) {
            for (person, Tie { first, by }) in &ties {
                let is_kind = rule.kinds.is_empty() || rule.kinds.contains(&first.kind);
                if is_kind && is_wanted(rule.mark, first.marks) {
                    let mut entry = self.entry(number, first);
                    entry.day = by.at.day();
                    entry.known_at = first.known_at.max(by.known_at);
                    entry.counterpart = Some(*person);
                    self.push(entry);
                }
            }
        }
    }

    /// A colleague came to a deal on a later day than the person.
    pub(super) fn deals(&mut self) {
        let engine = self.engine;
        if !self.known.has_account() || engine.of_case(Case::Deal).next().is_none() {
            return;
        }
        let mut gone_through = HashSet::new();
        for mine in self.subject.own.iter().filter(|act| is_of_deal(act.kind)) {
            let Some(deal) = mine.thread.filter(|deal| gone_through.insert(*deal)) else { continue };
            let mut met = HashSet::new();
            for act in self.known.thread(deal).iter().filter(|act| is_of_deal(act.kind)) {
                let Other { person, nature: Nature::Human } = self.known.who(act.identity) else { continue };
                let is_first = person != self.subject.person && met.insert(person);
                let is_ending = matches!(act.kind, Kind::DealWon | Kind::DealLost);
                if !is_first || is_ending || act.at.day() <= mine.at.day() {
                    continue;
                }
                if self.known.is_colleague(person, act.at.day()) {
                    self.brought(act, mine, person);
                }
            }
        }
    }

    fn brought(&mut self, act: &Act, mine: &Act, colleague: PersonId) {
        let engine = self.engine;
        for (number, rule) in engine.of_case(Case::Deal) {
            if is_wanted(rule.mark, act.marks) {
                let mut entry = self.entry(number, act);
                entry.known_at = act.known_at.max(mine.known_at);
                entry.counterpart = Some(colleague);
                entry.internal = true;
                self.push(entry);
            }
        }
    }
}

fn is_same_thread(a: &Act, b: &Act) -> bool {
    a.thread.is_some() && a.thread == b.thread
}

const fn is_commit(kind: Kind) -> bool {
    matches!(kind, Kind::CommitAuthored | Kind::CommitCoauthored)
}

/// Facts of a CRM that put a contact to a deal.
const fn is_of_deal(kind: Kind) -> bool {
    kind.is_about() && !matches!(kind, Kind::RoleGranted | Kind::RoleRemoved)
}
