//! Made facts for the tests of the engine: a small world of plainly made-up people.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use crate::{
    domain::{
        account::Zone,
        activity::Kind,
        ids::{AccountId, PersonId},
        journey::{PersonJourney, Spell},
        person::Nature,
        rules::{Mark, Rules},
        stage::{Signal, Stage},
        time::Day,
    },
    journey::case::{Act, Around, Belonging, Decided, Marks, Other, Subject},
};

use super::{Assessed, Engine, assess};

/// Who the tests are about; everybody else is another identity.
pub(in crate::journey) const ADA: u32 = 1;

/// Colleagues of hers.
pub(in crate::journey) const BEN: u32 = 2;
pub(in crate::journey) const CHO: u32 = 3;
/// No colleague of hers.
pub(in crate::journey) const DEE: u32 = 4;
/// Holds a role from the first day on.
pub(in crate::journey) const MAY: u32 = 9;

/// The rules that ship with the program.
pub(in crate::journey) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Rules::default()));

/// An act of Ada, without a thread.
pub(in crate::journey) fn act(kind: Kind, day: i32) -> Act {
    Act {
        at: Day(day).start(),
        seq: i64::from(day) * 10,
        known_at: Day(day).start().plus_days(1),
        identity: ADA,
        kind,
        zone: Zone::Upstream,
        marks: Marks::default(),
        subject: None,
        thread: None,
        counterpart: None,
    }
}

impl Act {
    pub(in crate::journey) fn by(self, identity: u32) -> Self {
        Self { identity, ..self }
    }

    pub(in crate::journey) fn upon(self, identity: u32) -> Self {
        Self { counterpart: Some(identity), ..self }
    }

    pub(in crate::journey) fn thread(self, thread: u32) -> Self {
        Self { thread: Some(thread), ..self }
    }

    pub(in crate::journey) fn mark(self, mark: Mark) -> Self {
        Self { marks: self.marks.with(mark), ..self }
    }

    pub(in crate::journey) fn zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }
}

/// All facts, and who is no plain colleague of Ada's.
#[derive(Default)]
pub(in crate::journey) struct World {
    pub(in crate::journey) acts: Vec<Act>,
    pub(in crate::journey) natures: BTreeMap<u32, Nature>,
    /// Identities that share no account with Ada.
    pub(in crate::journey) strangers: Vec<u32>,
    pub(in crate::journey) decided: Vec<Decided>,
    pub(in crate::journey) horizon: Day,
}

impl World {
    pub(in crate::journey) fn new(acts: &[Act]) -> Self {
        let mut acts = acts.to_vec();
        // Acts of one day keep their order.
        for (position, act) in acts.iter_mut().enumerate() {
            act.seq += i64::try_from(position).unwrap() * 100_000;
        }
        acts.sort_by_key(|act| (act.at, act.seq));
        Self { acts, horizon: Day(100_000), ..Self::default() }
    }

    pub(in crate::journey) fn assess(&mut self) -> Assessed {
        self.assess_by(&ENGINE)
    }

    pub(in crate::journey) fn assess_by(&mut self, engine: &Engine) -> Assessed {
        let of_ada = |act: &&Act| act.identity == ADA;
        let own: Vec<Act> = self.acts.iter().filter(of_ada).copied().collect();
        let upon: Vec<Act> =
            self.acts.iter().filter(|act| !of_ada(act) && act.counterpart == Some(ADA)).copied().collect();
        let memberships = self.memberships(person(ADA));
        let decided = self.decided.clone();
        let subject = Subject {
            person: person(ADA),
            identities: &[ADA],
            own: &own,
            upon: &upon,
            memberships: &memberships,
            decided: &decided,
            horizon: self.horizon,
        };
        assess(engine, &subject, self)
    }

    /// The same world without what happened after a day.
    pub(in crate::journey) fn until(&self, day: Day) -> Self {
        Self {
            acts: self.acts.iter().filter(|act| act.at.day() <= day).copied().collect(),
            natures: self.natures.clone(),
            strangers: self.strangers.clone(),
            decided: self.decided.iter().filter(|decision| decision.from <= day).copied().collect(),
            horizon: self.horizon.min(day),
        }
    }
}

