//! The bottom line: what is being typed with what it may become, else what was just said, else the keys. Must not
//! know what a screen shows.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    super::{
        app::{App, Mode},
        palette,
        screens::Page,
        theme::Role,
        widgets::{
            line::Line,
            text::{Charset, figure, put, put_right, width},
        },
    },
    typed,
};
use crate::{config::View, domain::filter};

/// The most lines that offers take.
const OFFERED: usize = 3;

/// The line being typed with its offers above it, else what was just said, else the keys.
pub(super) fn draw(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let options = &app.options;
    let charset = options.charset;
    match &app.mode {
        Mode::Palette { line } => {
            let offers = offers(line, page, &app.options.views);
            let lines = packed(&offers, usize::from(area.width.saturating_sub(3)));
            for (up, text) in (0..lines.len()).rev().zip(&lines) {
                above(
                    app,
                    text,
                    buffer,
                    Rect { y: area.y.saturating_sub(u16::try_from(up).unwrap_or(0)), ..area },
                );
            }
            return Some(typed(app, ":", line, buffer, area));
        }
        Mode::Reason { verb, whom, needed, line } => {
            let what = verb.what().replacen("leave alone", "left alone", 1);
            let keeps = if *needed { "" } else { ", enter alone keeps it too" };
            above(app, &format!("{whom}: {what}: why? esc gives it up{keeps}"), buffer, area);
            if app.notice.is_none() {
                return Some(typed(app, "?", line, buffer, area));
            }
        }
        Mode::Filter { line, .. } => {
            if let Some(text) = words(line, page) {
                let room = area.width.saturating_sub(2);
                put(buffer, (1, area.y), &text, room, options.theme.style(Role::Quiet), charset);
                return None;
            }
        }
        _ => {}
    }
    if matches!(app.mode, Mode::Deaf { .. }) {
        let text = "nothing to filter here; :people searches everybody; esc goes on";
        let room = area.width.saturating_sub(2);
        put(buffer, (1, area.y), text, room, options.theme.style(Role::Warn), charset);
        return None;
    }
    let position = page.part().scroll().position();
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
    let ascii = options.charset == Charset::Ascii;
    let mut shown: Vec<_> =
        options.keymap.bindings.iter().filter_map(|b| Some((b.footer.as_ref()?, b))).collect();
    shown.sort_by_key(|(footer, _)| footer.at);
    let fits = |command: &str| match command {
        "next-tab" => !page.tabs().is_empty(),
        "filter" => page.filtering().is_some(),
        "sort" => !page.part().orders().is_empty(),
        "why" => !page.reasons().is_empty(),
        "all" => app.screens.len() == 1,
        "back" => app.screens.len() > 1,
        "open" => page.opens() && page.target().is_some(),
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

/// Offers in as few lines as hold them, none broken; the last line has all that is left and shows where it is cut.
fn packed(offers: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for offer in offers.split("  ") {
        let many = lines.len();
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(offer);
        } else if width(line) + 2 + width(offer) <= room || many == OFFERED {
            line.push_str("  ");
            line.push_str(offer);
        } else {
            lines.push(offer.to_owned());
        }
    }
    lines
}

/// The line above the one that is typed.
fn above(app: &App, text: &str, buffer: &mut Buffer, area: Rect) {
    let above = area.y - 1;
    let blank = " ".repeat(usize::from(area.width));
    buffer.set_string(0, above, &blank, ratatui::style::Style::reset());
    let style = app.options.theme.style(Role::Quiet);
    put(buffer, (2, above), text, area.width.saturating_sub(3), style, app.options.charset);
}

/// How a typed command may go on, or what it does and to whom.
fn offers(line: &Line, page: &dyn Page, views: &[View]) -> String {
    let offers = palette::complete(&line.text, &page.part().orders(), views);
    let Some(help) = palette::explain(&line.text) else {
        return offers.iter().map(|offer| offer.trim_end()).collect::<Vec<_>>().join("  ");
    };
    let target = page.target().unwrap_or_default();
    let name = line.text.split_whitespace().next().unwrap_or_default();
    let whom = match name {
        "note" => target.noted(),
        "relation" => target.account.as_ref().map(|(_, name)| name.as_str()),
        "pin" | "climber" | "leave-alone" | "moved-on" | "correct" => {
            target.person.as_ref().map(|(_, name)| name.as_str())
        }
        _ => None,
    };
    if name == "view" && !offers.is_empty() {
        let number =
            |name: &str| views.iter().position(|view| view.name == name).map_or(0, |place| place + 1);
        let named = offers.iter().filter_map(|offer| offer.strip_prefix("view "));
        return named.map(|name| format!("{} {name}", number(name))).collect::<Vec<_>>().join("  ");
    }
    let of = whom.map_or_else(String::new, |whom| format!(": {whom}"));
    let values: Vec<&str> =
        offers.iter().filter_map(|offer| offer.strip_prefix(name)).map(str::trim).collect();
    if values.is_empty() {
        let needs = palette::WORDS.iter().find(|word| word.name == name).map_or("", |word| word.needs);
        return format!("{help}{of}  {needs}");
    }
    format!("{}  {}", whom.map_or(help, |whom| whom), values.join("  "))
}

/// What the last word of a filter may become; `None` where there is nothing to offer.
fn words(line: &Line, page: &dyn Page) -> Option<String> {
    let filtering = page.filtering()?;
    let words = filter::complete(&line.text, filtering.over?);
    (!words.is_empty()).then(|| format!("tab  {}", words.join(" ")))
}
