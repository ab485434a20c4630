//! Identities, subjects, threads and sets of labels by number, remembered within bounds, so that a page needs no query per row. Must
//! not know what people do.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;
use crate::domain::{identity::Identity, ids::IdKey, time::Time};

/// How many identities of one source are remembered; beyond that the store is asked.
const REMEMBERED: usize = 100_000;

#[derive(Debug, Default)]
pub(super) struct Interned {
    sources: BTreeMap<u16, Known>,
    subjects: HashMap<String, i64>,
    /// By source (none where sources share them) and subject.
    threads: BTreeMap<(Option<u16>, Option<i64>), HashMap<String, u32>>,
    threads_known: usize,
    /// Whether all threads of a source or subject are in `threads`: then whatever is not there is new.
    threads_complete: BTreeMap<(Option<u16>, Option<i64>), bool>,
    labelsets: HashMap<String, u32>,
    /// `SQLite`'s count of what other connections changed; a new number means that we may be out of date.
    data_version: i64,
}

#[derive(Debug, Default)]
struct Known {
    /// Ledger number and profile by native name.
    seen: HashMap<String, (u32, u64)>,
    /// Whoever is not in `seen` is not in the store.
    complete: bool,
}

/// What interning an identity did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    New,
    Changed,
    Same,
}

impl Interned {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// To be called in every transaction before the rest: forgets all when another process has written.
    pub(super) fn refresh(&mut self, db: &Connection) -> Result<()> {
        let version = db.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if version != self.data_version {
            self.clear();
            self.data_version = version;
        }
        Ok(())
    }

    pub(super) fn subject(&mut self, db: &Connection, name: &str) -> Result<i64> {
        if let Some(number) = self.subjects.get(name) {
            return Ok(*number);
        }
        let mut find = db.prepare_cached("SELECT number FROM subject WHERE name = ?1")?;
        let number = if let Some(number) = find.query_row([name], |row| row.get(0)).optional()? {
            number
        } else {
            db.prepare_cached("INSERT INTO subject(name) VALUES(?1)")?.execute([name])?;
            db.last_insert_rowid()
        };
        if self.subjects.len() >= REMEMBERED {
            self.subjects.clear();
        }
        self.subjects.insert(name.to_owned(), number);
        Ok(number)
    }

    /// The number of a thread: a written name within a source and a subject; `shared`: within a subject that says by
    /// itself which thread is meant, so that a clone and a forge speak of the same one.
    pub(super) fn thread(
        &mut self,
        db: &Connection,
        (source, shared): (u16, bool),
        subject: Option<i64>,
        name: &str,
    ) -> Result<u32> {
        let within = (Some(source).filter(|_| !shared), subject);
        let known = self.threads.get(&within).and_then(|names| names.get(name));
        if let Some(number) = known {
            return Ok(*number);
        }
        let is_complete = if let Some(complete) = self.threads_complete.get(&within) {
            *complete
        } else {
            let mut any = db.prepare_cached(
                "SELECT NOT EXISTS(SELECT 1 FROM thread WHERE subject IS ?1 AND source = coalesce(?2, source))",
            )?;
            let none_yet = any.query_row((subject, within.0), |row| row.get(0))?;
            *self.threads_complete.entry(within).or_insert(none_yet)
        };
        let stored = if is_complete {
            None
        } else {
            db.prepare_cached(
                "SELECT number FROM thread WHERE name = ?1 AND subject IS ?2 AND source = coalesce(?3, source)",
            )?
            .query_row((name, subject, within.0), |row| row.get(0))
            .optional()?
        };
        let number = if let Some(number) = stored {
            number
        } else {
            db.prepare_cached("INSERT INTO thread(source, subject, name) VALUES(?1, ?2, ?3)")?
                .execute((source, subject, name))?;
            small(db.last_insert_rowid())
        };
        if self.threads_known >= REMEMBERED {
            self.threads.clear();
            self.threads_known = 0;
            self.threads_complete.values_mut().for_each(|complete| *complete = false);
        }
        self.threads.entry(within).or_default().insert(name.to_owned(), number);
        self.threads_known += 1;
        Ok(number)
    }

    /// The number of a set of labels, one label a line.
    pub(super) fn labelset(&mut self, db: &Connection, text: &str) -> Result<u32> {
        if let Some(number) = self.labelsets.get(text) {
            return Ok(*number);
        }
        let mut find = db.prepare_cached("SELECT number FROM labelset WHERE text = ?1")?;
        let number = if let Some(number) = find.query_row([text], |row| row.get(0)).optional()? {
            number
        } else {
            db.prepare_cached("INSERT INTO labelset(text) VALUES(?1)")?.execute([text])?;
            small(db.last_insert_rowid())
        };
        if self.labelsets.len() >= REMEMBERED {
            self.labelsets.clear();
        }
        self.labelsets.insert(text.to_owned(), number);
        Ok(number)
    }

