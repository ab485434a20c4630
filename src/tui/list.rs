//! A list of any length seen through a window: the visible rows and their neighbours are kept, the rest is
//! asked for by the key of a row beside it. Must not know what a row is, nor where rows come from.

use serde::{Deserialize, Serialize};

use super::command::Move;
pub use super::scrolling::Scroll;
use crate::domain::query::{At, Cursor, Slice, SortValue, Window};

/// A window on an ordered list. The rows it holds stand beside each other in the list's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List<T> {
    rows: Vec<(Cursor, T)>,
    /// How many rows of the list stand before the first one here, where that is known.
    before: Option<u64>,
    at_start: bool,
    at_end: bool,
    total: Option<u64>,
    /// Index into `rows`.
    selected: usize,
    /// The first visible row: an index into `rows`.
    top: usize,
    /// How many rows are visible.
    height: usize,
    /// What is to be asked next.
    want: Option<(Window, Take)>,
    /// What has been asked, under which ticket.
    waiting: Option<(u64, Take)>,
    /// Movement beyond the rows at hand, carried on when more have come.
    owed: i64,
    /// Where in the window the selection stands again when what is owed has been carried on.
    place: Option<usize>,
    /// Whether any answer has come yet.
    loaded: bool,
    failure: Option<String>,
}

/// What to do with the rows of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Take {
    /// They replace all rows; the first is selected.
    Top,
    /// They replace all rows; the last is selected.
    Bottom,
    /// They replace all rows; the same row stays selected.
    Again,
    After,
    Before,
}

/// The longest window that is asked for at once, in rows.
const LONGEST: usize = 2_000;

impl<T> Default for List<T> {
    fn default() -> Self {
        let mut list = Self {
            rows: Vec::new(),
            before: None,
            at_start: false,
            at_end: false,
            total: None,
            selected: 0,
            top: 0,
            height: 24,
            want: None,
            waiting: None,
            owed: 0,
            place: None,
            loaded: false,
            failure: None,
        };
        list.restart();
        list
    }
}

impl<T> List<T> {
    /// Takes all rows at once; the same place stays selected.
    pub fn set_whole(&mut self, rows: impl IntoIterator<Item = T>) {
        self.rows = (0_i64..).zip(rows).map(|(place, row)| (placed(place), row)).collect();
        (self.at_start, self.at_end, self.loaded) = (true, true, true);
        self.before = Some(0);
        (self.want, self.waiting) = (None, None);
        (self.owed, self.place, self.failure) = (0, None, None);
        self.total = Some(self.rows.len() as u64);
        self.fit();
    }

    pub fn selected(&self) -> Option<&T> {
        self.rows.get(self.selected).map(|(_, row)| row)
    }

    /// The rows to be seen now, each with whether it is the selected one.
    pub fn visible(&self) -> impl Iterator<Item = (bool, &T)> {
        let shown = self.rows.iter().enumerate().skip(self.top).take(self.height);
        shown.map(|(index, (_, row))| (index == self.selected, row))
    }

    /// All rows at hand, in order.
    pub fn rows(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().map(|(_, row)| row)
    }

    /// Where the selected row stands among [`List::rows`].
    pub fn place(&self) -> Option<usize> {
        (self.selected < self.rows.len()).then_some(self.selected)
    }

    /// Puts the marker on a row at hand.
    pub fn select(&mut self, place: usize) {
        self.selected = place;
        self.fit();
    }

    /// A list that is handed over whole could not be read.
    pub fn fail_whole(&mut self, why: &str) {
        self.set_whole([]);
        self.failure = Some(why.to_owned());
    }

    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// What is to be asked now, once. The asker says under which ticket.
    pub fn take(&mut self, ticket: u64) -> Option<Window> {
        let (window, take) = self.want.take()?;
        self.waiting = Some((ticket, take));
        Some(window)
    }

    /// Whether something is to be asked.
    pub const fn wants(&self) -> bool {
        self.want.is_some()
    }

    /// Whether this ticket's answer is awaited; any other is late and to be dropped.
    pub fn awaits(&self, ticket: u64) -> bool {
        self.waiting.is_some_and(|(awaited, _)| awaited == ticket)
    }

    /// Why the last question could not be answered, if it could not.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// The question under this ticket could not be answered. Rows that were to be replaced by others are not
    /// kept: they are the answer to another question.
    pub fn fail(&mut self, ticket: u64, why: &str) {
        let Some((_, take)) = self.waiting.take_if(|(awaited, _)| *awaited == ticket) else { return };
        (self.owed, self.place, self.loaded) = (0, None, true);
        if matches!(take, Take::Top | Take::Bottom) {
            self.rows.clear();
            (self.at_start, self.at_end, self.total) = (true, true, None);
        }
        self.failure = Some(why.to_owned());
        self.fit();
    }

