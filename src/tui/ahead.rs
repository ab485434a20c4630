//! Keys typed faster than the store answers: what acts on a row waits, in order, until the rows it would act on
//! are there. So a key means the same however fast it is typed. Must not know what a key does.

use super::{
    app::{App, Mode},
    command::Command,
    effect::Effect,
    key::{Code, Key},
    keymap::Pending,
    msg::Input,
    palette::{self, Wish},
    update::input,
};

/// Carries inputs out, or keeps them until they can be. Escape, pressed while older ones wait, gives those up;
/// quitting never waits.
pub(super) fn take(app: &mut App, inputs: Vec<Input>) -> Vec<Effect> {
    let mut effects = Vec::new();
    let had_to_wait = !app.held.is_empty();
    for one in inputs {
        if !app.held.is_empty()
            && let Input::Key(key) = one
        {
            let interrupts = key.ctrl && key.code == Code::Char('c');
            if interrupts && app.mode == Mode::Browse || had_to_wait && quits(app, key) {
                effects.push(Effect::Quit);
                continue;
            }
            if interrupts || had_to_wait && key.code == Code::Esc {
                app.held.clear();
                continue;
            }
        }
        let at_once = matches!(one, Input::Resize { .. }) || app.held.is_empty() && !must_wait(app, &one);
        if at_once {
            effects.extend(input(app, one));
            effects.extend(app.settle());
        } else {
            app.held.push_back(one);
        }
    }
    effects
}

/// Carries out what has waited, as far as it can be by now.
pub(super) fn resume(app: &mut App) -> Vec<Effect> {
    let mut effects = app.settle();
    while let Some(first) = app.held.pop_front() {
        if must_wait(app, &first) {
            app.held.push_front(first);
            break;
        }
        effects.extend(input(app, first));
        effects.extend(app.settle());
    }
    effects
}

/// Whether the input acts on something that is on its way.
fn must_wait(app: &App, input: &Input) -> bool {
    // A name that is looked up opens a screen: whatever is typed then is meant for that.
    let opening = (app.name_asked.is_some() || app.change_asked.is_some()) && app.mode == Mode::Browse;
    if !opening && !app.screen().page().is_settling() {
        return false;
    }
    match input {
        Input::Resize { .. } => false,
        Input::Paste(_) => opening,
        Input::WheelUp | Input::WheelDown | Input::Click { .. } => true,
        Input::Key(key) => match &app.mode {
            Mode::Browse if opening => true,
            Mode::Browse => meant(app, &app.pending, *key).is_some_and(|command| needs_rows(&command)),
            Mode::Filter { .. } => {
                matches!(key.code, Code::Down | Code::Up | Code::PageDown | Code::PageUp)
            }
            Mode::Deaf { .. } | Mode::Reason { .. } => false,
            Mode::Palette { line } => key.code == Code::Enter && speaks_of_a_row(&line.text),
        },
    }
}

fn meant(app: &App, pending: &Pending, key: Key) -> Option<Command> {
    let tabs = app.screen().page().tabs().len();
    app.options.keymap.press(&mut pending.clone(), key, tabs)
}

const fn needs_rows(command: &Command) -> bool {
    matches!(
        command,
        Command::Move(_)
            | Command::Open
            | Command::Back
            | Command::Left
            | Command::Right
            | Command::Why
            | Command::Travel(_)
            | Command::Begin(_)
            | Command::Mark
            | Command::Range
            | Command::Filter
            | Command::OpenLink
            | Command::Yank
            | Command::YankLink
            | Command::Export
    )
}

fn speaks_of_a_row(text: &str) -> bool {
    match palette::read(text) {
        Ok(
            Wish::Relation(_)
            | Wish::Note(_)
            | Wish::Person(_)
            | Wish::Time(_)
            | Wish::Id
            | Wish::View(_)
            | Wish::Filter(_),
        ) => true,
        Ok(Wish::Do(command)) => needs_rows(&command),
        _ => false,
    }
}

/// Whether the key quits: not where it may belong to a line whose beginning still waits.
fn quits(app: &App, key: Key) -> bool {
    let alone = |key: Key| meant(app, &Pending::default(), key);
    let begins_a_line = |held: &Input| {
        let Input::Key(key) = held else { return false };
        matches!(alone(*key), Some(Command::Palette | Command::Filter))
    };
    app.mode == Mode::Browse && alone(key) == Some(Command::Quit) && !app.held.iter().any(begins_a_line)
}
