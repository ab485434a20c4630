//! What blocks somebody, until it is resolved or they went on all the same. Must not know who resolves it.

use crate::domain::{
    account::Zone,
    points::Points,
    stage::Stage,
    time::{Day, Time},
};

use super::{Engine, evidence::Piece, why::WENT_ON};

/// The objections of a person and, while these block, what they block.
#[derive(Debug, Default)]
pub(super) struct Blocking {
    /// Pieces that object and are not used up, in order; some may have ended.
    objections: Vec<usize>,
    pub(super) block: Option<Block>,
}

#[derive(Debug)]
pub(super) struct Block {
    pub(super) before: Stage,
    /// The thread that blocks most.
    pub(super) cause: Option<u32>,
    /// The objections that block, by their slots: a better piece in a slot takes the place of the one before.
    slots: Vec<u32>,
    /// New pieces of success and teaching since then.
    went_on: Vec<usize>,
}

/// How somebody came off a block, and by what.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) to: Stage,
    pub(super) rule: &'static str,
    pub(super) because: Vec<(i64, Time)>,
}

impl Blocking {
    pub(super) fn object(&mut self, index: usize) {
        self.objections.push(index);
    }

    /// A new piece of success or teaching; whether anything blocks.
    pub(super) fn go_on(&mut self, index: usize) -> bool {
        if let Some(block) = &mut self.block {
            block.went_on.push(index);
        }
        self.block.is_some()
    }

    /// The furthest zone of the objections that hold.
    pub(super) fn zone(&self, pieces: &[Piece], day: Day) -> Option<Zone> {
        self.holding(pieces, day).map(|index| pieces[index].entry.zone).max()
    }

    fn holding<'p>(&'p self, pieces: &'p [Piece], day: Day) -> impl Iterator<Item = usize> + 'p {
        self.objections.iter().copied().filter(move |index| pieces[*index].entry.holds(day))
    }

    /// The objections that count on a day and what they are worth together.
    fn weigh(&self, engine: &Engine, pieces: &[Piece], day: Day) -> (Vec<usize>, Points) {
        let worth = |index: &usize| engine.decayed(&pieces[*index].entry, day);
        let counted: Vec<_> = self.holding(pieces, day).filter(|index| worth(index) > Points(0)).collect();
        let sum = counted.iter().map(worth).sum();
        (counted, sum)
    }

    /// Blocks if the objections of the day are enough; returns them.
    pub(super) fn begin(
        &mut self,
        engine: &Engine,
        pieces: &[Piece],
        stage: Stage,
        day: Day,
    ) -> Option<Vec<usize>> {
        self.objections.retain(|index| pieces[*index].entry.holds(day));
        let (counted, sum) = self.weigh(engine, pieces, day);
        if sum < engine.rules().blocker.points || counted.is_empty() {
            return None;
        }
        self.block = Some(Block {
            before: stage,
            cause: cause(engine, pieces, &counted, day),
            slots: counted.iter().map(|index| pieces[*index].slot).collect(),
            went_on: Vec::new(),
        });
        Some(counted)
    }

    /// Ends the block if what blocks is resolved, or if the person went on. What else is objected by then keeps it up,
    /// if it is enough of its own.
    pub(super) fn end(&mut self, engine: &Engine, pieces: &[Piece], day: Day) -> Option<Left> {
        let rule = &engine.rules().blocker;
        let block = self.block.as_ref()?;
        let of_block = |index: &usize| block.slots.contains(&pieces[*index].slot);
        let standing: Vec<_> = self.holding(pieces, day).filter(of_block).collect();
        let left: Points = standing.iter().map(|index| pieces[*index].entry.points).sum();
        let new = block.went_on.iter().filter(|index| pieces[**index].entry.holds(day));
        let went_on: Points = new.clone().map(|index| pieces[*index].entry.points).sum();
        let (to, all) = (block.before, self.weigh(engine, pieces, day));
        if left < rule.points && all.1 < rule.points {
            let ended = self.objections.iter().filter(|index| of_block(index));
            let because = ended
                .filter_map(|index| pieces[*index].ended_by.filter(|_| !pieces[*index].entry.holds(day)));
            let because = because.collect();
            self.block = None;
            return Some(Left { to, rule: "resolved-again", because });
        }
        if went_on >= rule.went_on && new.clone().next().is_some() {
            let because =
                new.map(|index| (pieces[*index].entry.seq, pieces[*index].entry.known_at)).collect();
            self.block = None;
            self.objections.clear();
            return Some(Left { to, rule: WENT_ON, because });
        }
        let is_over = left < rule.points;
        let standing = if is_over { all.0 } else { standing };
        let has_cause = |index: &usize| pieces[*index].entry.thread == block.cause;
        let stays = standing.iter().any(has_cause);
        let cause = if stays { block.cause } else { cause(engine, pieces, &standing, day) };
        let block = self.block.as_mut()?;
        block.cause = cause;
        if is_over {
            block.slots = standing.iter().map(|index| pieces[*index].slot).collect();
        }
        None
    }
}

/// The thread with the most points; among equals the one that objected first.
fn cause(engine: &Engine, pieces: &[Piece], objections: &[usize], day: Day) -> Option<u32> {
    let mut threads: Vec<(u32, Points)> = Vec::new();
    for entry in objections.iter().map(|index| &pieces[*index].entry) {
        let (Some(thread), worth) = (entry.thread, engine.decayed(entry, day)) else { continue };
        match threads.iter_mut().find(|(known, _)| *known == thread) {
            Some((_, sum)) => sum.0 += worth.0,
            None => threads.push((thread, worth)),
        }
    }
    let mut best: Option<(u32, Points)> = None;
    for (thread, sum) in threads {
        if best.is_none_or(|(_, most)| most < sum) {
            best = Some((thread, sum));
        }
    }
    best.map(|(thread, _)| thread)
}
