//! What the engine may ask about others, answered from the store. The same while everything is concluded and when
//! somebody asks why. Must not know any rule.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    lens::{Lens, is_crm},
    speakers::Speakers,
};
use crate::{
    domain::{
        activity::Kind,
        ids::{AccountId, PersonId},
        journey::Interest,
        person::Nature,
        time::{Day, Time},
    },
    journey::case::{self, Around, Belonging, Decided, Other, Subject},
    store::{Ledger, StoreError},
};

/// So much is remembered of others before it is forgotten again: memory does not grow with the store.
const REMEMBERED: usize = 50_000;

/// The number of no source: nothing is known of what it is complete up to.
const NO_SOURCE: u16 = u16::MAX;

/// One reading of the facts on a day.
pub struct Surroundings<'a> {
    pub ledger: Ledger<'a>,
    pub lens: &'a Lens,
    today: Day,
    /// Up to which day silence is known, by the number of the source.
    covered: BTreeMap<u16, Day>,
    roles: BTreeMap<PersonId, Vec<(Day, Option<Day>)>>,
    speakers: Speakers,
    others: HashMap<u32, (Other, u16)>,
    firsts: HashMap<PersonId, Option<case::Act>>,
    belongings: HashMap<PersonId, Vec<Belonging>>,
    /// Of the thread that was last asked for: the sources that speak of it.
    voices: Option<(u32, Voices)>,
    /// The first thing that could not be read: the engine's questions have no place for it.
    failed: Option<StoreError>,
}

/// What the store says of one person, ready for the engine.
#[derive(Default)]
pub struct Facts {
    pub identities: Vec<u32>,
    pub own: Vec<case::Act>,
    pub upon: Vec<case::Act>,
    pub memberships: Vec<Belonging>,
    /// What they were active in, by account and name.
    pub interests: Vec<Interest>,
    pub horizon: Day,
}

impl Facts {
    /// The person as the engine takes them.
    pub fn subject<'a>(&'a self, person: PersonId, decided: &'a [Decided]) -> Subject<'a> {
        Subject {
            person,
            identities: &self.identities,
            own: &self.own,
            upon: &self.upon,
            memberships: &self.memberships,
            decided,
            horizon: self.horizon,
        }
    }
}

impl<'a> Surroundings<'a> {
    pub fn new(ledger: Ledger<'a>, lens: &'a Lens, today: Day) -> Result<Self, StoreError> {
        let day = |until: Option<Time>| until.map_or(Day(i32::MIN), |until| until.day().min(today));
        let covered = ledger.covered()?.into_iter().map(|(source, until)| (source, day(until))).collect();
        let mut new = Self {
            ledger,
            lens,
            today,
            covered,
            roles: BTreeMap::new(),
            speakers: Speakers::new(ledger.has_any(Nature::Own)?),
            others: HashMap::new(),
            firsts: HashMap::new(),
            belongings: HashMap::new(),
            voices: None,
            failed: None,
        };
        new.read_roles()?;
        Ok(new)
    }

    /// Fails with what could not be read since the last time.
    pub fn check(&mut self) -> Result<(), StoreError> {
        self.failed.take().map_or(Ok(()), Err)
    }

    /// From now on nobody is known to hold a role: for judging stages by who came to hold one.
    pub fn withhold_roles(&mut self) {
        self.roles.clear();
        self.speakers.withhold_roles();
    }

    /// Changes when it becomes known otherwise who speaks for a project: that may concern anybody.
    pub fn speakers(&self) -> i64 {
        self.speakers.fingerprint()
    }

    /// Reads what is known of a human.
    pub fn facts(&mut self, person: PersonId) -> Result<Facts, StoreError> {
        let mut identities = Vec::new();
        for (identity, source) in self.ledger.sources_of(person)? {
            identities.push(identity);
            self.remember(identity, (Other { person, nature: Nature::Human }, source));
        }
        let (mut own, mut upon) = (Vec::new(), Vec::new());
        self.ledger.acts_of(&identities, &mut |act| own.push(act))?;
        self.ledger.acts_upon(&identities, &mut |act| upon.push(act))?;
        let mut horizon = self.today;
        let mut last = None;
        for act in &own {
            if last != Some(act.identity) {
                last = Some(act.identity);
                let source = self.other(act.identity)?.1;
                horizon = horizon.min(self.covered(source));
            }
        }
        let memberships = self.belongings(person)?;
        Ok(Facts {
            interests: self.interests(&own, &memberships),
            own: self.seen(&own)?,
            upon: self.seen(&upon)?,
            memberships,
            identities,
            horizon,
        })
    }

