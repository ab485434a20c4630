//! Where accounts stand: folded from where their members stood and stand. Must not know any rule.

use std::collections::BTreeSet;

use crate::{
    domain::{ids::AccountId, journey::PersonJourney, settings::Settings},
    journey::group::{self, MemberPast},
    store::{Deriving, StoreError},
};

const PAGE: u32 = 4_096;

/// Folds these accounts, or all of them.
pub(super) fn conclude(
    deriving: &Deriving<'_>,
    settings: &Settings,
    touched: Option<&BTreeSet<AccountId>>,
) -> Result<(), StoreError> {
    if let Some(touched) = touched {
        return touched.iter().try_for_each(|account| one(deriving, settings, *account));
    }
    let mut last = None;
    loop {
        let page = deriving.ledger().accounts_after(last, PAGE)?;
        let Some(end) = page.last() else { return Ok(()) };
        last = Some(*end);
        page.iter().try_for_each(|account| one(deriving, settings, *account))?;
    }
}

fn one(deriving: &Deriving<'_>, settings: &Settings, account: AccountId) -> Result<(), StoreError> {
    let ledger = deriving.ledger();
    let Some(relation) = ledger.relation_of(account)? else { return Ok(()) };
    let members = ledger.members_of(account)?;
    let journeys: Vec<PersonJourney> =
        members.iter().map(|(person, ..)| Ok(ledger.journey_of(*person)?.unwrap_or_default())).collect::<Result<_, StoreError>>()?;
    let pasts: Vec<MemberPast<'_>> = members
        .iter()
        .zip(&journeys)
        .map(|((person, from, to), journey)| MemberPast { person: *person, from: *from, to: *to, journey })
        .collect();
    let journey = group::account(&settings.rules.thresholds, relation, &pasts);
    deriving.account_journey(account, &journey)?;
    deriving.interests(account, &ledger.interests_of(account)?)?;
    Ok(())
}
