//! The meaning of the journey once more, as slow and as plain as can be: all evidence is looked for anew among the facts
//! up to each day, and one step is taken a day. It shares nothing with `journey` but the words of `domain`.

use std::collections::{BTreeMap, BTreeSet};

use buyin::{
    domain::{
        account::Zone,
        activity::Kind,
        journey::Spell,
        person::Nature,
        rules::{Case, Mark, MoveRule, Rules, SignalRule},
        stage::{Signal, Stage},
        time::Day,
    },
    journey::case::{Decided, DecidedOn},
};

use super::{
    outcome::{Evidence, Shift, Told},
    world::{Fact, World},
};

const REVIEWS: [Kind; 4] = [Kind::CommitReviewed, Kind::PrReviewed, Kind::CommitMerged, Kind::PrMerged];
const CLOSINGS: [Kind; 2] = [Kind::IssueClosed, Kind::SupportClosed];

/// All days of somebody, from the first fact of the world to the last fact or the horizon.
pub(super) fn tell(world: &World, rules: &Rules, me: usize) -> Told {
    let Some(first) = world.facts.first().map(|fact| fact.at.day()) else { return Told::default() };
    let horizon = world.horizon(me);
    let last = world.facts.last().map_or(horizon, |fact| fact.at.day().max(horizon));
    let wait = i32::try_from(rules.thresholds.unanswered_days).unwrap();
    let (mut walk, mut told, mut found) = (Walk::new(rules), Told::default(), Vec::new());
    let roles = world.roles(me);
    for day in (first.0..=last.0).map(Day) {
        // Between days on which something happened or ripened there is nothing new to find.
        if world.facts.iter().any(|fact| fact.at.day() == day || fact.at.day().plus(wait) == day) {
            let cut = world.as_of(day);
            let evidence = Eyes { world: &cut, rules, me }.evidence();
            walk.friend = is_friend(&cut, rules, me) && evidence.is_empty();
            found = slots(evidence, rules);
        }
        let mut held = found.clone();
        held.retain(|one| one.day <= day && one.until.is_none_or(|until| day < until));
        walk.role = roles.iter().find(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to)).copied();
        walk.begun = roles.iter().any(|(from, ..)| *from == day);
        told.shifts.extend(walk.step(day, &held));
        told.days.push(walk.spell(day, world, horizon, me));
        told.entries = held;
    }
    for fact in world.own(me).filter(|fact| is_act(rules, fact)) {
        if told.crossings.iter().all(|(_, _, zone, _)| *zone != fact.zone) {
            let furthest = told.crossings.iter().map(|(_, _, zone, _)| *zone).max();
            told.crossings.push((fact.at.day(), furthest, fact.zone, fact.seq));
        }
    }
    told
}

/// The points behind the stage on the last day of a world.
pub(super) fn total(world: &World, rules: &Rules, me: usize) -> i64 {
    let told = tell(world, rules, me);
    let Some(last) = told.days.last() else { return 0 };
    let counted = told.entries.iter().filter(|one| carries(last.stage).contains(&one.signal));
    counted.map(|one| decayed(one, last.from)).sum()
}

/// An own act that is more than a star.
fn is_act(rules: &Rules, fact: &Fact) -> bool {
    !fact.kind.is_about() && !rules.acts.passive.contains(&fact.kind)
}

fn is_friend(world: &World, rules: &Rules, me: usize) -> bool {
    let friendly = world.own(me).filter(|fact| rules.acts.friendly.contains(&fact.kind));
    let days: Vec<i32> = friendly.map(|fact| fact.at.day().0).collect();
    let apart = days.last().unwrap_or(&0) - days.first().unwrap_or(&0);
    days.len() >= rules.thresholds.friend_acts as usize
        && apart >= i32::try_from(rules.thresholds.friend_days).unwrap()
}

/// One piece of evidence for each signal, thread and week: the first, until a better one takes its place.
fn slots(mut found: Vec<Evidence>, rules: &Rules) -> Vec<Evidence> {
    let place = |one: &Evidence| rules.signals.iter().position(|rule| rule.name == one.rule);
    let slot = |one: &Evidence| (one.signal, one.thread, one.day.week());
    found.sort_by_key(|one| (one.day, one.at, one.seq, place(one)));
    let mut kept: Vec<Evidence> = Vec::new();
    for one in found {
        let holds =
            |held: &&mut Evidence| slot(held) == slot(&one) && held.until.is_none_or(|until| one.day < until);
        match kept.iter_mut().find(holds) {
            Some(held) if held.points >= one.points => continue,
            Some(held) => held.until = Some(one.day),
            None => {}
        }
        kept.push(one);
    }
    kept
}