    /// Takes the answer to the awaited ticket.
    pub fn reply(&mut self, ticket: u64, slice: Slice<T>) {
        let Some((_, take)) = self.waiting.take_if(|(awaited, _)| *awaited == ticket) else { return };
        (self.loaded, self.failure) = (true, None);
        let known = self.total;
        self.total = slice.total.or(self.total);
        match take {
            Take::Top => {
                self.replace(slice);
                (self.selected, self.top) = (0, 0);
            }
            Take::Bottom => {
                self.replace(slice);
                self.selected = self.rows.len().saturating_sub(1);
                self.top = self.selected;
            }
            // All rows that are left stand before the first one that was seen, as on an earlier day.
            Take::Again if slice.rows.is_empty() && !slice.at_start => self.restart(),
            Take::Again => {
                let before = self.rows.get(self.selected).map(|(cursor, _)| cursor.tie.clone());
                // The rows begin at what was the first visible one; as many stand before it as long as none came or went.
                let above = self.before.map(|above| above + self.top as u64).filter(|_| known == self.total);
                let place = self.selected.saturating_sub(self.top);
                self.replace(slice);
                self.before = self.before.or(above);
                let same = self.rows.iter().position(|(cursor, _)| Some(&cursor.tie) == before.as_ref());
                self.selected = same.unwrap_or(place);
                self.top = self.selected.saturating_sub(place);
            }
            Take::After => {
                self.at_end = slice.at_end;
                self.rows.extend(slice.rows);
                let spare = self.top.saturating_sub(self.height * 3);
                if spare > self.height {
                    self.rows.drain(..spare);
                    self.before = self.before.map(|before| before + spare as u64);
                    (self.top, self.selected) = (self.top - spare, self.selected.saturating_sub(spare));
                    self.at_start = false;
                }
            }
            Take::Before => {
                self.at_start = slice.at_start;
                let more = slice.rows.len();
                self.before = self.before.and_then(|before| before.checked_sub(more as u64));
                if self.at_start {
                    self.before = Some(0);
                }
                self.rows.splice(0..0, slice.rows);
                (self.top, self.selected) = (self.top + more, self.selected + more);
                let kept = (self.top + self.height * 5).max(self.selected + 1);
                if kept < self.rows.len() {
                    self.rows.truncate(kept);
                    self.at_end = false;
                }
            }
        }
        let owed = std::mem::take(&mut self.owed);
        self.step(owed);
        if let Some(place) = self.place {
            self.top = self.selected.saturating_sub(place);
            self.place = (self.owed != 0 || self.is_short(place)).then_some(place);
        }
        self.fit();
        self.ahead();
    }

    fn replace(&mut self, slice: Slice<T>) {
        (self.rows, self.at_start, self.at_end) = (slice.rows, slice.at_start, slice.at_end);
        self.before = match (self.at_start, self.at_end, self.total) {
            (true, ..) => Some(0),
            (_, true, Some(total)) => total.checked_sub(self.rows.len() as u64),
            _ => None,
        };
    }

    /// Moves the selection; what goes beyond the rows at hand is owed.
    fn step(&mut self, by: i64) {
        let last = i64::try_from(self.rows.len()).unwrap_or(i64::MAX).saturating_sub(1).max(0);
        let target = i64::try_from(self.selected).unwrap_or(0).saturating_add(by);
        let within = target.clamp(0, last);
        self.selected = usize::try_from(within).unwrap_or(0);
        let beyond = target - within;
        let more = if beyond > 0 { !self.at_end } else { !self.at_start };
        self.owed = if more { self.owed.saturating_add(beyond) } else { 0 };
    }

    /// A page's step moves what is seen as well as the selection.
    fn leap(&mut self, by: i64) {
        let place = self.selected.saturating_sub(self.top);
        self.step(by);
        self.top = self.selected.saturating_sub(place);
        self.place = (self.owed != 0 || self.is_short(place)).then_some(place);
    }

    /// Whether rows that would be seen are still to come, with so many above the selected one.
    const fn is_short(&self, above: usize) -> bool {
        !self.at_end && self.rows.len() < self.top + self.height || !self.at_start && self.selected < above
    }

