//! What the engine is told of one person and may ask about others: the contract with whoever reads the facts.
//! Must not know where they are kept.

use crate::domain::{
    account::Zone,
    activity::Kind,
    ids::{AccountId, PersonId},
    person::Nature,
    rules::Mark,
    stage::Stage,
    time::{Day, Time},
};

/// An activity as the engine sees it. Ordered by time and ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    pub at: Time,
    /// The ledger's sequence: the tie-break between activities of one second, and its name in what is concluded.
    pub seq: i64,
    /// When the store came to know it.
    pub known_at: Time,
    /// Ledger number of who acted.
    pub identity: u32,
    pub kind: Kind,
    /// By the settings, from its source, its subject and its labels.
    pub zone: Zone,
    /// What its labels mean to the rules.
    pub marks: Marks,
    /// Store-wide numbers of its subject and its thread; a thread belongs to one subject, and to one source
    /// unless the subject is a repository, of which several may speak.
    pub subject: Option<u32>,
    pub thread: Option<u32>,
    /// Ledger number of the identity that it answers or acts upon.
    pub counterpart: Option<u32>,
}

/// A set of [`Mark`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Marks(u16);

impl Marks {
    #[must_use]
    pub const fn with(self, mark: Mark) -> Self {
        Self(self.0 | 1 << mark as u16)
    }

    pub const fn has(self, mark: Mark) -> bool {
        self.0 & 1 << mark as u16 != 0
    }
}

/// One person, as far as their own facts go.
#[derive(Debug, Clone, Default)]
pub struct Subject<'a> {
    pub person: PersonId,
    /// Ledger numbers of their identities, ascending.
    pub identities: &'a [u32],
    /// What they did and what is said about them (roles, CRM), in order.
    pub own: &'a [Act],
    /// What others did upon them: activities that name one of their identities as counterpart, in order.
    pub upon: &'a [Act],
    pub memberships: &'a [Belonging],
    /// Decisions that hold, in the order in which they were made.
    pub decided: &'a [Decided],
    /// The day up to which silence is known of them: nothing that only time brings is concluded after it.
    pub horizon: Day,
}

/// A membership without its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Belonging {
    pub account: AccountId,
    pub from: Option<Day>,
    /// The first day that no longer counts.
    pub to: Option<Day>,
}

impl Belonging {
    pub fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

/// A decision on where somebody stands. It holds from its own day on, until the first day that no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    pub from: Day,
    pub until: Option<Day>,
    pub what: DecidedOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedOn {
    Pin(Stage),
    Climber,
    LeaveAlone,
}

/// Somebody else, as the engine needs to know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Other {
    pub person: PersonId,
    pub nature: Nature,
}

/// What the engine may ask about others while it thinks about one person. The answers are facts of the ledgers and
/// of who is who: they do not depend on anybody's stage, so that the order of persons makes no difference.
pub trait Around {
    /// Who stands behind an identity.
    fn who(&mut self, identity: u32) -> Other;

    /// All activities of a thread, in order.
    fn thread(&mut self, thread: u32) -> Vec<Act>;

    /// The first own activity of a person (facts about them do not count).
    fn first(&mut self, person: PersonId) -> Option<Act>;

    /// The persons whose first own activity lies in a thread, each once.
    fn newcomers(&mut self, thread: u32) -> Vec<PersonId>;

    /// Where a person belonged and belongs.
    fn memberships(&mut self, person: PersonId) -> Vec<Belonging>;

    /// Periods in which a person held a role: from, and the first day that no longer counts.
    fn roles(&mut self, person: PersonId) -> Vec<(Day, Option<Day>)>;

    /// From which day on it is known who speaks for the project that a thread belongs to: the first role granted in a
    /// source that speaks of it or in its subject; ever since where there are own people. `None`: it is not known at all.
    fn spoken_for_since(&mut self, thread: u32) -> Option<Day>;

    /// The day up to which silence in a thread is known: what the sources are complete up to that would tell of an
    /// answer, at most today.
    fn heard_until(&mut self, thread: u32) -> Day;
}
