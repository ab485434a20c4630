//! What a judge of a world says of somebody, in a form that two judges share. Must not know how it was found.

use buyin::domain::{
    account::Zone,
    journey::Spell,
    stage::{Signal, Stage},
    time::{Day, Time},
};

/// A piece of evidence. People are named by their place in the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    pub(super) day: Day,
    pub(super) at: Time,
    pub(super) seq: i64,
    pub(super) signal: Signal,
    pub(super) rule: String,
    /// Thousandths.
    pub(super) points: i64,
    pub(super) half_life: Option<u32>,
    pub(super) zone: Zone,
    pub(super) thread: Option<u32>,
    pub(super) counterpart: Option<usize>,
    pub(super) until: Option<Day>,
    pub(super) internal: bool,
}

/// A move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) day: Day,
    pub(super) from: Stage,
    pub(super) to: Stage,
    pub(super) rule: String,
    pub(super) because: Vec<i64>,
    pub(super) cause: Option<u32>,
    pub(super) basis: Option<Zone>,
    /// The oracle does not say.
    pub(super) known: Option<Day>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) shifts: Vec<Shift>,
    /// How they stood, day by day without a gap.
    pub(super) days: Vec<Spell>,
    /// Day, from, to, the act.
    pub(super) crossings: Vec<(Day, Option<Zone>, Zone, i64)>,
    /// The evidence in force on the last day.
    pub(super) entries: Vec<Evidence>,
}
