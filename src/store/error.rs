//! What can go wrong with a store, in one line that names the file and the way out. Must not know who asked.

use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

/// Why the store could not do what was asked. Nothing is ever half done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no store at {} yet: `buyin sync` makes it", .path.display())]
    Missing { path: PathBuf },
    #[error("{} is not a buyin store: name another file with --store, or move this one away", .path.display())]
    NotAStore { path: PathBuf },
    #[error(
        "{} was written by a newer buyin (store version {found}, this one knows {known}): \
         it is left untouched; update buyin or name another store with --store", .path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "{} was written by an older buyin (store version {found}, this one has {known}): \
         `buyin rebuild` brings it up to date, a copy of it is kept beside", .path.display()
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error(
        "the disk of {} is full: nothing of this step was kept; free some room and sync again",
        .path.display()
    )]
    Full { path: PathBuf },
    #[error("{} is being written by {}: wait for it, or end it", .path.display(), holder(*.pid))]
    Held { path: PathBuf, pid: Option<u32> },
    #[error("{} is being synced by {}: one sync at a time; wait for it, or end it", .path.display(), holder(*.pid))]
    Syncing { path: PathBuf, pid: Option<u32> },
    #[error(
        "the id key {} is missing, without it no id of the store means anything: \
         put it back from a copy, or start a new store with --store", .path.display()
    )]
    KeyMissing { path: PathBuf },
    #[error("the id key {} is damaged (32 bytes wanted, {found} found): put it back from a copy", .path.display())]
    KeyDamaged { path: PathBuf, found: usize },
    #[error("{}: cannot {what}: {cause}", .path.display())]
    Io { path: PathBuf, what: &'static str, cause: io::Error },
    #[error(
        "{} is damaged ({detail}): put back a copy, or start a new store with --store and sync again",
        .path.display()
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error(
        "{} cannot be read or written ({detail}): check the disk and the limit on file sizes (`ulimit -f`), \
         then sync again; nothing of this step was kept", .path.display()
    )]
    Disk { path: PathBuf, detail: String },
    #[error("{} cannot be written: check its owner and its rights", .path.display())]
    ReadOnly { path: PathBuf },
    /// A read that was superseded by a newer question.
    #[error("the question was superseded")]
    Interrupted,
    #[error("no decision {id}: see `buyin decisions`")]
    NoDecision { id: String },
    #[error("decision {id} is already undone by {by}; undo {by} to restore it")]
    AlreadyUndone { id: String, by: String },
    /// A source broke the contract of pages.
    #[error(
        "a page of {stream} names identity {index} of {len}: this is a mistake in its source, please report it"
    )]
    BadPage { stream: String, index: u32, len: usize },
    #[error("{}: {detail}", .path.display())]
    Other { path: PathBuf, detail: String },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another program".to_owned(), |pid| format!("another buyin (process {pid})"))
}

impl StoreError {
    /// Names the store in errors that came up below the place where its path is known.
    pub(super) fn at(mut self, store: &Path) -> Self {
        if let Self::Full { path }
        | Self::Held { path, .. }
        | Self::Corrupt { path, .. }
        | Self::ReadOnly { path }
        | Self::NotAStore { path }
        | Self::Disk { path, .. }
        | Self::Other { path, .. } = &mut self
            && path.as_os_str().is_empty()
        {
            store.clone_into(path);
        }
        if let Self::Held { path, pid: pid @ None } = &mut self {
            *pid = super::files::holder(path);
        }
        self
    }

    pub(super) fn io(path: &Path, what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |cause| match cause.kind() {
            io::ErrorKind::StorageFull => Self::Full { path: path.to_owned() },
            _ => Self::Io { path: path.to_owned(), what, cause },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let path = PathBuf::new();
        let detail = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Held { path, pid: None },
            Some(ErrorCode::NotADatabase) => Self::NotAStore { path },
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, detail },
            Some(ErrorCode::SystemIoFailure) => Self::Disk { path, detail },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            _ => Self::Other { path, detail },
        }
    }
}
