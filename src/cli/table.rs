//! Rows in columns: for a terminal, for another program's eyes, for a page of Markdown. Must not know what
//! the rows are.

use std::io::{self, Write};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::args::Format;
use crate::domain::time::Day;

/// How data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    pub format: Format,
    pub color: bool,
    /// Columns of the terminal; `None` elsewhere, where nothing is cut.
    pub width: Option<usize>,
    /// Short dates are written as seen from here.
    pub today: Day,
}

/// A column of a list.
pub struct Column<T: 'static> {
    pub title: &'static str,
    pub side: Side,
    pub cell: fn(&T, Day) -> String,
    /// Where a terminal is too narrow for all columns, those with the highest number go first; 0 stays.
    pub spare: u8,
}

impl<T> Clone for Column<T> {
    fn clone(&self) -> Self {
        *self
    }
}

// Whatever the rows are, a column is a title and a function.
impl<T> Copy for Column<T> {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// A column whose cells stand on the left.
pub const fn left<T>(title: &'static str, cell: fn(&T, Day) -> String) -> Column<T> {
    Column { title, side: Side::Left, cell, spare: 0 }
}

/// A column whose cells stand on the right, for numbers.
pub const fn right<T>(title: &'static str, cell: fn(&T, Day) -> String) -> Column<T> {
    Column { title, side: Side::Right, cell, spare: 0 }
}

/// A column that a narrow terminal does without, those with the highest number first.
pub const fn spare<T>(order: u8, column: Column<T>) -> Column<T> {
    Column { spare: order, ..column }
}

const GAP: usize = 2;
/// No column is made narrower than this to fit the terminal.
const NARROW: usize = 8;
/// A text that is cut to this can still be read: before one is made narrower, spare columns go.
const READABLE: usize = 16;

/// Rows, collected until the widths are known.
#[derive(Debug, Default)]
pub struct Table {
    pub titles: Vec<String>,
    pub sides: Vec<Side>,
    /// By column, as in [`Column::spare`]; columns without a number stay.
    pub spare: Vec<u8>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    pub fn new<T>(columns: &[Column<T>]) -> Self {
        Self {
            titles: columns.iter().map(|column| column.title.to_owned()).collect(),
            sides: columns.iter().map(|column| column.side).collect(),
            spare: columns.iter().map(|column| column.spare).collect(),
            rows: Vec::new(),
        }
    }

    pub fn of<'a, T: 'a>(columns: &[Column<T>], rows: impl IntoIterator<Item = &'a T>, today: Day) -> Self {
        let cells = |row: &T| columns.iter().map(|column| (column.cell)(row, today)).collect();
        Self { rows: rows.into_iter().map(cells).collect(), ..Self::new(columns) }
    }

    /// Writes a heading and aligned rows; cuts are marked where a terminal is too narrow.
    pub fn write(&self, out: &mut dyn Write, style: &Style) -> io::Result<()> {
        let (kept, widths) = self.widths(style.width);
        let titles: Vec<String> = self.titles.iter().map(|title| title.to_uppercase()).collect();
        heading(out, style, &self.line(&titles, &kept, &widths))?;
        for row in &self.rows {
            writeln!(out, "{}", cut(&self.line(row, &kept, &widths), style.width))?;
        }
        Ok(())
    }

    /// The kept cells, each as wide as its column.
    fn line(&self, cells: &[String], kept: &[usize], widths: &[usize]) -> String {
        let mut line = String::new();
        for (at, width) in kept.iter().zip(widths) {
            let cell = cut(&cells[*at], Some(*width));
            let space = " ".repeat(width - cell.width().min(*width));
            match self.sides[*at] {
                Side::Left => line.extend([cell.as_str(), &space]),
                Side::Right => line.extend([space.as_str(), &cell]),
            }
            line.push_str(&" ".repeat(GAP));
        }
        line.truncate(line.trim_end().len());
        line
    }

