//! What a configuration file may say, and what buyin answers when it says something else.

use std::path::{Path, PathBuf};

use buyin::config::{Column, Config, Records, SourceConfig, schema, store_url, template};
use buyin::domain::account::{Relation, Zone};
use buyin::domain::settings::Criteria;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("config.toml")).map_err(|error| error.to_string())
}

fn refused(text: &str) -> String {
    parse(text).err().unwrap_or_else(|| panic!("accepted: {text}"))
}

const GIT: &str = "[[source]]\nname = \"x\"\nkind = \"git\"\npath = \"clone\"\n";
const FILE: &str = "[[source]]\nname = \"x\"\nkind = \"file\"\npath = \"a.csv\"\n";

#[test]
fn each_mistake_is_named_with_its_place_and_the_nearest_word() {
    let after = |head: &str, tail: &str| format!("{head}{tail}");
    for (text, answer) in [
        // Unknown words.
        ("[[source]]\nname = \"x\"\nkind = \"git\"\npat = \"c\"\n".into(),
         "config.toml:4:1: unknown key `pat` in [[source]] \"x\", did you mean `path`?"),
        ("[[source]]\nname = \"x\"\nkind = \"gti\"\n".into(),
         "config.toml:3:8: unknown kind `gti` in [[source]] \"x\", did you mean `git`?"),
        (after(GIT, "zone = \"upstraem\"\n"),
         "config.toml:5:8: unknown zone `upstraem` in [[source]] \"x\", did you mean `upstream`?"),
        (after(GIT, "[[source.zones]]\nmatch = \"repo:a/b\"\nzone = \"progam\"\n"),
         "config.toml:7:8: unknown zone `progam` in [[source.zones]] of \"x\", did you mean `program`?"),
        ("[[account]]\nname = \"Rival\"\nrelation = \"competitr\"\n".into(),
         "config.toml:3:12: unknown relation `competitr` in [[account]] \"Rival\", did you mean `competitor`?"),
        ("[you]\ncriteria = \"bent\"\n".into(),
         "config.toml:2:12: unknown word `bent` in [you], did you mean `bant`?"),
        (after(FILE, "records = \"activity\"\n"),
         "config.toml:5:11: unknown records `activity` in [[source]] \"x\", did you mean `activities`?"),
        ("[stroe]\nurl = \"\"\n".into(),
         "config.toml:1:2: unknown section or key `stroe`, did you mean `store`?"),
        ("[store]\nzzzzzzz = 1\n".into(), "config.toml:2:1: unknown key `zzzzzzz` in [store]; it can be url"),
        (after(FILE, "columns = { emial = \"E\" }\n"),
         "config.toml:5:13: unknown target `emial` in columns of [[source]] \"x\", did you mean `email`?"),
        (after(FILE, "columns = { kind = \"=event.atended\" }\n"),
         "config.toml:5:20: unknown activity kind `event.atended` in columns of [[source]] \"x\", did you mean `event.attended`?"),
        (after(GIT, "[[source.zones]]\nmatch = \"chanel:x\"\nzone = \"program\"\n"),
         "config.toml:6:9: `chanel:x` cannot be matched in [[source.zones]] of \"x\", did you mean `channel:`?"),
        (after(GIT, "[[source.zones]]\nmatch = \"repo:\"\nzone = \"program\"\n"),
         "config.toml:6:9: `repo:` cannot be matched in [[source.zones]] of \"x\": a name must follow the colon"),
        (after(FILE, "timezone = \"Europe/Berln\"\n"),
         "config.toml:5:12: unknown time zone `Europe/Berln` in [[source]] \"x\", did you mean `Europe/Berlin`?"),
        // What belongs to a later version has no effect yet, so it is not accepted.
        ("[[view]]\nname = \"v\"\n".into(), "config.toml:1:3: [[view]] is not supported by this version of buyin"),
        ("[thresholds]\n".into(), "config.toml:1:2: [thresholds] is not supported by this version of buyin"),
        ("rules = \"r.toml\"\n".into(), "config.toml:1:1: `rules` is not supported by this version of buyin"),
        ("[[source]]\nname = \"gh\"\nkind = \"github\"\n".into(),
         "config.toml:3:8: kind \"github\" is not supported by this version of buyin (it knows git, file, command)"),
        (after(GIT, "retain_days = 3\n"),
         "config.toml:5:1: key `retain_days` in [[source]] \"x\" is not supported by this version of buyin"),
        (after(FILE, "records = \"deals\"\n"),
         "config.toml:5:11: records \"deals\" in [[source]] \"x\" is not supported by this version of buyin (it knows activities, accounts, contacts, affiliations, roster)"),
        // Missing, double, empty.
        ("[[source]]\nkind = \"git\"\npath = \"c\"\n".into(), "config.toml:1:1: missing key `name` in [[source]]"),
        ("[[source]]\nname = \"x\"\n".into(),
         "config.toml:1:1: missing key `kind` in [[source]] \"x\": git, file or command"),
        ("[[source]]\nname = \"x\"\nkind = \"git\"\n".into(), "config.toml:1:1: missing key `path` in [[source]] \"x\""),
        ("[[source]]\nname = \"x\"\nkind = \"file\"\n".into(), "config.toml:1:1: missing key `path` in [[source]] \"x\""),
        (after(GIT, "paths = [\"d\"]\n"),
         "config.toml:4:8: both `path` and `paths` in [[source]] \"x\": keep one of them"),
        ("[[source]]\nname = \"x\"\nkind = \"git\"\npaths = []\n".into(),
         "config.toml:4:9: an empty path in [[source]] \"x\""),
        ("[[source]]\nname = \"x\"\nkind = \"command\"\nrun = []\n".into(),
         "config.toml:4:7: `run` names no program in [[source]] \"x\""),
        (after(GIT, GIT), "config.toml:6:8: two sources are named \"x\""),
        ("[[source]]\nname = \"a:b\"\nkind = \"git\"\npath = \"c\"\n".into(),
         "config.toml:2:8: \"a:b\" cannot name a source: use 1 to 60 letters, digits and . - _"),
        ("[[account]]\nname = \"A\"\ndomains = [\"a.example\"]\n[[account]]\nname = \"B\"\ndomains = [\"A.example\"]\n".into(),
         "config.toml:6:11: `a.example` belongs to both \"A\" and \"B\""),
        // Wrong types and values.
        ("[[source]]\nname = \"x\"\nkind = \"command\"\nrun = \"ls\"\n".into(),
         "config.toml:4:7: expected a list in [[source]] \"x\", found string \"ls\""),
        (after(GIT, "mailmap = \"yes\"\n"),
         "config.toml:5:11: expected true or false in [[source]] \"x\", found string \"yes\""),
        ("[source]\nname = \"x\"\n".into(), "config.toml:1:1: expected a list of tables: write [[source]]"),
        ("[you]\nlogins = [\"dana\"]\n".into(),
         "config.toml:2:10: the login `dana` in [you] names no forge: write `github:dana`"),
        ("[you]\ndomains = [\"@example.com\"]\n".into(),
         "config.toml:2:11: `@example.com` is no domain: write it like `example.com` in [you]"),
        ("[store]\nurl = \"postgres://me:secret@db/x\"\n".into(),
         "config.toml:2:7: a store of kind `postgres` is not supported by this version of buyin: write `sqlite:PATH`"),
        ("[store]\nurl = \"buyin.db\"\n".into(),
         "config.toml:2:7: the store `buyin.db` names no kind: write `sqlite:buyin.db`"),
        (after(FILE, "date = \"%H:%M\"\n"),
         "config.toml:5:8: the date format `%H:%M` in [[source]] \"x\" names no whole day; write it like `%d.%m.%Y %H:%M`"),
    ] {
        let text: String = text;
        assert_eq!(refused(&text), answer, "\n{text}");
    }
}

