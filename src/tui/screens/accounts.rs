//! The accounts: one row for each company, by latest activity. Must not know how a row is found.

use serde::{Deserialize, Serialize};

use super::{Context, Page, Pieces, Screen, Step, Target, account::Account, next, plain, quiet};
use crate::domain::query::When;
use crate::{
    domain::{
        account::{AccountRow, Relation},
        decision::About,
        filter::{Over, Test},
        query::AccountSort,
    },
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
        filtering::Filtering,
        kept::Kept,
        list::{List, Scroll},
        theme::Role,
        when,
        widgets::{
            table::{Cell, Column},
            text::figure,
        },
    },
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Accounts {
    list: List<AccountRow>,
    kept: Kept<AccountRow>,
    filtering: Filtering,
    sort: AccountSort,
    all: bool,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            list: List::default(),
            kept: Kept::default(),
            filtering: Filtering::over(Some(Over::Accounts)),
            sort: AccountSort::Last,
            all: false,
        }
    }
}

impl Accounts {
    /// What the default view leaves out and the filter asks for all the same: relations outside the market,
    /// unconfirmed accounts.
    fn widened(&self) -> (bool, bool) {
        let asks = |wanted: fn(&Test) -> bool| {
            self.filtering.filter.terms.iter().any(|term| !term.negated && wanted(&term.test))
        };
        (asks(|test| matches!(test, Test::Relation(_))), asks(|test| matches!(test, Test::Is(_))))
    }
}

const COLUMNS: &[Column] = &[
    Column::text("ACCOUNT", 14, 1, 0),
    Column::text("RELATION", 10, 0, 4),
    Column::right("NOW/ALL", 8, 2),
    Column::right("ACTIVITY", 9, 3),
    Column::text("12 WEEKS", 12, 0, 5),
    Column::right("FIRST", 8, 6),
    Column::right("LAST", 8, 1),
];

impl Page for Accounts {
    fn title(&self) -> String {
        "accounts".to_owned()
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
        let query = |window| Query::Accounts {
            filter: self.filtering.filter.clone(),
            sort: self.sort,
            all: self.all,
            when,
            window,
        };
        self.list.take(ticket).map(|window| (ticket, query(window))).into_iter().collect()
    }

    fn awaits(&self, ticket: u64) -> bool {
        self.list.awaits(ticket)
    }

    fn reply(&mut self, ticket: u64, reply: Reply) {
        match reply {
            Reply::Accounts(slice) => self.list.reply(ticket, slice),
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
                Some(row) => Step::Go(Box::new(Screen::Account(Box::new(Account::of(row.clone()))))),
                None => Step::No("there is no account to open"),
            },
            Command::Sort => {
                self.sort = next(AccountSort::ALL, self.sort);
                self.kept.restart(&mut self.list);
                Step::Stay
            }
            Command::All => {
                self.all = !self.all;
                self.kept.restart(&mut self.list);
                Step::Stay
            }
            _ => Step::No("that does nothing here"),
        }
    }

    fn sort(&mut self, word: &str) -> Result<(), Vec<&'static str>> {
        self.sort = AccountSort::parse(word).ok_or_else(|| self.sorts())?;
        self.kept.restart(&mut self.list);
        Ok(())
    }

    fn sorts(&self) -> Vec<&'static str> {
        AccountSort::ALL.iter().map(|sort| sort.text()).collect()
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

    fn target(&self) -> Option<Target> {
        self.list.selected().map(target)
    }

    fn beside(&self, context: Context<'_>) -> String {
        let Some(overview) = context.overview else { return String::new() };
        let of = if self.all { overview.accounts } else { overview.shown };
        let count = match self.list.total() {
            // They are not a part of what the default view counts.
            Some(found) if !self.all && self.widened() != (false, false) => {
                counted(found, "account", "accounts")
            }
            Some(found) if !self.filtering.filter.terms.is_empty() => {
                format!("{} of {}", figure(found), counted(of, "account", "accounts"))
            }
            _ => counted(of, "account", "accounts"),
        };
        format!("{count}{}{}", context.options.charset.dot(), synced(context))
    }

    fn facts(&self, context: Context<'_>) -> Vec<Pieces> {
        let dot = context.options.charset.dot();
        let view = match (self.all, self.widened()) {
            (true, _) | (_, (true, true)) => "all",
            (_, (true, false)) => "confirmed",
            (_, (false, true)) => "in the market",
            (_, (false, false)) => "confirmed, in the market",
        };
        vec![vec![quiet(format!("{view}{dot}sort {}", self.sort))]]
    }

    fn hint(&self, context: Context<'_>) -> String {
        let Some(overview) = context.overview else { return String::new() };
        match (self.all, overview.accounts.saturating_sub(overview.shown)) {
            (true, _) => "a back to the default view".to_owned(),
            (false, 0) => String::new(),
            (false, more) => format!("a shows {} more", figure(more)),
        }
    }

    fn example(&self) -> &'static str {
        "name  people:>=5  last:<30d  relation:prospect  domain:acme.example"
    }

    fn ordered(&self) -> Option<(&'static str, bool)> {
        Some(match self.sort {
            AccountSort::Last => ("LAST", false),
            AccountSort::Name => ("ACCOUNT", true),
            AccountSort::Members | AccountSort::People => ("NOW/ALL", false),
            AccountSort::Activities => ("ACTIVITY", false),
            AccountSort::First => ("FIRST", false),
            AccountSort::Phase => ("PHASE", false),
            AccountSort::Support => ("SUPPORT", false),
            AccountSort::Momentum => ("12 WEEKS", false),
            AccountSort::Active => ("GROUP", false),
        })
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

    fn empty(&self, context: Context<'_>) -> Vec<String> {
        if self.filtering.error.is_some() {
            return vec!["the filter cannot be read yet".to_owned()];
        }
        if !self.list.is_loaded() {
            return vec!["loading".to_owned()];
        }
        if !self.filtering.filter.terms.is_empty() {
            let more = if self.all || self.widened() == (true, true) {
                ""
            } else {
                ", or a to search in everything"
            };
            return vec![
                format!("no account matches `{}`", self.filtering.text.trim()),
                format!("press esc to drop the filter{more}"),
            ];
        }
        match context.overview {
            Some(overview) if overview.accounts > 0 => vec![
                "no account is confirmed and in the market yet".to_owned(),
                format!("press a to see all {}", figure(overview.accounts)),
            ],
            _ => vec![
                "the store is empty".to_owned(),
                "press r to read the sources, or : and type sources to see them".to_owned(),
                "to look at a git clone without any configuration: buyin open PATH".to_owned(),
            ],
        }
    }
}

