//! What follows from what happened: the only place that changes [`App`]. Must not know the terminal nor the
//! store; it answers with effects.

use super::{
    ahead,
    app::{App, Mode},
    browse,
    effect::Effect,
    key::{Code, Key},
    keymap::Pending,
    msg::{Input, Msg, Notice, Progress, Signal},
    palette,
    screens::{Screen, account::Account, member::Member},
    travel,
    widgets::line::Line,
};
use crate::{
    domain::{filter, query::Meaning, text},
    jobs::read::Reply,
    tui::command::{Command, Move},
};

/// Changes the app and says what the outside should do.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Input(inputs) => ahead::take(app, inputs),
        Msg::Reply { ticket, reply } => take_reply(app, ticket, reply),
        Msg::Progress(progress) => take_progress(app, progress),
        Msg::StoreChanged => app.ask_overview(),
        Msg::Today(day) => {
            app.options.today = day;
            app.screens.iter_mut().for_each(|screen| screen.page_mut().refresh());
            Vec::new()
        }
        Msg::Said(notice) => {
            app.notice = Some(notice);
            Vec::new()
        }
        Msg::Signal(Signal::Quit) => vec![Effect::Quit],
        Msg::Signal(Signal::Suspend) => vec![Effect::Suspend],
        Msg::Resumed { width, height } => {
            (app.width, app.height) = (width, height);
            vec![Effect::Redraw, Effect::Mouse(app.mouse)]
        }
    };
    effects.extend(ahead::resume(app));
    effects
}

/// What one input means now; the rows that it acts on are there.
pub(super) fn input(app: &mut App, input: Input) -> Vec<Effect> {
    match input {
        Input::Key(key) => press(app, key),
        Input::Resize { width, height } => {
            (app.width, app.height) = (width, height);
            Vec::new()
        }
        Input::Paste(text) => {
            match &mut app.mode {
                Mode::Browse | Mode::Deaf { .. } => return Vec::new(),
                Mode::Filter { line, .. } | Mode::Palette { line } | Mode::Reason { line, .. } => {
                    line.insert(&text);
                }
            }
            filter_live(app);
            Vec::new()
        }
        Input::WheelUp => browse::command(app, &Command::Move(Move::Up(3))),
        Input::WheelDown => browse::command(app, &Command::Move(Move::Down(3))),
        Input::Click { y, .. } => {
            let above = app.screen().page().chrome() - 1;
            match y.checked_sub(above) {
                Some(row) => browse::command(app, &Command::Move(Move::Visible(row))),
                None => Vec::new(),
            }
        }
    }
}

fn press(app: &mut App, key: Key) -> Vec<Effect> {
    app.notice = None;
    if key.ctrl && key.code == Code::Char('c') && app.mode == Mode::Browse {
        return vec![Effect::Quit];
    }
    match app.mode {
        Mode::Browse => {
            let tabs = app.screen().page().tabs().len();
            let found = app.options.keymap.press(&mut app.pending, key, tabs);
            found.map_or_else(Vec::new, |command| browse::command(app, &command))
        }
        Mode::Filter { .. } => press_filter(app, key),
        Mode::Palette { .. } => press_palette(app, key),
        Mode::Reason { .. } => press_reason(app, key),
        Mode::Deaf { begun } => {
            // The way out that is shown begins with a key that may be typed at once.
            let command = app.options.keymap.press(&mut Pending::default(), key, 0);
            app.mode = match command {
                Some(Command::Palette) if !begun => Mode::Palette { line: Line::default() },
                _ if leaves(key) || key.code == Code::Enter => Mode::Browse,
                _ => Mode::Deaf { begun: true },
            };
            Vec::new()
        }
    }
}

/// Keys that leave a typed line without using it.
fn leaves(key: Key) -> bool {
    key.code == Code::Esc || key.ctrl && matches!(key.code, Code::Char('c' | 'g'))
}

fn press_filter(app: &mut App, key: Key) -> Vec<Effect> {
    let Mode::Filter { line, before } = &mut app.mode else { return Vec::new() };
    let moved = match key.code {
        Code::Down => Some(Move::Down(1)),
        Code::Up => Some(Move::Up(1)),
        Code::PageDown => Some(Move::PageDown(1)),
        Code::PageUp => Some(Move::PageUp(1)),
        _ => None,
    };
    if let Some(movement) = moved {
        app.screen_mut().page_mut().go(movement);
    } else if leaves(key) {
        let before = std::mem::take(before);
        app.mode = Mode::Browse;
        if before.is_empty() && app.screen().page().is_search() {
            app.screens.pop();
        } else {
            app.screen_mut().page_mut().set_filter(&before);
        }
    } else if key.code == Code::Backspace && line.text.is_empty() {
        app.mode = Mode::Browse;
    } else if key.code == Code::Tab {
        complete_filter(app);
    } else if key.code == Code::Enter {
        // A wrong filter is not kept: the line stays until it is right or given up.
        let wrong = app.screen().page().filtering().is_some_and(|filtering| filtering.error.is_some());
        if !wrong {
            app.mode = Mode::Browse;
        }
    } else if line.press(key) {
        filter_live(app);
    }
    Vec::new()
}

/// The part that all words share which the last one may become, or the only one whole.
fn complete_filter(app: &mut App) {
    let over = app.screen().page().filtering().and_then(|filtering| filtering.over);
    let (Mode::Filter { line, .. }, Some(over)) = (&mut app.mode, over) else { return };
    let begun = line.text.rfind(char::is_whitespace).map_or(0, |space| space + 1);
    if let Some(shared) = shared(&filter::complete(&line.text, over))
        && shared.len() >= line.text.len() - begun
    {
        *line = Line::of(&format!("{}{shared}", &line.text[..begun]));
        filter_live(app);
    }
}

