//! A rules file as it is written: every part may be missing. Must not know what the parts mean.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{
    activity::Kind,
    points::Points,
    rules::{Case, Mark},
    stage::{Signal, Stage},
};

/// Single values of the rules: days, weeks, counts, and shares as decimals. What is not named stays as the rules say.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub(in crate::config) struct Thresholds {
    /// Without an own act for so long, a member has lapsed.
    pub(super) active_days: Option<u32>,
    /// An own bug without an answer for so long speaks against us, if somebody came back to it.
    pub(super) unanswered_days: Option<u32>,
    /// Who acts for so long without an e-mail of the account was last seen there with the last one.
    pub(super) elsewhere_days: Option<u32>,
    /// A group with more active members gets no verdict.
    pub(super) wide: Option<u32>,
    /// Blockers among the placed.
    #[schemars(with = "Option<f64>")]
    pub(super) contested_share: Option<Points>,
    /// One cause that holds so many.
    pub(super) same_cause: Option<u32>,
    /// Teachers, guides and go-getters that a consensus needs.
    pub(super) quorum: Option<u32>,
    /// And their share of the placed.
    #[schemars(with = "Option<f64>")]
    pub(super) support: Option<Points>,
    /// Fewer placed members are no group.
    pub(super) placed: Option<u32>,
    /// Reactions and attendances that make a friend.
    pub(super) friend_acts: Option<u32>,
    /// From the first to the last of them, in days.
    pub(super) friend_days: Option<u32>,
    /// Momentum: these weeks.
    pub(super) recent_weeks: Option<u32>,
    /// Against so many before.
    pub(super) past_weeks: Option<u32>,
    /// The rate of false discoveries of momentum, over all accounts.
    #[schemars(with = "Option<f64>")]
    pub(super) false_discovery: Option<Points>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Acts {
    pub(super) passive: Option<Vec<Kind>>,
    pub(super) friendly: Option<Vec<Kind>>,
    pub(super) downstream: Option<Vec<Kind>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Blocker {
    pub(super) points: Option<Points>,
    pub(super) went_on: Option<Points>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignalRule {
    pub(super) name: Option<String>,
    pub(super) signal: Option<Signal>,
    pub(super) case: Option<Case>,
    #[serde(default)]
    pub(super) kinds: Vec<Kind>,
    pub(super) mark: Option<Mark>,
    pub(super) points: Option<Points>,
    pub(super) half_life: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveRule {
    pub(super) name: Option<String>,
    pub(super) from: Option<Stage>,
    pub(super) to: Option<Stage>,
    #[serde(default)]
    pub(super) signals: Vec<Signal>,
    #[serde(default)]
    pub(super) points: Points,
    #[serde(default)]
    pub(super) acts: u32,
    #[serde(default)]
    pub(super) weeks: u32,
    #[serde(default)]
    pub(super) days: u32,
    #[serde(default)]
    pub(super) counterparts: u32,
    #[serde(default)]
    pub(super) role: bool,
    #[serde(default)]
    pub(super) internal: bool,
}