/// A count with the word for one and for several.
pub(super) fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{} {}", figure(count), if count == 1 { one } else { several })
}

/// When the sources were last read, for the top line.
pub(super) fn synced(context: Context<'_>) -> String {
    let at = context.overview.and_then(|overview| overview.synced_at);
    let today = context.options.today;
    let stale = context.overview.is_some_and(|overview| overview.stale);
    let mark = if stale { ", not all derived" } else { "" };
    match at {
        Some(time) => {
            format!("synced {}{mark}{}", when::clock(time, &context.options.tz, today), known_to(context))
        }
        None => format!("never synced{mark}"),
    }
}

pub(super) fn target(row: &AccountRow) -> Target {
    Target { name: row.name.clone(), id: row.id.to_string(), link: None, about: Some(About::Account(row.id)) }
}

/// A relation's word, and the role it plays.
fn relation(relation: Relation) -> Cell {
    let role = match relation {
        Relation::Customer => Role::Good,
        Relation::Prospect => Role::Found,
        Relation::Competitor => Role::Bad,
        Relation::Unknown => return quiet("-"),
        _ => Role::Name,
    };
    (relation.to_string(), role)
}

/// The bars of the last weeks, or a word where there was nothing at all.
pub(super) fn weeks(weeks: &[u32], nothing: &str, context: Context<'_>) -> Cell {
    if weeks.iter().all(|active| *active == 0) {
        return quiet(nothing);
    }
    (context.options.charset.spark(weeks), Role::Spark)
}

/// How many belong there now, of all who ever did.
pub(super) fn headcount(row: &AccountRow) -> String {
    match (row.members, row.people) {
        (1, 1) => "1 person".to_owned(),
        (now, all) if now == all => format!("{} people", figure(now.into())),
        (now, all) => format!("{} people now, {} ever", figure(now.into()), figure(all.into())),
    }
}

fn cells(row: &AccountRow, context: Context<'_>) -> Vec<Cell> {
    let today = context.options.today;
    let name = if row.confirmed { plain(row.name.clone()) } else { quiet(format!("{} ?", row.name)) };
    vec![
        name,
        relation(row.relation),
        (format!("{}/{}", row.members, row.people), Role::Figure),
        (figure(row.activities), Role::Figure),
        weeks(&row.weeks, "-", context),
        (when::short(row.first_activity, today), Role::Quiet),
        (when::short(row.last_activity, today), Role::Figure),
    ]
}

/// Says up to when anything is known, where that is days ago: silence after it is not absence.
fn known_to(context: Context<'_>) -> String {
    let today = context.options.today;
    match context.overview.and_then(|overview| overview.covered_until) {
        Some(until) if until.day().plus(2) < today => {
            format!("{}facts to {}", context.options.charset.dot(), until.day().short(today))
        }
        _ => String::new(),
    }
}