#[test]
fn broken_toml_and_a_bad_date_format_name_their_place() {
    assert!(refused("[you\n").starts_with("config.toml:1:5: "), "{}", refused("[you\n"));
    assert!(refused("a = 1\na = 2\n").starts_with("config.toml:2:1: duplicate key"));
    let answer = refused(&format!("{FILE}date = \"%!\"\n"));
    assert!(answer.starts_with("config.toml:5:8: `%!` in [[source]] \"x\" is no date format ("), "{answer}");
    // The column counts letters, not bytes.
    assert!(
        refused("you = { company = \"Müße\", pepole = [] }\n")
            .starts_with("config.toml:1:27: unknown key `pepole`")
    );
}

#[test]
fn the_example_of_the_design_is_read() {
    let config = parse(
        "theme = \"themes/mine.toml\"\nkeymap = \"keys.toml\"\n[you]\ncompany = \"Example\"\ndomains = [\"Example.com\"]\n\
         logins = [\"github:dana\"]\ncriteria = \"anum\"\n[store]\nurl = \"sqlite:buyin.db\"\n\
         [[account]]\nname = \"Rival\"\ndomains = [\"rival.example\"]\nrelation = \"competitor\"\n\
         [[source]]\nname = \"project\"\nkind = \"git\"\npaths = [\"a\", \"/b\"]\nzone = \"upstream\"\n\
         [[source.zones]]\nmatch = \"repo:example/workshop\"\nzone = \"program\"\n\
         [[source]]\nname = \"workshop\"\nkind = \"file\"\npath = \"attendees.csv\"\nrecords = \"activities\"\nzone = \"program\"\n\
         columns = { email = \"Email\", kind = \"=event.attended\" }\ndate = \"%d.%m.%Y %H:%M\"\ntimezone = \"Europe/Berlin\"\n\
         [[source]]\nname = \"forum\"\nkind = \"command\"\nrun = [\"./export\", \"~\"]\n",
    )
    .unwrap();
    let here = std::env::current_dir().unwrap();
    assert_eq!(config.store, here.join("buyin.db"));
    assert_eq!(config.theme, Some(here.join("themes/mine.toml").to_string_lossy().into_owned()));
    assert_eq!(config.keymap, Some(here.join("keys.toml")));
    assert_eq!(config.settings.you.domains, ["example.com"]);
    assert_eq!(config.settings.you.criteria, Criteria::Anum);
    assert_eq!(config.settings.accounts[0].relation, Some(Relation::Competitor));
    let [SourceConfig::Git(git), SourceConfig::File(file), SourceConfig::Command(command)] =
        &config.sources[..]
    else {
        panic!("three sources, in the order of the file");
    };
    assert_eq!(git.paths, [here.join("a"), PathBuf::from("/b")]);
    assert!(git.mailmap && git.roles && git.refs == ["HEAD"]);
    assert_eq!((file.records, file.zone), (Records::Activities, Zone::Program));
    assert_eq!(file.columns["email"], Column::Header("Email".into()));
    assert_eq!(file.columns["kind"], Column::Always("event.attended".into()));
    assert_eq!(command.run[0], here.join("./export").to_string_lossy());
    assert_eq!(command.run[1], "~", "only the program is a path");
    let zones: Vec<_> = config.settings.zones.iter().map(|zone| zone.source.as_str()).collect();
    assert_eq!(zones, ["forum", "project", "workshop"]);
}

