//! What blocks an account's blockers, and what the account is active in. Must not know how a theme is found.

use serde::{Deserialize, Serialize};

use super::super::{Context, Target, ask::Ask, part::Row, plain, quiet, stages};
use crate::{
    domain::account::Cause,
    tui::{
        theme::Role,
        widgets::table::{Cell, Column},
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Topic {
    Cause(Cause),
    Interest(String),
}

const COLUMNS: &[Column] = &[
    Column::text("WHAT", 11, 0, 1),
    Column::text("THREAD", 10, 0, 3),
    Column::text("TITLE", 20, 3, 0),
    Column::text("WHOM", 14, 1, 2),
    Column::right("FOR", 6, 4),
];

impl Row for Topic {
    const NONE: &'static str = "nothing blocks anybody here";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        match self {
            Self::Cause(cause) => {
                let names: Vec<&str> = cause.members.iter().map(|(_, name)| name.as_str()).collect();
                vec![
                    (cause.theme.to_string(), Role::Blocker),
                    plain(cause.thread.clone()),
                    plain(cause.title.clone().unwrap_or_else(|| "-".to_owned())),
                    plain(names.join(", ")),
                    (stages::days(cause.since, context), Role::Figure),
                ]
            }
            Self::Interest(name) => {
                let shown = name.strip_prefix("repo:").unwrap_or(name);
                vec![quiet("interest"), quiet("-"), plain(shown), quiet("-"), quiet("-")]
            }
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Cause(cause) => Target {
                name: cause.title.clone().unwrap_or_else(|| cause.thread.clone()),
                id: cause.thread.clone(),
                link: cause.url.clone(),
                ..Target::default()
            },
            Self::Interest(name) => Target { name: name.clone(), id: name.clone(), ..Target::default() },
        }
    }

    fn open(&self) -> super::super::Step {
        super::super::Step::No("o opens the thread of a cause in the browser")
    }
}
