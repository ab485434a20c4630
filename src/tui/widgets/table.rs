//! A table without frames: columns that fit the width, the least needed dropped first. Must not know what
//! the cells mean nor which rows there are besides those it is given.

use ratatui::{buffer::Buffer, layout::Rect};

use super::text::{Charset, put, put_right};
use crate::tui::theme::{Role, Theme};

/// A column as a screen describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub title: &'static str,
    /// The least width.
    pub least: u16,
    /// The width below which no column of rank [`SPARE`] or more stands beside it.
    pub wish: u16,
    /// How many shares of the left-over width it takes; 0 for a column of fixed width.
    pub share: u16,
    pub right: bool,
    /// Columns with the highest number are dropped first when the width does not suffice.
    pub rank: u8,
}

impl Column {
    pub const fn text(title: &'static str, least: u16, share: u16, rank: u8) -> Self {
        Self { title, least, wish: least, share, right: false, rank }
    }

    /// The same column, which would like to be so wide.
    #[must_use]
    pub const fn wishing(self, wish: u16) -> Self {
        Self { wish, ..self }
    }

    pub const fn right(title: &'static str, least: u16, rank: u8) -> Self {
        Self { title, least, wish: least, share: 0, right: true, rank }
    }
}

/// A cell: what it says and the role it plays.
pub type Cell = (String, Role);

const MARKER: u16 = 3;
const GAP: u16 = 2;
/// A column with a share never grows beyond this; wider, the eye loses the row.
const WIDEST: u16 = 72;

/// Columns of this rank and above give way to the wishes of others.
pub const SPARE: u8 = 6;

/// Which columns fit, as (index, width).
pub fn fit(columns: &[Column], width: u16) -> Vec<(usize, u16)> {
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    let gaps = |kept: &[usize]| GAP * u16::try_from(kept.len().saturating_sub(1)).unwrap_or(0);
    let need = |kept: &[usize]| kept.iter().map(|i| columns[*i].least).sum::<u16>() + gaps(kept);
    let wishes = |kept: &[usize]| {
        let spare = kept.iter().any(|i| columns[*i].rank >= SPARE);
        if spare { kept.iter().map(|i| columns[*i].wish).sum::<u16>() + gaps(kept) } else { 0 }
    };
    let room = width.saturating_sub(MARKER + 1);
    while kept.len() > 1 && need(&kept).max(wishes(&kept)) > room {
        let Some(worst) = kept.iter().copied().max_by_key(|i| (columns[*i].rank, *i)) else { break };
        kept.retain(|i| *i != worst);
    }
    let mut left = room.saturating_sub(need(&kept));
    let mut shares: u16 = kept.iter().map(|i| columns[*i].share).sum();
    let mut fitted = Vec::new();
    for index in kept {
        let column = columns[index];
        let extra = if column.share == 0 { 0 } else { left * column.share / shares };
        let width = (column.least + extra).min(WIDEST.max(column.least)).min(room);
        if column.share > 0 {
            left -= width.saturating_sub(column.least).min(left);
            shares -= column.share;
        }
        fitted.push((index, width));
    }
    fitted
}

/// How the rows of a table are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub theme: &'a Theme,
    pub charset: Charset,
}

impl Look<'_> {
    /// The titles, one row high.
    /// `ordered`: the title of the column that orders the rows, and whether its lowest value comes first.
    pub fn head(
        self,
        buffer: &mut Buffer,
        area: Rect,
        columns: &[Column],
        ordered: Option<(&'static str, bool)>,
    ) {
        let style = self.theme.style(Role::Header);
        self.cells(buffer, area, columns, None, |index| {
            let title = columns[index].title;
            match ordered {
                Some((by, rising)) if by == title => {
                    (format!("{title}{}", self.charset.order(rising)), style)
                }
                _ => (title.to_owned(), style),
            }
        });
    }

    /// One row; `chosen` puts the marker before it, `marked` a `+`.
    pub fn row(
        self,
        buffer: &mut Buffer,
        area: Rect,
        columns: &[Column],
        cells: &[Cell],
        (chosen, marked): (bool, bool),
    ) {
        for (set, x, sign) in [(marked, area.x, "+"), (chosen, area.x + 1, ">")] {
            if set {
                put(buffer, (x, area.y), sign, 1, self.theme.style(Role::Marker), self.charset);
            }
        }
        // A row of fewer cells than columns ends with a text that has all the room there is.
        let last = cells.len().checked_sub(1).filter(|_| cells.len() < columns.len());
        self.cells(buffer, area, columns, last, |index| {
            cells.get(index).map_or((String::new(), self.theme.style(Role::Name)), |(text, role)| {
                (text.clone(), self.theme.style(*role))
            })
        });
    }

    fn cells(
        self,
        buffer: &mut Buffer,
        area: Rect,
        columns: &[Column],
        last: Option<usize>,
        cell: impl Fn(usize) -> (String, ratatui::style::Style),
    ) {
        let mut x = area.x + MARKER;
        for (index, width) in fit(columns, area.width) {
            let (text, style) = cell(index);
            let left = area.right().saturating_sub(x);
            if last == Some(index) {
                put(buffer, (x, area.y), &text, left.saturating_sub(1), style, self.charset);
                break;
            }
            let room = width.min(left);
            if columns[index].right {
                put_right(buffer, (x + room, area.y), &text, room, style, self.charset);
            } else {
                put(buffer, (x, area.y), &text, room, style, self.charset);
            }
            x = x.saturating_add(width + GAP);
            if x >= area.right() {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::text("NAME", 12, 1, 0),
        Column::text("RELATION", 10, 0, 3),
        Column::right("PEOPLE", 7, 1),
        Column::right("LAST", 8, 2),
    ];

    #[test]
    fn the_least_needed_columns_are_dropped_first() {
        let kept = |width| fit(COLUMNS, width).into_iter().map(|(i, _)| i).collect::<Vec<_>>();
        assert_eq!(kept(80), [0, 1, 2, 3]);
        assert_eq!(kept(40), [0, 2, 3]);
        assert_eq!(kept(26), [0, 2]);
        assert_eq!(kept(16), [0]);
        assert_eq!(kept(3), [0]);
    }

    #[test]
    fn spare_columns_give_way_to_a_wish_and_others_do_not() {
        let columns = [
            Column::text("NAME", 12, 1, 0).wishing(20),
            Column::right("PEOPLE", 7, 1),
            Column::right("SPARE", 7, SPARE),
        ];
        let kept = |width| fit(&columns, width).into_iter().map(|(i, _)| i).collect::<Vec<_>>();
        assert_eq!(kept(42), [0, 1, 2]);
        assert_eq!(kept(41), [0, 1]);
        assert_eq!(kept(25), [0, 1]);
        assert_eq!(kept(24), [0]);
    }

    #[test]
    fn the_fitted_columns_never_exceed_the_width() {
        for width in 0..300 {
            let fitted = fit(COLUMNS, width);
            let gaps = GAP * u16::try_from(fitted.len() - 1).unwrap();
            let taken: u16 = fitted.iter().map(|(_, w)| *w).sum::<u16>() + gaps;
            assert!(taken <= width.saturating_sub(MARKER), "{width}: {fitted:?}");
        }
    }
}
