//! The JSON shapes that other programs rely on, made from the rows that the screens show, so that the two
//! cannot disagree. Every field is always there, `null` where unknown. Must not know who writes them where.

mod account;
mod activity;
mod group;
mod member;
mod number;
mod why;

pub use account::{AccountFacts, AccountReport};
pub use activity::ActivityReport;
pub use group::{CauseReport, GroupReport, HandshakeReport, MomentumReport, PeriodReport, Stages};
pub use member::{IdentityReport, MemberReport, MembershipReport, MoveReport, PersonReport, without_address};
pub use number::Decimal;
pub use why::{WhyEntryReport, WhyReport};

use crate::domain::{
    journey::BEGINNING,
    time::{Day, Time},
};

/// A field that a later version fills: `null` until then.
pub type Later = Option<()>;

/// The first second of the day since which something holds; `None`: ever since.
fn since(day: Option<Day>) -> Option<Time> {
    day.filter(|day| *day > BEGINNING).map(Day::start)
}

#[cfg(test)]
mod tests;
