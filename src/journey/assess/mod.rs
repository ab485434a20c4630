//! Where a person stands and stood, as a fold over their facts: evidence, moves, spells, crossings. Pure. Must not
//! know where facts are kept, nor anybody's stage but the one it is working out.
//!
//! What `assets/rules.toml` leaves open is decided here:
//! - Labels of an opening count for acts in the thread only where the person opened it: who helps in another's thread
//!   does not share its objection. Commits that were written before their pull request was opened have its labels from
//!   the opening on.
//! - Who closes or merges another's thread answers it, as only who speaks for the project can. An accepted answer
//!   resolves a question; who accepts in their own thread taught nobody.
//! - Who speaks for a project is known from the first role in the thread's source or subject on, or where there are own
//!   people. Before that, and where it is never known, whoever was around before the thread was opened answers it, unless
//!   they are a colleague of who opened it: not to know the maintainers is no silence of theirs.
//! - A colleague came by whoever opened the thread in which their first activity lies, or wrote, reviewed or merged a
//!   change in it, be it later (that welcomes them); by whom somebody had named in it by then; or by whom they name.
//! - A role is no act: it alone places nobody; the first evidence of anything else does, and then the role counts.
//! - Roles in one subject count as one, by the balance of a day; several that begin in one week are one piece.
//! - A day first moves up, then blocks. Nothing moves up by decay alone. A block weighs what it began with, without
//!   decay; when that is resolved, what was objected since may keep it up. Whoever went on has used up all that was
//!   objected by then, by the undecayed points of pieces that came on a later day than the block.
//! - A basis never falls, but for that of objections. Inside their organisation is what its case says
//!   (a done ask, a role in a purchase, a colleague at the deal), not that the CRM knows them or that a deal was won.
//! - A colleague comes to a deal on a later day than the person, and not by its end.
//! - Decisions begin and end on their days whatever the horizon is: the last spells may lie in the future.

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
pub(in crate::journey) use engine::Pattern;
pub use why::{Counted, Ledger, why, why_by};

pub use super::theme::theme;

/// One piece of evidence. It counts from its day on, until the day that is named as its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Never before any of the facts that it rests on.
    pub day: Day,
    /// When the activity happened that names it: the order within a day.
    pub at: Time,
    /// That activity's sequence.
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
    /// By its case inside their own organisation: a done ask, a role in a purchase, a colleague at the deal.
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
