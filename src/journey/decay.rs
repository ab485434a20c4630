//! How evidence grows old: whole numbers only, from a table by age in days. Must not know what it is evidence of.

use crate::domain::points::Points;

/// Fresh evidence, in millionths.
const WHOLE: u32 = 1_000_000;
/// Fixed point: so many bits behind the point.
const BITS: u32 = 62;
/// Half-lives beyond a century are worked out each time, so that a rule cannot ask for any amount of memory.
const LONGEST_TABLE: u32 = 36_525;

/// The decay of one half-life: `2^(-age/half_life)` in millionths, halved exactly at every half-life.
#[derive(Debug, Clone)]
pub(super) struct Decay {
    /// In days, at least 1.
    half_life: u32,
    /// By the days of the first half-life.
    table: Vec<u32>,
    /// `2^(-1/2), 2^(-1/4), …`, for half-lives without a table.
    roots: Vec<u64>,
}

impl Decay {
    pub(super) fn new(half_life: u32) -> Self {
        let (half_life, roots) = (half_life.max(1), roots());
        if half_life > LONGEST_TABLE {
            return Self { half_life, table: Vec::new(), roots };
        }
        let table = (0..half_life).map(|day| power(&roots, day, half_life)).collect();
        Self { half_life, table, roots: Vec::new() }
    }

    /// What is left after so many days, in millionths.
    pub(super) fn factor(&self, age: u32) -> u32 {
        let (halvings, day) = (age / self.half_life, age % self.half_life);
        let factor = match self.table.get(day as usize) {
            Some(factor) => *factor,
            None => power(&self.roots, day, self.half_life),
        };
        factor.checked_shr(halvings).unwrap_or(0)
    }

    /// What points are worth after so many days, rounded down.
    pub(super) fn apply(&self, points: Points, age: u32) -> Points {
        Points(points.0.saturating_mul(i64::from(self.factor(age))).div_euclid(i64::from(WHOLE)))
    }

    /// The first age at which positive points are worth nothing any more.
    pub(super) fn life(&self, points: Points) -> u32 {
        let is_over = |age: u32| self.apply(points, age) <= Points(0);
        // After twenty halvings the factor itself is nothing.
        let (mut low, mut high) = (0, self.half_life.saturating_mul(20));
        while low < high {
            let middle = low + (high - low) / 2;
            if is_over(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// `2^(-1/2)`, `2^(-1/4)`, … as fixed point, each the root of the one before.
fn roots() -> Vec<u64> {
    let mut root = 1_u128 << (BITS - 1);
    (0..60)
        .map(|_| {
            root = (root << BITS).isqrt();
            u64::try_from(root).unwrap_or(u64::MAX)
        })
        .collect()
}

/// `2^(-day/half_life)` in millionths, rounded, for `day < half_life`.
fn power(roots: &[u64], day: u32, half_life: u32) -> u32 {
    let share = (u128::from(day) << roots.len()) / u128::from(half_life);
    let mut value = 1_u128 << BITS;
    for (place, root) in roots.iter().enumerate() {
        if share >> (roots.len() - 1 - place) & 1 == 1 {
            value = value * u128::from(*root) >> BITS;
        }
    }
    let millionths = (value * u128::from(WHOLE) + (1 << (BITS - 1))) >> BITS;
    u32::try_from(millionths).unwrap_or(WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_worth_half_after_each_half_life_and_something_between() {
        let decay = Decay::new(180);
        for (points, age, left) in [
            (1_000, 0, 1_000),
            (1_000, 1, 996),
            (1_000, 90, 707),
            (1_000, 179, 501),
            (1_000, 180, 500),
            (1_000, 360, 250),
            (500, 180, 250),
            (3_000, 90, 2_121),
            (1, 1, 0),
            (1_000, 100_000, 0),
        ] {
            assert_eq!(decay.apply(Points(points), age), Points(left), "{points} after {age} days");
        }
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive numbers")]
    fn the_table_is_the_power_of_two_that_arithmetic_with_fractions_gives() {
        for half_life in [1, 2, 7, 30, 180, 365, 366, 1_000] {
            let decay = Decay::new(half_life);
            for day in 0..half_life {
                let exact = 2_f64.powf(-f64::from(day) / f64::from(half_life)) * 1e6;
                assert_eq!(decay.factor(day), exact.round() as u32, "day {day} of {half_life}");
            }
        }
    }

    #[test]
    fn a_half_life_of_ages_needs_no_table_and_none_at_all_is_one_day() {
        assert_eq!(Decay::new(u32::MAX).factor(u32::MAX / 2), 707_107);
        assert_eq!(Decay::new(0).factor(1), 500_000);
    }

    #[test]
    fn a_life_ends_on_the_first_day_on_which_nothing_is_left() {
        for (points, half_life) in [(1, 180), (500, 180), (1_000, 365), (6_000, 30), (1_000_000_000, 7)] {
            let decay = Decay::new(half_life);
            let life = decay.life(Points(points));
            assert_eq!(decay.apply(Points(points), life), Points(0));
            assert!(decay.apply(Points(points), life - 1) > Points(0));
        }
    }
}
