//! The meaning of the journey once more, as slow and as plain as can be: all evidence is looked for anew among the facts
//! up to each day, and one step is taken a day. How evidence is found: `eyes` and `fates`; what it is worth: `sums`. It
//! shares nothing with `journey` but the words of `domain`.

use std::collections::{BTreeMap, BTreeSet};

use buyin::{
    domain::{
        account::Zone,
        journey::Spell,
        rules::{Case, MoveRule, Rules},
        stage::{Signal, Stage},
        time::Day,
    },
    journey::case::{Decided, DecidedOn},
};

use super::{
    eyes::Eyes,
    outcome::{Evidence, Shift, Told},
    sums::{carries, decayed, worth},
    world::{Fact, World},
};

/// All days of somebody, from the first fact of the world to its last day.
pub(super) fn tell(world: &World, rules: &Rules, me: usize) -> Told {
    let Some(first) = world.facts.first().map(|fact| fact.at.day()) else { return Told::default() };
    let horizon = world.horizon(me);
    let wait = i32::try_from(rules.thresholds.unanswered_days).unwrap();
    let (mut walk, mut told, mut found) = (Walk::new(rules), Told::default(), Vec::new());
    let all_roles = world.roles(me);
    for day in (first.0..=world.last_day().0).map(Day) {
        // Between days on which something happened or ripened there is nothing new to find.
        if world.facts.iter().any(|fact| fact.at.day() == day || fact.at.day().plus(wait) == day) {
            let cut = world.as_of(day);
            let evidence = Eyes { world: &cut, rules, me }.evidence();
            walk.friend = is_friend(&cut, rules, me) && evidence.iter().all(|one| is_role(rules, one));
            found = slots(evidence, rules);
        }
        let mut held = found.clone();
        held.retain(|one| one.day <= day && one.until.is_none_or(|until| day < until));
        walk.role =
            all_roles.iter().find(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to)).copied();
        walk.begun = all_roles.iter().any(|(from, ..)| *from == day);
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

/// What somebody holds, not what they did.
fn is_role(rules: &Rules, one: &Evidence) -> bool {
    rules.signals.iter().any(|rule| rule.name == one.rule && rule.case == Case::Role)
}

/// An own act that is more than a star.
pub(super) fn is_act(rules: &Rules, fact: &Fact) -> bool {
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
    let slot = |one: &Evidence| (one.signal, one.thread, one.day.week(), is_role(rules, one));
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

struct Walk<'a> {
    rules: &'a Rules,
    stage: Stage,
    friend: bool,
    role: Option<(Day, Option<Day>, &'a Fact)>,
    /// Where a role alone had found them.
    lifted: Option<Stage>,
    /// Whether there was ever evidence of anything but a role.
    tried: bool,
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
        Self {
            rules,
            stage: Stage::Unplaced,
            friend: false,
            role: None,
            lifted: None,
            tried: false,
            begun: false,
            before: Stage::Unplaced,
            since: Day(0),
            block: Vec::new(),
            cause: None,
            used: Vec::new(),
            zones: BTreeMap::new(),
            came_by: Vec::new(),
        }
    }

    fn step(&mut self, day: Day, held: &[Evidence]) -> Vec<Shift> {
        let mut shifts = Vec::new();
        self.tried |= held.iter().any(|one| !is_role(self.rules, one));
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
                    standing.clone_from(&live);
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
        if self.role.is_none()
            && let Some(from) = self.lifted.take()
        {
            let mut ways = self.rules.moves.iter().filter(|rule| rule.from == from && rule.to == self.stage);
            if !ways.any(|rule| enough(rule, held, day).is_some()) {
                shifts.push(self.to(day, from, "role-ended", &[]));
                news = true;
            }
        }
        if self.stage == Stage::Unplaced && self.friend {
            shifts.push(self.to(day, Stage::Friend, "friend", &[]));
        }
        for rule in self.rules.moves.iter().filter(|_| news) {
            let stage = if self.stage == Stage::Friend { Stage::Unplaced } else { self.stage };
            if rule.from != stage || stage == Stage::Unplaced && !self.tried {
                continue;
            }
            if let Some((_, _, grant)) = self.role.filter(|_| rule.role) {
                self.lifted = Some(self.stage);
                shifts.push(Shift { because: vec![grant.seq], ..self.to(day, rule.to, &rule.name, &[]) });
            } else if let Some(counted) = enough(rule, held, day) {
                if rule.to == Stage::Skeptic {
                    self.came_by = counted.iter().map(|one| one.signal).collect();
                }
                self.lifted = None;
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
