//! When somebody is there, and in which zone: from an own act on, for so many days. Must not know what the acts are
//! evidence of.

use crate::{
    domain::{account::Zone, journey::Crossing, time::Day},
    journey::case::Act,
};

use super::Engine;

/// From a day on, the furthest zone with an own act of late; `None`: lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Presence {
    pub(super) day: Day,
    pub(super) zone: Option<Zone>,
}

/// An own act that made active, by its day and zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) day: Day,
    pub(super) zone: Zone,
    pub(super) seq: i64,
}

/// What makes a person active, in order.
pub(super) fn seen(engine: &Engine, own: &[Act]) -> Vec<Seen> {
    let active = own.iter().filter(|act| engine.is_active(act.kind));
    active.map(|act| Seen { day: act.at.day(), zone: engine.zone(act), seq: act.seq }).collect()
}

/// The first act of all, and the first in each other zone.
pub(super) fn crossings(seen: &[Seen]) -> Vec<Crossing> {
    let (mut crossings, mut been) = (Vec::new(), [false; Zone::ALL.len()]);
    let mut furthest = None;
    for act in seen {
        if !been[act.zone as usize] {
            been[act.zone as usize] = true;
            crossings.push(Crossing { day: act.day, from: furthest, to: act.zone, because: act.seq });
            furthest = furthest.max(Some(act.zone));
            if crossings.len() == Zone::ALL.len() {
                break;
            }
        }
    }
    crossings
}

/// When which zone was the furthest, in order of days; and the next day after the horizon on which that changes. Nobody
/// leaves a zone after the horizon: silence is not known there.
pub(super) fn presences(seen: &[Seen], active_days: u32, horizon: Day) -> (Vec<Presence>, Option<Day>) {
    let days = i32::try_from(active_days).unwrap_or(i32::MAX);
    // The day on which each zone is left, if nothing follows.
    let mut leaving: [Option<Day>; Zone::ALL.len()] = [None; Zone::ALL.len()];
    let mut silent = leaving;
    let (mut presences, mut due): (Vec<Presence>, Option<Day>) = (Vec::new(), None);
    let mut note = |day: Day, open: &[Option<Day>; Zone::ALL.len()]| {
        let zone = furthest(open);
        if presences.last().is_some_and(|last| last.day == day) {
            presences.pop();
        }
        if presences.last().map_or(None, |last| last.zone) != zone {
            presences.push(Presence { day, zone });
        }
    };
    let mut next = seen.iter().peekable();
    loop {
        let act = next.peek().map(|act| act.day);
        let leave = leaving.iter().flatten().min().copied();
        match (act, leave) {
            (_, Some(day)) if act.is_none_or(|act| day <= act) => {
                let before = furthest(&leaving);
                leaving.iter_mut().filter(|leave| **leave == Some(day)).for_each(|leave| *leave = None);
                if day <= horizon {
                    silent = leaving;
                    note(day, &silent);
                } else if furthest(&leaving) != before && !is_seen(seen, day, before) {
                    due = due.or(Some(day));
                }
            }
            (Some(_), _) => {
                if let Some(act) = next.next() {
                    let place = act.zone as usize;
                    leaving[place] = Some(act.day.plus(days).max(act.day.plus(1)));
                    silent[place] = leaving[place];
                    note(act.day, &silent);
                }
            }
            (None, _) => break,
        }
    }
    (presences, due)
}

/// Whether an act of a day lies as far as a zone.
fn is_seen(seen: &[Seen], day: Day, zone: Option<Zone>) -> bool {
    let start = seen.partition_point(|act| act.day < day);
    seen[start..].iter().take_while(|act| act.day == day).any(|act| Some(act.zone) >= zone)
}

fn furthest(open: &[Option<Day>; Zone::ALL.len()]) -> Option<Zone> {
    Zone::ALL.iter().rev().find(|zone| open[**zone as usize].is_some()).copied()
}
