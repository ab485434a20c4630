//! What a CRM says of the deals that a person is a contact of. Must not know what follows for an account.

use std::collections::HashMap;

use crate::{
    domain::{
        activity::Kind,
        journey::{DealFact, DealStep},
        time::Day,
    },
    journey::case::Act,
};

/// Deals that their source does not name are one deal.
const NAMELESS: u32 = u32::MAX;

/// The steps of the person's deals, in order. A change of its stage opens a deal that is not open, but for the day on
/// which it was closed and, if it was won, for ever: what a CRM writes beside or after a closing is no new deal.
pub(super) fn deals(own: &[Act]) -> Vec<DealFact> {
    let mut steps: HashMap<u32, (DealStep, Day)> = HashMap::new();
    let mut facts = Vec::new();
    for act in own {
        let (day, deal) = (act.at.day(), act.thread.unwrap_or(NAMELESS));
        let last = steps.get(&deal).copied();
        let what = match (act.kind, last) {
            (Kind::DealWon, _) => DealStep::Won,
            (Kind::DealLost, _) => DealStep::Lost,
            (Kind::DealStageChanged, Some((DealStep::Won, _))) => continue,
            (Kind::DealStageChanged | Kind::DealCreated, Some((_, closed))) if closed == day => continue,
            (Kind::DealStageChanged | Kind::DealCreated, _) => DealStep::Open,
            _ => continue,
        };
        if last.is_none_or(|(step, _)| step != what) {
            steps.insert(deal, (what, day));
            facts.push(DealFact { day, deal, what });
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::assess::made::act;

    #[test]
    fn a_deal_is_opened_once_and_what_is_written_beside_its_closing_opens_no_new_one() {
        use DealStep::{Lost, Open, Won};
        use Kind::{DealCreated as Created, DealLost, DealStageChanged as Changed, DealWon};
        let cases: [(&[(Kind, i32)], &[(i32, DealStep)]); 5] = [
            (&[(Created, 1), (Changed, 5), (Changed, 9)], &[(1, Open)]),
            (&[(Changed, 5), (DealWon, 9), (Changed, 9), (Changed, 20)], &[(5, Open), (9, Won)]),
            (
                &[(Created, 1), (DealLost, 9), (Changed, 9), (Changed, 30)],
                &[(1, Open), (9, Lost), (30, Open)],
            ),
            (&[(DealWon, 9), (DealLost, 200)], &[(9, Won), (200, Lost)]),
            (&[(Kind::CrmRoleSet, 3)], &[]),
        ];
        for (given, steps) in cases {
            let own: Vec<_> = given.iter().map(|(kind, day)| act(*kind, *day)).collect();
            let found: Vec<_> = deals(&own).iter().map(|fact| (fact.day.0, fact.what)).collect();
            assert_eq!(found, steps, "{given:?}");
        }
    }
}
