//! The meaning of the journey once more, as slow and as plain as can be: every day all evidence is looked for anew
//! among the facts up to that day, and one step is taken. It shares nothing with `journey` but the words of `domain`.

use std::collections::{BTreeMap, BTreeSet};

use buyin::domain::{
    account::Zone,
    activity::Kind,
    journey::Spell,
    person::Nature,
    rules::{Case, Mark, MoveRule, Rules, SignalRule},
    stage::{Signal, Stage},
    time::Day,
};
use buyin::journey::case::DecidedOn;

use super::{
    outcome::{Evidence, Shift, Told},
    world::{Fact, World},
};

const OPENINGS: [Kind; 5] =
    [Kind::IssueOpened, Kind::TopicOpened, Kind::PrOpened, Kind::SupportOpened, Kind::MessagePosted];
const REVIEWS: [Kind; 4] = [Kind::CommitReviewed, Kind::PrReviewed, Kind::CommitMerged, Kind::PrMerged];

/// All days of somebody, from the first fact of the world to the last fact or the horizon.
pub(super) fn tell(world: &World, rules: &Rules, me: usize) -> Told {
    let Some(first) = world.facts.first().map(|fact| fact.at.day()) else { return Told::default() };
    let horizon = world.horizon(me);
    let last = world.facts.last().map_or(horizon, |fact| fact.at.day().max(horizon));
    let mut walk = Walk {
        rules,
        stage: Stage::Unplaced,
        before: Stage::Unplaced,
        since: first,
        cause: None,
        used: Vec::new(),
    };
    let (mut told, mut found) = (Told::default(), Vec::new());
    let unanswered = i32::try_from(rules.thresholds.unanswered_days).unwrap();
    let mut cut = world.as_of(first.plus(-1));
    for day in (first.0..=last.0).map(Day) {
        cut.today = world.today.min(day);
        let ripe =
            world.facts.iter().any(|fact| fact.at.day() == day || fact.at.day().plus(unanswered) == day);
        if ripe {
            cut = world.as_of(day);
            found = Eyes { world: &cut, rules, me }.evidence();
        }
        let mut held: Vec<Evidence> = found.clone();
        held.retain(|one| one.day <= day && one.until.is_none_or(|until| day < until));
        let held = slots(held, rules);
        let role = cut.roles(me).iter().any(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to));
        let friend = is_friend(&cut, rules, me);
        let steps = walk.step(day, &held, role, friend && found.is_empty());
        told.days.push(walk.spell(day, &held, world, horizon, me));
        let based = |step: Shift| Shift { basis: basis(step.to, &held), ..step };
        told.shifts.extend(steps.into_iter().map(based));
        told.entries = held;
    }
    let mut been: Vec<Zone> = Vec::new();
    for fact in world.own(me).filter(|fact| is_act(rules, fact)) {
        if !been.contains(&fact.zone) {
            told.crossings.push((fact.at.day(), been.iter().max().copied(), fact.zone, fact.seq));
            been.push(fact.zone);
        }
    }
    told
}

/// An own act that is more than a star.
fn is_act(rules: &Rules, fact: &Fact) -> bool {
    !fact.kind.is_about() && !rules.acts.passive.contains(&fact.kind)
}

fn is_friend(world: &World, rules: &Rules, me: usize) -> bool {
    let days: Vec<Day> = world
        .own(me)
        .filter(|fact| rules.acts.friendly.contains(&fact.kind))
        .map(|fact| fact.at.day())
        .collect();
    days.len() >= rules.thresholds.friend_acts as usize
        && days[days.len() - 1].0 - days[0].0 >= i32::try_from(rules.thresholds.friend_days).unwrap()
}

