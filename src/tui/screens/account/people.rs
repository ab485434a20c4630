//! All who ever belonged to an account, as rows. Must not know in which lane they stand.

use super::super::{
    Context, Step, Target, ask::Ask, member::Member, part::Row, people::order_of, plain, quiet, stages,
};
use crate::{
    domain::{
        person::{Ground, MemberRow},
        query::Slice,
        time::Day,
    },
    jobs::read::Reply,
    tui::{
        theme::Role,
        when,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

const COLUMNS: &[Column] = &[
    Column::text("PERSON", 14, 1, 0),
    Column::text("STAGE", 13, 0, 2),
    Column::text("KNOWN BY", 11, 0, 4),
    Column::right("SINCE", 10, 5),
    Column::right("UNTIL", 10, 3),
    Column::right("ACTIVITY", 9, 6),
    Column::right("LAST", 8, 1),
];

impl Row for MemberRow {
    const NONE: &'static str = "there is no person to open";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let name = if self.to.is_some() { quiet(self.name.clone()) } else { plain(self.name.clone()) };
        let ground = if self.ground == Ground::Inferred { Role::Warn } else { Role::Quiet };
        let day = |day: Option<Day>, none: &str| day.map_or_else(|| none.to_owned(), |day| day.to_string());
        vec![
            name,
            stages::standing(&self.standing),
            (self.ground.to_string(), ground),
            quiet(day(self.from, "-")),
            quiet(day(self.to, "")),
            (figure(self.activities), Role::Figure),
            (when::short(self.last_activity, context.options.today), Role::Figure),
        ]
    }

    fn target(&self) -> Target {
        Target {
            name: self.name.clone(),
            id: self.person.to_string(),
            person: Some((self.person, self.name.clone())),
            ..Target::default()
        }
    }

    fn open(&self) -> Step {
        Member::step(self.person, &self.name)
    }

    fn ordered(order: &str) -> Option<(&'static str, bool)> {
        match order_of(order)? {
            ("FIRST" | "SINCE", rising) => Some(("SINCE", rising)),
            other => Some(other),
        }
    }

    fn slice(reply: Reply, _day: Day) -> Option<Slice<Self>> {
        match reply {
            Reply::Members(slice) => Some(slice),
            _ => None,
        }
    }
}
