//! At most one piece of evidence per signal, thread and week. Must not know where a piece comes from.

use std::collections::HashMap;

use super::Piece;

/// Orders pieces by days and keeps one in each slot: the first, until one with more points takes its place from its
/// own day on. A slot whose piece has ended is free again.
pub(super) fn fill(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_unstable_by_key(|piece| (piece.entry.day, piece.entry.at, piece.entry.seq, piece.entry.rule));
    let mut slots: HashMap<u64, (u32, usize)> = HashMap::with_capacity(pieces.len());
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        let number = u32::try_from(slots.len()).unwrap_or(u32::MAX);
        let (slot, holder) = slots.entry(key(&piece)).or_insert((number, kept.len()));
        piece.slot = *slot;
        let day = piece.entry.day;
        match kept.get_mut(*holder) {
            Some(held) if held.entry.holds(day) => {
                if held.entry.points >= piece.entry.points {
                    continue;
                }
                (held.entry.until, held.ended_by) = (Some(day), None);
            }
            _ => {}
        }
        *holder = kept.len();
        kept.push(piece);
    }
    // Replaced on its own day: it never counted.
    kept.retain(|piece| piece.entry.until.is_none_or(|until| piece.entry.day < until));
    kept
}

/// Names the slot of a piece.
fn key(piece: &Piece) -> u64 {
    let entry = &piece.entry;
    let thread = entry.thread.map_or(0, |thread| u64::from(thread) + 1);
    // Weeks of any year that is written with five digits lie within 27 bits.
    let week = u64::from(entry.day.week().0.cast_unsigned()) & ((1 << 27) - 1);
    // A role must not take the place of what places somebody.
    thread << 31 | week << 4 | u64::from(piece.is_role) << 3 | entry.signal as u64
}
