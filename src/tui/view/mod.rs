//! The picture of an app: top line, facts, tabs, titles, rows, bottom line. Changes nothing; must not know
//! what a screen's rows mean.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
};

mod bottom;
mod links;
mod top;

use super::{
    app::{App, Mode},
    screens::{Page, Pieces},
    theme::Role,
    widgets::{
        lanes,
        line::Line,
        table::Look,
        text::{cut, put, put_right, width},
    },
};

pub use links::links;

/// The least size that anything can be shown in.
pub const LEAST: (u16, u16) = (20, 6);

/// Draws the app.
pub fn view(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text = format!("{}x{} at least", LEAST.0, LEAST.1);
        put(frame.buffer_mut(), (0, 0), &text, area.width, ratatui::style::Style::new(), app.options.charset);
        return;
    }
    let page = app.screen().page();
    let cursor = {
        let buffer = frame.buffer_mut();
        top::draw(app, page, buffer, area);
        let mut cursor = facts(app, page, buffer, area);
        let below = 1 + page.fact_lines();
        let titles = tabs(app, page, buffer, Rect { y: below, height: 1, ..area });
        body(app, page, buffer, Rect { y: titles, height: area.height - 1 - titles, ..area });
        wrong(app, page, buffer, Rect { y: titles, height: 1, ..area });
        if let Some(at) = bottom::draw(app, page, buffer, Rect { y: area.height - 1, height: 1, ..area }) {
            cursor = Some(at);
        }
        cursor
    };
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// The lines of facts; on a screen with a filter the first one begins with it. Says where the cursor is.
fn facts(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let lines = page.facts(app.context());
    let Some(filtering) = page.filtering() else {
        for (y, line) in (1..).zip(lines.iter().take(usize::from(page.fact_lines()))) {
            pieces(app, line, buffer, Rect { x: 1, y, width: area.width.saturating_sub(2), height: 1 });
        }
        return None;
    };
    let options = &app.options;
    let typing = match &app.mode {
        Mode::Filter { line, .. } => Some(line),
        _ => None,
    };
    let right: String = lines.first().map(|line| line.iter().map(|(text, _)| text.as_str()).collect())?;
    if let Some(line) = typing {
        let at = typed(app, "/", line, buffer, Rect { y: 1, height: 1, ..area });
        if line.text.is_empty() {
            let quiet = options.theme.style(Role::Quiet);
            put(buffer, (4, 1), page.example(), area.width.saturating_sub(6), quiet, options.charset);
        }
        return Some(at);
    }
    let (shown, role) = match filtering.text.as_str() {
        "" => (page.hint(app.context()), Role::Quiet),
        text => (format!("/{text}"), Role::Found),
    };
    let style = options.theme.style(role);
    let taken = put(buffer, (1, 1), &shown, area.width.saturating_sub(2), style, options.charset);
    let rest = area.width.saturating_sub(taken + 4);
    // The last piece says most: the view or the order.
    let mut right = right.as_str();
    while width(right) > usize::from(rest)
        && let Some((_, last)) = right.split_once(options.charset.dot())
    {
        right = last;
    }
    let quiet = options.theme.style(Role::Quiet);
    put_right(buffer, (area.width - 1, 1), right, rest, quiet, options.charset);
    None
}

/// A line being typed, with its sign before it; the part around the cursor is kept in sight.
fn typed(app: &App, sign: &str, line: &Line, buffer: &mut Buffer, area: Rect) -> Position {
    let options = &app.options;
    let room = usize::from(area.width.saturating_sub(4));
    let mut from = 0;
    while width(&line.text[from..line.at]) > room {
        from += line.text[from..].chars().next().map_or(1, char::len_utf8);
    }
    put(buffer, (1, area.y), sign, 1, options.theme.style(Role::Key), options.charset);
    let room = u16::try_from(room).unwrap_or(area.width);
    let style = options.theme.style(Role::Name);
    put(buffer, (2, area.y), &line.text[from..], room, style, options.charset);
    let before = u16::try_from(width(&line.text[from..line.at])).unwrap_or(0);
    Position { x: (2 + before).min(area.width - 1), y: area.y }
}

