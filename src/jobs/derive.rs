//! From ledgers to conclusions: reads what is known, lets the journey conclude, writes what changed. Must not
//! know any rule.

use std::collections::BTreeSet;

use crate::{
    domain::{
        decision::Decision,
        derived::{Link, PersonFold, PersonParts},
        ids::PersonId,
        settings::Settings,
    },
    journey::{
        identify::{self, Known},
        membership::{self, Act, Evidence},
        organisation,
    },
    store::{Deriving, Dirty, Store, StoreError},
};

/// Derives what the ledgers' last changes touch. `false`: nothing had changed.
pub fn run(store: &mut Store, settings: &Settings) -> Result<bool, StoreError> {
    let mut any = false;
    loop {
        let dirty = store.dirty()?;
        if dirty.is_empty() {
            return Ok(any);
        }
        any |= once(store, settings, &dirty)?;
    }
}

/// `false`: another buyin wrote while this one was thinking, so that nothing was concluded.
fn once(store: &mut Store, settings: &Settings, dirty: &Dirty) -> Result<bool, StoreError> {
    let (identities, records) = (store.identities()?, store.records()?);
    let decisions: Vec<Decision> =
        store.decisions()?.into_iter().filter(|decision| decision.undone_by.is_none()).collect();
    let known = Known { identities: &identities, records: &records, decisions: &decisions, settings };
    let mut people = identify::people(&known);
    let accounts = organisation::accounts(&known, &people, store.key());
    let evidence = membership::evidence(&known, &people, &accounts);
    let links = Links::of(&people.persons, std::mem::take(&mut people.links));
    let deriving = store.derive()?;
    if deriving.version()? != dirty.version {
        return Ok(false);
    }
    deriving.accounts(&accounts.list)?;
    let mut before = deriving.fingerprints()?;
    let mut anew = Vec::new();
    for (place, (person, evidence)) in people.persons.iter().zip(&evidence).enumerate() {
        let links = links.within(place);
        let fingerprint = fingerprint(person, links, membership::fingerprint(person, evidence, &accounts));
        let same = before.remove(&person.id) == Some(fingerprint);
        if !same || is_dirty(dirty, person) {
            anew.push((person, links, evidence, fingerprint));
        }
    }
    for ceased in before.into_keys().collect::<BTreeSet<PersonId>>() {
        deriving.drop_person(ceased)?;
    }
    // In the order of the tables' keys, so that they are filled from front to back.
    anew.sort_unstable_by_key(|(person, ..)| person.id);
    for (person, links, evidence, fingerprint) in anew {
        let fold = fold(&deriving, person, evidence)?;
        deriving.person(person, links, &fold, fingerprint)?;
    }
    deriving.finish()?;
    Ok(true)
}

fn is_dirty(dirty: &Dirty, person: &PersonParts) -> bool {
    person.identities.iter().any(|identity| dirty.identities.binary_search(identity).is_ok())
}

fn fold(
    deriving: &Deriving<'_>,
    person: &PersonParts,
    evidence: &Evidence,
) -> Result<PersonFold, StoreError> {
    let mut acts = Vec::new();
    deriving.activities_of(&person.identities, &mut |doing| {
        acts.push(Act { identity: doing.identity, kind: doing.kind, at: doing.at });
    })?;
    Ok(membership::fold(evidence, acts.into_iter()))
}

/// The links of each person, side by side.
struct Links {
    /// By person, then as the journey ordered them.
    all: Vec<Link>,
    /// Where each person's begin, and the end of the last.
    starts: Vec<usize>,
}

impl Links {
    fn of(persons: &[PersonParts], links: Vec<Link>) -> Self {
        let last = persons.iter().filter_map(|person| person.identities.last()).max().copied().unwrap_or(0);
        let mut place_of = vec![0_usize; usize::try_from(last).unwrap_or(0) + 1];
        for (place, person) in persons.iter().enumerate() {
            for identity in &person.identities {
                place_of[usize::try_from(*identity).unwrap_or(0)] = place;
            }
        }
        let place = |link: &Link| place_of.get(usize::try_from(link.a).unwrap_or(0)).copied().unwrap_or(0);
        let mut all = links;
        all.sort_by_key(place);
        let starts = (0..=persons.len()).map(|at| all.partition_point(|link| place(link) < at)).collect();
        Self { all, starts }
    }

    fn within(&self, place: usize) -> &[Link] {
        &self.all[self.starts[place]..self.starts[place + 1]]
    }
}

/// What the person's rows depend on besides the activities: the journey's own fingerprint, the name and the
/// links. FNV-1a: short, and the same everywhere.
fn fingerprint(person: &PersonParts, links: &[Link], of_memberships: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ of_memberships;
    let mut feed = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    person.name.bytes().for_each(&mut feed);
    for link in links {
        let (a, b) = (link.a.to_be_bytes(), link.b.to_be_bytes());
        a.into_iter().chain(b).chain([link.rule as u8]).for_each(&mut feed);
    }
    hash
}
