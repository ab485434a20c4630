//! What is kept: one embedded `SQLite` file with the ledgers (facts, decisions, settings, coverage) and the
//! tables derived from them. [`Store`] writes, one writer at a time; any number of [`View`]s read.
//!
//! The only room that knows SQL. Must not know where facts come from, what follows from them, or the clock.

mod activities;
mod apply;
mod copy;
mod decisions;
mod derived;
mod digest;
mod error;
mod facts;
mod files;
mod groups;
mod interests;
mod intern;
mod journeys;
mod ledger;
mod listing;
mod lookup;
mod open;
mod pack;
mod persons;
mod schema;
mod standing;
mod streams;
mod tallies;
mod versions;
mod view;

pub use apply::{Answers, Applied};
pub use derived::Deriving;
pub use error::StoreError;
pub use facts::{Dirty, Doing};
pub use files::SyncLock;
pub use ledger::{Act, Ledger, Stay};
pub use open::Store;
pub use rusqlite::InterruptHandle;
pub use streams::{Outcome, State, StreamState};
pub use view::{Doctor, View};

/// What every operation of the store yields.
pub type Result<T> = std::result::Result<T, StoreError>;

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
