//! Where accounts stand: folded from where their members stood and stand. Must not know any rule.

use crate::{
    domain::{ids::AccountId, journey::PersonJourney, settings::Settings},
    journey::group::{self, MemberPast},
    store::{Deriving, StoreError},
};

const PAGE: u32 = 4_096;

/// Folds the accounts whose members changed, or all of them.
pub(super) fn conclude(
    deriving: &Deriving<'_>,
    settings: &Settings,
    everything: bool,
) -> Result<(), StoreError> {
    if !everything {
        return deriving.touched().into_iter().try_for_each(|account| one(deriving, settings, account));
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
        members.iter().map(|(person, ..)| ledger.past_of(*person)).collect::<Result<_, _>>()?;
    let pasts: Vec<MemberPast<'_>> = members
        .iter()
        .zip(&journeys)
        .map(|((person, from, to), journey)| MemberPast { person: *person, from: *from, to: *to, journey })
        .collect();
    let journey = group::account(&settings.rules.thresholds, relation, &pasts);
    deriving.account_journey(account, &journey)
}
