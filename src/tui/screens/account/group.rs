//! The buy-in group of an account: its members in lanes by stage, or as one list where there is no room for
//! lanes. Must not know how anybody came to stand there.

use serde::{Deserialize, Serialize};

use super::super::{
    Context, Step, Target,
    ask::Ask,
    member::Member,
    part::{Listing, Row},
    plain, quiet, stages,
};
use crate::{
    domain::{
        ids::AccountId, journey::Group as Counted, person::MemberRow, query::Slice, stage::Stage, time::Day,
    },
    jobs::read::Reply,
    tui::{
        command::Move,
        theme::Role,
        when,
        widgets::{
            lanes::{Entry, Lane},
            table::{Cell, Column},
        },
    },
};

pub(super) type Group = Listing<Placed>;

/// A member in a lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Placed {
    row: MemberRow,
    /// Has left by the day that is looked at.
    left: bool,
}

/// Below this many columns lanes would be too narrow to read.
pub(super) const LANES_FROM: u16 = 108;

const NAMES: [&str; 6] = ["Skeptic", "Blocked", "Teacher", "Guide", "Go-Getter", "Other"];

const COLUMNS: &[Column] = &[
    Column::text("STAGE", 13, 0, 1),
    Column::text("PERSON", 14, 1, 0),
    Column::right("SINCE", 8, 3),
    Column::text("BLOCKED BY", 12, 1, 4),
    Column::right("ACTIVITY", 9, 5),
    Column::right("LAST", 8, 2),
];

pub(super) fn of(account: AccountId) -> Group {
    Listing::new(Ask::Group(account))
}

impl Placed {
    /// Which lane, counted from the left.
    fn lane(&self) -> usize {
        let stage = self.row.standing.stage;
        let ladder = Stage::LADDER.iter().position(|one| *one == stage);
        ladder.filter(|_| !self.left).unwrap_or(Stage::LADDER.len())
    }

    /// Counts in the figures of the group.
    fn counts(&self) -> bool {
        self.row.standing.active && !self.left
    }

    /// What blocks them and for how long, for a lane.
    fn blocked(&self, context: Context<'_>) -> Option<String> {
        let cause = self.row.cause.as_ref().filter(|_| self.row.standing.stage == Stage::Blocker)?;
        Some(format!("{} {}", cause.thread, stages::days(cause.since, context)))
    }
}

/// Lanes from the left, who counts before who does not, the latest act first.
fn arrange(rows: &mut [Placed]) {
    rows.sort_by_key(|one| {
        let last = std::cmp::Reverse(one.row.last_activity);
        (one.lane(), !one.counts(), last, one.row.name.clone(), one.row.person)
    });
}

impl Row for Placed {
    const NONE: &'static str = "there is nobody to open";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let today = context.options.today;
        let row = &self.row;
        let name = row.name.clone();
        vec![
            if self.left { quiet("(left)") } else { stages::standing(&row.standing) },
            if self.counts() { plain(name) } else { quiet(name) },
            quiet(row.standing.since.map_or_else(|| "-".to_owned(), |day| day.short(today))),
            (self.blocked(context).unwrap_or_default(), Role::Blocker),
            (crate::tui::widgets::text::figure(row.activities), Role::Figure),
            (when::short(row.last_activity, today), Role::Figure),
        ]
    }

    fn target(&self) -> Target {
        let (person, name) = (self.row.person, self.row.name.clone());
        Target {
            link: self.row.cause.as_ref().and_then(|cause| cause.url.clone()),
            id: person.to_string(),
            person: Some((person, name.clone())),
            name,
            ..Target::default()
        }
    }

    fn open(&self) -> Step {
        Member::step(self.row.person, &self.row.name)
    }

    fn slice(reply: Reply, day: Day) -> Option<Slice<Self>> {
        let Reply::Members(slice) = reply else { return None };
        let (cursors, mut rows): (Vec<_>, Vec<_>) = slice
            .rows
            .into_iter()
            .map(|(cursor, row)| (cursor, Placed { left: row.to.is_some_and(|to| to <= day), row }))
            .unzip();
        // A member's own id tells the row apart, whatever order it was asked in.
        drop(cursors);
        arrange(&mut rows);
        let total = Some(rows.len() as u64);
        let placed = |row: Placed| {
            let tie = crate::domain::query::SortValue::Bytes(row.row.person.0.to_vec());
            (crate::domain::query::Cursor { value: tie.clone(), tie }, row)
        };
        Some(Slice { rows: rows.into_iter().map(placed).collect(), at_start: true, at_end: true, total })
    }
}

