//! Momentum against exact arithmetic: whole numbers only, the binomial coefficients added up in Pascal's triangle, and
//! the false discovery rate from its definition.
//!
//! Seen to fail when: (1) the observed count is left out of a tail (`lower = less` in `chance::of`); (2) the rank is
//! not the number of accounts but of distinct counts (`rank += 1` in `discoveries`); (3) expected goes without the
//! added one (`past.max(1)` for `past + 1` in `Trend::ratio`).

use buyin::{
    domain::{
        ids::AccountId,
        journey::Momentum,
        points::Points,
        rules::Thresholds,
        stage::MomentumState::{self, Falling, New, Rising, Steady},
    },
    journey::momentum::momentum,
};
use proptest::{prelude::*, sample::select};

use super::past::thresholds;

type Weeks = (AccountId, Vec<u32>, bool);

fn account(number: u32) -> AccountId {
    let mut bytes = [0; 10];
    bytes[6..].copy_from_slice(&number.to_be_bytes());
    AccountId(bytes)
}

/// 26 weeks with so many together, then four.
fn weeks(number: u32, past: u32, recent: u32, before: bool) -> Weeks {
    let mut weeks = vec![past / 26; 26];
    weeks[7] += past % 26;
    weeks.extend([0, recent / 2, recent - recent / 2, 0]);
    (account(number), weeks, before)
}

fn states(all: &[Weeks]) -> Vec<MomentumState> {
    momentum(&thresholds(), all).into_iter().map(|(_, momentum)| momentum.state).collect()
}

/// Twice the smaller tail over a common denominator, and which one it is. `recent` and `past` are the trend's.
fn exact(past: u32, seen: u32, trend: (u128, u128), denominator: u32) -> (u128, bool) {
    let count = past + seen;
    let mut row: Vec<u128> = vec![1];
    for _ in 0..count {
        let inner = row.windows(2).map(|pair| pair[0] + pair[1]);
        row = [1].into_iter().chain(inner).chain([1]).collect();
    }
    let term = |at: u32| row[at as usize] * trend.0.pow(at) * trend.1.pow(count - at);
    let lower: u128 = (0..=seen).map(term).sum();
    let upper: u128 = (seen..=count).map(term).sum();
    let whole = trend.0 + trend.1;
    assert_eq!((0..=count).map(term).sum::<u128>(), whole.pow(count), "the chances sum to one");
    let scale = whole.pow(denominator - count);
    ((2 * lower.min(upper) * scale).min(whole.pow(denominator)), upper < lower)
}

/// Called is who has a chance up to a limit that some account sets, of which at most the rate is expected below it by
/// chance alone.
fn naive(rules: &Thresholds, all: &[Weeks]) -> Option<Vec<(AccountId, Momentum)>> {
    let sums = |weeks: &[u32]| (weeks[..26].iter().sum::<u32>(), weeks[26..].iter().sum::<u32>());
    let (past, recent) = all.iter().fold((26, 4), |sum: (u128, u128), (_, weeks, _)| {
        let (past, recent) = sums(weeks);
        (sum.0 + u128::from(past), sum.1 + u128::from(recent))
    });
    let divisor = (1..=recent).rev().find(|by| past % by == 0 && recent % by == 0).unwrap();
    let trend = (recent / divisor, past / divisor);
    let most = all.iter().map(|(_, weeks, _)| weeks.iter().sum::<u32>()).max().unwrap_or(0);
    let whole = (trend.0 + trend.1).pow(most);
    let chance = |weeks: &Weeks| {
        let (past, seen) = sums(&weeks.1);
        (weeks.2 && past + seen > 0).then(|| exact(past, seen, trend, most))
    };
    let chances: Vec<_> = all.iter().map(chance).collect();
    let tested: Vec<u128> = chances.iter().flatten().map(|(chance, _)| *chance).collect();
    let up_to = |limit: u128| tested.iter().filter(|chance| **chance <= limit).count() as u128;
    let rate = u128::from(rules.false_discovery.0.unsigned_abs());
    let sides = |limit: u128| (limit * tested.len() as u128 * 1_000, rate * up_to(limit) * whole);
    let near = |(a, b): (u128, u128)| a.abs_diff(b) < a.max(b) / 1_000_000_000;
    if tested.iter().any(|limit| near(sides(*limit))) {
        // Rounded chances may fall to either side of so near a limit.
        return None;
    }
    let limit = tested.iter().copied().filter(|limit| sides(*limit).0 <= sides(*limit).1).max();
    let mut named = Vec::new();
    for ((account, weeks, _), chance) in all.iter().zip(&chances) {
        let (own, seen) = sums(weeks);
        let state = match chance {
            Some((chance, more)) if limit.is_some_and(|limit| *chance <= limit) => {
                if *more {
                    Rising
                } else {
                    Falling
                }
            }
            Some(_) => Steady,
            None if own + seen > 0 => New,
            None => continue,
        };
        let expected = u128::from(own + 1) * recent;
        let value = (2_000 * u128::from(seen) * past + expected) / (2 * expected);
        named.push((*account, Momentum { state, value: u32::try_from(value).unwrap() }));
    }
    Some(named)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn momentum_is_what_exact_arithmetic_says(
        counts in prop::collection::vec((0..6_u32, 0..6_u32, prop::bool::weighted(0.85)), 1..16),
        rate in select(vec![1, 100, 300, 500]),
    ) {
        let rules = Thresholds { false_discovery: Points(rate), ..thresholds() };
        let counts = (0..).zip(counts);
        let all: Vec<_> = counts.map(|(number, (past, recent, before))| weeks(number, past, recent, before)).collect();
        if let Some(expected) = naive(&rules, &all) {
            prop_assert_eq!(momentum(&rules, &all), expected);
        }
    }
}

