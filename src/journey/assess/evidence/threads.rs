//! Evidence of what became of a person's own threads: resolved, declined, left without an answer. Must not know what
//! the person did elsewhere, but for whether they came back.

use crate::{
    domain::{
        activity::Kind,
        rules::{Case, Mark},
        time::{Day, Time},
    },
    journey::case::{Act, Marks},
};

use super::{Gathering, Opened, is_wanted};
use crate::journey::assess::known::{Whose, holds};

/// A turn in the life of a thread.
#[derive(Debug, Clone, Copy)]
struct Turn {
    act: Act,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Resolved,
    Declined,
    Reopened,
}

/// Where an act stands among all acts.
const fn place(act: &Act) -> (Time, i64) {
    (act.at, act.seq)
}

impl Gathering<'_> {
    /// Goes through a thread that the person opened, or (`opened` unknown) of whose closing we know that it was theirs.
    pub(super) fn thread_of(&mut self, thread: Option<u32>, opened: Option<Opened>, acts: &[Act]) {
        let start = opened.map_or(0, |opened| acts.partition_point(|act| place(act) <= place(&opened.act)));
        let after = &acts[start..];
        if opened.is_none_or(|opened| opened.act.kind != Kind::PrOpened) {
            let turns: Vec<_> = after.iter().filter_map(|act| self.turn(opened.is_some(), act)).collect();
            self.resolved(opened, &turns);
            self.declined(opened, &turns);
        }
        let Some(opened) = opened else { return };
        self.unanswered(thread, opened, after);
        for act in after {
            if self.known.is_me(act.identity) {
                continue;
            }
            if act.kind == Kind::PrMerged && act.counterpart.is_none() {
                self.judge_upon(act);
            }
        }
    }

    /// What an act turns in an own thread. A closing without a reason is a resolution, if a person closed it; where the
    /// opening is not known, only closings that name the person, or are theirs, count.
    fn turn(&mut self, is_opened: bool, act: &Act) -> Option<Turn> {
        let what = match act.kind {
            Kind::IssueReopened => What::Reopened,
            Kind::AnswerAccepted if is_opened => What::Resolved,
            Kind::IssueClosed | Kind::SupportClosed => {
                let closer = self.known.whose(act.identity);
                let names_me = match act.counterpart {
                    Some(identity) => self.known.is_me(identity),
                    None => closer == Whose::Mine,
                };
                // Of support we know whose it is by its opening alone.
                let is_mine = is_opened || names_me && act.kind == Kind::IssueClosed;
                if !is_mine || act.marks.has(Mark::Stale) {
                    return None;
                }
                let is_theirs = matches!(closer, Whose::Theirs(_));
                match (act.marks.has(Mark::Declined), act.marks.has(Mark::Resolved)) {
                    (true, _) if is_theirs => What::Declined,
                    (false, true) => What::Resolved,
                    (false, false) if closer != Whose::Bots => What::Resolved,
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Turn { act: *act, what })
    }

    /// The person was active again after a resolution that still stood.
    fn resolved(&mut self, opened: Option<Opened>, turns: &[Turn]) {
        let engine = self.engine;
        for (position, turn) in turns.iter().enumerate().filter(|(_, turn)| turn.what == What::Resolved) {
            let next = self.active.partition_point(|act| place(act) <= place(&turn.act));
            let Some(back) = self.active.get(next).copied() else { continue };
            let is_reopening =
                |later: &Turn| later.what == What::Reopened && place(&later.act) <= place(&back);
            if turns[position + 1..].iter().any(is_reopening) {
                continue;
            }
            for (number, rule) in engine.of_case(Case::Resolved) {
                if fits(&rule.kinds, opened) && is_wanted(rule.mark, marks(opened, &turn.act)) {
                    let mut entry = self.entry(number, &turn.act);
                    entry.day = back.at.day();
                    entry.known_at = turn.act.known_at.max(back.known_at);
                    entry.zone = opened.map_or(entry.zone, |opened| opened.zone);
                    entry.counterpart = self.known.other(Some(turn.act.identity));
                    self.push(entry);
                }
            }
        }
    }

    /// Somebody else closed it as not planned; until it is open again or resolved.
    fn declined(&mut self, opened: Option<Opened>, turns: &[Turn]) {
        let engine = self.engine;
        for (position, turn) in turns.iter().enumerate().filter(|(_, turn)| turn.what == What::Declined) {
            let marks = marks(opened, &turn.act);
            let end = turns[position + 1..].iter().find(|later| later.what != What::Declined);
            for (number, rule) in engine.of_case(Case::Declined) {
                if fits(&rule.kinds, opened) && is_wanted(rule.mark, marks) && !marks.has(Mark::Feature) {
                    let mut entry = self.entry(number, &turn.act);
                    entry.zone = opened.map_or(entry.zone, |opened| opened.zone);
                    entry.counterpart = self.known.other(Some(turn.act.identity));
                    self.add(entry, false, end.map(|end| &end.act));
                }
            }
        }
    }

    /// Nobody who speaks for the project answered for so long, and somebody came back.
    fn unanswered(&mut self, thread: Option<u32>, opened: Opened, after: &[Act]) {
        let (engine, Some(thread)) = (self.engine, thread) else { return };
        let start = opened.act.at.day();
        let wait = i32::try_from(engine.rules().thresholds.unanswered_days).unwrap_or(i32::MAX);
        let deadline = start.plus(wait);
        if opened.act.marks.has(Mark::Feature) || holds(&self.periods, start) {
            return;
        }
        for (number, rule) in engine.of_case(Case::Unanswered) {
            if !fits(&rule.kinds, Some(opened)) || !is_wanted(rule.mark, opened.act.marks) {
                continue;
            }
            let end = after.iter().position(|act| self.answers(&opened.act, act));
            if end.is_some_and(|end| after[end].at.day() <= deadline) {
                return;
            }
            let until = &after[..end.unwrap_or(after.len())];
            let Some(back) = until.iter().find(|act| self.is_coming_back(act)) else { return };
            let mut entry = self.entry(number, &opened.act);
            entry.day = deadline.max(back.at.day());
            if end.is_some_and(|end| after[end].at.day() <= entry.day) {
                return;
            }
            let heard = self.known.heard_until(thread);
            if deadline > heard {
                self.wait_until(deadline.max(self.subject.horizon.plus(1)));
                return;
            }
            entry.known_at = entry.known_at.max(back.known_at);
            if entry.day == deadline {
                // It is time that brings it.
                entry.known_at = entry.known_at.max(deadline.start());
            }
            self.add(entry, false, end.map(|end| &after[end]));
        }
    }

    fn wait_until(&mut self, day: Day) {
        self.due = Some(self.due.map_or(day, |due| due.min(day)));
    }

    /// Whether an act answers an own thread: by who holds a role or is one of your own people; by who closes or merges
    /// it, since only who speaks for the project can; by a resolution, also one's own. Where nobody is known to speak for
    /// the project, by anybody but colleagues who was around before.
    fn answers(&mut self, opening: &Act, act: &Act) -> bool {
        let is_end =
            matches!(act.kind, Kind::IssueClosed | Kind::PrClosed | Kind::PrMerged | Kind::SupportClosed);
        if self.known.is_me(act.identity) {
            return is_end || act.kind == Kind::AnswerAccepted;
        }
        if !self.engine.is_active(act.kind) || act.marks.has(Mark::Stale) {
            return false;
        }
        match self.known.whose(act.identity) {
            Whose::Bots => is_end && (act.marks.has(Mark::Resolved) || act.kind == Kind::PrMerged),
            _ if is_end || act.kind == Kind::AnswerAccepted => true,
            Whose::Theirs(person) => {
                let day = act.at.day();
                self.known.speaks_for_it(act.identity, day)
                    || self.known.seems_to_speak_for_it(person, opening, day)
            }
            Whose::Mine | Whose::Unknown => false,
        }
    }

    /// Whether the person or a colleague came back to an own thread by an act.
    fn is_coming_back(&mut self, act: &Act) -> bool {
        self.engine.is_active(act.kind)
            && match self.known.whose(act.identity) {
                Whose::Mine => true,
                Whose::Theirs(person) => self.known.is_colleague(person, act.at.day()),
                Whose::Bots | Whose::Unknown => false,
            }
    }
}

/// Whether a rule speaks of a thread that was opened by an act of such a kind; without kinds of every thread.
fn fits(kinds: &[Kind], opened: Option<Opened>) -> bool {
    kinds.is_empty() || opened.is_some_and(|opened| kinds.contains(&opened.act.kind))
}

/// What the labels of a closing and of the opening mean.
fn marks(opened: Option<Opened>, closing: &Act) -> Marks {
    let of_opening = opened.map(|opened| opened.act.marks).unwrap_or_default();
    Mark::ALL.iter().filter(|mark| of_opening.has(**mark)).fold(closing.marks, |all, mark| all.with(*mark))
}
