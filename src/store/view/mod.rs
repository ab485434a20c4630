//! Reading: one read-only connection that answers questions and never waits for the writer. Must not know who
//! asks; must never write.

mod account;
mod accounts;
mod activities;
mod causes;
mod change;
mod export;
mod filter;
mod found;
mod members;
mod names;
mod past;
mod people;
mod people_then;
mod person;
mod resolve;
mod then;
mod weeks;
mod window;

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, InterruptHandle, OpenFlags};

pub(super) use activities::{ROW as ACTIVITY, read as read_activity};
pub use export::Doctor;

use super::{
    Result, StoreError, decisions, open,
    open::{check, meta},
};
use crate::domain::{
    decision::Decision,
    query::{Overview, SourceRow},
    time::Time,
};

/// A read-only connection. Any number of them, on any threads, one thread each.
pub struct View {
    db: Connection,
    path: PathBuf,
    names: RefCell<names::Cache>,
    /// What the filtered list that was last asked for holds.
    found: RefCell<Option<found::Found>>,
    then: then::Cache,
}

impl std::fmt::Debug for View {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("path", &self.path).finish_non_exhaustive()
    }
}

impl View {
    /// Opens a store that a [`Store`](super::Store) has made; it never makes or changes one.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        check(path)?;
        let view = Self::open_in(path).map_err(|error| error.at(path))?;
        let version = view.db.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0));
        let (found, known) = (version.map_err(|e| view.fail(e))?, open::version());
        // Whoever began to make it was stopped before it was one.
        if found == 0 {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        if found < known {
            return Err(StoreError::Older { path: path.to_owned(), found, known });
        }
        Ok(view)
    }

    fn open_in(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(std::time::Duration::from_secs(2))?;
        db.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA query_only = ON; PRAGMA cache_size = -2000;")?;
        open::stable_plans(&db)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(Self {
            db,
            path: path.to_owned(),
            names: RefCell::default(),
            found: RefCell::default(),
            then: then::Cache::default(),
        })
    }

    /// Cuts the question short that is being answered on another thread; it then fails as
    /// [`StoreError::Interrupted`].
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.db.get_interrupt_handle()
    }

    /// What the ledger reads from.
    pub(super) fn connection(&self) -> (&Connection, &Path) {
        (&self.db, &self.path)
    }

    fn fail(&self, error: impl Into<StoreError>) -> StoreError {
        error.into().at(&self.path)
    }

    fn figure(&self, key: &str) -> Result<u64> {
        Ok(meta(&self.db, key).map_err(|e| self.fail(e))?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
    }

    pub fn overview(&self) -> Result<Overview> {
        let (activities, synced_at, covered, dirty, sample): (i64, Option<i64>, Option<i64>, bool, bool) =
            self.db
                .prepare_cached(
                    "SELECT (SELECT coalesce(sum(activities), 0) FROM source),
                        (SELECT max(checked_at) FROM stream), (SELECT min(until) FROM stream),
                        EXISTS(SELECT 1 FROM dirty), EXISTS(SELECT 1 FROM source WHERE kind = 'demo')",
                )
                .and_then(|mut ask| {
                    ask.query_row([], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                    })
                })
                .map_err(|e| self.fail(e))?;
        Ok(Overview {
            accounts: self.figure("accounts")?,
            shown: self.figure("shown")?,
            people: self.figure("people")?,
            activities: positive(activities),
            synced_at: synced_at.map(Time),
            covered_until: covered.map(Time),
            version: self.figure("version")?,
            stale: dirty || self.figure("rest")? == 1 || self.figure("decided")? == 1,
            sample,
        })
    }

    /// Every source, by name, in the state of its worst stream.
    pub fn sources(&self) -> Result<Vec<SourceRow>> {
        self.sources_in().map_err(|e| self.fail(e))
    }

    fn sources_in(&self) -> rusqlite::Result<Vec<SourceRow>> {
        let mut all = self.db.prepare_cached(
            "SELECT s.name, s.kind, s.activities, w.state, (SELECT max(checked_at) FROM stream WHERE source = s.number),
                    (SELECT CASE WHEN count(*) = count(until) THEN min(until) END FROM stream
                     WHERE source = s.number AND state IS NOT 'dropped'), w.error, w.hint,
                    (SELECT count(*) FROM skipped k JOIN stream t ON t.number = k.stream WHERE t.source = s.number)
             FROM source s LEFT JOIN stream w ON w.number = (
                 SELECT number FROM stream WHERE source = s.number AND state IS NOT 'dropped'
                 ORDER BY CASE state WHEN 'failed' THEN 0 WHEN 'stale' THEN 1 WHEN 'limited' THEN 2 WHEN 'ok' THEN 4
                     ELSE 3 END, name
                 LIMIT 1)
             ORDER BY s.name",
        )?;
        all.query_map([], |row| {
            let unread: i64 = row.get(8)?;
            let note = (unread > 0).then(|| format!("{unread} rows could not be read"));
            let way = note.is_some().then(|| "`buyin doctor` names them".to_owned());
            let error: Option<String> = row.get(6)?;
            let hint = if error.is_some() { row.get(7)? } else { way };
            Ok(SourceRow {
                name: row.get(0)?,
                kind: row.get(1)?,
                activities: positive(row.get(2)?),
                // A source that was never read to an end is known to be complete up to nothing.
                state: row.get::<_, Option<String>>(3)?.unwrap_or_else(|| "stale".to_owned()),
                synced_at: row.get::<_, Option<i64>>(4)?.map(Time),
                covered_until: row.get::<_, Option<i64>>(5)?.map(Time),
                error: error.or(note),
                hint,
            })
        })?
        .collect()
    }

    /// Every decision in the order in which they were made.
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        decisions::all(&self.db).map_err(|e| self.fail(e))
    }

    /// The decisions that hold: what was undone is as if it had never been.
    fn in_force(&self) -> Result<Vec<Decision>> {
        Ok(self.decisions()?.into_iter().filter(|decision| decision.undone_by.is_none()).collect())
    }

    /// The settings in force: their hash and what was adopted.
    pub fn adopted(&self) -> Result<Option<(String, String)>> {
        decisions::adopted(&self.db).map_err(|e| self.fail(e))
    }
}

/// A count as it is shown; the store keeps counts signed, and sort keys negated.
fn positive(number: i64) -> u64 {
    number.unsigned_abs()
}

/// A time from a sort key.
fn moment(key: i64) -> Option<Time> {
    (key != super::derived::NEVER).then_some(Time(key.saturating_neg()))
}

/// A word from its number; a number of another version of the list falls back to the last word.
fn word<T: Copy>(all: &[T], number: i64) -> T {
    usize::try_from(number).ok().and_then(|at| all.get(at)).copied().unwrap_or(all[all.len() - 1])
}

fn small(number: i64) -> u32 {
    u32::try_from(number.unsigned_abs()).unwrap_or(u32::MAX)
}
