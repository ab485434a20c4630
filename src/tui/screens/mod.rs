//! The screens: one file or folder each, with its state, what commands do to it, and what it shows. [`Page`] is
//! all that the rest of the explorer knows of a screen; its list is a [`Part`].

pub mod account;
pub mod accounts;
pub mod activity;
mod ask;
pub mod behind;
pub mod help;
mod ledger;
pub mod member;
mod notes;
pub mod part;
pub mod people;
pub mod sources;
mod stages;
pub mod timeline;
mod way;
pub mod why;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    app::{App, Options},
    command::{Command, Move},
    filtering::Filtering,
    msg::Live,
    theme::Role,
    widgets::{lanes::Lane, table::Cell},
};
use crate::{
    domain::{
        activity::Of,
        ids::{AccountId, PersonId},
        query::{Overview, When},
        time::Day,
        why::{WhyAbout, WhyOf},
    },
    jobs::read::{Query, Reply},
};
pub use ask::Asked;
pub use part::{Drawn, Part};

/// A screen of the breadcrumb.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Screen {
    Accounts(Box<accounts::Accounts>),
    Account(Box<account::Account>),
    Member(Box<member::Member>),
    Activity(Box<activity::Activity>),
    Behind(Box<behind::Behind>),
    Why(Box<why::WhyPage>),
    People(Box<people::People>),
    Sources(Box<sources::Sources>),
    Help(Box<help::Help>),
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
            Self::Accounts(page) => page.as_ref(),
            Self::Account(page) => page.as_ref(),
            Self::Member(page) => page.as_ref(),
            Self::Activity(page) => page.as_ref(),
            Self::Behind(page) => page.as_ref(),
            Self::Why(page) => page.as_ref(),
            Self::People(page) => page.as_ref(),
            Self::Sources(page) => page.as_ref(),
            Self::Help(page) => page.as_ref(),
        }
    }

    pub fn page_mut(&mut self) -> &mut dyn Page {
        match self {
            Self::Accounts(page) => page.as_mut(),
            Self::Account(page) => page.as_mut(),
            Self::Member(page) => page.as_mut(),
            Self::Activity(page) => page.as_mut(),
            Self::Behind(page) => page.as_mut(),
            Self::Why(page) => page.as_mut(),
            Self::People(page) => page.as_mut(),
            Self::Sources(page) => page.as_mut(),
            Self::Help(page) => page.as_mut(),
        }
    }
}

/// What a screen may look at while it shows itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub options: &'a Options,
    pub overview: Option<&'a Overview>,
    pub live: &'a BTreeMap<String, Live>,
    pub as_of: Option<Day>,
    pub width: u16,
    pub height: u16,
}

impl Context<'_> {
    /// The day that is looked at.
    pub fn day(&self) -> Day {
        self.as_of.unwrap_or(self.options.today)
    }
}

impl App {
    pub const fn context(&self) -> Context<'_> {
        Context {
            options: &self.options,
            overview: self.overview.as_ref(),
            live: &self.live,
            as_of: self.as_of,
            width: self.width,
            height: self.height,
        }
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
    /// Of whom a decision would speak.
    pub account: Option<(AccountId, String)>,
    pub person: Option<(PersonId, String)>,
}

impl Target {
    /// Whom a note would speak of: the person under the marker, else the account.
    pub fn noted(&self) -> Option<&str> {
        let person = self.person.as_ref().map(|(_, name)| name.as_str());
        person.or(self.account.as_ref().map(|(_, name)| name.as_str()))
    }
}

/// Numbers whose reasons can be asked for, each with what it is called.
pub type Reasons = Vec<(String, WhyAbout, WhyOf)>;

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

/// A screen with one list at a time, as the rest of the explorer sees it.
pub trait Page {
    /// Its name in the breadcrumb.
    fn title(&self) -> String;

    /// The list that is seen now.
    fn part(&self) -> &dyn Part;

    fn part_mut(&mut self) -> &mut dyn Part;

    /// All its lists, seen or not.
    fn parts_mut(&mut self) -> Vec<&mut dyn Part> {
        vec![self.part_mut()]
    }

    /// The one thing that it shows beside its lists, and the question for it.
    fn thing(&self) -> Option<&Asked> {
        None
    }

    fn thing_mut(&mut self) -> Option<&mut Asked> {
        None
    }

    fn question(&self, _when: When) -> Option<Query> {
        None
    }

    /// Takes the answer to [`Page::question`].
    fn take(&mut self, _reply: Reply) {}

