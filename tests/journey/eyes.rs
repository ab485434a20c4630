//! The other half of the oracle: what is evidence of what, looked for among all facts that there are. Must not know
//! what it leads to.

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
const CLOSINGS: [Kind; 2] = [Kind::IssueClosed, Kind::SupportClosed];

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

    fn make(&self, rule: &SignalRule, fact: &Fact, whom: Option<usize>) -> Evidence {
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
            internal: fact.kind.is_about() && !matches!(fact.kind, Kind::RoleGranted | Kind::RoleRemoved),
        }
    }

    /// Whether a label of the fact or of the opening of its thread, if it is theirs, means that.
    fn has(&self, fact: &Fact, mark: Mark) -> bool {
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

    fn says(&self, fact: &Fact, mark: Mark) -> bool {
        let patterns = self.rules.labels.get(&mark).map_or(&[][..], Vec::as_slice);
        fact.labels.iter().any(|label| patterns.iter().any(|pattern| fits(pattern, label)))
    }

    /// The facts after one, of its thread or of all.
    fn after(&self, fact: &Fact, thread: Option<u32>) -> impl Iterator<Item = &'a Fact> {
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

    fn resolved(&self, rule: &SignalRule) -> Vec<Evidence> {
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

    fn unanswered(&self, rule: &SignalRule) -> Vec<Evidence> {
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

    fn declined(&self, rule: &SignalRule) -> Vec<Evidence> {
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
