//! The identities behind a person, and the roles and accounts they held, as rows. Must not know how identities
//! are linked.

use serde::{Deserialize, Serialize};

use super::super::{Context, Screen, Step, Target, account::Account, ask::Ask, part::Row, plain, quiet};
use crate::{
    domain::{
        person::{Ground, Membership, PersonIdentity},
        time::Day,
    },
    tui::{
        theme::Role,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

const IDENTITIES: &[Column] = &[
    Column::text("SOURCE", 10, 0, 4),
    Column::text("NAME", 14, 1, 0),
    Column::text("E-MAIL", 16, 2, 1),
    Column::text("HANDLE", 12, 0, 3),
    Column::text("LINKED BY", 15, 0, 2),
    Column::right("ACTIVITY", 8, 5),
];

impl Row for PersonIdentity {
    const NONE: &'static str = "no identity is known";

    fn columns(_ask: &Ask) -> &'static [Column] {
        IDENTITIES
    }

    fn cells(&self, _ask: &Ask, _context: Context<'_>) -> Vec<Cell> {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        vec![
            quiet(self.source.clone()),
            plain(text(&self.name)),
            plain(text(&self.email)),
            plain(text(&self.handle)),
            quiet(self.rule.map_or("first", |rule| rule.text())),
            (figure(self.activities), Role::Figure),
        ]
    }

    fn target(&self) -> Target {
        let name = self.handle.clone().or_else(|| self.name.clone()).unwrap_or_default();
        Target { name, id: self.id.to_string(), ..Target::default() }
    }
}

/// A place in an organisation: a membership of an account, or a role in a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Place {
    Role(String),
    Account(Membership),
}

const PLACES: &[Column] = &[
    Column::text("WHERE", 14, 1, 0),
    Column::right("SINCE", 10, 2),
    Column::right("UNTIL", 10, 1),
    Column::text("BECAUSE", 27, 0, 3),
];

impl Row for Place {
    const NONE: &'static str = "this person belongs to no account";

    fn columns(_ask: &Ask) -> &'static [Column] {
        PLACES
    }

    fn cells(&self, _ask: &Ask, _context: Context<'_>) -> Vec<Cell> {
        let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
        match self {
            Self::Role(role) => {
                vec![(role.clone(), Role::Good), quiet(""), quiet(""), quiet("a role held now")]
            }
            Self::Account(row) => {
                let name = row.account_name.clone();
                let name = if row.to.is_some() { quiet(name) } else { plain(name) };
                let (word, role) = ground(row.ground);
                let later = if row.learned_later { ", learned later" } else { "" };
                vec![name, quiet(day(row.from)), quiet(day(row.to)), (format!("{word}{later}"), role)]
            }
        }
    }

    fn target(&self) -> Target {
        match self {
            Self::Role(role) => Target { name: role.clone(), id: role.clone(), ..Target::default() },
            Self::Account(row) => {
                Target { name: row.account_name.clone(), id: row.account.to_string(), ..Target::default() }
            }
        }
    }

    fn open(&self) -> Step {
        match self {
            Self::Role(_) => Step::No("a role stands for itself; its days are in Activity"),
            Self::Account(row) => {
                Step::Go(Box::new(Screen::Account(Box::new(Account::new(row.account, None)))))
            }
        }
    }
}

/// Why somebody is thought to belong to an account.
pub(super) fn ground(ground: Ground) -> Cell {
    let text = match ground {
        Ground::Decision => "decided",
        Ground::Crm => "the CRM says so",
        Ground::Affiliation => "an imported list says so",
        Ground::Roster => "a maintainers' list says so",
        Ground::Profile => "their profile says so",
        Ground::Email => "work e-mail",
        Ground::Inferred => "inferred from a near e-mail",
    };
    (text.to_owned(), if ground == Ground::Inferred { Role::Warn } else { Role::Quiet })
}
