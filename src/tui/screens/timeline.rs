//! Activities as rows, for every screen that lists them. Must not know whose they are.

use super::{Target, plain, quiet};
use crate::{
    domain::activity::TimelineRow,
    tui::{
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

/// The columns of a list of many people's activities.
pub(super) const WITH_PERSON: &[Column] = &[
    Column::text("DAY", 10, 0, 1),
    Column::text("WHAT", 17, 0, 3),
    Column::text("PERSON", 12, 1, 2),
    Column::text("TITLE", 28, 4, 0),
    Column::text("WHERE", 14, 1, 4),
];

/// The columns of a list of one person's activities.
pub(super) const OF_ONE: &[Column] = &[
    Column::text("DAY", 10, 0, 1),
    Column::text("WHAT", 17, 0, 2),
    Column::text("TITLE", 28, 4, 0),
    Column::text("WHERE", 14, 1, 3),
];

/// A row of either list.
pub(super) fn cells(row: &TimelineRow, with_person: bool) -> Vec<Cell> {
    let activity = &row.activity;
    let subject = activity.subject.as_deref().unwrap_or(&activity.source);
    let place = subject.strip_prefix("repo:").unwrap_or(subject);
    let mut cells =
        vec![quiet(activity.at.day().to_string()), (activity.kind.text().to_owned(), Role::Figure)];
    if with_person {
        cells.push(plain(row.person_name.clone()));
    }
    cells.push(plain(activity.title.clone().unwrap_or_else(|| "-".to_owned())));
    cells.push(quiet(place));
    cells
}

pub(super) fn target(row: &TimelineRow) -> Target {
    Target {
        name: row.activity.title.clone().unwrap_or_else(|| row.activity.id.clone()),
        id: row.activity.id.clone(),
        link: row.activity.url.clone(),
        about: None,
    }
}
