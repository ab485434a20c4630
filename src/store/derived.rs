//! Writing what the engine concluded: people, their memberships, accounts and their tallies, in one
//! transaction that readers see whole or not at all. Must not know how anything was concluded.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{
    Doing, Ledger, Result, Store, StoreError, facts,
    open::{meta, set_meta},
    schema::{DERIVED, DERIVED_INDEXES},
    tallies::{self, Changes},
};
use crate::domain::{
    derived::AccountParts,
    ids::{AccountId, IdKey, PersonId},
    journey::Group,
    text,
    time::Time,
};

/// The sort key of what has no time: behind everything.
pub(super) const NEVER: i64 = i64::MAX;

/// A derivation under way. Dropped before [`Self::finish`], it leaves everything as it was.
///
/// First [`Self::accounts`], then persons, then [`Self::count`], then journeys, last those of accounts. Only what
/// changed needs to be put; what is not put stays. Through [`Self::ledger`] it reads what it has written.
pub struct Deriving<'a> {
    pub(super) tx: Transaction<'a>,
    pub(super) path: &'a Path,
    key: &'a IdKey,
    pub(super) work: RefCell<Work>,
    /// Nobody was there before: the indexes are built at the end.
    pub(super) fresh: bool,
}

#[derive(Default)]
pub(super) struct Work {
    pub(super) accounts: Vec<AccountId>,
    ceased: BTreeSet<AccountId>,
    /// Accounts whose tallies are to be counted anew.
    pub(super) touched: BTreeSet<AccountId>,
    /// Accounts whose people's interests changed.
    pub(super) interested: BTreeSet<AccountId>,
    pub(super) changes: Changes,
    pub(super) humans: i64,
    /// Members are found by their account.
    members_indexed: bool,
}

impl Store {
    /// Begins to write conclusions.
    pub fn derive(&mut self) -> Result<Deriving<'_>> {
        let Self { db, path, key, .. } = self;
        begin(db, path, key).map_err(|error| error.at(path))
    }

    /// The fingerprint of every person as it was last put.
    pub fn fingerprints(&self) -> Result<BTreeMap<PersonId, u64>> {
        fingerprints(&self.db).map_err(|e| self.fail(e))
    }

    /// Throws away everything derived; the ledgers stay.
    pub fn clear_derived(&mut self) -> Result<()> {
        let clear = || {
            let tx = self.db.unchecked_transaction()?;
            for (table, ..) in DERIVED {
                tx.execute_batch(&format!("DELETE FROM {table}"))?;
            }
            for key in ["accounts", "shown", "people"] {
                set_meta(&tx, key, 0)?;
            }
            set_meta(&tx, "rest", 1)?;
            set_meta(&tx, "version", meta(&tx, "version")?.unwrap_or(0) + 1)?;
            tx.commit()?;
            Ok::<_, StoreError>(())
        };
        clear().map_err(|error| error.at(&self.path))
    }
}

fn begin<'a>(db: &'a mut Connection, path: &'a Path, key: &'a IdKey) -> Result<Deriving<'a>> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sql = "SELECT NOT EXISTS(SELECT 1 FROM person) AND NOT EXISTS(SELECT 1 FROM account)";
    let fresh = tx.query_row(sql, [], |row| row.get(0))?;
    if fresh {
        for (name, _) in DERIVED_INDEXES.iter().filter(|(name, _)| *name != BY_PERSON) {
            tx.execute_batch(&format!("DROP INDEX IF EXISTS {name}"))?;
        }
    }
    Ok(Deriving { tx, path, key, work: RefCell::default(), fresh })
}

fn fingerprints(db: &Connection) -> rusqlite::Result<BTreeMap<PersonId, u64>> {
    let mut all = db.prepare_cached("SELECT id, fingerprint FROM person ORDER BY id")?;
    all.query_map([], |row| Ok((PersonId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned())))?.collect()
}

/// Where rows of an account are kept, beside what is counted.
const OF_ACCOUNT: [&str; 5] = [
    "account WHERE id",
    "account_domain WHERE account",
    "account_span WHERE account",
    "handshake WHERE account",
    "account_interest WHERE account",
];

/// Persons are put in the order of this index, and it is asked while they are: it is never left out.
const BY_PERSON: &str = "person_identity_person";

