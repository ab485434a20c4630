//! What sources may find: nothing, half of something, damage, hostile text.

use std::{fs, io::Write, path::Path, process::Stdio};

use super::{Desk, Told, git_source, source};
use crate::made::{community, git};

#[test]
fn a_source_that_fails_is_named_with_the_way_out_and_the_others_are_applied() {
    let desk = Desk::new("");
    community(&desk.path("good"));
    git(&desk.path(""), &["init", "-q", "--bare", "empty"]);
    let from = format!("file://{}", desk.path("good").display());
    git(&desk.path(""), &["clone", "-q", "--bare", "--depth", "5", &from, "shallow"]);
    fs::create_dir(desk.path("folder")).unwrap();
    desk.write("plain.txt", "no repository\n");
    desk.write("short.csv", "Mail\na@amberworks.example\n");
    let mut config = String::new();
    for (name, path) in [
        ("empty", "empty"),
        ("shallow", "shallow"),
        ("folder", "folder"),
        ("plain", "plain.txt"),
        ("missing", "nowhere"),
    ] {
        config += &git_source(name, path);
    }
    config += "[[source]]\nname = \"short\"\nkind = \"file\"\npath = \"short.csv\"\nrecords = \"contacts\"\n\
        columns = { email = \"E-mail\" }\n\
        [[source]]\nname = \"exits\"\nkind = \"command\"\nrun = [\"sh\", \"-c\", \"echo sorry >&2; exit 7\"]\n\
        [[source]]\nname = \"absent\"\nkind = \"command\"\nrun = [\"no-such-program-here\"]\n";
    config += &git_source("good", "good");
    desk.configure(&config);
    let (report, told) = desk.sync();
    told.says(
        3,
        &[
            "folder: not a git repository: ",
            "plain.txt is a file; give the path of a clone",
            "missing: no such folder: ",
            "correct the source's `path`",
            "short: no column `E-mail`",
            "it has Mail",
            "exits: sh ended with exit code 7: sorry; run it by hand",
            "absent: no such program: no-such-program-here; install it",
        ],
    );
    for name in ["empty", "shallow", "good"] {
        assert_eq!(source(&report, name)["state"], "ok", "{report}");
    }
    for name in ["folder", "plain", "missing", "short", "exits", "absent"] {
        let source = source(&report, name);
        assert_eq!(source["state"], "failed", "{name}");
        let message = source["error"]["message"].as_str().unwrap();
        assert!(!message.contains('\n') && source["error"]["hint"].is_string(), "{source}");
        assert!(told.err.lines().filter(|line| line.contains(message)).count() == 1, "{message}");
    }
    assert_eq!(source(&report, "empty")["fetched"], 0);
    assert!(source(&report, "good")["new"].as_u64().unwrap() > 100);
    let doctor = desk.run(&["doctor"]);
    assert_eq!(doctor.exit, Some(4));
    assert!(doctor.out.contains("git fetch --unshallow"), "{}", doctor.out);
    // What was wrong is mended: the next sync is whole.
    fs::remove_dir(desk.path("folder")).unwrap();
    for name in ["folder", "nowhere"] {
        git(&desk.path(""), &["clone", "-q", "--bare", &from, name]);
    }
    git(&desk.path("shallow"), &["fetch", "-q", "--unshallow"]);
    desk.write("short.csv", "E-mail\na@amberworks.example\n");
    let config = config.replace("plain.txt", "good").replace("exit 7", "exit 0");
    desk.configure(&config.replace("no-such-program-here", "true"));
    let (report, told) = desk.sync();
    assert_eq!(told.exit, Some(0), "{told:#?}");
    assert!(report["sources"].as_array().unwrap().iter().all(|source| source["error"].is_null()), "{report}");
    let doctor = desk.fine(&["doctor"]);
    assert!(!doctor.contains("problem"), "{doctor}");
    desk.everything();
}

