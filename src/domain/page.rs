//! A page: what one step of a source brings, and what it asks for next. The contract between sources and
//! the store, which do not see each other.

use serde::{Deserialize, Serialize};

use super::{activity::Activity, identity::Identity, record::Record};

/// One page of a stream. It is applied in one transaction, with its steps and its mark.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Who the records speak of; activities name them by their place here.
    pub identities: Vec<Identity>,
    pub activities: Vec<Activity>,
    /// Colder facts, each under its key.
    pub records: Vec<(Vec<u8>, Record)>,
    /// Keys (of activities or records) that the source says no longer exist.
    pub gone: Vec<Vec<u8>>,
    /// Where subjects live on the web: `repo:owner/name` and its http(s) address.
    pub subjects: Vec<(String, String)>,
    /// What this page asks for next. Kept in the store until done.
    pub steps: Vec<Step>,
    /// Where the stream is complete up to; takes effect when no step is left.
    pub mark: Option<String>,
    /// Rows that could not be read: kept apart, counted, never silent.
    pub skipped: Vec<Skipped>,
    /// How many units (commits, rows, items) this page has read, of how many expected.
    pub read: u64,
    pub expected: Option<u64>,
    /// Set on every page of a full listing of the stream: when the last of them is applied, what the
    /// stream held before and the listing did not bring is gone.
    pub listing: Option<Listing>,
    /// Further streams of the source that this page has found.
    pub streams: Vec<String>,
}

/// Where in a full listing of a stream a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Listing {
    /// The first page, not the last.
    First,
    Middle,
    /// The last page; only a listing that ends here may infer what is gone.
    Last,
    /// First and last in one.
    Whole,
}

/// One request that a source still has to make, as plain data in the source's own form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Step(pub serde_json::Value);

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// `file:line`, a commit, a record's key.
    pub place: String,
    /// What was expected and what was found; one line.
    pub reason: String,
}