#[test]
fn the_order_of_sections_and_lists_changes_no_conclusion() {
    let a = "[[account]]\nname = \"A\"\n";
    let b = "[[account]]\nname = \"B\"\n";
    let you = |people: &str| format!("[you]\npeople = [{people}]\n");
    let one = parse(&format!("{}{a}{b}{GIT}", you("\"x y\", \"a b\""))).unwrap();
    let two = parse(&format!("{GIT}{b}{a}{}", you("\"a b\", \"x y\""))).unwrap();
    assert_eq!(one.settings, two.settings);
    let other = parse(&format!("{GIT}{b}{a}{}zone = \"program\"\n", you("\"a b\""))).is_err();
    assert!(other, "a key of another section is refused");
}

#[test]
fn the_template_loads_as_it_is_and_with_every_comment_taken_away() {
    assert_eq!(parse(template()).unwrap().sources, []);
    let full: String = template()
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| is_toml(rest)).unwrap_or(line))
        .map(|line| if line.starts_with("theme") { "" } else { line })
        .flat_map(|line| [line, "\n"])
        .collect();
    let config = parse(&full).unwrap();
    assert_eq!(config.sources.len(), 3, "{full}");
    assert_eq!(config.settings.accounts.len(), 1);
    assert_eq!(config.settings.you.people, ["dana@example.org"]);
}

