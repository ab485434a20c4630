//! Questions to the store, as plain data, and their answers: the one way in which screens and commands
//! see what is kept. [`Reader`] answers them on a thread of its own, so that input never waits.

use serde::{Deserialize, Serialize};

use crate::domain::{
    account::AccountRow,
    activity::ActivityRow,
    decision::Decision,
    filter::Filter,
    ids::{AccountId, PersonId},
    person::{Ground, Membership, PersonIdentity, PersonRow},
    query::{AccountSort, PersonSort, Slice, Window},
    time::{Day, Time},
};

/// A question. It carries all that its answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    Overview,
    Accounts { filter: Filter, sort: AccountSort, all: bool, today: Day, window: Window },
    Account { id: AccountId, today: Day },
    /// The people of an account, members and former ones.
    Members { account: AccountId, sort: PersonSort, window: Window },
    People { filter: Filter, sort: PersonSort, today: Day, window: Window },
    Person { id: PersonId },
    /// Newest first.
    Activities { of: Of, window: Window },
    Sources,
    /// What a NAME of the command line may mean.
    Resolve { name: String },
}

/// Whose activities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Of {
    Account(AccountId),
    Person(PersonId),
}

/// The answer to the [`Query`] of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    Overview(Overview),
    Accounts(Slice<AccountRow>),
    /// `None`: no such account (any more).
    Account(Option<Box<AccountDetail>>),
    Members(Slice<MemberRow>),
    People(Slice<PersonRow>),
    Person(Option<Box<PersonDetail>>),
    Activities(Slice<TimelineRow>),
    Sources(Vec<SourceRow>),
    Resolve(Vec<Meaning>),
    /// The store could not answer; one line with the way out.
    Failed(String),
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
    /// Changes whenever anything derived does.
    pub version: u64,
    /// Facts wait to be derived, or the settings in force differ from those adopted.
    pub stale: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetail {
    pub row: AccountRow,
    /// Notes and relation decisions on this account, newest first.
    pub decisions: Vec<Decision>,
}

/// A person at an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub person: PersonId,
    pub name: String,
    pub ground: Ground,
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Activities while at this account.
    pub activities: u64,
    pub last_activity: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetail {
    pub row: PersonRow,
    /// All memberships, newest first.
    pub memberships: Vec<Membership>,
    pub identities: Vec<PersonIdentity>,
    /// Roles held now: `approver (etcd)`.
    pub roles: Vec<String>,
    pub decisions: Vec<Decision>,
}

/// An activity in a timeline, with who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    pub activity: ActivityRow,
    pub person: Option<PersonId>,
    pub person_name: String,
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
