//! Evidence of what others did upon a person: merged their change, accepted their answer, closed their issue. Must not
//! know what the person did themself.

use crate::{
    domain::{activity::Kind, rules::Case},
    journey::case::Act,
};

use super::{Gathering, is_wanted};

impl Gathering<'_> {
    pub(super) fn upon(&mut self) {
        let (engine, upon) = (self.engine, self.subject.upon);
        for act in upon {
            if self.known.is_me(act.identity) {
                continue;
            }
            if act.kind == Kind::IssueClosed {
                self.closed(act);
            }
            if !engine.judging(act.kind).is_empty() {
                self.judge_upon(act);
            }
            self.named_by(act);
        }
    }

    /// Asks the rules about an act of another upon the person.
    pub(super) fn judge_upon(&mut self, act: &Act) {
        let engine = self.engine;
        for number in engine.judging(act.kind) {
            let rule = engine.rule(*number);
            let fits = match rule.case {
                Case::Merged => act.kind == Kind::PrMerged,
                Case::Accepted => true,
                _ => false,
            };
            if fits && is_wanted(rule.mark, self.marks(act)) {
                let mut entry = self.entry(*number, act);
                entry.counterpart = self.known.other(Some(act.identity));
                self.push(entry);
            }
        }
    }

    /// Takes up an issue of the person whose opening we do not know, by its closing.
    pub(super) fn closed(&mut self, act: &Act) {
        match act.thread {
            None => self.thread_of(None, None, &[*act]),
            Some(thread) if self.seen.insert(thread) => {
                let acts = self.known.thread(thread);
                self.thread_of(Some(thread), None, &acts);
            }
            Some(_) => {}
        }
    }
}
