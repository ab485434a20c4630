//! Versions of facts: numbers that are never used twice, and the way of a row to the past. Must not know what
//! makes a version the latest one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::Result;
use crate::domain::{activity::Kind, time::Time};

/// Whom and what changed activities touch.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Who acted and who was acted upon, and whether by a role that began or ended.
    pub(super) identities: BTreeMap<u32, bool>,
    pub(super) threads: BTreeSet<u32>,
}

impl Touched {
    /// By an activity of a kind, in its new or its old version.
    pub(super) fn by(&mut self, kind: u8, of: [Option<u32>; 2], thread: Option<u32>) {
        let role = ROLES.contains(&kind);
        for identity in of.into_iter().flatten() {
            *self.identities.entry(identity).or_default() |= role;
        }
        self.threads.extend(thread);
    }

    pub(super) fn extend(&mut self, other: Self) {
        for (identity, role) in other.identities {
            *self.identities.entry(identity).or_default() |= role;
        }
        self.threads.extend(other.threads);
    }
}

/// The kinds by which roles begin and end.
const ROLES: [u8; 2] = [Kind::RoleGranted as u8, Kind::RoleRemoved as u8];

/// What left the hot tables.
#[derive(Debug, Default)]
pub(super) struct Retired {
    pub(super) touched: Touched,
    pub(super) activities: u64,
    pub(super) usable: i64,
    pub(super) records: u64,
}

/// The first key of a source and the first one after it.
pub(super) fn key_range(source: u16) -> ([u8; 2], [u8; 3]) {
    let [high, low] = source.to_be_bytes();
    match source.checked_add(1) {
        Some(next) => (source.to_be_bytes(), [next.to_be_bytes()[0], next.to_be_bytes()[1], 0]),
        None => ([high, low], [255, 255, 255]),
    }
}

/// Whether the store holds nothing of a source.
pub(super) fn is_empty(db: &Connection, source: u16) -> Result<bool> {
    let (from, to) = key_range(source);
    let sql = "SELECT NOT EXISTS(SELECT 1 FROM activity WHERE key >= ?1 AND key < ?2)
               AND NOT EXISTS(SELECT 1 FROM record WHERE key >= ?1 AND key < ?2)";
    Ok(db.prepare_cached(sql)?.query_row((&from[..], &to[..]), |row| row.get(0))?)
}

/// Moves the latest version of a row to the past: superseded, or `gone`.
pub(super) fn retire(
    db: &Connection,
    table: &str,
    seq: i64,
    now: Time,
    gone: bool,
    retired: &mut Retired,
) -> Result<()> {
    if table == "activity" {
        let mut who = db.prepare_cached(
            "SELECT identity, flag, kind, counterpart, thread FROM activity WHERE seq = ?1",
        )?;
        let mut rows = who.query([seq])?;
        let Some(row) = rows.next()? else { return Ok(()) };
        retired.touched.by(row.get(2)?, [Some(row.get(0)?), row.get(3)?], row.get(4)?);
        retired.activities += 1;
        retired.usable += i64::from(row.get::<_, i64>(1)? == 0);
    } else {
        retired.records += 1;
    }
    db.prepare_cached(&format!("INSERT INTO {table}_past SELECT *, ?2, ?3 FROM {table} WHERE seq = ?1"))?
        .execute((seq, now.0, gone))?;
    db.prepare_cached(&format!("DELETE FROM {table} WHERE seq = ?1"))?.execute([seq])?;
    Ok(())
}

/// Sequences are never used twice, also not those of versions that moved to the past.
pub(super) fn next_seq(db: &Connection, table: &str) -> Result<i64> {
    let sql = format!(
        "SELECT 1 + max(coalesce((SELECT max(seq) FROM {table}), 0), coalesce((SELECT max(seq) FROM {table}_past), 0))"
    );
    Ok(db.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
}