/// The number that the store keeps for a word: its place in the list of all of them.
pub(super) fn number<T: PartialEq>(all: &[T], word: &T) -> i64 {
    let place = all.iter().position(|known| known == word);
    place.and_then(|place| i64::try_from(place).ok()).unwrap_or(-1)
}

impl Deriving<'_> {
    /// See [`Store::fingerprints`].
    pub fn fingerprints(&self) -> Result<BTreeMap<PersonId, u64>> {
        fingerprints(&self.tx).map_err(|e| self.fail(e))
    }

    /// Reads facts, and what has been concluded so far.
    pub fn ledger(&self) -> Ledger<'_> {
        Ledger { db: &self.tx, path: self.path }
    }

    /// The version of the store. Nobody else writes while this derivation is under way.
    pub fn version(&self) -> Result<i64> {
        Ok(meta(&self.tx, "version").map_err(|error| error.at(self.path))?.unwrap_or(0))
    }

    /// See [`Store::activities_of`].
    pub fn activities_of(&self, identities: &[u32], f: &mut dyn FnMut(Doing)) -> Result<()> {
        facts::activities_of(&self.tx, identities, f).map_err(|e| self.fail(e))
    }

    /// See [`Store::sweep`].
    pub fn sweep(&self, f: &mut dyn FnMut(Doing)) -> Result<()> {
        facts::sweep(&self.tx, f).map_err(|e| self.fail(e))
    }

    /// Replaces the set of accounts: spans name them by their place here. Accounts that are not among them
    /// cease to be.
    pub fn accounts(&self, accounts: &[AccountParts]) -> Result<()> {
        self.accounts_in(accounts).map_err(|e| self.fail(e))
    }

    fn accounts_in(&self, accounts: &[AccountParts]) -> rusqlite::Result<()> {
        let mut all = self.tx.prepare_cached("SELECT id, fingerprint FROM account")?;
        let mut known: BTreeMap<AccountId, i64> = all
            .query_map([], |row| Ok((AccountId(row.get(0)?), row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        // Sorted, so that the tables are filled from front to back.
        let mut order: Vec<&AccountParts> = accounts.iter().collect();
        order.sort_by_key(|parts| parts.id);
        for parts in order {
            let fingerprint = fingerprint(parts);
            match known.remove(&parts.id) {
                Some(before) if before == fingerprint => {}
                before => {
                    self.account(parts, fingerprint, before.is_some())?;
                    self.work.borrow_mut().touched.insert(parts.id);
                }
            }
        }
        for id in known.keys() {
            for table in OF_ACCOUNT {
                self.tx.prepare_cached(&format!("DELETE FROM {table} = ?1"))?.execute([id.0])?;
            }
        }
        let mut work = self.work.borrow_mut();
        work.ceased.extend(known.into_keys());
        work.accounts = accounts.iter().map(|parts| parts.id).collect();
        Ok(())
    }

    fn account(&self, parts: &AccountParts, fingerprint: i64, known: bool) -> rusqlite::Result<()> {
        let sql = if known {
            self.tx.prepare_cached("DELETE FROM account_domain WHERE account = ?1")?.execute([parts.id.0])?;
            "UPDATE account SET name = ?2, domains = ?3, relation = ?4, owner = ?5, confirmed = ?6, shown = ?7,
                 by_name = ?8, fingerprint = ?9 WHERE id = ?1"
        } else {
            "INSERT INTO account(id, name, domains, relation, owner, confirmed, shown, by_name, fingerprint,
                     by_last, by_first, by_members, by_people, by_activities, phase, customer, state, active, skeptic,
                 blocker, teacher, guide, go_getter, other, support, shakes, zones, by_phase, by_support,
                 by_momentum, by_active)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                    0, ?11, ?10, 0)"
        };
        let shown = parts.confirmed && parts.relation.is_market();
        let mut put = self.tx.prepare_cached(sql)?;
        let relation = number(crate::domain::account::Relation::ALL, &parts.relation);
        let (domains, by_name) = (parts.domains.join("\n"), text::fold(&parts.name));
        let (id, name, owner, confirmed) = (parts.id.0, &parts.name, &parts.owner, parts.confirmed);
        if known {
            put.execute(params![id, name, domains, relation, owner, confirmed, shown, by_name, fingerprint])?;
        } else {
            put.execute(params![
                id,
                name,
                domains,
                relation,
                owner,
                confirmed,
                shown,
                by_name,
                fingerprint,
                NEVER,
                super::groups::by_support(&Group::default())
            ])?;
        }
        let mut put = self.tx.prepare_cached("INSERT OR REPLACE INTO account_domain VALUES(?1, ?2, ?3)")?;
        for domain in &parts.domains {
            put.execute((self.key.account(domain).0, parts.id.0, domain))?;
        }
        Ok(())
    }

    /// Counts the accounts that the persons put so far touch. From then on members are found by their account and
    /// newcomers by their first thread, and weeks and days can be asked. Gives the accounts: those touched, new or known under other parts since the
    /// last count.
    pub fn count(&self) -> Result<Vec<AccountId>> {
        self.count_in().map_err(|e| self.fail(e))
    }

    fn count_in(&self) -> rusqlite::Result<Vec<AccountId>> {
        let work = &mut *self.work.borrow_mut();
        if self.fresh && !work.members_indexed {
            index(&self.tx, |name| ["member_account", "journey_first"].contains(&name))?;
            work.members_indexed = true;
        }
        work.changes.write(&self.tx)?;
        let mut gone = self.tx.prepare_cached("DELETE FROM account_week WHERE account = ?1")?;
        let mut gone_days = self.tx.prepare_cached("DELETE FROM account_day WHERE account = ?1")?;
        for account in &work.ceased {
            gone.execute([account.0])?;
            gone_days.execute([account.0])?;
        }
        let touched: Vec<AccountId> =
            std::mem::take(&mut work.touched).into_iter().filter(|id| !work.ceased.contains(id)).collect();
        for account in &touched {
            tallies::tally(&self.tx, *account)?;
        }
        Ok(touched)
    }

    /// From now on what people are active in is found by their account: all who are touched have been put.
    pub fn index_interests(&self) -> Result<()> {
        if !self.fresh {
            return Ok(());
        }
        index(&self.tx, |name| name == "interest_account").map_err(|e| self.fail(e))
    }

    /// Counts what is left to be counted and commits. Afterwards nothing is dirty.
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        self.finish_in().map_err(|error| error.at(path))
    }

    fn finish_in(self) -> Result<()> {
        self.count_in()?;
        let Self { tx, work, fresh, .. } = self;
        if fresh {
            index(&tx, |_| true)?;
        }
        let (all, shown): (i64, i64) =
            tx.query_row("SELECT count(*), coalesce(sum(shown), 0) FROM account", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        set_meta(&tx, "accounts", all)?;
        set_meta(&tx, "shown", shown)?;
        set_meta(&tx, "people", meta(&tx, "people")?.unwrap_or(0) + work.into_inner().humans)?;
        set_meta(&tx, "version", meta(&tx, "version")?.unwrap_or(0) + 1)?;
        set_meta(&tx, "rest", 0)?;
        set_meta(&tx, "decided", 0)?;
        tx.execute_batch("DELETE FROM dirty; DELETE FROM dirty_thread")?;
        tx.commit()?;
        Ok(())
    }

    pub(super) fn fail(&self, error: rusqlite::Error) -> StoreError {
        StoreError::from(error).at(self.path)
    }
}

fn index(tx: &Transaction<'_>, which: impl Fn(&str) -> bool) -> rusqlite::Result<()> {
    DERIVED_INDEXES.iter().filter(|(name, _)| which(name)).try_for_each(|(_, sql)| tx.execute_batch(sql))
}

pub(super) fn descending(time: Option<Time>) -> i64 {
    time.map_or(NEVER, |time| time.0.saturating_neg())
}

pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// FNV-1a over everything that [`AccountParts`] holds.
fn fingerprint(parts: &AccountParts) -> i64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |text: &str| {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    feed(&parts.name);
    parts.domains.iter().for_each(|domain| feed(domain));
    feed("\u{0}");
    feed(parts.relation.text());
    feed(parts.owner.as_deref().unwrap_or("\u{0}"));
    feed(if parts.confirmed { "1" } else { "0" });
    hash.cast_signed()
}