    /// By account and name: the first and the last day, and how often.
    fn interests(&self, own: &[crate::store::Act], memberships: &[Belonging]) -> Vec<Interest> {
        let mut found: BTreeMap<(AccountId, &str), (Day, Day, u32)> = BTreeMap::new();
        // What a CRM keeps of somebody is our own work, not a topic of theirs.
        for act in own.iter().filter(|act| !act.kind.is_about() && !is_crm(act.kind)) {
            let day = act.at.day();
            for stay in memberships.iter().filter(|stay| stay.holds(day)) {
                for name in self.lens.topics(act) {
                    let seen = found.entry((stay.account, name)).or_insert((day, day, 0));
                    *seen = (seen.0.min(day), seen.1.max(day), seen.2.saturating_add(1));
                }
            }
        }
        let interest = |((account, name), (first_day, last_day, activities)): ((AccountId, &str), _)| {
            Interest { account, name: name.to_owned(), first_day, last_day, activities }
        };
        found.into_iter().map(interest).collect()
    }

    fn seen(&mut self, acts: &[crate::store::Act]) -> Result<Vec<case::Act>, StoreError> {
        let mut seen = Vec::with_capacity(acts.len());
        for act in acts {
            let source = self.other(act.identity)?.1;
            seen.push(self.lens.act(act, source));
        }
        Ok(seen)
    }

    fn covered(&self, source: u16) -> Day {
        self.covered.get(&source).copied().unwrap_or(Day(i32::MIN))
    }

    /// Who stands behind an identity, and the number of its source.
    fn other(&mut self, identity: u32) -> Result<(Other, u16), StoreError> {
        if let Some(known) = self.others.get(&identity) {
            return Ok(*known);
        }
        // An identity that nobody was concluded from yet stands for nobody.
        let (face, source) = self.ledger.face_of(identity)?.unwrap_or((None, NO_SOURCE));
        let (person, nature) = face.unwrap_or((PersonId::default(), Nature::Bot));
        let found = (Other { person, nature }, source);
        self.remember(identity, found);
        Ok(found)
    }

    fn remember(&mut self, identity: u32, found: (Other, u16)) {
        if self.others.len() >= REMEMBERED {
            self.others.clear();
        }
        self.others.insert(identity, found);
    }

    /// The sources that speak of a thread.
    fn voices(&mut self, thread: u32) -> Result<Voices, StoreError> {
        if let Some((_, known)) = self.voices.as_ref().filter(|(of, _)| *of == thread) {
            return Ok(known.clone());
        }
        let mut spoken = BTreeMap::new();
        self.ledger.acts_in(thread, &mut |act| {
            *spoken.entry(act.identity).or_insert(false) |= !is_of_a_clone(act.kind);
        })?;
        let mut voices = Voices::default();
        for (identity, hears) in spoken {
            let source = self.other(identity)?.1;
            voices.all.insert(source);
            if hears {
                voices.hearing.insert(source);
            }
        }
        self.voices = Some((thread, voices.clone()));
        Ok(voices)
    }

    fn belongings(&mut self, person: PersonId) -> Result<Vec<Belonging>, StoreError> {
        if let Some(known) = self.belongings.get(&person) {
            return Ok(known.clone());
        }
        let spans = self.ledger.memberships_of(person)?;
        let found: Vec<Belonging> =
            spans.into_iter().map(|(account, from, to)| Belonging { account, from, to }).collect();
        if self.belongings.len() >= REMEMBERED {
            self.belongings.clear();
        }
        self.belongings.insert(person, found.clone());
        Ok(found)
    }

