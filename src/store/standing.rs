//! How somebody stands at the end of their spells, as the columns of lists have it. Must not know how anybody came
//! to stand there.

use super::derived::NEVER;
use crate::domain::{journey::Spell, person::Standing, stage::Stage, time::Day};

/// The sort key of stages: who is active before who lapsed, then the furthest first.
pub(super) fn by_stage(stage: Stage, active: bool) -> i64 {
    let place = match stage {
        Stage::GoGetter => 0,
        Stage::Guide => 1,
        Stage::Teacher => 2,
        Stage::Blocker => 3,
        Stage::Skeptic => 4,
        Stage::Friend => 5,
        Stage::Climber => 6,
        Stage::Unplaced => 7,
    };
    if active { place } else { place + 8 }
}

/// The sort key of days: the latest first, what has none last.
pub(super) fn by_day(day: Option<Day>) -> i64 {
    day.map_or(NEVER, |day| -i64::from(day.0))
}

/// Where the last of the spells leaves somebody. For an earlier day: with the spells up to it.
pub(super) fn standing(spells: &[Spell]) -> Standing {
    let Some(now) = spells.last() else { return Standing::default() };
    let never_placed = spells.iter().all(|spell| spell.stage == Stage::Unplaced);
    let ever_active = spells.iter().any(|spell| spell.active);
    Standing {
        stage: now.stage,
        automatic: now.automatic,
        since: since(spells, |spell| spell.stage == now.stage).filter(|_| !never_placed),
        lapsed: since(spells, |spell| !spell.active).filter(|_| !now.active && ever_active),
        active: now.active,
        basis: now.basis,
        zone: now.zone,
        blocked: now.cause.is_some(),
        left_alone: now.left_alone,
    }
}

/// The day from which on it has been so without a break.
fn since(spells: &[Spell], is_so: impl Fn(&Spell) -> bool) -> Option<Day> {
    spells.iter().rev().take_while(|spell| is_so(spell)).last().map(|spell| spell.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(from: i32, stage: Stage, active: bool) -> Spell {
        let (basis, zone, cause, left_alone) = (None, None, None, false);
        Spell { from: Day(from), stage, automatic: stage, active, basis, zone, cause, left_alone }
    }

    #[test]
    fn a_stage_holds_since_it_was_reached_and_a_silence_since_it_began() {
        let spells = [
            spell(10, Stage::Unplaced, true),
            spell(20, Stage::Skeptic, true),
            spell(30, Stage::Teacher, true),
            spell(40, Stage::Teacher, false),
            spell(50, Stage::Teacher, false),
        ];
        let of = |upto: usize| {
            let at = standing(&spells[..upto]);
            (at.stage, at.since.map(|day| day.0), at.lapsed.map(|day| day.0))
        };
        assert_eq!(of(0), (Stage::Unplaced, None, None));
        assert_eq!(of(1), (Stage::Unplaced, None, None));
        assert_eq!(of(3), (Stage::Teacher, Some(30), None));
        assert_eq!(of(5), (Stage::Teacher, Some(30), Some(40)));
        let fallen = [spell(10, Stage::Skeptic, true), spell(20, Stage::Unplaced, true)];
        assert_eq!(standing(&fallen).since, Some(Day(20)));
        assert_eq!(standing(&[spell(9, Stage::Friend, false)]).lapsed, None, "never active");
    }

    #[test]
    fn lists_begin_with_the_furthest_who_are_active() {
        let mut all: Vec<(Stage, bool)> =
            Stage::ALL.iter().flat_map(|stage| [(*stage, true), (*stage, false)]).collect();
        all.sort_by_key(|(stage, active)| by_stage(*stage, *active));
        assert_eq!(all[0], (Stage::GoGetter, true));
        assert_eq!(all[7..9], [(Stage::Unplaced, true), (Stage::GoGetter, false)]);
        assert!(by_day(Some(Day(2))) < by_day(Some(Day(1))) && by_day(Some(Day(-9))) < by_day(None));
    }
}
