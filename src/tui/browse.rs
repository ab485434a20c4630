//! Commands and typed wishes carried out: what is the same on every screen. Must not know keys.

use super::{
    app::{App, Mode},
    command::Command,
    effect::Effect,
    export,
    keymap::Pending,
    msg::Notice,
    palette::{Wish, nearest},
    screens::{Screen, Step, Target, accounts::Accounts, help::Help, people::People, sources::Sources},
    theme::Theme,
    widgets::{line::Line, text::Charset},
};
use crate::{
    domain::{
        decision::{About, Verb},
        text,
    },
    jobs::read::Query,
};

/// Carries out a command.
pub(super) fn command(app: &mut App, command: &Command) -> Vec<Effect> {
    app.pending = Pending::default();
    match command {
        Command::Move(movement) => app.screen_mut().page_mut().list_mut().go(*movement),
        Command::Open | Command::Sort | Command::All => match app.screen_mut().page_mut().command(command) {
            Step::Stay => {}
            Step::Go(screen) => {
                let deep = app.screens.len();
                open(app, *screen);
                if app.screens.len() < deep {
                    let text = format!("back at {}, where you came from", app.screen().page().title());
                    app.notice = Some(Notice::good(text));
                }
            }
            Step::No(why) => say(app, why),
        },
        Command::Back => back(app),
        Command::NextTab => turn(app, 1),
        Command::PreviousTab => turn(app, -1),
        Command::Tab(tab) => app.screen_mut().page_mut().set_tab(*tab),
        Command::Filter => match app.screen().page().filtering() {
            Some(filtering) => {
                let before = filtering.text.clone();
                app.mode = Mode::Filter { line: Line::of(&before), before };
            }
            None => search(app),
        },
        Command::Palette => app.mode = Mode::Palette { line: Line::default() },
        Command::OpenLink => return with_link(app, Effect::OpenLink),
        Command::YankLink => return with_link(app, Effect::Copy),
        Command::Yank => {
            return match app.screen().page().target() {
                Some(target) => copy(app, target.name),
                None => no(app, "there is nothing to copy"),
            };
        }
        Command::Export => return export(app),
        Command::Sync if app.progress.is_some() => say(app, "a sync is running already"),
        Command::Sync => return vec![Effect::StartSync],
        Command::Undo => return vec![Effect::UndoLast],
        Command::Help if matches!(app.screen(), Screen::Help(_)) => back(app),
        Command::Help => {
            let help = Help::of(&app.options.keymap, app.options.charset == Charset::Ascii);
            app.screens.push(Screen::Help(help));
        }
        Command::Mouse => {
            app.mouse = !app.mouse;
            let text = if app.mouse { "mouse on; hold shift to select text" } else { "mouse off" };
            say(app, text);
            return vec![Effect::Mouse(app.mouse)];
        }
        Command::Redraw => return vec![Effect::Redraw],
        Command::Suspend => return vec![Effect::Suspend],
        Command::Quit => return vec![Effect::Quit],
    }
    Vec::new()
}

/// Carries out a typed command.
pub(super) fn wish(app: &mut App, wish: Wish) -> Vec<Effect> {
    match wish {
        Wish::Nothing => {}
        Wish::Accounts => app.screens.truncate(1),
        Wish::People => go(app, Screen::People(People::default())),
        Wish::Sources => go(app, Screen::Sources(Sources::default())),
        Wish::Find { name } => {
            let ticket = app.ticket();
            app.name_asked = Some(ticket);
            return vec![Effect::Ask { ticket, query: Query::Resolve { name } }];
        }
        Wish::Filter(text) => {
            let page = app.screen_mut().page_mut();
            if page.filtering().is_none() {
                return no(app, "filters work on accounts, people and help");
            }
            page.set_filter(&text);
            let wrong = page.filtering().and_then(|filtering| filtering.error.clone());
            if let Some(wrong) = wrong {
                app.notice = Some(Notice::bad(wrong.message));
            }
        }
        Wish::Sort(word) => {
            if let Err(words) = app.screen_mut().page_mut().sort(&word) {
                let text = match words.as_slice() {
                    [] => "this list has one order only".to_owned(),
                    _ => format!("there is no order `{word}`{}", nearest(&word, words.iter().copied())),
                };
                app.notice = Some(Notice::bad(text));
            }
        }
        Wish::Relation(relation) => {
            return match about(app) {
                Some(About::Account(account)) => vec![Effect::Decide(Verb::Relation { account, relation })],
                _ => no(app, "relation speaks of an account: put the marker on one or open it"),
            };
        }
        Wish::Note(text) => {
            let text = text::title(&text);
            return match about(app) {
                Some(about) => vec![Effect::Decide(Verb::Note { about, text })],
                None => no(app, "a note speaks of an account or a person: put the marker on one"),
            };
        }
        Wish::Id => {
            return match app.screen().page().target() {
                Some(target) if !target.id.is_empty() => copy(app, target.id),
                _ => no(app, "there is nothing to copy"),
            };
        }
        Wish::Theme(name) if app.options.colours => match Theme::named(&name) {
            Ok(theme) => app.options.theme = theme,
            Err(wrong) => app.notice = Some(Notice::bad(wrong)),
        },
        Wish::Theme(_) => say(app, "colours are off (NO_COLOR)"),
        Wish::Do(meant) => return command(app, &meant),
    }
    Vec::new()
}

