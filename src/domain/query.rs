//! What a screen or a command asks of the store: sorts, windows into ordered lists, and the slices that come
//! back. The same for the terminal and the command line. Must not know how it is answered.

use serde::{Deserialize, Serialize};

use super::{
    account::words,
    ids::{AccountId, PersonId},
    time::{Day, Time},
};

words! {
    /// How accounts are ordered; ties by id.
    AccountSort {
        /// Latest activity first.
        Last = "last", Name = "name", Members = "members", People = "people",
        Activities = "activities", First = "first",
        /// Furthest first.
        Phase = "phase",
        /// Highest first, of those with anybody placed.
        Support = "support",
        /// Highest first.
        Momentum = "momentum",
        /// Most active members first.
        Active = "active",
    }
}

words! {
    /// How people are ordered; ties by id.
    PersonSort {
        Last = "last", Name = "name", Activities = "activities", First = "first",
        /// Active before lapsed, then the best stage first.
        Stage = "stage",
        /// Who came to stand where they stand last, first.
        Since = "since",
    }
}

/// Which day is looked at: today, or an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    pub today: Day,
    /// As of the end of this day; `None` is now.
    pub as_of: Option<Day>,
}

impl When {
    pub const fn now(today: Day) -> Self {
        Self { today, as_of: None }
    }

    /// The day that is looked at.
    pub fn day(self) -> Day {
        self.as_of.unwrap_or(self.today)
    }
}

/// The place of a row in its order: the sort's value, then the tie-break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub value: SortValue,
    pub tie: SortValue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortValue {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// Which rows of an order are wanted. There is no offset: a page is found by the key of a row beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    First,
    Last,
    /// The rows after this one.
    After(Cursor),
    /// The rows before this one, still in the list's order.
    Before(Cursor),
    /// This row (or where it would stand) and those after it, for coming back to the same row.
    From(Cursor),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub at: At,
    pub limit: u32,
}

/// Rows in the list's order, each with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice<T> {
    pub rows: Vec<(Cursor, T)>,
    /// No row stands before the first one here.
    pub at_start: bool,
    /// No row stands after the last one here.
    pub at_end: bool,
    /// How many rows the whole list has, where that is known without counting for long.
    pub total: Option<u64>,
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), at_start: true, at_end: true, total: Some(0) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Overview {
    /// All accounts, confirmed or not.
    pub accounts: u64,
    /// What the default view shows.
    pub shown: u64,
    pub people: u64,
    pub activities: u64,
    pub synced_at: Option<Time>,
    /// What all sources are complete up to: silence after it is not absence.
    pub covered_until: Option<Time>,
    /// Changes whenever anything derived does.
    pub version: u64,
    /// Facts wait to be derived, or the settings in force differ from those adopted.
    pub stale: bool,
    /// A generated sample community, no real people.
    #[serde(default)]
    pub sample: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    pub name: String,
    pub kind: String,
    /// `ok`, `limited`, `stale` or `failed`.
    pub state: String,
    pub activities: u64,
    pub synced_at: Option<Time>,
    /// What is known to be complete up to here.
    pub covered_until: Option<Time>,
    pub error: Option<String>,
    pub hint: Option<String>,
}

/// One thing that a NAME may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Meaning {
    Account { id: AccountId, name: String },
    Person { id: PersonId, name: String },
}
