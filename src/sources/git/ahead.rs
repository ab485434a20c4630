//! Reading ahead: walks a history and hands out the commits' raw bytes, so that one thread unpacks objects
//! while another makes sense of them. Must not know what is in a commit but its parents.

use std::{
    collections::VecDeque,
    ops::Range,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::Scope,
};

use gix::{ObjectId, hashtable};

use super::repository::{Lack, Repository};

/// Commits a chunk, and how many chunks may wait.
const CHUNK: usize = 256;
const WAITING: usize = 4;

/// Some commits in the order of the walk.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    commits: Vec<(ObjectId, Result<Range<usize>, Lack>)>,
}

impl Chunk {
    pub(super) fn commits(&self) -> impl Iterator<Item = (&ObjectId, Result<&[u8], &Lack>)> {
        self.commits.iter().map(|(id, found)| (id, found.as_ref().map(|range| &self.bytes[range.clone()])))
    }
}

/// All commits that are reachable from `tips`, breadth first. Ends when nobody listens.
pub(super) fn walk<'s>(
    scope: &'s Scope<'s, '_>,
    repository: Repository,
    tips: Vec<ObjectId>,
) -> Receiver<Chunk> {
    let (sender, chunks) = sync_channel(WAITING);
    scope.spawn(move || send(&repository, tips, &sender));
    chunks
}

fn send(repository: &Repository, tips: Vec<ObjectId>, sender: &SyncSender<Chunk>) {
    let mut seen: hashtable::HashSet<ObjectId> = hashtable::HashSet::default();
    let mut queue: VecDeque<ObjectId> = tips.into_iter().filter(|tip| seen.insert(*tip)).collect();
    let (mut chunk, mut buffer) = (Chunk::default(), Vec::new());
    while let Some(id) = queue.pop_front() {
        let found = repository.object(&id, gix::objs::Kind::Commit, &mut buffer).map(|bytes| {
            let parents = repository.parents(&id, bytes);
            queue.extend(parents.into_iter().filter(|parent| seen.insert(*parent)));
            let start = chunk.bytes.len();
            chunk.bytes.extend_from_slice(bytes);
            start..chunk.bytes.len()
        });
        chunk.commits.push((id, found));
        if chunk.commits.len() >= CHUNK && sender.send(std::mem::take(&mut chunk)).is_err() {
            return;
        }
    }
    // Who listens no more has stopped reading, and knows why.
    let _ = sender.send(chunk);
}