fn decayed(one: &Evidence, day: Day) -> i64 {
    let Some(half) = one.half_life else { return one.points };
    let (age, half) = (u32::try_from(day.0 - one.day.0).unwrap(), half.max(1));
    let millionths = (2_f64.powf(-f64::from(age % half) / f64::from(half)) * 1e6).round() as i64;
    one.points * (millionths >> (age / half).min(40)) / 1_000_000
}

fn worth(held: &[Evidence], day: Day) -> i64 {
    held.iter().map(|one| decayed(one, day)).sum()
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

struct Walk<'a> {
    rules: &'a Rules,
    stage: Stage,
    friend: bool,
    role: Option<(Day, Option<Day>, &'a Fact)>,
    /// Whether a role begins on the day.
    begun: bool,
    /// The stage before the block, its day, its objections and its cause.
    before: Stage,
    since: Day,
    block: Vec<Evidence>,
    cause: Option<u32>,
    /// Objections that they went on in spite of.
    used: Vec<(i64, String)>,
    /// The furthest zone of the evidence so far, by signal; of objections only those that hold.
    zones: BTreeMap<Signal, Zone>,
    /// The signals that made a skeptic.
    came_by: Vec<Signal>,
}

impl<'a> Walk<'a> {
    fn new(rules: &'a Rules) -> Self {
        let stage = Stage::Unplaced;
        let (block, used, zones, came_by) = (Vec::new(), Vec::new(), BTreeMap::new(), Vec::new());
        Self {
            rules,
            stage,
            friend: false,
            role: None,
            begun: false,
            before: stage,
            since: Day(0),
            block,
            cause: None,
            used,
            zones,
            came_by,
        }
    }

    fn step(&mut self, day: Day, held: &[Evidence]) -> Vec<Shift> {
        let mut shifts = Vec::new();
        let limit = self.rules.blocker.points.0;
        let mut objects = held.to_vec();
        objects
            .retain(|one| one.signal == Signal::Objects && !self.used.contains(&(one.seq, one.rule.clone())));
        self.zones.remove(&Signal::Objects);
        for one in held.iter().filter(|one| one.signal != Signal::Objects).chain(&objects) {
            let zone = self.zones.entry(one.signal).or_insert(one.zone);
            *zone = one.zone.max(*zone);
        }
        let mut news = held.iter().any(|one| one.day == day) || self.begun;
        let mut live = objects.clone();
        live.retain(|one| decayed(one, day) > 0);
        if self.stage == Stage::Blocker {
            let slot = |one: &Evidence| (one.thread, one.day.week());
            let mut standing = objects.clone();
            standing.retain(|one| self.block.iter().any(|blocks| slot(blocks) == slot(one)));
            let mut fresh = held.to_vec();
            let since = self.since;
            fresh.retain(|one| one.day > since && matches!(one.signal, Signal::Succeeds | Signal::Teaches));
            let sum = |of: &[Evidence]| of.iter().map(|one| one.points).sum::<i64>();
            let is_over = sum(&standing) < limit;
            if is_over && worth(&live, day) < limit {
                shifts.push(self.to(day, self.before, "resolved-again", &[]));
            } else if !fresh.is_empty() && sum(&fresh) >= self.rules.blocker.went_on.0 {
                self.used.extend(objects.iter().map(|one| (one.seq, one.rule.clone())));
                self.zones.remove(&Signal::Objects);
                live.clear();
                shifts.push(self.to(day, self.before, "went-on", &fresh));
            } else {
                if is_over {
                    self.block = live.clone();
                    standing = live.clone();
                }
                if standing.iter().all(|one| one.thread != self.cause) {
                    self.cause = cause(&standing, day);
                }
            }
            news |= !shifts.is_empty();
        }
        if self.stage == Stage::Blocker {
            return shifts;
        }
        if self.stage == Stage::Unplaced && self.friend {
            shifts.push(self.to(day, Stage::Friend, "friend", &[]));
        }
        for rule in self.rules.moves.iter().filter(|_| news) {
            let stage = if self.stage == Stage::Friend { Stage::Unplaced } else { self.stage };
            if rule.from != stage {
                continue;
            }
            if let Some((_, _, grant)) = self.role.filter(|_| rule.role) {
                shifts.push(Shift { because: vec![grant.seq], ..self.to(day, rule.to, &rule.name, &[]) });
            } else if let Some(counted) = enough(rule, held, day) {
                if rule.to == Stage::Skeptic {
                    self.came_by = counted.iter().map(|one| one.signal).collect();
                }
                shifts.push(self.to(day, rule.to, &rule.name, &counted));
            }
        }
        if !live.is_empty() && worth(&live, day) >= limit {
            (self.before, self.since, self.cause) = (self.stage, day, cause(&live, day));
            shifts.push(Shift { cause: self.cause, ..self.to(day, Stage::Blocker, "blocker", &live) });
            self.block = live;
        }
        shifts
    }

    fn to(&mut self, day: Day, stage: Stage, rule: &str, because: &[Evidence]) -> Shift {
        let from = std::mem::replace(&mut self.stage, stage);
        let because = because.iter().map(|one| one.seq).collect();
        let basis = self.basis(stage);
        Shift { day, from, to: stage, rule: rule.to_owned(), because, cause: None, basis, known: None }
    }

    fn basis(&self, stage: Stage) -> Option<Zone> {
        let came = |signal: &&Signal| {
            stage != Stage::Skeptic || **signal == Signal::Tests || self.came_by.contains(signal)
        };
        carries(stage).iter().filter(came).filter_map(|signal| self.zones.get(signal)).max().copied()
    }

    fn spell(&self, day: Day, world: &World, horizon: Day, me: usize) -> Spell {
        let window = i32::try_from(self.rules.thresholds.active_days).unwrap();
        // An act counts until its window is over, and as long as nobody can know that it is.
        let counts = |fact: &&Fact| {
            let over = fact.at.day().plus(window);
            is_act(self.rules, fact) && fact.at.day() <= day && (day < over || over > horizon)
        };
        let zone = world.own(me).filter(counts).map(|fact| fact.zone).max();
        let holds = |one: &Decided| one.from <= day && one.until.is_none_or(|until| day < until);
        let decided: Vec<DecidedOn> = world
            .decisions
            .iter()
            .filter(|(whom, one)| *whom == me && holds(one))
            .map(|(_, one)| one.what)
            .collect();
        let pinned = decided.iter().rev().find_map(|what| match what {
            DecidedOn::Pin(stage) => Some(*stage),
            DecidedOn::Climber => Some(Stage::Climber),
            DecidedOn::LeaveAlone => None,
        });
        let stage = pinned.unwrap_or(self.stage);
        Spell {
            from: day,
            stage,
            automatic: self.stage,
            active: zone.is_some(),
            basis: self.basis(stage),
            zone,
            cause: self.cause.filter(|_| stage == Stage::Blocker && self.stage == Stage::Blocker),
            left_alone: decided.contains(&DecidedOn::LeaveAlone),
        }
    }
}

/// The thread with the most points; among equals the one that objected first.
fn cause(objects: &[Evidence], day: Day) -> Option<u32> {
    let by =
        |thread| objects.iter().filter(|one| one.thread == thread).map(|one| decayed(one, day)).sum::<i64>();
    let threads = objects.iter().rev().filter_map(|one| one.thread);
    threads.max_by_key(|thread| by(Some(*thread)))
}

/// The evidence that carries a move, if it does.
fn enough(rule: &MoveRule, held: &[Evidence], day: Day) -> Option<Vec<Evidence>> {
    let mut counted = held.to_vec();
    counted.retain(|one| rule.signals.contains(&one.signal) && decayed(one, day) > 0);
    let weeks: BTreeSet<_> = counted.iter().map(|one| one.day.week()).collect();
    let named: Vec<usize> = counted.iter().filter_map(|one| one.counterpart).collect();
    let people: BTreeSet<_> = named.iter().collect();
    let apart = counted.last()?.day.0 - counted[0].day.0;
    let is_enough = worth(&counted, day) >= rule.points.0
        && counted.len() >= rule.acts as usize
        && weeks.len() >= rule.weeks as usize
        && apart >= i32::try_from(rule.days).unwrap()
        && (named.len() * 2 < counted.len() || people.len() >= rule.counterparts as usize)
        && (!rule.internal || counted.iter().any(|one| one.internal));
    is_enough.then_some(counted)
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
                Case::Merged => by_me && matches!(fact.kind, Kind::CommitAuthored | Kind::CommitCoauthored),
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
                let found =
                    world.facts.iter().filter_map(of_act).filter(|(fact, _)| wanted(fact) && !feature(fact));
                found.map(|(fact, whom)| self.make(rule, fact, whom)).collect()
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
        let ends = |one: &Fact| {
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
                        Nature::Human => solved || world.holds_role(by, one.at.day()),
                    }
        };
        let entry = |open: &'a Fact| {
            let ripe = open.at.day().plus(wait);
            let end = self.after(open, open.thread).find(|one| ends(one));
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
            // A tie between the two: in my thread, by naming me, or by my review of theirs.
            let part = |fact: &&'a Fact| {
                let same = first.thread.is_some() && fact.thread == first.thread;
                let (by_me, by_them) = (world.actor(fact) == me, world.actor(fact) == other);
                let whose = world.counterpart(fact).or(world.opener(fact).map(|open| world.actor(open)));
                let opened = world.opener(first).is_some_and(|open| open.seq == fact.seq);
                by_them && world.counterpart(fact) == Some(me) && (same || fact.seq == first.seq)
                    || by_me && same && opened
                    || by_me
                        && REVIEWS.contains(&fact.kind)
                        && whose == Some(other)
                        && (same || fact.at == first.at)
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
