//! All people, whatever account they belong to. Must not know how they are found.

use serde::{Deserialize, Serialize};

use super::{
    Context, Page, Pieces, Step, Target,
    accounts::{counted, synced},
    member::{Member, last},
    next, plain, quiet,
};
use crate::domain::query::When;
use crate::{
    domain::{
        decision::About,
        filter::{Over, Test},
        person::{Ground, Nature, PersonRow},
        query::PersonSort,
    },
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
        filtering::Filtering,
        kept::Kept,
        list::{List, Scroll},
        theme::Role,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct People {
    list: List<PersonRow>,
    kept: Kept<PersonRow>,
    filtering: Filtering,
    sort: PersonSort,
    /// Opened to search the people of one account.
    search: bool,
}

impl People {
    /// Everybody, with a filter begun that names an account.
    pub fn of(account: &str) -> Self {
        let mut people = Self { search: true, ..Self::default() };
        people.filtering.set(&format!("{} ", Test::Account(vec![account.to_owned()])));
        people
    }
}

impl Default for People {
    fn default() -> Self {
        Self {
            list: List::default(),
            kept: Kept::default(),
            filtering: Filtering::over(Some(Over::People)),
            sort: PersonSort::Last,
            search: false,
        }
    }
}

const COLUMNS: &[Column] = &[
    Column::text("PERSON", 16, 1, 0),
    Column::text("ACCOUNT", 18, 1, 2),
    Column::text("KNOWN BY", 11, 0, 4),
    Column::right("IDENTITIES", 10, 5),
    Column::right("ACTIVITY", 9, 3),
    Column::right("FIRST", 8, 6),
    Column::right("LAST", 8, 1),
];

impl Page for People {
    fn title(&self) -> String {
        "people".to_owned()
    }

    fn list_mut(&mut self) -> &mut dyn Scroll {
        &mut self.list
    }

    fn list(&self) -> &dyn Scroll {
        &self.list
    }

    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        if !self.list.wants() {
            return Vec::new();
        }
        let ticket = ticket();
        let query =
            |window| Query::People { filter: self.filtering.filter.clone(), sort: self.sort, when, window };
        self.list.take(ticket).map(|window| (ticket, query(window))).into_iter().collect()
    }

    fn awaits(&self, ticket: u64) -> bool {
        self.list.awaits(ticket)
    }

    fn reply(&mut self, ticket: u64, reply: Reply) {
        match reply {
            Reply::People(slice) => self.list.reply(ticket, slice),
            Reply::Failed(why) => self.list.fail(ticket, &why),
            _ => {}
        }
    }

    fn refresh(&mut self) {
        self.list.refresh();
    }

    fn is_waiting(&self) -> bool {
        self.list.is_waiting()
    }

    fn is_settling(&self) -> bool {
        self.list.is_settling()
    }

    fn command(&mut self, command: &Command) -> Step {
        match command {
            Command::Open => match self.list.selected() {
                Some(row) => Member::step(row.id, &row.name),
                None => Step::No("there is no person to open"),
            },
            Command::Sort => {
                self.sort = next(PersonSort::ALL, self.sort);
                self.kept.restart(&mut self.list);
                Step::Stay
            }
            Command::All => Step::No("everybody is shown here already; is:human narrows it"),
            _ => Step::No("that does nothing here"),
        }
    }

    fn sort(&mut self, word: &str) -> Result<(), Vec<&'static str>> {
        self.sort = PersonSort::parse(word).ok_or_else(|| self.sorts())?;
        self.kept.restart(&mut self.list);
        Ok(())
    }

    fn sorts(&self) -> Vec<&'static str> {
        PersonSort::ALL.iter().map(|sort| sort.text()).collect()
    }

    fn filtering(&self) -> Option<&Filtering> {
        Some(&self.filtering)
    }

    fn set_filter(&mut self, text: &str) {
        let was = !self.filtering.filter.terms.is_empty();
        if self.filtering.set(text) {
            let is = !self.filtering.filter.terms.is_empty();
            self.kept.turn(&mut self.list, was, is);
        }
    }

    fn is_search(&self) -> bool {
        self.search
    }

    fn target(&self) -> Option<Target> {
        self.list.selected().map(|row| Target {
            name: row.name.clone(),
            id: row.id.to_string(),
            link: None,
            about: Some(About::Person(row.id)),
        })
    }

    fn beside(&self, context: Context<'_>) -> String {
        let Some(overview) = context.overview else { return String::new() };
        let count = match self.list.total() {
            Some(found) if !self.filtering.filter.terms.is_empty() => {
                format!("{} of {}", figure(found), counted(overview.people, "person", "people"))
            }
            _ => counted(overview.people, "person", "people"),
        };
        format!("{count}{}{}", context.options.charset.dot(), synced(context))
    }

    fn facts(&self, _context: Context<'_>) -> Vec<Pieces> {
        vec![vec![quiet(format!("sort {}", self.sort))]]
    }

    fn example(&self) -> &'static str {
        "name  account:acme  is:unaffiliated  activities:>100  last:<30d"
    }

    fn ordered(&self) -> Option<(&'static str, bool)> {
        Some(order(self.sort))
    }

    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }

    fn rows(&self, context: Context<'_>) -> Vec<(bool, Vec<Cell>)> {
        self.list.visible().map(|(chosen, row)| (chosen, cells(row, context))).collect()
    }

    fn failure(&self) -> Option<&str> {
        self.list.failure()
    }

    fn empty(&self, _context: Context<'_>) -> Vec<String> {
        if self.filtering.error.is_some() {
            return vec!["the filter cannot be read yet".to_owned()];
        }
        if !self.list.is_loaded() {
            vec!["loading".to_owned()]
        } else if self.filtering.filter.terms.is_empty() {
            vec!["nobody is known yet".to_owned(), "press r to read the sources".to_owned()]
        } else {
            vec![
                format!("nobody matches `{}`", self.filtering.text.trim()),
                "press esc to drop the filter".to_owned(),
            ]
        }
    }
}

/// The column of that order, and whether its lowest value comes first.
pub(super) const fn order(sort: PersonSort) -> (&'static str, bool) {
    match sort {
        PersonSort::Last => ("LAST", false),
        PersonSort::Name => ("PERSON", true),
        PersonSort::Activities => ("ACTIVITY", false),
        PersonSort::First => ("FIRST", false),
        PersonSort::Stage => ("STAGE", false),
        PersonSort::Since => ("SINCE", false),
    }
}

fn cells(row: &PersonRow, context: Context<'_>) -> Vec<Cell> {
    let name = match row.nature {
        Nature::Human => plain(row.name.clone()),
        other => quiet(format!("{} ({other})", row.name)),
    };
    let (account, ground) = row.member.as_ref().map_or_else(
        || (quiet("-"), quiet("-")),
        |member| {
            let role = if member.ground == Ground::Inferred { Role::Warn } else { Role::Quiet };
            let account = member.account_name.clone();
            let account = if member.to.is_some() { quiet(format!("once {account}")) } else { plain(account) };
            (account, (member.ground.to_string(), role))
        },
    );
    vec![
        name,
        account,
        ground,
        (figure(row.identities.into()), Role::Figure),
        (figure(row.activities), Role::Figure),
        quiet(last(row.first_activity, context).0),
        last(row.last_activity, context),
    ]
}
