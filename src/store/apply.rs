//! Applying a page of a source: identities, activities, records, what is gone, steps and mark, in one
//! transaction. Must not know where pages come from nor what follows from them.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{
    Result, Store, StoreError,
    intern::{Change, Interned},
    listing::{self, Progress},
    open::{meta, set_meta},
    streams,
    versions::{Retired, Touched, is_empty, next_seq, retire},
};
use crate::domain::{
    ids::IdKey,
    page::{Listing, Page},
    time::Time,
};

/// What applying a page did, by activities and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub gone: u64,
    /// Rows that the source could not read.
    pub skipped: u64,
    /// Kept but unused for their date.
    pub flagged: u64,
    pub new_identities: u64,
    pub changed_identities: u64,
}

/// What a page answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answers<'a> {
    /// The number of the step that is done with it.
    pub done: Option<i64>,
    /// It begins a reading: now, which all that follows is complete up to.
    pub begins: bool,
    /// By what the host recognises the answer: the hash of the request, and the tag.
    pub tag: Option<(&'a [u8], &'a str)>,
}

impl Store {
    /// Applies a page in one transaction. `done` is the number of the step that the page answers. The
    /// stream's mark moves when no step is left.
    pub fn apply(
        &mut self,
        source: u16,
        stream: &str,
        page: &Page,
        done: Option<i64>,
        now: Time,
    ) -> Result<Applied> {
        self.apply_answer(source, stream, page, Answers { done, ..Answers::default() }, now)
            .map(|(applied, _)| applied)
    }

    /// The same for an answer of a host; gives the numbers of the page's steps in their order, too.
    pub fn apply_answer(
        &mut self,
        source: u16,
        stream: &str,
        page: &Page,
        answers: Answers<'_>,
        now: Time,
    ) -> Result<(Applied, Vec<i64>)> {
        let applied = self.apply_in(source, stream, page, answers, now);
        if applied.is_err() {
            // What was remembered may have been rolled back; and a torn listing infers nothing.
            self.interned.clear();
            self.listings.clear();
        }
        applied.map_err(|error| error.at(&self.path))
    }

    fn apply_in(
        &mut self,
        source: u16,
        stream: &str,
        page: &Page,
        answers: Answers<'_>,
        now: Time,
    ) -> Result<(Applied, Vec<i64>)> {
        if !page.gone.is_empty() {
            self.finish_load()?;
        }
        let Self { db, key, interned, listings, loading, .. } = self;
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        interned.refresh(&tx)?;
        let name: String =
            tx.query_row("SELECT name FROM source WHERE number = ?1", [source], |row| row.get(0))?;
        let number = streams::number(&tx, source, stream)?;
        let mut progress = listings.get(&number).copied();
        if let Some(listing) = page.listing {
            let empty = *loading || is_empty(&tx, source)?;
            progress = listing::advance(&tx, number, listing, progress, empty)?;
        }
        let collect = page.listing.is_some() && progress == Some(Progress::Collecting);
        let mut work = Applying {
            db: &tx,
            source,
            name: &name,
            stream: number,
            key,
            interned,
            now,
            bare: *loading,
            collect,
            applied: Applied { skipped: count(page.skipped.len()), ..Applied::default() },
            touched: Touched::default(),
            rest: false,
            usable: 0,
        };
        work.page(page, stream)?;
        if collect && matches!(page.listing, Some(Listing::Last | Listing::Whole)) {
            let retired = listing::close(&tx, source, number, now)?;
            work.retired(retired);
        }
        let steps = work.steps(page, answers)?;
        let applied = work.finish()?;
        tx.commit()?;
        match (page.listing, progress) {
            (Some(Listing::First | Listing::Middle), Some(progress)) => listings.insert(number, progress),
            (Some(_), _) => listings.remove(&number),
            _ => None,
        };
        Ok((applied, steps))
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A page being applied.
pub(super) struct Applying<'a> {
    pub(super) db: &'a Connection,
    pub(super) source: u16,
    pub(super) name: &'a str,
    pub(super) stream: i64,
    pub(super) key: &'a IdKey,
    pub(super) interned: &'a mut Interned,
    pub(super) now: Time,
    /// The hot table is without indexes: keys cannot be looked up and need not be.
    pub(super) bare: bool,
    pub(super) collect: bool,
    pub(super) applied: Applied,
    pub(super) touched: Touched,
    /// Anything but activities changed.
    pub(super) rest: bool,
    pub(super) usable: i64,
}

impl Applying<'_> {
    fn page(&mut self, page: &Page, stream: &str) -> Result<()> {
        for (name, web) in &page.subjects {
            let number = self.interned.subject(self.db, name)?;
            self.db
                .prepare_cached("UPDATE subject SET web = ?2 WHERE number = ?1 AND web IS NOT ?2")?
                .execute((number, web))?;
        }
        let mut people = Vec::with_capacity(page.identities.len());
        for identity in &page.identities {
            let of = (self.source, self.name, self.key);
            let (seq, change) = self.interned.identity(self.db, of, identity, self.now)?;
            self.applied.new_identities += u64::from(change == Change::New);
            self.applied.changed_identities += u64::from(change == Change::Changed);
            self.rest |= change != Change::Same;
            people.push(seq);
        }
        self.activities(page, &people, stream)?;
        for (key, record) in &page.records {
            let body = serde_json::to_string(record)
                .map_err(|error| StoreError::Other { path: "".into(), detail: error.to_string() })?;
            self.record(&self.prefixed(key), &body)?;
        }
        for key in &page.gone {
            self.gone(&self.prefixed(key))?;
        }
        for skipped in &page.skipped {
            self.db.prepare_cached("INSERT OR REPLACE INTO skipped VALUES(?1, ?2, ?3, ?4)")?.execute((
                self.stream,
                &skipped.place,
                &skipped.reason,
                self.now.0,
            ))?;
        }
        Ok(())
    }

