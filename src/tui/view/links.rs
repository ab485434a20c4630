//! Which parts of the picture a terminal can open as links. Must not know how a terminal is told.

use super::super::{
    app::App,
    painter::Link,
    screens::{Page, Screen},
    widgets::{table::fit, text::Charset},
};

/// The links of a detail view; none where the terminal may not know what they are.
pub fn links(app: &App) -> Vec<Link> {
    let Screen::Activity(page) = app.screen() else { return Vec::new() };
    if app.options.charset == Charset::Ascii {
        return Vec::new();
    }
    // The marker's room, the first column and the gap after it stand before the value.
    let Some(&[(_, name), (_, value)]) = fit(page.part().columns(), app.width).first_chunk::<2>() else {
        return Vec::new();
    };
    let from = 3 + name + 2;
    let above = page.chrome() - 1;
    let link = |(y, link): (u16, Option<(String, usize)>)| {
        let (url, wide) = link?;
        let to = from + u16::try_from(wide).ok().filter(|wide| *wide <= value)?;
        Some(Link { y, from, to, url })
    };
    (above..app.height.saturating_sub(1)).zip(page.links()).filter_map(link).collect()
}