#[test]
fn when_every_source_fails_the_sync_has_failed() {
    let desk = Desk::new(&git_source("x", "nowhere"));
    desk.sync().1.says(4, &["x: no such folder"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new(&git_source("shut", "shut"));
    community(&desk.path("shut"));
    let allow = |mode| fs::set_permissions(desk.path("shut"), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o000);
    // To root nothing is shut.
    if fs::read_dir(desk.path("shut")).is_err() {
        desk.sync().1.says(4, &["shut: cannot read ", "give the path of a clone that you may read"]);
    }
    allow(0o700);
    assert_eq!(desk.sync().1.exit, Some(0));
}

/// The file of a loose object.
fn loose(repository: &Path, id: &str) -> std::path::PathBuf {
    repository.join("objects").join(&id[..2]).join(&id[2..])
}

#[test]
fn a_damaged_commit_is_named_and_once_it_is_mended_all_is_there() {
    let desk = Desk::new(&(git_source("bad", "bad") + &git_source("good", "good")));
    for name in ["bad", "good"] {
        community(&desk.path(name));
        let pack = fs::read_dir(desk.path(name).join("objects/pack")).unwrap().flatten();
        let packs: Vec<_> =
            pack.filter(|file| file.path().extension().is_some_and(|e| e == "pack")).collect();
        for pack in packs {
            let moved = desk.path("moved.pack");
            fs::rename(pack.path(), &moved).unwrap();
            fs::remove_file(pack.path().with_extension("idx")).unwrap();
            let mut unpack = desk.command("git");
            unpack.arg("-C").arg(desk.path(name)).args(["unpack-objects", "-q"]);
            assert!(unpack.stdin(fs::File::open(&moved).unwrap()).status().unwrap().success());
        }
    }
    let id = git(&desk.path("bad"), &["rev-parse", "main~7"]);
    let file = loose(&desk.path("bad"), &id);
    let sound = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    fs::write(&file, "damaged").unwrap();
    let (report, told) = desk.sync();
    told.says(0, &["bad: ", " could not be read; `buyin doctor` names them"]);
    assert_eq!(source(&report, "good")["state"], "ok");
    let doctor = desk.fine(&["doctor"]);
    assert!(doctor.contains(&id[..10]) && doctor.contains("damaged"), "{doctor}");
    fs::remove_file(&file).unwrap();
    fs::write(&file, &sound).unwrap();
    let (report, told) = desk.sync();
    assert_eq!(told.exit, Some(0), "{told:#?}");
    assert_eq!(source(&report, "bad")["skipped"], 0);
    let doctor = desk.fine(&["doctor"]);
    assert!(!doctor.contains("damaged"), "{doctor}");
    // Damage that comes later takes nothing away, also when all is read again.
    let before = desk.everything();
    fs::remove_file(&file).unwrap();
    fs::write(&file, "damaged").unwrap();
    for words in [&["sync"][..], &["sync", "--full"]] {
        desk.fine(words);
        let facts = desk.everything().0;
        let lost: Vec<&str> = before.0.lines().filter(|line| !facts.contains(line)).collect();
        assert!(lost.is_empty(), "{words:?}: {lost:#?}");
    }
    fs::remove_file(&file).unwrap();
    fs::write(&file, &sound).unwrap();
    desk.fine(&["sync"]);
    assert_eq!(desk.everything(), before);
    let undisturbed = Desk::new(&(git_source("bad", "bad") + &git_source("good", "good")));
    for name in ["bad", "good"] {
        community(&undisturbed.path(name));
    }
    assert_eq!(report["activities"], undisturbed.sync().0["activities"]);
    desk.everything();
}

/// Writes a commit as raw bytes, on top of `parent`.
fn raw(desk: &Desk, repository: &str, parent: &str, who: &[u8], when: &str, message: &[u8]) -> String {
    let parent = if parent.is_empty() { String::new() } else { format!("parent {parent}\n") };
    let mut body = format!("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n{parent}").into_bytes();
    for word in ["author ", "committer "] {
        body.extend([word.as_bytes(), who, b" ", when.as_bytes(), b" +0000\n"].concat());
    }
    body.extend([b"\n", message].concat());
    let mut child = desk
        .command("git")
        .arg("-C")
        .arg(desk.path(repository))
        .args(["hash-object", "-t", "commit", "-w", "--literally", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&body).unwrap();
    let told = Told::of(child.wait_with_output().unwrap());
    assert_eq!(told.exit, Some(0), "{told:?}");
    told.out.trim().to_owned()
}

#[test]
fn hostile_and_odd_commits_are_read_and_nothing_harmful_comes_out() {
    let desk = Desk::new(&git_source("odd", "odd"));
    git(&desk.path(""), &["init", "-q", "--bare", "odd"]);
    git(&desk.path("odd"), &["symbolic-ref", "HEAD", "refs/heads/main"]);
    let mut tip = String::new();
    let commits: [(&[u8], &str, &[u8]); 7] = [
        (b"N\xe9e Latin <nee@amberworks.example>", "1700000000", b"caf\xe9"),
        (
            b"\x1b[31mRed\x1b[0m \xe2\x80\xae Alert <red@amberworks.example>",
            "1700000100",
            b"\x1b]0;t\x07 a\tb",
        ),
        (b"No At <noat>", "1700000200", b"a mail without @"),
        (b" <>", "1700000300", b"nobody at all"),
        (b"Old Hand <old@amberworks.example>", "-2208988800", b"of 1900"),
        (b"Far Off <far@amberworks.example>", "7258118400", b"of 2200"),
        (b"Plain Person <plain@amberworks.example>", "1700000500", b""),
    ];
    for (who, when, message) in commits {
        tip = raw(&desk, "odd", &tip, who, when, message);
    }
    git(&desk.path("odd"), &["update-ref", "refs/heads/main", &tip]);
    let (report, told) = desk.sync();
    assert_eq!(told.exit, Some(0), "{told:#?}");
    assert!(source(&report, "odd")["new"].as_u64().unwrap() >= 6, "{report}");
    let all = desk.fine(&["export", "activities", "--all", "--format", "jsonl"]);
    let people = desk.fine(&["export", "people", "--all", "--with-emails"]);
    for text in [&all, &people, &desk.fine(&["accounts", "--all"]), &desk.fine(&["members", "--all"])] {
        let bad = |c: &char| c.is_control() && !matches!(c, '\n' | '\r') || *c == '\u{202e}';
        assert!(!text.chars().any(|c| bad(&c)), "{text:?}");
    }
    assert!(people.contains("noat") || people.contains("No At"), "{people}");
    let doctor = desk.fine(&["doctor"]);
    assert!(doctor.contains("2 activities are kept but unused"), "{doctor}");
    desk.everything();
}

#[test]
fn a_csv_of_any_make_is_read_and_what_cannot_be_is_named_by_its_line() {
    let desk = Desk::new(
        "[[source]]\nname = \"rows\"\nkind = \"file\"\npath = \"rows.csv\"\n\
         columns = { email = \"E-mail\", at = \"When\", kind = \"=event.attended\", title = \"Title\" }\n",
    );
    let mut csv = b"\xef\xbb\xbfE-mail,When,Title\r\n".to_vec();
    csv.extend(b"a@amberworks.example,2026-01-01,\"two\r\nlines, \"\"quoted\"\"\"\r\n");
    csv.extend(b"b@amberworks.example,1900-01-01,old\r\nc@amberworks.example,2200-01-01,far\r\n");
    csv.extend(b"without-at,2026-01-02,no mail\r\nd@amberworks.example,someday,no date\r\n");
    csv.extend(b"e@amberworks.example,2026-01-03,\"");
    csv.extend(vec![b'x'; 10 << 20]);
    csv.extend(b"\"\r\nf@amberworks.example,2026-01-04,\xff\xfe\x1b[31m\r\n");
    desk.write("rows.csv", &csv);
    let (report, told) = desk.sync();
    assert_eq!(told.exit, Some(0), "{told:#?}");
    let rows = source(&report, "rows");
    assert!(rows["skipped"].as_u64().unwrap() >= 1, "{rows}");
    let all = desk.fine(&["export", "activities", "--all", "--format", "jsonl"]);
    assert!(all.contains("two lines, \\\"quoted\\\"") && !all.contains("2026-01-03"), "{all}");
    assert!(all.contains("2026-01-04") && !all.contains('\u{1b}'), "{all}");
    assert!(all.lines().all(|line| line.len() < 4_000), "a field of 10 MB was kept whole");
    let doctor = desk.fine(&["doctor"]);
    for line in ["rows.csv:7", "rows.csv:8"] {
        assert!(doctor.contains(line), "{line} is not named: {doctor}");
    }
    assert!(doctor.contains("2 activities are kept but unused"), "{doctor}");
    // A quote that never closes would swallow the rest: nothing is taken, what was there stays.
    let before = desk.everything();
    desk.write("rows.csv", "E-mail,When,Title\na@amberworks.example,2026-01-01,\"open\n");
    desk.sync().1.says(4, &["rows.csv:2: a quote that opens here never closes"]);
    assert_eq!(desk.everything(), before);
    desk.write("rows.csv", &csv);
    assert_eq!(desk.sync().1.exit, Some(0));
    assert_eq!(desk.everything(), before);
}
