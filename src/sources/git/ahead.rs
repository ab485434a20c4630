//! Reading ahead: walks a history and hands out the commits' raw bytes, so that one thread unpacks objects
//! while another makes sense of them. Must not know what is in a commit but its parents, dates and author.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    ops::Range,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::Scope,
};

use gix::{ObjectId, hashtable};

use super::{
    commit::{Author, Commit},
    repository::{Lack, Repository},
};

/// Commits a chunk, and how many chunks may wait.
const CHUNK: usize = 256;
const WAITING: usize = 4;

/// Some commits in the order of the walk.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    commits: Vec<(ObjectId, Result<Read, Lack>)>,
}

/// Where a commit stands in its chunk.
#[derive(Debug)]
struct Read {
    commit: Range<usize>,
    /// Of a merge: the author of the tip of the branch that it brings in, and whether that is Latin-1.
    tip: Option<(Range<usize>, bool)>,
}

/// A commit of a chunk: its bytes, and of a merge who wrote the tip of its branch.
pub(super) type Raw<'a> = (&'a [u8], Option<Author<'a>>);

impl Chunk {
    pub(super) fn commits(&self) -> impl Iterator<Item = (&ObjectId, Result<Raw<'_>, &Lack>)> {
        let raw = |read: &Read| {
            let tip =
                read.tip.as_ref().map(|(author, latin1)| Author::new(&self.bytes[author.clone()], *latin1));
            (&self.bytes[read.commit.clone()], tip)
        };
        self.commits.iter().map(move |(id, found)| (id, found.as_ref().map(raw)))
    }

    fn add(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

/// All commits that are reachable from `tips`, the latest committed first: so children come before their parents,
/// unless clocks ran wrong. Ends when nobody listens.
pub(super) fn walk<'s>(
    scope: &'s Scope<'s, '_>,
    repository: Repository,
    tips: Vec<ObjectId>,
) -> Receiver<Chunk> {
    let (sender, chunks) = sync_channel(WAITING);
    scope.spawn(move || Walk::new(repository).send(&tips, &sender));
    chunks
}

struct Walk {
    repository: Repository,
    seen: hashtable::HashSet<ObjectId>,
    /// When it was committed, its turn among those of one second, and which it is.
    queue: BinaryHeap<(i64, Reverse<u64>, ObjectId)>,
    /// What is in the queue, with its bytes.
    waiting: hashtable::HashMap<ObjectId, Result<Vec<u8>, Lack>>,
    buffer: Vec<u8>,
    spare: Vec<Vec<u8>>,
    turn: u64,
}

impl Walk {
    fn new(repository: Repository) -> Self {
        Self {
            repository,
            seen: hashtable::HashSet::default(),
            queue: BinaryHeap::new(),
            waiting: hashtable::HashMap::default(),
            buffer: Vec::new(),
            spare: Vec::new(),
            turn: 0,
        }
    }

    fn send(&mut self, tips: &[ObjectId], sender: &SyncSender<Chunk>) {
        for tip in tips {
            self.push(*tip);
        }
        let mut chunk = Chunk::default();
        while let Some((_, _, id)) = self.queue.pop() {
            let Some(found) = self.waiting.remove(&id) else { continue };
            let read = found.map(|bytes| {
                let parents = self.repository.parents(&id, &bytes);
                for parent in &parents {
                    self.push(*parent);
                }
                let commit = chunk.add(&bytes);
                self.spare.push(bytes);
                let tip = if let [_, tip] = parents.as_slice() { self.author(tip, &mut chunk) } else { None };
                Read { commit, tip }
            });
            chunk.commits.push((id, read));
            if chunk.commits.len() >= CHUNK && sender.send(std::mem::take(&mut chunk)).is_err() {
                return;
            }
        }
        // Who listens no more has stopped reading, and knows why.
        let _ = sender.send(chunk);
    }

    fn push(&mut self, id: ObjectId) {
        if !self.seen.insert(id) {
            return;
        }
        let found = self.repository.object(&id, gix::objs::Kind::Commit, &mut self.buffer).map(|bytes| {
            let mut kept = self.spare.pop().unwrap_or_default();
            kept.clear();
            kept.extend_from_slice(bytes);
            kept
        });
        let at = found.as_ref().map_or(i64::MAX, |bytes| Commit::committed(bytes));
        self.queue.push((at, Reverse(self.turn), id));
        self.turn += 1;
        self.waiting.insert(id, found);
    }

    /// Who wrote a commit that is nearly always still in the queue.
    fn author(&mut self, id: &ObjectId, chunk: &mut Chunk) -> Option<(Range<usize>, bool)> {
        let bytes = match self.waiting.get(id) {
            Some(found) => found.as_ref().ok()?,
            None => self.repository.object(id, gix::objs::Kind::Commit, &mut self.buffer).ok()?,
        };
        let author = Commit::parse(bytes)?.written_by();
        Some((chunk.add(author.signature.raw), author.latin1))
    }
}
