//! Commands and typed wishes carried out: what is the same on every screen. Must not know keys.

use super::{
    app::{App, Mode},
    command::{Command, Move, Word},
    effect::Effect,
    export,
    judgement::Judgement,
    keymap::Pending,
    msg::Notice,
    palette::{Wish, nearest},
    screens::{Screen, Step, Target, help::Help, why::WhyPage},
    theme::Theme,
    travel, views,
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
        Command::Move(movement) => app.screen_mut().page_mut().go(*movement),
        Command::Open | Command::Sort | Command::All => {
            let step = app.screen_mut().page_mut().command(command);
            take(app, step);
        }
        Command::Why => {
            let step = WhyPage::step(app.screen().page().reasons());
            take(app, step);
        }
        Command::Left | Command::Right => {
            let right = *command == Command::Right;
            if !app.screen_mut().page_mut().sideways(right) {
                return self::command(app, if right { &Command::Open } else { &Command::Back });
            }
        }
        Command::Travel(travel) => return travel::step(app, *travel),
        Command::Begin(word) => begin(app, *word),
        Command::Mark | Command::Range => mark(app, command),
        Command::Back => back(app),
        Command::NextTab if views::turn(app, true) => {}
        Command::PreviousTab if views::turn(app, false) => {}
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
        Command::YankLink => return yank(app, true),
        Command::Yank => return yank(app, false),
        Command::Export => return export(app),
        Command::Sync if app.progress.is_some() => say(app, "a sync is running already"),
        Command::Sync => return vec![Effect::StartSync],
        Command::Undo => return vec![Effect::UndoLast],
        Command::Help if matches!(app.screen(), Screen::Help(_)) => back(app),
        Command::Help => {
            let help = Help::of(&app.options.keymap, app.options.charset == Charset::Ascii);
            app.screens.push(Screen::Help(Box::new(help)));
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
        Wish::People => go(app, Screen::People(Box::default())),
        Wish::Sources => go(app, Screen::Sources(Box::default())),
        Wish::Find { name } => {
            let ticket = app.ticket();
            app.name_asked = Some(ticket);
            return vec![Effect::Ask { ticket, query: Query::Resolve { name } }];
        }
        Wish::View(word) => views::wish(app, &word),
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
            let part = app.screen_mut().page_mut().part_mut();
            if !part.set_order(&word) {
                let words = part.orders();
                let text = match words.as_slice() {
                    [] => "this list has one order only".to_owned(),
                    _ => format!("there is no order `{word}`{}", nearest(&word, words.iter().copied())),
                };
                app.notice = Some(Notice::bad(text));
            }
        }
        Wish::Time(text) => travel::typed(app, &text),
        Wish::Person(judgement) => return judge(app, judgement),
        Wish::Relation(relation) => {
            return match target(app).account {
                Some((account, _)) => decide(Verb::Relation { account, relation }),
                None => no(app, "relation speaks of an account: put the marker on one or open it"),
            };
        }
        Wish::Note(text) => {
            let text = text::title(&text);
            let target = target(app);
            let person = target.person.map(|(person, _)| About::Person(person));
            return match person.or(target.account.map(|(account, _)| About::Account(account))) {
                Some(about) => decide(Verb::Note { about, text }),
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
        app.screens.push(Screen::Accounts(Box::default()));
    }
    app.screens.truncate(1);
    app.screens.push(screen);
}

fn back(app: &mut App) {
    let page = app.screen_mut().page_mut();
    if page.part_mut().unmark() {
        return;
    }
    let is_search = page.is_search();
    if !is_search && views::leave(app) {
        return;
    }
    let page = app.screen_mut().page_mut();
    if !is_search && page.filtering().is_some_and(|filtering| !filtering.text.is_empty()) {
        page.set_filter("");
    } else if app.screens.len() > 1 {
        app.screens.pop();
    } else if app.as_of.is_some() {
        travel::now(app);
        app.notice = Some(Notice::good("this is now"));
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

fn target(app: &App) -> Target {
    app.screen().page().target().unwrap_or_default()
}

fn decide(verb: Verb) -> Vec<Effect> {
    vec![Effect::Decide { verb, reason: None }]
}

/// Carries out a step of a screen.
fn take(app: &mut App, step: Step) {
    match step {
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
    }
}

/// Begins a typed command, where there is somebody that it could speak of.
fn begin(app: &mut App, word: Word) {
    let target = target(app);
    let missing = match word {
        Word::Pin if target.person.is_none() => Some("pin speaks of a person: put the marker on one"),
        Word::Relation if target.account.is_none() => Some("relation speaks of an account: open one"),
        Word::Note if target.noted().is_none() => Some("a note speaks of an account or a person"),
        _ => None,
    };
    match missing {
        Some(missing) => drop(no(app, missing)),
        None => app.mode = Mode::Palette { line: Line::of(&format!("{} ", word.text())) },
    }
}

/// A decision about a person is asked for its reason.
fn judge(app: &mut App, judgement: Judgement) -> Vec<Effect> {
    let Some((person, whom)) = target(app).person else {
        return no(app, "that speaks of a person: put the marker on one or open it");
    };
    let needed = judgement.needs_reason();
    let verb = judgement.verb(person, app.options.today);
    app.mode = Mode::Reason { verb, whom, needed, line: Line::default() };
    Vec::new()
}

fn mark(app: &mut App, command: &Command) {
    let page = app.screen_mut().page_mut();
    let done = page.part_mut().mark(command);
    let text = match done {
        Err(why) => {
            no(app, why);
            return;
        }
        Ok(0) if *command == Command::Range => {
            "a range begins here: move, v marks all rows between".to_owned()
        }
        Ok(0) => "nothing is marked".to_owned(),
        Ok(1) => "1 row is marked: y Y e take it, esc lets it go".to_owned(),
        Ok(count) => format!("{count} rows are marked: y Y e take them, esc lets them go"),
    };
    if *command == Command::Mark {
        app.screen_mut().page_mut().go(Move::Down(1));
    }
    app.notice = Some(Notice::good(text));
}

/// Copies the names (or links) of the marked rows, else of the one under the marker.
fn yank(app: &mut App, links: bool) -> Vec<Effect> {
    let marked = app.screen().page().part().marked(app.context());
    if marked.is_empty() {
        return match app.screen().page().target() {
            _ if links => with_link(app, Effect::Copy),
            Some(target) => copy(app, target.name),
            None => no(app, "there is nothing to copy"),
        };
    }
    let one = |(target, _): (Target, _)| {
        if links { target.link.and_then(|link| text::web(&link)) } else { Some(target.name) }
    };
    let texts: Vec<String> = marked.into_iter().filter_map(one).collect();
    if texts.is_empty() {
        return no(app, "there is no link among the marked rows");
    }
    let what = if links { "links" } else { "names" };
    app.notice = Some(Notice::good(format!("copied {} {what}", texts.len())));
    vec![Effect::Copy(texts.join("\n"))]
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
            let as_of = app.as_of.map_or(String::new(), |day| format!("-as-of-{day}"));
            let name = format!("buyin-{}-{day}{as_of}", export::file_name(&app.screen().page().title()));
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
