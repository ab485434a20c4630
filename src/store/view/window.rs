//! Pages of ordered lists: keyset queries in both directions over one or more lanes of an index, merged. Must
//! not know what is listed. Every order is ascending by (key, tie).

use std::cmp::Ordering;

use rusqlite::{
    Connection, Row, params_from_iter,
    types::{Value, ValueRef},
};

use crate::domain::query::{At, Cursor, Slice, SortValue, Window};

/// A condition with its bound values, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Clause {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

/// An ordered list in SQL.
pub(super) struct List<'a> {
    pub(super) from: &'a str,
    /// The first column of the index, and which of its values are wanted.
    pub(super) lane: &'a str,
    pub(super) lanes: &'a [i64],
    pub(super) key: &'a str,
    /// The id of the row.
    pub(super) tie: &'a str,
    pub(super) filter: &'a Clause,
}

/// The id of a row.
pub(super) type Id = [u8; 10];

/// Which side of a cursor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    From,
    After,
}

impl List<'_> {
    /// The ids of a page, each with its place.
    pub(super) fn page(&self, db: &Connection, window: &Window) -> rusqlite::Result<Slice<Id>> {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX).max(1);
        let bound = match &window.at {
            At::First | At::Last => None,
            At::After(cursor) => Some((Side::After, cursor)),
            At::From(cursor) => Some((Side::From, cursor)),
            At::Before(cursor) => Some((Side::Before, cursor)),
        };
        let backward = matches!(window.at, At::Last | At::Before(_));
        let mut rows = self.fetch(db, bound, backward, limit.saturating_add(1))?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        if backward {
            rows.reverse();
        }
        let beyond = |side, from: &Cursor| {
            let found = self.fetch(db, Some((side, from)), side == Side::Before, 1)?;
            Ok::<_, rusqlite::Error>(!found.is_empty())
        };
        let (at_start, at_end) = match (&window.at, rows.first(), rows.last()) {
            (At::First, ..) => (true, !more),
            (At::Last, ..) => (!more, true),
            (At::After(_) | At::From(_), Some(first), _) => (!beyond(Side::Before, first)?, !more),
            (At::Before(_), _, Some(last)) => (!more, !beyond(Side::After, last)?),
            (At::After(cursor) | At::From(cursor), ..) => {
                (!beyond(Side::Before, cursor)? && !beyond(Side::From, cursor)?, true)
            }
            (At::Before(cursor), ..) => (true, !beyond(Side::From, cursor)?),
        };
        let rows = rows.into_iter().map(|cursor| (cursor.clone(), id(&cursor))).collect();
        Ok(Slice { rows, at_start, at_end, total: None })
    }

    fn fetch(
        &self,
        db: &Connection,
        bound: Option<(Side, &Cursor)>,
        backward: bool,
        limit: usize,
    ) -> rusqlite::Result<Vec<Cursor>> {
        let mut found = Vec::new();
        for lane in self.lanes {
            self.fetch_lane(db, *lane, bound, backward, limit, &mut found)?;
        }
        if self.lanes.len() > 1 {
            found.sort_by(|a, b| if backward { compare(b, a) } else { compare(a, b) });
            found.truncate(limit);
        }
        Ok(found)
    }

    fn fetch_lane(
        &self,
        db: &Connection,
        lane: i64,
        bound: Option<(Side, &Cursor)>,
        backward: bool,
        limit: usize,
        found: &mut Vec<Cursor>,
    ) -> rusqlite::Result<()> {
        let Self { from, lane: column, key, tie, filter, .. } = self;
        let mut sql = format!("SELECT {key}, {tie} FROM {from} WHERE {column} = ?");
        let mut values = vec![Value::Integer(lane)];
        if let Some((side, cursor)) = bound {
            let sign = match side {
                Side::Before => "<",
                Side::From => ">=",
                Side::After => ">",
            };
            sql.extend([" AND (", key, ", ", tie, ") ", sign, " (?, ?)"]);
            values.extend([value(&cursor.value), value(&cursor.tie)]);
        }
        sql.push_str(&filter.sql);
        values.extend(filter.values.iter().cloned());
        let order = if backward { "DESC" } else { "ASC" };
        sql.extend([" ORDER BY ", key, " ", order, ", ", tie, " ", order, " LIMIT ?"]);
        values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let mut ask = db.prepare_cached(&sql)?;
        let mut rows = ask.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            found.push(cursor(row)?);
        }
        Ok(())
    }

    /// Counts the rows and gives their places, in order, if they are at most `most`. Reads the whole table, from
    /// front to back, or what the filter itself finds by an index.
    pub(super) fn gather(
        &self,
        db: &Connection,
        most: usize,
    ) -> rusqlite::Result<(u64, Option<Vec<Cursor>>)> {
        let Self { from, key, tie, filter, .. } = self;
        let lane = self.lane_in();
        let sql = format!("SELECT {key}, {tie} FROM {from} WHERE {lane}{}", filter.sql);
        let mut ask = db.prepare_cached(&sql)?;
        let mut rows = ask.query(params_from_iter(filter.values.iter()))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            if found.len() == most {
                return Ok((self.count(db)?, None));
            }
            found.push(cursor(row)?);
        }
        found.sort_by(compare);
        Ok((found.len() as u64, Some(found)))
    }

    /// The condition on the lanes, so that no index of an order is taken for it.
    fn lane_in(&self) -> String {
        let lanes: Vec<String> = self.lanes.iter().map(ToString::to_string).collect();
        format!("+{} IN ({})", self.lane, lanes.join(","))
    }

    /// How many rows the list has.
    pub(super) fn count(&self, db: &Connection) -> rusqlite::Result<u64> {
        let Self { from, filter, .. } = self;
        let sql = format!("SELECT count(*) FROM {from} WHERE {}{}", self.lane_in(), filter.sql);
        let mut ask = db.prepare_cached(&sql)?;
        let count: i64 = ask.query_row(params_from_iter(filter.values.iter()), |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }
}

