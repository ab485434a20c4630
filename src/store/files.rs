//! The files beside and around the store, all for the owner only: folders, the store itself, the id key, the
//! lock of a sync. Must not know what is in the store.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::{Result, StoreError};
use crate::domain::ids::IdKey;

/// `buyin.db` -> `buyin.db.key`.
pub(super) fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Creates the folders that lead to `path` where they are missing, for the owner only.
pub(super) fn create_folders(path: &Path) -> Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(StoreError::io(folder, "create the folder"))
}

fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates an empty file for the owner only, unless it is there. `SQLite` gives the files that it makes beside
/// a store (`-wal`, `-shm`) the rights of the store.
pub(super) fn create(path: &Path) -> Result<()> {
    owner_only()
        .create(true)
        .append(true)
        .open(path)
        .map(drop)
        .map_err(StoreError::io(path, "create the file"))
}

/// Reads the id key of a store, or makes one when the store holds no ids yet.
pub(super) fn id_key(store: &Path, has_ids: bool) -> Result<IdKey> {
    let path = beside(store, "key");
    match fs::read(&path) {
        Ok(bytes) => {
            let found = bytes.len();
            bytes.try_into().map(IdKey).map_err(|_| StoreError::KeyDamaged { path, found })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if has_ids {
                return Err(StoreError::KeyMissing { path });
            }
            let mut key = [0; 32];
            getrandom::fill(&mut key)
                .map_err(|error| StoreError::Other { path: path.clone(), detail: error.to_string() })?;
            // Written whole under another name first: a crash leaves no half key behind, and of two
            // buyins that start at once the first one's key stands.
            let draft = beside(store, &format!("key.{}", std::process::id()));
            let written = owner_only()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&draft)
                .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()))
                .and_then(|()| match fs::hard_link(&draft, &path) {
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
                    other => other,
                });
            // The draft may never have been made; what matters is said by `written`.
            let _gone = fs::remove_file(&draft);
            written.map_err(StoreError::io(&path, "write the id key"))?;
            id_key(store, true)
        }
        Err(error) => Err(StoreError::io(&path, "read the id key")(error)),
    }
}

/// While it lives, no other buyin syncs this store.
#[derive(Debug)]
pub struct SyncLock {
    _file: File,
}

/// Takes the lock of a sync, or says who holds it.
pub(super) fn lock_sync(store: &Path) -> Result<SyncLock> {
    let path = beside(store, "lock");
    let failed = StoreError::io(&path, "lock for a sync");
    let mut file = match owner_only().read(true).write(true).create(true).truncate(false).open(&path) {
        Ok(file) => file,
        Err(error) => return Err(failed(error)),
    };
    // Whoever only looks whether a sync is running holds the lock for an instant.
    let mut tried = file.try_lock();
    for _ in 0..3 {
        if matches!(tried, Err(TryLockError::WouldBlock)) {
            std::thread::sleep(std::time::Duration::from_millis(20));
            tried = file.try_lock();
        }
    }
    match tried {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(StoreError::Syncing { path: store.to_owned(), pid: holder(store) });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(failed)?;
    Ok(SyncLock { _file: file })
}

/// The process that syncs (or last synced) this store, where it said so.
pub(super) fn holder(store: &Path) -> Option<u32> {
    let mut text = String::new();
    let mut file = File::open(beside(store, "lock")).ok()?;
    // Free to take means that nobody holds it and the number is an old one.
    if file.try_lock_shared().is_ok() {
        return None;
    }
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
