//! How a person stood, day by day: what the rules say, where they were seen, and what was decided about them, laid over
//! each other. Must not know how any of it was found.

use crate::{
    domain::{journey::Spell, stage::Stage, time::Day},
    journey::case::{Decided, DecidedOn},
};

use super::{fold::Footing, presence::Presence};

/// The spells, and the next day after the horizon on which a decision begins or ends.
pub(super) fn lay(
    footings: &[Footing],
    presences: &[Presence],
    decided: &[Decided],
    horizon: Day,
) -> (Vec<Spell>, Option<Day>) {
    let bounds = || decided.iter().flat_map(|decision| [Some(decision.from), decision.until]).flatten();
    let mut days: Vec<Day> = footings.iter().map(|footing| footing.day).collect();
    days.extend(presences.iter().map(|presence| presence.day));
    days.extend(bounds());
    days.sort_unstable();
    days.dedup();
    let (mut footing, mut presence) = (Footing::START, None);
    let (mut coming, mut appearing) = (footings.iter().peekable(), presences.iter().peekable());
    let mut spells: Vec<Spell> = Vec::new();
    for day in days {
        while let Some(next) = coming.next_if(|next| next.day <= day) {
            footing = *next;
        }
        while let Some(next) = appearing.next_if(|next| next.day <= day) {
            presence = next.zone;
        }
        let (pinned, left_alone) = decisions(decided, day);
        let stage = pinned.unwrap_or(footing.stage);
        let spell = Spell {
            from: day,
            stage,
            automatic: footing.stage,
            active: presence.is_some(),
            basis: footing.basis(stage),
            zone: presence,
            cause: footing.cause.filter(|_| stage == Stage::Blocker),
            left_alone,
        };
        if !is_like(spells.last().unwrap_or(&NOBODY), &spell) {
            spells.push(spell);
        }
    }
    (spells, bounds().filter(|day| *day > horizon).min())
}

/// Before the first spell.
const NOBODY: Spell = Spell {
    from: Day(i32::MIN),
    stage: Stage::Unplaced,
    automatic: Stage::Unplaced,
    active: false,
    basis: None,
    zone: None,
    cause: None,
    left_alone: false,
};

fn is_like(a: &Spell, b: &Spell) -> bool {
    Spell { from: b.from, ..*a } == *b
}

/// The stage that is decided for a day, by the latest decision that holds; and whether they are to be left alone.
fn decisions(decided: &[Decided], day: Day) -> (Option<Stage>, bool) {
    let (mut stage, mut left_alone) = (None, false);
    let holds = |decision: &&Decided| decision.from <= day && decision.until.is_none_or(|until| day < until);
    for decision in decided.iter().filter(holds) {
        match decision.what {
            DecidedOn::Pin(pinned) => stage = Some(pinned),
            DecidedOn::Climber => stage = Some(Stage::Climber),
            DecidedOn::LeaveAlone => left_alone = true,
        }
    }
    (stage, left_alone)
}