    /// What it lacks, each question under a new ticket.
    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Vec<(u64, Query)> {
        let thing = self.thing_mut().and_then(|asked| asked.take(when, ticket));
        let mut asks: Vec<_> =
            thing.and_then(|ticket| Some((ticket, self.question(when)?))).into_iter().collect();
        asks.extend(self.part_mut().asks(when, ticket));
        asks
    }

    /// Takes an answer, where its ticket is awaited; says whether it was. `Failed` ends the waiting.
    fn reply(&mut self, ticket: u64, reply: &Reply) -> bool {
        if self.thing().is_some_and(|asked| asked.awaits(ticket)) {
            if let Some(asked) = self.thing_mut() {
                asked.done();
            }
            match reply {
                Reply::Failed(why) => self.parts_mut().into_iter().for_each(|part| part.fail(why)),
                other => self.take(other.clone()),
            }
            return true;
        }
        match self.parts_mut().into_iter().find(|part| part.awaits(ticket)) {
            Some(part) => part.reply(ticket, reply.clone()),
            None => return false,
        }
        true
    }

    /// Asks for everything anew; what is selected stays.
    fn refresh(&mut self) {
        if let Some(asked) = self.thing_mut() {
            asked.again();
        }
        self.parts_mut().into_iter().for_each(Part::refresh);
    }

    /// Whether what would be seen now is on its way.
    fn is_waiting(&self) -> bool {
        self.thing().is_some_and(Asked::is_waiting) || self.part().is_waiting()
    }

    /// Whether what commands act on here is about to be replaced.
    fn is_settling(&self) -> bool {
        self.thing().is_some_and(Asked::is_waiting) || self.part().is_settling()
    }

    /// Learns how large the screen is.
    fn fit(&mut self, _width: u16, height: u16) {
        let rows = height.saturating_sub(self.chrome()).max(1);
        self.part_mut().scroll_mut().resize(rows);
    }

    /// Whether a row can be opened.
    fn opens(&self) -> bool {
        true
    }

    /// Carries out a command that is not the same on every screen.
    fn command(&mut self, command: &Command) -> Step {
        match command {
            Command::Open => self.part().open(),
            Command::Sort => Step::No("this list has one order only"),
            Command::All => Step::No("everything is shown here already"),
            _ => Step::No("that does nothing here"),
        }
    }

    /// Moves the marker.
    fn go(&mut self, movement: Move) {
        self.part_mut().scroll_mut().go(movement);
    }

    /// Moves to what stands beside; `false` where nothing stands side by side.
    fn sideways(&mut self, _right: bool) -> bool {
        false
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
        self.part().filtering()
    }

    /// Takes the text of a filter.
    fn set_filter(&mut self, text: &str) {
        self.part_mut().set_filter(text);
    }

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

    fn target(&self) -> Option<Target> {
        self.part().target()
    }

    /// The numbers of what stands under the marker that have a reason.
    fn reasons(&self) -> Reasons {
        Vec::new()
    }

    /// Whose days are stepped through; `None`: everybody's.
    fn of(&self) -> Option<Of> {
        None
    }

    /// What stands at the right end of the top line.
    fn beside(&self, context: Context<'_>) -> String;

    /// The lines between the top line and the tabs; at most as many as [`Page::fact_lines`] counts.
    fn facts(&self, context: Context<'_>) -> Vec<Pieces>;

    /// How many lines stand above and below the list: top line, facts, tabs, titles, footer.
    fn chrome(&self) -> u16 {
        let tabs = u16::from(!self.tabs().is_empty());
        3 + tabs + self.fact_lines()
    }

    fn fact_lines(&self) -> u16 {
        1
    }

    /// What stands side by side in place of a table.
    fn lanes(&self, _context: Context<'_>) -> Option<Vec<Lane>> {
        None
    }

    /// What stands below the lanes: more of what the marker stands on.
    fn foot(&self, _context: Context<'_>) -> Option<Pieces> {
        None
    }

    /// What stands in place of the rows when there are none: what it means and what to do.
    fn empty(&self, context: Context<'_>) -> Vec<String>;
}

/// The word after `now` among all, round and round.
pub fn next<T: Copy + PartialEq>(all: &[T], now: T) -> T {
    let at = all.iter().position(|one| *one == now).map_or(0, |at| (at + 1) % all.len());
    all.get(at).copied().unwrap_or(now)
}

/// Orders the list by the next word that it knows.
pub(super) fn next_order(part: &mut dyn Part, none: &'static str) -> Step {
    let Some(now) = part.order() else { return Step::No(none) };
    let word = next(&part.orders(), now);
    part.set_order(word);
    Step::Stay
}
