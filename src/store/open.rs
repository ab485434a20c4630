//! Opening a store for writing: refusing what is not ours to touch, migrating what is old. Must not know what
//! the rows mean.

use std::{
    collections::HashMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::{
    Result, StoreError, SyncLock, files,
    intern::Interned,
    listing::Progress,
    schema::{APPLICATION, DERIVED_INDEXES, LOAD_INDEXES, STEPS},
};
use crate::domain::ids::IdKey;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(5);

/// The one writer of a store within this process.
pub struct Store {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
    pub(super) key: IdKey,
    pub(super) interned: Interned,
    /// Full listings under way, by stream. Lost with the process, and then infer nothing.
    pub(super) listings: HashMap<i64, Progress>,
    /// The hot table's indexes are dropped until the load is finished.
    pub(super) loading: bool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store at `path`, creating or migrating it. A file that is no store or a newer one is left
    /// untouched.
    pub fn open(path: &Path) -> Result<Self> {
        files::create_folders(path)?;
        check(path)?;
        files::create(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::open_with(path, flags).map_err(|error| error.at(path))
    }

    fn open_with(path: &Path, flags: OpenFlags) -> Result<Self> {
        let mut db = Connection::open_with_flags(path, flags)?;
        // As long as nothing is kept there is nothing to lose: tables that a power cut takes are made again.
        let is_new = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
        prepare(&db, is_new)?;
        migrate(&mut db, Some(path), STEPS)?;
        if is_new {
            db.execute_batch(SAFE)?;
        }
        let has_ids = db.query_row("SELECT EXISTS(SELECT 1 FROM identity)", [], |row| row.get(0))?;
        let key = files::id_key(path, has_ids)?;
        let mut store = Self::new(db, path.to_owned(), key);
        if store.meta("loading")? == Some(1) {
            store.end_cut_load()?;
        }
        Ok(store)
    }

    /// A store that nobody else sees and that ends with the process, for tests.
    pub fn memory() -> Result<Self> {
        let mut db = Connection::open_in_memory()?;
        prepare(&db, true)?;
        migrate(&mut db, None, STEPS)?;
        Ok(Self::new(db, PathBuf::from("memory"), IdKey([7; 32])))
    }

    fn new(db: Connection, path: PathBuf, key: IdKey) -> Self {
        let (interned, listings) = (Interned::default(), HashMap::new());
        Self { db, path, key, interned, listings, loading: false }
    }

    /// Builds the indexes that a load left out when it was cut. One that is under way ends itself.
    fn end_cut_load(&mut self) -> Result<()> {
        let Ok(_held) = self.lock_sync() else { return Ok(()) };
        self.loading = true;
        self.finish_load()
    }

    /// Where the secret of the store at `path` lies.
    pub fn key_path(path: &Path) -> PathBuf {
        files::beside(path, "key")
    }

    /// The secret from which ids are made.
    pub fn key(&self) -> &IdKey {
        &self.key
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps other buyins from syncing this store until dropped; an error says who holds it.
    pub fn lock_sync(&self) -> Result<SyncLock> {
        files::lock_sync(&self.path)
    }

    /// Whether a sync (or a rebuild) of this store is under way, here or elsewhere.
    pub fn is_syncing(&self) -> bool {
        matches!(self.lock_sync(), Err(StoreError::Syncing { .. }))
    }

    /// Moves what the write-ahead log holds into the file, as far as readers allow.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).map_err(|e| self.fail(e))
    }

    /// The same for the store at `path` by a connection of its own, while another thread writes.
    pub fn checkpoint_beside(path: &Path) -> Result<()> {
        let move_over = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let db = Connection::open_with_flags(path, flags)?;
            db.execute_batch(SAFE)?;
            db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        };
        move_over().map_err(|error| StoreError::from(error).at(path))
    }

    pub(super) fn fail(&self, error: impl Into<StoreError>) -> StoreError {
        error.into().at(&self.path)
    }

    pub(super) fn meta(&self, key: &str) -> Result<Option<i64>> {
        meta(&self.db, key)
    }
}

/// A figure of the `meta` table.
pub(super) fn meta(db: &Connection, key: &str) -> Result<Option<i64>> {
    let mut find = db.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(find.query_row([key], |row| row.get(0)).optional()?)
}

pub(super) fn set_meta(db: &Connection, key: &str, value: i64) -> Result<()> {
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)")?;
    put.execute((key, value))?;
    Ok(())
}

/// A crash of the program loses nothing, a power cut at most the last pages, and never a consistent file.
const SAFE: &str = "PRAGMA synchronous = NORMAL";