/// Reads `key, tie`.
fn cursor(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    Ok(Cursor { value: sort_value(row.get_ref(0)?), tie: sort_value(row.get_ref(1)?) })
}

/// The id that breaks ties.
pub(super) fn id(cursor: &Cursor) -> Id {
    match &cursor.tie {
        SortValue::Bytes(bytes) => bytes.as_slice().try_into().unwrap_or_default(),
        SortValue::Number(_) | SortValue::Text(_) => Id::default(),
    }
}

fn value(value: &SortValue) -> Value {
    match value {
        SortValue::Number(number) => Value::Integer(*number),
        SortValue::Text(text) => Value::Text(text.clone()),
        SortValue::Bytes(bytes) => Value::Blob(bytes.clone()),
    }
}

fn sort_value(value: ValueRef<'_>) -> SortValue {
    match value {
        ValueRef::Integer(number) => SortValue::Number(number),
        ValueRef::Text(text) => SortValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => SortValue::Bytes(bytes.to_vec()),
        ValueRef::Null | ValueRef::Real(_) => SortValue::Number(i64::MIN),
    }
}

/// As `SQLite` orders: numbers, then text, then bytes, each by its bytes.
pub(super) fn compare(a: &Cursor, b: &Cursor) -> Ordering {
    let one = |a: &SortValue, b: &SortValue| match (a, b) {
        (SortValue::Number(a), SortValue::Number(b)) => a.cmp(b),
        (SortValue::Text(a), SortValue::Text(b)) => a.cmp(b),
        (SortValue::Bytes(a), SortValue::Bytes(b)) => a.cmp(b),
        (SortValue::Number(_), _) | (SortValue::Text(_), SortValue::Bytes(_)) => Ordering::Less,
        _ => Ordering::Greater,
    };
    one(&a.value, &b.value).then_with(|| one(&a.tie, &b.tie))
}

/// A page of rows that are already in memory and in order.
pub(super) fn slice<T: Clone>(rows: &[T], window: &Window, cursor_of: &dyn Fn(&T) -> Cursor) -> Slice<T> {
    let limit = usize::try_from(window.limit).unwrap_or(usize::MAX).max(1);
    let place = |cursor: &Cursor, past: bool| {
        rows.partition_point(|row| match compare(&cursor_of(row), cursor) {
            Ordering::Less => true,
            Ordering::Equal => past,
            Ordering::Greater => false,
        })
    };
    let (from, to) = match &window.at {
        At::First => (0, limit.min(rows.len())),
        At::Last => (rows.len().saturating_sub(limit), rows.len()),
        At::After(cursor) => (place(cursor, true), rows.len().min(place(cursor, true).saturating_add(limit))),
        At::From(cursor) => {
            (place(cursor, false), rows.len().min(place(cursor, false).saturating_add(limit)))
        }
        At::Before(cursor) => (place(cursor, false).saturating_sub(limit), place(cursor, false)),
    };
    Slice {
        rows: rows[from..to].iter().map(|row| (cursor_of(row), row.clone())).collect(),
        at_start: from == 0,
        at_end: to == rows.len(),
        total: u64::try_from(rows.len()).ok(),
    }
}
