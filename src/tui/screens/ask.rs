//! Questions that bring the rows of a list, and the question that brings one thing. Must not know the rows.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        activity::Of,
        filter::{Filter, Over},
        ids::AccountId,
        query::{AccountSort, At, PersonSort, When, Window},
        why::{WhyAbout, WhyOf},
    },
    jobs::read::Query,
};

/// Where the rows of a list come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// From the screen itself.
    Given,
    Accounts {
        filter: Filter,
        sort: AccountSort,
        all: bool,
    },
    Members {
        account: AccountId,
        sort: PersonSort,
    },
    People {
        filter: Filter,
        sort: PersonSort,
    },
    Activities(Of),
    /// The members of an account, as many as a picture of its group can hold, all at once.
    Group(AccountId),
    /// The ledger behind a number.
    Why {
        about: WhyAbout,
        of: WhyOf,
    },
}

/// The most members that are placed in lanes.
const MOST: u32 = 500;

impl Ask {
    pub(super) fn query(&self, when: When, window: Window) -> Option<Query> {
        Some(match self {
            Self::Given => return None,
            Self::Accounts { filter, sort, all } => {
                Query::Accounts { filter: filter.clone(), sort: *sort, all: *all, when, window }
            }
            Self::Members { account, sort } => {
                Query::Members { account: *account, sort: *sort, when, window }
            }
            Self::People { filter, sort } => {
                Query::People { filter: filter.clone(), sort: *sort, when, window }
            }
            Self::Activities(of) => Query::Activities { of: *of, when, window },
            Self::Group(account) => Query::Members {
                account: *account,
                sort: PersonSort::parse("stage").unwrap_or(PersonSort::Last),
                when,
                window: Window { at: At::First, limit: MOST },
            },
            Self::Why { about, of } => Query::Why { about: *about, of: *of, when },
        })
    }

    /// What a filter speaks of, where there can be one.
    pub(super) const fn over(&self) -> Option<Over> {
        match self {
            Self::Accounts { .. } => Some(Over::Accounts),
            Self::People { .. } => Some(Over::People),
            _ => None,
        }
    }

    pub(super) fn set_filter(&mut self, to: &Filter) {
        if let Self::Accounts { filter, .. } | Self::People { filter, .. } = self {
            filter.clone_from(to);
        }
    }

    pub(super) fn orders(&self) -> Vec<&'static str> {
        match self {
            Self::Accounts { .. } => AccountSort::ALL.iter().map(|sort| sort.text()).collect(),
            Self::Members { .. } | Self::People { .. } => {
                PersonSort::ALL.iter().map(|sort| sort.text()).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn order(&self) -> Option<&'static str> {
        match self {
            Self::Accounts { sort, .. } => Some(sort.text()),
            Self::Members { sort, .. } | Self::People { sort, .. } => Some(sort.text()),
            _ => None,
        }
    }

    pub(super) fn set_order(&mut self, word: &str) -> bool {
        match self {
            Self::Accounts { sort, .. } => AccountSort::parse(word).map(|to| *sort = to),
            Self::Members { sort, .. } | Self::People { sort, .. } => {
                PersonSort::parse(word).map(|to| *sort = to)
            }
            _ => None,
        }
        .is_some()
    }
}

/// One question whose answer is one thing, not a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    want: bool,
    ticket: Option<u64>,
    /// What it was asked about.
    when: Option<When>,
}

impl Default for Asked {
    fn default() -> Self {
        Self { want: true, ticket: None, when: None }
    }
}

impl Asked {
    pub const fn again(&mut self) {
        self.want = true;
    }

    /// The ticket to ask under, where it is to be asked: once, and again for another day.
    pub fn take(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Option<u64> {
        let other = self.ticket.is_none() && self.when.is_some_and(|asked| asked != when);
        if !std::mem::take(&mut self.want) && !other {
            return None;
        }
        self.when = Some(when);
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
