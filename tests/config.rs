//! What a configuration file may say, and what buyin answers when it says something else.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use buyin::config::{
    Api, Column, Config, List, Records, SecretFrom, SourceConfig, parse_rules, schema, store_url, template,
};
use buyin::domain::account::{Relation, Zone};
use buyin::domain::points::Points;
use buyin::domain::query::{AccountSort, PersonSort};
use buyin::domain::rules::{BUILT_IN, Mark, Rules};
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
        ("[[resource]]\ntitle = \"v\"\n".into(), "config.toml:1:3: [[resource]] is not supported by this version of buyin"),
        ("[rates]\n".into(), "config.toml:1:2: [rates] is not supported by this version of buyin"),
        ("asks = \"a.toml\"\n".into(), "config.toml:1:1: `asks` is not supported by this version of buyin"),
        ("[[source]]\nname = \"crm\"\nkind = \"hubspot\"\n".into(),
         "config.toml:3:8: kind \"hubspot\" is not supported by this version of buyin (it knows git, file, command, github, gitlab, discourse, slack, discord, stackexchange)"),
        (after(GIT, "retain_days = 3\n"),
         "config.toml:5:1: key `retain_days` in [[source]] \"x\" is not supported by this version of buyin for git"),
        (after(FILE, "records = \"deals\"\n"),
         "config.toml:5:11: records \"deals\" in [[source]] \"x\" is not supported by this version of buyin (it knows activities, accounts, contacts, affiliations, roster)"),
        // Missing, double, empty.
        ("[[source]]\nkind = \"git\"\npath = \"c\"\n".into(), "config.toml:1:1: missing key `name` in [[source]]"),
        ("[[source]]\nname = \"x\"\n".into(),
         "config.toml:1:1: missing key `kind` in [[source]] \"x\": git, file, command, github, gitlab, discourse, slack, discord, stackexchange"),
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
fn each_mistake_in_thresholds_and_views_is_named_with_its_place_and_the_nearest_word() {
    for (text, answer) in [
        (
            "[thresholds]\nactive_day = 3\n".into(),
            "config.toml:2:1: unknown key `active_day` in [thresholds], did you mean `active_days`?",
        ),
        (
            "[thresholds]\nactive_days = 0\n".into(),
            "config.toml:2:15: `active_days` in [thresholds] must lie between 1 and 36500, not be 0",
        ),
        (
            "[thresholds]\npast_weeks = 521\n".into(),
            "config.toml:2:14: `past_weeks` in [thresholds] must lie between 1 and 520, not be 521",
        ),
        (
            "[thresholds]\nsupport = 60\n".into(),
            "config.toml:2:11: `support` in [thresholds] is a share: more than 0 and at most 1, not 60",
        ),
        (
            "[[view]]\nname = \"v\"\nfilter = \"relaton:prospect\"\n".into(),
            "config.toml:3:10: unknown key in the filter: `relaton:`, did you mean `relation:`? (at 1 of the filter in [[view]] \"v\")",
        ),
        (
            "[[view]]\nname = \"v\"\nsort = \"nam\"\n".into(),
            "config.toml:3:8: unknown sort `nam` in [[view]] \"v\", did you mean `name`?",
        ),
        (
            "[[view]]\nname = \"v\"\nscreen = \"peple\"\n".into(),
            "config.toml:3:10: unknown screen `peple` in [[view]] \"v\", did you mean `people`?",
        ),
        (
            "[[view]]\nname = \"v\"\n[[view]]\nname = \"v\"\n".into(),
            "config.toml:4:8: two views are named \"v\"",
        ),
        ("[[view]]\nfilter = \"acme\"\n".into(), "config.toml:1:1: missing key `name` in [[view]]"),
    ] {
        let text: String = text;
        assert_eq!(refused(&text), answer, "\n{text}");
    }
}

