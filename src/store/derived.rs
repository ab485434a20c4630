//! Writing what the engine concluded: people, their memberships, accounts and their tallies, in one
//! transaction that readers see whole or not at all. Must not know how anything was concluded.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{
    Doing, Result, Store, StoreError, facts,
    open::{meta, set_meta},
    schema::{DERIVED, DERIVED_INDEXES},
    tallies,
};
use crate::domain::{
    derived::{AccountParts, Link, PersonFold, PersonParts},
    ids::{AccountId, IdKey, PersonId},
    person::{LinkRule, Nature},
    text,
    time::Time,
};

/// The sort key of what has no time: behind everything.
pub(super) const NEVER: i64 = i64::MAX;

/// A derivation under way. Dropped before [`Self::finish`], it leaves everything as it was.
///
/// First [`Self::accounts`], then persons. Only what changed needs to be put; what is not put stays. It reads
/// activities too, so that a fold can be written while the next is read.
pub struct Deriving<'a> {
    tx: Transaction<'a>,
    path: &'a Path,
    key: &'a IdKey,
    work: RefCell<Work>,
    /// Nobody was there before: the indexes are built at the end.
    fresh: bool,
}

#[derive(Default)]
struct Work {
    accounts: Vec<AccountId>,
    ceased: Vec<AccountId>,
    /// Accounts whose tallies are to be counted anew.
    touched: BTreeSet<AccountId>,
    /// By how much the number of active members of an account's week changes.
    weeks: BTreeMap<(AccountId, i32), i64>,
    humans: i64,
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
        for (name, _) in DERIVED_INDEXES {
            tx.execute_batch(&format!("DROP INDEX IF EXISTS {name}"))?;
        }
    }
    Ok(Deriving { tx, path, key, work: RefCell::default(), fresh })
}

