//! Versions of facts: numbers that are never used twice, and the way of a row to the past. Must not know what
//! makes a version the latest one.

use rusqlite::Connection;

use super::Result;
use crate::domain::time::Time;

/// What left the hot tables.
#[derive(Debug, Default)]
pub(super) struct Retired {
    pub(super) identities: Vec<u32>,
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
        let mut who = db.prepare_cached("SELECT identity, flag FROM activity WHERE seq = ?1")?;
        let (identity, flag) = who.query_row([seq], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        retired.identities.push(identity);
        retired.activities += 1;
        retired.usable += i64::from(flag == 0);
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
