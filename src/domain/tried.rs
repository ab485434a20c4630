//! What other rules would change, before they are adopted. Must not know the rules.

use serde::{Deserialize, Serialize};

use super::{
    activity::ActivityRow,
    ids::{AccountId, PersonId},
    stage::Stage,
    time::Day,
};

/// Somebody who would stand elsewhere today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub person: PersonId,
    pub name: String,
    /// The current (else the last) membership: the account and its name.
    pub account: Option<(AccountId, String)>,
    /// The automatic stage by the rules in force.
    pub from: Stage,
    /// By the rules that are tried.
    pub to: Stage,
    /// The last move by the rules that are tried: its day and rule; `None` when they would not have moved at all.
    pub day: Option<Day>,
    pub rule: Option<String>,
    /// What carried that move, in order of time.
    pub because: Vec<ActivityRow>,
}
