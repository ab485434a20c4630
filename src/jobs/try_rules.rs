//! What other rules would change: everybody is thought through by them, and nothing is kept. Must not know any rule.

use super::derive::{
    journeys::{assess_one, decided},
    lens::Lens,
    surroundings::Surroundings,
};
use crate::{
    domain::{
        ids::PersonId,
        journey::{Move, PersonJourney, Spell},
        rules::Rules,
        settings::Settings,
        stage::Stage,
        time::Day,
    },
    store::{StoreError, View},
};

/// Somebody who would stand elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    pub person: PersonId,
    /// The automatic stage by the rules in force, and by the tried ones.
    pub from: Stage,
    pub to: Stage,
    /// The last move by the tried rules; `None` for who would not move at all.
    pub by: Option<Move>,
}

const PAGE: u32 = 4_096;

/// Hands over everybody whose automatic stage would be another one, by id.
pub fn differing(
    view: &View,
    settings: &Settings,
    rules: &Rules,
    today: Day,
    each: &mut dyn FnMut(Differing) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let tried = Settings { rules: rules.clone(), ..settings.clone() };
    let (ours, theirs) = (Lens::new(settings, &view.ledger())?, Lens::new(&tried, &view.ledger())?);
    let mut by_ours = Surroundings::new(view.ledger(), &ours, today)?;
    let mut by_theirs = Surroundings::new(view.ledger(), &theirs, today)?;
    let decisions: Vec<_> =
        view.decisions()?.into_iter().filter(|decision| decision.undone_by.is_none()).collect();
    let decided = decided(&view.ledger(), &decisions)?;
    let mut last = None;
    loop {
        let page = view.ledger().humans_after(last, PAGE)?;
        let Some(end) = page.last() else { return Ok(()) };
        last = Some(*end);
        for person in page {
            let of_person = decided.get(&person).map_or(&[][..], Vec::as_slice);
            let before = stands(&assess_one(&mut by_ours, person, of_person)?.journey);
            let journey = assess_one(&mut by_theirs, person, of_person)?.journey;
            let after = stands(&journey);
            if before != after {
                each(Differing { person, from: before, to: after, by: journey.moves.last().cloned() })?;
            }
        }
    }
}

fn stands(journey: &PersonJourney) -> Stage {
    journey.spells.last().map_or(Stage::Unplaced, |spell: &Spell| spell.automatic)
}
