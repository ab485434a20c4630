//! What a sync did, source by source, and how it tells on its way. Must not know how sources are read.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{account::words, time::Time};

/// How sources are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// From the beginning, so that what has vanished is seen.
    pub full: bool,
    /// How long each source may be waited for in all, where its host asks for patience.
    pub wait: Duration,
}

impl Default for Manner {
    fn default() -> Self {
        Self { full: false, wait: Duration::from_mins(2) }
    }
}

words! {
    /// How far a source can be believed after a sync.
    SourceState {
        Ok = "ok",
        /// Its budget is spent: the rest comes with a later sync.
        Limited = "limited",
        /// It was not read for long.
        Stale = "stale",
        Failed = "failed",
    }
}

/// The whole of a sync: the `sync` of the JSON contract.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SyncReport {
    pub sources: Vec<SourceReport>,
    /// What the store holds after it.
    pub accounts: u64,
    pub people: u64,
    pub activities: u64,
    /// It was stopped from outside: what was applied is kept, nothing was concluded from it.
    #[serde(skip)]
    pub stopped: bool,
}

/// What became of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    pub name: String,
    /// `git`, `file`, …
    pub kind: String,
    pub state: SourceState,
    /// Facts that were read.
    pub fetched: u64,
    /// Of these: never seen before.
    pub new: u64,
    /// Of these: new versions of known ones.
    pub changed: u64,
    /// Rows that could not be read.
    pub skipped: u64,
    pub requests: u64,
    pub retries: u64,
    pub not_modified: u64,
    pub error: Option<Trouble>,
    pub synced_at: Option<Time>,
    /// Facts that the source no longer holds.
    pub gone: u64,
}

/// What went wrong and the way out; one line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    pub message: String,
    pub hint: Option<String>,
}

/// How a source over HTTP stands with its host. Times are absolute, so that nothing has to tick.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    pub requests: u64,
    pub retries: u64,
    /// Answers that had not changed.
    pub not_modified: u64,
    /// What is left of the rate budget that was last told, and of how much.
    pub left: Option<u64>,
    pub of: Option<u64>,
    /// It is waited for the host until then, and why; one line, lower case.
    pub waits: Option<(Time, String)>,
}

/// Is told how a sync goes on.
pub trait Progress {
    /// `done` units (commits, rows) of `expected` have been read from the source. Also called with 0 when
    /// it begins.
    fn advance(&mut self, source: &str, done: u64, expected: Option<u64>);

    /// How a source over HTTP stands with its host, whenever that changes.
    fn stand(&mut self, _source: &str, _standing: &Standing) {}

    /// The source is done, well or not.
    fn finish(&mut self, report: &SourceReport);

    /// Another step that takes time has begun, such as drawing conclusions; one line, lower case.
    fn step(&mut self, what: &str);
}

/// Progress that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn advance(&mut self, _: &str, _: u64, _: Option<u64>) {}
    fn finish(&mut self, _: &SourceReport) {}
    fn step(&mut self, _: &str) {}
}
