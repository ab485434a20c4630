//! Evidence of what a person did: trials, merges, reviews, replies, accepted answers. Must not know what follows in
//! the threads.

use crate::{
    domain::{
        activity::Kind,
        rules::{Case, Mark},
        stage::Signal,
    },
    journey::case::{Act, Marks},
};

use super::{Gathering, Opened, colleagues::is_commit, is_wanted};
use crate::journey::assess::{
    engine::{OPENINGS, REVIEWS},
    known::Whose,
};

impl Gathering<'_> {
    /// Goes through all own acts, each of which sees only what came before it.
    pub(super) fn acts(&mut self) {
        let (engine, own) = (self.engine, self.subject.own);
        for act in own {
            if OPENINGS.contains(&act.kind) {
                self.open(act);
            }
            if act.kind == Kind::IssueClosed
                && matches!(self.known.whose_is(act), Whose::Mine | Whose::Unknown)
            {
                self.closed(act);
            }
            if REVIEWS.contains(&act.kind) || is_commit(act.kind) {
                self.worked_on(act);
            }
            let rules = engine.judging(act.kind);
            if rules.is_empty() {
                continue;
            }
            let marks = self.marks(act);
            for number in rules {
                self.judge(*number, act, marks);
            }
        }
    }

    /// Takes up a thread that the person opened, and goes through it.
    fn open(&mut self, act: &Act) {
        let Some(thread) = act.thread else { return };
        if !self.seen.insert(thread) {
            return;
        }
        let acts = self.known.thread(thread);
        // An earlier opening by somebody else makes it theirs.
        if matches!(self.known.opener(act.thread, act.at), Whose::Mine | Whose::Unknown) {
            let opened = Opened { act: *act, zone: self.engine.zone(act) };
            self.opened.insert(thread, opened);
            self.has_part(act, false);
            if act.kind == Kind::PrOpened {
                self.label(act, &acts);
            }
            self.thread_of(Some(thread), Some(opened), &acts);
        }
    }

    /// Commits that are older than their pull request have its labels from the opening on.
    fn label(&mut self, opening: &Act, acts: &[Act]) {
        let engine = self.engine;
        let is_older = |act: &&Act| (act.at, act.seq) < (opening.at, opening.seq) && is_commit(act.kind);
        for act in acts.iter().filter(is_older) {
            for number in engine.judging(act.kind) {
                let rule = engine.rule(*number);
                let is_new = |mark: Mark| opening.marks.has(mark) && !act.marks.has(mark);
                if rule.case == Case::Merged
                    && rule.mark.is_some_and(is_new)
                    && self.known.is_me(act.identity)
                    && self.merged(act)
                {
                    let mut entry = self.entry(*number, act);
                    entry.day = opening.at.day();
                    entry.known_at = act.known_at.max(opening.known_at);
                    entry.counterpart = self.known.other(act.counterpart);
                    self.push(entry);
                }
            }
        }
    }

    fn judge(&mut self, number: u16, act: &Act, marks: Marks) {
        let rule = self.engine.rule(number);
        if !is_wanted(rule.mark, marks) || rule.signal == Signal::Objects && marks.has(Mark::Feature) {
            return;
        }
        let counterpart = match rule.case {
            Case::Act | Case::CrmRole => self.known.other(act.counterpart),
            Case::Merged if self.merged(act) => self.known.other(act.counterpart),
            Case::Review => match self.known.whose_is(act) {
                Whose::Theirs(person) => Some(person),
                _ => return,
            },
            Case::Reply => match self.answered(act) {
                Whose::Theirs(person) => Some(person),
                _ => return,
            },
            Case::Accepted if self.accepted(act) => None,
            _ => return,
        };
        let mut entry = self.entry(number, act);
        entry.counterpart = counterpart;
        self.add(entry, self.engine.is_passive(act.kind), None);
    }

    /// Whether an own act says that an own change was merged. Whoever is credited on a bot's commit lent it a hand: the
    /// change is the bot's.
    fn merged(&mut self, act: &Act) -> bool {
        match act.kind {
            Kind::PrMerged => matches!(self.known.whose_is(act), Whose::Mine | Whose::Unknown),
            Kind::CommitCoauthored => {
                act.counterpart.is_none_or(|author| self.known.whose(author) != Whose::Bots)
            }
            _ => true,
        }
    }

    /// Whom a reply helps: nobody in an own thread; who is answered stands in for an opener that was not asked for.
    fn answered(&mut self, act: &Act) -> Whose {
        if act.thread.is_some_and(|thread| self.opened.contains_key(&thread)) {
            return Whose::Mine;
        }
        match act.counterpart.map(|identity| self.known.whose(identity)) {
            Some(Whose::Theirs(person)) => Whose::Theirs(person),
            _ => self.known.opener(act.thread, act.at),
        }
    }

    /// Whether an own act says that an own answer was accepted. Who accepts in their own thread accepts another's
    /// answer, or helped nobody but themself.
    fn accepted(&mut self, act: &Act) -> bool {
        let is_own_thread = act.thread.is_some_and(|thread| self.opened.contains_key(&thread));
        let is_mine = act.counterpart.is_none_or(|identity| self.known.is_me(identity));
        is_mine && !is_own_thread
    }
}
