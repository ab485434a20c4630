//! The terminal taken and given back: on quitting, on a signal, on a panic, on a pause in the shell. Must not
//! know what is drawn.

use std::{
    fs::File,
    io::{self, Write},
    os::fd::AsFd,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::msg::{Msg, Signal};

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// The alternate screen, no cursor, pasted text marked as such. Nothing is asked.
const TAKE: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?2004h";
/// Everything that may have been changed is put right: mouse, paste, scroll region, pen, cursor, screen. It is
/// cleared first: tmux keeps rows of an alternate screen that has grown.
const GIVE_BACK: &[u8] =
    b"\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?2004l\x1b[r\x1b[m\x1b[2J\x1b[?25h\x1b[?1049l";
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// The longest text that is copied, in bytes: longer sequences are cut or refused by many terminals.
const MOST_COPIED: usize = 50_000;

/// Standard output without a buffer of its own: each frame is one write.
pub(super) fn out() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// The terminal, ours while this lives.
#[derive(Debug)]
pub(super) struct Taken(());

impl Taken {
    pub(super) fn take() -> io::Result<Self> {
        take()?;
        Ok(Self(()))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        give_back();
    }
}

/// Takes the terminal (again).
pub(super) fn take() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    out()?.write_all(TAKE)
}

/// Gives the terminal back, once. A terminal that is gone cannot be put right; there is nobody to tell.
pub(super) fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = out().and_then(|mut out| out.write_all(GIVE_BACK));
        let _ = disable_raw_mode();
    }
}

/// Before a panic is reported, on whatever thread, the terminal is given back and the loop ends.
pub(super) fn on_panic(loop_end: Sender<Msg>) {
    HOOK.call_once(move || {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            report(panic);
            let _ = loop_end.send(Msg::Signal(Signal::Quit));
        }));
    });
}

/// Whether the terminal has been given back already, by a panic.
pub(super) fn is_lost() -> bool {
    !TAKEN.load(Ordering::SeqCst)
}

pub(super) const fn mouse(on: bool) -> &'static [u8] {
    if on { MOUSE_ON } else { MOUSE_OFF }
}

/// The sequence that puts a text on the clipboard of the terminal's side (OSC 52), passed through tmux where
/// need be; `None` when the text is too long.
pub(super) fn clipboard(text: &str, tmux: bool) -> Option<String> {
    if text.len() > MOST_COPIED {
        return None;
    }
    let sequence = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    Some(if tmux { format!("\x1bPtmux;\x1b{sequence}\x1b\\") } else { sequence })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, i| bits << 8 | u32::from(part.get(i).copied().unwrap_or(0)));
        for letter in 0..4 {
            let index = (bits >> (18 - 6 * letter) & 63) as usize;
            out.push(if letter <= part.len() { char::from(LETTERS[index]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_text_is_written_as_the_standard_says() {
        for (text, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), coded);
        }
        assert_eq!(clipboard("foo", false).unwrap(), "\x1b]52;c;Zm9v\x07");
        assert_eq!(clipboard("foo", true).unwrap(), "\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\");
        assert_eq!(clipboard(&"x".repeat(MOST_COPIED + 1), false), None);
    }
}
