//! Momentum: whether distinct active members of the last weeks are more or fewer than an account's own past and the
//! community's trend let expect. Must not know the calendar, nor where the counts come from.
//!
//! Given how many an account had in all of its weeks together, chance alone would put each of them into the recent
//! weeks with the community's own share of recent weeks: a binomial law without any other assumption. Rising and
//! falling are told apart by the two tails, and only those are called so that Benjamini and Hochberg's procedure lets
//! through over all accounts. Floats are added, multiplied and divided in a fixed order, which gives the same bits on
//! every machine, and are then rounded to whole numbers before anything is compared.

mod chance;
mod explain;

use std::collections::BTreeMap;

use crate::domain::{ids::AccountId, journey::Momentum, rules::Thresholds, stage::MomentumState};

pub use explain::momentum_why;

/// What the whole community did: members active in a week, summed over weeks and accounts. It is taken to have one
/// more in every week, so that there is a trend from the first day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trend {
    recent: u64,
    past: u64,
}

impl Trend {
    /// Of the same accounts and weeks as [`momentum`].
    pub fn of(thresholds: &Thresholds, weeks: &[(AccountId, Vec<u32>, bool)]) -> Self {
        let none = Self {
            recent: u64::from(thresholds.recent_weeks.max(1)),
            past: u64::from(thresholds.past_weeks.max(1)),
        };
        weeks.iter().fold(none, |sum, (_, weeks, _)| {
            let (past, recent) = split(thresholds, weeks);
            Self { recent: sum.recent + recent, past: sum.past + past }
        })
    }

    /// What the past of an account lets expect, in thousandths, rounded: (past + 1) x trend.
    fn expected(self, past: u64) -> u64 {
        round(u128::from(past + 1) * u128::from(self.recent) * 1_000, u128::from(self.past))
    }

    /// What is seen as a multiple of what was expected, in thousandths, rounded.
    fn ratio(self, past: u64, recent: u64) -> u32 {
        let expected = u128::from(past + 1) * u128::from(self.recent);
        let ratio = round(u128::from(recent) * u128::from(self.past) * 1_000, expected);
        u32::try_from(ratio).unwrap_or(u32::MAX)
    }
}

/// Momentum of every account that was active in these weeks, in the order given. `weeks`: of each account the distinct active
/// members of the past and then the recent weeks that are over, oldest first; and whether it was active before them.
/// Your own company is not among the accounts.
pub fn momentum(
    thresholds: &Thresholds,
    weeks: &[(AccountId, Vec<u32>, bool)],
) -> Vec<(AccountId, Momentum)> {
    let trend = Trend::of(thresholds, weeks);
    let mut tested: BTreeMap<(u64, u64), u64> = BTreeMap::new();
    for (_, weeks, before) in weeks {
        let (past, recent) = split(thresholds, weeks);
        if *before && past + recent > 0 {
            *tested.entry((past, recent)).or_default() += 1;
        }
    }
    let called = discoveries(thresholds, trend, &tested);
    let mut all = Vec::with_capacity(weeks.len());
    for (account, weeks, before) in weeks {
        let (past, recent) = split(thresholds, weeks);
        let state = match (*before, past + recent) {
            // Of silence nothing can be said: neither that it is steady nor a ratio.
            (_, 0) => continue,
            (false, _) => MomentumState::New,
            (true, _) => called.get(&(past, recent)).copied().unwrap_or(MomentumState::Steady),
        };
        all.push((*account, Momentum { state, value: trend.ratio(past, recent) }));
    }
    all
}

/// The counts, of those that accounts have, that are called rising or falling: all up to the greatest chance that is
/// at most `false_discovery` x its rank / the number of accounts tested.
fn discoveries(
    thresholds: &Thresholds,
    trend: Trend,
    tested: &BTreeMap<(u64, u64), u64>,
) -> BTreeMap<(u64, u64), MomentumState> {
    let odds = chance::odds(trend.recent, trend.past);
    let mut ranked: Vec<(u64, (u64, u64), MomentumState)> = tested
        .keys()
        .map(|(past, recent)| {
            let (chance, more) = chance::of(past + recent, *recent, odds);
            (chance, (*past, *recent), if more { MomentumState::Rising } else { MomentumState::Falling })
        })
        .collect();
    ranked.sort_unstable();
    let accounts: u64 = tested.values().sum();
    let rate = u128::try_from(thresholds.false_discovery.0).unwrap_or(0);
    let (mut rank, mut limit) = (0, None);
    for (chance, counts, _) in &ranked {
        rank += tested.get(counts).copied().unwrap_or(0);
        if u128::from(*chance) * u128::from(accounts) * 1_000
            <= rate * u128::from(rank) * u128::from(chance::WHOLE)
        {
            limit = Some(*chance);
        }
    }
    let called = ranked.into_iter().filter(|(chance, ..)| limit.is_some_and(|limit| *chance <= limit));
    called.map(|(_, counts, state)| (counts, state)).collect()
}

/// Sums of the past and the recent weeks.
fn split(thresholds: &Thresholds, weeks: &[u32]) -> (u64, u64) {
    let sum = |weeks: &[u32]| weeks.iter().map(|week| u64::from(*week)).sum();
    let (past, recent) = weeks.split_at(weeks.len().saturating_sub(thresholds.recent_weeks as usize));
    (sum(past), sum(recent))
}

fn round(over: u128, under: u128) -> u64 {
    u64::try_from((over + under / 2).checked_div(under).unwrap_or(0)).unwrap_or(u64::MAX)
}
