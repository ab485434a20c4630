//! What other rules would change, before they are adopted. Must not know the rules.

use serde::{Deserialize, Serialize};

use super::{
    activity::ActivityRow,
    ids::{AccountId, PersonId},
    journey::Group,
    stage::Stage,
    time::Day,
};

/// What would be otherwise today.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trial {
    /// The rules that were tried are those in force.
    pub is_same: bool,
    /// People by account and name, then accounts by name.
    pub changes: Vec<Tried>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tried {
    Member(TriedMember),
    Group(TriedGroup),
}

/// Somebody who would stand elsewhere, or be active or lapsed instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedMember {
    pub person: PersonId,
    pub name: String,
    /// The current (else the last) membership: the account and its name.
    pub account: Option<(AccountId, String)>,
    /// By the rules in force.
    pub from: Stands,
    /// By the rules that are tried.
    pub to: Stands,
    /// The move that makes the difference; `None` where only being active differs.
    pub by: Option<TriedMove>,
}

/// The automatic stage, and whether they are active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stands {
    pub stage: Stage,
    pub active: bool,
}

/// A move that only one of the rules makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedMove {
    /// Made by the rules that are tried; else one that those in force made and that would not be made.
    pub is_made: bool,
    pub day: Day,
    pub rule: String,
    /// What carries or carried it, in order of time.
    pub because: Vec<ActivityRow>,
    /// What it would lack, in words; where it is not made and the rules that are tried know it.
    pub lacks: Option<String>,
}

/// An account whose group would be judged otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriedGroup {
    pub account: AccountId,
    pub name: String,
    pub from: Group,
    pub to: Group,
}
