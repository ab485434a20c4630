//! A mirror of those parts of a tree that can hold role files, moved from commit to commit: only folders whose
//! id changed are read. Must not know what the files say.

use gix::{ObjectId, objs::TreeRefIter};

use super::{Lack, Repository};

/// Folders that hold other projects' files.
const FOREIGN: &[&[u8]] =
    &[b"vendor", b"third_party", b"thirdparty", b"node_modules", b"testdata", b"Godeps", b"_workspace"];
/// Where forges and people look beside the root.
const KNOWN: &[&[u8]] = &[b".github", b".gitlab", b"docs", b"Documentation"];

#[derive(Debug, Default)]
pub(super) struct Folder {
    id: Option<ObjectId>,
    /// Role files by name.
    files: Vec<(String, ObjectId)>,
    /// By name, in the order of the tree.
    folders: Vec<(Vec<u8>, Folder)>,
    /// Nested OWNERS files are looked for: only where the root has one, as the tools that read them demand.
    is_deep: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Known,
    Deeper,
}

impl Folder {
    /// Moves the mirror to another tree; whether a role file came, went or changed.
    pub(super) fn update_root(&mut self, repository: &Repository, tree: &ObjectId) -> Result<bool, Lack> {
        self.update(repository, tree, Level::Root, self.is_deep, &mut Vec::new())
    }

    /// All role files by path.
    pub(super) fn files(&self) -> Vec<(String, ObjectId)> {
        let mut files = Vec::new();
        self.collect("", &mut files);
        files
    }

    fn collect(&self, path: &str, files: &mut Vec<(String, ObjectId)>) {
        files.extend(self.files.iter().map(|(name, id)| (format!("{path}{name}"), *id)));
        for (name, folder) in &self.folders {
            folder.collect(&format!("{path}{}/", String::from_utf8_lossy(name)), files);
        }
    }

    fn update(
        &mut self,
        repository: &Repository,
        tree: &ObjectId,
        level: Level,
        deep: bool,
        spare: &mut Vec<Vec<u8>>,
    ) -> Result<bool, Lack> {
        if self.id == Some(*tree) && self.is_deep == deep {
            return Ok(false);
        }
        // Until all of it is read, this is the mirror of no tree.
        self.id = None;
        let mut buffer = spare.pop().unwrap_or_default();
        let bytes = repository.object(tree, gix::objs::Kind::Tree, &mut buffer)?;
        let deep = match level {
            Level::Root => has_owners(bytes, tree.kind()),
            _ => deep,
        };
        let mut files = Vec::new();
        let (mut was, mut at) = (std::mem::take(&mut self.folders), 0);
        let mut changed = false;
        for entry in TreeRefIter::from_bytes(bytes, tree.kind()) {
            let Ok(entry) = entry else { return Err(Lack::Corrupt(format!("tree {tree}"))) };
            if entry.mode.is_blob() && is_role_file(entry.filename, level) {
                files.push((entry.filename.to_string(), entry.oid.to_owned()));
            } else if entry.mode.is_tree()
                && let Some(below) = below(entry.filename, level, deep)
            {
                // Both are in the same order: it is nearly always the next one.
                let same = was[at..].iter().position(|(name, _)| *name == **entry.filename);
                let (name, mut folder) = match same {
                    Some(skipped) => {
                        changed |= was[at..at + skipped].iter().any(|(_, gone)| gone.holds_any());
                        at += skipped + 1;
                        std::mem::take(&mut was[at - 1])
                    }
                    None => (entry.filename.to_vec(), Folder::default()),
                };
                changed |= folder.update(repository, &entry.oid.to_owned(), below, deep, spare)?;
                self.folders.push((name, folder));
            }
        }
        spare.push(buffer);
        changed |= was[at..].iter().any(|(_, gone)| gone.holds_any()) || files != self.files;
        (self.id, self.is_deep, self.files) = (Some(*tree), deep, files);
        Ok(changed)
    }

    fn holds_any(&self) -> bool {
        !self.files.is_empty() || self.folders.iter().any(|(_, folder)| folder.holds_any())
    }
}

fn has_owners(bytes: &[u8], kind: gix::hash::Kind) -> bool {
    TreeRefIter::from_bytes(bytes, kind)
        .filter_map(Result::ok)
        .any(|entry| matches!(&**entry.filename, b"OWNERS" | b"OWNERS_ALIASES"))
}

fn is_role_file(name: &[u8], level: Level) -> bool {
    match name {
        b"OWNERS" => true,
        b"OWNERS_ALIASES" => level == Level::Root,
        b"CODEOWNERS" | b"MAINTAINERS" | b"MAINTAINERS.md" | b"MAINTAINERS.txt" => level != Level::Deeper,
        _ => false,
    }
}

/// The level of a folder, when it is looked into.
fn below(name: &[u8], level: Level, deep: bool) -> Option<Level> {
    if level == Level::Root && KNOWN.contains(&name) {
        return Some(Level::Known);
    }
    (deep && !FOREIGN.contains(&name)).then_some(Level::Deeper)
}
