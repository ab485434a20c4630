//! What a clone is known to be complete up to: its last fetch, or, where none is on record, the newest commit
//! that it holds. Reading a clone again proves nothing about what happened since. Must not know the clock.

use std::{fs, path::Path, time::UNIX_EPOCH};

use super::repository::Repository;
use crate::{config::GitConfig, domain::time::Time};

/// `None`: nothing is there that could tell, such as an empty repository.
pub(super) fn covered(config: &GitConfig, path: &Path) -> Option<Time> {
    let repository = Repository::open(path).ok()?;
    let fetched = [repository.gix.git_dir(), repository.gix.common_dir()]
        .iter()
        .filter_map(|folder| modified(&folder.join("FETCH_HEAD")))
        .max();
    let mut buffer = Vec::new();
    let tips = repository.tips(&config.refs).ok()?;
    let newest =
        tips.ids.iter().filter_map(|id| Some(repository.commit(id, &mut buffer).ok()?.committer.at)).max();
    fetched.max(newest)
}

fn modified(path: &Path) -> Option<Time> {
    let since = fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(Time)
}
