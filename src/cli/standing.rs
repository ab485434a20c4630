//! How stages, groups and momentum are written in a line. Must not know who stands there.

use crate::domain::{
    account::{Cause, Zone},
    activity::ActivityRow,
    journey::{BEGINNING, Group, Momentum},
    person::Standing,
    points::Points,
    stage::{GroupState, MomentumState, Stage},
    time::Day,
};

/// `teacher`, `teacher lapsed`, `teacher pinned`, `teacher left alone`.
pub fn stage(standing: &Standing) -> String {
    let mut text = standing.stage.to_string();
    let climber = standing.stage == Stage::Climber;
    for (holds, word) in [
        (standing.stage != standing.automatic && !climber, " pinned"),
        (standing.lapsed.is_some(), " lapsed"),
        (standing.left_alone, " left alone"),
    ] {
        if holds {
            text.push_str(word);
        }
    }
    text
}

/// `5 of 8`: for it, of those whom we can place.
pub fn we_see(group: &Group) -> String {
    match group.placed() {
        0 => "-".to_owned(),
        placed => format!("{} of {placed}", group.backing()),
    }
}

pub fn state(group: &Group) -> String {
    match group.state {
        GroupState::None => "-".to_owned(),
        state => state.to_string(),
    }
}

/// `rising x3.1`, `new`, `-`.
pub fn momentum(momentum: Option<Momentum>) -> String {
    match momentum {
        None => "-".to_owned(),
        Some(Momentum { state: MomentumState::New, .. }) => MomentumState::New.to_string(),
        Some(Momentum { state, value }) => format!("{state} x{}", tenths(value)),
    }
}

/// Thousandths with one decimal, rounded.
fn tenths(thousandths: u32) -> String {
    Points((i64::from(thousandths) + 50) / 100 * 100).to_string()
}

/// `on the project`, `on the product`.
pub const fn on(basis: Zone) -> &'static str {
    match basis {
        Zone::Upstream => "on the project",
        Zone::Program | Zone::Downstream => "on the product",
    }
}

/// `2 skeptics, 1 blocker, 3 teachers`.
pub fn stages(group: &Group) -> String {
    let of = |stage: &Stage| match group.of(*stage) {
        0 => None,
        1 => Some(format!("1 {stage}")),
        count => Some(format!("{count} {stage}s")),
    };
    let mut parts: Vec<String> = Stage::LADDER.iter().filter_map(of).collect();
    if group.other > 0 {
        parts.push(format!("{} other", group.other));
    }
    parts.join(", ")
}

/// `#4121 Crash on restart (scale, since 2026-10-12)`.
pub fn cause(cause: &Cause) -> String {
    let title = cause.title.as_ref().map_or(String::new(), |title| format!(" {title}"));
    format!("{}{title} ({}, since {})", cause.thread, cause.theme, cause.since)
}

/// How many titles of what carried a move stand in a cell.
const TITLES: usize = 3;

/// What carried a move, in few words, the latest first: `7: Mend the gears; …`.
pub fn because(activities: &[ActivityRow]) -> String {
    let title = |one: &ActivityRow| one.title.clone().unwrap_or_else(|| one.kind.text().to_owned());
    let mut titles: Vec<String> = activities.iter().rev().map(title).collect();
    titles.dedup();
    let more = if titles.len() > TITLES { "; …" } else { "" };
    titles.truncate(TITLES);
    match activities.len() {
        0 => "-".to_owned(),
        1 => titles.concat(),
        count => format!("{count}: {}{more}", titles.join("; ")),
    }
}

/// The day since which something holds; `None`: ever since, as far as we can see.
pub fn since(day: Option<Day>) -> Option<Day> {
    day.filter(|day| *day > BEGINNING)
}

/// `2024-01-02 to 2025-07-01`, `since 2024-01-02`, `to 2025-07-01`.
pub fn period(from: Day, to: Option<Day>) -> String {
    match (since(Some(from)), to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("since {from}"),
        (None, Some(to)) => format!("to {to}"),
        (None, None) => "ever since".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_says_what_is_decided_and_what_has_lapsed() {
        let standing = |stage, automatic| Standing { stage, automatic, ..Standing::default() };
        let teacher = standing(Stage::Teacher, Stage::Teacher);
        assert_eq!(stage(&teacher), "teacher");
        assert_eq!(stage(&Standing { lapsed: Some(Day(1)), ..teacher }), "teacher lapsed");
        assert_eq!(stage(&standing(Stage::Guide, Stage::Skeptic)), "guide pinned");
        let climber = Standing { left_alone: true, ..standing(Stage::Climber, Stage::Guide) };
        assert_eq!(stage(&climber), "climber left alone");
    }

    #[test]
    fn a_period_without_a_known_beginning_names_none() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(period(day("2024-01-02"), Some(day("2025-07-01"))), "2024-01-02 to 2025-07-01");
        assert_eq!(period(day("2024-01-02"), None), "since 2024-01-02");
        assert_eq!(period(BEGINNING, Some(day("2025-07-01"))), "to 2025-07-01");
        assert_eq!(period(BEGINNING, None), "ever since");
    }

    #[test]
    fn a_group_and_its_momentum_are_said_in_few_words() {
        let group = Group { skeptic: 2, blocker: 1, teacher: 3, guide: 2, other: 1, ..Group::default() };
        assert_eq!((we_see(&group).as_str(), state(&group).as_str()), ("5 of 8", "-"));
        assert_eq!(stages(&group), "2 skeptics, 1 blocker, 3 teachers, 2 guides, 1 other");
        assert_eq!(we_see(&Group::default()), "-");
        let moving = |state, value| momentum(Some(Momentum { state, value }));
        assert_eq!(moving(MomentumState::Rising, 3_149), "rising x3.1");
        assert_eq!(moving(MomentumState::Falling, 450), "falling x0.5");
        assert_eq!(moving(MomentumState::Steady, 1_000), "steady x1");
        assert_eq!(moving(MomentumState::New, 0), "new");
        assert_eq!(momentum(None), "-");
    }
}
