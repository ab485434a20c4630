//! Questions to the store, as plain data, and their answers: the one way in which screens and commands
//! see what is kept. [`Reader`] answers them on a thread of its own, so that input never waits.

use serde::{Deserialize, Serialize};

pub use crate::domain::{
    account::{AccountDetail, AccountRow},
    activity::{ActivityRow, Of, TimelineRow},
    person::{MemberRow, PersonDetail, PersonRow},
    query::{Meaning, Overview, SourceRow},
};
use crate::domain::{
    filter::Filter,
    ids::{AccountId, PersonId},
    query::{AccountSort, PersonSort, Slice, Window},
    time::Day,
};

/// A question. It carries all that its answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    Overview,
    Accounts {
        filter: Filter,
        sort: AccountSort,
        all: bool,
        today: Day,
        window: Window,
    },
    Account {
        id: AccountId,
        today: Day,
    },
    /// The people of an account, members and former ones.
    Members {
        account: AccountId,
        sort: PersonSort,
        window: Window,
    },
    People {
        filter: Filter,
        sort: PersonSort,
        today: Day,
        window: Window,
    },
    Person {
        id: PersonId,
    },
    /// Newest first.
    Activities {
        of: Of,
        window: Window,
    },
    Sources,
    /// What a NAME of the command line may mean.
    Resolve {
        name: String,
    },
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
