//! Which request brought a commit in. A line is a run of first parents: the main line from the tip, and for each
//! merge another one from its second parent, until it meets a line that is nearer to the main one, or one of the
//! same distance that was merged earlier. Told in one pass, children before parents. Must not know the words of
//! messages.

use std::sync::Arc;

use gix::{
    ObjectId,
    hashtable::{self, hash_map::Entry},
};

/// From the tips that are not the first one: whatever was merged belongs to the merge.
const FAR: u32 = u32::MAX / 2;

/// The line that a commit is on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// How many merges lie between it and the main line.
    depth: u32,
    /// When the merge that begins it was committed, and which it is.
    merged: Option<(i64, ObjectId)>,
    /// The request that brings it in.
    pub thread: Option<Arc<str>>,
    /// The number of whoever merged it, when that is a person.
    pub merger: Option<u32>,
}

impl Line {
    fn is_nearer(&self, other: &Self) -> bool {
        (self.depth, &self.merged) < (other.depth, &other.merged)
    }

    /// The line that a merge on this one brings in; without a request of its own it is part of what brings this one.
    pub(super) fn branch(&self, merge: ObjectId, at: i64, own: Option<(Arc<str>, Option<u32>)>) -> Self {
        let (thread, merger) = match own {
            Some((thread, merger)) => (Some(thread), merger),
            None => (self.thread.clone(), self.merger),
        };
        Self { depth: self.depth.saturating_add(1), merged: Some((at, merge)), thread, merger }
    }
}

/// The lines on which commits are that are not read yet.
#[derive(Debug, Default)]
pub(super) struct Lines {
    waiting: hashtable::HashMap<ObjectId, Line>,
}

impl Lines {
    /// Begins at the tips, the main one first.
    pub(super) fn begin(&mut self, tips: &[ObjectId]) {
        for tip in tips.iter().skip(1) {
            self.goes_on(*tip, Line { depth: FAR, ..Line::default() });
        }
        if let Some(main) = tips.first() {
            self.goes_on(*main, Line::default());
        }
    }

    /// The line of a commit that is read now.
    pub(super) fn take(&mut self, id: &ObjectId) -> Line {
        if self.waiting.is_empty() { Line::default() } else { self.waiting.remove(id).unwrap_or_default() }
    }

    /// A line reaches a commit.
    pub(super) fn goes_on(&mut self, id: ObjectId, line: Line) {
        match self.waiting.entry(id) {
            Entry::Vacant(place) => {
                place.insert(line);
            }
            Entry::Occupied(mut known) => {
                if line.is_nearer(known.get()) {
                    known.insert(line);
                }
            }
        }
    }
}
