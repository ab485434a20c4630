//! What other rules would change: everybody is thought through by them, and nothing is kept. Must not know any rule.

use super::{
    derive::{
        journeys::{assess_one, decided},
        lens::Lens,
        surroundings::Surroundings,
    },
    why::settings,
};
use crate::{
    domain::{
        ids::PersonId,
        journey::{PersonJourney, Spell},
        query::When,
        rules::Rules,
        settings::Settings,
        stage::Stage,
        time::Day,
        tried::Tried,
    },
    store::{StoreError, View},
};

const PAGE: u32 = 4_096;

/// Everybody whose automatic stage would be another one, by account and name.
pub fn differing(view: &View, rules: &Rules, today: Day) -> Result<Vec<Tried>, StoreError> {
    let settings = &settings(view)?;
    let other = Settings { rules: rules.clone(), ..settings.clone() };
    let (ours, theirs) = (Lens::new(settings, &view.ledger())?, Lens::new(&other, &view.ledger())?);
    let mut by_ours = Surroundings::new(view.ledger(), &ours, today)?;
    let mut by_theirs = Surroundings::new(view.ledger(), &theirs, today)?;
    let decisions: Vec<_> =
        view.decisions()?.into_iter().filter(|decision| decision.undone_by.is_none()).collect();
    let decided = decided(&view.ledger(), &decisions)?;
    let (mut last, mut found) = (None, Vec::new());
    loop {
        let page = view.ledger().humans_after(last, PAGE)?;
        let Some(end) = page.last() else {
            found.sort_by(|a: &Tried, b| (order(a), &a.name, a.person).cmp(&(order(b), &b.name, b.person)));
            return Ok(found);
        };
        last = Some(*end);
        for person in page {
            let of_person = decided.get(&person).map_or(&[][..], Vec::as_slice);
            let before = stands(&assess_one(&mut by_ours, person, of_person)?.journey, today);
            let journey = assess_one(&mut by_theirs, person, of_person)?.journey;
            let after = stands(&journey, today);
            if before != after {
                found.extend(tried(view, person, (before, after), &journey, today)?);
            }
        }
    }
}

/// By account; who has none comes last.
fn order(tried: &Tried) -> (bool, Option<&str>) {
    (tried.account.is_none(), tried.account.as_ref().map(|(_, name)| name.as_str()))
}

fn tried(
    view: &View,
    id: PersonId,
    (from, to): (Stage, Stage),
    journey: &PersonJourney,
    today: Day,
) -> Result<Option<Tried>, StoreError> {
    let Some(detail) = view.person(id, When::now(today))? else { return Ok(None) };
    let by = journey.moves.last();
    let mut because = Vec::new();
    for seq in by.map_or(&[][..], |by| &by.because) {
        because.extend(view.ledger().row_of(*seq)?);
    }
    Ok(Some(Tried {
        person: id,
        name: detail.row.name,
        account: detail.row.member.map(|member| (member.account, member.account_name)),
        from,
        to,
        day: by.map(|by| by.day),
        rule: by.map(|by| by.rule.clone()),
        because,
    }))
}

fn stands(journey: &PersonJourney, day: Day) -> Stage {
    let spell = journey.spells.iter().rev().find(|spell| spell.from <= day);
    spell.map_or(Stage::Unplaced, |spell: &Spell| spell.automatic)
}
