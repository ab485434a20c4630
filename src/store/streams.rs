//! Sources and their streams: where each goes on, how complete it is known to be, and the first load of an
//! empty store. Must not know how a source is read.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Result, Store, StoreError, open::set_meta, schema::LOAD_INDEXES};
use crate::domain::{account::words, page::Step, time::Time};

words! {
    /// How a stream's last reading went. The worst of its streams is a source's.
    State { Ok = "ok", Limited = "limited", Stale = "stale", Failed = "failed" }
}

/// Where a stream goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamState {
    pub mark: Option<String>,
    /// Steps that are still to be made, oldest first, with their numbers.
    pub todo: Vec<(i64, Step)>,
    /// When the reading began that the steps belong to, or the last one, where they are none.
    pub begun: Option<Time>,
    pub covered_until: Option<Time>,
}

/// How a reading of a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub state: State,
    /// What is now known to be complete up to here; `None` leaves what was known.
    pub until: Option<Time>,
    pub checked_at: Time,
    pub error: Option<String>,
    pub hint: Option<String>,
}

/// For how many days the tag of an answer is kept that is not asked for again.
const TAGS_LAST: i64 = 90;

impl Store {
    /// The number of a source, which is added where need be.
    pub fn source(&mut self, name: &str, kind: &str) -> Result<u16> {
        self.source_in(name, kind).map_err(|error| error.at(&self.path))
    }

    fn source_in(&mut self, name: &str, kind: &str) -> Result<u16> {
        let known = self
            .db
            .query_row("SELECT number, kind FROM source WHERE name = ?1", [name], |row| {
                Ok((row.get::<_, u16>(0)?, row.get::<_, String>(1)?))
            })
            .optional()?;
        match known {
            Some((number, stored)) if stored == kind => Ok(number),
            Some((number, _)) => {
                self.db.execute("UPDATE source SET kind = ?2 WHERE number = ?1", (number, kind))?;
                Ok(number)
            }
            None => {
                self.db.execute("INSERT INTO source(name, kind) VALUES(?1, ?2)", (name, kind))?;
                u16::try_from(self.db.last_insert_rowid()).map_err(|_| StoreError::Other {
                    path: self.path.clone(),
                    detail: "more than 65535 sources in one store".to_owned(),
                })
            }
        }
    }

    /// Where a stream goes on. A stream that was never read has neither mark nor steps.
    pub fn stream(&self, source: u16, stream: &str) -> Result<StreamState> {
        self.stream_in(source, stream).map_err(|error| error.at(&self.path))
    }