/// Moves the marker within its lane.
pub(super) fn go(group: &mut Group, movement: Move) {
    let lanes: Vec<usize> = group.at_hand().map(Placed::lane).collect();
    let Some(lane) = group.place().and_then(|place| lanes.get(place)) else { return };
    let first = lanes.iter().position(|one| one == lane).unwrap_or(0);
    let last = lanes.iter().rposition(|one| one == lane).unwrap_or(0);
    let place = match movement {
        Move::First => first,
        Move::Last => last,
        // Where a click lands is not told by rows alone.
        Move::Visible(_) => return,
        other => {
            super::super::Part::scroll_mut(group).go(other);
            group.place().unwrap_or(0)
        }
    };
    group.select(place.clamp(first, last));
}

/// Moves the marker to the next lane with anybody in it.
pub(super) fn sideways(group: &mut Group, right: bool) {
    let lanes: Vec<usize> = group.at_hand().map(Placed::lane).collect();
    let Some(place) = group.place() else { return };
    let Some(lane) = lanes.get(place).copied() else { return };
    let depth = lanes[..place].iter().filter(|one| **one == lane).count();
    let mut others = lanes.iter().copied();
    let to = if right { others.find(|one| *one > lane) } else { others.rfind(|one| *one < lane) };
    let Some(to) = to else { return };
    let places: Vec<usize> = (0..lanes.len()).filter(|place| lanes[*place] == to).collect();
    if let Some(place) = places.get(depth).or(places.last()) {
        group.select(*place);
    }
}

/// How many count in each lane, as every other figure of the account has it.
const fn counts(of: &Counted) -> [u32; 6] {
    [of.skeptic, of.blocker, of.teacher, of.guide, of.go_getter, of.other]
}

/// The headings of the lanes in one line, where they stand below each other.
pub(super) fn heads(counted: &Counted, context: Context<'_>) -> Vec<Cell> {
    let mut line = Vec::new();
    for ((lane, count), stage) in counts(counted).into_iter().enumerate().zip(stages_of_lanes()) {
        if lane > 0 {
            line.push(quiet(context.options.charset.dot()));
        }
        let role = if count == 0 { Role::Quiet } else { stages::role(stage) };
        line.push((format!("{} {count}", NAMES[lane]), role));
    }
    line
}

fn stages_of_lanes() -> impl Iterator<Item = Stage> {
    Stage::LADDER.into_iter().chain([Stage::Unplaced])
}

/// The lanes with all who stand in them.
pub(super) fn lanes(group: &Group, counted: &Counted, context: Context<'_>) -> Vec<Lane> {
    let counts = counts(counted);
    let mut lanes: Vec<Lane> = stages_of_lanes()
        .enumerate()
        .map(|(lane, stage)| Lane {
            title: (
                format!("{} {}", NAMES[lane], counts[lane]),
                if counts[lane] == 0 { Role::Quiet } else { stages::role(stage) },
            ),
            entries: Vec::new(),
            empty: needs(group, stage),
        })
        .collect();
    let chosen = group.place();
    for (place, one) in group.at_hand().enumerate() {
        lanes[one.lane()].entries.push(entry(one, chosen == Some(place), context));
    }
    lanes
}

fn entry(one: &Placed, chosen: bool, context: Context<'_>) -> Entry {
    let row = &one.row;
    let last = when::short(row.last_activity, context.options.today);
    let other = match row.standing.stage {
        Stage::Friend | Stage::Climber => Some(row.standing.stage.to_string()),
        _ => None,
    };
    let note = match (one.blocked(context), one.left, one.counts(), other) {
        (_, true, ..) => quiet("left"),
        (Some(blocked), _, true, _) => (blocked, Role::Blocker),
        (_, _, false, _) => quiet(format!("({last})")),
        (.., Some(other)) => quiet(other),
        _ => quiet(last),
    };
    let name = row.name.clone();
    Entry { chosen, name: if one.counts() { plain(name) } else { quiet(name) }, note }
}

/// What an empty lane needs to be no longer empty.
fn needs(group: &Group, stage: Stage) -> String {
    let text = match stage {
        Stage::Skeptic => "nobody is trying it out now",
        Stage::Blocker => "nobody is blocked",
        Stage::Teacher => "needs a skeptic for whom it has worked for months, or a reviewer",
        Stage::Guide => "needs a teacher who speaks of it or brings colleagues",
        Stage::GoGetter => {
            let guides = |one: &&Placed| one.counts() && one.row.standing.stage == Stage::Guide;
            let guide = group.at_hand().find(guides).and_then(|one| one.row.name.split_whitespace().next());
            return match guide {
                Some(name) => format!("needs an internal act: ask {name}; w says why"),
                None => "needs an internal act of a guide; there is none yet".to_owned(),
            };
        }
        _ => "nobody",
    };
    text.to_owned()
}

/// The line about the member under the marker.
pub(super) fn foot(group: &Group, context: Context<'_>) -> Option<Vec<Cell>> {
    group.selected().map(|one| stages::told(&one.row, context))
}
