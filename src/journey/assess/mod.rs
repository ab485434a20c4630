//! Where a person stands and stood, as a fold over their facts: evidence, moves, spells, crossings. Pure. Must not
//! know where facts are kept, nor anybody's stage but the one it is working out.

mod blocking;
mod deals;
mod engine;
mod evidence;
mod fold;
mod known;
#[cfg(test)]
mod made;
mod presence;
mod spells;
mod tally;
#[cfg(test)]
mod tests;
mod why;

use crate::{
    domain::{
        account::Zone,
        ids::PersonId,
        journey::PersonJourney,
        points::Points,
        stage::Signal,
        time::{Day, Time},
    },
    journey::case::{Act, Around, Subject},
};

pub use engine::Engine;
pub use why::{Counted, Ledger, why};

pub use super::theme::theme;

/// One piece of evidence. It counts from its day on, until the day that is named as its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Never before any of the facts that it rests on.
    pub day: Day,
    /// The activity that names it.
    pub seq: i64,
    /// When all that it rests on was known.
    pub known_at: Time,
    pub signal: Signal,
    /// Index in `rules.signals`.
    pub rule: u16,
    /// Before decay.
    pub points: Points,
    /// In days; `None` does not decay.
    pub half_life: Option<u32>,
    pub zone: Zone,
    pub thread: Option<u32>,
    /// The other human that it names.
    pub counterpart: Option<PersonId>,
    /// The first day on which it no longer counts: a role was removed, an objection resolved, a better piece of
    /// evidence took its slot.
    pub until: Option<Day>,
    /// Inside their own organisation: a done ask, a fact of the CRM.
    pub internal: bool,
}

impl Entry {
    /// Whether it counts on a day, decay aside.
    pub fn holds(&self, day: Day) -> bool {
        self.day <= day && self.until.is_none_or(|until| day < until)
    }
}

/// What is concluded of a person, with the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessed {
    pub journey: PersonJourney,
    /// In order of days.
    pub entries: Vec<Entry>,
}

/// Folds the facts of one person.
pub fn assess(engine: &Engine, subject: &Subject<'_>, around: &mut dyn Around) -> Assessed {
    let evidence = evidence::gather(engine, subject, around);
    let is_friendly = |act: &&Act| engine.is_friendly(act.kind);
    let friendly: Vec<Act> = subject.own.iter().filter(is_friendly).copied().collect();
    let fold::Folded { moves, footings } = fold::fold(engine, &evidence, &friendly);
    let seen = presence::seen(engine, subject.own);
    let active_days = engine.rules().thresholds.active_days;
    let (presences, silent) = presence::presences(&seen, active_days, subject.horizon);
    let (spells, decided) = spells::lay(&footings, &presences, subject.decided, subject.horizon);
    let journey = PersonJourney {
        moves,
        spells,
        crossings: presence::crossings(&seen),
        deals: deals::deals(subject.own),
        horizon: subject.horizon,
        due: [evidence.due, silent, decided].into_iter().flatten().min(),
    };
    Assessed { journey, entries: evidence.pieces.into_iter().map(|piece| piece.entry).collect() }
}