    fn stream_in(&self, source: u16, stream: &str) -> Result<StreamState> {
        let found = self
            .db
            .query_row(
                "SELECT number, mark, until, begun FROM stream WHERE source = ?1 AND name = ?2",
                (source, stream),
                |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
            )
            .optional()?;
        let Some((number, mark, until, begun)) = found else { return Ok(StreamState::default()) };
        let (until, begun): (Option<i64>, Option<i64>) = (until, begun);
        let mut todo = Vec::new();
        let mut steps =
            self.db.prepare_cached("SELECT seq, step FROM todo WHERE stream = ?1 ORDER BY seq")?;
        let mut rows = steps.query([number])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(1)?;
            let value = serde_json::from_str(&text).map_err(|error| StoreError::Corrupt {
                path: self.path.clone(),
                detail: format!("a step of {stream} cannot be read: {error}"),
            })?;
            todo.push((row.get(0)?, Step(value)));
        }
        Ok(StreamState { mark, todo, begun: begun.map(Time), covered_until: until.map(Time) })
    }

    /// By which tags a host recognises answers of a stream that are applied, by the hash of their request.
    pub fn tags(&self, source: u16, stream: &str) -> Result<BTreeMap<Vec<u8>, String>> {
        let all = || -> rusqlite::Result<BTreeMap<Vec<u8>, String>> {
            let mut tags = self.db.prepare_cached(
                "SELECT t.request, t.tag FROM tag t JOIN stream s ON s.number = t.stream
                 WHERE s.source = ?1 AND s.name = ?2",
            )?;
            tags.query_map((source, stream), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        all().map_err(|error| self.fail(error))
    }

    /// Forgets the steps and tags of a stream, so that it is read from its beginning. Its mark holds until then.
    pub fn restart(&mut self, source: u16, stream: &str) -> Result<()> {
        self.restart_in(source, stream).map_err(|error| error.at(&self.path))
    }

    fn restart_in(&mut self, source: u16, stream: &str) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = number(&tx, source, stream)?;
        tx.execute("DELETE FROM todo WHERE stream = ?1", [number])?;
        tx.execute("DELETE FROM tag WHERE stream = ?1", [number])?;
        tx.execute("UPDATE stream SET pending = NULL WHERE number = ?1", [number])?;
        tx.commit()?;
        Ok(())
    }

    /// Keeps how a reading of a stream ended.
    pub fn settle(&mut self, source: u16, stream: &str, outcome: &Outcome) -> Result<()> {
        self.settle_in(source, stream, outcome).map_err(|error| error.at(&self.path))
    }

    fn settle_in(&mut self, source: u16, stream: &str, outcome: &Outcome) -> Result<()> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = number(&tx, source, stream)?;
        tx.execute(
            "UPDATE stream SET state = ?2, until = coalesce(?3, until), checked_at = ?4, error = ?5, hint = ?6
             WHERE number = ?1",
            params![
                number,
                outcome.state.text(),
                outcome.until.map(|t| t.0),
                outcome.checked_at.0,
                outcome.error,
                outcome.hint
            ],
        )?;
        tx.execute(
            "DELETE FROM tag WHERE stream = ?1 AND at < ?2",
            (number, outcome.checked_at.plus_days(-TAGS_LAST).0),
        )?;
        tx.commit()?;
        Ok(())
    }

    /// A source can be opened: what was said of one that could not be is past.
    pub fn opened(&mut self, source: u16) -> Result<()> {
        let sql = "DELETE FROM stream WHERE source = ?1 AND name = '' AND state = 'failed' AND mark IS NULL
                   AND until IS NULL";
        self.db.execute(sql, [source]).map(drop).map_err(|error| self.fail(error))
    }

    /// A source has these streams and no others: what others brought is kept, but their state and how far they
    /// are complete counts no more.
    pub fn only_streams(&mut self, source: u16, names: &[&str]) -> Result<()> {
        let sql =
            "UPDATE stream SET state = 'dropped', until = NULL, pending = NULL, error = NULL, hint = NULL
                   WHERE source = ?1 AND name NOT IN (SELECT value FROM json_each(?2))";
        let left = "DELETE FROM todo WHERE stream IN (
                        SELECT number FROM stream WHERE source = ?1 AND state = 'dropped')";
        let names = serde_json::json!(names).to_string();
        let drop_all = || {
            self.db.execute(sql, (source, names))?;
            self.db.execute(left, [source])
        };
        drop_all().map(drop).map_err(|error| self.fail(error))
    }

    /// Says that much is about to come. In an empty store the hot table's indexes are then built when all
    /// is there; in any other nothing changes. `true` when the load is such a one.
    pub fn begin_load(&mut self) -> Result<bool> {
        self.begin_load_in().map_err(|error| error.at(&self.path))
    }

    fn begin_load_in(&mut self) -> Result<bool> {
        let any = "SELECT EXISTS(SELECT 1 FROM activity) OR EXISTS(SELECT 1 FROM activity_past)
                   OR EXISTS(SELECT 1 FROM record)";
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if tx.query_row(any, [], |row| row.get(0))? {
            return Ok(false);
        }
        for (name, _) in LOAD_INDEXES {
            tx.execute_batch(&format!("DROP INDEX IF EXISTS {name}"))?;
        }
        set_meta(&tx, "loading", 1)?;
        tx.commit()?;
        self.loading = true;
        Ok(true)
    }

    /// Builds the indexes that [`Self::begin_load`] left out. The next opening does it where a load was cut.
    pub fn finish_load(&mut self) -> Result<()> {
        self.finish_load_in().map_err(|error| error.at(&self.path))
    }

    fn finish_load_in(&mut self) -> Result<()> {
        if !self.loading {
            return Ok(());
        }
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (_, sql) in LOAD_INDEXES {
            match tx.execute_batch(sql) {
                Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                    drop_repeats(&tx)?;
                    tx.execute_batch(sql)?;
                }
                other => other?,
            }
        }
        set_meta(&tx, "loading", 0)?;
        tx.commit()?;
        self.loading = false;
        Ok(())
    }
}

/// A key that came twice in a load that checked nothing: the later one counts, the earlier is its past.
fn drop_repeats(db: &Connection) -> Result<()> {
    db.execute_batch(
        "CREATE TEMP TABLE repeated AS SELECT seq, source, flag, latest_known FROM (
             SELECT seq, source, flag, max(seq) OVER w AS latest, last_value(known_at) OVER w AS latest_known
             FROM activity WINDOW w AS (PARTITION BY key ORDER BY seq
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
             WHERE seq < latest;
         INSERT INTO activity_past SELECT a.*, r.latest_known, 0 FROM activity a JOIN temp.repeated r USING(seq);
         DELETE FROM activity WHERE seq IN (SELECT seq FROM temp.repeated);
         UPDATE source SET activities = activities -
             (SELECT count(*) FROM temp.repeated r WHERE r.source = number AND r.flag = 0);
         DROP TABLE temp.repeated;",
    )?;
    Ok(())
}

/// The number of a stream, which is added where need be.
pub(super) fn number(db: &Connection, source: u16, stream: &str) -> Result<i64> {
    let mut find = db.prepare_cached("SELECT number FROM stream WHERE source = ?1 AND name = ?2")?;
    if let Some(number) = find.query_row((source, stream), |row| row.get(0)).optional()? {
        return Ok(number);
    }
    db.execute("INSERT INTO stream(source, name) VALUES(?1, ?2)", (source, stream))?;
    Ok(db.last_insert_rowid())
}
