//! Local clones and bare repositories, read through gix: one stream of commits for each, and one of the roles
//! that its files give. Pure local; must not know the store nor what follows from the facts.

mod ahead;
mod batch;
mod commit;
mod coverage;
mod keys;
mod lines;
mod mailmap;
mod message;
mod origin;
mod reach;
mod repository;
mod roles;
mod signature;
mod walk;

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use self::repository::Repository;
use super::{From, Local, SourceError};
use crate::{
    config::GitConfig,
    domain::{
        activity::Kind,
        page::{Page, Skipped},
        text,
        time::Time,
    },
};

/// All that a clone can tell.
pub const KINDS: &[Kind] = &[
    Kind::CommitAuthored,
    Kind::CommitCoauthored,
    Kind::CommitReviewed,
    Kind::CommitMerged,
    Kind::RoleGranted,
    Kind::RoleRemoved,
];

const COMMITS: &str = "commits";
const ROLES: &str = "roles";

/// Commits a page: enough to make little of a transaction, few enough to hold several in memory.
const PAGE: u64 = 4_000;

/// A `[[source]]` of kind `git`.
pub struct Git {
    config: GitConfig,
    page: u64,
}

impl Git {
    pub fn new(config: GitConfig) -> Self {
        Self { config, page: PAGE }
    }

    /// Hands out pages of another size.
    #[must_use]
    pub fn in_pages_of(self, commits: u64) -> Self {
        Self { page: commits.max(1), ..self }
    }

    /// The paths, each once, and the prefix of their streams: none for a single path, else as many of its
    /// last folders as tell it apart.
    fn places(&self) -> Vec<(String, PathBuf)> {
        let mut paths: Vec<PathBuf> = Vec::new();
        for path in &self.config.paths {
            let full = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !paths.contains(&full) {
                paths.push(full);
            }
        }
        if paths.len() == 1 {
            return paths.into_iter().map(|path| (String::new(), path)).collect();
        }
        let name = |path: &PathBuf, parts: usize| {
            let all: Vec<_> = path.components().collect();
            let last: PathBuf = all[all.len().saturating_sub(parts)..].iter().collect();
            last.to_string_lossy().into_owned()
        };
        let unique = |path: &PathBuf| {
            let deepest = path.components().count();
            let is_alone = |parts: &usize| {
                paths.iter().filter(|other| name(other, *parts) == name(path, *parts)).count() == 1
            };
            format!("{}/", name(path, (1..deepest).find(is_alone).unwrap_or(deepest)))
        };
        paths.iter().map(|path| (unique(path), path.clone())).collect()
    }
}

impl Git {
    /// A source reads each origin once: of two clones, whose commits have the same keys, the later one would
    /// take over the facts of the earlier, and find gone what only the other still holds.
    fn known_as(&self, path: &Path) -> Option<Skipped> {
        let places = self.places();
        let mut before = places.iter().map(|(_, other)| other).take_while(|other| other.as_path() != path);
        let origin = |path: &Path| Repository::open(path).ok().and_then(|repository| repository.origin.web);
        let mine = if places.len() > 1 { origin(path) } else { None }?;
        let same = before.find(|other| origin(other).as_ref() == Some(&mine))?;
        Some(Skipped {
            place: text::line(&path.to_string_lossy(), 400),
            reason: format!(
                "not read: a clone of the same origin as {}; leave one of them out of `paths`",
                text::line(&same.to_string_lossy(), 400)
            ),
        })
    }
}

impl Local for Git {
    fn streams(&self) -> Vec<String> {
        let of = |prefix: &str| {
            let commits = format!("{prefix}{COMMITS}");
            if self.config.roles { vec![commits, format!("{prefix}{ROLES}")] } else { vec![commits] }
        };
        self.places().iter().flat_map(|(prefix, _)| of(prefix)).collect()
    }

    fn read(
        &self,
        from: &From<'_>,
        emit: &mut dyn FnMut(Page) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        for (prefix, path) in self.places() {
            let part =
                from.stream.strip_prefix(prefix.as_str()).filter(|part| [COMMITS, ROLES].contains(part));
            if part.is_some()
                && let Some(note) = self.known_as(&path)
            {
                // Nothing is listed, so nothing can be found gone. Whoever breaks has been told.
                let _told = emit(Page { skipped: vec![note], ..Page::default() });
                return Ok(());
            }
            match part {
                Some(COMMITS) => return walk::read(&self.config, &path, self.page, from, emit),
                Some(ROLES) => return roles::read(&self.config, &path, self.page, from, emit),
                _ => {}
            }
        }
        Err(SourceError::new(format!("source {} has no stream {}", self.config.name, from.stream)))
    }

    fn covered(&self, stream: &str) -> Option<Time> {
        let places = self.places();
        let (_, path) = places.iter().find(|(prefix, _)| stream.starts_with(prefix.as_str()))?;
        coverage::covered(&self.config, path)
    }
}
