//! What the engine concludes about where people and accounts stand, on its way into the derived tables. The
//! contract between `journey` and `store`, which do not see each other. Every day is a UTC day; a state holds
//! from its day until the next one's.

use serde::{Deserialize, Serialize};

use super::{
    account::Zone,
    ids::{AccountId, PersonId},
    stage::{GroupState, MomentumState, Phase, Stage},
    time::{Day, Time},
};

/// A change of a person's automatic stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub day: Day,
    pub from: Stage,
    pub to: Stage,
    /// The name of the rule.
    pub rule: String,
    pub basis: Option<Zone>,
    /// The latest `known_at` of the evidence, or the start of the day of a move that time brought.
    pub known_at: Time,
    /// Ledger sequences of the activities that carried it, in order of time; at most [`BECAUSE`].
    pub because: Vec<i64>,
    /// For a move to blocker: the thread that blocks most.
    pub cause: Option<u32>,
}

/// Where the past of an account begins: a membership without a first day, and the relation `customer`, hold from this
/// day on. It lies before every fact in use (those start in 1990), so that a spell from this day means "ever since".
pub const BEGINNING: Day = Day(0);

/// The most activities that a move names.
pub const BECAUSE: usize = 64;

/// How a person stands from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spell {
    pub from: Day,
    /// What counts: the pinned stage, else the automatic one.
    pub stage: Stage,
    pub automatic: Stage,
    /// An own act (more than a star, a reaction, a registration) within the last `active_days`.
    pub active: bool,
    /// The furthest zone that carries the stage's evidence.
    pub basis: Option<Zone>,
    /// The furthest zone with an own act within the last `active_days`.
    pub zone: Option<Zone>,
    /// What blocks a blocker: the number of the thread.
    pub cause: Option<u32>,
    /// Decided to be left alone.
    pub left_alone: bool,
}

/// A first own act in another zone. `from` is the furthest zone before it (`None`: the first act of all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    pub day: Day,
    pub from: Option<Zone>,
    pub to: Zone,
    /// The ledger sequence of the act.
    pub because: i64,
}

/// What a CRM says of a deal that a person is a contact of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealFact {
    pub day: Day,
    /// The number of the deal's thread.
    pub deal: u32,
    pub what: DealStep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DealStep {
    Open,
    Won,
    Lost,
}

/// Where a person stood and stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonJourney {
    /// In order of days.
    pub moves: Vec<Move>,
    /// In order of days, none like the one before it. Before the first: unplaced, not active.
    pub spells: Vec<Spell>,
    pub crossings: Vec<Crossing>,
    pub deals: Vec<DealFact>,
    /// The day up to which silence is known: nothing that only time brings is concluded after it.
    pub horizon: Day,
    /// The next day on which something changes without a new fact.
    pub due: Option<Day>,
}

/// What an account is active in, by one person: a subject or a label, the last day and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    pub account: AccountId,
    pub name: String,
    pub first_day: Day,
    pub last_day: Day,
    pub activities: u32,
}

/// How many active members stand where, and what follows for the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub state: GroupState,
    /// Members with an own act within the last `active_days`.
    pub active: u32,
    pub skeptic: u32,
    pub blocker: u32,
    pub teacher: u32,
    pub guide: u32,
    pub go_getter: u32,
    /// Active, but not on the ladder.
    pub other: u32,
    /// The furthest basis among those who are for it; `None` without any.
    pub basis: Option<Zone>,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            state: GroupState::None,
            active: 0,
            skeptic: 0,
            blocker: 0,
            teacher: 0,
            guide: 0,
            go_getter: 0,
            other: 0,
            basis: None,
        }
    }
}

impl Group {
    /// Active members on the ladder.
    pub const fn placed(&self) -> u32 {
        self.skeptic + self.blocker + self.teacher + self.guide + self.go_getter
    }

    /// Those who carry the consensus.
    pub const fn backing(&self) -> u32 {
        self.teacher + self.guide + self.go_getter
    }

    /// `for / placed` in thousandths, rounded down; 0 without anybody placed.
    pub const fn support(&self) -> u32 {
        if self.placed() == 0 { 0 } else { self.backing() * 1_000 / self.placed() }
    }

    pub const fn of(&self, stage: Stage) -> u32 {
        match stage {
            Stage::Skeptic => self.skeptic,
            Stage::Blocker => self.blocker,
            Stage::Teacher => self.teacher,
            Stage::Guide => self.guide,
            Stage::GoGetter => self.go_getter,
            Stage::Unplaced | Stage::Friend | Stage::Climber => self.other,
        }
    }
}

/// How an account stands from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSpell {
    pub from: Day,
    pub phase: Phase,
    pub group: Group,
    /// A deal was won and not lost again.
    pub customer: bool,
    /// Who belonged by this day, and who belongs on it.
    pub people: u32,
    pub members: u32,
}

/// The first crossing of an account between two zones, by one of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handshake {
    pub day: Day,
    pub from: Option<Zone>,
    pub to: Zone,
    pub member: PersonId,
    pub because: i64,
}

impl Handshake {
    /// Whether it is more than the beginning: the first act of all, where it lies upstream, crosses and skips nothing.
    pub fn is_told(&self) -> bool {
        self.from.is_some() || self.to != Zone::Upstream
    }

    /// Into the next zone, none skipped.
    pub fn is_forward(&self) -> bool {
        matches!(
            (self.from, self.to),
            (Some(Zone::Upstream), Zone::Program) | (Some(Zone::Program), Zone::Downstream)
        )
    }
}

/// Where an account stood and stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountJourney {
    /// In order of days, none like the one before it. Before the first: quiet, nobody.
    pub spells: Vec<AccountSpell>,
    /// In order of days.
    pub handshakes: Vec<Handshake>,
}

/// Momentum at the end of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Momentum {
    pub state: MomentumState,
    /// The ratio of what is seen to what was expected, in thousandths.
    pub value: u32,
}