/// One piece of evidence for each signal, thread and week: the best, the first of equals.
fn slots(mut held: Vec<Evidence>, rules: &Rules) -> Vec<Evidence> {
    let place = |one: &Evidence| rules.signals.iter().position(|rule| rule.name == one.rule);
    held.sort_by_key(|one| {
        (one.signal, one.thread, one.day.week(), -one.points, one.day, one.at, one.seq, place(one))
    });
    held.dedup_by_key(|one| (one.signal, one.thread, one.day.week()));
    held.sort_by_key(|one| (one.day, one.at, one.seq));
    held
}

pub(super) fn decayed(one: &Evidence, day: Day) -> i64 {
    let Some(half) = one.half_life else { return one.points };
    let (age, half) = (u32::try_from(day.0 - one.day.0).unwrap(), half.max(1));
    let part = (2_f64.powf(-f64::from(age % half) / f64::from(half)) * 1e6).round() as i64;
    one.points * (part >> (age / half).min(40)) / 1_000_000
}

struct Walk<'a> {
    rules: &'a Rules,
    stage: Stage,
    before: Stage,
    /// When they were blocked.
    since: Day,
    cause: Option<u32>,
    /// Objections that they went on in spite of.
    used: Vec<(i64, String)>,
}

impl Walk<'_> {
    fn step(&mut self, day: Day, held: &[Evidence], role: bool, friend: bool) -> Vec<Shift> {
        let mut steps = Vec::new();
        let blocker = &self.rules.blocker;
        let objects: Vec<&Evidence> = held
            .iter()
            .filter(|one| one.signal == Signal::Objects && !self.used.contains(&(one.seq, one.rule.clone())))
            .collect();
        if self.stage == Stage::Blocker {
            let fresh = held.iter().filter(|one| one.day > self.since);
            let fresh: Vec<_> = fresh
                .filter(|one| matches!(one.signal, Signal::Succeeds | Signal::Teaches))
                .cloned()
                .collect();
            if objects.iter().map(|one| one.points).sum::<i64>() < blocker.points.0 {
                steps.push(self.to(day, self.before, "resolved-again", &[]));
            } else if fresh.iter().map(|one| one.points).sum::<i64>() >= blocker.went_on.0 {
                self.used.extend(objects.iter().map(|one| (one.seq, one.rule.clone())));
                steps.push(self.to(day, self.before, "went-on", &fresh));
                return steps;
            }
        }
        if self.stage != Stage::Blocker {
            if self.stage == Stage::Unplaced && friend {
                steps.push(self.to(day, Stage::Friend, "friend", &[]));
            }
            for rule in &self.rules.moves {
                let stage = if self.stage == Stage::Friend { Stage::Unplaced } else { self.stage };
                if rule.from == stage
                    && let Some(counted) = enough(rule, held, day, role)
                {
                    steps.push(self.to(day, rule.to, &rule.name, &counted));
                }
            }
            let live: Vec<Evidence> =
                objects.into_iter().filter(|one| decayed(one, day) > 0).cloned().collect();
            if live.iter().map(|one| decayed(one, day)).sum::<i64>() >= blocker.points.0 {
                (self.before, self.since) = (self.stage, day);
                let by = |thread| {
                    live.iter().filter(|one| one.thread == thread).map(|one| decayed(one, day)).sum::<i64>()
                };
                let cause = live.iter().rev().max_by_key(|one| by(one.thread)).and_then(|one| one.thread);
                self.cause = cause;
                steps.push(Shift { cause, ..self.to(day, Stage::Blocker, "blocked", &live) });
            }
        }
        steps
    }

    fn to(&mut self, day: Day, stage: Stage, rule: &str, because: &[Evidence]) -> Shift {
        let from = std::mem::replace(&mut self.stage, stage);
        let because = because.iter().map(|one| one.seq).collect();
        Shift { day, from, to: stage, rule: rule.to_owned(), because, cause: None, basis: None, known: None }
    }

    fn spell(&self, day: Day, held: &[Evidence], world: &World, horizon: Day, me: usize) -> Spell {
        let window = i32::try_from(self.rules.thresholds.active_days).unwrap();
        // An act counts until its window is over, and as long as nobody can know that it is.
        let recent = world.own(me).filter(|fact| is_act(self.rules, fact) && fact.at.day() <= day);
        let recent: Vec<Zone> = recent
            .filter(|fact| {
                let over = fact.at.day().plus(window);
                day < over || over > horizon
            })
            .map(|fact| fact.zone)
            .collect();
        let holds = world.decisions.iter().filter(|(whom, _)| *whom == me).map(|(_, decided)| decided);
        let holds: Vec<DecidedOn> = holds
            .filter(|one| one.from <= day && one.until.is_none_or(|until| day < until))
            .map(|one| one.what)
            .collect();
        let pinned = holds.iter().rev().find_map(|what| match what {
            DecidedOn::Pin(stage) => Some(*stage),
            DecidedOn::Climber => Some(Stage::Climber),
            DecidedOn::LeaveAlone => None,
        });
        let stage = pinned.unwrap_or(self.stage);
        Spell {
            from: day,
            stage,
            automatic: self.stage,
            active: !recent.is_empty(),
            basis: basis(stage, held),
            zone: recent.into_iter().max(),
            cause: self.cause.filter(|_| stage == Stage::Blocker),
            left_alone: holds.iter().any(|what| matches!(what, DecidedOn::LeaveAlone)),
        }
    }
}

