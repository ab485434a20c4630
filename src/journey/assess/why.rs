//! The ledger behind a stage: the entries that count on a day, which sum to its number. Must not know how an activity
//! is shown.

use crate::domain::{points::Points, stage::Stage, time::Day};

use super::{Assessed, Engine, Entry};

/// Why somebody stands where they stand on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    pub day: Day,
    /// What counts: the pinned stage, else the automatic one.
    pub stage: Stage,
    pub automatic: Stage,
    /// Since when the stage holds; `None`: never placed.
    pub since: Option<Day>,
    /// In order of days; their decayed points sum to `total`.
    pub entries: Vec<Counted>,
    pub total: Points,
    /// The points at which the stage is entered, where points are asked for.
    pub enter: Option<Points>,
    /// The points below which it is left; positive stages never fall.
    pub leave: Option<Points>,
    /// The thread that blocks a blocker.
    pub cause: Option<u32>,
    /// Which rule moved them, what the next step needs: one line each.
    pub remarks: Vec<String>,
}

/// A piece of evidence as it counts on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub entry: Entry,
    /// The rule's name.
    pub rule: String,
    pub age_days: u32,
    pub decayed: Points,
}

/// The ledger of a day.
pub fn why(_engine: &Engine, assessed: &Assessed, day: Day) -> Ledger {
    let spell = assessed.journey.spells.iter().rev().find(|spell| spell.from <= day);
    Ledger {
        day,
        stage: spell.map_or(Stage::Unplaced, |spell| spell.stage),
        automatic: spell.map_or(Stage::Unplaced, |spell| spell.automatic),
        since: None,
        entries: Vec::new(),
        total: Points::default(),
        enter: None,
        leave: None,
        cause: spell.and_then(|spell| spell.cause),
        remarks: Vec::new(),
    }
}