#[test]
fn each_mistake_in_a_source_over_http_is_named_and_no_secret_is_repeated() {
    let source = |kind: &str, keys: &str| format!("[[source]]\nname = \"x\"\nkind = \"{kind}\"\n{keys}\n");
    let github = |keys: &str| source("github", &format!("repos = [\"a/b\"]\n{keys}"));
    let from = "write { env = \"NAME\" } or { command = \"gh auth token\" }";
    for (text, answer) in [
        (github("token = \"hidden\""),
         format!("5:9: `token` of [[source]] \"x\" holds the secret itself, which others may read here: {from}")),
        (github("token = [\"hidden\"]"),
         format!("5:9: `token` of [[source]] \"x\" says not where the secret comes from: {from}")),
        (github("token = {}"), format!("5:9: `token` of [[source]] \"x\" says not where the secret comes from: {from}")),
        (github("token = { env = \"A\", command = \"b\" }"),
         format!("5:9: `token` of [[source]] \"x\" names both `env` and `command`: {from}")),
        (github("token = { env = \"$A\" }"), format!("5:9: `token` of [[source]] \"x\" names no environment variable: {from}")),
        (github("token = { command = \" \" }"), format!("5:9: `token` of [[source]] \"x\" names no program: {from}")),
        (github("token = { comand = \"gh\" }"), "5:11: unknown key `comand` in [[source]] \"x\", did you mean `command`?".into()),
        (github("token = { command = 5 }"), "5:21: expected a text or a list of texts in [[source]] \"x\"".into()),
        (github("zzzzzzzzz = 5"), "5:1: unknown key `zzzzzzzzz` in [[source]] \"x\"; it can be name, repos, token, base_url, insecure, zone, zones, minimise, retain_days".into()),
        (github("retain_day = 5"), "5:1: unknown key `retain_day` in [[source]] \"x\", did you mean `retain_days`?".into()),
        (github("retain_days = 0"), "5:15: `retain_days` of 0 in [[source]] \"x\" would keep nothing".into()),
        (github("base_url = \"http://h.example\""),
         "5:12: `http://h.example` is not encrypted: write https://, or `insecure = true` where nobody can listen in [[source]] \"x\"".into()),
        (github("zone = \"program me\""), "5:8: unknown zone `program me` in [[source]] \"x\", did you mean `program`?".into()),
        (source("github", ""), "1:1: missing key `repos` in [[source]] \"x\"".into()),
        (source("github", "repos = []"), "4:9: `repos` is empty in [[source]] \"x\"".into()),
        (source("github", "repos = [\"a/b\", \"https://h.example/a/b\"]"),
         "4:9: `https://h.example/a/b` in `repos` of [[source]] \"x\": write it like `owner/name`".into()),
        (source("gitlab", "projects = [\"a\"]"), "4:12: `a` in `projects` of [[source]] \"x\": write it like `group/name`".into()),
        (source("discourse", ""), "1:1: missing key `base_url` in [[source]] \"x\": write it like `https://forum.example.org`".into()),
        (source("slack", ""), "1:1: missing key `token` in [[source]] \"x\": write { env = \"NAME\" }".into()),
        (source("discord", "guild = \"1\"\ntoken = { env = \"T\" }"), "1:1: missing key `consent_role` in [[source]] \"x\"".into()),
        (source("stackexchange", "site = \"stackoverflow\"\ntags = []"), "5:8: `tags` is empty in [[source]] \"x\"".into()),
        (source("stackexchange", "site = \"s\"\ntags = [\"t\"]\nkey = \"hidden\""),
         format!("6:7: `key` of [[source]] \"x\" holds the secret itself, which others may read here: {from}")),
        (source("githab", ""), "3:8: unknown kind `githab` in [[source]] \"x\", did you mean `github`?".into()),
    ] {
        let refused = refused(&text);
        assert_eq!(refused, format!("config.toml:{answer}"), "\n{text}");
        assert!(!refused.contains("hidden"));
    }
}