fn is_toml(line: &str) -> bool {
    line.starts_with("[[")
        || line.starts_with("[store")
        || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
}

#[test]
fn the_schema_knows_each_section_and_kind() {
    let schema = schema();
    let sections: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(sections, ["you", "store", "account", "source", "theme", "keymap"]);
    let text = schema.to_string();
    for word in [
        "\"git\"",
        "\"file\"",
        "\"command\"",
        "\"mailmap\"",
        "\"timezone\"",
        "\"affiliations\"",
        "\"downstream\"",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn a_store_is_named_by_its_kind_and_path() {
    for (url, path) in
        [("sqlite:a.db", "a.db"), ("sqlite:///x/a.db", "/x/a.db"), (" sqlite:/x/a.db ", "/x/a.db")]
    {
        assert_eq!(store_url(url).unwrap(), PathBuf::from(path), "{url}");
    }
    for bad in ["sqlite:", "sqlite::memory:", "mysql:x", "", "a.db"] {
        assert!(store_url(bad).is_err(), "{bad}");
    }
    let answer = store_url("mysql://me:secret@host/db").unwrap_err().to_string();
    assert!(!answer.contains("secret"), "{answer}");
}

#[test]
fn a_missing_file_a_folder_and_bytes_that_are_no_text_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let answer = |path: &Path| Config::load(path).unwrap_err().to_string();
    assert!(answer(&path).ends_with("config.toml: no such file: `buyin config init` writes one"));
    assert!(Config::find(Some(&path)).unwrap_err().to_string().contains("buyin config init"));
    assert!(answer(folder.path()).ends_with(": is a folder: name the file in it"));
    std::fs::write(&path, b"[you]\ncompany = \"\xff\"\n").unwrap();
    assert!(answer(&path).ends_with("config.toml:2:1: is not UTF-8: save it as UTF-8"));
    std::fs::write(&path, "\u{feff}[you]\r\ncompany = \"Example\"\r\n").unwrap();
    assert_eq!(Config::load(&path).unwrap().settings.you.company.as_deref(), Some("Example"));
    assert_eq!(Config::find(Some(&path)).unwrap(), path);
}

#[test]
fn open_names_sources_after_their_folders_and_the_store_after_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let dirs: Vec<PathBuf> =
        ["a/clone", "b/clone", "c/bare.git", "d e/.git"].iter().map(|dir| folder.path().join(dir)).collect();
    for dir in &dirs {
        std::fs::create_dir_all(dir).unwrap();
    }
    let config = Config::default_for_open(&dirs).unwrap();
    let names: Vec<_> = config.sources.iter().map(SourceConfig::name).collect();
    assert_eq!(names, ["clone", "clone-2", "bare", "d-e"]);
    assert_eq!(config.settings.zones.len(), 4);
    let mut turned = dirs.clone();
    turned.reverse();
    turned.push(folder.path().join("a/../a/clone"));
    assert_eq!(Config::default_for_open(&turned).unwrap(), config);
    assert_ne!(Config::default_for_open(&dirs[..1]).unwrap().store, config.store);
    let missing = Config::default_for_open(&[folder.path().join("nope")]).unwrap_err().to_string();
    assert!(missing.ends_with("nope: cannot be opened: no such file or folder"), "{missing}");
    assert!(Config::default_for_open(&[]).is_err());
}
