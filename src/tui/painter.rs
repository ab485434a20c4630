//! A ratatui backend that sends as few bytes as it can: it keeps a copy of what is on the terminal, finds rows
//! that have moved and lets the terminal scroll them, and writes each frame at once. Must not know what is
//! drawn.

use std::io::{self, Write};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
    style::{Color, Modifier},
};

use super::{scroll, sgr::Pen};

/// Writes to `out`; the size is told from outside.
#[derive(Debug)]
pub struct Painter<W> {
    out: W,
    size: Size,
    /// What is on the terminal.
    shown: Grid,
    /// What shall be there.
    next: Grid,
    bytes: Vec<u8>,
    pen: Pen,
    /// Where the terminal's cursor is, when that is known.
    at: Option<(u16, u16)>,
    cursor: Option<bool>,
    wanted: Option<Position>,
    /// The links on the terminal, and those that shall be there.
    linked: Vec<Link>,
    links: Vec<Link>,
}

/// A part of a row that a terminal can open (OSC 8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub y: u16,
    /// The first cell, and the one after the last.
    pub from: u16,
    pub to: u16,
    /// Harmless: printable ASCII.
    pub url: String,
}

/// Rows of cells. A cell covered by the wide one before it holds the empty text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    pub(super) rows: Vec<Vec<Cell>>,
}

impl Grid {
    fn blank(size: Size) -> Self {
        Self { rows: vec![vec![Cell::EMPTY; usize::from(size.width)]; usize::from(size.height)] }
    }

    fn set(&mut self, x: usize, y: usize, cell: &Cell) {
        let Some(row) = self.rows.get_mut(y) else { return };
        if x >= row.len() {
            return;
        }
        if let Some(covered) = row.get_mut(x + 1).filter(|covered| covered.symbol().is_empty()) {
            *covered = Cell::EMPTY;
        }
        row[x] = if is_blank(cell) { Cell::EMPTY } else { cell.clone() };
        let wide = super::widgets::text::width(cell.symbol());
        for covered in row.iter_mut().skip(x + 1).take(wide.saturating_sub(1)) {
            covered.set_symbol("").set_style(cell.style());
        }
    }
}

/// Whether nothing is seen of the cell, whatever colour its letter would have.
fn is_blank(cell: &Cell) -> bool {
    let seen = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(seen)
}

impl<W: Write> Painter<W> {
    /// A painter for a terminal that is blank, whose cursor may be anywhere.
    pub fn new(out: W, (width, height): (u16, u16)) -> Self {
        let size = Size { width, height };
        Self {
            out,
            size,
            shown: Grid::blank(size),
            next: Grid::blank(size),
            bytes: Vec::new(),
            pen: Pen::default(),
            at: None,
            cursor: None,
            wanted: None,
            linked: Vec::new(),
            links: Vec::new(),
        }
    }

    /// The links of the next frame.
    pub fn link(&mut self, links: Vec<Link>) {
        self.links = links;
    }

    /// The terminal has this size now; ratatui clears it before the next frame.
    pub fn resize(&mut self, (width, height): (u16, u16)) {
        self.size = Size { width, height };
    }

    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Scrolls moved rows, then writes the cells that still differ.
    fn paint(&mut self) {
        // A moved row would take its link along.
        let plain = self.links.is_empty() && self.linked.is_empty();
        if plain && let Some(shift) = scroll::find(&self.shown.rows, &self.next.rows) {
            self.pen.reset(&mut self.bytes);
            shift.write(self.size.height, &mut self.bytes);
            shift.carry_out(&mut self.shown.rows);
            self.at = None;
        }
        for y in 0..self.next.rows.len() {
            self.paint_row(y);
        }
        self.shown.clone_from(&self.next);
        self.linked.clone_from(&self.links);
    }

    fn link_of(links: &[Link], y: usize) -> Option<&Link> {
        links.iter().find(|link| usize::from(link.y) == y)
    }

