//! The threads that wait for something to happen and say so as a [`Msg`]: keys, signals, the store's files.
//! Each sleeps until it has something to say. Must not know what follows.

use std::{path::Path, sync::mpsc::Sender, thread, time::Duration};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers, MouseEventKind};
use inotify::{Inotify, WatchMask};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP},
    iterator::Signals,
};

use super::{
    key::{Code, Key},
    msg::{Input, Msg, Signal},
};

/// Writes to the store that come closer together than this are one change.
const SETTLED: Duration = Duration::from_millis(150);
/// The most input that is taken at once.
const MOST: usize = 4_096;

/// Reads the keyboard; all that waits becomes one message.
pub(super) fn input(to: Sender<Msg>) {
    thread::spawn(move || {
        loop {
            let Ok(first) = event::read() else {
                // The terminal is gone.
                let _ = to.send(Msg::Signal(Signal::Quit));
                return;
            };
            let mut inputs: Vec<Input> = translate(first).into_iter().collect();
            while inputs.len() < MOST && event::poll(Duration::ZERO).unwrap_or(false) {
                match event::read() {
                    Ok(more) => inputs.extend(translate(more)),
                    Err(_) => break,
                }
            }
            if !inputs.is_empty() && to.send(Msg::Input(inputs)).is_err() {
                return;
            }
        }
    });
}

/// Listens for the signals that end or pause a program.
pub(super) fn signals(to: Sender<Msg>) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let signal = if signal == SIGTSTP { Signal::Suspend } else { Signal::Quit };
            if to.send(Msg::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// Notices when anybody writes to the store, by the file system's own notice.
pub(super) fn store(file: &Path, to: Sender<Msg>) -> std::io::Result<()> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut notify = Inotify::init()?;
    notify.watches().add(folder, WatchMask::MODIFY | WatchMask::CREATE | WatchMask::MOVED_TO)?;
    let names = [name.to_owned(), format!("{name}-wal")];
    thread::spawn(move || {
        let mut buffer = [0; 4_096];
        loop {
            let Ok(notices) = notify.read_events_blocking(&mut buffer) else { return };
            let ours = notices
                .filter_map(|notice| notice.name)
                .any(|changed| names.iter().any(|name| changed == name.as_str()));
            if !ours {
                continue;
            }
            thread::sleep(SETTLED);
            let _ = notify.read_events(&mut buffer);
            if to.send(Msg::StoreChanged).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(pressed) if pressed.kind != KeyEventKind::Release => {
            let code = code(pressed.code)?;
            Some(Input::Key(Key {
                code,
                ctrl: pressed.modifiers.contains(KeyModifiers::CONTROL),
                alt: pressed.modifiers.contains(KeyModifiers::ALT),
            }))
        }
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resize { width, height }),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(_) => Some(Input::Click { x: mouse.column, y: mouse.row }),
            MouseEventKind::ScrollUp => Some(Input::WheelUp),
            MouseEventKind::ScrollDown => Some(Input::WheelDown),
            _ => None,
        },
        _ => None,
    }
}

fn code(code: KeyCode) -> Option<Code> {
    Some(match code {
        KeyCode::Char(letter) => Code::Char(letter),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::F(number),
        _ => return None,
    })
}
