//! The import rule of the house, held against the code itself.
//!
//! `main -> {tui, cli} -> jobs -> {sources, journey, store} -> {domain, config}`; brothers do not see each
//! other; config sees domain only; each foreign world has one room that may speak to it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Which rooms a room may name.
const MAY_SEE: &[(&str, &[&str])] = &[
    ("main", &["cli", "tui", "jobs", "config", "domain"]),
    ("cli", &["tui", "jobs", "journey", "config", "domain"]),
    ("tui", &["jobs", "journey", "config", "domain"]),
    ("jobs", &["sources", "journey", "store", "config", "domain"]),
    ("sources", &["config", "domain"]),
    ("journey", &["domain"]),
    ("store", &["domain"]),
    ("config", &["domain"]),
    ("domain", &[]),
];

/// Which room (or file) alone may speak to a foreign world.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["store/"]),
    ("ratatui", &["tui/"]),
    ("crossterm", &["tui/"]),
    ("gix", &["sources/git/"]),
    ("reqwest", &["jobs/http.rs"]),
    ("clap", &["cli/", "main.rs"]),
    ("SystemTime::now", &["main.rs", "jobs/"]),
    ("Instant::now", &["main.rs", "jobs/"]),
    ("Timestamp::now", &["main.rs", "jobs/"]),
    ("Zoned::now", &["main.rs", "jobs/"]),
];

#[test]
fn arrows_between_rooms_point_down_only() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        wrong.extend(forbidden_arrows(&path, &code));
    }
    assert!(wrong.is_empty(), "arrows that the house does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn each_foreign_world_has_one_room_that_speaks_to_it() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        wrong.extend(foreign_words(&path, &code));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_stays_small() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let body = code.split("#[cfg(test)]\nmod tests").next().unwrap_or(&code);
        if !body.trim_start().starts_with("//!") {
            wrong.push(format!("{path}: does not open with what it is for"));
        }
        let lines = body.lines().count();
        if lines > 400 && !is_test(&path) {
            wrong.push(format!("{path}: {lines} lines without tests, 400 at most"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_room_is_a_drawer() {
    for (path, _) in sources() {
        for word in ["util", "helper", "manager", "common", "misc"] {
            assert!(!path.contains(word), "{path}: name the thing, not the drawer");
        }
    }
}

#[test]
fn the_rule_catches_what_it_forbids() {
    let caught = |path: &str, code: &str| {
        !forbidden_arrows(path, code).is_empty() || !foreign_words(path, code).is_empty()
    };
    assert!(caught("domain/day.rs", "use crate::store::Store;"));
    assert!(caught("store/view.rs", "let x = crate::journey::identify::people();"));
    assert!(caught("sources/git/walk.rs", "use crate::{config::GitConfig, jobs::sync};"));
    assert!(caught(
        "journey/fold.rs",
        "use crate::{\n    domain::time::Time,\n    store::{Store, View},\n};"
    ));
    assert!(caught("cli/accounts.rs", "use rusqlite::Connection;"));
    assert!(caught("journey/fold.rs", "let now = std::time::SystemTime::now();"));
    assert!(!caught("jobs/derive.rs", "use crate::{journey::identify, store::Store};"));
    assert!(!caught("domain/day.rs", "//! See [`crate::store`] for where it is kept.\nuse super::time;"));
}

/// A file that holds nothing but tests says so by its name.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/")
}

#[test]
fn files_that_are_called_tests_are_compiled_for_tests_only() {
    let all = sources();
    for (path, _) in all.iter().filter(|(path, _)| is_test(path)) {
        let (folder, file) = path.rsplit_once('/').expect("a file in a room");
        let module = file.trim_end_matches(".rs");
        let declared = [
            format!("#[cfg(test)]\nmod {module};"),
            format!("#[cfg(test)]\n#[path = \"{file}\"]\nmod tests;"),
        ];
        let in_parent = |(parent, code): &(String, String)| {
            parent.starts_with(folder) && declared.iter().any(|declared| code.contains(declared))
        };
        assert!(path.contains("/tests/") || all.iter().any(in_parent), "{path}: is no module of tests");
    }
}

/// `path` is relative to `src`.
fn forbidden_arrows(path: &str, code: &str) -> Vec<String> {
    let room = room_of(path);
    let Some((_, allowed)) = MAY_SEE.iter().find(|(name, _)| *name == room) else {
        return if room == "lib" { Vec::new() } else { vec![format!("{path}: no such room: {room}")] };
    };
    named_rooms(&without_comments(code))
        .into_iter()
        .filter(|named| *named != room && !allowed.contains(&named.as_str()))
        .map(|named| format!("{path}: {room} -> {named}"))
        .collect()
}

fn foreign_words(path: &str, code: &str) -> Vec<String> {
    let code = without_comments(code);
    ONLY_IN
        .iter()
        .filter(|(word, homes)| says(&code, word) && !homes.iter().any(|home| path.starts_with(home)))
        .map(|(word, homes)| format!("{path}: only {} may speak to {word}", homes.join(", ")))
        .collect()
}

/// Whether the path `word` is used: as a path of its own, not as the end of a longer name.
fn says(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let own_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let is_call = word.contains("::");
        own_word && (is_call || code[at + word.len()..].starts_with("::") || after == Some(';'))
    })
}

/// The rooms that a file names by `crate::` (or `buyin::` in main), also inside braces.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for start in ["crate::", "buyin::"] {
        for (at, _) in code.match_indices(start) {
            let rest = &code[at + start.len()..];
            if let Some(list) = rest.strip_prefix('{') {
                rooms.extend(top_level_names(list));
            } else {
                rooms.insert(first_name(rest));
            }
        }
    }
    rooms.retain(|room| MAY_SEE.iter().any(|(name, _)| name == room));
    rooms
}

/// The first names of the entries of a `use crate::{…}` list, nested lists skipped.
fn top_level_names(list: &str) -> Vec<String> {
    let (mut names, mut depth, mut entry) = (Vec::new(), 0, String::new());
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_name(&std::mem::take(&mut entry))),
            letter if depth == 0 => entry.push(letter),
            _ => {}
        }
    }
    names.push(first_name(&entry));
    names
}

fn first_name(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn room_of(path: &str) -> &str {
    let first = path.split('/').next().unwrap_or(path);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn without_comments(code: &str) -> String {
    code.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Every file under `src` with its path relative to it, in order.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "the walk found only {} files", files.len());
    files
        .into_iter()
        .map(|path| {
            let code = fs::read_to_string(&path).expect("a source file is readable text");
            let name = path.strip_prefix(&root).expect("under src").to_string_lossy().replace('\\', "/");
            (name, code)
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}
