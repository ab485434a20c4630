//! Which commits lie between two sets of tips. Must not know what is in a commit but parents and dates.

use std::collections::{BinaryHeap, VecDeque};

use gix::{ObjectId, hashtable};

use super::repository::{Lack, Repository};

const NEW: u8 = 1;
const OLD: u8 = 2;
const BOTH: u8 = NEW | OLD;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Between {
    /// Reachable from the new tips and not from the old ones, children before their parents; where committers'
    /// clocks ran backwards a few more.
    pub new: Vec<ObjectId>,
    /// Reachable from the old tips and not from the new ones; exact.
    pub gone: Vec<ObjectId>,
}

struct Node {
    paint: u8,
    at: i64,
    parents: Vec<ObjectId>,
    waiting: bool,
}

/// Compares two sets of tips, looking no further back than needed.
pub(super) fn between(repository: &Repository, new: &[ObjectId], old: &[ObjectId]) -> Result<Between, Lack> {
    if new == old {
        return Ok(Between::default());
    }
    let mut painter = Painter::new(repository);
    for (tips, paint) in [(old, OLD), (new, NEW)] {
        for tip in tips {
            painter.paint(*tip, paint)?;
        }
    }
    painter.spread()?;
    let only = |paint| painter.order.iter().copied().filter(|id| painter.nodes[id].paint == paint).collect();
    let found = Between { new: children_first(repository, only(NEW))?, gone: only(OLD) };
    if found.gone.is_empty() {
        return Ok(found);
    }
    // A wrong `gone` would hide facts: here the clocks are not trusted.
    let mut kept = hashtable::HashSet::default();
    reachable(repository, new, &mut kept)?;
    let gone = reachable(repository, old, &mut kept)?;
    Ok(Between { gone, ..found })
}

/// Orders commits so that children come before their parents, the latest first where both may.
pub(super) fn children_first(repository: &Repository, commits: Vec<ObjectId>) -> Result<Vec<ObjectId>, Lack> {
    if commits.len() < 2 {
        return Ok(commits);
    }
    let mut nodes = hashtable::HashMap::default();
    let mut buffer = Vec::new();
    for id in commits {
        let commit = repository.commit(&id, &mut buffer)?;
        nodes.insert(id, (0_usize, commit.committer.at.0, commit.parents));
    }
    let parents: Vec<ObjectId> = nodes.values().flat_map(|(_, _, parents)| parents).copied().collect();
    for parent in parents {
        if let Some((children, ..)) = nodes.get_mut(&parent) {
            *children += 1;
        }
    }
    let first = nodes.iter().filter(|(_, (children, ..))| *children == 0);
    let mut queue: BinaryHeap<_> = first.map(|(id, (_, at, _))| (*at, *id)).collect();
    let mut ordered = Vec::with_capacity(nodes.len());
    while let Some((_, id)) = queue.pop() {
        ordered.push(id);
        for parent in std::mem::take(&mut nodes.entry(id).or_default().2) {
            if let Some((children, at, _)) = nodes.get_mut(&parent) {
                *children -= 1;
                if *children == 0 {
                    queue.push((*at, parent));
                }
            }
        }
    }
    Ok(ordered)
}

/// All that is reachable from `tips` and not yet `seen`.
fn reachable(
    repository: &Repository,
    tips: &[ObjectId],
    seen: &mut hashtable::HashSet<ObjectId>,
) -> Result<Vec<ObjectId>, Lack> {
    let mut queue: VecDeque<_> = tips.iter().copied().filter(|tip| seen.insert(*tip)).collect();
    let (mut found, mut buffer) = (Vec::new(), Vec::new());
    while let Some(id) = queue.pop_front() {
        let commit = repository.commit(&id, &mut buffer)?;
        queue.extend(commit.parents.iter().copied().filter(|parent| seen.insert(*parent)));
        found.push(id);
    }
    Ok(found)
}

struct Painter<'r> {
    repository: &'r Repository,
    nodes: hashtable::HashMap<ObjectId, Node>,
    /// The nodes in the order in which they were found.
    order: Vec<ObjectId>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many waiting nodes have one colour only; none left means that all is known.
    open: usize,
    buffer: Vec<u8>,
}

impl<'r> Painter<'r> {
    fn new(repository: &'r Repository) -> Self {
        Self {
            repository,
            nodes: hashtable::HashMap::default(),
            order: Vec::new(),
            queue: BinaryHeap::new(),
            open: 0,
            buffer: Vec::new(),
        }
    }

    fn paint(&mut self, id: ObjectId, paint: u8) -> Result<(), Lack> {
        if !self.nodes.contains_key(&id) {
            let commit = self.repository.commit(&id, &mut self.buffer)?;
            let node = Node { paint: 0, at: commit.committer.at.0, parents: commit.parents, waiting: false };
            self.nodes.insert(id, node);
            self.order.push(id);
        }
        let Some(node) = self.nodes.get_mut(&id) else { return Ok(()) };
        let before = node.paint;
        node.paint |= paint;
        if node.paint == before {
            return Ok(());
        }
        if node.waiting {
            self.open -= usize::from(before != BOTH && node.paint == BOTH);
        } else {
            node.waiting = true;
            self.open += usize::from(node.paint != BOTH);
            self.queue.push((node.at, id));
        }
        Ok(())
    }

    fn spread(&mut self) -> Result<(), Lack> {
        while self.open > 0
            && let Some((_, id)) = self.queue.pop()
        {
            let Some(node) = self.nodes.get_mut(&id) else { continue };
            node.waiting = false;
            self.open -= usize::from(node.paint != BOTH);
            let (paint, parents) = (node.paint, node.parents.clone());
            for parent in parents {
                self.paint(parent, paint)?;
            }
        }
        Ok(())
    }
}