    /// Periods of roles by person: few people ever hold one.
    fn read_roles(&mut self) -> Result<(), StoreError> {
        let mut held: BTreeMap<(PersonId, u32, Option<u32>), Option<Day>> = BTreeMap::new();
        for act in self.ledger.all_roles()? {
            let (other, source) = self.other(act.identity)?;
            if act.kind == Kind::RoleGranted {
                self.speakers.granted(source, act.subject, act.at.day());
            }
            let open = held.entry((other.person, act.identity, act.subject)).or_default();
            match (act.kind, *open) {
                (Kind::RoleGranted, None) => *open = Some(act.at.day()),
                (Kind::RoleRemoved, Some(from)) => {
                    *open = None;
                    self.roles.entry(other.person).or_default().push((from, Some(act.at.day())));
                }
                _ => {}
            }
        }
        for ((person, ..), open) in held {
            if let Some(from) = open {
                self.roles.entry(person).or_default().push((from, None));
            }
        }
        for periods in self.roles.values_mut() {
            periods.sort_unstable();
        }
        Ok(())
    }

    fn or_fail<T: Default>(&mut self, found: Result<T, StoreError>) -> T {
        found.unwrap_or_else(|error| {
            self.failed.get_or_insert(error);
            T::default()
        })
    }
}

impl Around for Surroundings<'_> {
    fn who(&mut self, identity: u32) -> Other {
        let found = self.other(identity).map(Some);
        self.or_fail(found)
            .map_or(Other { person: PersonId::default(), nature: Nature::Bot }, |(other, _)| other)
    }

    fn thread(&mut self, thread: u32) -> Vec<case::Act> {
        let mut acts = Vec::new();
        let read = self.ledger.acts_in(thread, &mut |act| acts.push(act));
        let read = read.and_then(|()| self.seen(&acts));
        self.or_fail(read)
    }

    fn first(&mut self, person: PersonId) -> Option<case::Act> {
        if let Some(known) = self.firsts.get(&person) {
            return *known;
        }
        let found = self
            .ledger
            .first_of(person)
            .and_then(|act| act.map(|act| Ok(self.lens.act(&act, self.other(act.identity)?.1))).transpose());
        let found = self.or_fail(found);
        if self.firsts.len() >= REMEMBERED {
            self.firsts.clear();
        }
        self.firsts.insert(person, found);
        found
    }

    fn newcomers(&mut self, thread: u32) -> Vec<PersonId> {
        let found = self.ledger.newcomers(thread);
        self.or_fail(found)
    }

    fn memberships(&mut self, person: PersonId) -> Vec<Belonging> {
        let found = self.belongings(person);
        self.or_fail(found)
    }

    fn roles(&mut self, person: PersonId) -> Vec<(Day, Option<Day>)> {
        self.roles.get(&person).cloned().unwrap_or_default()
    }

    fn spoken_for_since(&mut self, thread: u32) -> Option<Day> {
        let place = self.voices(thread).and_then(|voices| {
            Ok((voices.all, self.ledger.thread(thread)?.and_then(|(_, subject)| subject)))
        });
        let (sources, subject) = self.or_fail(place);
        sources.into_iter().filter_map(|source| self.speakers.since(source, subject)).min()
    }

    fn heard_until(&mut self, thread: u32) -> Day {
        let voices = self.voices(thread);
        let voices = self.or_fail(voices);
        let hearing = if voices.hearing.is_empty() { voices.all } else { voices.hearing };
        hearing.into_iter().map(|source| self.covered(source)).min().unwrap_or(Day(i32::MIN))
    }
}

/// The sources that speak of a thread.
#[derive(Debug, Clone, Default)]
struct Voices {
    all: BTreeSet<u16>,
    /// Those that would tell of an answer.
    hearing: BTreeSet<u16>,
}

/// What a clone tells of a thread: it knows of changes, and of nothing that is said about them.
const fn is_of_a_clone(kind: Kind) -> bool {
    matches!(kind, Kind::CommitAuthored | Kind::CommitCoauthored | Kind::CommitReviewed | Kind::CommitMerged)
}
