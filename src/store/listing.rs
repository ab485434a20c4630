//! Full listings: which keys a listing has brought, and what is gone when it is complete. Must not know
//! what the keys stand for. A listing that is cut, fails or is not seen from its first page infers nothing.

use rusqlite::Connection;

use super::{
    Result,
    versions::{Retired, key_range, retire},
};
use crate::domain::{page::Listing, time::Time};

/// How far a full listing has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// The source held nothing when it began: nothing can be gone.
    Fresh,
    /// Its keys are kept in a temporary table.
    Collecting,
}

/// What a page of a listing adds to it.
pub(super) fn advance(
    db: &Connection,
    stream: i64,
    listing: Listing,
    progress: Option<Progress>,
    empty: bool,
) -> Result<Option<Progress>> {
    if !matches!(listing, Listing::First | Listing::Whole) {
        return Ok(progress);
    }
    db.prepare_cached("DELETE FROM skipped WHERE stream = ?1")?.execute([stream])?;
    if empty {
        return Ok(Some(Progress::Fresh));
    }
    db.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS seen(stream INTEGER, key BLOB, PRIMARY KEY(stream, key)) WITHOUT ROWID",
    )?;
    db.prepare_cached("DELETE FROM temp.seen WHERE stream = ?1")?.execute([stream])?;
    Ok(Some(Progress::Collecting))
}

/// Remembers the (prefixed) keys of a page.
pub(super) fn remember(db: &Connection, stream: i64, key: &[u8]) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO temp.seen VALUES(?1, ?2)")?.execute((stream, key))?;
    Ok(())
}

/// Retires what the stream held before and the complete listing did not bring; gives the identities that
/// this touches and how many rows are gone, usable activities first.
pub(super) fn close(db: &Connection, source: u16, stream: i64, now: Time) -> Result<Retired> {
    let (from, to) = key_range(source);
    let mut retired = Retired::default();
    for table in ["activity", "record"] {
        let sql = format!(
            "SELECT seq FROM {table} WHERE key >= ?1 AND key < ?2
             AND NOT EXISTS(SELECT 1 FROM temp.seen s WHERE s.stream = ?3 AND s.key = {table}.key)
             AND stream = ?3 ORDER BY seq"
        );
        let mut missing = db.prepare_cached(&sql)?;
        let found: Vec<i64> = missing
            .query_map((&from[..], &to[..], stream), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for seq in found {
            retire(db, table, seq, now, true, &mut retired)?;
        }
    }
    db.prepare_cached("DELETE FROM temp.seen WHERE stream = ?1")?.execute([stream])?;
    Ok(retired)
}
