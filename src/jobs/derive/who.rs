//! Who is who and who was where: the first half of every derivation. Identifies everybody anew when anything but
//! activities changed, and else folds the memberships of those who did something from the evidence that was kept.
//! Must not know any rule.

use std::collections::BTreeSet;

use super::touched::Touched;
use crate::{
    domain::{
        decision::Decision,
        derived::{KeptEvidence, Link, PersonFold, PersonParts},
        ids::{AccountId, PersonId},
        person::{Ground, Nature},
        settings::Settings,
        time::Day,
    },
    journey::{
        identify::{self, Known, People},
        membership::{self, Act, Evidence, Left, Stated},
        organisation::{self, Accounts},
    },
    store::{Deriving, Dirty, Stay, Store, StoreError},
};

/// Everybody, identified.
pub(super) struct Identified {
    people: People,
    accounts: Accounts,
    evidence: Vec<Evidence>,
}

/// Identifies everybody by the ledgers.
pub(super) fn identify(
    store: &Store,
    settings: &Settings,
    decisions: &[Decision],
) -> Result<Identified, StoreError> {
    let (identities, records) = (store.identities()?, store.records()?);
    let known = Known { identities: &identities, records: &records, decisions, settings };
    let people = identify::people(&known);
    let accounts = organisation::accounts(&known, &people, store.key());
    let evidence = membership::evidence(&known, &people, &accounts);
    Ok(Identified { people, accounts, evidence })
}

/// Puts everybody who became another, or did something.
pub(super) fn put(
    deriving: &Deriving<'_>,
    found: Identified,
    dirty: &Dirty,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let Identified { mut people, accounts, evidence } = found;
    let links = Links::of(&people.persons, std::mem::take(&mut people.links));
    deriving.accounts(&accounts.list)?;
    let mut before = deriving.fingerprints()?;
    let mut anew = Vec::new();
    for (place, (person, evidence)) in people.persons.iter().zip(&evidence).enumerate() {
        let links = links.within(place);
        let fingerprint = fingerprint(person, links, membership::fingerprint(person, evidence, &accounts));
        let known = before.remove(&person.id);
        if known != Some(fingerprint) || is_dirty(dirty, person) {
            anew.push((person, links, evidence, fingerprint));
        }
    }
    // Before anything changes: whom they dealt with by what was thought until now.
    for ceased in before.keys() {
        touched.all_dealings(&deriving.ledger(), *ceased)?;
    }
    for ceased in before.into_keys().collect::<BTreeSet<PersonId>>() {
        deriving.drop_person(ceased)?;
    }
    // In the order of the tables' keys, so that they are filled from front to back.
    anew.sort_unstable_by_key(|(person, ..)| person.id);
    for (person, links, evidence, fingerprint) in anew {
        let was = Was::of(deriving, person.id)?;
        let fold = fold(deriving, &person.identities, evidence)?;
        deriving.person(person, links, &fold, fingerprint)?;
        if !touched.everybody {
            touched.persons.insert(person.id);
        }
        was.compare(deriving, person.id, &kept(evidence, &accounts), touched)?;
    }
    Ok(())
}

/// Folds the memberships of those who did something anew; everybody is who they were.
pub(super) fn again(
    deriving: &Deriving<'_>,
    settings: &Settings,
    dirty: &Dirty,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let elsewhere_days = settings.rules.thresholds.elsewhere_days;
    let mut persons = BTreeSet::new();
    for identity in &dirty.identities {
        if let Some((person, _)) = deriving.ledger().person_of(*identity)? {
            persons.insert(person);
        }
    }
    for person in persons {
        let was = Was::of(deriving, person)?;
        let fold = fold(deriving, &was.identities, &Evidence { elsewhere_days, ..evidence(&was.kept) })?;
        deriving.refold(person, &fold, &was.kept.accounts)?;
        touched.persons.insert(person);
        let kept = was.kept.clone();
        was.compare(deriving, person, &kept, touched)?;
    }
    Ok(())
}

