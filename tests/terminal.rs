//! The real binary in a real pseudo-terminal, on a real repository.

use std::{path::Path, thread, time::Duration};

use tempfile::TempDir;

use crate::{
    made::{self, NOW},
    pty::Pty,
};

struct Desk {
    home: TempDir,
}

impl Desk {
    fn new() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        made::community(&home.path().join("community.git"));
        Self { home }
    }

    fn open(&self, size: (u16, u16), env: &[(&str, &str)]) -> Pty {
        let repo = self.home.path().join("community.git");
        let home = self.home.path().display().to_string();
        let args = ["--now", NOW, "open", repo.to_str().expect("a plain path")];
        let mut all = vec![("HOME", home.as_str())];
        all.extend(env);
        Pty::start(Path::new(env!("CARGO_BIN_EXE_buyin")), &args, &all, size).0
    }
}

#[test]
fn open_reads_a_repository_and_one_can_drill_down_to_an_activity_and_back() {
    let desk = Desk::new();
    let mut pty = desk.open((100, 30), &[]);
    pty.wait_for("amberworks.example");
    assert!(!pty.text().contains("oldmill"), "an account with one person is not in the default view");
    pty.press("/amberworks\r");
    pty.press("\r");
    pty.wait_for("Ada Ambler");
    pty.press("\r");
    pty.wait_for("Journey");
    pty.press("3");
    pty.wait_for("operator: handle restarts");
    pty.press("\u{1b}");
    pty.wait_for("Ada Ambler");
    pty.press("\u{1b}");
    pty.wait_for("amberworks.example");
    pty.press("q");
    assert!(pty.finish().success());
    pty.assert_clean();
}

#[test]
fn every_way_out_leaves_a_clean_terminal() {
    let desk = Desk::new();
    for way in ["q", "\u{3}", "TERM", "HUP", "INT"] {
        let mut pty = desk.open((80, 24), &[]);
        pty.wait_for("amberworks.example");
        if way.len() == 1 {
            pty.press(way);
        } else {
            pty.signal(way);
        }
        pty.finish();
        pty.assert_clean();
    }
}

#[test]
fn a_suspended_explorer_gives_the_terminal_back_and_returns_to_the_same_screen() {
    let desk = Desk::new();
    let mut pty = desk.open((80, 24), &[]);
    pty.wait_for("amberworks.example");
    pty.press("j");
    let before = pty.text();
    pty.press("\u{1a}");
    pty.assert_clean();
    pty.signal("CONT");
    pty.wait_for("amberworks.example");
    assert_eq!(pty.text(), before);
    pty.press("q");
    pty.finish();
    pty.assert_clean();
}

#[test]
fn an_idle_explorer_writes_nothing_and_does_not_wake_up() {
    let desk = Desk::new();
    let mut pty = desk.open((80, 24), &[]);
    pty.wait_for("amberworks.example");
    thread::sleep(Duration::from_millis(300));
    let (switches, ticks) = (pty.switches(), pty.ticks());
    assert_eq!(pty.idle(Duration::from_secs(2)), 0, "bytes while idle");
    assert_eq!(pty.switches() - switches, 0, "wake-ups while idle");
    assert_eq!(pty.ticks() - ticks, 0, "processor time while idle");
}

#[test]
fn a_terminal_of_any_size_is_survived() {
    let desk = Desk::new();
    let mut pty = desk.open((40, 10), &[]);
    pty.wait_for("amberwork");
    for (cols, rows) in [(200, 60), (20, 5), (1, 1), (80, 24)] {
        pty.resize(cols, rows);
        pty.press("j");
    }
    pty.wait_for("amberworks.example");
    pty.press("q");
    assert!(pty.finish().success());
}

#[test]
fn hostile_names_and_titles_reach_no_terminal() {
    let desk = Desk::new();
    let mut pty = desk.open((120, 30), &[]);
    pty.wait_for("brightforge.example");
    pty.press("/brightforge\r\r");
    pty.wait_for("Di Dorn");
    pty.press("\t");
    pty.wait_for("deps: bump");
    let written = String::from_utf8_lossy(&pty.written).into_owned();
    assert!(!written.contains("\u{1b}]0;title"), "an escape sequence of a title reached the terminal");
    assert!(!written.contains('\u{202e}'), "a bidirectional override reached the terminal");
    pty.press("q");
    pty.finish();
}

#[test]
fn no_color_and_a_terminal_without_unicode_get_plain_ascii() {
    let desk = Desk::new();
    let env = [("NO_COLOR", "1"), ("LANG", "C"), ("TERM", "linux")];
    let mut pty = desk.open((100, 24), &env);
    pty.wait_for("amberworks.example");
    assert!(pty.text().is_ascii(), "the screen holds other than ASCII:\n{}", pty.text());
    let written = String::from_utf8_lossy(&pty.written).into_owned();
    for colour in 30..=37 {
        assert!(!written.contains(&format!("\u{1b}[{colour}m")), "a colour in spite of NO_COLOR");
        assert!(!written.contains(&format!("\u{1b}[38;5;{}m", colour - 30)), "a colour in spite of NO_COLOR");
    }
    pty.press("q");
    pty.finish();
}
