//! The floor under every figure of the terminal benchmark: the least that a ratatui table over `SQLite` can
//! cost. It opens a store of buyin, lists some hundred accounts with a few columns, moves a marker with `j`, turns
//! pages with page down, goes back with `g`, and quits on `q`.

use std::io;

use crossterm::event::{self, Event, KeyCode};
use ratatui::{
    layout::Constraint,
    widgets::{Row, Table},
};
use rusqlite::{Connection, OpenFlags};

/// So many rows are read at the start.
const ROWS: i64 = 1_000;

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("usage: floor STORE"))?;
    let mut terminal = ratatui::init();
    let height = usize::from(terminal.size()?.height);
    let rows = page(&path, ROWS).map_err(io::Error::other)?;
    let (mut selected, mut top) = (0_usize, 0_usize);
    loop {
        terminal.draw(|frame| {
            let shown = rows.iter().enumerate().skip(top).take(height);
            let table = shown.map(|(index, row)| {
                let marker = if index == selected { ">" } else { " " };
                Row::new([marker.to_owned(), row[0].clone(), row[1].clone(), row[2].clone()])
            });
            let widths =
                [Constraint::Length(1), Constraint::Min(20), Constraint::Length(10), Constraint::Length(12)];
            frame.render_widget(Table::new(table, widths), frame.area());
        })?;
        if let Event::Key(key) = event::read()? {
            let last = rows.len().saturating_sub(1);
            match key.code {
                KeyCode::Char('j') => selected = (selected + 1).min(last),
                KeyCode::PageDown => {
                    (selected, top) = ((selected + height).min(last), (top + height).min(last));
                }
                KeyCode::Char('g') => (selected, top) = (0, 0),
                KeyCode::Char('q') => break,
                _ => {}
            }
            top = top.max(selected.saturating_sub(height.saturating_sub(1)));
        }
    }
    ratatui::restore();
    Ok(())
}

fn page(path: &str, limit: i64) -> rusqlite::Result<Vec<[String; 3]>> {
    let store = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut query = store.prepare(
        "SELECT name, -by_people, -by_activities FROM account WHERE shown = 1 ORDER BY by_last LIMIT ?1",
    )?;
    let rows = query.query_map([limit], |row| {
        Ok([row.get::<_, String>(0)?, row.get::<_, i64>(1)?.to_string(), row.get::<_, i64>(2)?.to_string()])
    })?;
    rows.collect()
}
