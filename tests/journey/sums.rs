//! The oracle's sums: what evidence is worth on a day, and the number behind where somebody stands. Worked out from the
//! rules' words alone; shares nothing with how the engine decays or adds. Must not know how evidence is found.

use buyin::domain::{
    rules::Rules,
    stage::{Signal, Stage},
    time::Day,
};

use super::{oracle::tell, outcome::Evidence, world::World};

/// Thousandths. A half-life is halved exactly; within one, the power is taken in millionths.
pub(super) fn decayed(one: &Evidence, day: Day) -> i64 {
    let Some(half) = one.half_life else { return one.points };
    let (age, half) = (u32::try_from(day.0 - one.day.0).unwrap(), half.max(1));
    #[expect(clippy::cast_possible_truncation, reason = "between 500,000 and a million")]
    let millionths = (2_f64.powf(-f64::from(age % half) / f64::from(half)) * 1e6).round() as i64;
    one.points * (millionths >> (age / half).min(40)) / 1_000_000
}

pub(super) fn worth(held: &[Evidence], day: Day) -> i64 {
    held.iter().map(|one| decayed(one, day)).sum()
}

/// The signals that carry a stage.
pub(super) fn carries(stage: Stage) -> &'static [Signal] {
    match stage {
        Stage::Skeptic => &[Signal::Tests, Signal::Succeeds, Signal::Teaches],
        Stage::Teacher => &[Signal::Succeeds, Signal::Teaches],
        Stage::Guide => &[Signal::Evangelises],
        Stage::GoGetter => &[Signal::Advocates],
        Stage::Blocker => &[Signal::Objects],
        _ => &[],
    }
}

/// The points behind where somebody stands on a day, from what was known by then.
pub(super) fn total(world: &World, rules: &Rules, me: usize, day: Day) -> i64 {
    let told = tell(&world.as_of(day), rules, me);
    let Some(stage) = told.days.last().map(|spell| spell.stage) else { return 0 };
    // What they went on in spite of counts against nobody any more.
    let went_on = told.shifts.iter().rev().find(|shift| shift.rule == "went-on").map(|shift| shift.day);
    let is_over = |one: &Evidence| one.signal == Signal::Objects && went_on.is_some_and(|on| one.day <= on);
    let of = |signals: &[Signal]| -> i64 {
        let counts = |one: &&Evidence| signals.contains(&one.signal) && !is_over(one);
        told.entries.iter().filter(counts).map(|one| decayed(one, day)).sum()
    };
    match stage {
        // How far they are to the next step; before any of that, what made them try.
        Stage::Skeptic => match of(carries(Stage::Teacher)) {
            0 => of(&[Signal::Tests]),
            onward => onward,
        },
        // On no ladder: what would bring them on it.
        Stage::Unplaced | Stage::Friend | Stage::Climber => of(carries(Stage::Skeptic)),
        stage => of(carries(stage)),
    }
}