pub(in crate::journey) fn person(identity: u32) -> PersonId {
    let mut id = PersonId::default();
    id.0[..4].copy_from_slice(&identity.to_be_bytes());
    id
}

impl Around for World {
    fn who(&mut self, identity: u32) -> Other {
        let nature = self.natures.get(&identity).copied().unwrap_or(Nature::Human);
        Other { person: person(identity), nature }
    }

    fn thread(&mut self, thread: u32) -> Vec<Act> {
        self.acts.iter().filter(|act| act.thread == Some(thread)).copied().collect()
    }

    fn first(&mut self, of: PersonId) -> Option<Act> {
        self.acts.iter().find(|act| person(act.identity) == of && !act.kind.is_about()).copied()
    }

    fn newcomers(&mut self, thread: u32) -> Vec<PersonId> {
        let everybody: BTreeSet<PersonId> = self.acts.iter().map(|act| person(act.identity)).collect();
        let began = |of: &PersonId| self.first(*of).is_some_and(|first| first.thread == Some(thread));
        everybody.into_iter().filter(began).collect()
    }

    fn memberships(&mut self, of: PersonId) -> Vec<Belonging> {
        if self.strangers.iter().any(|stranger| person(*stranger) == of) {
            return Vec::new();
        }
        vec![Belonging { account: AccountId::default(), from: None, to: None }]
    }

    fn roles(&mut self, of: PersonId) -> Vec<(Day, Option<Day>)> {
        let granted = |act: &&Act| act.kind == Kind::RoleGranted && person(act.identity) == of;
        self.acts.iter().filter(granted).map(|act| (act.at.day(), None)).collect()
    }

    fn spoken_for_since(&mut self, _thread: u32) -> Option<Day> {
        let mut granted = self.acts.iter().filter(|act| act.kind == Kind::RoleGranted);
        granted.next().map(|act| act.at.day())
    }

    fn heard_until(&mut self, _thread: u32) -> Day {
        self.horizon
    }
}

pub(in crate::journey) fn moves(assessed: &Assessed) -> Vec<(i32, Stage, Stage, &str)> {
    assessed.journey.moves.iter().map(|made| (made.day.0, made.from, made.to, made.rule.as_str())).collect()
}

pub(in crate::journey) fn spell(assessed: &Assessed, day: i32) -> Option<Spell> {
    assessed.journey.spells.iter().rev().find(|spell| spell.from.0 <= day).copied()
}

pub(in crate::journey) fn points(assessed: &Assessed, signal: Signal) -> i64 {
    assessed.entries.iter().filter(|entry| entry.signal == signal).map(|entry| entry.points.0).sum()
}

/// Asserts that what is concluded of the days up to any day does not depend on what came later.
pub(in crate::journey) fn never_looks_ahead(world: &mut World) {
    let whole = world.assess().journey;
    let last = world.acts.last().map_or(0, |act| act.at.day().0);
    for day in (0..last + 400).step_by(7) {
        let day = Day(day);
        let cut = world.until(day).assess().journey;
        let until =
            |spells: &[Spell]| spells.iter().filter(|spell| spell.from <= day).copied().collect::<Vec<_>>();
        assert_eq!(until(&cut.spells), until(&whole.spells), "spells as of {}", day.0);
        let made = |journey: &PersonJourney| {
            journey.moves.iter().filter(|made| made.day <= day).cloned().collect::<Vec<_>>()
        };
        assert_eq!(made(&cut), made(&whole), "moves as of {}", day.0);
    }
}

/// An issue of Ada's in a thread, with the answer of somebody who holds a role.
pub(in crate::journey) fn bug(thread: u32, day: i32) -> Act {
    act(Kind::IssueOpened, day).thread(thread).mark(Mark::Bug)
}

pub(in crate::journey) fn comment(thread: u32, day: i32) -> Act {
    act(Kind::IssueCommented, day).thread(thread)
}

pub(in crate::journey) fn closed(thread: u32, day: i32, mark: Mark) -> Act {
    act(Kind::IssueClosed, day).thread(thread).by(MAY).mark(mark)
}

pub(in crate::journey) fn role() -> Act {
    act(Kind::RoleGranted, 0).by(MAY)
}