    /// Which columns are shown, and how wide each of them is.
    fn widths(&self, room: Option<usize>) -> (Vec<usize>, Vec<usize>) {
        let mut widths: Vec<usize> = self.titles.iter().map(|title| title.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let kept = self.kept(&widths, room);
        let mut widths: Vec<usize> = kept.iter().map(|at| widths[*at]).collect();
        let Some(room) = room else { return (kept, widths) };
        let room = room.saturating_sub(GAP * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let left = widths.iter_mut().zip(&kept).filter(|(_, at)| self.sides[**at] == Side::Left);
            match left.map(|(width, _)| width).max_by_key(|width| **width) {
                Some(widest) if *widest > NARROW => *widest -= 1,
                _ => break,
            }
        }
        (kept, widths)
    }

    /// All columns, or as many as can be read where there is little room.
    fn kept(&self, widths: &[usize], room: Option<usize>) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..widths.len()).collect();
        let spare = |at: usize| self.spare.get(at).copied().unwrap_or(0);
        let readable = |at: usize| match self.sides[at] {
            Side::Left => widths[at].min(READABLE),
            Side::Right => widths[at],
        };
        let needed = |kept: &[usize]| kept.iter().map(|at| readable(*at) + GAP).sum::<usize>();
        while room.is_some_and(|room| needed(&kept) > room + GAP) {
            let most = kept.iter().copied().max_by_key(|at| spare(*at)).filter(|at| spare(*at) > 0);
            let Some(most) = most else { break };
            kept.retain(|at| *at != most);
        }
        kept
    }

    /// Writes the rows as a table of Markdown.
    pub fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        writeln!(out, "{}", line(self.titles.iter().map(|title| escape(title)).collect()))?;
        let rule = |side: &Side| if *side == Side::Right { "---:" } else { "---" }.to_owned();
        writeln!(out, "{}", line(self.sides.iter().map(rule).collect()))?;
        for row in &self.rows {
            writeln!(out, "{}", line(row.iter().map(|cell| escape(cell)).collect()))?;
        }
        Ok(())
    }
}

/// A line that stands out on a terminal.
pub fn heading(out: &mut dyn Write, style: &Style, text: &str) -> io::Result<()> {
    let text = cut(text, style.width);
    if style.color { writeln!(out, "\u{1b}[1m{text}\u{1b}[0m") } else { writeln!(out, "{text}") }
}

/// What would end a cell, begin a tag or a link of Markdown is escaped.
fn escape(cell: &str) -> String {
    let mut escaped = String::with_capacity(cell.len());
    for letter in cell.chars() {
        match letter {
            '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text in at most `width` columns; a cut is marked.
pub fn cut(text: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| text.width() > *width) else { return text.to_owned() };
    let (mut kept, mut used) = (String::new(), 1);
    for letter in text.graphemes(true) {
        used += letter.width();
        if used > width {
            break;
        }
        kept.push_str(letter);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            titles: vec!["account".into(), "people".into()],
            sides: vec![Side::Left, Side::Right],
            spare: Vec::new(),
            rows: vec![vec!["王伟 Robotics of the West".into(), "7".into()], vec!["a|b".into(), "12".into()]],
        }
    }

    fn written(width: Option<usize>) -> String {
        let mut out = Vec::new();
        table().write(&mut out, &Style { width, ..Style::default() }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let text = written(None);
        assert_eq!(
            text,
            "ACCOUNT                    PEOPLE\n王伟 Robotics of the West       7\na|b                            12\n"
        );
        let widths: Vec<_> = text.lines().map(UnicodeWidthStr::width).collect();
        assert_eq!(widths, [33, 33, 33]);
    }

    #[test]
    fn a_terminal_is_never_overrun_and_a_cut_is_marked() {
        for width in 1..40 {
            for line in written(Some(width)).lines() {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
        assert!(written(Some(20)).contains("王伟 Roboti…"), "{}", written(Some(20)));
    }

    #[test]
    fn spare_columns_go_where_there_is_little_room_the_most_spare_first() {
        let titles: Vec<String> = ["account", "owner", "people", "last"].map(str::to_owned).to_vec();
        let sides = vec![Side::Left, Side::Left, Side::Right, Side::Right];
        let row = vec!["Acme Robotics of the West".into(), "dana".into(), "7".into(), "21 Nov".into()];
        let table = Table { titles, sides, spare: vec![0, 2, 1, 0], rows: vec![row] };
        let head = |width| {
            let mut out = Vec::new();
            table.write(&mut out, &Style { width, ..Style::default() }).unwrap();
            let text = String::from_utf8(out).unwrap();
            text.lines().next().unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(head(None), ["ACCOUNT", "OWNER", "PEOPLE", "LAST"]);
        assert_eq!(head(Some(80)), ["ACCOUNT", "OWNER", "PEOPLE", "LAST"]);
        assert_eq!(head(Some(36)), ["ACCOUNT", "PEOPLE", "LAST"]);
        assert_eq!(head(Some(24)), ["ACCOUNT", "LAST"]);
    }

    #[test]
    fn markdown_keeps_its_cells_apart() {
        let mut out = Vec::new();
        table().write_markdown(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().nth(1), Some("| --- | ---: |"));
        assert_eq!(text.lines().nth(3), Some("| a\\|b | 12 |"));
    }
}
