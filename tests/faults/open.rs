//! `buyin open` on what is no repository, without its folders, and with a lost cache.

use std::fs;

use super::{BUYIN, Desk};
use crate::{
    made::{NOW, community, git},
    pty::Pty,
};

fn open(desk: &Desk, paths: &[&str], more: &[(&str, &str)]) -> Pty {
    let home = desk.home();
    let paths: Vec<String> = paths.iter().map(|path| desk.path(path).display().to_string()).collect();
    let mut words = vec!["--now", NOW, "open"];
    words.extend(paths.iter().map(String::as_str));
    let mut env = vec![("HOME", home.as_str()), ("USER", "tester")];
    env.extend(more);
    Pty::start(BUYIN.as_ref(), &words, &env, (160, 30)).0
}

/// It ends by itself with `exit` and says `said`; the terminal is clean.
fn refused(desk: &Desk, paths: &[&str], more: &[(&str, &str)], exit: u32, said: &str) {
    let mut pty = open(desk, paths, more);
    assert_eq!(pty.finish().exit_code(), exit, "{paths:?}: {}", pty.text());
    assert!(pty.text().replace('\n', " ").contains(said), "{paths:?}: {}", pty.text());
    pty.assert_clean();
}

#[test]
fn what_is_no_repository_is_named_and_the_terminal_is_clean() {
    let desk = Desk::new("");
    fs::create_dir(desk.path("folder")).unwrap();
    desk.write("plain.txt", "");
    refused(&desk, &["folder"], &[], 4, "not a git repository: ");
    refused(&desk, &["plain.txt"], &[], 4, "plain.txt is a file");
    refused(&desk, &["nowhere"], &[], 2, "nowhere: cannot be opened: no such file or folder");
    refused(&desk, &["folder", "plain.txt"], &[], 4, "not a git repository: ");
    refused(&desk, &["folder", "plain.txt"], &[], 4, "plain.txt is a file");
    let told = desk.run(&["open", "folder"]);
    told.says(4, &["not a git repository: "]);
    // No folder can be made there, not even by root.
    refused(&desk, &["folder"], &[("XDG_CACHE_HOME", "/proc")], 4, "buyin: /proc/buyin");
}

#[test]
fn an_empty_repository_opens_and_says_that_it_is_empty() {
    let desk = Desk::new("");
    git(&desk.path(""), &["init", "-q", "--bare", "empty"]);
    let mut pty = open(&desk, &["empty"], &[]);
    pty.wait_for("empty");
    pty.press("q");
    assert_eq!(pty.finish().exit_code(), 0);
    pty.assert_clean();
}

#[test]
fn of_two_paths_the_good_one_opens_and_the_bad_one_is_said() {
    let desk = Desk::new("");
    community(&desk.path("good"));
    fs::create_dir(desk.path("folder")).unwrap();
    let mut pty = open(&desk, &["good", "folder"], &[]);
    pty.wait_for("amberworks.example");
    pty.press("q");
    assert_eq!(pty.finish().exit_code(), 3);
    pty.assert_clean();
    assert!(pty.text().contains("folder: not a git repository: "), "{}", pty.text());
}

/// The files that `open` keeps in a folder, by ending.
fn kept(desk: &Desk, folder: &str, ending: &str) -> std::path::PathBuf {
    let all = fs::read_dir(desk.path(folder)).unwrap().flatten().map(|file| file.path());
    let mut found: Vec<_> = all.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

const CACHE: &str = "home/.cache/buyin";
const DATA: &str = "home/.local/share/buyin";

fn decide(desk: &Desk, filter: &str, words: &str) {
    let mut pty = open(desk, &["good"], &[]);
    pty.wait_for("amberworks.example");
    pty.press(&format!("/{filter}\r"));
    pty.press("\r");
    pty.wait_for("People");
    pty.press(&format!(":{words}\r"));
    pty.press("q");
    pty.press("q");
    pty.press("\u{3}");
    pty.finish();
    pty.assert_clean();
}

/// The decisions and the account that they are about, as the cache's store tells.
fn told(desk: &Desk) -> (String, String) {
    let store = format!("sqlite:{}", kept(desk, CACHE, ".db").display());
    let of = |words: &[&str]| desk.fine(&[words, &["--store", &store, "--format", "jsonl"]].concat());
    (of(&["decisions"]), of(&["account", "amberworks.example"]))
}

fn look(desk: &Desk) {
    let mut pty = open(desk, &["good"], &[]);
    pty.wait_for("brightforge.example");
    pty.press("q");
    pty.finish();
}

#[test]
fn decisions_outlive_the_cache_with_the_same_ids_and_damage_to_them_is_said() {
    let desk = Desk::new("");
    community(&desk.path("good"));
    decide(&desk, "amberworks", "relation customer");
    decide(&desk, "amberworks", "note met at the workshop");
    let before = told(&desk);
    assert!(before.0.contains("\"customer\"") && before.0.contains("met at the workshop"), "{before:?}");
    assert!(before.1.contains("\"customer\""), "{before:?}");
    // A later reading changes none of it, and neither does a new cache.
    look(&desk);
    assert_eq!(told(&desk), before);
    fs::remove_dir_all(desk.path(CACHE)).unwrap();
    look(&desk);
    assert_eq!(told(&desk), before);
    // What a crash left of a draft harms nobody; a lost or short file is written again from the cache.
    let keep = kept(&desk, DATA, ".jsonl");
    let whole = fs::read_to_string(&keep).unwrap();
    fs::write(keep.with_extension("new.1"), "{\"id\":\"d_").unwrap();
    for short in ["", whole.lines().next().unwrap()] {
        fs::write(&keep, short).unwrap();
        look(&desk);
        assert_eq!(fs::read_to_string(&keep).unwrap(), whole);
    }
    fs::remove_file(&keep).unwrap();
    look(&desk);
    assert_eq!(fs::read_to_string(&keep).unwrap(), whole);
    // A damaged line without a cache is named by its number, and mended all is as before.
    fs::remove_dir_all(desk.path(CACHE)).unwrap();
    fs::write(&keep, whole.replacen("\"customer\"", "\"custo", 1)).unwrap();
    refused(&desk, &["good"], &[], 4, "line 2 cannot be read");
    fs::write(&keep, &whole).unwrap();
    // Without its key no decision means anything: it is said, and nothing is made anew.
    let _ = fs::remove_dir_all(desk.path(CACHE));
    let key = kept(&desk, DATA, ".key");
    let secret = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    refused(&desk, &["good"], &[], 4, "is missing, without it the decisions");
    assert!(!key.exists());
    fs::write(&key, secret).unwrap();
    look(&desk);
    assert_eq!(told(&desk), before);
}
