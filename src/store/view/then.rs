//! What a view holds of the past, and what a question needs of it: what may be sorted and filtered by, as it was at the
//! end of a day. Must not know how a row is shown: that is read from the ledgers and the derived tables themselves.
//!
//! The end of a day shows what a store cut at that day would show (`tests/time_travel.rs` holds it to that), but for
//! memberships: they hold in their own period as it is known today, which only later mail may tell, and what holds at
//! all times (profiles, links, names, relations, settings). Rejected: memberships as they were thought to be on that
//! day. Every account's past would be folded twice, and the screen would show an error that is known by now. Instead
//! [`learned_later`](crate::domain::person::Membership::learned_later) says so.

use std::cell::{Cell, RefCell};

use super::super::Result;
use super::{View, past::Past};
use crate::domain::{
    filter::{Count, Filter, Has, Is, Measure, Test, Which},
    ids::AccountId,
    journey::Momentum,
    query::{AccountSort, PersonSort},
    time::{Day, Time, Week},
};

/// What the connection holds of the past.
#[derive(Default)]
pub(super) struct Cache {
    pub(super) accounts: RefCell<Option<Past>>,
    pub(super) people: Cell<Option<PeopleThen>>,
    /// Momentum by account, ascending, as it was when these weeks were the last ones over.
    pub(super) momentum: RefCell<Option<HandedOver>>,
}

/// Of which version of the store, with which week as the last one over, and the momentum of each account.
pub(super) type HandedOver = (u64, Week, Vec<(AccountId, Momentum)>);

/// What the table of people holds: of which version of the store, and each group of its columns as of which day
/// (`i32::MAX` is the present). `lanes` is a set of natures, as bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct PeopleThen {
    pub(super) version: u64,
    pub(super) day: Day,
    pub(super) lanes: u8,
    pub(super) acts: Day,
    pub(super) standing: Day,
    pub(super) membership: Day,
}

/// The present, as a day.
pub(super) const PRESENT: Day = Day(i32::MAX);

/// Which groups of columns a question needs as they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "a set of groups; each is needed or not")]
pub(super) struct Needs {
    pub(super) last: bool,
    pub(super) activities: bool,
    pub(super) standing: bool,
    pub(super) handshakes: bool,
    pub(super) momentum: bool,
    /// Only of people: where they belong.
    pub(super) membership: bool,
    /// Only of accounts: where each of their people stands.
    pub(super) people: bool,
}

impl Needs {
    /// What a filter and an order of accounts need.
    pub(super) fn of_accounts(filter: &Filter, sort: AccountSort) -> Self {
        let mut needs = Self::of(filter);
        match sort {
            AccountSort::Last => needs.last = true,
            AccountSort::Activities => needs.activities = true,
            AccountSort::Momentum => needs.momentum = true,
            AccountSort::Members
            | AccountSort::People
            | AccountSort::Phase
            | AccountSort::Support
            | AccountSort::Active => needs.standing = true,
            AccountSort::Name | AccountSort::First => {}
        }
        needs
    }

    /// What a filter and an order of people need.
    pub(super) fn of_people(filter: &Filter, sort: PersonSort) -> Self {
        let mut needs = Self::of(filter);
        match sort {
            PersonSort::Last => needs.last = true,
            PersonSort::Activities => needs.activities = true,
            PersonSort::Stage | PersonSort::Since => needs.standing = true,
            PersonSort::Name | PersonSort::First => {}
        }
        needs.membership |= filter.terms.iter().any(|term| of_their_account(&term.test));
        needs
    }

    fn of(filter: &Filter) -> Self {
        let mut needs = Self::default();
        for term in &filter.terms {
            match &term.test {
                Test::Stage(stages) => {
                    needs.standing = true;
                    needs.people |= stages.iter().any(|stage| !stage.is_placed());
                }
                Test::Has(words) => {
                    needs.standing = true;
                    needs.handshakes |= words.contains(&Has::Handshake);
                    needs.people |= words.contains(&Has::Cause);
                }
                Test::Phase(_)
                | Test::State(_)
                | Test::Basis(_)
                | Test::Number(Measure::Support, ..)
                | Test::Count(Count::People | Count::Members | Count::Active, ..) => needs.standing = true,
                Test::Number(Measure::Momentum, ..) => needs.momentum = true,
                Test::Count(Count::Activities, ..) => needs.activities = true,
                Test::Count(Count::Handshakes, ..) => needs.handshakes = true,
                Test::Age(Which::Last, ..) => needs.last = true,
                Test::Ground(_) => needs.membership = true,
                Test::Is(words) => words.iter().for_each(|word| needs.word(*word)),
                Test::Name(_)
                | Test::Relation(_)
                | Test::Domain(_)
                | Test::Owner(_)
                | Test::Interest(_)
                | Test::Account(_)
                | Test::Source(_)
                | Test::Count(Count::Identities, ..)
                | Test::Age(Which::First, ..) => {}
            }
        }
        needs
    }

    fn word(&mut self, word: Is) {
        match word {
            Is::Rising | Is::Falling | Is::New | Is::Steady => self.momentum = true,
            Is::Unaffiliated => self.membership = true,
            Is::Confirmed | Is::Unconfirmed | Is::Bot | Is::Own | Is::Human => {}
            Is::Customer
            | Is::Contested
            | Is::Consensus
            | Is::Forming
            | Is::Wide
            | Is::Active
            | Is::Lapsed
            | Is::Placed
            | Is::Mobilizer
            | Is::Talker
            | Is::Pinned
            | Is::LeftAlone => self.standing = true,
        }
    }

    /// Whether the tables of the present answer the question, but for who was there already.
    pub(super) fn nothing(self) -> bool {
        self == Self::default()
    }
}

/// Whether a term over people asks something of the account that they belong to.
fn of_their_account(test: &Test) -> bool {
    match test {
        Test::Relation(_) | Test::Domain(_) | Test::Owner(_) | Test::Phase(_) | Test::State(_) => true,
        Test::Count(what, ..) => !matches!(what, Count::Activities | Count::Identities),
        Test::Is(words) => words.iter().any(|word| {
            matches!(
                word,
                Is::Confirmed
                    | Is::Unconfirmed
                    | Is::Rising
                    | Is::Falling
                    | Is::New
                    | Is::Steady
                    | Is::Customer
                    | Is::Contested
                    | Is::Consensus
                    | Is::Forming
                    | Is::Wide
            )
        }),
        _ => false,
    }
}

/// The last second of a day.
pub(super) fn end_of(day: Day) -> Time {
    Time(day.plus(1).start().0.saturating_sub(1))
}

impl View {
    /// Runs `f` with all that it reads as of one moment; tables of this connection's own are put back when it fails.
    pub(super) fn at_once<T>(&self, f: impl FnOnce() -> Result<T>) -> Result<T> {
        let tx = self.db.unchecked_transaction()?;
        let answer = f()?;
        tx.commit()?;
        Ok(answer)
    }

    /// Runs `f` allowed to write to tables of this connection's own: the file itself is open for reading only.
    pub(super) fn in_own_tables<T>(&self, f: impl FnOnce() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        self.db.pragma_update(None, "query_only", false)?;
        let done = f();
        self.db.pragma_update(None, "query_only", true)?;
        done
    }
}