fn prepare(db: &Connection, is_new: bool) -> Result<()> {
    db.busy_timeout(PATIENCE)?;
    db.execute_batch(if is_new { "PRAGMA synchronous = OFF" } else { SAFE })?;
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    db.execute_batch(
        "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192; PRAGMA foreign_keys = OFF;",
    )?;
    stable_plans(db)?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Keeps bound values out of the planning of queries: else every new value has the statement planned anew,
/// which costs ten times what most of them cost themselves.
pub(super) fn stable_plans(db: &Connection) -> Result<()> {
    db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// The version of the schema that this program has.
pub(super) fn version() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Refuses what is not a store, or a newer one, without writing a byte.
pub(super) fn check(path: &Path) -> Result<()> {
    let mut head = [0; 100];
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io(path, "open the store")(error)),
    };
    let length = file.metadata().map_err(StoreError::io(path, "open the store"))?.len();
    let wal = std::fs::metadata(beside_wal(path)).is_ok_and(|wal| wal.len() > 0);
    if length == 0 {
        return Ok(());
    }
    let not_a_store = || StoreError::NotAStore { path: path.to_owned() };
    file.read_exact(&mut head).map_err(|_| not_a_store())?;
    if !head.starts_with(b"SQLite format 3\0") {
        return Err(not_a_store());
    }
    let word =
        |at: usize| i64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let (mut version, mut application) = (word(60), word(68));
    if wal {
        // The newest header may still stand in the write-ahead log.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(|e| StoreError::from(e).at(path))?;
        let ask = |what| db.pragma_query_value(None, what, |row| row.get(0));
        version = ask("user_version").map_err(|e| StoreError::from(e).at(path))?;
        application = ask("application_id").map_err(|e| StoreError::from(e).at(path))?;
    }
    if application != APPLICATION && (application != 0 || version != 0 || length > 4096) {
        return Err(not_a_store());
    }
    let known = self::version();
    if version > known {
        return Err(StoreError::Newer { path: path.to_owned(), found: version, known });
    }
    Ok(())
}

fn beside_wal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Brings the schema up to date in one transaction, keeping a copy of an older store beside it.
fn migrate(db: &mut Connection, path: Option<&Path>, steps: &[&str]) -> Result<()> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let ask = |db: &Connection| db.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0));
    if ask(db)? >= known {
        return Ok(());
    }
    // A sync of another buyin goes on writing rows as it knows them: it is not pulled from under it.
    let held = match path {
        Some(path) if ask(db)? > 0 => Some(files::lock_sync(path)?),
        _ => None,
    };
    // Another one may have been first.
    let version = ask(db)?;
    if version >= known {
        return Ok(());
    }
    if let Some(path) = path.filter(|_| held.is_some()) {
        let copy = files::beside(path, &format!("v{version}.bak"));
        match std::fs::remove_file(&copy) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io(&copy, "replace the copy")(error));
            }
            _ => {}
        }
        files::create(&copy)?;
        db.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = ask(&tx)?;
    for (_, step) in (0..known).zip(steps).filter(|(at, _)| *at >= version) {
        tx.execute_batch(step)?;
    }
    // A load that was cut ends itself with the next opening, and may hold repeated keys until then.
    let loading = meta(&tx, "loading")? == Some(1);
    for (_, sql) in LOAD_INDEXES.iter().filter(|_| !loading).chain(DERIVED_INDEXES) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_of_version_2_keeps_its_streams_and_the_steps_that_wait() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("buyin.db");
        let mut db = Connection::open(&path).unwrap();
        db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
        migrate(&mut db, None, &STEPS[..2]).unwrap();
        db.execute_batch(
            "INSERT INTO source(name, kind) VALUES('gh', 'github');
             INSERT INTO stream(source, name, mark, pending) VALUES(1, 's', 'old', 'new');
             INSERT INTO todo(stream, step) VALUES(1, '{\"page\":7}');",
        )
        .unwrap();
        drop(db);
        let mut store = Store::open(&path).unwrap();
        let source = store.source("gh", "github").unwrap();
        let state = store.stream(source, "s").unwrap();
        assert_eq!((state.mark.as_deref(), state.todo.len(), state.begun), (Some("old"), 1, None));
        assert!(store.tags(source, "s").unwrap().is_empty());
        let copy = Connection::open(folder.path().join("buyin.db.v2.bak")).unwrap();
        let version: u32 = copy.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 2);
    }

    #[test]
    fn a_migration_is_one_step_with_a_copy_beside_and_a_failed_one_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("buyin.db");
        Store::open(&path).unwrap().source("gh", "github").unwrap();
        let mut db = Connection::open(&path).unwrap();
        let bad = [STEPS, &["CREATE TABLE extra(a); CREATE TABLE extra(a);"]].concat();
        assert!(migrate(&mut db, Some(&path), &bad).is_err());
        let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'";
        let count = |db: &Connection| db.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count(&db), 0);
        let good = [STEPS, &["CREATE TABLE extra(a);"]].concat();
        migrate(&mut db, Some(&path), &good).unwrap();
        assert_eq!(count(&db), 1);
        let copy = Connection::open(folder.path().join("buyin.db.v4.bak")).unwrap();
        assert_eq!(count(&copy), 0);
        let name: String = copy.query_row("SELECT name FROM source", [], |row| row.get(0)).unwrap();
        assert_eq!(name, "gh");
        drop(db);
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Newer { found: 5, known: 4, .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}
