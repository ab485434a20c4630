//! Time travel: every screen as of the end of an earlier day. Must not know what a screen shows.

use super::{app::App, command::Travel, effect::Effect, judgement::Date, msg::Notice, when};
use crate::{domain::time::Day, jobs::read::Query};

/// Takes a step through time.
pub(super) fn step(app: &mut App, travel: Travel) -> Vec<Effect> {
    let from = app.when().day();
    match travel {
        Travel::Days(days) => to(app, from.plus(days)),
        Travel::Change { forward: true } if app.as_of.is_none() => {
            app.notice = Some(Notice::bad("this is now; ( goes back to where something happened"));
        }
        Travel::Change { forward } => {
            let ticket = app.ticket();
            app.change_asked = Some((ticket, forward));
            let of = app.screen().page().of();
            return vec![Effect::Ask { ticket, query: Query::Change { of, from, forward } }];
        }
    }
    Vec::new()
}

/// Goes to the day of an answer about when something happened.
pub(super) fn arrive(app: &mut App, day: Option<Day>, forward: bool) {
    match (day, forward) {
        (Some(day), _) => to(app, day),
        (None, true) => {
            now(app);
            app.notice = Some(Notice::good("nothing happened between that day and now: this is now"));
        }
        (None, false) => app.notice = Some(Notice::bad("nothing is known to have happened before")),
    }
}

/// Carries out a typed day.
pub(super) fn typed(app: &mut App, text: &str) {
    match Date::read(text) {
        Ok(date) => to(app, date.day(app.options.today)),
        Err(wrong) => app.notice = Some(Notice::bad(wrong)),
    }
}

/// Looks at that day; today and later days are now.
fn to(app: &mut App, day: Day) {
    if day < app.options.today {
        app.as_of = Some(day);
        return;
    }
    let text = match (app.as_of, day > app.options.today) {
        (None, true) => "that day has not come yet: this is now",
        (None, false) => "this is now; [ goes a day back",
        (Some(_), _) => "this is now",
    };
    now(app);
    app.notice = Some(Notice::good(text));
}

/// Back to now. Every screen reads itself anew when it is seen.
pub(super) const fn now(app: &mut App) {
    app.as_of = None;
}

/// What stands in the top line while an earlier day is looked at.
pub(super) fn sign(app: &App) -> Option<String> {
    app.as_of.map(|day| format!("AS OF {}", when::day(day)))
}