    pub(super) fn prefixed(&self, key: &[u8]) -> Vec<u8> {
        [&self.source.to_be_bytes(), key].concat()
    }

    fn record(&mut self, key: &[u8], body: &str) -> Result<()> {
        if self.collect {
            listing::remember(self.db, self.stream, key)?;
        }
        let mut find =
            self.db.prepare_cached("SELECT seq, body = ?2 AND stream = ?3 FROM record WHERE key = ?1")?;
        let known = find
            .query_row((key, body, self.stream), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)))
            .optional()?;
        match known {
            Some((_, true)) => {
                self.applied.unchanged += 1;
                return Ok(());
            }
            Some((seq, false)) => {
                retire(self.db, "record", seq, self.now, false, &mut Retired::default())?;
                self.applied.changed += 1;
            }
            None => self.applied.new += 1,
        }
        self.rest = true;
        let seq = next_seq(self.db, "record")?;
        self.db.prepare_cached("INSERT INTO record VALUES(?1, ?2, ?3, ?4, ?5, ?6)")?.execute((
            seq,
            self.source,
            self.stream,
            key,
            body,
            self.now.0,
        ))?;
        Ok(())
    }

    fn gone(&mut self, key: &[u8]) -> Result<()> {
        let mut retired = Retired::default();
        for table in ["activity", "record"] {
            let mut find = self.db.prepare_cached(&format!("SELECT seq FROM {table} WHERE key = ?1"))?;
            if let Some(seq) = find.query_row([key], |row| row.get(0)).optional()? {
                retire(self.db, table, seq, self.now, true, &mut retired)?;
            }
        }
        self.retired(retired);
        Ok(())
    }

    fn retired(&mut self, retired: Retired) {
        self.applied.gone += retired.activities + retired.records;
        self.usable -= retired.usable;
        self.rest |= retired.records > 0;
        self.touched.extend(retired.touched);
    }

    fn steps(&self, page: &Page, answers: Answers<'_>) -> Result<Vec<i64>> {
        if let Some(done) = answers.done {
            self.db
                .prepare_cached("DELETE FROM todo WHERE seq = ?1 AND stream = ?2")?
                .execute((done, self.stream))?;
        }
        if answers.begins {
            self.db
                .prepare_cached("UPDATE stream SET begun = ?2 WHERE number = ?1")?
                .execute((self.stream, self.now.0))?;
        }
        if let Some((request, tag)) = answers.tag {
            self.db.prepare_cached("INSERT OR REPLACE INTO tag VALUES(?1, ?2, ?3, ?4)")?.execute((
                self.stream,
                request,
                tag,
                self.now.0,
            ))?;
        }
        let mut numbers = Vec::with_capacity(page.steps.len());
        for step in &page.steps {
            self.db
                .prepare_cached("INSERT INTO todo(stream, step) VALUES(?1, ?2)")?
                .execute((self.stream, step.0.to_string()))?;
            numbers.push(self.db.last_insert_rowid());
        }
        if page.mark.is_some() {
            self.db
                .prepare_cached("UPDATE stream SET pending = ?2 WHERE number = ?1")?
                .execute((self.stream, &page.mark))?;
        }
        self.db
            .prepare_cached(
                "UPDATE stream SET mark = pending, pending = NULL WHERE number = ?1 AND pending IS NOT NULL
                 AND NOT EXISTS(SELECT 1 FROM todo WHERE stream = ?1)",
            )?
            .execute([self.stream])?;
        Ok(numbers)
    }

    fn finish(self) -> Result<Applied> {
        let mut put = self.db.prepare_cached(
            "INSERT INTO dirty(identity, role) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET role = max(role, ?2)",
        )?;
        for (identity, role) in &self.touched.identities {
            put.execute((identity, role))?;
        }
        let mut put = self.db.prepare_cached("INSERT OR IGNORE INTO dirty_thread VALUES(?1)")?;
        for thread in &self.touched.threads {
            put.execute([thread])?;
        }
        if self.usable != 0 {
            self.db
                .prepare_cached("UPDATE source SET activities = activities + ?2 WHERE number = ?1")?
                .execute((self.source, self.usable))?;
        }
        if self.rest && meta(self.db, "rest")? != Some(1) {
            set_meta(self.db, "rest", 1)?;
        }
        Ok(self.applied)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        activity::{Activity, Kind},
        identity::Identity,
    };

    const NOW: Time = Time(1_760_000_000);

    fn page(rows: u32) -> Page {
        let identity = Identity { native: "ada".to_owned(), ..Identity::default() };
        let activities = (0..rows).map(|n| Activity {
            key: n.to_be_bytes().to_vec(),
            kind: Kind::IssueOpened,
            actor: 0,
            at: NOW,
            subject: None,
            thread: None,
            counterpart: None,
            labels: vec!["bug".to_owned(), "help wanted".to_owned()],
            title: Some("x".repeat(200)),
            url: None,
        });
        Page { activities: activities.collect(), identities: vec![identity], ..Page::default() }
    }

    fn rows(store: &Store) -> i64 {
        let sql = "SELECT (SELECT count(*) FROM activity) + (SELECT count(*) FROM identity)";
        store.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_full_disk_keeps_nothing_of_a_page_and_the_next_try_keeps_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("buyin.db");
        let mut store = Store::open(&path).unwrap();
        let source = store.source("gh", "github").unwrap();
        let limit = |store: &Store, pages: i64| {
            store.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        };
        limit(&store, 1);
        let error = store.apply(source, "s", &page(5_000), None, NOW).unwrap_err();
        assert!(matches!(&error, StoreError::Full { path: full } if *full == path), "{error}");
        assert_eq!(rows(&store), 0);
        limit(&store, 1_000_000);
        assert_eq!(store.apply(source, "s", &page(5_000), None, NOW).unwrap().new, 5_000);
        assert_eq!(rows(&store), 5_001);
    }

    #[test]
    fn a_second_writer_gives_up_after_a_while_and_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("buyin.db");
        let mut store = Store::open(&path).unwrap();
        let source = store.source("gh", "github").unwrap();
        let mut other = Store::open(&path).unwrap();
        let deriving = other.derive().unwrap();
        store.db.busy_timeout(std::time::Duration::ZERO).unwrap();
        let error = store.apply(source, "s", &page(1), None, NOW).unwrap_err();
        assert!(matches!(error, StoreError::Held { .. }), "{error}");
        assert!(error.to_string().contains("wait for it"), "{error}");
        drop(deriving);
        store.apply(source, "s", &page(1), None, NOW).unwrap();
    }

    #[test]
    fn a_page_that_breaks_its_contract_leaves_no_trace() {
        let mut store = Store::memory().unwrap();
        let source = store.source("gh", "github").unwrap();
        let mut bad = page(3);
        bad.activities[2].counterpart = Some(7);
        bad.mark = Some("m".to_owned());
        assert!(store.apply(source, "s", &bad, None, NOW).is_err());
        assert_eq!(rows(&store), 0);
        assert_eq!(store.stream(source, "s").unwrap().mark, None);
        assert_eq!(store.apply(source, "s", &page(3), None, NOW).unwrap().new_identities, 1);
    }

    #[test]
    fn within_a_page_the_later_row_of_a_key_counts() {
        let mut store = Store::memory().unwrap();
        let source = store.source("gh", "github").unwrap();
        let mut twice = page(1);
        twice.activities.push(Activity { title: Some("later".to_owned()), ..twice.activities[0].clone() });
        assert_eq!(store.apply(source, "s", &twice, None, NOW).unwrap().new, 1);
        let title: String = store.db.query_row("SELECT title FROM activity", [], |row| row.get(0)).unwrap();
        assert_eq!(title, "later");
    }
}