    /// Brings the selection and the visible part together again.
    fn fit(&mut self) {
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        let height = self.height.max(1);
        if self.selected < self.top {
            self.top = self.selected;
        }
        if self.selected >= self.top + height {
            self.top = self.selected + 1 - height;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }

    /// Asks for the neighbours of what is seen before they are needed.
    fn ahead(&mut self) {
        if self.want.is_some() || self.waiting.is_some() {
            return;
        }
        let owed = usize::try_from(self.owed.unsigned_abs()).unwrap_or(LONGEST);
        let limit = u32::try_from((self.height * 2 + owed).min(LONGEST)).unwrap_or(0);
        let below = self.rows.len().saturating_sub(self.top + self.height);
        let after = !self.at_end && (self.owed > 0 || below < self.height);
        let before = !self.at_start && (self.owed < 0 || self.top < self.height);
        let (first, last) = (self.rows.first(), self.rows.last());
        self.want = match (first, last) {
            (_, Some((last, _))) if after && self.owed >= 0 => {
                Some((Window { at: At::After(last.clone()), limit }, Take::After))
            }
            (Some((first, _)), _) if before => {
                Some((Window { at: At::Before(first.clone()), limit }, Take::Before))
            }
            _ => None,
        };
    }

    /// How many rows are asked for anew: the very first time only those to be seen, so that they come soon.
    fn page(&self) -> u32 {
        let rows = if self.loaded { self.height * 2 } else { self.height };
        u32::try_from(rows.min(LONGEST)).unwrap_or(0)
    }

    fn ask(&mut self, at: At, take: Take) {
        self.want = Some((Window { at, limit: self.page() }, take));
        self.waiting = None;
        (self.owed, self.place) = (0, None);
    }
}

impl<T> Scroll for List<T> {
    fn go(&mut self, movement: Move) {
        let (page, half) = (self.height.max(1), (self.height / 2).max(1));
        let rows = |count: u32, size: usize| {
            i64::from(count).saturating_mul(i64::try_from(size).unwrap_or(i64::MAX))
        };
        match movement {
            Move::Down(count) => self.step(rows(count, 1)),
            Move::Up(count) => self.step(-rows(count, 1)),
            Move::HalfDown(count) => self.leap(rows(count, half)),
            Move::HalfUp(count) => self.leap(-rows(count, half)),
            Move::PageDown(count) => self.leap(rows(count, page)),
            Move::PageUp(count) => self.leap(-rows(count, page)),
            Move::First if self.at_start => (self.selected, self.owed) = (0, 0),
            Move::Last if self.at_end => (self.selected, self.owed) = (self.rows.len().saturating_sub(1), 0),
            Move::First => self.ask(At::First, Take::Top),
            Move::Last => self.ask(At::Last, Take::Bottom),
            Move::Visible(place) => {
                let target = self.top + usize::from(place);
                if target < self.rows.len() && usize::from(place) < self.height {
                    self.selected = target;
                }
            }
        }
        self.fit();
        self.ahead();
    }

    fn resize(&mut self, height: u16) {
        self.height = usize::from(height).max(1);
        self.fit();
        let limit = self.page();
        if let Some((window, Take::Top | Take::Bottom)) = &mut self.want {
            window.limit = limit;
        }
        if self.loaded {
            self.ahead();
        }
    }

    fn refresh(&mut self) {
        let seen = self.top.min(self.rows.len());
        match self.rows.get(seen) {
            Some((first, _)) if !(self.at_start && self.top == 0) => {
                let first = first.clone();
                self.ask(At::From(first), Take::Again);
            }
            Some(_) => self.ask(At::First, Take::Again),
            None => self.ask(At::First, Take::Top),
        }
    }

    fn restart(&mut self) {
        self.ask(At::First, Take::Top);
    }

    fn position(&self) -> Option<(u64, Option<u64>)> {
        let before = self.before.filter(|_| !self.rows.is_empty())?;
        Some((before + self.selected as u64 + 1, self.total))
    }

    fn is_settling(&self) -> bool {
        let asked = self.want.as_ref().map(|(_, take)| *take).or(self.waiting.map(|(_, take)| take));
        self.owed != 0
            || self.place.is_some()
            || matches!(asked, Some(Take::Top | Take::Bottom | Take::Again))
    }

    fn is_waiting(&self) -> bool {
        let asked = self.want.as_ref().map(|(_, take)| *take).or(self.waiting.map(|(_, take)| take));
        let short = self.place.is_some() || self.rows.len() < self.top + self.height;
        match asked {
            Some(Take::Top | Take::Bottom | Take::Again) => true,
            Some(Take::After) => self.owed > 0 || short,
            Some(Take::Before) => self.owed < 0 || short,
            None => false,
        }
    }
}

fn placed(place: i64) -> Cursor {
    Cursor { value: SortValue::Number(place), tie: SortValue::Number(place) }
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
