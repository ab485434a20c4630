//! Where accounts stand: folded from where their members stood and stand. Must not know any rule.

use std::collections::BTreeSet;

use crate::{
    domain::{ids::AccountId, journey::PersonJourney, settings::Settings, time::Day},
    journey::group::{self, MemberPast},
    store::{Deriving, Store, StoreError},
};

const PAGE: u32 = 4_096;

/// Folds these accounts, or all of them.
pub(super) fn conclude(
    deriving: &Deriving<'_>,
    settings: &Settings,
    today: Day,
    touched: Option<&BTreeSet<AccountId>>,
) -> Result<(), StoreError> {
    let known = deriving.remembered(DUE)?.filter(|due| *due > i64::from(today.0) && touched.is_some());
    let mut due = known.and_then(|due| i32::try_from(due).ok()).map(Day);
    let mut each = |account: AccountId| {
        if let Some(later) = one(deriving, settings, today, account)? {
            due = Some(due.map_or(later, |due| due.min(later)));
        }
        Ok(())
    };
    match touched {
        Some(touched) => touched.iter().try_for_each(|account| each(*account))?,
        None => everybody(deriving, &mut each)?,
    }
    deriving.remember(DUE, due.map_or(i64::MAX, |due| i64::from(due.0)))
}

/// Whether a membership that is known already begins or ends by this day.
pub(super) fn is_due(store: &Store, today: Day) -> Result<bool, StoreError> {
    Ok(store.remembered(DUE)?.is_some_and(|due| due <= i64::from(today.0)))
}

/// Under which name the store remembers the next day on which a known membership begins or ends.
const DUE: &str = "accounts due";

fn everybody(
    deriving: &Deriving<'_>,
    each: &mut dyn FnMut(AccountId) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut last = None;
    loop {
        let page = deriving.ledger().accounts_after(last, PAGE)?;
        let Some(end) = page.last() else { return Ok(()) };
        last = Some(*end);
        page.iter().try_for_each(|account| each(*account))?;
    }
}

/// Gives the next day on which a known membership changes the account.
fn one(
    deriving: &Deriving<'_>,
    settings: &Settings,
    today: Day,
    account: AccountId,
) -> Result<Option<Day>, StoreError> {
    let ledger = deriving.ledger();
    let Some(relation) = ledger.relation_of(account)? else { return Ok(None) };
    let members = ledger.members_of(account)?;
    let journeys: Vec<PersonJourney> = members
        .iter()
        .map(|(person, ..)| Ok(ledger.standing_of(*person)?.unwrap_or_default()))
        .collect::<Result<_, StoreError>>()?;
    let pasts: Vec<MemberPast<'_>> = members
        .iter()
        .zip(&journeys)
        .map(|((person, from, to), journey)| MemberPast { person: *person, from: *from, to: *to, journey })
        .collect();
    let mut journey = group::account(&settings.rules.thresholds, relation, &pasts);
    let later = journey.spells.iter().map(|spell| spell.from).find(|day| *day > today);
    journey.spells.retain(|spell| spell.from <= today);
    deriving.account_journey(account, &journey)?;
    if deriving.interests_changed(account) {
        deriving.interests(account, &ledger.interests_of(account)?)?;
    }
    Ok(later)
}
