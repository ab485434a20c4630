//! Configurations and command lines that cannot be used.

use super::{Desk, git_source};

#[test]
fn a_wrong_configuration_is_named_by_place_with_the_nearest_valid_word() {
    let git = "[[source]]\nname = \"x\"\nkind = \"git\"\npath = \"x\"\n";
    for (text, said) in [
        (
            format!("{git}zoen = \"upstream\"\n"),
            "unknown key `zoen` in [[source]] \"x\", did you mean `zone`?",
        ),
        (format!("{git}zone = \"upsteam\"\n"), "did you mean `upstream`?"),
        ("[[source]]\nname = \"x\"\nkind = \"gti\"\n".to_owned(), "did you mean `git`?"),
        ("[[source]]\nname = \"x\"\n".to_owned(), "missing key `kind` in [[source]] \"x\""),
        (
            format!("{git}[[source.zones]]\nmatch = \"repo:a\"\nzone = \"program\"\nwhy = \"no\"\n"),
            "unknown key `why` in",
        ),
        (
            format!("{git}[[source.zones]]\nmatch = \"repos:a\"\nzone = \"program\"\n"),
            "did you mean `repo:`?",
        ),
        (
            format!("{git}[[source.zones]]\nmatch = \"repo:a\"\nzone = \"dowstream\"\n"),
            "did you mean `downstream`?",
        ),
        (format!("{git}refs = \"HEAD\"\n"), "expected a list in [[source]] \"x\""),
        (format!("{git}mailmap = 3\n"), "expected true or false in [[source]] \"x\""),
        (format!("{git}{git}"), "two sources are named \"x\""),
        ("[[account]]\nname = \"A\"\n[[account]]\nname = \"A\"\n".to_owned(), "two accounts are named \"A\""),
        ("[[account]]\nname = \"A\"\nrelation = \"rival\"\n".to_owned(), "unknown relation `rival`"),
        ("source = 3\n".to_owned(), "write [[source]]"),
        ("[you\n".to_owned(), "buyin.toml:1:"),
        ("\u{0}\n".to_owned(), "buyin.toml:1:"),
    ] {
        let desk = Desk::new("");
        desk.write("buyin.toml", &text);
        let told = desk.run(&["sync"]);
        told.says(2, &[said, "buyin.toml:"]);
        assert_eq!(told.err.lines().count(), 1, "{}", told.err);
        assert_eq!(desk.run(&["config", "check"]).err, told.err);
        assert!(!desk.path("home").exists() && !desk.path("buyin.db").exists(), "something was made");
    }
    let desk = Desk::new("");
    desk.write("buyin.toml", b"[you]\ncompany = \"\xff\"\n");
    desk.run(&["sync"]).says(2, &["buyin.toml:2:1: is not UTF-8: save it as UTF-8"]);
}

#[test]
fn a_store_of_another_kind_is_refused_and_its_password_never_repeated() {
    let desk = Desk::new(&git_source("x", "x"));
    let url = "postgres://dana:hunter2@host/db";
    let by_word = desk.run(&["accounts", "--store", url]);
    by_word.says(2, &["--store: a store of kind `postgres` is not supported", "write `sqlite:PATH`"]);
    let by_name = super::Told::of(desk.buyin(&["accounts"]).env("BUYIN_STORE", url).output().unwrap());
    by_name.says(2, &["BUYIN_STORE: a store of kind `postgres` is not supported"]);
    desk.write("buyin.toml", format!("[store]\nurl = \"{url}\"\n"));
    let by_file = desk.run(&["accounts"]);
    by_file.says(2, &["a store of kind `postgres` is not supported"]);
    for told in [by_word, by_name, by_file] {
        assert!(!told.err.contains("hunter2"), "{}", told.err);
    }
    let desk = Desk::new("");
    desk.run(&["accounts", "--store", "buyin.db"]).says(2, &["write `sqlite:buyin.db`"]);
    desk.run(&["accounts", "--store", "sqlite:"]).says(2, &["names no file"]);
    desk.run(&["accounts", "--store", "sqlite:~/s.db"]).says(4, &["home/s.db yet: `buyin sync` makes it"]);
}

#[test]
fn no_home_is_no_panic() {
    let desk = Desk::new("");
    for words in [&["config", "path"][..], &["accounts"], &["doctor"]] {
        let mut command = desk.buyin(words);
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "BUYIN_CONFIG"] {
            command.env_remove(name);
        }
        // The user database may know a home; without one it is said how to do without.
        let told = super::Told::of(command.env("BUYIN_STORE", "sqlite:none.db").output().unwrap());
        assert!(matches!(told.exit, Some(0 | 2 | 4)), "{told:?}");
    }
}

#[test]
fn a_closed_output_is_no_error_and_a_full_one_is() {
    let desk = Desk::new(&git_source("long", "long"));
    super::long(&desk.path("long"), 600);
    desk.fine(&["sync"]);
    for words in ["export activities --all", "members --all --format jsonl", "config schema", "man"] {
        let told = desk.shell(&format!("{{ \"$B\" {words}; echo \"exit $?\" >&2; }} | head -n 1"));
        assert_eq!((told.err.trim(), told.out.lines().count()), ("exit 0", 1), "{words}");
        let told = desk.shell(&format!("\"$B\" {words} > /dev/full"));
        told.says(4, &["the output cannot be written: "]);
        assert_eq!(told.err.lines().count(), 1, "{words}: {}", told.err);
    }
}
