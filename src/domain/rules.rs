//! The rules of the journey as data: what an activity is evidence of, and what moves somebody. The words of
//! `assets/rules.toml` and of a user's own file. Must not know how they are carried out.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::{
    account::words,
    activity::Kind,
    points::Points,
    stage::{Signal, Stage, Theme},
};

/// The rules that ship with the program.
pub const BUILT_IN: &str = include_str!("../../assets/rules.toml");

static OURS: LazyLock<Rules> = LazyLock::new(|| {
    toml::from_str(BUILT_IN).expect("the rules that ship with the program are read by a test")
});

/// All rules, complete: the user's own merged over ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub thresholds: Thresholds,
    pub labels: BTreeMap<Mark, Vec<String>>,
    pub themes: BTreeMap<Theme, Vec<String>>,
    pub acts: Acts,
    #[serde(rename = "signal")]
    pub signals: Vec<SignalRule>,
    #[serde(rename = "move")]
    pub moves: Vec<MoveRule>,
    pub blocker: BlockerRule,
}

impl Default for Rules {
    fn default() -> Self {
        OURS.clone()
    }
}

/// `[thresholds]`; days, weeks, counts, and shares as decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    pub active_days: u32,
    pub unanswered_days: u32,
    #[serde(default = "year")]
    pub elsewhere_days: u32,
    pub wide: u32,
    pub contested_share: Points,
    pub same_cause: u32,
    pub quorum: u32,
    pub support: Points,
    pub placed: u32,
    pub friend_acts: u32,
    pub friend_days: u32,
    pub recent_weeks: u32,
    pub past_weeks: u32,
    pub false_discovery: Points,
}

/// What rules that were adopted before this threshold was one mean.
const fn year() -> u32 {
    365
}

words! {
    /// What a label means to a rule.
    Mark {
        Bug = "bug", Question = "question", Feature = "feature", Docs = "docs", Declined = "declined",
        Resolved = "resolved", Stale = "stale", Migration = "migration", Champion = "champion",
    }
}

/// `[acts]`: kinds of activities that count in a way of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acts {
    /// Alone they make nobody active and place nobody.
    pub passive: Vec<Kind>,
    /// What a friend does.
    pub friendly: Vec<Kind>,
    /// Always in the zone downstream.
    pub downstream: Vec<Kind>,
}

words! {
    /// What must be so for a signal; each is explained in `assets/rules.toml`.
    Case {
        Act = "act", Merged = "merged", Resolved = "resolved", Review = "review", Reply = "reply",
        Accepted = "accepted", Role = "role", Colleague = "colleague", CrmRole = "crm-role", Deal = "deal",
        Ask = "ask", Unanswered = "unanswered", Declined = "declined",
    }
}

impl Case {
    /// Whether it shows an act inside their own organisation: a done ask, a role in a purchase, a colleague brought to the
    /// deal. That somebody is a contact, or that a deal began or ended, is nothing that they did there.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::Ask | Self::CrmRole | Self::Deal)
    }

    /// All of them.
    pub const INTERNAL: [Self; 3] = [Self::Ask, Self::CrmRole, Self::Deal];
}

/// `[[signal]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalRule {
    pub name: String,
    pub signal: Signal,
    pub case: Case,
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// A label of this kind is wanted.
    pub mark: Option<Mark>,
    pub points: Points,
    /// In days; `None` does not decay.
    pub half_life: Option<u32>,
}

/// `[[move]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveRule {
    pub name: String,
    pub from: Stage,
    pub to: Stage,
    /// Whose points count together.
    #[serde(default)]
    pub signals: Vec<Signal>,
    #[serde(default)]
    pub points: Points,
    /// From at least so many pieces of evidence.
    #[serde(default)]
    pub acts: u32,
    /// In at least so many distinct weeks.
    #[serde(default)]
    pub weeks: u32,
    /// From the first to the last piece of evidence.
    #[serde(default)]
    pub days: u32,
    /// Distinct people, where at least half of the evidence names one.
    #[serde(default)]
    pub counterparts: u32,
    /// A held role is enough.
    #[serde(default)]
    pub role: bool,
    /// At least one act inside their own organisation.
    #[serde(default)]
    pub internal: bool,
}

/// `[blocker]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockerRule {
    /// Of the signal `objects`.
    pub points: Points,
    /// New points of `succeeds` and `teaches` since then, by which they went on all the same.
    pub went_on: Points,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_ship_with_the_program_can_be_read_and_written() {
        let rules: Rules = toml::from_str(BUILT_IN).unwrap();
        let json = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<Rules>(&json).unwrap(), rules);
        assert_eq!(rules.thresholds.active_days, 180);
    }

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let rules = Rules::default();
        let mut names: Vec<_> = rules.signals.iter().map(|rule| rule.name.as_str()).collect();
        names.extend(rules.moves.iter().map(|rule| rule.name.as_str()));
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
