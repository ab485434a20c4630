//! The list part of a screen: rows, the question that brings them, their order, filter and marks. Every list of
//! the explorer is one of these. Must not know what a row means.

use serde::{Deserialize, Serialize};

use super::{Context, Step, Target, ask::Ask};
use crate::{
    domain::{
        query::{At, Slice, When},
        time::Day,
    },
    jobs::read::{Query, Reply},
    tui::{
        command::Command,
        filtering::Filtering,
        kept::Kept,
        list::{List, Scroll},
        widgets::table::{Cell, Column},
    },
};

/// A row as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The marker stands on it.
    pub chosen: bool,
    /// Taken together with others.
    pub marked: bool,
    pub cells: Vec<Cell>,
}

/// What a list says of its rows.
pub trait Row: Clone + PartialEq {
    /// Said when there is no row to open.
    const NONE: &'static str;

    fn columns(ask: &Ask) -> &'static [Column];

    fn cells(&self, ask: &Ask, context: Context<'_>) -> Vec<Cell>;

    fn target(&self) -> Target;

    fn open(&self) -> Step {
        Step::No("all of it stands here; y copies")
    }

    /// The title of the column of that order, and whether its lowest value comes first.
    fn ordered(_order: &str) -> Option<(&'static str, bool)> {
        None
    }

    /// The rows of an answer about that day, where it holds such.
    fn slice(_reply: Reply, _day: Day) -> Option<Slice<Self>> {
        None
    }
}

/// A list as a screen sees it, whatever its rows are.
pub trait Part {
    fn scroll(&self) -> &dyn Scroll;

    fn scroll_mut(&mut self) -> &mut dyn Scroll;

    /// What it lacks, under a new ticket.
    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Option<(u64, Query)>;

    fn awaits(&self, ticket: u64) -> bool;

    fn reply(&mut self, ticket: u64, reply: Reply);

    /// What it is given by its screen could not be read.
    fn fail(&mut self, _why: &str) {}

    fn refresh(&mut self);

    fn is_waiting(&self) -> bool {
        self.scroll().is_waiting()
    }

    fn is_settling(&self) -> bool {
        self.scroll().is_settling()
    }

    fn is_loaded(&self) -> bool;

    fn failure(&self) -> Option<&str>;

    fn columns(&self) -> &'static [Column];

    fn rows(&self, context: Context<'_>) -> Vec<Drawn>;

    fn target(&self) -> Option<Target>;

    fn open(&self) -> Step;

    fn orders(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn order(&self) -> Option<&'static str> {
        None
    }

    /// Orders the rows by that word; `false` when it is none of [`Part::orders`].
    fn set_order(&mut self, _word: &str) -> bool {
        false
    }

    fn ordered(&self) -> Option<(&'static str, bool)> {
        None
    }

    fn filtering(&self) -> Option<&Filtering> {
        None
    }

    fn set_filter(&mut self, _text: &str) {}

    /// Takes the row among those that are taken along together, or lets it go; by range with [`Command::Range`].
    fn mark(&mut self, _command: &Command) -> Result<usize, &'static str> {
        Err("rows of this list cannot be marked")
    }

    /// Lets all marks go; `false` when there were none.
    fn unmark(&mut self) -> bool {
        false
    }

    /// What is marked, in the order of marking.
    fn marked(&self, _context: Context<'_>) -> Vec<(Target, Vec<Cell>)> {
        Vec::new()
    }
}

/// A list of rows of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing<T> {
    list: List<T>,
    kept: Kept<T>,
    ask: Ask,
    filtering: Option<Filtering>,
    marks: Vec<T>,
    /// Where a range of marks begins.
    from: Option<T>,
    /// What all rows at hand were asked about.
    when: Option<When>,
}

impl<T: Row> Listing<T> {
    pub fn new(ask: Ask) -> Self {
        let filtering = ask.over().map(|over| Filtering::over(Some(over)));
        Self {
            list: List::default(),
            kept: Kept::default(),
            ask,
            filtering,
            marks: Vec::new(),
            from: None,
            when: None,
        }
    }

    /// A list whose rows its screen hands over.
    pub fn given() -> Self {
        Self::new(Ask::Given)
    }

    pub fn set(&mut self, rows: impl IntoIterator<Item = T>) {
        self.list.set_whole(rows);
    }

    pub fn selected(&self) -> Option<&T> {
        self.list.selected()
    }

    /// All rows at hand.
    pub fn at_hand(&self) -> impl Iterator<Item = &T> {
        self.list.rows()
    }

    /// The visible rows.
    pub fn seen(&self) -> impl Iterator<Item = &T> {
        self.list.visible().map(|(_, row)| row)
    }

    /// Where the marker stands among the rows at hand.
    pub fn place(&self) -> Option<usize> {
        self.list.place()
    }

    pub fn select(&mut self, place: usize) {
        self.list.select(place);
    }

    pub const fn total(&self) -> Option<u64> {
        self.list.total()
    }

    pub const fn ask(&self) -> &Ask {
        &self.ask
    }

    /// Changes the question; the rows begin anew.
    pub fn ask_otherwise(&mut self, change: impl FnOnce(&mut Ask)) {
        change(&mut self.ask);
        self.kept.restart(&mut self.list);
    }