/// Where the list itself has no filter: the screen that searches its rows, with the filter begun.
fn search(app: &mut App) {
    let Some(people) = app.screen().page().search() else {
        app.mode = Mode::Deaf { begun: false };
        return;
    };
    let begun = people.page().filtering().map_or_else(String::new, |filtering| filtering.text.clone());
    app.screens.push(people);
    app.mode = Mode::Filter { line: Line::of(&begun), before: String::new() };
}

/// Goes on to a screen, or back to it where the breadcrumb has it already: it never grows in circles.
pub(super) fn open(app: &mut App, screen: Screen) {
    match app.screens.iter().position(|known| known.is_same(&screen)) {
        Some(place) => app.screens.truncate(place + 1),
        None => app.screens.push(screen),
    }
}

/// The breadcrumb begins anew at the accounts, so that it never grows in circles.
fn go(app: &mut App, screen: Screen) {
    if app.screens.is_empty() {
        app.screens.push(Screen::Accounts(Accounts::default()));
    }
    app.screens.truncate(1);
    app.screens.push(screen);
}

fn back(app: &mut App) {
    let page = app.screen_mut().page_mut();
    if !page.is_search() && page.filtering().is_some_and(|filtering| !filtering.text.is_empty()) {
        page.set_filter("");
    } else if app.screens.len() > 1 {
        app.screens.pop();
    } else {
        let quit = app.options.keymap.label("quit", true).unwrap_or_default();
        app.notice = Some(Notice::good(format!("this is the first screen; {quit} quits")));
    }
}

fn turn(app: &mut App, by: i32) {
    let page = app.screen_mut().page_mut();
    let tabs = i32::try_from(page.tabs().len()).unwrap_or(0);
    if tabs > 0 {
        let now = i32::try_from(page.tab()).unwrap_or(0);
        page.set_tab(usize::try_from((now + by).rem_euclid(tabs)).unwrap_or(0));
    }
}

fn about(app: &App) -> Option<About> {
    app.screen().page().target().and_then(|target| target.about)
}

fn with_link(app: &mut App, effect: fn(String) -> Effect) -> Vec<Effect> {
    match app.screen().page().target() {
        Some(Target { link: Some(link), .. }) => match text::web(&link) {
            Some(link) => vec![effect(link)],
            None => no(app, "only http and https links are opened"),
        },
        _ => no(app, "there is no link here"),
    }
}

fn copy(app: &mut App, text: String) -> Vec<Effect> {
    app.notice = Some(Notice::good(format!("copied {text}")));
    vec![Effect::Copy(text)]
}

fn export(app: &mut App) -> Vec<Effect> {
    match export::csv(app.screen().page(), app.context()) {
        Some(text) => {
            let day = app.options.today;
            let name = format!("buyin-{}-{day}", export::file_name(&app.screen().page().title()));
            vec![Effect::Export { name, text }]
        }
        None => no(app, "there is nothing on screen to write"),
    }
}

fn say(app: &mut App, text: &str) {
    app.notice = Some(Notice::good(text));
}

fn no(app: &mut App, text: &str) -> Vec<Effect> {
    app.notice = Some(Notice::bad(text));
    Vec::new()
}