#[test]
fn a_source_over_http_is_read_with_its_defaults() {
    let config = parse(
        "[[source]]\nname = \"gh\"\nkind = \"github\"\nrepos = [\"a/b\"]\ntoken = { command = \"gh  auth token\" }\n\
         retain_days = 90\n[[source.zones]]\nmatch = \"repo:a/b\"\nzone = \"program\"\n\
         [[source]]\nname = \"gl\"\nkind = \"gitlab\"\nprojects = [\"g/s/p\"]\nbase_url = \"https://gl.example/api/v4/\"\n\
         [[source]]\nname = \"chat\"\nkind = \"slack\"\nchannels = [\"#general\"]\ntoken = { env = \"T\" }\nminimise = false\n\
         zone = \"program\"\n",
    )
    .unwrap();
    let remote = |at: usize| match &config.sources[at] {
        SourceConfig::Remote(remote) => remote.clone(),
        other => panic!("{other:?}"),
    };
    let github = remote(0);
    assert_eq!(github.base_url, "https://api.github.com");
    assert_eq!(github.token, Some(SecretFrom::Command(["gh", "auth", "token"].map(str::to_owned).to_vec())));
    assert_eq!((github.minimise, github.retain_days, github.zone), (true, Some(90), Zone::Upstream));
    assert_eq!(github.api, Api::Github { repos: vec!["a/b".to_owned()] });
    assert_eq!(remote(1).base_url, "https://gl.example");
    let slack = remote(2);
    assert_eq!(slack.api, Api::Slack { channels: vec!["general".to_owned()] });
    assert_eq!((slack.token, slack.minimise), (Some(SecretFrom::Env("T".to_owned())), false));
    let zones: Vec<_> =
        config.settings.zones.iter().map(|zone| (zone.source.as_str(), zone.parts.len())).collect();
    assert_eq!(zones, [("chat", 0), ("gh", 1), ("gl", 0)]);
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
    let kinds: Vec<_> = config.sources.iter().map(SourceConfig::kind).collect();
    let remote = ["github", "gitlab", "discourse", "stackexchange", "slack", "discord"];
    assert_eq!(kinds, [&["git", "file", "command"][..], &remote].concat(), "{full}");
    assert_eq!(config.settings.accounts.len(), 1);
    assert_eq!(config.settings.you.people, ["dana@example.org"]);
    assert_eq!(config.settings.rules, Rules::default(), "the template names the values that hold");
    assert_eq!(config.views.len(), 1);
}

fn is_toml(line: &str) -> bool {
    line.starts_with("[[")
        || line.starts_with("[store")
        || line.starts_with("[thresholds")
        || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '))
}