fn pieces(app: &App, line: &Pieces, buffer: &mut Buffer, area: Rect) {
    let mut x = area.x;
    for (text, role) in line {
        let room = area.right().saturating_sub(x);
        x += put(buffer, (x, area.y), text, room, app.options.theme.style(*role), app.options.charset);
    }
}

/// The tabs, if there are any, and the line below them. Where not all fit, the first ones give way until the
/// chosen one is in sight.
fn tabs(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) -> u16 {
    let tabs = page.tabs();
    if tabs.is_empty() {
        return area.y;
    }
    let more = app.options.charset.more();
    let room = usize::from(area.width.saturating_sub(2));
    let long =
        |from: usize| tabs[from..=page.tab().max(from)].iter().map(|tab| width(tab) + 3).sum::<usize>();
    let from = (0..page.tab()).find(|from| long(*from) <= room).unwrap_or(page.tab());
    let mut line: Pieces = Vec::new();
    if from > 0 {
        line.push((more.to_owned(), Role::Quiet));
    }
    for (index, tab) in tabs.iter().enumerate().skip(from) {
        let chosen = index == page.tab();
        let text = if chosen { format!("[{tab}]") } else { format!(" {tab} ") };
        line.push((text, if chosen { Role::Tab } else { Role::Quiet }));
        line.push((" ".to_owned(), Role::Name));
    }
    pieces(app, &line, buffer, Rect { x: 1, width: area.width.saturating_sub(2), ..area });
    area.y + 1
}

/// Titles and rows, or lanes, or what stands in their place.
fn body(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) {
    let (theme, charset) = (&app.options.theme, app.options.charset);
    if let Some(lanes) = page.lanes(app.context()) {
        let above = Rect { height: area.height.saturating_sub(1), ..area };
        lanes::draw(&lanes, buffer, above, theme, charset);
        if let Some(foot) = page.foot(app.context()) {
            let place = Rect { x: 2, y: above.bottom(), width: area.width.saturating_sub(3), height: 1 };
            pieces(app, &foot, buffer, place);
        }
        return;
    }
    let look = Look { theme, charset };
    let part = page.part();
    let rows = part.rows(app.context());
    if rows.is_empty() {
        let lines = match part.failure() {
            Some(why) => vec![
                "this could not be read".to_owned(),
                why.to_owned(),
                "r reads the sources again, esc goes back; buyin doctor looks deeper".to_owned(),
            ],
            None => page.empty(app.context()),
        };
        for (y, text) in (area.y + 1..area.bottom()).zip(lines) {
            let style = theme.style(if y == area.y + 1 { Role::Name } else { Role::Quiet });
            put(buffer, (3, y), &text, area.width.saturating_sub(4), style, charset);
        }
        return;
    }
    look.head(buffer, Rect { height: 1, ..area }, part.columns(), part.ordered());
    for (y, row) in (area.y + 1..area.bottom()).zip(rows) {
        let signs = (row.chosen, row.marked);
        look.row(buffer, Rect { y, height: 1, ..area }, part.columns(), &row.cells, signs);
    }
}

/// What is wrong with the filter being typed, under the word.
fn wrong(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) {
    let (Mode::Filter { line, .. }, Some(filtering)) = (&app.mode, page.filtering()) else { return };
    let Some(wrong) = &filtering.error else { return };
    let options = &app.options;
    let before = line.text.get(..wrong.at).map_or(0, width);
    let blank = " ".repeat(usize::from(area.width));
    buffer.set_string(0, area.y, &blank, ratatui::style::Style::reset());
    let room = area.width.saturating_sub(3);
    // One caret where the message would not fit behind as many as the word is long.
    let carets = width(&wrong.word).max(1);
    let fits = before + carets + 2 + width(&wrong.message) < usize::from(room);
    let text = format!("{} {}", "^".repeat(if fits { carets } else { 1 }), wrong.message);
    let shown = cut(&text, usize::from(room), options.charset);
    let x = u16::try_from(before + 2).unwrap_or(2);
    // Where the message does not fit to the right of its word it begins further left.
    let x = x.min(area.width.saturating_sub(u16::try_from(width(&shown)).unwrap_or(0) + 1)).max(1);
    put(buffer, (x, area.y), &shown, room, options.theme.style(Role::Bad), options.charset);
}
