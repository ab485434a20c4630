//! All people, whatever account they belong to. Must not know how they are found.

use serde::{Deserialize, Serialize};

use super::{
    Context, Page, Part, Pieces, Reasons, Step, Target,
    accounts::{counted, synced},
    ask::Ask,
    member::{self, Member},
    part::{Listing, Row},
    plain, quiet, stages,
};
use crate::{
    domain::{
        filter::{Filter, Test},
        person::{Ground, Nature, PersonRow},
        query::{PersonSort, Slice},
        time::Day,
    },
    jobs::read::Reply,
    tui::{
        theme::Role,
        views, when,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    list: Listing<PersonRow>,
    /// Opened to search the people of one account.
    search: bool,
}

impl People {
    /// Everybody, with a filter begun that names an account.
    pub fn of(account: &str) -> Self {
        let mut people = Self { search: true, ..Self::default() };
        people.list.set_filter(&format!("{} ", Test::Account(vec![account.to_owned()])));
        people
    }
}

impl Default for People {
    fn default() -> Self {
        let ask = Ask::People { filter: Filter::default(), sort: PersonSort::Last };
        Self { list: Listing::new(ask), search: false }
    }
}

const COLUMNS: &[Column] = &[
    Column::text("PERSON", 14, 1, 0),
    Column::text("STAGE", 13, 0, 1),
    Column::right("SINCE", 8, 4),
    Column::text("ACCOUNT", 16, 1, 3),
    Column::text("KNOWN BY", 11, 0, 6),
    Column::right("IDENTITIES", 10, 7),
    Column::right("ACTIVITY", 9, 5),
    Column::right("FIRST", 8, 8),
    Column::right("LAST", 8, 2),
];

impl Row for PersonRow {
    const NONE: &'static str = "there is no person to open";

    fn columns(_ask: &Ask) -> &'static [Column] {
        COLUMNS
    }

    fn cells(&self, _ask: &Ask, context: Context<'_>) -> Vec<Cell> {
        let today = context.options.today;
        let name = match self.nature {
            Nature::Human => plain(self.name.clone()),
            other => quiet(format!("{} ({other})", self.name)),
        };
        let (account, ground) = self.member.as_ref().map_or_else(
            || (quiet("-"), quiet("-")),
            |member| {
                let role = if member.ground == Ground::Inferred { Role::Warn } else { Role::Quiet };
                let account = member.account_name.clone();
                let account =
                    if member.to.is_some() { quiet(format!("once {account}")) } else { plain(account) };
                (account, (member.ground.to_string(), role))
            },
        );
        vec![
            name,
            stages::standing(&self.standing),
            quiet(self.standing.since.map_or_else(|| "-".to_owned(), |day| day.short(today))),
            account,
            ground,
            (figure(self.identities.into()), Role::Figure),
            (figure(self.activities), Role::Figure),
            quiet(when::short(self.first_activity, today)),
            (when::short(self.last_activity, today), Role::Figure),
        ]
    }

    fn target(&self) -> Target {
        Target {
            name: self.name.clone(),
            id: self.id.to_string(),
            person: Some((self.id, self.name.clone())),
            ..Target::default()
        }
    }

    fn open(&self) -> Step {
        Member::step(self.id, &self.name)
    }

    fn ordered(order: &str) -> Option<(&'static str, bool)> {
        order_of(order)
    }

    fn slice(reply: Reply, _day: Day) -> Option<Slice<Self>> {
        match reply {
            Reply::People(slice) => Some(slice),
            _ => None,
        }
    }
}

/// The column of that order, and whether its lowest value comes first.
pub(super) fn order_of(order: &str) -> Option<(&'static str, bool)> {
    Some(match order {
        "last" => ("LAST", false),
        "name" => ("PERSON", true),
        "activities" => ("ACTIVITY", false),
        "first" => ("FIRST", false),
        "stage" => ("STAGE", false),
        "since" => ("SINCE", false),
        _ => return None,
    })
}

impl Page for People {
    fn title(&self) -> String {
        "people".to_owned()
    }

    fn part(&self) -> &dyn Part {
        &self.list
    }

    fn part_mut(&mut self) -> &mut dyn Part {
        &mut self.list
    }

    fn all(&mut self) -> Step {
        Step::No("everybody is shown here already; is:human narrows it")
    }

    fn is_search(&self) -> bool {
        self.search
    }

    fn reasons(&self) -> Reasons {
        self.list.selected().map(|row| vec![member::reason(row.id, &row.name)]).unwrap_or_default()
    }

    fn beside(&self, context: Context<'_>) -> String {
        let Some(overview) = context.overview else { return String::new() };
        let filtered = self.filtering().is_some_and(|filtering| !filtering.filter.terms.is_empty());
        let count = match self.list.total() {
            Some(found) if context.as_of.is_some() => counted(found, "person", "people"),
            Some(found) if filtered => {
                format!("{} of {}", figure(found), counted(overview.people, "person", "people"))
            }
            _ => counted(overview.people, "person", "people"),
        };
        format!("{count}{}{}", context.options.charset.dot(), synced(context))
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        vec![vec![quiet(views::told(&context.options.views, &self.list))]]
    }

    fn example(&self) -> &'static str {
        "name  stage:teacher,guide  account:acme  is:lapsed  activities:>100  last:<30d"
    }

    fn empty(&self, context: Context<'_>) -> Vec<String> {
        let Some(filtering) = self.filtering() else { return Vec::new() };
        if filtering.error.is_some() {
            return vec!["the filter cannot be read yet".to_owned()];
        }
        if !self.list.is_loaded() {
            vec!["loading".to_owned()]
        } else if !filtering.filter.terms.is_empty() {
            vec![
                format!("nobody matches `{}`", filtering.text.trim()),
                "press esc to drop the filter".to_owned(),
            ]
        } else if let Some(day) = context.as_of {
            vec![
                format!("nobody was known by {}", when::day(day)),
                "press ) for the next day on which something happened, :time now for now".to_owned(),
            ]
        } else {
            vec![
                "nobody is known yet".to_owned(),
                "press r to read the sources; buyin demo shows a made-up community".to_owned(),
            ]
        }
    }
}
