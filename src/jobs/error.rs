//! Why a job could not be done, in one line with the way out. Must not know who asked.

use crate::store::StoreError;

/// Why a job could not be done.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no source `{name}` in the configuration{}", .nearest.as_ref().map_or(String::new(), |n| format!(", did you mean `{n}`?")))]
    NoSource { name: String, nearest: Option<String> },
    #[error("the settings in {} cannot be read: {detail}; adopt the present ones with `buyin rebuild --adopt`", .store)]
    Settings { store: String, detail: String },
    #[error("{}: {cause}; the decisions of `buyin open` are kept there: see to it, or move it away to go on without them", .path)]
    Keep { path: String, cause: std::io::Error },
    #[error("{}: {cause}; `buyin open` keeps its facts there: see to it, or name another folder by XDG_CACHE_HOME", .path)]
    Cache { path: String, cause: std::io::Error },
    #[error("the id key {} is missing, without it the decisions in {} mean nothing: put it back from a copy, or move both away", .key, .keep)]
    KeptKey { key: String, keep: String },
}
