//! Activities as rows, for every screen that lists them. Must not know whose they are.

use super::{Target, plain, quiet};
use crate::{
    domain::activity::{Kind, TimelineRow},
    tui::{
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

/// The columns of a list of many people's activities.
pub(super) const WITH_PERSON: &[Column] = &[
    Column::text("DAY", 10, 0, 1),
    Column::text("WHAT", 11, 1, 3),
    Column::text("PERSON", 14, 1, 2),
    Column::text("TITLE", 24, 6, 0),
    Column::text("WHERE", 10, 1, 4),
];

/// The columns of a list of one person's activities.
pub(super) const OF_ONE: &[Column] = &[
    Column::text("DAY", 10, 0, 1),
    Column::text("WHAT", 11, 1, 2),
    Column::text("TITLE", 28, 6, 0),
    Column::text("WHERE", 10, 1, 3),
];

/// A row of either list.
pub(super) fn cells(row: &TimelineRow, with_person: bool) -> Vec<Cell> {
    let activity = &row.activity;
    let subject = activity.subject.as_deref().unwrap_or(&activity.source);
    let place = subject.strip_prefix("repo:").unwrap_or(subject);
    let place = place.rsplit('/').next().unwrap_or(place);
    let mut cells = vec![quiet(activity.at.day().to_string()), (what(activity.kind), Role::Figure)];
    if with_person {
        cells.push(plain(row.person_name.clone()));
    }
    cells.push(plain(activity.title.clone().unwrap_or_else(|| "-".to_owned())));
    cells.push(quiet(place));
    cells
}

/// What was done, in as few words as a column has room for.
pub(super) fn what(kind: Kind) -> String {
    match kind {
        Kind::CommitAuthored => "commit".to_owned(),
        Kind::CommitCoauthored => "co-authored".to_owned(),
        Kind::CommitReviewed => "reviewed".to_owned(),
        Kind::CommitMerged => "merged".to_owned(),
        Kind::RoleGranted => "role given".to_owned(),
        Kind::RoleRemoved => "role ended".to_owned(),
        other => other.text().replace(['.', '_'], " "),
    }
}

pub(super) fn target(row: &TimelineRow) -> Target {
    Target {
        name: row.activity.title.clone().unwrap_or_else(|| row.activity.id.clone()),
        id: row.activity.id.clone(),
        link: row.activity.url.clone(),
        about: None,
    }
}
