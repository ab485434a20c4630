//! The two who judge a world: the engine, and the oracle that checks it. Must not know what is expected.

use buyin::{
    domain::{ids::PersonId, journey::Spell, rules::Rules, stage::Stage, time::Day},
    journey::assess::{Assessed, Engine, Entry, assess, why},
};

use super::{
    oracle,
    outcome::{Evidence, Shift, Told},
    sums,
    world::World,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judge {
    Engine,
    Oracle,
}

impl Judge {
    pub(super) fn tell(self, world: &World, rules: &Rules, who: usize) -> Told {
        match self {
            Self::Engine => told(world, rules, &assessed(world, rules, who)),
            Self::Oracle => oracle::tell(world, rules, who),
        }
    }

    /// What the evidence of the stage sums to on a day, in thousandths.
    pub(super) fn total(self, world: &World, rules: &Rules, who: usize, day: Day) -> i64 {
        match self {
            Self::Engine => why(&Engine::new(rules), &assessed(world, rules, who), day).total.0,
            Self::Oracle => sums::total(world, rules, who, day),
        }
    }
}

pub(super) fn assessed(world: &World, rules: &Rules, who: usize) -> Assessed {
    let engine = Engine::new(rules);
    world.with(who, &|labels| engine.marks(labels), |subject, around| assess(&engine, subject, around))
}

/// Nobody and nothing yet.
pub(super) fn blank(day: Day) -> Spell {
    Spell {
        from: day,
        stage: Stage::Unplaced,
        automatic: Stage::Unplaced,
        active: false,
        basis: None,
        zone: None,
        cause: None,
        left_alone: false,
    }
}

/// How somebody stood on a day, by spells.
pub(super) fn on(spells: &[Spell], day: Day) -> Spell {
    let spell = spells.iter().rev().find(|spell| spell.from <= day);
    spell.map_or_else(|| blank(day), |spell| Spell { from: day, ..*spell })
}

fn told(world: &World, rules: &Rules, assessed: &Assessed) -> Told {
    let journey = &assessed.journey;
    let Some(first) = world.facts.first().map(|fact| fact.at.day()) else { return Told::default() };
    let last = world.last_day();
    let person = |id: PersonId| (0..world.people.len()).find(|who| World::id(*who) == id);
    let evidence = |entry: &Entry| Evidence {
        day: entry.day,
        at: entry.day.start(),
        seq: entry.seq,
        signal: entry.signal,
        rule: rules.signals[usize::from(entry.rule)].name.clone(),
        points: entry.points.0,
        half_life: entry.half_life,
        zone: entry.zone,
        thread: entry.thread,
        counterpart: entry.counterpart.and_then(person),
        until: entry.until,
        internal: entry.internal,
    };
    Told {
        shifts: journey
            .moves
            .iter()
            .map(|one| Shift {
                day: one.day,
                from: one.from,
                to: one.to,
                rule: one.rule.clone(),
                because: one.because.clone(),
                cause: one.cause,
                basis: one.basis,
                known: Some(one.known_at.day()),
            })
            .collect(),
        days: (first.0..=last.0).map(|day| on(&journey.spells, Day(day))).collect(),
        crossings: journey.crossings.iter().map(|one| (one.day, one.from, one.to, one.because)).collect(),
        entries: assessed.entries.iter().filter(|entry| entry.holds(last)).map(evidence).collect(),
    }
}
