//! The oracle's eyes on threads: what became of what somebody opened. Must not know what it leads to.

use buyin::domain::{
    activity::Kind,
    person::Nature,
    rules::{Mark, SignalRule},
};

use super::{eyes::Eyes, oracle::is_act, outcome::Evidence, world::Fact};

const CLOSINGS: [Kind; 2] = [Kind::IssueClosed, Kind::SupportClosed];

impl<'a> Eyes<'a> {
    fn is_mine(&self, fact: &Fact) -> bool {
        let open = self.world.opener(fact).map(|open| self.world.actor(open));
        open.or(self.world.counterpart(fact)).unwrap_or(self.world.actor(fact)) == self.me
    }

    fn is_resolution(&self, fact: &Fact) -> bool {
        let bot = self.world.people[self.world.actor(fact)].nature == Nature::Bot;
        let (declined, stale) = (self.says(fact, Mark::Declined), self.says(fact, Mark::Stale));
        let accepted = fact.kind == Kind::AnswerAccepted && self.world.opener(fact).is_some();
        let closed =
            CLOSINGS.contains(&fact.kind) && !declined && !stale && (!bot || self.says(fact, Mark::Resolved));
        let change = self.world.opener(fact).is_some_and(|open| open.kind == Kind::PrOpened);
        let known = fact.kind != Kind::SupportClosed || self.world.opener(fact).is_some();
        (accepted || closed) && !change && known
    }

    pub(super) fn resolved(&self, rule: &SignalRule) -> Vec<Evidence> {
        let entry = |close: &'a Fact| {
            let back = self.after(close, None).find(|one| self.is_act_of(one, self.me))?;
            let mut between =
                self.after(close, close.thread).take_while(|one| (one.at, one.seq) <= (back.at, back.seq));
            if close.thread.is_some() && between.any(|one| one.kind == Kind::IssueReopened) {
                return None;
            }
            let zone = self.world.opener(close).unwrap_or(close).zone;
            Some(Evidence {
                day: back.at.day(),
                zone,
                ..self.make(rule, close, Some(self.world.actor(close)))
            })
        };
        self.world
            .facts
            .iter()
            .filter(|one| self.is_resolution(one) && self.is_mine(one))
            .filter_map(entry)
            .collect()
    }

    fn is_act_of(&self, fact: &Fact, who: usize) -> bool {
        self.world.actor(fact) == who && is_act(self.rules, fact)
    }

    pub(super) fn unanswered(&self, rule: &SignalRule) -> Vec<Evidence> {
        let (world, me) = (self.world, self.me);
        let wait = i32::try_from(self.rules.thresholds.unanswered_days).unwrap();
        let first = |fact: &&Fact| world.opener(fact).is_some_and(|open| open.seq == fact.seq);
        let marked = |fact: &&Fact| {
            rule.mark.is_none_or(|mark| self.says(fact, mark)) && !self.says(fact, Mark::Feature)
        };
        let mine = |fact: &&Fact| world.actor(fact) == me && !world.holds_role(me, fact.at.day());
        let ends = |open: &Fact, one: &Fact| {
            let by = world.actor(one);
            let end = CLOSINGS.contains(&one.kind) || matches!(one.kind, Kind::PrClosed | Kind::PrMerged);
            let solved = end || one.kind == Kind::AnswerAccepted;
            by == me && solved
                || by != me
                    && is_act(self.rules, one)
                    && !self.says(one, Mark::Stale)
                    && match world.people[by].nature {
                        Nature::Bot => end && (self.says(one, Mark::Resolved) || one.kind == Kind::PrMerged),
                        Nature::Own => true,
                        Nature::Human => {
                            solved || world.holds_role(by, one.at.day()) || self.stands_in(open, one)
                        }
                    }
        };
        let entry = |open: &'a Fact| {
            let ripe = open.at.day().plus(wait);
            let end = self.after(open, open.thread).find(|one| ends(open, one));
            let back = self.after(open, open.thread).find(|one| {
                let by = world.actor(one);
                self.is_act_of(one, by) && (by == me || world.are_colleagues(me, by, one.at.day()))
            })?;
            let known = ripe <= world.heard(open.thread?).min(world.horizon(me));
            let (day, until) = (ripe.max(back.at.day()), end.map(|end| end.at.day()));
            (known && until.is_none_or(|until| until > day)).then(|| Evidence {
                day,
                until,
                ..self.make(rule, open, None)
            })
        };
        world.facts.iter().filter(first).filter(marked).filter(mine).filter_map(entry).collect()
    }

    /// Where nobody could know who speaks for the project: whoever was around before somebody asked.
    fn stands_in(&self, open: &Fact, one: &Fact) -> bool {
        let (world, by, day) = (self.world, self.world.actor(one), one.at.day());
        let known = world.spoken_for_since(open.source, open.subject).is_some_and(|since| since <= day);
        let was_there = world.own(by).any(|fact| fact.at < open.at && !fact.kind.is_about());
        !known && was_there && !world.are_colleagues(self.me, by, day)
    }

    pub(super) fn declined(&self, rule: &SignalRule) -> Vec<Evidence> {
        let is_declined = |fact: &&Fact| {
            let known = fact.kind == Kind::IssueClosed || self.world.opener(fact).is_some();
            let change = self.world.opener(fact).is_some_and(|open| open.kind == Kind::PrOpened);
            CLOSINGS.contains(&fact.kind)
                && known
                && !change
                && self.says(fact, Mark::Declined)
                && !self.says(fact, Mark::Stale)
                && !self.has(fact, Mark::Feature)
                && self.is_mine(fact)
                && self.world.is_other(self.world.actor(fact), self.me)
        };
        let entry = |close: &'a Fact| {
            let mut later = self.after(close, close.thread).filter(|_| close.thread.is_some());
            let end = later
                .find(|one| one.kind == Kind::IssueReopened || self.is_resolution(one) && self.is_mine(one));
            let zone = self.world.opener(close).unwrap_or(close).zone;
            let made = self.make(rule, close, Some(self.world.actor(close)));
            Evidence { zone, until: end.map(|end| end.at.day()), ..made }
        };
        self.world.facts.iter().filter(is_declined).map(entry).collect()
    }
}
