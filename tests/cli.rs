//! The command line end to end: the real program on a repository that the test writes.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use crate::made::{NOW, community};

/// A folder with a configuration, a repository and, once synced, a store.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        community(&folder.path().join("repo"));
        let config = "[you]\ncompany = \"Dunetech\"\ndomains = [\"dunetech.example\"]\n\
            [store]\nurl = \"sqlite:buyin.db\"\n\
            [[source]]\nname = \"repo\"\nkind = \"git\"\npath = \"repo\"\nzone = \"upstream\"\n";
        std::fs::write(folder.path().join("buyin.toml"), config).unwrap();
        Self { folder }
    }

    fn synced() -> Self {
        let place = Self::new();
        place.fine(&["sync"]);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, away from this machine's own configuration.
    fn program(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_buyin"));
        command.args(words).args(["--now", NOW]).current_dir(self.folder.path());
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/config"),
            ("XDG_DATA_HOME", "home/data"),
            ("XDG_CACHE_HOME", "home/cache"),
        ] {
            command.env(name, self.path(folder));
        }
        for name in ["BUYIN_STORE", "NO_COLOR", "BUYIN_AUTHOR"] {
            command.env_remove(name);
        }
        command.env("BUYIN_CONFIG", self.path("buyin.toml")).stdin(Stdio::null());
        command
    }

    fn run(&self, words: &[&str]) -> (String, String, i32) {
        told(self.program(words).output().unwrap())
    }

    fn fine(&self, words: &[&str]) -> String {
        let (out, err, exit) = self.run(words);
        assert_eq!(exit, 0, "{words:?}: {err}");
        out
    }

    fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.fine(&[words, &["--format", "json"]].concat())).unwrap()
    }

    /// Stderr of wrong usage.
    fn refused(&self, words: &[&str]) -> String {
        let (out, err, exit) = self.run(words);
        assert_eq!((exit, out.as_str()), (2, ""), "{words:?}: {err}");
        err
    }
}

fn told(output: Output) -> (String, String, i32) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn names(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect()
}

#[test]
fn a_sync_reports_each_source_and_a_second_one_finds_nothing_new() {
    let place = Place::new();
    let first = place.json(&["sync"]);
    assert_eq!(first["sources"][0]["name"], "repo");
    assert_eq!(first["sources"][0]["state"], "ok");
    assert_eq!(first["sources"][0]["synced_at"], NOW);
    assert!(first["sources"][0]["new"].as_u64().unwrap() > 100, "{first}");
    for total in ["accounts", "people", "activities"] {
        assert!(first[total].as_u64().unwrap() > 0, "{first}");
    }
    let second = place.json(&["sync", "repo"]);
    assert_eq!(second["sources"][0]["new"], 0);
    assert_eq!(second["activities"], first["activities"]);
    assert!(place.refused(&["sync", "rep"]).contains("did you mean `repo`?"));
}

