//! How stages, states and momentum are written: a letter, a word, a role. Must not know who stands there.

use super::{Context, quiet};
use crate::{
    domain::{
        account::Zone,
        journey::{Group, Momentum},
        person::{MemberRow, Standing},
        stage::{GroupState, MomentumState, Stage},
        time::Day,
    },
    tui::{theme::Role, when, widgets::table::Cell},
};

/// The most letters of a group; more are counted.
const LETTERS: u32 = 8;

pub(super) const fn role(stage: Stage) -> Role {
    match stage {
        Stage::Skeptic => Role::Skeptic,
        Stage::Blocker => Role::Blocker,
        Stage::Teacher => Role::Teacher,
        Stage::Guide => Role::Guide,
        Stage::GoGetter => Role::GoGetter,
        Stage::Unplaced | Stage::Friend | Stage::Climber => Role::Quiet,
    }
}

/// A stage as a letter that every terminal can show.
pub(super) const fn letter(stage: Stage) -> char {
    match stage {
        Stage::Unplaced => '-',
        other => other.letter(),
    }
}

/// A stage with its letter: `T teacher`.
pub(super) fn named(stage: Stage) -> String {
    format!("{} {stage}", letter(stage))
}

/// A stage in a list: `T teacher`, `(teacher)` for who has lapsed, `T teacher =` for who is pinned elsewhere
/// than the rules say.
pub(super) fn standing(standing: &Standing) -> Cell {
    let pin = if standing.stage == standing.automatic { "" } else { " =" };
    match standing.stage {
        Stage::Unplaced if pin.is_empty() => quiet("-"),
        stage if standing.active => (format!("{}{pin}", named(stage)), role(stage)),
        stage => quiet(format!("({stage}){pin}")),
    }
}

/// Who stands where, one letter each, lowest first: `SS!TTTGG`; counted when they are many: `S12 T3`.
pub(super) fn letters(group: &Group) -> Cell {
    let stages = Stage::LADDER.iter().copied().filter(|stage| group.of(*stage) > 0);
    let text = if group.placed() <= LETTERS {
        stages.map(|stage| stage.letter().to_string().repeat(group.of(stage) as usize)).collect::<String>()
    } else {
        let counted: Vec<_> = stages.map(|stage| format!("{}{}", stage.letter(), group.of(stage))).collect();
        let apart = counted.join(" ");
        if apart.len() > LETTERS as usize { counted.concat() } else { apart }
    };
    (if text.is_empty() { "-".to_owned() } else { text }, Role::Name)
}

/// How many of those that we can see are for it: `5 of 8  63%`.
pub(super) fn support(group: &Group) -> Cell {
    let (backing, placed) = (group.backing(), group.placed());
    if placed == 0 {
        return ("-".to_owned(), Role::Figure);
    }
    let share = percent(group.support());
    let text = match format!("{backing} of {placed}") {
        narrow if narrow.len() <= 6 => format!("{narrow:<6} {share:>3}%"),
        _ => format!("{backing}/{placed} {share}%"),
    };
    (text, Role::Figure)
}

/// Thousandths as whole percent, half up.
pub(super) const fn percent(thousandths: u32) -> u32 {
    (thousandths + 5) / 10
}

pub(super) fn state(state: GroupState) -> Cell {
    let role = match state {
        GroupState::None => return ("-".to_owned(), Role::Name),
        GroupState::Contested => Role::Bad,
        GroupState::Consensus => Role::Good,
        GroupState::Wide | GroupState::Forming => Role::Name,
    };
    (state.to_string(), role)
}

/// `rising x3.1`; nothing to say of `None`.
pub(super) fn momentum(momentum: Option<Momentum>) -> Cell {
    let Some(Momentum { state, value }) = momentum else { return ("-".to_owned(), Role::Name) };
    let times = || {
        if value >= 10_000 {
            format!("x{}", value / 1_000)
        } else {
            format!("x{}.{}", value / 1_000, value % 1_000 / 100)
        }
    };
    match state {
        MomentumState::Rising => (format!("rising {}", times()), Role::Good),
        MomentumState::Falling => (format!("falling {}", times()), Role::Warn),
        // A colour costs bytes on every page: only what calls for a look has one.
        MomentumState::New => ("new".to_owned(), Role::Name),
        MomentumState::Steady => ("steady".to_owned(), Role::Name),
    }
}

