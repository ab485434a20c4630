//! The top line: what is looked at where that is not the user's own store now, the breadcrumb, and what stands
//! beside it. Must not know what a screen shows.

use ratatui::{buffer::Buffer, layout::Rect};

use super::super::{
    app::App,
    screens::Page,
    theme::Role,
    travel,
    widgets::text::{put, put_right, width},
};

/// A sample, another store, an earlier day: said on every screen before anything else. Says where the rest
/// begins.
fn badges(app: &App, buffer: &mut Buffer, area: Rect) -> u16 {
    let options = &app.options;
    let mut x = 1;
    let sample = app.overview.as_ref().is_some_and(|overview| overview.sample);
    let label = options.label.clone().or_else(|| sample.then(|| SAMPLE.to_owned()));
    for (text, role) in [(label, Role::Label), (travel::sign(app), Role::Past)] {
        let Some(text) = text else { continue };
        // However long a label is, half of the line is left for the rest.
        let room = (area.width / 2).saturating_sub(x);
        x += put(buffer, (x, 0), &format!(" {text} "), room, options.theme.style(role), options.charset) + 1;
    }
    x
}

/// What stands on every screen over a generated sample community, however its store was opened.
const SAMPLE: &str = "DEMO";

/// The breadcrumb, whose last part is kept when it must be cut, and what stands beside it.
pub(super) fn draw(app: &App, page: &dyn Page, buffer: &mut Buffer, area: Rect) {
    let options = &app.options;
    let charset = options.charset;
    let from = badges(app, buffer, area);
    let titles = app.screens.iter().map(|screen| screen.page().title());
    let crumbs: Vec<String> = ["buyin".to_owned()].into_iter().chain(titles).collect();
    let mut text = crumbs.join(charset.crumb());
    let room = usize::from(area.width.saturating_sub(from + 1));
    // What does not fit beside the breadcrumb goes piece by piece, the last one first.
    let most = room.saturating_sub(width(&text) + 2).max((room / 2).saturating_sub(2));
    let mut beside = charset.fit(&page.beside(app.context()));
    while width(&beside) > most
        && let Some((first, _)) = beside.rsplit_once(charset.dot())
    {
        beside = first.to_owned();
    }
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
    let taken = put(buffer, (from, 0), &text, left, options.theme.style(Role::Title), charset);
    let rest = area.width.saturating_sub(from + taken + 3);
    put_right(buffer, (area.width - 1, 0), &beside, rest, options.theme.style(Role::Quiet), charset);
}