#[test]
fn every_format_holds_the_same_accounts() {
    let place = Place::synced();
    let array = place.json(&["accounts", "--all"]);
    let rows = array.as_array().unwrap();
    assert!(rows.len() >= 4, "{array}");
    let of = |format: &str| place.fine(&["accounts", "--all", "--format", format]);
    let lines: Vec<Value> = of("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(&lines, rows);
    let csv = of("csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let ids: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    let wanted: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, wanted);
    assert_eq!(of("md").lines().count(), rows.len() + 2);
    let table = of("table");
    assert_eq!(table.lines().count(), rows.len() + 1);
    assert!(!table.contains('\u{1b}') && !table.contains('…'), "{table}");
    for name in names(&array) {
        assert!(table.contains(name), "{name}: {table}");
    }
}

#[test]
fn a_filter_means_the_same_as_a_search_by_hand() {
    let place = Place::synced();
    let all = place.json(&["accounts", "--all"]);
    let by_hand = |keep: fn(&Value) -> bool| -> Vec<String> {
        let kept = all.as_array().unwrap().iter().filter(|row| keep(row));
        kept.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let amber = |row: &Value| row["domains"].as_array().unwrap().contains(&"amberworks.example".into());
    assert_eq!(names(&place.json(&["accounts", "--all", "domain:amberworks.example"])), by_hand(amber));
    let others = by_hand(|row| !row["domains"].as_array().unwrap().contains(&"amberworks.example".into()));
    assert!(!others.is_empty());
    assert_eq!(names(&place.json(&["accounts", "-domain:amberworks.example", "--all"])), others);
    let many = by_hand(|row| row["people"].as_u64().unwrap() >= 2);
    assert_eq!(names(&place.json(&["accounts", "--all", "people:>=2"])), many);
    assert_eq!(place.json(&["accounts", "--limit", "1"]).as_array().unwrap().len(), 1);
    let sorted = place.json(&["accounts", "--all", "--sort", "name"]);
    let mut folded: Vec<String> = names(&sorted).iter().map(|name| name.to_lowercase()).collect();
    let written = folded.clone();
    folded.sort();
    assert_eq!(written, folded);
}

#[test]
fn an_account_and_a_member_are_found_by_every_name_they_have() {
    let place = Place::synced();
    let account = place.json(&["account", "amberworks.example"]);
    assert_eq!(account.as_array().unwrap().len(), 1);
    let id = account[0]["id"].as_str().unwrap();
    let name = account[0]["name"].as_str().unwrap();
    for way in [id, name, &format!("account:{name}")] {
        assert_eq!(place.json(&["account", way]), account, "{way}");
    }
    let member = place.json(&["member", "Bo Birch"]);
    assert_eq!(member[0]["account"], id);
    assert_eq!(member[0]["identities"][0]["email"], Value::Null);
    let person = member[0]["id"].as_str().unwrap();
    assert_eq!(place.json(&["member", person]), member);
    let with = place.json(&["member", person, "--with-emails"]);
    assert_eq!(with[0]["identities"][0]["email"], "bo@amberworks.example");
    let sheet = place.fine(&["account", "amberworks.example"]);
    assert!(sheet.contains("Bo Birch") && !sheet.contains('@'), "{sheet}");
    let sheet = place.fine(&["member", "Bo Birch"]);
    assert!(sheet.contains("commit.authored") && !sheet.contains('@'), "{sheet}");
    assert!(place.refused(&["account", "amberwork.example"]).contains("did you mean"));
    assert!(place.refused(&["member", "amberworks.example"]).starts_with("buyin: no person is called"));
}

#[test]
fn members_are_people_of_accounts_without_our_own() {
    let place = Place::synced();
    let members = place.json(&["members"]);
    assert!(members.as_array().unwrap().iter().all(|row| row["account"].is_string()), "{members}");
    assert!(!names(&members).contains(&"Hal Heath"), "{members}");
    let all = place.json(&["members", "--all"]);
    assert!(names(&all).contains(&"Hal Heath"), "{all}");
    let some = place.json(&["members", "account:brightforge", "--limit", "1"]);
    assert_eq!(some.as_array().unwrap().len(), 1);
}

#[test]
fn exports_hold_everything_and_people_are_recorded() {
    let place = Place::synced();
    let total = place.json(&["sync"])["activities"].as_u64().unwrap();
    let lines = place.fine(&["export", "activities", "--all", "--format", "jsonl"]);
    assert_eq!(lines.lines().count() as u64, total);
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let fields: Vec<&String> = first.as_object().unwrap().keys().collect();
    let wanted = "id kind at source subject title url actor person account thread counterpart known_at";
    assert_eq!(fields.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(" "), wanted);
    let people = place.fine(&["export", "people"]);
    assert!(people.starts_with("id,name,account,") && !people.contains('@'), "{people}");
    assert!(place.fine(&["export", "people", "--with-emails"]).contains("bo@amberworks.example"));
    let decisions = place.json(&["decisions"]);
    let exported: Vec<_> =
        decisions.as_array().unwrap().iter().filter(|row| row["verb"] == "export").collect();
    assert_eq!(exported.len(), 2);
    assert_eq!(exported[0]["emails"], true);
    assert!(place.fine(&["export", "accounts"]).starts_with("id,name,domains,"));
}

#[test]
fn a_decision_beats_what_was_concluded_and_its_undoing_is_exact() {
    let place = Place::synced();
    let before = place.json(&["account", "amberworks.example"]);
    let made = place.json(&["decide", "relation", "amberworks.example", "customer", "--reason", "signed"]);
    assert_eq!(made[0]["reason"], "signed");
    assert_eq!(place.json(&["account", "amberworks.example"])[0]["relation"], "customer");
    place.fine(&["sync", "--full"]);
    assert_eq!(place.json(&["account", "amberworks.example"])[0]["relation"], "customer");
    let id = made[0]["id"].as_str().unwrap();
    place.fine(&["undo", id]);
    assert_eq!(place.json(&["account", "amberworks.example"]), before);
    assert!(place.refused(&["undo", id]).contains("already"));
    place.fine(&["rebuild", "--check"]);
}

#[test]
fn two_people_are_linked_and_parted_again() {
    let place = Place::synced();
    let members = names(&place.json(&["members", "--all"])).len();
    let made = place.json(&["decide", "link", "Fay Fir", "Gus Grove"]);
    assert_eq!(names(&place.json(&["members", "--all"])).len(), members - 1);
    place.fine(&["undo", made[0]["id"].as_str().unwrap()]);
    assert_eq!(names(&place.json(&["members", "--all"])).len(), members);
}

#[test]
fn wrong_usage_is_told_in_two_lines_and_exits_with_2() {
    let place = Place::synced();
    for (words, said) in [
        (&["acounts"][..], "did you mean `accounts`?"),
        (&["accounts", "--limt", "3"], "did you mean `--limit`?"),
        (&["accounts", "relaton:prospect"], "did you mean `relation:`?"),
        (&["accounts", "phase:progam"], "did you mean `program`?"),
        (&["members", "relation:prospect"], "for accounts, not for people"),
        (&["accounts", "last:<soon"], "an age such as <14d"),
        (&["accounts", "--store", "postgres://db"], "sqlite:PATH"),
        (&["decide", "relation", "amberworks.example", "custmer"], "did you mean `customer`?"),
        (&["show", "--size", "tall"], "120x40"),
        (&["--config", "nowhere.toml", "accounts"], "nowhere.toml"),
    ] {
        let err = place.refused(words);
        assert!(err.contains(said), "{words:?}: {err}");
        assert!(err.lines().count() <= 2, "{words:?}: {err}");
    }
}

#[test]
fn a_source_that_fails_does_not_stop_the_others() {
    let place = Place::new();
    let mut config = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    config.push_str("[[source]]\nname = \"lost\"\nkind = \"git\"\npath = \"nowhere\"\nzone = \"upstream\"\n");
    std::fs::write(place.path("buyin.toml"), config).unwrap();
    let (out, err, exit) = place.run(&["sync", "--format", "json"]);
    assert_eq!(exit, 3, "{err}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let states: Vec<_> = report["sources"].as_array().unwrap().iter().map(|s| s["state"].clone()).collect();
    assert_eq!(states, ["ok", "failed"]);
    assert!(report["activities"].as_u64().unwrap() > 0);
    assert!(err.contains("nowhere"), "{err}");
    assert_eq!(place.run(&["sync", "lost"]).2, 4);
}

#[test]
fn a_reader_that_has_read_enough_ends_the_program_quietly() {
    let place = Place::synced();
    for format in ["csv", "jsonl", "json", "md", "table"] {
        let words = ["export", "activities", "--all", "--format", format];
        let mut command = place.program(&words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut reader = BufReader::with_capacity(16, child.stdout.take().unwrap());
        reader.read_line(&mut line).unwrap();
        drop(reader);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn the_configuration_is_written_once_checked_and_described() {
    let place = Place::new();
    let fresh = place.path("fresh.toml");
    let fresh = fresh.to_str().unwrap();
    let (_, err, exit) = place.run(&["config", "init", "--config", fresh]);
    assert_eq!(exit, 0, "{err}");
    assert_eq!(place.run(&["config", "check", "--config", fresh]).2, 0);
    assert_eq!(place.fine(&["config", "path", "--config", fresh]).trim(), fresh);
    assert!(place.refused(&["config", "init", "--config", fresh]).contains("fresh.toml"));
    let schema: Value = serde_json::from_str(&place.fine(&["config", "schema"])).unwrap();
    assert!(schema["properties"]["source"].is_object(), "{schema}");
    std::fs::write(place.path("bad.toml"), "[yuo]\n").unwrap();
    assert!(place.refused(&["config", "check", "--config", "bad.toml"]).contains("did you mean `you`?"));
}

#[test]
fn what_needs_no_store_works_without_one() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(place.fine(&["completions", shell]).contains("accounts"), "{shell}");
    }
    assert!(place.fine(&["man"]).contains(".SH"));
    assert!(place.fine(&["--help"]).contains("buyin open"));
    let err = place.refused(&[]);
    assert!(err.contains("terminal") && err.contains("buyin accounts"), "{err}");
    assert!(!place.path("buyin.db").exists());
}

#[test]
fn a_frame_is_shown_at_the_asked_size() {
    let place = Place::synced();
    let frame = place.fine(&["show", "--size", "100x20"]);
    assert_eq!(frame.lines().count(), 20, "{frame}");
    assert!(frame.contains("accounts"), "{frame}");
    assert_eq!(frame, place.fine(&["show", "--size", "100x20"]));
    assert!(place.fine(&["show", "--keys", "?"]).contains("quit"));
}

#[test]
fn a_doctor_advises_nothing_against_a_store_that_other_sources_filled() {
    let place = Place::synced();
    let other = "[you]\ncompany = \"Else\"\ndomains = [\"else.example\"]\n[thresholds]\nquorum = 9\n\
        [store]\nurl = \"sqlite:buyin.db\"\n";
    std::fs::write(place.path("other.toml"), other).unwrap();
    let told = place.fine(&["doctor", "--config", "other.toml"]);
    assert!(told.contains("names none of its sources") && !told.contains("--adopt"), "{told}");
    // Its own configuration with another threshold is told line by line.
    let own = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    std::fs::write(place.path("buyin.toml"), format!("{own}[thresholds]\nquorum = 9\nwide = 30\n")).unwrap();
    let findings = place.json(&["doctor"]);
    let settings: Vec<&str> = findings
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["subject"] == "settings")
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    assert_eq!(settings.len(), 5, "{settings:?}");
    assert!(settings.iter().all(|line| line.len() < 80), "{settings:?}");
}

#[test]
fn a_saved_view_is_listed_by_its_name_and_narrowed_by_a_filter() {
    let place = Place::synced();
    let own = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    let view = "[[view]]\nname = \"Mine\"\nfilter = \"people:>=2\"\nsort = \"name\"\n";
    std::fs::write(place.path("buyin.toml"), format!("{own}{view}")).unwrap();
    let all = place.json(&["accounts", "--view", "mine"]);
    assert_eq!(all, place.json(&["accounts", "people:>=2", "--sort", "name"]));
    assert!(!all.as_array().unwrap().is_empty());
    assert_eq!(
        place.json(&["accounts", "--view", "1", "people:>=3", "--sort", "last"]),
        place.json(&["accounts", "people:>=2", "people:>=3"])
    );
    assert!(place.fine(&["show", "--screen", "view mine"]).contains("view 1 Mine"));
    let (_, err, code) = place.run(&["accounts", "--view", "voices"]);
    assert!(err.contains("buyin members --view 'Voices'") && code == 2, "{err}");
    let (_, err, code) = place.run(&["show", "--screen", "nope"]);
    assert!(err.contains("accounts, people, sources") && code == 2, "{err}");
}

#[test]
fn other_programs_get_every_field_of_a_list() {
    let place = Place::synced();
    for account in place.json(&["accounts", "--all"]).as_array().unwrap() {
        let alone = place.json(&["account", account["id"].as_str().unwrap()]);
        assert_eq!(*account, alone[0]);
        for field in ["handshakes", "causes", "interests"] {
            assert!(account[field].is_array(), "{field}: {account}");
        }
    }
}

#[test]
fn a_doctor_finds_a_healthy_store_fine() {
    let place = Place::synced();
    let findings = place.json(&["doctor"]);
    assert!(!findings.as_array().unwrap().is_empty());
    for finding in findings.as_array().unwrap() {
        assert_ne!(finding["weight"], "problem", "{findings}");
    }
}

#[test]
fn nothing_is_printed_but_data_and_no_colour_without_a_terminal() {
    let place = Place::synced();
    let plain = place.fine(&["accounts"]);
    assert!(!plain.contains('\u{1b}'));
    let colourful = place.fine(&["accounts", "--color", "always"]);
    assert!(colourful.contains("\u{1b}[1m"));
    assert_eq!(colourful.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
}

#[test]
fn open_without_a_terminal_reads_and_says_how_to_look_at_what_it_read() {
    let place = Place::new();
    let err = place.refused(&["open", "repo"]);
    assert!(err.contains("the explorer needs a terminal"), "{err}");
    let store = err.split('\'').nth(1).unwrap().to_owned();
    assert!(store.starts_with("sqlite:"), "{err}");
    let mut look = place.program(&["accounts", "--store", &store, "--format", "csv"]);
    let (out, err, exit) = told(look.env_remove("BUYIN_CONFIG").output().unwrap());
    assert_eq!(exit, 0, "{err}");
    assert!(out.contains("amberworks.example"), "{out}");
}

#[test]
fn a_wrong_theme_or_keymap_is_found_by_config_check_and_stops_no_sync() {
    let place = Place::new();
    let config = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    std::fs::write(place.path("bad.toml"), "x = [").unwrap();
    for (key, value, answer) in [
        ("keymap", "none.toml", "none.toml: cannot be read"),
        ("keymap", "bad.toml", "the keymap cannot be read"),
        ("theme", "none.toml", "none.toml: cannot be read"),
        ("theme", "defualt", "defualt"),
    ] {
        std::fs::write(place.path("buyin.toml"), format!("{key} = \"{value}\"\n{config}")).unwrap();
        let refused = place.refused(&["config", "check"]);
        assert!(refused.contains(answer), "{key} {value}: {refused}");
        place.fine(&["sync"]);
        place.refused(&["show"]);
    }
}

#[test]
fn an_author_is_harmless_in_the_ledger_and_never_empty() {
    let place = Place::synced();
    let author = |name: &str| {
        let words = ["decide", "note", "amberworks.example", "hi", "--format", "json"];
        let output = place.program(&words).env("BUYIN_AUTHOR", name).env_remove("USER").output().unwrap();
        let (out, err, exit) = told(output);
        assert_eq!(exit, 0, "{err}");
        serde_json::from_str::<Value>(&out).unwrap()[0]["author"].as_str().unwrap().to_owned()
    };
    assert_eq!(author("\u{1b}]52;c;aGk=\u{7}dana\u{202e}"), "dana");
    assert_eq!(author("\u{1b}[2J"), "unknown");
}

#[test]
fn verbose_says_which_files_are_meant() {
    let place = Place::synced();
    let (_, err, exit) = place.run(&["-v", "accounts"]);
    assert_eq!(exit, 0, "{err}");
    for name in ["buyin.toml", "buyin.db"] {
        assert!(err.contains(name), "{err}");
    }
}

#[test]
fn of_two_clones_of_one_origin_one_is_read_and_nothing_of_it_is_lost_with_the_other() {
    let place = Place::new();
    let git = |folder: &str, words: &[&str]| crate::made::git(&place.path(folder), words);
    git("repo", &["remote", "add", "origin", "https://forge.example/made/up"]);
    git("", &["clone", "-q", "--bare", "repo", "copy"]);
    git("copy", &["remote", "set-url", "origin", "https://forge.example/made/up"]);
    let config = "[store]\nurl = \"sqlite:buyin.db\"\n[[source]]\nname = \"both\"\nkind = \"git\"\n\
                  paths = [\"repo\", \"copy\"]\nzone = \"upstream\"\n";
    std::fs::write(place.path("buyin.toml"), config).unwrap();
    let activities = |sync: &[&str]| {
        place.fine(sync);
        place.fine(&["export", "activities", "--all"]).lines().count()
    };
    let first = activities(&["sync"]);
    assert!(place.fine(&["doctor"]).contains("a clone of the same origin as"));
    assert_eq!(activities(&["sync", "--full"]), first, "the copy adds nothing");
    git("copy", &["update-ref", "refs/heads/main", "main~5"]);
    assert_eq!(activities(&["sync"]), first, "the other clone still holds what the copy lost");
}

#[test]
fn an_account_is_stale_when_a_source_behind_it_is_not_in_order_and_no_other_is() {
    let place = Place::new();
    let mut config = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    config.push_str(
        "[[source]]\nname = \"desk\"\nkind = \"file\"\npath = \"desk.csv\"\nrecords = \"activities\"\nzone = \"program\"\n",
    );
    std::fs::write(place.path("buyin.toml"), config).unwrap();
    let rows = "email,at,kind\nwren@farfield.example,2026-11-01,event.attended\nrook@farfield.example,2026-11-01,event.attended\n";
    std::fs::write(place.path("desk.csv"), rows).unwrap();
    place.fine(&["sync"]);
    std::fs::remove_file(place.path("desk.csv")).unwrap();
    assert_eq!(place.run(&["sync"]).2, 3, "one source failed and the rest was applied");
    let stale = |name: &str| place.json(&["account", name])[0]["stale"].clone();
    assert_eq!((stale("farfield.example"), stale("amberworks.example")), (true.into(), false.into()));
    let listed = place.json(&["accounts"]);
    let of = |name: &str| {
        listed.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()["stale"].clone()
    };
    assert_eq!((of("farfield.example"), of("amberworks.example")), (true.into(), false.into()));
}

#[test]
fn an_undone_note_is_as_if_it_had_never_been() {
    let place = Place::synced();
    place.fine(&["decide", "note", "amberworks.example", "a passing remark"]);
    assert!(place.fine(&["account", "amberworks.example"]).contains("a passing remark"));
    let id = place.json(&["decisions"])[0]["id"].as_str().unwrap().to_owned();
    place.fine(&["undo", &id]);
    assert!(!place.fine(&["account", "amberworks.example"]).contains("a passing remark"));
}

#[test]
fn a_row_that_cannot_be_read_takes_nothing_away_and_the_source_says_so() {
    let place = Place::new();
    let mut config = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    config.push_str(
        "[[source]]\nname = \"desk\"\nkind = \"file\"\npath = \"desk.csv\"\nrecords = \"activities\"\nzone = \"program\"\n",
    );
    std::fs::write(place.path("buyin.toml"), config).unwrap();
    let attended = || {
        let all = place.fine(&["export", "activities", "--all"]);
        all.lines().filter(|line| line.contains("event.attended")).count()
    };
    let write =
        |rows: &str| std::fs::write(place.path("desk.csv"), format!("email,at,kind\n{rows}")).unwrap();
    let row = |who: &str, at: &str| format!("{who}@farfield.example,{at},event.attended\n");
    write(&(row("wren", "2026-11-01") + &row("rook", "2026-11-02")));
    place.fine(&["sync"]);
    assert_eq!(attended(), 2);
    write(&(row("wren", "01.11.2026") + &row("rook", "02.11.2026")));
    place.fine(&["sync"]);
    assert_eq!(attended(), 2, "a wrong date format does not empty the source");
    let frame = place.fine(&["show", "--screen", "sources", "--size", "100x12"]);
    assert!(frame.contains("2 rows could not be read"), "{frame}");
    assert!(place.fine(&["doctor"]).contains("desk.csv:2"));
    write(&row("rook", "2026-11-02"));
    place.fine(&["sync"]);
    assert_eq!(attended(), 1, "a complete list tells what is gone");
    assert!(!place.fine(&["show", "--screen", "sources", "--size", "100x12"]).contains("could not be read"));
}

#[test]
fn a_source_more_needs_no_consent_and_config_check_finds_what_is_not_there() {
    let place = Place::synced();
    let mut config = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    config.push_str(
        "[[source]]\nname = \"desk\"\nkind = \"file\"\npath = \"desk.csv\"\nrecords = \"activities\"\nzone = \"program\"\n",
    );
    std::fs::write(place.path("buyin.toml"), config).unwrap();
    let err = place.refused(&["config", "check"]);
    assert!(err.contains("source desk: ") && err.contains("desk.csv does not exist"), "{err}");
    std::fs::write(place.path("desk.csv"), "email,at,kind\n").unwrap();
    let (_, err, exit) = place.run(&["sync"]);
    assert_eq!(exit, 0, "{err}");
    assert!(!err.contains("the settings differ"), "{err}");
    assert!(!place.fine(&["doctor"]).contains("differ from those"));
}

#[test]
fn linked_people_are_found_by_each_of_their_names() {
    let place = Place::synced();
    place.fine(&["decide", "link", "Ada Ambler", "Bo Birch"]);
    for name in ["Ada Ambler", "Bo Birch"] {
        place.fine(&["member", name]);
    }
}

#[test]
fn decisions_are_listed_by_name_for_people_and_by_id_for_programs() {
    let place = Place::synced();
    place.fine(&["decide", "relation", "amberworks.example", "partner"]);
    place.fine(&["decide", "note", "Ada Ambler", "gave a talk"]);
    let table = place.fine(&["decisions"]);
    assert!(
        table.contains("amberworks.example is partner") && table.contains("Ada Ambler: gave a talk"),
        "{table}"
    );
    assert!(place.json(&["decisions"]).to_string().contains("\"account\":\"a_"));
}

#[test]
fn people_in_csv_name_their_company_as_well_as_its_id() {
    let place = Place::synced();
    let people = place.fine(&["members", "account:amberworks", "--format", "csv"]);
    assert!(people.lines().next().unwrap().ends_with(",account_name"), "{people}");
    assert!(
        people.lines().skip(1).count() > 0
            && people.lines().skip(1).all(|row| row.ends_with(",amberworks.example"))
    );
}

/// Where somebody belonged, newest first: the ground, and whether the first and the last day are known.
fn memberships(place: &Place, name: &str) -> Vec<Value> {
    let all = place.json(&["export", "people", "--all"]);
    let row = all.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    row["memberships"].as_array().unwrap().clone()
}

#[test]
fn who_moved_on_belongs_elsewhere_on_every_later_sync_until_it_is_undone() {
    let place = Place::synced();
    let before = (place.json(&["members", "--all"]), memberships(&place, "Bo Birch"));
    let accounts = place.json(&["accounts", "--all"]);
    let words =
        ["decide", "moved-on", "Bo Birch", "--on", "2026-10-01", "--to", "Initech", "--format", "json"];
    let (out, err, exit) = place.run(&words);
    assert_eq!(exit, 0, "{err}");
    assert!(err.contains("no account was called Initech until now"), "{err}");
    let made: Value = serde_json::from_str(&out).unwrap();
    place.fine(&["sync", "--full"]);
    let after = memberships(&place, "Bo Birch");
    assert_eq!(
        (&after[0]["ground"], &after[0]["from"]),
        (&"decision".into(), &"2026-10-01T00:00:00Z".into())
    );
    assert_eq!(after[1]["to"], "2026-10-01T00:00:00Z", "the work e-mail of 16 November brings nothing back");
    assert_eq!(after.len(), before.1.len() + 1);
    let initech = place.json(&["account", "Initech"]);
    assert_eq!((&initech[0]["members"], &initech[0]["confirmed"]), (&1.into(), &true.into()));
    assert!(place.fine(&["decisions"]).contains("Bo Birch moved on 2026-10-01 to Initech"));
    place.fine(&["rebuild", "--check"]);
    place.fine(&["undo", made[0]["id"].as_str().unwrap()]);
    assert_eq!((place.json(&["members", "--all"]), memberships(&place, "Bo Birch")), before);
    assert_eq!(place.json(&["accounts", "--all"]), accounts);
    place.fine(&["rebuild", "--check"]);
}

#[test]
fn who_was_placed_wrongly_is_corrected_also_to_nowhere() {
    let place = Place::synced();
    let before = (place.json(&["accounts", "--all"]), memberships(&place, "Cy Cole"));
    let none = place.json(&["decide", "correct", "Cy Cole", "none", "--reason", "a student"]);
    assert_eq!(memberships(&place, "Cy Cole"), Vec::<Value>::new());
    let decided = place.fine(&["decisions"]);
    assert!(decided.contains("Cy Cole belongs nowhere") && decided.contains("a student"), "{decided}");
    let words = ["decide", "correct", "Cy Cole", "brightforge.example", "--to", "2026-06-01"];
    let part = place.json(&words);
    let now = memberships(&place, "Cy Cole");
    assert_eq!(now.len(), 1, "the later decision covers the earlier one only where it speaks");
    assert_eq!((&now[0]["from"], &now[0]["to"]), (&Value::Null, &"2026-06-01T00:00:00Z".into()));
    place.fine(&["rebuild", "--check"]);
    for made in [part, none] {
        place.fine(&["undo", made[0]["id"].as_str().unwrap()]);
    }
    assert_eq!((place.json(&["accounts", "--all"]), memberships(&place, "Cy Cole")), before);
}

#[test]
fn a_decision_on_a_stage_is_kept_listed_and_undone() {
    let place = Place::synced();
    let words = ["decide", "leave-alone", "Bo Birch", "--until", "+26w", "--reason", "parental leave"];
    let made = place.json(&words);
    assert_eq!(made[0]["until"].as_i64().map(|_| ()), Some(()), "{made}");
    place.fine(&["decide", "pin", "Bo Birch", "guide"]);
    let table = place.fine(&["decisions"]);
    assert!(table.contains("Bo Birch is left alone until 2027-05-23"), "{table}");
    assert!(table.contains("Bo Birch is guide"), "{table}");
    assert!(place.refused(&["decide", "climber", "Bo Birch", "--until", "+2w"]).contains("needs a reason"));
    let undone = place.json(&["undo", made[0]["id"].as_str().unwrap()]);
    assert_eq!(place.json(&["decisions"])[2]["undone_by"], undone[0]["id"]);
    place.fine(&["rebuild", "--check"]);
}

#[test]
fn a_check_for_cron_exits_with_1_when_nothing_matches() {
    let place = Place::synced();
    assert!(place.fine(&["check", "domain:amberworks.example"]).contains("amberworks.example"));
    assert_eq!(place.run(&["check", "people:>=5000"]), (String::new(), String::new(), 1));
    assert!(place.fine(&["check", "account:amberworks", "-ground:crm"]).contains("Bo Birch"));
    assert_eq!(place.run(&["check", "account:nobody"]).2, 1);
    assert!(place.refused(&["check", "relaton:prospect"]).contains("did you mean `relation:`?"));
}

#[test]
fn rules_of_ones_own_stand_beside_the_configuration_and_are_shown_before_they_are_adopted() {
    let place = Place::synced();
    let printed = place.fine(&["rules"]);
    assert!(printed.contains("[thresholds]\nactive_days = 180\n"), "{printed}");
    std::fs::write(place.path("printed.toml"), &printed).unwrap();
    assert!(place.fine(&["rules", "check", "printed.toml"]).starts_with("fine: "));
    std::fs::write(place.path("bad.toml"), "[[move]]\nname = \"x\"\nfrom = \"skeptic\"\nto = \"guide\"\n")
        .unwrap();
    assert!(
        place
            .refused(&["rules", "check", "bad.toml"])
            .contains("bad.toml:4:6: from skeptic to guide is no step")
    );
    assert!(place.refused(&["rules", "check", "none.toml"]).contains("none.toml: no such file"));
    let config = std::fs::read_to_string(place.path("buyin.toml")).unwrap();
    std::fs::write(place.path("mine.toml"), "[[signal]]\nname = \"amplified\"\npoints = 0\n").unwrap();
    std::fs::write(
        place.path("buyin.toml"),
        format!("rules = \"mine.toml\"\n{config}[thresholds]\nquorum = 4\n"),
    )
    .unwrap();
    let (_, err, exit) = place.run(&["sync"]);
    assert_eq!(exit, 0, "{err}");
    assert!(err.contains("- rules.thresholds.quorum = 3") && err.contains("signal[amplified]"), "{err}");
    assert_eq!(place.fine(&["rules"]), printed, "the earlier ones stay in force");
    place.fine(&["rebuild", "--adopt"]);
    let adopted = place.fine(&["rules"]);
    assert!(
        adopted.contains("quorum = 4") && adopted.contains("name = \"amplified\"\npoints = 0\n"),
        "{adopted}"
    );
    std::fs::write(place.path("mine.toml"), "[lables]\n").unwrap();
    assert!(
        place
            .refused(&["accounts"])
            .contains("mine.toml:1:2: unknown section `lables`, did you mean `labels`?")
    );
}

#[test]
fn a_day_of_the_past_can_be_asked_for_and_none_to_come() {
    let place = Place::synced();
    for words in
        [&["accounts"][..], &["members"], &["account", "amberworks.example"], &["member", "Bo Birch"]]
    {
        place.fine(&[words, &["--as-of", "-30d"]].concat());
        assert!(place.refused(&[words, &["--as-of", "2027-01-01"]].concat()).contains("lies in the future"));
    }
    let rows = |days: &[&str]| {
        let out = place.fine(&[&["export", "activities", "--all"], days].concat());
        out.lines().skip(1).map(|row| row.split(',').nth(2).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (all, early) = (rows(&[]), rows(&["--as-of", "2026-01-01"]));
    let by_hand: Vec<_> = all.into_iter().filter(|at| at.as_str() < "2026-01-02").collect();
    assert!(!early.is_empty());
    assert_eq!(early, by_hand);
    assert!(place.fine(&["show", "--as-of", "2026-03-12", "--size", "100x20"]).contains("as of 2026-03-12"));
}