/// What somebody has bought into, by the furthest zone that carries it.
pub(super) const fn basis(basis: Option<Zone>) -> Option<&'static str> {
    match basis {
        Some(Zone::Upstream) => Some("on the project"),
        Some(Zone::Program) => Some("in the program"),
        Some(Zone::Downstream) => Some("on the product"),
        None => None,
    }
}

/// For how long somebody has been blocked: `41 d`.
pub(super) fn days(since: Day, context: Context<'_>) -> String {
    format!("{} d", context.day().0.saturating_sub(since.0).max(0))
}

/// The full line about a member of a group: name, stage, since when, on what, what blocks them.
pub(super) fn told(row: &MemberRow, context: Context<'_>) -> Vec<Cell> {
    let dot = || quiet(context.options.charset.dot());
    let standing = &row.standing;
    let word =
        if standing.stage == Stage::Unplaced { "not placed yet".to_owned() } else { named(standing.stage) };
    let mut pieces = vec![(row.name.clone(), Role::Title), dot(), (word, role(standing.stage))];
    pieces.extend(standing.since.map(|day| quiet(format!(" since {}", when::day(day)))));
    if let Some(basis) = basis(standing.basis) {
        pieces.extend([dot(), (basis.to_owned(), Role::Name)]);
    }
    if standing.stage != standing.automatic {
        pieces.extend([dot(), (format!("pinned; by the rules {}", standing.automatic), Role::Warn)]);
    }
    if let Some(day) = standing.lapsed {
        pieces.extend([dot(), (format!("lapsed on {}", when::day(day)), Role::Warn)]);
    }
    if let Some(cause) = row.cause.as_ref().filter(|_| standing.stage == Stage::Blocker) {
        let title = cause.title.as_ref().map_or(String::new(), |title| format!(": {title}"));
        let text = format!("blocked by {}, {}{title}", cause.thread, days(cause.since, context));
        pieces.extend([dot(), (text, Role::Blocker)]);
    }
    pieces
}

/// A rule's name in words.
pub(super) fn rule(name: &str) -> String {
    match name {
        "first-try" => "tried it for the first time".to_owned(),
        "holds-a-role" => "holds a role".to_owned(),
        "role-ended" => "their role ended".to_owned(),
        "works-for-them" => "it has worked for months".to_owned(),
        "spreads-it" => "spreads it among peers".to_owned(),
        "carries-it-inside" => "carries it inside".to_owned(),
        "resolved-again" => "what blocked is resolved".to_owned(),
        "went-on" => "went on all the same".to_owned(),
        "blocker" => "what they object to stands".to_owned(),
        "friend" => "takes part, tries nothing".to_owned(),
        other => other.replace('-', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_group_is_letters_and_a_large_one_figures() {
        let group = Group { skeptic: 2, blocker: 1, teacher: 3, guide: 2, ..Group::default() };
        assert_eq!(letters(&group).0, "SS!TTTGG");
        assert_eq!(support(&group).0, "5 of 8  63%");
        let group = Group { skeptic: 12, teacher: 3, ..Group::default() };
        assert_eq!(letters(&group).0, "S12 T3");
        assert_eq!(support(&group).0, "3/15 20%");
        let group = Group { skeptic: 2, blocker: 2, teacher: 2, go_getter: 3, ..Group::default() };
        assert_eq!(letters(&group).0, "S2!2T2*3");
        assert_eq!(letters(&Group::default()).0, "-");
    }

    #[test]
    fn momentum_is_a_word_with_its_ratio() {
        let cell = |state, value| momentum(Some(Momentum { state, value })).0;
        assert_eq!(cell(MomentumState::Rising, 3_140), "rising x3.1");
        assert_eq!(cell(MomentumState::Falling, 290), "falling x0.2");
        assert_eq!(cell(MomentumState::Rising, 12_900), "rising x12");
        assert_eq!(cell(MomentumState::Steady, 1_000), "steady");
    }
}