/// The signals that carry a stage.
fn carries(stage: Stage) -> &'static [Signal] {
    match stage {
        Stage::Skeptic => &[Signal::Tests, Signal::Succeeds, Signal::Teaches],
        Stage::Teacher => &[Signal::Succeeds, Signal::Teaches],
        Stage::Guide => &[Signal::Evangelises],
        Stage::GoGetter => &[Signal::Advocates],
        Stage::Blocker => &[Signal::Objects],
        _ => &[],
    }
}

fn basis(stage: Stage, held: &[Evidence]) -> Option<Zone> {
    held.iter().filter(|one| carries(stage).contains(&one.signal)).map(|one| one.zone).max()
}

/// The points behind the stage on the last day of a world.
pub(super) fn total(world: &World, rules: &Rules, me: usize) -> i64 {
    let told = tell(world, rules, me);
    let Some(last) = told.days.last() else { return 0 };
    let counted = told.entries.iter().filter(|one| carries(last.stage).contains(&one.signal));
    counted.map(|one| decayed(one, last.from)).sum()
}

/// The evidence that carries a move, if it does.
fn enough(rule: &MoveRule, held: &[Evidence], day: Day, role: bool) -> Option<Vec<Evidence>> {
    if rule.role {
        return role.then(|| held.iter().filter(|one| one.rule == "role-held").cloned().collect());
    }
    let counted: Vec<Evidence> = held
        .iter()
        .filter(|one| rule.signals.contains(&one.signal) && decayed(one, day) > 0)
        .cloned()
        .collect();
    let weeks: BTreeSet<_> = counted.iter().map(|one| one.day.week()).collect();
    let named: Vec<usize> = counted.iter().filter_map(|one| one.counterpart).collect();
    let people: BTreeSet<_> = named.iter().collect();
    let apart = counted.last().map_or(0, |last| last.day.0 - counted[0].day.0);
    let fine = counted.iter().map(|one| decayed(one, day)).sum::<i64>() >= rule.points.0
        && counted.len() >= rule.acts as usize
        && weeks.len() >= rule.weeks as usize
        && apart >= i32::try_from(rule.days).unwrap()
        && (named.len() * 2 < counted.len() || people.len() >= rule.counterparts as usize)
        && (!rule.internal || counted.iter().any(|one| one.internal));
    fine.then_some(counted)
}

/// Looks for evidence of one person among the facts of a world.
struct Eyes<'a> {
    world: &'a World,
    rules: &'a Rules,
    me: usize,
}

impl<'a> Eyes<'a> {
    fn evidence(&self) -> Vec<Evidence> {
        let rules = self.rules.signals.iter().filter(|rule| rule.points.0 > 0);
        rules.flat_map(|rule| self.of(rule)).collect()
    }

