//! Whether the evidence is enough for one move: kept up to date piece by piece, so that a day costs little, and counted
//! in full only when it may be enough. Must not know where the person stands.

use crate::domain::{
    ids::PersonId,
    points::Points,
    rules::MoveRule,
    stage::{Signal, Stage},
    time::{Day, Week},
};

use super::{Engine, evidence::Piece};

/// The evidence for one move.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    /// Index in `rules.moves`.
    pub(super) number: usize,
    pub(super) rule: &'a MoveRule,
    /// Pieces that count or counted; cleared of the others when they are counted.
    live: Vec<usize>,
    /// Of those that count.
    count: u32,
    named: u32,
    points: Points,
    /// Of all that ever counted: never less than what counts.
    weeks: u32,
    days: Option<(Day, Day)>,
    people: Vec<PersonId>,
}

impl<'a> Tally<'a> {
    pub(super) const fn new(number: usize, rule: &'a MoveRule) -> Self {
        Self {
            number,
            rule,
            live: Vec::new(),
            count: 0,
            named: 0,
            points: Points(0),
            weeks: 0,
            days: None,
            people: Vec::new(),
        }
    }

    fn wants(&self, signal: Signal) -> bool {
        self.rule.signals.contains(&signal)
    }

    /// Takes up a piece; in order of days.
    pub(super) fn add(&mut self, index: usize, piece: &Piece) {
        let entry = &piece.entry;
        if !self.wants(entry.signal) {
            return;
        }
        self.live.push(index);
        self.count += 1;
        self.points.0 += entry.points.0;
        let first = match self.days {
            Some((first, last)) => {
                self.weeks += u32::from(last.week() != entry.day.week());
                first
            }
            None => {
                self.weeks += 1;
                entry.day
            }
        };
        self.days = Some((first, entry.day));
        if let Some(person) = entry.counterpart {
            self.named += 1;
            self.meet(person);
        }
    }

    /// Remembers as many people as may be asked for.
    fn meet(&mut self, person: PersonId) {
        if self.people.len() < self.rule.counterparts as usize && !self.people.contains(&person) {
            self.people.push(person);
        }
    }

    /// A piece that was taken up counts no more.
    pub(super) fn remove(&mut self, piece: &Piece) {
        if self.wants(piece.entry.signal) {
            self.count -= 1;
            self.points.0 -= piece.entry.points.0;
            self.named -= u32::from(piece.entry.counterpart.is_some());
        }
    }

    /// Whether it can be enough: without decay, and with all that ever counted where that is only more.
    fn may_be_enough(&self) -> bool {
        let rule = self.rule;
        let days = self.days.map_or(0, |(first, last)| between(first, last));
        let people = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        self.count >= rule.acts.max(1)
            && self.points >= rule.points
            && self.weeks >= rule.weeks
            && days >= rule.days
            && (people >= rule.counterparts || self.named * 2 < self.count)
    }

    /// The pieces that are enough on a day. `gone` holds for each piece the day from which it counts no more.
    pub(super) fn enough(
        &mut self,
        engine: &Engine,
        pieces: &[Piece],
        gone: &[Day],
        day: Day,
    ) -> Option<Vec<usize>> {
        if !self.may_be_enough() {
            return None;
        }
        self.live.retain(|index| day < gone[*index]);
        let rule = self.rule;
        let mut sum = Points(0);
        let (mut weeks, mut last_week, mut people, mut named) = (0, None::<Week>, Vec::new(), 0);
        let (mut is_internal, mut is_active) = (false, false);
        for index in &self.live {
            let Piece { entry, is_passive, .. } = &pieces[*index];
            sum.0 += engine.decayed(entry, day).0;
            if last_week != Some(entry.day.week()) {
                (weeks, last_week) = (weeks + 1, Some(entry.day.week()));
            }
            if let Some(person) = entry.counterpart {
                named += 1;
                if people.len() < rule.counterparts as usize && !people.contains(&person) {
                    people.push(person);
                }
            }
            is_internal |= entry.internal;
            is_active |= !is_passive;
        }
        let (first, last) = (self.live.first()?, self.live.last()?);
        let days = between(pieces[*first].entry.day, pieces[*last].entry.day);
        let is_enough = sum >= rule.points
            && self.live.len() >= rule.acts.max(1) as usize
            && weeks >= rule.weeks
            && days >= rule.days
            && (people.len() >= rule.counterparts as usize || named * 2 < self.live.len())
            && (is_internal || !rule.internal)
            && (is_active || rule.from != Stage::Unplaced);
        is_enough.then(|| self.live.clone())
    }
}

fn between(first: Day, last: Day) -> u32 {
    u32::try_from(last.0.saturating_sub(first.0)).unwrap_or(0)
}