#[test]
fn the_oracle_itself_agrees_with_counting_all_ways() {
    // Five members of whom two came in the recent weeks, at 1 to 3: all 4^5 ways.
    let ways = (0..4_u32.pow(5)).map(|way| (0..5).filter(|at| way / 4_u32.pow(*at) % 4 == 0).count());
    let at_least: Vec<_> = ways.filter(|recent| *recent >= 2).collect();
    assert_eq!(exact(3, 2, (1, 3), 5), (2 * at_least.len() as u128, true));
}

#[test]
fn an_account_rises_or_falls_against_its_past_and_the_trend() {
    // A steady community, one account that doubled, one that went silent.
    let mut all: Vec<_> = (0..40).map(|number| weeks(number, 52, 8, true)).collect();
    all.push(weeks(40, 52, 30, true));
    all.push(weeks(41, 260, 3, true));
    let states = states(&all);
    assert_eq!(states[40..], [Rising, Falling]);
    assert!(states[..40].iter().all(|state| *state == Steady));
}

#[test]
fn an_account_that_follows_the_community_is_steady() {
    // Everybody halves, or comes back three times as often: nobody is called anything.
    for recent in [4, 24] {
        let all: Vec<_> = (0..40).map(|number| weeks(number, 52, recent, true)).collect();
        assert!(states(&all).iter().all(|state| *state == Steady), "{recent}");
    }
    // Who does not halve with the others stands out.
    let mut all: Vec<_> = (0..400).map(|number| weeks(number, 520, 20, true)).collect();
    all.push(weeks(400, 520, 80, true));
    assert_eq!(states(&all)[400], Rising);
}

#[test]
fn small_numbers_prove_nothing() {
    // From one to three members is three times as many, and chance brings that to many of a thousand accounts.
    let mut all: Vec<_> = (0..1_000).map(|number| weeks(number, 13, 2, true)).collect();
    all[3] = weeks(3, 13, 5, true);
    let seen = momentum(&thresholds(), &all);
    assert_eq!((seen[3].1.state, seen[3].1.value), (Steady, 2_318));
}

#[test]
fn an_account_is_new_until_it_was_active_before_all_those_weeks() {
    let all = [weeks(0, 0, 9, false), weeks(1, 26, 4, false), weeks(2, 26, 4, true)];
    let seen: Vec<_> = momentum(&thresholds(), &all).into_iter().map(|(id, now)| (id, now.state)).collect();
    assert_eq!(seen, [(account(0), New), (account(1), New), (account(2), Steady)]);
}

#[test]
fn of_an_account_without_activity_in_all_those_weeks_nothing_is_said() {
    let all = [weeks(0, 26, 4, true), weeks(1, 0, 0, true), weeks(2, 0, 0, false), weeks(3, 1, 0, true)];
    let seen: Vec<_> = momentum(&thresholds(), &all).into_iter().map(|(id, now)| (id, now.state)).collect();
    assert_eq!(seen, [(account(0), Steady), (account(3), Steady)]);
}

#[test]
fn large_accounts_are_judged_like_small_ones() {
    let mut all: Vec<_> = (0..20).map(|number| weeks(number, 130_000, 20_000, true)).collect();
    all.push(weeks(20, 130_000, 22_000, true));
    all.push(weeks(21, 130_000, 18_000, true));
    all.push(weeks(22, 130_000, 20_020, true));
    all.push(weeks(23, 0, 4_000_000, true));
    let states = states(&all);
    assert_eq!(states[23], Rising);
    let all = &all[..23];
    assert_eq!(self::states(all)[20..], [Rising, Falling, Steady]);
    assert_eq!(self::states(all)[..20], [Steady; 20]);
}

#[test]
fn odd_lengths_and_an_empty_community_are_no_trouble() {
    assert_eq!(momentum(&thresholds(), &[]), []);
    let young = [(account(0), vec![1], true), (account(1), vec![0, 1], true), (account(2), Vec::new(), true)];
    assert_eq!(states(&young), [Steady, Steady]);
    let none = Thresholds { recent_weeks: 0, past_weeks: 0, ..thresholds() };
    assert_eq!(momentum(&none, &young).len(), 2);
}
