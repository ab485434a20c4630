//! Made facts for the tests of the engine: a small world of plainly made-up people.

use std::collections::BTreeMap;

use crate::{
    domain::{
        account::Zone,
        activity::Kind,
        ids::{AccountId, PersonId},
        person::Nature,
        rules::{Mark, Rules},
        time::Day,
    },
    journey::case::{Act, Around, Belonging, Decided, Marks, Other, Subject},
};

use super::{Assessed, Engine, assess};

/// Who the tests are about; everybody else is another identity.
pub(super) const ADA: u32 = 1;

/// An act of Ada, without a thread.
pub(super) fn act(kind: Kind, day: i32) -> Act {
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
    pub(super) fn by(self, identity: u32) -> Self {
        Self { identity, ..self }
    }

    pub(super) fn upon(self, identity: u32) -> Self {
        Self { counterpart: Some(identity), ..self }
    }

    pub(super) fn thread(self, thread: u32) -> Self {
        Self { thread: Some(thread), ..self }
    }

    pub(super) fn mark(self, mark: Mark) -> Self {
        Self { marks: self.marks.with(mark), ..self }
    }

    pub(super) fn zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }
}

/// All facts, and who is no plain colleague of Ada's.
#[derive(Default)]
pub(super) struct World {
    pub(super) acts: Vec<Act>,
    pub(super) natures: BTreeMap<u32, Nature>,
    /// Identities that share no account with Ada.
    pub(super) strangers: Vec<u32>,
    pub(super) decided: Vec<Decided>,
    pub(super) horizon: Day,
}

impl World {
    pub(super) fn new(acts: &[Act]) -> Self {
        let mut acts = acts.to_vec();
        // Acts of one day keep their order.
        for (position, act) in acts.iter_mut().enumerate() {
            act.seq += i64::try_from(position).unwrap() * 100_000;
        }
        acts.sort_by_key(|act| (act.at, act.seq));
        Self { acts, horizon: Day(100_000), ..Self::default() }
    }

    pub(super) fn assess(&mut self) -> Assessed {
        self.assess_by(&Rules::default())
    }

    pub(super) fn assess_by(&mut self, rules: &Rules) -> Assessed {
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
        assess(&Engine::new(rules), &subject, self)
    }

    /// The same world without what happened after a day.
    pub(super) fn until(&self, day: Day) -> Self {
        Self {
            acts: self.acts.iter().filter(|act| act.at.day() <= day).copied().collect(),
            natures: self.natures.clone(),
            strangers: self.strangers.clone(),
            decided: self.decided.iter().filter(|decision| decision.from <= day).copied().collect(),
            horizon: self.horizon.min(day),
        }
    }
}

pub(super) fn person(identity: u32) -> PersonId {
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

    fn heard_until(&mut self, _thread: u32) -> Day {
        self.horizon
    }
}