#[test]
fn the_schema_knows_each_section_and_kind() {
    let schema = schema();
    let sections: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        sections,
        ["you", "store", "account", "source", "theme", "keymap", "rules", "thresholds", "view"]
    );
    let text = schema.to_string();
    for word in [
        "\"git\"",
        "\"file\"",
        "\"command\"",
        "\"mailmap\"",
        "\"timezone\"",
        "\"affiliations\"",
        "\"downstream\"",
        "\"github\"",
        "\"stackexchange\"",
        "\"consent_role\"",
        "\"retain_days\"",
        "\"insecure\"",
        "\"active_days\"",
        "\"people\"",
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

#[test]
fn a_view_is_a_filter_and_an_order_under_a_name() {
    let config = parse(
        "[[view]]\nname = \"Coming\"\nfilter = \"relation:prospect\"\nsort = \"name\"\n\
         [[view]]\nname = \"New faces\"\nscreen = \"people\"\nfilter = \"first:<30d\"\n",
    )
    .unwrap();
    let shown: Vec<_> =
        config.views.iter().map(|view| (view.name.as_str(), view.filter.to_string(), view.list)).collect();
    assert_eq!(
        shown,
        [
            ("Coming", "relation:prospect".to_owned(), List::Accounts(AccountSort::Name)),
            ("New faces", "first:<30d".to_owned(), List::People(PersonSort::Last)),
        ]
    );
}

fn rules(text: &str) -> Result<Rules, String> {
    parse_rules(text, Path::new("rules.toml")).map_err(|error| error.to_string())
}

#[test]
fn a_rules_file_may_hold_any_part_of_ours() {
    assert_eq!(rules("").unwrap(), Rules::default());
    assert_eq!(rules(BUILT_IN).unwrap(), Rules::default(), "ours over ours is ours");
    let mine = rules(
        "[thresholds]\nquorum = 4\nsupport = 0.75\n[labels]\nbug = [\"broken\", \"*-crash\"]\n\
         [acts]\nfriendly = [\"reaction.given\"]\n[blocker]\nwent_on = 4.5\n\
         [[signal]]\nname = \"published\"\nsignal = \"evangelises\"\ncase = \"act\"\nkinds = [\"content.published\"]\npoints = 2.5\n\
         [[signal]]\nname = \"amplified\"\npoints = 0\n\
         [[signal]]\nname = \"taught-a-course\"\nsignal = \"teaches\"\ncase = \"act\"\nkinds = [\"event.spoke\"]\npoints = 3\nhalf_life = 90\n\
         [[move]]\nname = \"spreads-it\"\nfrom = \"teacher\"\nto = \"guide\"\nsignals = [\"evangelises\"]\npoints = 8\n\
         [[move]]\nname = \"seen-often\"\nfrom = \"skeptic\"\nto = \"teacher\"\nsignals = [\"teaches\"]\nweeks = 20\n",
    )
    .unwrap();
    let ours = Rules::default();
    assert_eq!((mine.thresholds.quorum, mine.thresholds.support), (4, Points(750)));
    assert_eq!(mine.thresholds.active_days, ours.thresholds.active_days);
    assert_eq!(mine.labels[&Mark::Bug], ["broken", "*-crash"]);
    assert_eq!(mine.labels[&Mark::Docs], ours.labels[&Mark::Docs]);
    assert_eq!((mine.acts.friendly.len(), &mine.acts.passive), (1, &ours.acts.passive));
    assert_eq!((mine.blocker.points, mine.blocker.went_on), (ours.blocker.points, Points(4_500)));
    let names = |rules: &Rules| rules.signals.iter().map(|rule| rule.name.clone()).collect::<Vec<_>>();
    let mut expected: Vec<String> = names(&ours).into_iter().filter(|name| name != "amplified").collect();
    expected.push("taught-a-course".to_owned());
    assert_eq!(names(&mine), expected, "replaced in its place, switched off, added at the end");
    let published = mine.signals.iter().find(|rule| rule.name == "published").unwrap();
    assert_eq!(
        (published.points, published.half_life),
        (Points(2_500), None),
        "nothing of ours is left of it"
    );
    let moves: Vec<_> = mine.moves.iter().map(|rule| (rule.name.as_str(), rule.points, rule.weeks)).collect();
    assert_eq!(moves.len(), ours.moves.len() + 1);
    assert_eq!(moves[3], ("spreads-it", Points(8_000), 0));
    assert_eq!(moves.last(), Some(&("seen-often", Points(0), 20)));
}

#[test]
fn each_mistake_in_rules_is_named_with_its_place_and_the_nearest_word() {
    const SIGNAL: &str = "[[signal]]\nname = \"x\"\nsignal = \"tests\"\n";
    const ACT: &str =
        "[[signal]]\nname = \"x\"\nsignal = \"tests\"\ncase = \"act\"\nkinds = [\"pr.opened\"]\n";
    const MOVE: &str = "[[move]]\nname = \"m\"\nfrom = \"skeptic\"\n";
    for (text, answer) in [
        ("[treshold]\n".to_owned(), "1:2: unknown section `treshold`, did you mean `thresholds`?"),
        ("[thresholds]\nquorm = 3\n".to_owned(), "2:1: unknown key `quorm` in [thresholds], did you mean `quorum`?"),
        ("[labels]\nbugs = []\n".to_owned(), "2:1: unknown label `bugs` in [labels], did you mean `bug`?"),
        ("[labels]\nbug = \"bug\"\n".to_owned(), "2:7: expected a list in `bug` of [labels], found string \"bug\""),
        ("[labels]\nbug = [\"a\", \"*\"]\n".to_owned(),
         "2:13: the pattern `*` in [labels] stands for every label: name a part of it"),
        ("[themes]\nscale = [\"a*b\"]\n".to_owned(),
         "2:10: the pattern `a*b` in [themes] has a `*` in its middle: it may stand at either end"),
        ("[themes]\nsclae = []\n".to_owned(), "2:1: unknown theme `sclae` in [themes], did you mean `scale`?"),
        ("[acts]\npassive = [\"repo.stared\"]\n".to_owned(),
         "2:12: unknown activity kind `repo.stared` in `passive` of [acts], did you mean `repo.starred`?"),
        ("[acts]\npasive = []\n".to_owned(), "2:1: unknown key `pasive` in [acts], did you mean `passive`?"),
        ("[blocker]\npoints = 0\n".to_owned(),
         "2:10: `points` in [blocker] must be more than 0 and at most 1000, not 0"),
        (format!("{SIGNAL}case = \"merge\"\npoints = 1\n"),
         "4:8: unknown case `merge` in [[signal]] \"x\", did you mean `merged`?"),
        ("[[signal]]\nname = \"x\"\nsignal = \"test\"\n".to_owned(),
         "3:10: unknown signal `test` in [[signal]] \"x\", did you mean `tests`?"),
        (format!("{SIGNAL}case = \"merged\"\nmark = \"doc\"\npoints = 1\n"),
         "5:8: unknown mark `doc` in [[signal]] \"x\", did you mean `docs`?"),
        (format!("{SIGNAL}case = \"act\"\nkinds = [\"pr.opened\", \"pr.openned\"]\npoints = 1\n"),
         "5:23: unknown activity kind `pr.openned` in `kinds` of [[signal]] \"x\", did you mean `pr.opened`?"),
        (format!("{ACT}points = 1\nhalflife = 3\n"),
         "7:1: unknown key `halflife` in [[signal]] \"x\", did you mean `half_life`?"),
        (format!("{ACT}points = 1\nhalf_life = 0\n"),
         "7:13: `half_life` in [[signal]] \"x\" must lie between 1 and 36500 days, not be 0; without it nothing decays"),
        (format!("{ACT}points = 1001\n"),
         "6:10: `points` in [[signal]] \"x\" must lie between 0 and 1000, not be 1001"),
        (format!("{ACT}points = -1\n"), "6:10: `points` in [[signal]] \"x\" must lie between 0 and 1000, not be -1"),
        (ACT.to_owned(), "1:1: missing key `points` in [[signal]] \"x\""),
        (format!("{SIGNAL}points = 1\n"), "1:1: missing key `case` in [[signal]] \"x\""),
        (format!("{SIGNAL}case = \"act\"\npoints = 1\n"),
         "4:8: the case `act` in [[signal]] \"x\" needs `kinds` of activities"),
        (format!("{SIGNAL}case = \"merged\"\nkinds = [\"pr.merged\"]\npoints = 1\n"),
         "5:9: the case `merged` in [[signal]] \"x\" knows no `kinds`: leave them out"),
        ("[[signal]]\npoints = 1\n".to_owned(), "1:1: missing key `name` in [[signal]]"),
        ("[[signal]]\nname = \"amplifed\"\npoints = 0\n".to_owned(),
         "2:8: points = 0 switches nothing off: no signal is named \"amplifed\", did you mean `amplified`?"),
        (format!("{ACT}points = 1\n{ACT}points = 2\n"), "8:8: two [[signal]]s are named \"x\""),
        ("[[signal]]\nname = \"spreads-it\"\nsignal = \"tests\"\ncase = \"merged\"\npoints = 1\n".to_owned(),
         "2:8: \"spreads-it\" is the name of both a signal and a move: give each its own"),
        ("[signal]\nname = \"x\"\n".to_owned(), "1:1: expected a list of tables: write [[signal]]"),
        (format!("{MOVE}to = \"guid\"\n"), "4:6: unknown stage `guid` in [[move]] \"m\", did you mean `guide`?"),
        (format!("{MOVE}to = \"guide\"\n"),
         "4:6: from skeptic to guide is no step in [[move]] \"m\": from skeptic it goes to teacher"),
        ("[[move]]\nname = \"m\"\nfrom = \"guide\"\nto = \"blocker\"\n".to_owned(),
         "4:6: from guide to blocker is no step in [[move]] \"m\": from guide it goes to go-getter"),
        ("[[move]]\nname = \"m\"\nfrom = \"friend\"\nto = \"skeptic\"\n".to_owned(),
         "4:6: from friend to skeptic is no step in [[move]] \"m\": a move from unplaced moves friends too"),
        (format!("{MOVE}to = \"teacher\"\nsignals = [\"teach\"]\n"),
         "5:12: unknown signal `teach` in `signals` of [[move]] \"m\", did you mean `teaches`?"),
        (format!("{MOVE}to = \"teacher\"\n"),
         "2:8: the move \"m\" can never fire: it names no `signals` and takes no `role`"),
        (format!("{MOVE}to = \"teacher\"\nsignals = [\"teaches\"]\n"),
         "2:8: the move \"m\" can never fire: it asks for no `points`, `acts`, `weeks` or `counterparts`"),
        (format!("{MOVE}to = \"teacher\"\nsignals = [\"teaches\"]\npoints = 1\ninternal = true\n"),
         "2:8: the move \"m\" can never fire: `internal` needs evidence of teaches by a case ask, crm-role, deal"),
        ("[[signal]]\nname = \"left-unanswered\"\npoints = 0\n[[signal]]\nname = \"not-planned\"\npoints = 0\n\
          [[signal]]\nname = \"moving-away\"\npoints = 0\n[[move]]\nname = \"m\"\nfrom = \"skeptic\"\nto = \"teacher\"\n\
          signals = [\"objects\"]\npoints = 1\n".to_owned(),
         "11:8: the move \"m\" can never fire: no [[signal]] with points is evidence of objects"),
        (format!("{MOVE}to = \"teacher\"\nrole = true\n{MOVE}to = \"teacher\"\nrole = true\n"),
         "7:8: two [[move]]s are named \"m\""),
    ] {
        let answer = format!("rules.toml:{answer}");
        let said = rules(&text).err().unwrap_or_else(|| panic!("accepted: {text}"));
        assert_eq!(said, answer, "\n{text}");
    }
}

#[test]
fn a_configuration_names_its_rules_beside_it_and_its_thresholds_stand_above_them() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("config.toml", "rules = \"rules.toml\"\n[thresholds]\nquorum = 9\n");
    let missing = Config::load(&config).unwrap_err().to_string();
    assert!(missing.ends_with("rules.toml: no such file: check the path"), "{missing}");
    write("rules.toml", "[thresholds]\nquorum = 4\nplaced = 3\n");
    let thresholds = Config::load(&config).unwrap().settings.rules.thresholds;
    assert_eq!((thresholds.quorum, thresholds.placed), (9, 3));
    write("rules.toml", "[thresholds]\nquorm = 4\n");
    let wrong = Config::load(&config).unwrap_err().to_string();
    assert!(
        wrong.ends_with("rules.toml:2:1: unknown key `quorm` in [thresholds], did you mean `quorum`?"),
        "{wrong}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Ours, with a word put in the place of another one: read, or refused on one line with its place.
    #[test]
    fn spoiled_rules_are_read_or_refused_with_their_place(
        place in 0_usize..4_000,
        word in prop::sample::select(vec!["", "x", "0", "-1", "0.0001", "[", "\"", "name", "[[move]]", "\n", "9e9", "true"]),
    ) {
        let at = BUILT_IN.len() * place / 4_000;
        let (start, end) = (BUILT_IN.floor_char_boundary(at), BUILT_IN.ceil_char_boundary((at + 7).min(BUILT_IN.len())));
        let spoiled = format!("{}{word}{}", &BUILT_IN[..start], &BUILT_IN[end..]);
        if let Err(said) = rules(&spoiled) {
            prop_assert!(!said.contains('\n'), "{}", said);
            let numbers = said.strip_prefix("rules.toml:").map(|rest| rest.split(':').take(2).all(|n| n.parse::<usize>().is_ok()));
            prop_assert_eq!(numbers, Some(true), "{}", said);
        }
    }
}
