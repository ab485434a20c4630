//! The picture of an app: top line, facts, tabs, titles, rows, bottom line. Changes nothing; must not know
//! what a screen's rows mean.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    app::{App, Mode},
    palette,
    screens::{Page, Pieces},
    theme::Role,
    widgets::{
        line::Line,
        table::Look,
        text::{cut, figure, put, put_right, width},
    },
};

/// The least size that anything can be shown in.
const LEAST: (u16, u16) = (20, 6);

/// Draws the app.
pub fn view(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text = "window too small";
        put(frame.buffer_mut(), (0, 0), text, area.width, ratatui::style::Style::new(), app.options.charset);
        return;
    }
    let page = app.screen().page();
    let cursor = {
        let buffer = frame.buffer_mut();
        top(app, page, buffer, area);
        let mut cursor = facts(app, page, buffer, area);
        let below = 1 + page.fact_lines();
        let titles = tabs(app, page, buffer, Rect { y: below, height: 1, ..area });
        body(app, page, buffer, Rect { y: titles, height: area.height - 1 - titles, ..area });
        wrong(app, page, buffer, Rect { y: titles, height: 1, ..area });
        if let Some(at) = bottom(app, page, buffer, Rect { y: area.height - 1, height: 1, ..area }) {
            cursor = Some(at);
        }
        cursor
    };
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// The breadcrumb, whose last part is kept when it must be cut, and what stands beside it.
fn top(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) {
    let options = &app.options;
    let charset = options.charset;
    let titles = app.screens.iter().map(|screen| screen.page().title());
    let crumbs: Vec<String> = [options.label.clone()].into_iter().chain(titles).collect();
    let mut text = crumbs.join(charset.crumb());
    let beside = charset.fit(&page.beside(app.context()));
    let room = usize::from(area.width.saturating_sub(2));
    let left = room.saturating_sub(width(&beside) + 2).max(room / 2).min(room);
    for dropped in 1..crumbs.len() {
        if width(&text) <= left {
            break;
        }
        text =
            format!("{}{}{}", charset.more(), charset.crumb(), crumbs[dropped + 1..].join(charset.crumb()));
        if dropped + 1 >= crumbs.len() {
            text = crumbs.last().cloned().unwrap_or_default();
        }
    }
    let left = u16::try_from(left).unwrap_or(area.width);
    let taken = put(buffer, (1, 0), &text, left, options.theme.style(Role::Title), charset);
    let rest = area.width.saturating_sub(taken + 4);
    put_right(buffer, (area.width - 1, 0), &beside, rest, options.theme.style(Role::Quiet), charset);
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
    let quiet = options.theme.style(Role::Quiet);
    put_right(buffer, (area.width - 1, 1), &right, rest, quiet, options.charset);
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

/// The tabs, if there are any, and the line below them.
fn tabs(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) -> u16 {
    let tabs = page.tabs();
    if tabs.is_empty() {
        return area.y;
    }
    let mut line: Pieces = Vec::new();
    for (index, tab) in tabs.iter().enumerate() {
        let chosen = index == page.tab();
        let text = if chosen { format!("[{tab}]") } else { format!(" {tab} ") };
        line.push((text, if chosen { Role::Tab } else { Role::Quiet }));
        line.push((" ".to_owned(), Role::Name));
    }
    pieces(app, &line, buffer, Rect { x: 1, width: area.width.saturating_sub(2), ..area });
    area.y + 1
}

/// Titles and rows, or what stands in their place.
fn body(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) {
    let look = Look { theme: &app.options.theme, charset: app.options.charset };
    let rows = page.rows(app.context());
    if rows.is_empty() {
        let lines = match page.failure() {
            Some(why) => vec!["this could not be read".to_owned(), why.to_owned()],
            None => page.empty(app.context()),
        };
        for (y, text) in (area.y + 1..area.bottom()).zip(lines) {
            let style = app.options.theme.style(if y == area.y + 1 { Role::Name } else { Role::Quiet });
            put(buffer, (3, y), &text, area.width.saturating_sub(4), style, app.options.charset);
        }
        return;
    }
    look.head(buffer, Rect { height: 1, ..area }, page.columns(), page.ordered());
    for (y, (chosen, cells)) in (area.y + 1..area.bottom()).zip(rows) {
        look.row(buffer, Rect { y, height: 1, ..area }, page.columns(), &cells, chosen);
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

/// The line being typed with its offers above it, else what was just said, else the keys.
fn bottom(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let options = &app.options;
    let charset = options.charset;
    if let Mode::Palette { line } = &app.mode {
        let offers = palette::complete(&line.text, &page.sorts());
        let above = Rect { y: area.y - 1, ..area };
        let blank = " ".repeat(usize::from(area.width));
        buffer.set_string(0, above.y, &blank, ratatui::style::Style::reset());
        let text = match palette::explain(&line.text) {
            Some(help) => {
                let of = page.target().map_or_else(String::new, |target| format!(": {}", target.name));
                let speaks = line.text.trim_start().starts_with("note ")
                    || line.text.trim_start().starts_with("relation ");
                let values: Vec<&str> = offers.iter().filter_map(|offer| offer.rsplit(' ').next()).collect();
                format!("{help}{}  {}", if speaks { of.as_str() } else { "" }, values.join(" "))
            }
            None => offers.iter().map(|offer| offer.trim_end()).collect::<Vec<_>>().join("  "),
        };
        let room = area.width.saturating_sub(3);
        put(buffer, (2, above.y), &text, room, options.theme.style(Role::Quiet), charset);
        return Some(typed(app, ":", line, buffer, area));
    }
    if matches!(app.mode, Mode::Deaf { .. }) {
        let text = "nothing to filter here; :people searches everybody; esc goes on";
        let room = area.width.saturating_sub(2);
        put(buffer, (1, area.y), text, room, options.theme.style(Role::Warn), charset);
        return None;
    }
    let position = page.list().position();
    let position =
        position.and_then(|(row, of)| Some(format!("{}/{}", figure(row), figure(of?)))).unwrap_or_default();
    let (progress, role) = match &app.progress {
        Some(progress) => (progress.as_str(), Role::Warn),
        None => (position.as_str(), Role::Quiet),
    };
    let right = area.width.saturating_sub(1);
    let from = put_right(
        buffer,
        (right, area.y),
        progress,
        area.width.saturating_sub(2),
        options.theme.style(role),
        charset,
    );
    let room = from.saturating_sub(if progress.is_empty() { 1 } else { 3 });
    if !app.held.is_empty() {
        let text = format!("waiting for the store with {} keys; esc gives them up", app.held.len());
        put(buffer, (1, area.y), &text, room, options.theme.style(Role::Warn), charset);
        return None;
    }
    if let Some(notice) = &app.notice {
        let role = if notice.bad { Role::Bad } else { Role::Good };
        let mark = if notice.bad { "! " } else { "" };
        let text = format!("{mark}{}", notice.text);
        put(buffer, (1, area.y), &text, room, options.theme.style(role), charset);
        return None;
    }
    footer(app, page, buffer, Rect { x: 1, width: room, ..area });
    None
}

/// The keys that mean something here, most important first, as many as fit.
fn footer(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) {
    let options = &app.options;
    let ascii = options.charset == super::widgets::text::Charset::Ascii;
    let mut shown: Vec<_> =
        options.keymap.bindings.iter().filter_map(|b| Some((b.footer.as_ref()?, b))).collect();
    shown.sort_by_key(|(footer, _)| footer.at);
    let fits = |command: &str| match command {
        "next-tab" => !page.tabs().is_empty(),
        "filter" => page.filtering().is_some(),
        "sort" => !page.sorts().is_empty(),
        "all" => app.screens.len() == 1,
        "back" => app.screens.len() > 1,
        "open" => page.opens(),
        _ => true,
    };
    let mut x = area.x;
    for (footer, binding) in shown.into_iter().filter(|(_, binding)| fits(&binding.command)) {
        let Some(keys) = options.keymap.label(&binding.command, ascii) else { continue };
        let need = u16::try_from(width(&keys) + 1 + width(&footer.text)).unwrap_or(u16::MAX);
        if x.saturating_add(need) > area.right() {
            continue;
        }
        x += put(buffer, (x, area.y), &keys, need, options.theme.style(Role::Key), options.charset) + 1;
        x += put(buffer, (x, area.y), &footer.text, need, options.theme.style(Role::Quiet), options.charset)
            + 2;
    }
}