    fn of(&self, rule: &SignalRule) -> Vec<Evidence> {
        let facts = || self.world.facts.iter();
        let own = || facts().filter(|fact| self.actor(fact) == self.me);
        let labelled =
            |fact: &Fact| rule.mark.is_none_or(|mark| self.has(fact, mark) || self.opened_with(fact, mark));
        let make = |fact: &Fact, whom: Option<usize>| self.make(rule, fact, whom);
        match rule.case {
            Case::Act => own()
                .filter(|fact| rule.kinds.contains(&fact.kind) && labelled(fact))
                .filter(|fact| rule.signal != Signal::Objects || self.may_object(fact))
                .map(|fact| make(fact, self.counterpart(fact)))
                .collect(),
            Case::Merged => facts()
                .filter(|fact| match fact.kind {
                    Kind::CommitAuthored | Kind::CommitCoauthored => self.actor(fact) == self.me,
                    Kind::PrMerged => self.whose(fact) == self.me,
                    _ => false,
                })
                .filter(|fact| labelled(fact))
                .map(|fact| {
                    make(
                        fact,
                        if fact.kind == Kind::PrMerged {
                            Some(self.actor(fact))
                        } else {
                            self.counterpart(fact)
                        },
                    )
                })
                .collect(),
            Case::Review => own()
                .filter(|fact| rule.kinds.contains(&fact.kind) && labelled(fact))
                .filter_map(|fact| {
                    let whom = self.counterpart(fact).or(self.opener(fact).map(|open| self.actor(open)))?;
                    self.is_other(whom).then(|| make(fact, Some(whom)))
                })
                .collect(),
            Case::Reply => own()
                .filter(|fact| rule.kinds.contains(&fact.kind) && labelled(fact))
                .filter_map(|fact| {
                    let open = self.opener(fact).map(|open| self.actor(open));
                    let whom = open.or(self.counterpart(fact))?;
                    self.is_other(whom).then(|| make(fact, self.counterpart(fact).or(Some(whom))))
                })
                .collect(),
            Case::Accepted => facts()
                .filter(|fact| fact.kind == Kind::AnswerAccepted && labelled(fact))
                .filter(|fact| self.counterpart(fact).unwrap_or(self.actor(fact)) == self.me)
                .map(|fact| make(fact, Some(self.actor(fact))))
                .collect(),
            Case::Role => self
                .world
                .roles(self.me)
                .into_iter()
                .map(|(from, until, fact)| Evidence { day: from, until, ..make(fact, None) })
                .collect(),
            Case::CrmRole => own()
                .filter(|fact| fact.kind == Kind::CrmRoleSet && labelled(fact))
                .map(|fact| Evidence { internal: true, ..make(fact, None) })
                .collect(),
            Case::Colleague => self.colleagues(rule),
            Case::Deal => self.deals(rule),
            Case::Ask => Vec::new(),
            Case::Resolved => self.resolved(rule),
            Case::Unanswered => self.unanswered(rule),
            Case::Declined => self.declined(rule),
        }
    }
}

