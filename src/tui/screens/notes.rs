//! Decisions and notes as rows. Must not know whom they are about.

use super::{Context, Target, ask::Ask, part::Row, quiet};
use crate::{
    domain::decision::Decision,
    tui::{
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

const COLUMNS: &[Column] = &[
    Column::text("DAY", 10, 0, 2),
    Column::text("BY", 10, 0, 3),
    Column::text("WHAT", 11, 0, 4),
    Column::text("TEXT", 14, 1, 0),
];

/// What stands where nothing has been noted yet.
pub(super) fn none(more: &str) -> Vec<String> {
    vec!["nothing has been noted or decided yet".to_owned(), more.to_owned()]
}

impl Row for Decision {
    const NONE: &'static str = "there is no note here";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, _context: Context<'_>) -> Vec<Cell> {
        let role = if self.undone_by.is_some() { Role::Quiet } else { Role::Name };
        vec![
            quiet(self.at.day().to_string()),
            quiet(self.author.clone()),
            (self.verb.text().to_owned(), role),
            (told(self), role),
        ]
    }

    fn target(&self) -> Target {
        Target { name: told(self), id: self.id.to_string(), ..Target::default() }
    }
}

fn told(row: &Decision) -> String {
    let text = row.verb.what();
    let reason = row.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    let undone = if row.undone_by.is_some() { " (undone)" } else { "" };
    format!("{text}{reason}{undone}")
}
