//! A repository on this machine, opened read-only: its tips, its shallow edge, raw objects. Runs no hooks and
//! obeys no configuration but the repository's own. Must not know what the objects mean to buyin.

use std::path::Path;

use gix::{ObjectId, bstr::ByteSlice, objs::Find};
use sha2::{Digest, Sha256};

use super::{super::SourceError, commit::Commit, origin::Origin};
use crate::domain::{page::Skipped, text};

/// What is read from each clone's own limits: deltas' bases that are kept, and the largest object.
const LIMITS: [&str; 2] = ["core.deltaBaseCacheLimit=4m", "gitoxide.objects.allocLimit=128m"];

#[derive(Clone)]
pub(super) struct Repository {
    pub gix: gix::Repository,
    /// How errors name it.
    pub place: String,
    pub origin: Origin,
    /// Commits whose parents are not here by intent, sorted.
    pub edge: Vec<ObjectId>,
}

/// Why an object could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    Missing,
    /// There, but unreadable; what was found.
    Corrupt(String),
}

impl Lack {
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Missing => "the object is not here (a partial clone, or a damaged one)".to_owned(),
            Self::Corrupt(found) => format!("the object is damaged: {found}"),
        }
    }
}

/// Where reading begins, and which refs of the configuration name nothing.
#[derive(Debug, Default)]
pub(super) struct Tips {
    pub ids: Vec<ObjectId>,
    pub missing: Vec<Skipped>,
}

impl Repository {
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let place = text::line(&path.to_string_lossy(), 400);
        let options = gix::open::Options::isolated().with(gix::sec::Trust::Full).config_overrides(LIMITS);
        let gix = match options.open(path) {
            Ok(gix) => gix.to_thread_local(),
            Err(error) => return Err(why_not(path, &place, &error.to_string())),
        };
        let url = gix.config_snapshot().string("remote.origin.url");
        let url = url.as_ref().map(|url| url.to_str_lossy());
        let folder = gix.workdir().unwrap_or_else(|| gix.git_dir()).to_owned();
        let folder = folder.canonicalize().unwrap_or(folder);
        let origin = Origin::new(url.as_deref(), &folder);
        let edge = match gix.shallow_commits() {
            Ok(edge) => edge.map(|edge| edge.iter().copied().collect()).unwrap_or_default(),
            Err(error) => {
                return Err(SourceError::new(format!(
                    "cannot read the shallow file of {place}: {}",
                    one(&error)
                ))
                .hint("run `git fetch --unshallow` there"));
            }
        };
        let mut repository = Self { gix, place, origin, edge };
        repository.edge.sort_unstable();
        Ok(repository)
    }

    pub(super) fn is_edge(&self, id: &ObjectId) -> bool {
        !self.edge.is_empty() && self.edge.binary_search(id).is_ok()
    }

    /// A short word that changes when the shallow edge does; `None` for a complete clone.
    pub(super) fn edge_mark(&self) -> Option<String> {
        if self.edge.is_empty() {
            return None;
        }
        let mut hash = Sha256::new();
        for id in &self.edge {
            hash.update(id.as_bytes());
        }
        Some(hex(&hash.finalize()[..8]))
    }

    /// What the person is told about a shallow clone.
    pub(super) fn edge_note(&self) -> Option<Skipped> {
        (!self.edge.is_empty()).then(|| Skipped {
            place: self.place.clone(),
            reason: format!(
                "shallow clone: history before {} {} is not here; `git fetch --unshallow` brings it",
                self.edge[0].to_hex_with_len(10),
                if self.edge.len() > 1 {
                    format!("and {} other commits", self.edge.len() - 1)
                } else {
                    String::new()
                },
            )
            .replace("  ", " "),
        })
    }

    /// The commits that the configured refs point to, in their order, each once. A ref that ends with `*`
    /// stands for all that begin so.
    pub(super) fn tips(&self, refs: &[String]) -> Result<Tips, SourceError> {
        let mut tips = Tips::default();
        for name in refs {
            let before = tips.ids.len();
            if name == "HEAD" {
                self.head(&mut tips)?;
                continue;
            }
            if let Some(prefix) = name.strip_suffix('*') {
                self.prefixed(prefix, &mut tips);
            } else if let Ok(Some(mut found)) = self.gix.try_find_reference(name.as_str())
                && let Ok(commit) = found.peel_to_commit()
            {
                tips.ids.push(commit.id);
            }
            if tips.ids.len() == before {
                tips.missing.push(Skipped {
                    place: format!("{} {}", self.place, text::name(name)),
                    reason: "no such branch or tag with a commit here; `git branch -a` lists them".to_owned(),
                });
            }
        }
        let mut seen = Vec::new();
        tips.ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        Ok(tips)
    }

    fn head(&self, tips: &mut Tips) -> Result<(), SourceError> {
        let unreadable = |error: &dyn std::fmt::Display| {
            SourceError::new(format!("cannot read HEAD of {}: {}", self.place, one(error)))
                .hint("run `git fsck` there, or name other refs in the source's `refs`")
        };
        let mut head = self.gix.head().map_err(|error| unreadable(&error))?;
        if let Some(id) = head.try_peel_to_id().map_err(|error| unreadable(&error))? {
            tips.ids.push(id.detach());
            return Ok(());
        }
        let has_any = |refs: gix::reference::iter::Platform<'_>| {
            refs.all().is_ok_and(|mut all| all.any(|reference| reference.is_ok()))
        };
        if self.gix.references().is_ok_and(has_any) {
            tips.missing.push(Skipped {
                place: format!("{} HEAD", self.place),
                reason: "HEAD names a branch without commits; name another in the source's `refs`".to_owned(),
            });
        }
        Ok(())
    }

    fn prefixed(&self, prefix: &str, tips: &mut Tips) {
        let Ok(references) = self.gix.references() else { return };
        let Ok(all) = references.all() else { return };
        for mut reference in all.filter_map(Result::ok) {
            if reference.name().as_bstr().starts_with(prefix.as_bytes())
                && let Ok(commit) = reference.peel_to_commit()
            {
                tips.ids.push(commit.id);
            }
        }
    }

    /// The raw bytes of an object, in `buffer`.
    pub(super) fn object<'a>(
        &self,
        id: &ObjectId,
        kind: gix::objs::Kind,
        buffer: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], Lack> {
        match self.gix.objects.try_find(id, buffer) {
            Ok(Some(data)) if data.kind == kind => Ok(data.data),
            Ok(Some(data)) => Err(Lack::Corrupt(format!("a {} where a {kind} should be", data.kind))),
            Ok(None) => Err(Lack::Missing),
            Err(error) => Err(Lack::Corrupt(one(&error))),
        }
    }

    /// A commit, read into `buffer`; at the shallow edge it has no parents.
    pub(super) fn commit<'a>(&self, id: &ObjectId, buffer: &'a mut Vec<u8>) -> Result<Commit<'a>, Lack> {
        self.parsed(id, self.object(id, gix::objs::Kind::Commit, buffer)?)
    }

    /// A commit from its bytes.
    pub(super) fn parsed<'a>(&self, id: &ObjectId, bytes: &'a [u8]) -> Result<Commit<'a>, Lack> {
        let mut commit =
            Commit::parse(bytes).ok_or_else(|| Lack::Corrupt("not a commit's form".to_owned()))?;
        if self.is_edge(id) {
            commit.parents.clear();
        }
        Ok(commit)
    }

    /// The parents of a commit from its bytes.
    pub(super) fn parents(&self, id: &ObjectId, bytes: &[u8]) -> Vec<ObjectId> {
        if self.is_edge(id) { Vec::new() } else { Commit::parents(bytes) }
    }

    /// An entry of the tree of a commit, when it is a file.
    pub(super) fn file_at(&self, commit: &ObjectId, name: &str) -> Option<ObjectId> {
        let mut buffer = Vec::new();
        let tree = self.commit(commit, &mut buffer).ok()?.tree;
        let mut buffer = Vec::new();
        let bytes = self.object(&tree, gix::objs::Kind::Tree, &mut buffer).ok()?;
        gix::objs::TreeRefIter::from_bytes(bytes, tree.kind())
            .filter_map(Result::ok)
            .find(|entry| entry.filename == name.as_bytes() && entry.mode.is_blob())
            .map(|entry| entry.oid.to_owned())
    }
}