    fn paint_row(&mut self, y: usize) {
        let (old, new) = (&self.shown.rows[y], &self.next.rows[y]);
        let link = Self::link_of(&self.links, y).cloned();
        let relinked = Self::link_of(&self.linked, y) != link.as_ref();
        if old == new && !relinked {
            return;
        }
        // A wide character cannot be half overwritten: such a row is written whole.
        let wide = |row: &[Cell]| row.iter().any(|cell| cell.symbol().is_empty());
        let whole = wide(old) || wide(new) || relinked || link.is_some();
        let blank = |cell: &Cell| *cell == Cell::EMPTY;
        let end = new.iter().rposition(|cell| !blank(cell)).map_or(0, |last| last + 1);
        let old_end = old.iter().rposition(|cell| !blank(cell)).map_or(0, |last| last + 1);
        if whole {
            self.go(0, y);
            self.pen.reset(&mut self.bytes);
            self.bytes.extend_from_slice(b"\x1b[K");
        }
        for x in 0..end {
            let (old, new) = (&self.shown.rows[y][x], &self.next.rows[y][x]);
            let same = if whole { blank(new) } else { old == new };
            if same || new.symbol().is_empty() {
                continue;
            }
            let new = new.clone();
            self.go(x, y);
            if let Some(link) = link.as_ref().filter(|link| usize::from(link.from) == x) {
                self.bytes.extend_from_slice(format!("\x1b]8;;{}\x1b\\", link.url).as_bytes());
            }
            self.write(&new, x, y);
            if link.as_ref().is_some_and(|link| usize::from(link.to) == x + 1) {
                self.bytes.extend_from_slice(b"\x1b]8;;\x1b\\");
            }
        }
        if old_end > end && !whole {
            let gone = old_end - end;
            self.go(end, y);
            self.pen.reset(&mut self.bytes);
            if gone > 3 || old_end == usize::from(self.size.width) {
                self.bytes.extend_from_slice(b"\x1b[K");
            } else {
                self.bytes.extend(std::iter::repeat_n(b' ', gone));
                self.at = self.at.map(|(x, y)| (x + u16::try_from(gone).unwrap_or(0), y));
            }
        }
    }

    fn write(&mut self, cell: &Cell, x: usize, y: usize) {
        self.pen.take(cell, &mut self.bytes);
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        // Terminals disagree on the width of what is not one plain character: its end is not relied upon.
        // After the last column the cursor waits there for the next line, which is not relied upon either.
        let plain = cell.symbol().chars().count() == 1 && super::widgets::text::width(cell.symbol()) == 1;
        let edge = x + 1 >= usize::from(self.size.width);
        let next = u16::try_from(x + 1).unwrap_or(u16::MAX);
        self.at = (plain && !edge).then_some((next, u16::try_from(y).unwrap_or(u16::MAX)));
    }

    /// Moves the cursor in the shortest way.
    fn go(&mut self, x: usize, y: usize) {
        let to = (u16::try_from(x).unwrap_or(u16::MAX), u16::try_from(y).unwrap_or(u16::MAX));
        let Some(from) = self.at.replace(to) else { return self.jump(to) };
        if from == to {
            return;
        }
        if from.1 != to.1 || from.0 > to.0 {
            return self.jump(to);
        }
        // A few cells that are right already cost less to write again than to leap over.
        let between = &self.next.rows[y][usize::from(from.0)..x];
        let again =
            between.len() <= 3 && between.iter().all(|cell| self.pen.is(cell) && cell.symbol().len() == 1);
        if again {
            for cell in between {
                self.bytes.extend_from_slice(cell.symbol().as_bytes());
            }
        } else if to.0 - from.0 == 1 {
            self.bytes.extend_from_slice(b"\x1b[C");
        } else {
            self.bytes.extend_from_slice(format!("\x1b[{}C", to.0 - from.0).as_bytes());
        }
    }

    fn jump(&mut self, (x, y): (u16, u16)) {
        let sequence = match (x, y) {
            (0, 0) => "\x1b[H".to_owned(),
            (0, y) => format!("\x1b[{}H", y + 1),
            (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        self.bytes.extend_from_slice(sequence.as_bytes());
    }
}

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.next.set(usize::from(x), usize::from(y), cell);
        }
        self.paint();
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Some(false) {
            self.bytes.extend_from_slice(b"\x1b[?25l");
            self.cursor = Some(false);
        }
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Some(true) {
            self.bytes.extend_from_slice(b"\x1b[?25h");
            self.cursor = Some(true);
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.wanted.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        self.wanted = Some(position);
        if self.at != Some((position.x, position.y)) {
            self.at = Some((position.x, position.y));
            self.jump((position.x, position.y));
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.pen.reset(&mut self.bytes);
        self.bytes.extend_from_slice(b"\x1b[H\x1b[2J");
        self.at = Some((0, 0));
        self.shown = Grid::blank(self.size);
        self.next = Grid::blank(self.size);
        Ok(())
    }

    fn clear_region(&mut self, _region: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let written = self.out.write_all(&self.bytes).and_then(|()| self.out.flush());
        self.bytes.clear();
        written
    }
}

#[cfg(test)]
#[path = "painter_tests.rs"]
mod tests;
