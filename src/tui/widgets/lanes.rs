//! Lanes side by side: a heading and short entries below it each. Must not know what stands in them.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    table::Cell,
    text::{Charset, put, put_right, width, wrap},
};
use crate::tui::theme::{Role, Theme};

/// A lane with all its entries; the chosen one is kept in sight.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lane {
    pub title: Cell,
    pub entries: Vec<Entry>,
    /// Stands in an empty lane: what it needs.
    pub empty: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    pub chosen: bool,
    pub name: Cell,
    /// Stands at the right end.
    pub note: Cell,
}

const GAP: u16 = 2;

/// How wide each of so many lanes is.
pub fn each(width: u16, lanes: usize) -> u16 {
    let lanes = u16::try_from(lanes.max(1)).unwrap_or(u16::MAX);
    (width.saturating_sub(2) / lanes).saturating_sub(GAP)
}

/// The least room of a lane without entries.
const BARE: u16 = 12;

/// How wide the lanes are: those without entries leave room to the others, so that names can be read.
fn widths(width: u16, lanes: &[Lane]) -> Vec<u16> {
    let even = each(width, lanes.len());
    let count = |bare: bool| lanes.iter().filter(|lane| lane.entries.is_empty() == bare).count();
    let (bare, full) = (u16::try_from(count(true)).unwrap_or(0), u16::try_from(count(false)).unwrap_or(0));
    let spare = even.saturating_sub(BARE) * bare;
    let more = spare.checked_div(full).unwrap_or(0);
    let of = |lane: &Lane| match (lane.entries.is_empty(), more) {
        (_, 0) => even,
        (true, _) => BARE,
        (false, more) => even + more,
    };
    lanes.iter().map(of).collect()
}

/// Draws the lanes: headings in the first line, entries below.
pub fn draw(lanes: &[Lane], buffer: &mut Buffer, area: Rect, theme: &Theme, charset: Charset) {
    let mut next = area.x + 1;
    for (lane, wide) in lanes.iter().zip(widths(area.width, lanes)) {
        let x = next;
        next += wide + GAP;
        let (title, role) = &lane.title;
        put(buffer, (x + 1, area.y), title, wide - 1, theme.style(*role), charset);
        let rows = usize::from(area.height.saturating_sub(1));
        if lane.entries.is_empty() {
            for (y, text) in (area.y + 1..area.bottom()).zip(wrap(&lane.empty, usize::from(wide - 1))) {
                put(buffer, (x + 1, y), &text, wide - 1, theme.style(Role::Quiet), charset);
            }
            continue;
        }
        let chosen = lane.entries.iter().position(|entry| entry.chosen).unwrap_or(0);
        // The last line tells how many more there are.
        let room = if lane.entries.len() > rows { rows.saturating_sub(1) } else { rows };
        let top = (chosen + 1).saturating_sub(room);
        for (y, entry) in (area.y + 1..).zip(lane.entries.iter().skip(top).take(room)) {
            one(entry, buffer, Rect { x, y, width: wide, height: 1 }, theme, charset);
        }
        let more = lane.entries.len().saturating_sub(top + room);
        if more > 0 {
            let text = format!("{} {more} more", charset.more());
            put(buffer, (x + 1, area.bottom() - 1), &text, wide - 1, theme.style(Role::Quiet), charset);
        }
    }
}

fn one(entry: &Entry, buffer: &mut Buffer, area: Rect, theme: &Theme, charset: Charset) {
    if entry.chosen {
        put(buffer, (area.x, area.y), ">", 1, theme.style(Role::Marker), charset);
    }
    let (note, role) = &entry.note;
    let room = area.width.saturating_sub(1);
    // A name keeps most of the room; where both do not fit, both are cut.
    let taken = u16::try_from(width(note)).unwrap_or(room).min(room.saturating_sub(6));
    put_right(buffer, (area.right(), area.y), note, taken, theme.style(*role), charset);
    let (name, role) = &entry.name;
    let left = room.saturating_sub(if taken == 0 { 0 } else { taken + 1 });
    put(buffer, (area.x + 1, area.y), name, left, theme.style(*role), charset);
}
