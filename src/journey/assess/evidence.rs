//! Gathers the evidence: goes through what a person did and what was done upon them, and asks each rule. Must not know
//! what anything leads to.

mod acts;
mod colleagues;
mod roles;
mod slots;
#[cfg(test)]
mod tests;
mod threads;
mod upon;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    domain::{
        account::Zone,
        ids::PersonId,
        rules::Mark,
        stage::Signal,
        time::{Day, Time},
    },
    journey::case::{Act, Around, Marks, Subject},
};

use super::{
    Engine, Entry,
    known::{Known, holds},
};

/// A piece of evidence with what only the fold needs to know of it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) entry: Entry,
    /// From an act that alone places nobody.
    pub(super) is_passive: bool,
    /// From a role held, which is no act: alone it places nobody either.
    pub(super) is_role: bool,
    /// The activity that ended it, and when it was known.
    pub(super) ended_by: Option<(i64, Time)>,
    /// Pieces of the same signal, thread and week.
    pub(super) slot: u32,
}

/// What the fold goes through.
pub(super) struct Evidence {
    /// In order of days, each on its own.
    pub(super) pieces: Vec<Piece>,
    /// Periods in which the person held any role: from, until, and the granting activity.
    pub(super) roles: Vec<Role>,
    /// The next day on which silence becomes evidence.
    pub(super) due: Option<Day>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) from: Day,
    pub(super) until: Option<Day>,
    pub(super) seq: i64,
    pub(super) known_at: Time,
    pub(super) zone: Zone,
    pub(super) ended_by: Option<(i64, Time)>,
}

/// An opening of the person's own.
#[derive(Debug, Clone, Copy)]
struct Opened {
    act: Act,
    zone: Zone,
}

/// An act that gives the person a part in its thread.
#[derive(Debug, Clone, Copy)]
struct Part {
    act: Act,
    /// By it another only named the person.
    is_named: bool,
}

/// A colleague's first act, and when it and the person's part in it had happened and were known.
#[derive(Debug, Clone, Copy)]
struct Tie {
    first: Act,
    at: Time,
    known_at: Time,
}

struct Gathering<'a> {
    engine: &'a Engine,
    subject: &'a Subject<'a>,
    known: Known<'a>,
    /// What the person did and what makes active, in order.
    active: Vec<Act>,
    /// By thread.
    opened: HashMap<u32, Opened>,
    /// Threads that were gone through as the person's own.
    seen: HashSet<u32>,
    roles: Vec<Role>,
    periods: Vec<(Day, Option<Day>)>,
    /// By thread; empty where nobody could be a colleague.
    parts: BTreeMap<u32, Vec<Part>>,
    ties: BTreeMap<PersonId, Tie>,
    pieces: Vec<Piece>,
    due: Option<Day>,
}

/// All evidence of a person.
pub(super) fn gather(engine: &Engine, subject: &Subject<'_>, around: &mut dyn Around) -> Evidence {
    let mut gathering = Gathering {
        engine,
        subject,
        known: Known::new(subject, around),
        active: subject.own.iter().filter(|act| engine.is_active(act.kind)).copied().collect(),
        opened: HashMap::new(),
        seen: HashSet::new(),
        roles: Vec::new(),
        periods: Vec::new(),
        parts: BTreeMap::new(),
        ties: BTreeMap::new(),
        pieces: Vec::new(),
        due: None,
    };
    gathering.roles();
    gathering.acts();
    gathering.upon();
    gathering.colleagues();
    gathering.deals();
    let Gathering { pieces, roles, due, .. } = gathering;
    Evidence { pieces: slots::fill(pieces), roles, due }
}

impl Gathering<'_> {
    /// An entry of one activity, on its own day.
    fn entry(&self, number: u16, act: &Act) -> Entry {
        let rule = self.engine.rule(number);
        Entry {
            day: act.at.day(),
            at: act.at,
            seq: act.seq,
            known_at: act.known_at,
            signal: rule.signal,
            rule: number,
            points: rule.points,
            half_life: rule.half_life,
            zone: self.engine.zone(act),
            thread: act.thread,
            counterpart: None,
            until: None,
            internal: rule.case.is_internal(),
        }
    }

    fn push(&mut self, entry: Entry) {
        self.add(entry, false, None);
    }

    /// Adds an entry with what ended it, if anything did. Who holds a role never objects.
    fn add(&mut self, mut entry: Entry, is_passive: bool, end: Option<&Act>) {
        if entry.signal == Signal::Objects && holds(&self.periods, entry.day) {
            return;
        }
        entry.until = end.map(|act| act.at.day());
        if entry.until.is_some_and(|until| until <= entry.day) {
            return;
        }
        let ended_by = end.map(|act| (act.seq, act.known_at));
        self.pieces.push(Piece { entry, is_passive, is_role: false, ended_by, slot: 0 });
    }

    /// What the labels of an act and of the opening of its thread mean, as far as the person opened it.
    fn marks(&self, act: &Act) -> Marks {
        let opened = act.thread.and_then(|thread| self.opened.get(&thread));
        let Some(opened) = opened.filter(|opened| opened.act.at <= act.at) else { return act.marks };
        Mark::ALL
            .iter()
            .filter(|mark| opened.act.marks.has(**mark))
            .fold(act.marks, |all, mark| all.with(*mark))
    }
}

/// Whether a label of the wanted kind is there.
fn is_wanted(wanted: Option<Mark>, marks: Marks) -> bool {
    wanted.is_none_or(|mark| marks.has(mark))
}
