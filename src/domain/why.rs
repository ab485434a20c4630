//! Why a number is what it is: the ledger whose entries sum to it. Must not know how they were found.

use serde::{Deserialize, Serialize};

use super::{
    account::words,
    activity::ActivityRow,
    ids::{AccountId, PersonId},
    points::Points,
    stage::Signal,
    time::Day,
};

words! {
    /// Which number is asked about.
    WhyOf { Stage = "stage", Support = "support", Momentum = "momentum" }
}

/// Whom it is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyAbout {
    Person(PersonId),
    Account(AccountId),
}

/// A number with all that it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// What the number is: `teacher`, `support`, `momentum`.
    pub what: String,
    /// As shown on the screens; what `total` says, for a share or a ratio what follows from it.
    pub number: Points,
    /// From where on it is what it is.
    pub enter: Option<Points>,
    /// Below which it would no longer be.
    pub leave: Option<Points>,
    /// In order of time.
    pub ledger: Vec<WhyEntry>,
    /// The sum of the entries.
    pub total: Points,
    /// What there is to say beside the numbers, one line each: the rule that moved them, what the next step
    /// needs, what was expected.
    pub remarks: Vec<String>,
}

impl Why {
    /// The number, where there is one: nobody placed is no support of nothing.
    pub fn known(&self) -> Option<Points> {
        (self.what != WhyOf::Support.text() || !self.ledger.is_empty()).then_some(self.number)
    }
}

/// One entry: a piece of evidence, a member of a group, a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyEntry {
    pub at: Day,
    /// What it is, where it is an activity.
    pub activity: Option<ActivityRow>,
    /// What it is, in words, where it is none: a member and their stage, a week.
    pub what: Option<String>,
    pub signal: Option<Signal>,
    pub rule: Option<String>,
    /// Before decay.
    pub points: Points,
    pub age_days: u32,
    /// After decay: what is summed.
    pub decayed: Points,
}