    fn draw(&self, row: &T, chosen: bool, marked: bool, context: Context<'_>) -> Drawn {
        Drawn { chosen, marked, cells: row.cells(&self.ask, context) }
    }

    fn is_marked(&self, row: &T) -> bool {
        self.marks.iter().any(|mark| same(mark, row))
    }

    fn mark_range(&mut self, from: &T) -> Result<usize, &'static str> {
        let begun = self.list.rows().position(|row| same(row, from));
        let (Some(begun), Some(now)) = (begun, self.list.place()) else {
            return Err("the range is too long: its beginning has gone out of sight");
        };
        let range: Vec<T> =
            self.list.rows().skip(begun.min(now)).take(begun.abs_diff(now) + 1).cloned().collect();
        for row in range {
            if !self.is_marked(&row) {
                self.marks.push(row);
            }
        }
        Ok(self.marks.len())
    }
}

fn same<T: Row>(one: &T, other: &T) -> bool {
    one.target().id == other.target().id
}

impl<T: Row> Part for Listing<T> {
    fn scroll(&self) -> &dyn Scroll {
        &self.list
    }

    fn scroll_mut(&mut self) -> &mut dyn Scroll {
        &mut self.list
    }

    fn asks(&mut self, when: When, ticket: &mut dyn FnMut() -> u64) -> Option<(u64, Query)> {
        if self.ask == Ask::Given {
            return None;
        }
        // Another day is looked at: as soon as the rows stand still they are read anew.
        if self.when.is_some_and(|asked| asked != when) && !self.list.is_settling() {
            self.list.refresh();
        }
        if !self.list.wants() {
            return None;
        }
        let ticket = ticket();
        let window = self.list.take(ticket)?;
        if !matches!(window.at, At::After(_) | At::Before(_)) {
            self.when = Some(when);
        }
        Some((ticket, self.ask.query(when, window)?))
    }

    fn awaits(&self, ticket: u64) -> bool {
        self.list.awaits(ticket)
    }

    fn reply(&mut self, ticket: u64, reply: Reply) {
        match reply {
            Reply::Failed(why) => self.list.fail(ticket, &why),
            other => {
                if let Some(slice) = T::slice(other, self.when.map_or(Day(0), When::day)) {
                    self.list.reply(ticket, slice);
                }
            }
        }
    }

    fn fail(&mut self, why: &str) {
        if self.ask == Ask::Given {
            self.list.fail_whole(why);
        }
    }

    fn refresh(&mut self) {
        if self.ask != Ask::Given {
            self.list.refresh();
        }
    }

    fn is_loaded(&self) -> bool {
        self.list.is_loaded()
    }

    fn failure(&self) -> Option<&str> {
        self.list.failure()
    }

    fn columns(&self) -> &'static [Column] {
        T::columns(&self.ask)
    }

    fn rows(&self, context: Context<'_>) -> Vec<Drawn> {
        let drawn = |(chosen, row)| self.draw(row, chosen, self.is_marked(row), context);
        self.list.visible().map(drawn).collect()
    }

    fn target(&self) -> Option<Target> {
        self.list.selected().map(T::target)
    }

    fn open(&self) -> Step {
        self.list.selected().map_or(Step::No(T::NONE), T::open)
    }

    fn orders(&self) -> Vec<&'static str> {
        self.ask.orders()
    }

    fn order(&self) -> Option<&'static str> {
        self.ask.order()
    }

    fn set_order(&mut self, word: &str) -> bool {
        let known = self.ask.set_order(word);
        if known {
            self.kept.restart(&mut self.list);
        }
        known
    }

    fn ordered(&self) -> Option<(&'static str, bool)> {
        self.ask.order().and_then(T::ordered)
    }

    fn filtering(&self) -> Option<&Filtering> {
        self.filtering.as_ref()
    }

    fn set_filter(&mut self, text: &str) {
        let Some(filtering) = &mut self.filtering else { return };
        let was = !filtering.filter.terms.is_empty();
        if filtering.set(text) {
            let is = !filtering.filter.terms.is_empty();
            self.ask.set_filter(&filtering.filter);
            self.kept.turn(&mut self.list, was, is);
        }
    }

    fn mark(&mut self, command: &Command) -> Result<usize, &'static str> {
        let row = self.list.selected().cloned().ok_or("there is nothing to mark")?;
        if *command == Command::Range {
            if let Some(from) = self.from.take() {
                return self.mark_range(&from);
            }
            self.from = Some(row);
            return Ok(0);
        }
        match self.marks.iter().position(|mark| same(mark, &row)) {
            Some(place) => drop(self.marks.remove(place)),
            None => self.marks.push(row),
        }
        Ok(self.marks.len())
    }

    fn unmark(&mut self) -> bool {
        let begun = self.from.take().is_some();
        let marked = !self.marks.is_empty();
        self.marks.clear();
        begun || marked
    }

    fn marked(&self, context: Context<'_>) -> Vec<(Target, Vec<Cell>)> {
        self.marks.iter().map(|row| (row.target(), row.cells(&self.ask, context))).collect()
    }
}
