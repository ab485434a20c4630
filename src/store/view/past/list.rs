//! Pages of the accounts of an earlier day. Must not know what a term means.

use std::{cell::Cell, collections::HashSet};

use rusqlite::Connection;

use super::{
    super::{
        super::{
            Result,
            groups::{by_momentum, by_support},
        },
        View,
        filter::Plan,
        then::Needs,
        window::{self, Id},
    },
    Past, Then, holds,
    last::OLD,
};
use crate::domain::stage::Phase;
use crate::{
    domain::{
        query::{AccountSort, At, Cursor, Slice, SortValue, Window},
        time::Day,
    },
    store::derived::{NEVER, number},
};

/// What a list holds.
pub(super) struct Held {
    /// All that was asked beside the window.
    name: String,
    /// Which rows, as marks.
    marks: Vec<bool>,
    /// The same as places, in order; of the order by the latest activity in any.
    places: Vec<u32>,
    /// Their names, where that is their order.
    names: Vec<String>,
}

impl View {
    /// A page of what a plan leaves of the accounts as of the end of a day.
    pub(in super::super) fn past_accounts(
        &self,
        plan: &Plan,
        sort: AccountSort,
        day: Day,
        needs: Needs,
        window: &Window,
    ) -> Result<Slice<Id>> {
        self.past(day, needs, |past| {
            let name = format!("{sort} {:?} {}", plan.lanes, plan.past.asked);
            let held = match past.list.take().filter(|held| held.name == name) {
                Some(held) => held,
                None => past.held(self, plan, sort, name)?,
            };
            let slice = if sort == AccountSort::Last {
                past.page_by_last(self, &held, window)?
            } else {
                page(past, &held, &held.places, sort, window)
            };
            let Slice { rows, at_start, at_end, .. } = slice;
            let rows = rows.into_iter().map(|(cursor, _)| (cursor.clone(), window::id(&cursor))).collect();
            let total = u64::try_from(held.places.len()).ok();
            past.list = Some(held);
            Ok(Slice { rows, at_start, at_end, total })
        })
    }

    /// What a plan leaves of them.
    pub(in super::super) fn past_remaining(
        &self,
        plan: &Plan,
        day: Day,
        needs: Needs,
    ) -> Result<HashSet<Id>> {
        self.past(day, needs, |past| {
            let marks = holds::marks(past, self, plan)?;
            Ok(past.rows.iter().zip(marks).filter(|(_, mark)| *mark).map(|(row, _)| row.id).collect())
        })
    }
}

impl Past {
    fn held(&mut self, view: &View, plan: &Plan, sort: AccountSort, name: String) -> Result<Held> {
        let marks = holds::marks(self, view, plan)?;
        let (mut places, mut names) = (Vec::new(), Vec::new());
        if sort == AccountSort::Name {
            (places, names) = self.by_name(&view.db, &marks)?;
        } else {
            places.extend((0_u32..).zip(&marks).filter(|(_, mark)| **mark).map(|(place, _)| place));
            if sort != AccountSort::Last {
                self.sort(&mut places, sort);
            }
        }
        Ok(Held { name, marks, places, names })
    }

    /// Rows are by id: their places break ties as their ids do.
    fn sort(&self, places: &mut [u32], sort: AccountSort) {
        places.sort_unstable_by_key(|place| (key(&self.rows[*place as usize], sort), *place));
    }

    fn by_name(&self, db: &Connection, marks: &[bool]) -> rusqlite::Result<(Vec<u32>, Vec<String>)> {
        let mut find = db.prepare_cached("SELECT id, by_name FROM account ORDER BY by_name, id")?;
        let mut found = find.query([])?;
        let (mut places, mut names) = (Vec::new(), Vec::new());
        while let Some(row) = found.next()? {
            if let Some(place) = self.place(&row.get(0)?).filter(|place| marks[*place]) {
                places.extend(u32::try_from(place));
                names.push(row.get(1)?);
            }
        }
        Ok((places, names))
    }

    /// Looks no further back than the page reaches, and for seconds only on the days that it shows.
    fn page_by_last(&mut self, view: &View, held: &Held, window: &Window) -> Result<Slice<u32>> {
        let wanted = usize::try_from(window.limit).unwrap_or(usize::MAX).saturating_add(1);
        let cursor = match &window.at {
            At::After(cursor) | At::From(cursor) | At::Before(cursor) => number_of(cursor),
            At::First | At::Last => None,
        };
        let cursor_day = cursor.map(|key| (-key).div_euclid(86_400));
        let before = Cell::new(None);
        let enough = |day: Day, known: usize| {
            if cursor_day.is_some_and(|cursor| i64::from(day.0) >= cursor) {
                return false;
            }
            let begin = before.get().unwrap_or(if cursor.is_some() { known } else { 0 });
            before.set(Some(begin));
            match window.at {
                At::Last => false,
                At::Before(_) => true,
                _ => known - begin >= wanted,
            }
        };
        self.walk(&view.db, &held.marks, &enough)?;
        loop {
            let known = |place: &u32| self.rows[*place as usize].last != OLD;
            let mut places: Vec<u32> = held.places.iter().copied().filter(known).collect();
            self.sort(&mut places, AccountSort::Last);
            let slice = page(self, held, &places, AccountSort::Last, window);
            let edges = [slice.rows.first(), slice.rows.last()];
            let keys = edges.into_iter().flatten().filter_map(|(cursor, _)| number_of(cursor)).chain(cursor);
            let keys: Vec<i64> = keys.filter(|key| *key < OLD).collect();
            let (Some(newest), Some(oldest)) = (keys.iter().min(), keys.iter().max()) else {
                return Ok(slice);
            };
            if !self.refine(view, &places, *newest, *oldest)? {
                return Ok(slice);
            }
        }
    }
}

fn number_of(cursor: &Cursor) -> Option<i64> {
    if let SortValue::Number(key) = cursor.value { Some(key) } else { None }
}

fn page(past: &Past, held: &Held, places: &[u32], sort: AccountSort, window: &Window) -> Slice<u32> {
    let numbered = |place: u32| SortValue::Number(key(&past.rows[place as usize], sort));
    let id = |place: u32| SortValue::Bytes(past.rows[place as usize].id.to_vec());
    if sort != AccountSort::Name {
        return window::slice(places, window, &|place| Cursor { value: numbered(*place), tie: id(*place) });
    }
    let named: Vec<u32> = (0_u32..).take(places.len()).collect();
    window::slice(&named, window, &|at| Cursor {
        value: SortValue::Text(held.names[*at as usize].clone()),
        tie: id(places[*at as usize]),
    })
}

/// As the columns `by_…` of the present.
fn key(row: &Then, sort: AccountSort) -> i64 {
    let stands = &row.stands;
    match sort {
        AccountSort::Last => row.last,
        AccountSort::First => row.first,
        AccountSort::Activities => -row.activities,
        AccountSort::People => -i64::from(stands.people),
        AccountSort::Members => -i64::from(stands.members),
        AccountSort::Active => -i64::from(stands.group.active),
        AccountSort::Phase => -number(Phase::ALL, &stands.phase),
        AccountSort::Support => by_support(&stands.group),
        AccountSort::Momentum => by_momentum(row.momentum),
        // By their names themselves.
        AccountSort::Name => NEVER,
    }
}
