//! Saved views: which one is seen, and the way to one. Must not know what their filters mean.

use super::{
    app::App,
    msg::Notice,
    screens::{Part, Screen, accounts::Accounts, people::People},
};
use crate::{config::View, domain::filter::Over};

/// The view that a list shows now, with its number: the same filter in the same order.
pub fn seen<'a>(views: &'a [View], part: &dyn Part) -> Option<(usize, &'a View)> {
    let filtering = part.filtering()?;
    let is = |view: &&View| {
        filtering.over == Some(view.list.over())
            && filtering.text.trim() == view.text
            && part.order() == Some(view.list.order())
    };
    let place = views.iter().position(|view| is(&view))?;
    views.get(place).map(|view| (place + 1, view))
}

/// The view or else the order of a list, for the line above it.
pub fn told(views: &[View], part: &dyn Part) -> String {
    match seen(views, part) {
        Some((number, view)) => format!("view {number} {}", view.name),
        None => format!("sort {}", part.order().unwrap_or_default()),
    }
}

/// Goes to the view that a word means; `none` leaves the one that is seen.
pub(super) fn wish(app: &mut App, word: &str) {
    if word == "none" {
        leave(app);
        return;
    }
    match View::find(&app.options.views, word) {
        Ok(view) => {
            let view = view.clone();
            show(app, &view);
        }
        Err(wrong) => app.notice = Some(Notice::bad(wrong)),
    }
}

/// On to the next view of what this screen lists, or back; after the last one comes the list without any. `false`: this
/// screen lists neither accounts nor people.
pub(super) fn turn(app: &mut App, forward: bool) -> bool {
    let page = app.screen().page();
    let Some(over) = page.filtering().and_then(|filtering| filtering.over).filter(|_| page.tabs().is_empty())
    else {
        return false;
    };
    let here: Vec<&View> = app.options.views.iter().filter(|view| view.list.over() == over).collect();
    let now =
        seen(&app.options.views, page.part()).and_then(|(_, now)| here.iter().position(|view| *view == now));
    let next = match (now, forward) {
        (None, true) => here.first(),
        (None, false) => here.last(),
        (Some(place), true) => here.get(place + 1),
        (Some(place), false) => place.checked_sub(1).and_then(|before| here.get(before)),
    };
    if let Some(view) = next.copied().cloned() {
        show(app, &view);
    } else {
        leave(app);
    }
    true
}

/// Puts a view on the screen that lists what it is about.
fn show(app: &mut App, view: &View) {
    let stays = match (view.list.over(), app.screen()) {
        (Over::Accounts, Screen::Accounts(_)) | (Over::People, Screen::People(_)) => true,
        (Over::Accounts, _) => {
            app.screens.truncate(1);
            matches!(app.screen(), Screen::Accounts(_))
        }
        (Over::People, _) => false,
    };
    if !stays {
        app.screens.truncate(1);
        app.screens.push(match view.list.over() {
            Over::Accounts => Screen::Accounts(Box::<Accounts>::default()),
            Over::People => Screen::People(Box::<People>::default()),
        });
    }
    let page = app.screen_mut().page_mut();
    page.part_mut().unmark();
    page.part_mut().set_order(view.list.order());
    page.set_filter(&view.text);
}

/// Drops a view's filter and its order. `false`: none is seen.
pub(super) fn leave(app: &mut App) -> bool {
    if seen(&app.options.views, app.screen().page().part()).is_none() {
        return false;
    }
    let page = app.screen_mut().page_mut();
    let usual = page.part().orders().first().copied().unwrap_or_default();
    page.part_mut().set_order(usual);
    page.set_filter("");
    true
}