fn fingerprints(db: &Connection) -> rusqlite::Result<BTreeMap<PersonId, u64>> {
    let mut all = db.prepare_cached("SELECT id, fingerprint FROM person ORDER BY id")?;
    all.query_map([], |row| Ok((PersonId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned())))?.collect()
}

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
                before => self.account(parts, fingerprint, before.is_some())?,
            }
        }
        for id in known.keys() {
            self.tx.prepare_cached("DELETE FROM account WHERE id = ?1")?.execute([id.0])?;
            self.tx.prepare_cached("DELETE FROM account_domain WHERE account = ?1")?.execute([id.0])?;
        }
        let mut work = self.work.borrow_mut();
        work.ceased = known.into_keys().collect();
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
                    0, 1, ?10, 0)"
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
                NEVER
            ])?;
        }
        let mut put = self.tx.prepare_cached("INSERT OR REPLACE INTO account_domain VALUES(?1, ?2, ?3)")?;
        for domain in &parts.domains {
            put.execute((self.key.account(domain).0, parts.id.0, domain))?;
        }
        Ok(())
    }

    /// Puts a person in the place of what was known of them.
    pub fn person(
        &self,
        parts: &PersonParts,
        links: &[Link],
        fold: &PersonFold,
        fingerprint: u64,
    ) -> Result<()> {
        self.person_in(parts, links, fold, fingerprint).map_err(|e| self.fail(e))
    }

    fn person_in(
        &self,
        parts: &PersonParts,
        links: &[Link],
        fold: &PersonFold,
        fingerprint: u64,
    ) -> rusqlite::Result<()> {
        self.forget(parts.id)?;
        let work = &mut *self.work.borrow_mut();
        let id = parts.id.0;
        let account = |index: u32| usize::try_from(index).ok().and_then(|at| work.accounts.get(at)).copied();
        let current = fold.current.and_then(|at| fold.spans.get(usize::try_from(at).ok()?));
        let mut weeks: Vec<(AccountId, i32)> =
            fold.weeks.iter().filter_map(|(at, week)| Some((account(*at)?, week.0))).collect();
        weeks.sort_unstable();
        weeks.dedup();
        let ground = |ground| number(crate::domain::person::Ground::ALL, ground);
        self.tx
            .prepare_cached(
                "INSERT INTO person VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
                     0, 0, NULL, NULL, 0, NULL, NULL, NULL, 0, ?15, ?16)",
            )?
            .execute(params![
                id,
                parts.name,
                number(Nature::ALL, &parts.nature),
                signed(parts.identities.len() as u64),
                current.and_then(|span| account(span.account)).map(|id| id.0),
                current.map(|span| ground(&span.ground)),
                current.and_then(|span| span.from).map(|day| day.0),
                current.and_then(|span| span.to).map(|day| day.0),
                text::fold(&parts.name),
                descending(fold.last_activity),
                descending(fold.first_activity),
                -signed(fold.activities),
                tallies::pack(&weeks),
                fingerprint.cast_signed(),
                15,
                NEVER
            ])?;
        let mut put = self.tx.prepare_cached("INSERT OR REPLACE INTO person_identity VALUES(?1, ?2, ?3)")?;
        for (place, identity) in parts.identities.iter().enumerate() {
            let best = links.iter().filter(|link| link.a == *identity || link.b == *identity);
            let rule = best.map(|link| link.rule).min().filter(|_| place > 0);
            put.execute((identity, id, rule.map(|rule| number(LinkRule::ALL, &rule))))?;
        }
        let mut put = self.tx.prepare_cached("INSERT OR IGNORE INTO person_link VALUES(?1, ?2, ?3, ?4)")?;
        for link in links {
            put.execute((id, link.a, link.b, number(LinkRule::ALL, &link.rule)))?;
        }
        let mut put =
            self.tx.prepare_cached("INSERT INTO member_span VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
        for (position, span) in fold.spans.iter().enumerate() {
            let Some(at) = account(span.account) else { continue };
            put.execute(params![
                id,
                signed(position as u64),
                at.0,
                ground(&span.ground),
                span.from.map(|day| day.0),
                span.to.map(|day| day.0),
                signed(span.activities),
                span.first_activity.map(|time| time.0),
                span.last_activity.map(|time| time.0)
            ])?;
            work.touched.insert(at);
        }
        work.humans += i64::from(parts.nature == Nature::Human);
        for week in weeks {
            *work.weeks.entry(week).or_default() += 1;
        }
        Ok(())
    }

    /// Removes a person that ceased to be.
    pub fn drop_person(&self, id: PersonId) -> Result<()> {
        self.forget(id).map_err(|e| self.fail(e))
    }

    fn forget(&self, id: PersonId) -> rusqlite::Result<()> {
        let mut find = self.tx.prepare_cached("SELECT nature, days FROM person WHERE id = ?1")?;
        let known = find
            .query_row([id.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .optional()?;
        let Some((nature, weeks)) = known else { return Ok(()) };
        let work = &mut *self.work.borrow_mut();
        work.humans -= i64::from(number(Nature::ALL, &Nature::Human) == nature);
        for week in tallies::unpack(&weeks) {
            *work.weeks.entry(week).or_default() -= 1;
        }
        let mut spans = self.tx.prepare_cached("SELECT account FROM member_span WHERE person = ?1")?;
        let mut rows = spans.query([id.0])?;
        while let Some(row) = rows.next()? {
            work.touched.insert(AccountId(row.get(0)?));
        }
        for table in [
            "member_span WHERE person",
            "person_identity WHERE person",
            "person_link WHERE person",
            "person WHERE id",
        ] {
            self.tx.prepare_cached(&format!("DELETE FROM {table} = ?1"))?.execute([id.0])?;
        }
        Ok(())
    }

    /// Counts what is to be counted and commits. Afterwards nothing is dirty.
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        self.finish_in().map_err(|error| error.at(path))
    }

    fn finish_in(self) -> Result<()> {
        let Self { tx, work, fresh, .. } = self;
        let work = work.into_inner();
        if fresh {
            index(&tx, |name| name == "member_account")?;
        }
        tallies::count_weeks(&tx, &work.weeks, &work.ceased)?;
        for account in &work.touched {
            tallies::tally(&tx, *account)?;
        }
        if fresh {
            index(&tx, |_| true)?;
        }
        let (all, shown): (i64, i64) =
            tx.query_row("SELECT count(*), coalesce(sum(shown), 0) FROM account", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        set_meta(&tx, "accounts", all)?;
        set_meta(&tx, "shown", shown)?;
        set_meta(&tx, "people", meta(&tx, "people")?.unwrap_or(0) + work.humans)?;
        set_meta(&tx, "version", meta(&tx, "version")?.unwrap_or(0) + 1)?;
        set_meta(&tx, "rest", 0)?;
        tx.execute_batch("DELETE FROM dirty; DELETE FROM dirty_thread")?;
        tx.commit()?;
        Ok(())
    }

    fn fail(&self, error: rusqlite::Error) -> StoreError {
        StoreError::from(error).at(self.path)
    }
}

fn index(tx: &Transaction<'_>, which: impl Fn(&str) -> bool) -> rusqlite::Result<()> {
    DERIVED_INDEXES.iter().filter(|(name, _)| which(name)).try_for_each(|(_, sql)| tx.execute_batch(sql))
}

fn descending(time: Option<Time>) -> i64 {
    time.map_or(NEVER, |time| time.0.saturating_neg())
}

fn signed(count: u64) -> i64 {
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