fn filter_live(app: &mut App) {
    if let Mode::Filter { line, .. } = &app.mode {
        let text = line.text.clone();
        app.screen_mut().page_mut().set_filter(&text);
    }
}

fn press_palette(app: &mut App, key: Key) -> Vec<Effect> {
    let sorts = app.screen().page().part().orders();
    let Mode::Palette { line } = &mut app.mode else { return Vec::new() };
    if leaves(key) || key.code == Code::Backspace && line.text.is_empty() {
        app.mode = Mode::Browse;
    } else if key.code == Code::Tab {
        // The part that all offers share, or the only one whole.
        let offers = palette::complete(&line.text, &sorts);
        if let Some(shared) = shared(&offers)
            && shared.len() >= line.text.trim_start().len()
        {
            *line = Line::of(&shared);
        }
    } else if key.code == Code::Enter {
        let text = std::mem::take(&mut line.text);
        app.mode = Mode::Browse;
        return match palette::read(&text) {
            Ok(wish) => browse::wish(app, wish),
            Err(wrong) => {
                app.notice = Some(Notice::bad(wrong));
                Vec::new()
            }
        };
    } else {
        line.press(key);
    }
    Vec::new()
}

fn press_reason(app: &mut App, key: Key) -> Vec<Effect> {
    let Mode::Reason { verb, needed, line, .. } = &mut app.mode else { return Vec::new() };
    if leaves(key) {
        app.mode = Mode::Browse;
        app.notice = Some(Notice::good("nothing was decided"));
    } else if key.code == Code::Enter {
        let reason = text::title(&line.text);
        if reason.is_empty() && *needed {
            app.notice = Some(Notice::bad("this needs a reason; esc gives it up"));
            return Vec::new();
        }
        let verb = verb.clone();
        app.mode = Mode::Browse;
        return vec![Effect::Decide { verb, reason: (!reason.is_empty()).then_some(reason) }];
    } else {
        line.press(key);
    }
    Vec::new()
}

fn shared(offers: &[String]) -> Option<String> {
    let first = offers.first()?;
    let same = |at: usize| offers.iter().all(|offer| offer.as_bytes().get(at) == first.as_bytes().get(at));
    let length = (0..first.len()).take_while(|at| same(*at)).count();
    first.get(..length).map(str::to_owned)
}

fn take_reply(app: &mut App, ticket: u64, reply: Reply) -> Vec<Effect> {
    if let Reply::Failed(why) = &reply {
        app.notice = Some(Notice::bad(why.clone()));
    }
    if app.overview_asked == Some(ticket) {
        app.overview_asked = None;
        if let Reply::Overview(overview) = reply {
            let known = app.overview.as_ref().map(|known| known.version);
            let changed = known.is_some_and(|known| known != overview.version);
            app.overview = Some(overview);
            if changed {
                app.screens.iter_mut().for_each(|screen| screen.page_mut().refresh());
            } else if let Some(Screen::Sources(page)) = app.screens.last_mut() {
                super::screens::Page::refresh(page.as_mut());
            }
        }
        return Vec::new();
    }
    if app.name_asked == Some(ticket) {
        app.name_asked = None;
        if let Reply::Resolve(meanings) = reply {
            open_meaning(app, &meanings);
        }
        return Vec::new();
    }
    if let Some((_, forward)) = app.change_asked.take_if(|(asked, _)| *asked == ticket) {
        if let Reply::Change(day) = reply {
            travel::arrive(app, day, forward);
        }
        return Vec::new();
    }
    // A ticket that nobody awaits is a late reply: another question has taken its place.
    app.screens.iter_mut().any(|screen| screen.page_mut().reply(ticket, &reply));
    Vec::new()
}

fn open_meaning(app: &mut App, meanings: &[Meaning]) {
    match meanings {
        [] => app.notice = Some(Notice::bad("nothing is called that; / in a list finds by parts of a name")),
        [Meaning::Account { id, .. }] => {
            browse::open(app, Screen::Account(Box::new(Account::new(*id, None))));
        }
        [Meaning::Person { id, name }] => {
            browse::open(app, Screen::Member(Box::new(Member::new(*id, name))));
        }
        several => {
            let names: Vec<_> = several
                .iter()
                .take(5)
                .map(|meaning| match meaning {
                    Meaning::Account { id, name } => format!("{name} {id}"),
                    Meaning::Person { id, name } => format!("{name} {id}"),
                })
                .collect();
            app.notice = Some(Notice::bad(format!("that may be {}", names.join(", "))));
        }
    }
}

fn take_progress(app: &mut App, progress: Progress) -> Vec<Effect> {
    match progress {
        Progress::Running(text) => {
            app.progress = Some(text);
            Vec::new()
        }
        Progress::Source(name, live) => {
            app.live.insert(name, *live);
            Vec::new()
        }
        Progress::Done(text) => {
            over(app);
            app.notice = Some(Notice::good(text));
            app.ask_overview()
        }
        Progress::Failed(text) => {
            over(app);
            app.notice = Some(Notice::bad(text));
            app.ask_overview()
        }
    }
}

/// No sync runs any more.
fn over(app: &mut App) {
    app.progress = None;
    app.live.values_mut().for_each(|live| (live.over, live.standing.waits) = (true, None));
}
