//! The journey of a person as rows: their moves and their first steps into another zone, newest first. Must not
//! know the rules.

use serde::{Deserialize, Serialize};

use super::super::{
    Context, Step, Target, activity::Activity, ask::Ask, behind::Behind, part::Row, plain, quiet, stages,
    timeline,
};
use crate::{
    domain::{
        account::Zone,
        activity::TimelineRow,
        ids::PersonId,
        person::{CrossingRow, MoveRow, PersonDetail},
        time::Day,
    },
    tui::{
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

/// Something that happened on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Turn {
    person: PersonId,
    name: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum What {
    Move(Box<MoveRow>),
    Crossing(Box<CrossingRow>),
}

const COLUMNS: &[Column] = &[
    Column::text("DAY", 11, 0, 2),
    Column::text("MOVE", 24, 0, 0),
    Column::text("BECAUSE", 22, 3, 1),
    Column::text("IT STANDS", 14, 0, 4),
    Column::right("ACTS", 5, 3),
];

/// All turns of a journey, newest first.
pub(super) fn turns(detail: &PersonDetail) -> Vec<Turn> {
    let (person, name) = (detail.row.id, &detail.row.name);
    let turn = |what| Turn { person, name: name.clone(), what };
    let moves = detail.moves.iter().cloned().map(|row| turn(What::Move(Box::new(row))));
    let crossings = detail.crossings.iter().cloned().map(|row| turn(What::Crossing(Box::new(row))));
    let mut turns: Vec<Turn> = crossings.chain(moves).collect();
    // Of one day the later move first, and the act below what it led to: they are in order already, and the sort keeps it.
    turns.reverse();
    turns.sort_by_key(|turn| std::cmp::Reverse(turn.day()));
    turns
}

impl Turn {
    fn day(&self) -> Day {
        match &self.what {
            What::Move(row) => row.at,
            What::Crossing(row) => row.crossing.day,
        }
    }
}

impl Row for Turn {
    const NONE: &'static str = "nothing has moved this person yet";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let to = context.options.charset.arrow();
        match &self.what {
            What::Move(row) => {
                let because = match &row.cause {
                    Some(cause) => {
                        format!("{}: {}", cause.thread, cause.title.as_deref().unwrap_or("no title"))
                    }
                    None => stages::rule(&row.rule),
                };
                vec![
                    timeline::learned(row.at.to_string(), row.known_at, context),
                    (format!("{}{to}{}", row.from, stages::named(row.to)), stages::role(row.to)),
                    plain(because),
                    quiet(stages::basis(row.basis).unwrap_or("-")),
                    (row.because.len().to_string(), Role::Figure),
                ]
            }
            What::Crossing(row) => {
                let crossing = row.crossing;
                let from = crossing.from.map_or("first", |zone| zone.text());
                let because = match (crossing.from, crossing.to) {
                    (None, Zone::Upstream) => "first act of all",
                    (None, _) => "first act of all, straight there",
                    (Some(from), to) if to < from => "backward: first act there",
                    (Some(Zone::Upstream), Zone::Downstream) => "program skipped: first act there",
                    (Some(_), _) => "hand-shake: first act there",
                };
                let day = crossing.day.to_string();
                let known_at = row.because.as_ref().map(|act| act.known_at);
                vec![
                    known_at
                        .map_or_else(|| quiet(day.clone()), |at| timeline::learned(day.clone(), at, context)),
                    (format!("{from}{to}{}", crossing.to), Role::Found),
                    plain(because),
                    quiet(""),
                    quiet("1"),
                ]
            }
        }
    }

    fn target(&self) -> Target {
        let (name, link) = match &self.what {
            What::Move(row) => (
                format!("{} to {} on {}", row.from, row.to, row.at),
                row.cause.as_ref().and_then(|cause| cause.url.clone()),
            ),
            What::Crossing(row) => (
                format!("into {} on {}", row.crossing.to, row.crossing.day),
                row.because.as_ref().and_then(|act| act.url.clone()),
            ),
        };
        Target { id: name.clone(), name, link, ..Target::default() }
    }

    fn open(&self) -> Step {
        match &self.what {
            What::Move(row) => Behind::step(row, self.person, &self.name),
            What::Crossing(row) => match &row.because {
                Some(activity) => Activity::step(&TimelineRow {
                    activity: activity.clone(),
                    person: Some(self.person),
                    person_name: self.name.clone(),
                }),
                None => Step::No("its act is gone since"),
            },
        }
    }
}
