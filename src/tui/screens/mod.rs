//! The screens: one file each, with its state, what commands do to it, and what it shows. [`Page`] is all that
//! the rest of the explorer knows of a screen.

pub mod account;
pub mod accounts;
pub mod activity;
pub mod help;
pub mod member;
pub mod people;
pub mod sources;
pub mod timeline;

use serde::{Deserialize, Serialize};

use super::{
    app::{App, Options},
    command::Command,
    filtering::Filtering,
    list::Scroll,
    theme::Role,
    widgets::table::{Cell, Column},
};
use crate::domain::query::When;
use crate::{
    domain::{decision::About, query::Overview},
    jobs::read::{Query, Reply},
};

/// A screen of the breadcrumb.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Screen {
    Accounts(accounts::Accounts),
    Account(Box<account::Account>),
    Member(Box<member::Member>),
    Activity(Box<activity::Activity>),
    People(people::People),
    Sources(sources::Sources),
    Help(help::Help),
}

impl Screen {
    /// Whether both show the same thing, wherever their markers stand.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Account(one), Self::Account(another)) => one.id() == another.id(),
            (Self::Member(one), Self::Member(another)) => one.id() == another.id(),
            (Self::Activity(one), Self::Activity(another)) => one.id() == another.id(),
            _ => false,
        }
    }

    pub fn page(&self) -> &dyn Page {
        match self {
            Self::Accounts(page) => page,
            Self::Account(page) => page.as_ref(),
            Self::Member(page) => page.as_ref(),
            Self::Activity(page) => page.as_ref(),
            Self::People(page) => page,
            Self::Sources(page) => page,
            Self::Help(page) => page,
        }
    }

    pub fn page_mut(&mut self) -> &mut dyn Page {
        match self {
            Self::Accounts(page) => page,
            Self::Account(page) => page.as_mut(),
            Self::Member(page) => page.as_mut(),
            Self::Activity(page) => page.as_mut(),
            Self::People(page) => page,
            Self::Sources(page) => page,
            Self::Help(page) => page,
        }
    }
}

/// What a screen may look at while it shows itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub options: &'a Options,
    pub overview: Option<&'a Overview>,
    pub width: u16,
}

impl App {
    pub const fn context(&self) -> Context<'_> {
        Context { options: &self.options, overview: self.overview.as_ref(), width: self.width }
    }
}

/// What a command did to a screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Nothing more to do.
    Stay,
    /// Go on to this screen.
    Go(Box<Screen>),
    /// The command means nothing here; why, or what would work.
    No(&'static str),
}

/// What can be taken along from where the marker stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    pub name: String,
    pub id: String,
    pub link: Option<String>,
    /// What a note or a relation would speak of.
    pub about: Option<About>,
}

/// A line above the list: pieces with their roles.
pub type Pieces = Vec<Cell>;

/// A piece of plain text.
pub fn plain(text: impl Into<String>) -> Cell {
    (text.into(), Role::Name)
}

/// A piece that matters less.
pub fn quiet(text: impl Into<String>) -> Cell {
    (text.into(), Role::Quiet)
}

/// A screen with one list, as the rest of the explorer sees it.
pub trait Page {
    /// Its name in the breadcrumb.
    fn title(&self) -> String;

    /// The list that is seen now.
    fn list_mut(&mut self) -> &mut dyn Scroll;

    fn list(&self) -> &dyn Scroll;

    /// What it lacks, each question under a new ticket.
    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)>;

    fn awaits(&self, ticket: u64) -> bool;

    /// Takes the answer to an awaited ticket. `Failed` ends the waiting.
    fn reply(&mut self, ticket: u64, reply: Reply);

    /// Asks for everything anew; what is selected stays.
    fn refresh(&mut self);

    /// Whether what would be seen now is on its way.
    fn is_waiting(&self) -> bool;

    /// Whether what commands act on here is about to be replaced.
    fn is_settling(&self) -> bool;

    /// Whether a row can be opened.
    fn opens(&self) -> bool {
        true
    }

    /// Carries out a command that is not the same on every screen.
    fn command(&mut self, command: &Command) -> Step;

    /// Orders the list by that word; the words that are known when it is none of them.
    fn sort(&mut self, _word: &str) -> Result<(), Vec<&'static str>> {
        Err(Vec::new())
    }

    /// The words that [`Page::sort`] knows.
    fn sorts(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// The column that the list is ordered by, and whether its lowest value comes first.
    fn ordered(&self) -> Option<(&'static str, bool)> {
        None
    }

    /// What stands where a filter would while there is none: what is shown, or what could be done.
    fn hint(&self, _context: Context<'_>) -> String {
        String::new()
    }

    /// What a filter may look like, shown until its first letter is typed.
    fn example(&self) -> &'static str {
        ""
    }

    fn filtering(&self) -> Option<&Filtering> {
        None
    }

    /// Takes the text of a filter.
    fn set_filter(&mut self, _text: &str) {}

    /// The screen that searches these rows, where they have no filter of their own.
    fn search(&self) -> Option<Screen> {
        None
    }

    /// Whether it was opened to search: escape leaves it together with its filter.
    fn is_search(&self) -> bool {
        false
    }

    fn tabs(&self) -> Vec<String> {
        Vec::new()
    }

    fn tab(&self) -> usize {
        0
    }

    fn set_tab(&mut self, _tab: usize) {}

    fn target(&self) -> Option<Target>;

    /// What stands at the right end of the top line.
    fn beside(&self, context: Context<'_>) -> String;

    /// The lines between the top line and the tabs; always as many as [`Page::chrome`] counts.
    fn facts(&self, context: Context<'_>) -> Vec<Pieces>;

    /// How many lines stand above and below the list: top line, facts, tabs, titles, footer.
    fn chrome(&self) -> u16 {
        let tabs = u16::from(!self.tabs().is_empty());
        3 + tabs + self.fact_lines()
    }

    fn fact_lines(&self) -> u16 {
        1
    }

    fn columns(&self) -> &'static [Column];

    /// The visible rows, each with whether it is the selected one.
    fn rows(&self, context: Context<'_>) -> Vec<(bool, Vec<Cell>)>;

    /// Why the rows could not be read, if they could not.
    fn failure(&self) -> Option<&str> {
        None
    }

    /// What stands in place of the rows when there are none: what it means and what to do.
    fn empty(&self, context: Context<'_>) -> Vec<String>;
}

/// One question whose answer is one thing, not a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    want: bool,
    ticket: Option<u64>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { want: true, ticket: None }
    }
}

impl Asked {
    pub const fn again(&mut self) {
        self.want = true;
    }

    pub fn take(&mut self, ticket: &mut dyn FnMut() -> u64) -> Option<u64> {
        if !std::mem::take(&mut self.want) {
            return None;
        }
        self.ticket = Some(ticket());
        self.ticket
    }

    pub fn awaits(&self, ticket: u64) -> bool {
        self.ticket == Some(ticket)
    }

    pub const fn done(&mut self) {
        self.ticket = None;
    }

    pub const fn is_waiting(&self) -> bool {
        self.want || self.ticket.is_some()
    }
}

/// The word after `now` among all, round and round.
pub fn next<T: Copy + PartialEq>(all: &[T], now: T) -> T {
    let at = all.iter().position(|one| *one == now).map_or(0, |at| (at + 1) % all.len());
    all.get(at).copied().unwrap_or(now)
}
