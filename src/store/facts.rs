//! The facts as the engine reads them, all in ledger order: identities, records, what changed, and the
//! activities in the order of the fold. Must not know what is concluded from them.

use rusqlite::Connection;

use super::{Result, Store, StoreError, intern::profile, open::set_meta};
use crate::domain::{activity::Kind, identity::KnownIdentity, ids::IdentityId, record::Record, time::Time};

/// What changed since the last derivation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dirty {
    /// Ledger numbers of identities who act in, or are acted upon by, new, changed or gone activities (in the old
    /// version or the new one), ascending.
    pub identities: Vec<u32>,
    /// Those of them whose roles may have changed, ascending.
    pub roles: Vec<u32>,
    /// Numbers of the threads of these activities, ascending.
    pub threads: Vec<u32>,
    /// Decisions were made or undone that only say where somebody stands: nobody becomes another by them.
    pub decided: bool,
    /// Anything else but activities changed: identities, records, other decisions, settings.
    pub rest: bool,
    /// Of the store, when this was read: every write of the ledgers is a new version.
    pub version: i64,
}

impl Dirty {
    pub fn is_empty(&self) -> bool {
        !self.rest && !self.decided && self.identities.is_empty() && self.threads.is_empty()
    }
}

/// A usable activity as the fold sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doing {
    pub at: Time,
    /// The ledger's sequence: the tie-break between activities of one second.
    pub seq: i64,
    /// Ledger number of the identity that acted.
    pub identity: u32,
    pub kind: Kind,
}

impl Store {
    /// Every identity with its latest profile.
    pub fn identities(&self) -> Result<Vec<KnownIdentity>> {
        let mut all = self
            .db
            .prepare_cached(
                "SELECT seq, id, source, native, name, email, handle, forge, account_id, company, bot
                 FROM identity ORDER BY seq",
            )
            .map_err(|e| self.fail(e))?;
        let rows = all
            .query_map([], |row| {
                Ok(KnownIdentity {
                    seq: row.get(0)?,
                    id: IdentityId(row.get(1)?),
                    source: row.get(2)?,
                    profile: profile(row, 3)?,
                })
            })
            .map_err(|e| self.fail(e))?;
        rows.collect::<rusqlite::Result<_>>().map_err(|e| self.fail(e))
    }

    /// Every record that counts: the source's number, the source's own key, the latest version.
    pub fn records(&self) -> Result<Vec<(u16, Vec<u8>, Record)>> {
        self.records_in().map_err(|error| error.at(&self.path))
    }

    fn records_in(&self) -> Result<Vec<(u16, Vec<u8>, Record)>> {
        let mut all =
            self.db.prepare_cached("SELECT source, substr(key, 3), body FROM record ORDER BY seq")?;
        let mut rows = all.query([])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let body: String = row.get(2)?;
            let record = serde_json::from_str(&body).map_err(|error| StoreError::Corrupt {
                path: self.path.clone(),
                detail: format!("a record cannot be read: {error}"),
            })?;
            records.push((row.get(0)?, row.get(1)?, record));
        }
        Ok(records)
    }

    /// The name of every source, by its number.
    pub fn source_names(&self) -> Result<Vec<(u16, String)>> {
        let read = || {
            let mut all = self.db.prepare_cached("SELECT number, name FROM source ORDER BY number")?;
            all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|e| self.fail(e))
    }

    /// What changed since the last derivation.
    pub fn dirty(&self) -> Result<Dirty> {
        let read = |sql: &str| {
            let read = || -> rusqlite::Result<Vec<u32>> {
                self.db.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect()
            };
            read().map_err(|e| self.fail(e))
        };
        // First: what is written meanwhile makes it an old one.
        let version = self.meta("version")?.unwrap_or(0);
        Ok(Dirty {
            identities: read("SELECT identity FROM dirty ORDER BY identity")?,
            roles: read("SELECT identity FROM dirty WHERE role <> 0 ORDER BY identity")?,
            threads: read("SELECT thread FROM dirty_thread ORDER BY thread")?,
            decided: self.meta("decided")? == Some(1),
            rest: self.meta("rest")? == Some(1),
            version,
        })
    }

    /// Has everything derived anew next time, also when nothing changed: other settings, another engine.
    pub fn soil(&mut self) -> Result<()> {
        set_meta(&self.db, "rest", 1).map_err(|error| error.at(&self.path))
    }

    /// The usable activities of some identities, oldest first; read from the covering index alone.
    pub fn activities_of(&self, identities: &[u32], f: &mut dyn FnMut(Doing)) -> Result<()> {
        activities_of(&self.db, identities, f).map_err(|e| self.fail(e))
    }

    /// The usable activities of all, by identity and then oldest first, without holding them in memory.
    pub fn sweep(&self, f: &mut dyn FnMut(Doing)) -> Result<()> {
        sweep(&self.db, f).map_err(|e| self.fail(e))
    }
}

pub(super) fn activities_of(
    db: &Connection,
    identities: &[u32],
    f: &mut dyn FnMut(Doing),
) -> rusqlite::Result<()> {
    let mut doings = Vec::new();
    for identity in identities {
        read(db, "identity = ?1", [identity], &mut |doing| doings.push(doing))?;
    }
    doings.sort_unstable();
    doings.into_iter().for_each(f);
    Ok(())
}

pub(super) fn sweep(db: &Connection, f: &mut dyn FnMut(Doing)) -> rusqlite::Result<()> {
    // The index orders by time only; what happened in one second is put into the ledger's order here.
    let mut second: Vec<Doing> = Vec::new();
    read(db, "1", [], &mut |doing| {
        if second.last().is_some_and(|last| (last.identity, last.at) != (doing.identity, doing.at)) {
            second.sort_unstable();
            second.drain(..).for_each(&mut *f);
        }
        second.push(doing);
    })?;
    second.sort_unstable();
    second.into_iter().for_each(f);
    Ok(())
}

fn read(
    db: &Connection,
    which: &str,
    bound: impl rusqlite::Params,
    f: &mut dyn FnMut(Doing),
) -> rusqlite::Result<()> {
    let mut all = db.prepare_cached(&format!(
        "SELECT at, seq, identity, kind FROM activity WHERE flag = 0 AND {which} ORDER BY identity, at"
    ))?;
    let mut rows = all.query(bound)?;
    while let Some(row) = rows.next()? {
        // A kind of a later version of the list is no kind that this engine knows.
        if let Some(kind) = Kind::from_number(row.get(3)?) {
            f(Doing { at: Time(row.get(0)?), seq: row.get(1)?, identity: row.get(2)?, kind });
        }
    }
    Ok(())
}
