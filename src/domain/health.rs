//! What `doctor` and `rebuild` find. Must not know how it is looked for.

use serde::Serialize;

use super::account::words;

words! {
    /// How much a finding matters.
    Weight { Fine = "ok", Warning = "warning", Problem = "problem" }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub weight: Weight,
    /// What was looked at: `store`, `source prometheus`, `dates`.
    pub subject: String,
    /// What is so; one line, lower case.
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
}

/// What a rebuild did, or what `rebuild --check` found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Rebuilt {
    /// SHA-256 over the derived tables in key order, as kept before.
    pub kept: String,
    /// The same, concluded anew.
    pub derived: String,
    /// Tables that differ.
    pub differing: Vec<String>,
    pub accounts: u64,
    pub people: u64,
    pub activities: u64,
}

impl Rebuilt {
    pub fn is_same(&self) -> bool {
        self.differing.is_empty() && self.kept == self.derived
    }
}
