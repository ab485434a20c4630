//! Finds rows that stand elsewhere in the next picture, and lets the terminal move them. Must not know what a
//! row says.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::Cell;

/// The rows from `top` to `bottom` move up by `by` (down when negative); blank rows come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    top: usize,
    /// The last row that takes part.
    bottom: usize,
    by: isize,
}

/// Rows that differ in no more cells than this count as the same row: only the marker has left.
const NEARLY: usize = 6;
/// A shift must save the writing of at least so many cells to be worth its sequences.
const WORTH: usize = 30;

type Rows = [Vec<Cell>];

/// The best shift from `old` to `new`, if any is worth it.
pub(super) fn find(old: &Rows, new: &Rows) -> Option<Shift> {
    if old.len() != new.len() {
        return None;
    }
    let changed: Vec<usize> = (0..new.len()).filter(|y| old[*y] != new[*y]).collect();
    let (first, last) = (*changed.first()?, *changed.last()?);
    if last - first < 2 || changed.len() < 3 {
        return None;
    }
    let before: Vec<u64> = old.iter().map(|row| hash(row)).collect();
    let after: Vec<u64> = new.iter().map(|row| hash(row)).collect();
    let reach = isize::try_from(last - first).ok()?;
    let blank = hash(&vec![Cell::EMPTY; old[0].len()]);
    let matches = |by: isize| {
        pairs(first, last, by).filter(|(from, to)| before[*from] == after[*to] && after[*to] != blank).count()
    };
    let by = (-reach..=reach).filter(|by| *by != 0).max_by_key(|by| (matches(*by), -by.abs()))?;
    if matches(by) < 2 {
        return None;
    }
    let shift = widen(old, new, (first, last), by)?;
    let mut moved = old.to_vec();
    shift.carry_out(&mut moved);
    let (plain, shifted) = (differing(old, new), differing(&moved, new));
    (shifted + WORTH < plain).then_some(shift)
}

/// The rows (from, to) that a shift by `by` would move within first..=last.
fn pairs(first: usize, last: usize, by: isize) -> impl Iterator<Item = (usize, usize)> {
    (first..=last)
        .filter_map(move |to| to.checked_add_signed(by).map(|from| (from, to)))
        .filter(move |(from, _)| (first..=last).contains(from))
}

/// The part of first..=last that really moves: from the first to the last pair of nearly the same row.
fn widen(old: &Rows, new: &Rows, (first, last): (usize, usize), by: isize) -> Option<Shift> {
    let near = |(from, to): &(usize, usize)| nearly(&old[*from], &new[*to]);
    let same: Vec<_> = pairs(first, last, by).filter(near).collect();
    let (low, high) = (same.first()?, same.last()?);
    Some(Shift { top: low.0.min(low.1), bottom: high.0.max(high.1), by })
}

fn nearly(old: &[Cell], new: &[Cell]) -> bool {
    old.iter().zip(new).filter(|(old, new)| old != new).take(NEARLY + 1).count() <= NEARLY
}

fn differing(old: &Rows, new: &Rows) -> usize {
    old.iter().zip(new).map(|(old, new)| old.iter().zip(new).filter(|(old, new)| old != new).count()).sum()
}

fn hash(row: &[Cell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in row {
        (cell.symbol(), cell.fg, cell.bg, cell.modifier.bits()).hash(&mut hasher);
    }
    hasher.finish()
}

impl Shift {
    /// Writes the sequences: the region, the cursor at its edge, line feeds or their reverse, no region. They
    /// are the ones that even the Linux console knows.
    pub(super) fn write(self, height: u16, out: &mut Vec<u8>) {
        let (top, bottom) = (self.top + 1, self.bottom + 1);
        let whole = self.top == 0 && self.bottom + 1 == usize::from(height);
        if !whole {
            out.extend_from_slice(format!("\x1b[{top};{bottom}r").as_bytes());
        }
        let times = self.by.unsigned_abs();
        if self.by > 0 {
            out.extend_from_slice(format!("\x1b[{bottom}H").as_bytes());
            out.extend(std::iter::repeat_n(b'\n', times));
        } else {
            out.extend_from_slice(format!("\x1b[{top}H").as_bytes());
            for _ in 0..times {
                out.extend_from_slice(b"\x1bM");
            }
        }
        if !whole {
            out.extend_from_slice(b"\x1b[r");
        }
    }

    /// Does to the rows what the terminal does.
    pub(super) fn carry_out(self, rows: &mut Rows) {
        let width = rows.first().map_or(0, Vec::len);
        let Some(region) = rows.get_mut(self.top..=self.bottom) else { return };
        let times = self.by.unsigned_abs().min(region.len());
        let blank = vec![Cell::EMPTY; width];
        if self.by > 0 {
            region.rotate_left(times);
            let kept = region.len() - times;
            region[kept..].fill(blank);
        } else {
            region.rotate_right(times);
            region[..times].fill(blank);
        }
    }
}
