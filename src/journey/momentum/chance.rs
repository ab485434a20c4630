//! The chance of a count under a binomial law, two-sided. Must not know what is counted.
//!
//! No function of the platform's mathematics library is used: those differ between machines. The terms of the law
//! follow from each other by multiplication and division, outwards from the most likely one, and are put in
//! proportion to their sum.

/// A chance of one; chances are whole parts of it, rounded.
pub(super) const WHOLE: u64 = 1_000_000_000_000;

/// Terms below this, the greatest being 1, no longer change any of the parts.
const NOTHING: f64 = 1e-30;

/// Beyond 2^53 counts lose their last digits; there are not that many people.
#[allow(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
pub(super) fn odds(recent: u64, past: u64) -> f64 {
    recent as f64 / past as f64
}

/// Twice the smaller tail of `seen` or more, or of `seen` or less, of `count` at `odds`; and whether it is the upper
/// one: more than expected.
pub(super) fn of(count: u64, seen: u64, odds: f64) -> (u64, bool) {
    let (less, same, more) = parts(count, seen, odds);
    let whole = less + same + more;
    let (lower, upper) = (less + same, more + same);
    (part(2.0 * lower.min(upper) / whole), upper < lower)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between nothing and the whole, and rounded before"
)]
fn part(chance: f64) -> u64 {
    (chance.clamp(0.0, 1.0) * WHOLE_F64 + 0.5) as u64
}

const WHOLE_F64: f64 = 1e12;

/// What lies below `seen`, at it and above it, in proportion to the greatest term.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of people are far below 2^53"
)]
fn parts(count: u64, seen: u64, odds: f64) -> (f64, f64, f64) {
    let top = (((count + 1) as f64 * (odds / (1.0 + odds))) as u64).min(count);
    let (mut less, mut same, mut more) = (0.0, 0.0, 0.0);
    let mut add = |at: u64, term: f64| match at.cmp(&seen) {
        std::cmp::Ordering::Less => less += term,
        std::cmp::Ordering::Equal => same += term,
        std::cmp::Ordering::Greater => more += term,
    };
    add(top, 1.0);
    let mut term = 1.0;
    for at in top..count {
        term *= (count - at) as f64 / (at + 1) as f64 * odds;
        if term < NOTHING {
            break;
        }
        add(at + 1, term);
    }
    term = 1.0;
    for at in (1..=top).rev() {
        term *= at as f64 / (count - at + 1) as f64 / odds;
        if term < NOTHING {
            break;
        }
        add(at - 1, term);
    }
    (less, same, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both tails by adding up all of Pascal's triangle: `n choose k` over 4^n ways, at odds of 1 to 3.
    fn exact(count: u32, seen: u32) -> u64 {
        let choose =
            |at: u32| (0..at).fold(1_u128, |ways, k| ways * u128::from(count - k) / u128::from(k + 1));
        let term = |at: u32| choose(at) * 3_u128.pow(count - at);
        let lower: u128 = (0..=seen).map(term).sum();
        let upper: u128 = (seen..=count).map(term).sum();
        let whole = 4_u128.pow(count);
        let twice = (2 * lower.min(upper)).min(whole);
        u64::try_from((twice * u128::from(WHOLE) + whole / 2) / whole).unwrap()
    }

    #[test]
    fn a_chance_is_exact_to_the_last_part() {
        for count in 0..=40 {
            for seen in 0..=count {
                let (chance, _) = of(u64::from(count), u64::from(seen), 1.0 / 3.0);
                assert!(chance.abs_diff(exact(count, seen)) <= 1, "{seen} of {count}");
            }
        }
    }

    #[test]
    fn the_tails_mirror_each_other() {
        for (count, seen) in [(10, 3), (1_000, 450), (100_000, 50_400)] {
            let (lower, is_more) = of(count, seen, 1.0);
            let (upper, _) = of(count, count - seen, 1.0);
            assert!(lower.abs_diff(upper) <= 1 && is_more == (2 * seen > count), "{seen} of {count}");
        }
    }

    #[test]
    fn the_most_likely_count_is_no_surprise_and_a_far_one_is_impossible() {
        assert_eq!(of(1_000_000, 250_000, 1.0 / 3.0).0, WHOLE);
        assert_eq!(of(1_000_000, 400_000, 1.0 / 3.0), (0, true));
        assert_eq!(of(1_000_000, 0, 1.0 / 3.0), (0, false));
        assert_eq!(of(0, 0, 1.0 / 3.0).0, WHOLE);
    }
}