fn why_not(path: &Path, place: &str, error: &str) -> SourceError {
    if !path.exists() {
        return SourceError::new(format!("no such folder: {place}"))
            .hint("correct the source's `path`; relative paths start at the configuration file");
    }
    if path.is_file() {
        return SourceError::new(format!("not a git repository: {place} is a file"))
            .hint("give the path of a clone: a folder with .git in it, or a bare repository");
    }
    let unreadable = std::fs::read_dir(path).err();
    if let Some(error) = unreadable {
        return SourceError::new(format!("cannot read {place}: {}", one(&error)))
            .hint("give the path of a clone that you may read");
    }
    if !error.contains("not appear to be a git repository") && path.join(".git").exists() {
        return SourceError::new(format!("cannot open the git repository {place}: {}", one(&error)))
            .hint("run `git status` there; it says what is wrong");
    }
    let above = path.canonicalize().ok().and_then(|full| {
        full.ancestors().skip(1).find(|folder| folder.join(".git").exists()).map(Path::to_owned)
    });
    let hint = match above {
        Some(above) => format!("did you mean {}?", text::line(&above.to_string_lossy(), 400)),
        None => "give the path of a clone: a folder with .git in it, or a bare repository".to_owned(),
    };
    SourceError::new(format!("not a git repository: {place}")).hint(hint)
}

/// An error's text as one harmless line.
pub(super) fn one(error: &dyn std::fmt::Display) -> String {
    text::line(&error.to_string(), 300)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(half), 16));
        }
        text
    })
}
