//! Where people stand: each of those whom a change touches is thought through again. Must not know any rule.

use std::collections::{BTreeMap, BTreeSet};

use super::{lens::Lens, surroundings::Surroundings, touched::Touched};
use crate::{
    domain::{
        activity::Kind,
        decision::{Decision, Verb},
        ids::{AccountId, PersonId},
        journey::Interest,
        person::Nature,
        settings::Settings,
        time::Day,
    },
    journey::{
        assess::{self, Assessed},
        case::{Around, Decided, DecidedOn},
    },
    store::{Deriving, Ledger, StoreError},
};

/// So many people are read ahead.
const PAGE: u32 = 4_096;

/// Under which name the store remembers who spoke for the projects when the journeys were concluded.
const SPEAKERS: &str = "speakers";

/// Thinks through whom a change touches and puts what follows. Gives the accounts of those who stand elsewhere;
/// none when everybody was thought through.
pub(super) fn conclude(
    deriving: &Deriving<'_>,
    settings: &Settings,
    today: Day,
    touched: &mut Touched,
    decisions: &[Decision],
) -> Result<BTreeSet<AccountId>, StoreError> {
    let lens = Lens::new(settings, &deriving.ledger())?;
    let mut around = Surroundings::new(deriving.ledger(), &lens, today)?;
    touched.everybody |= deriving.remembered(SPEAKERS)? != Some(around.speakers());
    deriving.remember(SPEAKERS, around.speakers())?;
    let decided = decided(&deriving.ledger(), decisions)?;
    let mut accounts = BTreeSet::new();
    let mut one = |person: PersonId| {
        // Who ceased to be is touched too, for those they dealt with.
        let Some(nature) = deriving.ledger().nature_of(person)? else { return Ok(()) };
        let of_person = decided.get(&person).map_or(&[][..], Vec::as_slice);
        let (mut assessed, interests) = assess_with(&mut around, (person, nature), of_person)?;
        // What a decision will bring comes on its day.
        assessed.journey.spells.retain(|spell| spell.from <= today);
        deriving.person_interests(person, &interests)?;
        if deriving.journey(person, &assessed.journey)? && !touched.everybody {
            accounts.extend(around.memberships(person).into_iter().map(|stay| stay.account));
        }
        around.check()
    };
    if !touched.everybody {
        touched.persons.iter().try_for_each(|person| one(*person))?;
        return Ok(accounts);
    }
    let mut last = None;
    loop {
        let page = deriving.ledger().persons_after(last, PAGE)?;
        let Some(end) = page.last() else { return Ok(accounts) };
        last = Some(*end);
        page.iter().try_for_each(|person| one(*person))?;
    }
}

/// Thinks one person through; bots and your own people go nowhere.
pub fn assess_one(
    around: &mut Surroundings<'_>,
    person: PersonId,
    decided: &[Decided],
) -> Result<Assessed, StoreError> {
    let Some(nature) = around.ledger.nature_of(person)? else { return Ok(Assessed::default()) };
    Ok(assess_with(around, (person, nature), decided)?.0)
}

fn assess_with(
    around: &mut Surroundings<'_>,
    (person, nature): (PersonId, Nature),
    decided: &[Decided],
) -> Result<(Assessed, Vec<Interest>), StoreError> {
    if nature != Nature::Human {
        return Ok(<_>::default());
    }
    let facts = around.facts(person)?;
    let subject = facts.subject(person, decided);
    let lens = around.lens;
    let assessed = assess::assess(&lens.engine, &subject, around);
    around.check()?;
    Ok((assessed, facts.interests))
}

/// When they first came to hold a role, their own acts with their sequences and days, and what is concluded of them without it: for judging
/// stages by who came to hold a role.
#[allow(clippy::type_complexity, reason = "one caller, which takes it apart at once")]
pub fn facts_without_roles(
    around: &mut Surroundings<'_>,
    person: PersonId,
) -> Result<(Option<Day>, Vec<(i64, Day, Kind)>, Assessed), StoreError> {
    let mut facts = around.facts(person)?;
    let granted = facts.own.iter().find(|act| act.kind == Kind::RoleGranted).map(|act| act.at.day());
    facts.own.retain(|act| !matches!(act.kind, Kind::RoleGranted | Kind::RoleRemoved));
    let acts = facts.own.iter().map(|act| (act.seq, act.at.day(), act.kind)).collect();
    let subject = facts.subject(person, &[]);
    let lens = around.lens;
    let assessed = assess::assess(&lens.engine, &subject, around);
    around.check()?;
    Ok((granted, acts, assessed))
}

/// The decisions on where people stand, by the person that they mean now.
pub fn decided(
    ledger: &Ledger<'_>,
    decisions: &[Decision],
) -> Result<BTreeMap<PersonId, Vec<Decided>>, StoreError> {
    let mut all: BTreeMap<PersonId, Vec<Decided>> = BTreeMap::new();
    for decision in decisions {
        let (person, until, what) = match decision.verb {
            Verb::Pin { person, stage, until } => (person, until, DecidedOn::Pin(stage)),
            Verb::Climber { person, until } => (person, until, DecidedOn::Climber),
            Verb::LeaveAlone { person, until } => (person, until, DecidedOn::LeaveAlone),
            _ => continue,
        };
        let person = ledger.canonical(person)?;
        all.entry(person).or_default().push(Decided { from: decision.at.day(), until, what });
    }
    Ok(all)
}
