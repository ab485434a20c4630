//! Two buyins on one store: readers never wait, one sync at a time, the second says who holds it.

use std::process::Child;

use super::{BUYIN, Desk, Told, git_source, until};
use crate::{
    made::{NOW, community},
    pty::Pty,
};

/// A source that says it has started and then waits until it may go on; it says one key twice.
const SLOW: &str = "[[source]]\nname = \"slow\"\nkind = \"command\"\nrun = [\"sh\", \"slow.sh\"]\n";
const SCRIPT: &str = r#"echo '{"record":"activity","kind":"post.replied","at":"2026-11-01","actor":"z@amberworks.example","key":"1"}'
touch started
while ! test -e go; do sleep 0.05; done
echo '{"record":"activity","kind":"post.replied","at":"2026-11-02","actor":"z@amberworks.example","key":"1"}'
"#;

fn desk() -> Desk {
    let desk = Desk::new(&(git_source("good", "good") + SLOW));
    community(&desk.path("good"));
    desk.write("slow.sh", SCRIPT);
    desk
}

fn begin(desk: &Desk) -> Child {
    let child = desk
        .buyin(&["sync"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn();
    until("the slow source starts", || desk.path("started").exists());
    child.unwrap()
}

fn end(desk: &Desk, child: Child) -> Told {
    desk.write("go", "");
    Told::of(child.wait_with_output().unwrap())
}

#[test]
fn a_second_sync_is_told_who_holds_the_store_and_readers_do_not_wait() {
    let desk = desk();
    desk.fine(&["sync", "good"]);
    let first = begin(&desk);
    let held = format!(
        "is being synced by another buyin (process {}): one sync at a time; wait for it, or end it",
        first.id()
    );
    for words in [&["sync"][..], &["sync", "good"], &["rebuild"], &["rebuild", "--check"]] {
        desk.run(words).says(4, &["buyin.db", &held]);
    }
    assert!(!desk.json(&["accounts", "--all"]).as_array().unwrap().is_empty());
    desk.fine(&["doctor"]);
    desk.fine(&["decide", "relation", "amberworks.example", "partner"]);
    desk.fine(&["decide", "note", "Ada Ambler", "met while a sync was under way"]);
    let told = end(&desk, first);
    assert_eq!(told.exit, Some(0), "{told:#?}");
    assert_eq!(desk.json(&["account", "amberworks.example"])[0]["relation"], "partner");
    assert!(!desk.fine(&["doctor"]).contains("wait for their conclusions"));
    desk.everything();
}

#[test]
fn a_first_load_is_not_disturbed_by_others_that_open_the_store() {
    let desk = desk();
    let first = begin(&desk);
    desk.run(&["sync"]).says(4, &["is being synced by another buyin"]);
    desk.fine(&["accounts"]);
    desk.run(&["decide", "note", "nobody", "x"]).says(2, &["no account or person is called `nobody`"]);
    let told = end(&desk, first);
    assert_eq!(told.exit, Some(0), "{told:#?}");
    assert_eq!(desk.fine(&["export", "activities", "--all"]).matches("post.replied").count(), 1);
    desk.everything();
}

#[test]
fn a_sync_that_is_stopped_leaves_the_terminal_clean_and_the_store_whole() {
    for way in ["INT", "TERM", "HUP", "\u{3}"] {
        let desk = desk();
        let home = desk.home();
        let config = desk.path("buyin.toml").display().to_string();
        let env = [("HOME", home.as_str()), ("BUYIN_CONFIG", config.as_str())];
        let (mut pty, _) = Pty::start(BUYIN.as_ref(), &["sync", "--now", NOW], &env, (80, 24));
        pty.wait_for("slow");
        until("the slow source starts", || desk.path("started").exists());
        if way.len() == 1 {
            pty.press(way);
        } else {
            pty.signal(way);
        }
        assert!(!pty.finish().success(), "{way}");
        pty.assert_clean();
        desk.fine(&["accounts"]);
        desk.write("go", "");
        desk.fine(&["sync"]);
        desk.everything();
    }
}