/// What was concluded of somebody before.
#[derive(Default)]
struct Was {
    identities: Vec<u32>,
    nature: Option<Nature>,
    memberships: Vec<Stay<AccountId>>,
    kept: KeptEvidence,
    first: Option<i64>,
}

impl Was {
    fn of(deriving: &Deriving<'_>, person: PersonId) -> Result<Self, StoreError> {
        let ledger = deriving.ledger();
        if deriving.is_fresh() {
            return Ok(Self::default());
        }
        let (kept, first) = ledger.kept_of(person)?.unwrap_or_default();
        Ok(Self {
            identities: ledger.identities_of(person)?,
            nature: ledger.nature_of(person)?,
            memberships: ledger.memberships_of(person)?,
            kept,
            first,
        })
    }

    /// Keeps what the next fold needs, and touches those whom it concerns that somebody became another.
    fn compare(
        self,
        deriving: &Deriving<'_>,
        person: PersonId,
        kept: &KeptEvidence,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        let ledger = deriving.ledger();
        let first = ledger.first_of(person)?.map(|act| (act.seq, act.thread));
        deriving.evidence(person, kept, first)?;
        if touched.everybody {
            return Ok(());
        }
        let is_other = self.nature != ledger.nature_of(person)?
            || self.identities != ledger.identities_of(person)?
            || self.memberships != ledger.memberships_of(person)?;
        let began_anew = self.first.filter(|before| Some(*before) != first.map(|(seq, _)| seq));
        if is_other || began_anew.is_some() {
            touched.all_dealings(&ledger, person)?;
        }
        began_anew.map_or(Ok(()), |before| touched.around(&ledger, before))
    }
}

fn is_dirty(dirty: &Dirty, person: &PersonParts) -> bool {
    person.identities.iter().any(|identity| dirty.identities.binary_search(identity).is_ok())
}

fn fold(deriving: &Deriving<'_>, identities: &[u32], evidence: &Evidence) -> Result<PersonFold, StoreError> {
    let mut acts = Vec::new();
    deriving.activities_of(identities, &mut |doing| {
        acts.push(Act { identity: doing.identity, kind: doing.kind, at: doing.at });
    })?;
    Ok(membership::fold(evidence, acts.into_iter()))
}

/// The evidence of a person with the accounts that it names, to be kept beside the person.
fn kept(evidence: &Evidence, accounts: &Accounts) -> KeptEvidence {
    let place = |account: u32| evidence.accounts.iter().position(|known| *known == account);
    let local = |account: Option<u32>| account.and_then(place).and_then(|at| u32::try_from(at).ok());
    KeptEvidence {
        accounts: evidence.accounts.iter().map(|account| accounts.list[*account as usize].id).collect(),
        mail: evidence.mail.iter().map(|(seq, raw, proper)| (*seq, local(*raw), local(*proper))).collect(),
        stated: evidence
            .stated
            .iter()
            .map(|one| (local(one.account), one.ground, one.from, one.to))
            .collect(),
        left: evidence.left.iter().map(|left| (left.on, left.from, left.to)).collect(),
        moved: evidence.moved.clone(),
    }
}

/// The same, naming accounts by their place among those that were kept.
fn evidence(kept: &KeptEvidence) -> Evidence {
    let stated = |(account, ground, from, to): &(Option<u32>, Ground, Option<Day>, Option<Day>)| Stated {
        account: *account,
        ground: *ground,
        from: *from,
        to: *to,
    };
    Evidence {
        mail: kept.mail.clone(),
        stated: kept.stated.iter().map(stated).collect(),
        left: kept.left.iter().map(|(on, from, to)| Left { on: *on, from: *from, to: *to }).collect(),
        moved: kept.moved.clone(),
        accounts: (0..).take(kept.accounts.len()).collect(),
        ..Evidence::default()
    }
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
