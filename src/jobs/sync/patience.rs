//! How long hosts are waited for: growing pauses between tries, and a bound on all waiting for one source in one
//! sync. Must not know why it has to be waited.

use std::time::Duration;

/// How often a request is tried that meets a passing trouble.
pub(super) const TRIES: u32 = 5;
/// How often a host may say "wait" to one request.
pub(super) const THROTTLES: u32 = 20;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// The pause after the `tried`th try, from 1: twice as long each time, less up to a half by chance, so that many
/// who failed together do not come back together.
pub(super) fn pause(tried: u32, chance: &mut Chance) -> Duration {
    let whole = FIRST.saturating_mul(1 << tried.saturating_sub(1).min(16)).min(LONGEST);
    let half = whole / 2;
    half + half.mul_f64(chance.share())
}

/// Chance that comes out the same for the same seed.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// At least 0 and less than 1. (`SplitMix64`)
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        f64::from(u32::try_from(mixed >> 32).unwrap_or(u32::MAX)) / 4_294_967_296.0
    }
}

/// What a source may still be waited for. Streams that wait at the same time wait once.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    left: Duration,
    /// Waiting is granted until then.
    until: Duration,
}

impl Patience {
    pub(super) fn new(bound: Duration) -> Self {
        Self { left: bound, until: Duration::ZERO }
    }

    /// Whether it may be waited from `now` until `time`.
    pub(super) fn grant(&mut self, now: Duration, time: Duration) -> bool {
        let more = time.saturating_sub(now.max(self.until));
        if more > self.left {
            return false;
        }
        self.left -= more;
        self.until = self.until.max(time);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn pauses_grow_to_a_bound_and_differ_by_chance_that_the_seed_decides() {
        let pauses = |seed| {
            let mut chance = Chance::new(seed);
            (1..=9).map(|tried| pause(tried, &mut chance)).collect::<Vec<_>>()
        };
        for seed in 0..200 {
            for (pause, whole) in pauses(seed).iter().zip([1, 2, 4, 8, 16, 32, 60, 60, 60]) {
                assert!(*pause >= at(whole) / 2 && *pause <= at(whole), "{pause:?} of {whole}");
            }
        }
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
    }

    #[test]
    fn streams_that_wait_together_wait_once_and_all_waiting_has_a_bound() {
        let mut patience = Patience::new(at(100));
        assert!(patience.grant(at(0), at(60)));
        assert!(patience.grant(at(0), at(60)), "a second stream waits for the same");
        assert!(patience.grant(at(10), at(80)), "20 more: 80 in all");
        assert!(!patience.grant(at(90), at(111)), "21 more would be 101");
        assert!(patience.grant(at(90), at(110)));
        assert!(!patience.grant(at(200), at(201)));
        assert!(patience.grant(at(201), at(201)));
        assert!(!Patience::new(at(0)).grant(at(0), at(1)));
    }
}
