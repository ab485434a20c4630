//! The momentum of all accounts: one question over all of them, because each is held against the community's own
//! trend and against the number of accounts that are looked at. Must not know the statistics.

use std::collections::BTreeMap;

use crate::{
    domain::{
        ids::AccountId,
        journey::Momentum,
        rules::Thresholds,
        settings::Settings,
        time::{Day, Week},
    },
    journey::momentum,
    store::{Deriving, Ledger, Store, StoreError},
};

/// Under which name the store remembers for which week the momentum was concluded.
const WEEK: &str = "momentum";

/// Concludes the momentum of all accounts, when a week that counts has changed, another one is over, or the rules are
/// other ones (`everything`).
pub(super) fn conclude(
    deriving: &Deriving<'_>,
    settings: &Settings,
    today: Day,
    everything: bool,
) -> Result<(), StoreError> {
    let ledger = deriving.ledger();
    let horizons = Horizons::read(&ledger, today)?;
    let mark = horizons.mark();
    if !everything && deriving.remembered(WEEK)? == Some(mark) && !deriving.weeks_changed(horizons.last()) {
        return Ok(());
    }
    let of_all = of_all(&ledger, &settings.rules.thresholds, &horizons)?;
    for (account, momentum) in &of_all {
        deriving.momentum(*account, Some(*momentum))?;
    }
    deriving.no_momentum_beside(&of_all)?;
    deriving.remember(WEEK, mark)
}

/// Whether another week is over, or can be spoken of, since the momentum was concluded.
pub(super) fn is_due(store: &Store, today: Day) -> Result<bool, StoreError> {
    let mark = Horizons::read(&store.ledger(), today)?.mark();
    Ok(store.remembered(WEEK)?.is_some_and(|known| known != mark))
}

/// The last week that is over on a day: a Sunday's own is not.
pub fn last_over(day: Day) -> Week {
    Week(day.week().0.saturating_sub(1))
}

/// Up to which week accounts can be spoken of: that of the source that is read the furthest, and for accounts
/// all of whose sources are behind it, their own.
pub struct Horizons {
    all: Week,
    behind: BTreeMap<AccountId, Week>,
}

impl Horizons {
    /// As of a day.
    pub fn read(ledger: &Ledger<'_>, day: Day) -> Result<Self, StoreError> {
        let days: Vec<Day> =
            ledger.covered()?.into_iter().filter_map(|(_, until)| Some(until?.day().min(day))).collect();
        let all = days.iter().max().copied().unwrap_or(day);
        let mut behind = BTreeMap::new();
        if days.iter().any(|other| last_over(*other) != last_over(all)) {
            for (account, until) in ledger.accounts_behind(all)? {
                behind.insert(account, last_over(until.min(all)));
            }
        }
        Ok(Self { all: last_over(all), behind })
    }

    /// The last week that can be spoken of.
    pub fn of(&self, account: AccountId) -> Week {
        self.behind.get(&account).copied().unwrap_or(self.all)
    }

    fn last(&self) -> Week {
        self.all
    }

    fn mark(&self) -> i64 {
        let own = self
            .behind
            .values()
            .fold(0_i64, |sum, week| sum.wrapping_mul(31).wrapping_add(i64::from(week.0)));
        i64::from(self.all.0).wrapping_mul(1_000_003).wrapping_add(own)
    }
}

/// The momentum of every account that was active in the weeks that are looked at, by their ids.
pub fn of_all(
    ledger: &Ledger<'_>,
    thresholds: &Thresholds,
    horizons: &Horizons,
) -> Result<Vec<(AccountId, Momentum)>, StoreError> {
    let mut weeks: Vec<Week> = horizons.behind.values().copied().chain([horizons.all]).collect();
    weeks.sort_unstable();
    weeks.dedup();
    let mut found = Vec::new();
    for week in weeks {
        let rows = window(ledger, thresholds, week)?;
        // Whoever is not read so far cannot be held against it.
        let known: Vec<_> = rows.into_iter().filter(|(account, ..)| horizons.of(*account) >= week).collect();
        let of_week = momentum::momentum(thresholds, &known);
        found.extend(of_week.into_iter().filter(|(account, _)| horizons.of(*account) == week));
    }
    found.sort_unstable_by_key(|(account, _)| *account);
    Ok(found)
}

/// The weeks up to `last`, oldest first, of every account, and whether it was active before them.
pub fn window(
    ledger: &Ledger<'_>,
    thresholds: &Thresholds,
    last: Week,
) -> Result<Vec<(AccountId, Vec<u32>, bool)>, StoreError> {
    let count = usize::try_from(thresholds.recent_weeks + thresholds.past_weeks).unwrap_or(0);
    let first = Week(last.0.saturating_sub(i32::try_from(count).unwrap_or(0) - 1));
    let mut rows = Vec::new();
    ledger.weeks(first, last, &mut |account, weeks, before| rows.push((account, weeks.to_vec(), before)))?;
    Ok(rows)
}