impl<'a> Eyes<'a> {
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
            counterpart: whom.filter(|whom| self.is_other(*whom)),
            until: None,
            internal: false,
        }
    }

    fn actor(&self, fact: &Fact) -> usize {
        self.world.behind(fact.identity)
    }

    fn counterpart(&self, fact: &Fact) -> Option<usize> {
        fact.counterpart.map(|identity| self.world.behind(identity))
    }

    fn is_other(&self, whom: usize) -> bool {
        whom != self.me && self.world.people[whom].nature != Nature::Bot
    }

    fn has(&self, fact: &Fact, mark: Mark) -> bool {
        let patterns = self.rules.labels.get(&mark).map_or(&[][..], Vec::as_slice);
        fact.labels.iter().any(|label| patterns.iter().any(|pattern| fits(pattern, label)))
    }

    fn opened_with(&self, fact: &Fact, mark: Mark) -> bool {
        self.opener(fact).is_some_and(|open| self.has(open, mark))
    }

    /// What opened the thread of a fact.
    fn opener(&self, fact: &Fact) -> Option<&'a Fact> {
        let thread = fact.thread?;
        let open =
            self.world.facts.iter().find(|one| one.thread == Some(thread) && OPENINGS.contains(&one.kind));
        open.filter(|open| (open.at, open.seq) <= (fact.at, fact.seq))
    }

    /// Whose change or issue it is.
    fn whose(&self, fact: &Fact) -> usize {
        let open = || self.opener(fact).map(|open| self.actor(open));
        self.counterpart(fact).or_else(open).unwrap_or_else(|| self.actor(fact))
    }

    fn holds_role(&self, who: usize, day: Day) -> bool {
        let roles = self.world.roles(who);
        roles.iter().any(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to))
    }

    fn may_object(&self, fact: &Fact) -> bool {
        let feature = self.has(fact, Mark::Feature) || self.opened_with(fact, Mark::Feature);
        !feature && !self.holds_role(self.me, fact.at.day())
    }

    fn are_colleagues(&self, other: usize, day: Day) -> bool {
        let people = &self.world.people;
        other != self.me
            && people[other].nature == Nature::Human
            && people[other].belongings.iter().any(|one| {
                one.holds(day)
                    && people[self.me].belongings.iter().any(|my| my.account == one.account && my.holds(day))
            })
    }

    /// The facts of a thread after one of them.
    fn after(&self, fact: &'a Fact) -> impl Iterator<Item = &'a Fact> {
        let thread = |one: &&Fact| fact.thread.is_none() || one.thread == fact.thread;
        self.world.facts.iter().filter(thread).filter(|one| (one.at, one.seq) > (fact.at, fact.seq))
    }

    fn is_resolution(&self, fact: &Fact) -> bool {
        let person = self.world.people[self.actor(fact)].nature != Nature::Bot;
        let other = self.has(fact, Mark::Declined) || self.has(fact, Mark::Stale);
        matches!(fact.kind, Kind::IssueClosed | Kind::SupportClosed)
            && (self.has(fact, Mark::Resolved) || (person && !other))
    }

    fn resolved(&self, rule: &SignalRule) -> Vec<Evidence> {
        let closings =
            self.world.facts.iter().filter(|fact| self.is_resolution(fact) && self.whose(fact) == self.me);
        let entry = |close: &'a Fact| {
            let anywhere = Fact { thread: None, ..close.clone() };
            let after = |one: &&Fact| (one.at, one.seq) > (anywhere.at, anywhere.seq);
            let mut later = self.world.facts.iter().filter(after);
            let back = later.find(|one| self.actor(one) == self.me && is_act(self.rules, one))?;
            let mut between = self.after(close).take_while(|one| (one.at, one.seq) <= (back.at, back.seq));
            let reopened = between.any(|one| one.kind == Kind::IssueReopened && close.thread.is_some());
            (!reopened)
                .then(|| Evidence { thread: close.thread, ..self.make(rule, back, Some(self.actor(close))) })
        };
        closings.filter_map(entry).collect()
    }

    fn unanswered(&self, rule: &SignalRule) -> Vec<Evidence> {
        let mark = rule.mark.unwrap_or(Mark::Bug);
        let wait = i32::try_from(self.rules.thresholds.unanswered_days).unwrap();
        let openings = self.world.facts.iter().filter(|fact| {
            self.actor(fact) == self.me
                && self.opener(fact).is_some_and(|open| open.seq == fact.seq)
                && self.has(fact, mark)
                && self.may_object(fact)
        });
        let entry = |open: &'a Fact| {
            let ripe = open.at.day().plus(wait);
            let answers = |one: &Fact| {
                let by = self.actor(one);
                by != self.me
                    && is_act(self.rules, one)
                    && match self.world.people[by].nature {
                        Nature::Own => true,
                        Nature::Human => self.holds_role(by, one.at.day()),
                        Nature::Bot => false,
                    }
            };
            let closed = |one: &Fact| {
                self.is_resolution(one) || (one.kind == Kind::IssueClosed && self.actor(one) == self.me)
            };
            let until = self.after(open).find(|one| answers(one) || closed(one)).map(|one| one.at.day());
            let comes = |one: &&Fact| {
                let by = self.actor(one);
                is_act(self.rules, one) && (by == self.me || self.are_colleagues(by, one.at.day()))
            };
            let back = self.after(open).find(comes)?;
            let day = ripe.max(back.at.day());
            let known = ripe <= self.world.heard(open.thread?).min(self.world.horizon(self.me));
            (known && until.is_none_or(|until| until > day)).then(|| Evidence {
                day,
                until,
                ..self.make(rule, open, None)
            })
        };
        openings.filter_map(entry).collect()
    }

    fn declined(&self, rule: &SignalRule) -> Vec<Evidence> {
        let closings = self.world.facts.iter().filter(|fact| {
            matches!(fact.kind, Kind::IssueClosed | Kind::SupportClosed)
                && self.has(fact, Mark::Declined)
                && !self.has(fact, Mark::Stale)
                && self.whose(fact) == self.me
                && self.is_other(self.actor(fact))
                && self.may_object(fact)
        });
        let entry = |close: &'a Fact| {
            let mut later = self.after(close).filter(|_| close.thread.is_some());
            let until = later.find(|one| one.kind == Kind::IssueReopened).map(|one| one.at.day());
            Evidence { until, ..self.make(rule, close, Some(self.actor(close))) }
        };
        closings.map(entry).collect()
    }

    fn colleagues(&self, rule: &SignalRule) -> Vec<Evidence> {
        let entry = |other: usize| {
            let first = self.world.own(other).find(|fact| !fact.kind.is_about())?;
            if !self.are_colleagues(other, first.at.day()) {
                return None;
            }
            let part = |fact: &&'a Fact| {
                let same = first.thread.is_some() && fact.thread == first.thread;
                let by_me = self.actor(fact) == self.me;
                let upon_me = self.counterpart(fact) == Some(self.me);
                let open = self.opener(first).is_some_and(|open| open.seq == fact.seq);
                let authored = matches!(fact.kind, Kind::CommitAuthored | Kind::CommitCoauthored);
                let review = REVIEWS.contains(&fact.kind);
                (fact.seq == first.seq && upon_me)
                    || (same && (upon_me || (by_me && (open || authored || review))))
                    || (by_me && review && self.counterpart(fact) == Some(other) && fact.at == first.at)
            };
            let mine = self.world.facts.iter().find(part)?;
            let day = first.at.day().max(mine.at.day());
            Some(Evidence { day, ..self.make(rule, first, Some(other)) })
        };
        (0..self.world.people.len()).filter_map(entry).collect()
    }

    fn deals(&self, rule: &SignalRule) -> Vec<Evidence> {
        let about = |fact: &&Fact| {
            fact.kind.is_about() && !matches!(fact.kind, Kind::RoleGranted | Kind::RoleRemoved)
        };
        let mut firsts: BTreeMap<(u32, usize), &Fact> = BTreeMap::new();
        for fact in self.world.facts.iter().filter(about) {
            if let Some(thread) = fact.thread {
                firsts.entry((thread, self.actor(fact))).or_insert(fact);
            }
        }
        let mut found = Vec::new();
        for ((thread, other), fact) in &firsts {
            let mine = firsts.get(&(*thread, self.me)).is_some_and(|mine| mine.at < fact.at);
            if mine && self.are_colleagues(*other, fact.at.day()) {
                found.push(Evidence { internal: true, ..self.make(rule, fact, Some(*other)) });
            }
        }
        found
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