    /// The ledger number of an identity, which is added or given a new version where need be.
    pub(super) fn identity(
        &mut self,
        db: &Connection,
        (source, name, key): (u16, &str, &IdKey),
        identity: &Identity,
        now: Time,
    ) -> Result<(u32, Change)> {
        let known = match self.sources.entry(source) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(Known::load(db, source)?),
        };
        let profile = fingerprint(identity);
        if let Some((seq, seen)) = known.seen.get_mut(&identity.native) {
            if *seen == profile || identity.is_mention() {
                return Ok((*seq, Change::Same));
            }
            *seen = profile;
            supersede(db, *seq, identity, now)?;
            return Ok((*seq, Change::Changed));
        }
        let stored = if known.complete { None } else { find(db, source, &identity.native)? };
        let (seq, change) = match stored {
            Some((seq, seen)) if seen == profile => (seq, Change::Same),
            // What is known is not remembered, so that the next profile is compared with the store's.
            Some((seq, _)) if identity.is_mention() => return Ok((seq, Change::Same)),
            Some((seq, _)) => {
                supersede(db, seq, identity, now)?;
                (seq, Change::Changed)
            }
            None => {
                let id = key.identity(name, &identity.native);
                let mut put = db.prepare_cached(
                    "INSERT INTO identity(source, native, id, known_at, name, email, handle, forge, account_id,
                                          company, bot) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?;
                let i = identity;
                put.execute(params![
                    source,
                    i.native,
                    id.0,
                    now.0,
                    i.name,
                    i.email,
                    i.handle,
                    i.forge,
                    i.account_id,
                    i.company,
                    i.bot
                ])?;
                (small(db.last_insert_rowid()), Change::New)
            }
        };
        if known.seen.len() >= REMEMBERED {
            known.seen.clear();
            known.complete = false;
        }
        known.seen.insert(identity.native.clone(), (seq, profile));
        Ok((seq, change))
    }
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Known {
    fn load(db: &Connection, source: u16) -> Result<Self> {
        let mut known = Self::default();
        let mut all = db.prepare_cached(
            "SELECT seq, native, name, email, handle, forge, account_id, company, bot FROM identity
             WHERE source = ?1 LIMIT ?2",
        )?;
        let limit = i64::try_from(REMEMBERED).unwrap_or(i64::MAX);
        let mut rows = all.query((source, limit))?;
        while let Some(row) = rows.next()? {
            let identity = profile(row, 1)?;
            known.seen.insert(identity.native.clone(), (row.get(0)?, fingerprint(&identity)));
        }
        known.complete = known.seen.len() < REMEMBERED;
        Ok(known)
    }
}

fn find(db: &Connection, source: u16, native: &str) -> Result<Option<(u32, u64)>> {
    let mut find = db.prepare_cached(
        "SELECT seq, native, name, email, handle, forge, account_id, company, bot FROM identity
         WHERE source = ?1 AND native = ?2",
    )?;
    let found = find
        .query_row((source, native), |row| Ok((row.get(0)?, fingerprint(&profile(row, 1)?))))
        .optional()?;
    Ok(found)
}

fn supersede(db: &Connection, seq: u32, identity: &Identity, now: Time) -> Result<()> {
    db.prepare_cached("INSERT INTO identity_past SELECT *, ?2 FROM identity WHERE seq = ?1")?
        .execute((seq, now.0))?;
    let mut put = db.prepare_cached(
        "UPDATE identity SET known_at = ?2, name = ?3, email = ?4, handle = ?5, forge = ?6, account_id = ?7,
                             company = ?8, bot = ?9 WHERE seq = ?1",
    )?;
    let i = identity;
    put.execute(params![seq, now.0, i.name, i.email, i.handle, i.forge, i.account_id, i.company, i.bot])?;
    Ok(())
}

/// Reads `native, name, email, handle, forge, account_id, company, bot` from column `at` on.
pub(super) fn profile(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Identity> {
    Ok(Identity {
        native: row.get(at)?,
        name: row.get(at + 1)?,
        email: row.get(at + 2)?,
        handle: row.get(at + 3)?,
        forge: row.get(at + 4)?,
        account_id: row.get(at + 5)?,
        company: row.get(at + 6)?,
        bot: row.get(at + 7)?,
    })
}

/// Only compared within one process; never stored.
fn fingerprint(i: &Identity) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&i.name, &i.email, &i.handle, &i.forge, &i.account_id, &i.company, i.bot).hash(&mut hasher);
    hasher.finish()
}
