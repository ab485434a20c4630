//! Evidence of colleagues who came by the person: to the project, and to a deal. Must not know where either of them
//! stands.
//!
//! A colleague comes by the person if their first activity ever lies in a thread that the person opened, in which they
//! wrote, reviewed or merged a change (whosever, and be it after the colleague came: that still welcomes them), or in
//! which somebody had named them by then; or if the colleague names them. It counts from the day on which both were
//! there. A comment alone gives nobody a part.

use std::collections::HashSet;

use crate::{
    domain::{activity::Kind, ids::PersonId, person::Nature, rules::Case},
    journey::case::{Act, Other},
};

use super::{Gathering, Part, Tie, is_wanted};
use crate::journey::assess::engine::REVIEWS;

impl Gathering<'_> {
    /// The person wrote, reviewed or merged a change. Commits without a thread are brought by whoever reviewed them in
    /// the same moment.
    pub(super) fn worked_on(&mut self, act: &Act) {
        self.has_part(act, false);
        let (None, Some(author)) = (act.thread, act.counterpart) else { return };
        if REVIEWS.contains(&act.kind)
            && let Some((person, first)) = self.first_of(author)
            && first.at == act.at
            && is_commit(first.kind)
        {
            self.tie(person, first, act);
        }
    }

    /// Somebody else named the person as a counterpart: as the author of a change, or otherwise.
    pub(super) fn named_by(&mut self, act: &Act) {
        self.has_part(act, !REVIEWS.contains(&act.kind));
        if act.thread.is_none()
            && let Some((person, first)) = self.first_of(act.identity)
            && first.seq == act.seq
        {
            self.tie(person, first, act);
        }
    }

    /// An act gives the person a part in its thread.
    pub(super) fn has_part(&mut self, act: &Act, is_named: bool) {
        if let Some(thread) = act.thread.filter(|_| self.known.has_account()) {
            self.parts.entry(thread).or_default().push(Part { act: *act, is_named });
        }
    }

    fn first_of(&mut self, identity: u32) -> Option<(PersonId, Act)> {
        if !self.known.has_account() {
            return None;
        }
        let person = self.known.who(identity).person;
        Some(person).zip(self.known.first_as_colleague(person))
    }

    /// Goes through the newcomers of all threads in which the person has a part.
    fn welcome(&mut self) {
        for (thread, parts) in std::mem::take(&mut self.parts) {
            for person in self.known.newcomers(thread) {
                let Some(first) = self.known.first_as_colleague(person) else { continue };
                for part in &parts {
                    if self.concerns(part, person, &first) {
                        self.tie(person, first, &part.act);
                    }
                }
            }
        }
    }

    /// Whether a part has to do with a newcomer. Who was only named by others, as in an answer, must have been so when
    /// the newcomer came: before it they followed, and brought nobody. By a reaction others name nobody.
    fn concerns(&mut self, part: &Part, newcomer: PersonId, first: &Act) -> bool {
        let Part { act, is_named } = part;
        !is_named
            || act.seq == first.seq
            || self.engine.is_active(act.kind)
                && (act.at <= first.at || self.known.who(act.identity).person == newcomer)
    }

    /// Keeps the earliest tie: it is there when both acts are, and known when both are.
    fn tie(&mut self, person: PersonId, first: Act, by: &Act) {
        let tie = Tie { first, at: first.at.max(by.at), known_at: first.known_at.max(by.known_at) };
        let kept = self.ties.entry(person).or_insert(tie);
        if (tie.at, tie.known_at) < (kept.at, kept.known_at) {
            *kept = tie;
        }
    }

    /// Each colleague counts once.
    pub(super) fn colleagues(&mut self) {
        let engine = self.engine;
        if engine.of_case(Case::Colleague).next().is_some() {
            self.welcome();
        }
        let ties = std::mem::take(&mut self.ties);
        for (number, rule) in engine.of_case(Case::Colleague) {
            for (person, Tie { first, at, known_at }) in &ties {
                let is_kind = rule.kinds.is_empty() || rule.kinds.contains(&first.kind);
                if is_kind && is_wanted(rule.mark, first.marks) {
                    let mut entry = self.entry(number, first);
                    entry.day = at.day();
                    entry.known_at = *known_at;
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
                self.push(entry);
            }
        }
    }
}

pub(super) const fn is_commit(kind: Kind) -> bool {
    matches!(kind, Kind::CommitAuthored | Kind::CommitCoauthored)
}

/// Facts of a CRM that put a contact to a deal.
const fn is_of_deal(kind: Kind) -> bool {
    kind.is_about() && !matches!(kind, Kind::RoleGranted | Kind::RoleRemoved)
}
