//! Pictures of a real store: filled once by a real sync of a repository that the test writes, drawn by the same
//! update and view as on a terminal. What the screens show is judged here, and nothing is made up by hand.

use std::{fs, os::unix::fs::OpenOptionsExt, path::PathBuf, sync::OnceLock};

use buyin::{
    config::Config,
    domain::{
        account::Relation,
        decision::{About, Verb},
        ids::{AccountId, PersonId},
        query::Meaning,
        sync::Unwatched,
        time::Time,
    },
    jobs::{
        clock::Clock,
        read::{Query, Reply},
        shell::Shell,
    },
    tui::{self, App, Charset, Choices, effect::Effect, key::Key},
};
use ratatui::style::Color;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

use crate::made;

/// A folder with a configuration and the store that it made.
struct Store {
    folder: TempDir,
}

impl Store {
    /// `sources`: the tables of the configuration.
    fn new(sources: &str) -> Self {
        let folder = TempDir::new().unwrap();
        made::explorer::explorer(folder.path());
        fs::write(
            folder.path().join("config.toml"),
            format!("[store]\nurl = \"sqlite:buyin.db\"\n{sources}"),
        )
        .unwrap();
        // With a key of its own, ids would differ from run to run.
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let key = options.open(folder.path().join("buyin.db.key")).unwrap();
        std::io::Write::write_all(&mut { key }, &[7; 32]).unwrap();
        let store = Self { folder };
        let mut shell = store.shell();
        if shell.config.sources.is_empty() {
            shell.store().unwrap();
        } else {
            shell.sync(&[], buyin::domain::sync::Manner::default(), &mut |_| true, &mut Unwatched).unwrap();
        }
        store
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    fn shell(&self) -> Shell {
        let clock = Clock { fixed: Time::parse(made::NOW) };
        Shell::new(Config::load(&self.config()).unwrap(), clock, "dana")
    }

    fn picture(&self, choices: &Choices, screen: &str, keys: &str, size: (u16, u16)) -> String {
        let mut shell = self.shell();
        tui::frame(choices, &mut |query| shell.ask(&query), screen, keys, size).unwrap()
    }
}

const COMMUNITY: &str = made::explorer::CONFIG;

/// The store that most pictures show, with a few decisions in it.
fn community() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let store = Store::new(COMMUNITY);
        let mut shell = store.shell();
        let (account, person) = (account(&mut shell, "amberworks.example"), person(&mut shell, "Ada Ambler"));
        shell
            .decide(Verb::Relation { account, relation: Relation::Prospect }, Some("asked for a talk"))
            .unwrap();
        let text = "met at the made-up fair".to_owned();
        shell.decide(Verb::Note { about: About::Account(account), text }, None).unwrap();
        let text = "prefers to be written to".to_owned();
        shell.decide(Verb::Note { about: About::Person(person), text }, None).unwrap();
        store
    })
}

fn meaning(shell: &mut Shell, name: &str) -> Meaning {
    match shell.ask(&Query::Resolve { name: name.to_owned() }) {
        Reply::Resolve(meanings) => meanings.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn account(shell: &mut Shell, name: &str) -> AccountId {
    let Meaning::Account { id, .. } = meaning(shell, name) else { panic!("{name} is no account") };
    id
}

fn person(shell: &mut Shell, name: &str) -> PersonId {
    let Meaning::Person { id, .. } = meaning(shell, name) else { panic!("{name} is no person") };
    id
}

fn choices() -> Choices {
    Choices::on(Time::parse(made::NOW).unwrap().day())
}

fn shown(screen: &str, keys: &str) -> String {
    community().picture(&choices(), screen, keys, (80, 24))
}

fn wide(screen: &str, keys: &str) -> String {
    community().picture(&choices(), screen, keys, (120, 40))
}

/// One picture for 80x24 and, where more is to be seen there, one for 120x40.
fn both(name: &str, screen: &str, keys: &str) {
    insta::assert_snapshot!(name, shown(screen, keys));
    insta::assert_snapshot!(format!("{name}_wide"), wide(screen, keys));
}

const SMALL: (u16, u16) = (40, 10);
const ACCOUNT: &str = "account Amberworks";
const MEMBER: &str = "member Ada Ambler";
const BLOCKER: &str = "member Cy Cole";
const THEN: &str = ":time 2026-03-12<enter>";

#[test]
fn the_first_screen_lists_the_companies_by_latest_activity() {
    both("accounts", "", "j");
    insta::assert_snapshot!("accounts_all_by_name", shown("", "as"));
    both("accounts_by_momentum", "", ":sort momentum<enter>");
    insta::assert_snapshot!("accounts_small", community().picture(&choices(), "", "", SMALL));
}

#[test]
fn an_account_opens_with_its_group_then_what_they_did_who_they_are_and_what_was_noted() {
    for (name, keys) in [
        ("account", ""),
        ("account_timeline", "2"),
        ("account_people", "3"),
        ("account_causes", "4"),
        ("account_notes", "5"),
    ] {
        both(name, ACCOUNT, keys);
    }
    insta::assert_snapshot!("account_consensus", wide("account Brightforge", "l"));
    insta::assert_snapshot!("account_forming", shown("account coldharbour.example", ""));
    insta::assert_snapshot!("account_quiet", shown("account dunetech.example", ""));
    insta::assert_snapshot!("account_customer", shown("account Eastgate", ""));
    insta::assert_snapshot!("account_small", community().picture(&choices(), ACCOUNT, "", SMALL));
}

#[test]
fn a_member_opens_with_the_journey_then_evidence_activity_identities_roles_and_notes() {
    for (name, keys) in [
        ("member", ""),
        ("member_evidence", "2"),
        ("member_activity", "3"),
        ("member_identities", "4"),
        ("member_roles", "5"),
        ("member_notes", "6"),
    ] {
        both(name, MEMBER, keys);
    }
    both("member_blocker", BLOCKER, "");
    insta::assert_snapshot!("member_blocker_evidence", shown(BLOCKER, "2"));
    insta::assert_snapshot!("member_behind_a_move", shown(BLOCKER, "<enter>"));
    insta::assert_snapshot!("member_with_a_role", shown("member Di Dorn", "5"));
    insta::assert_snapshot!("member_lapsed", shown("member Gus Grove", ""));
    insta::assert_snapshot!("member_friend", shown("member Otto Oak", ""));
    insta::assert_snapshot!("member_small", community().picture(&choices(), MEMBER, "", SMALL));
}

#[test]
fn an_earlier_day_is_said_on_every_screen() {
    for (name, screen, keys) in [
        ("accounts_as_of", "", ""),
        ("account_as_of", ACCOUNT, ""),
        ("account_timeline_as_of", ACCOUNT, "2"),
        ("account_people_as_of", ACCOUNT, "3"),
        ("account_causes_as_of", ACCOUNT, "4"),
        ("account_notes_as_of", ACCOUNT, "5"),
        ("member_as_of", MEMBER, ""),
        ("member_evidence_as_of", MEMBER, "2"),
        ("member_activity_as_of", MEMBER, "3"),
        ("member_roles_as_of", "member Hal Heath", "5"),
        ("people_as_of", "people", ""),
        ("why_as_of", "account Brightforge", "w"),
        ("sources_as_of", "sources", ""),
        ("help_as_of", "help", ""),
    ] {
        let picture = shown(screen, &format!("{keys}{THEN}"));
        assert!(picture.starts_with("  AS OF 12 Mar 2026"), "{picture}");
        insta::assert_snapshot!(name, picture);
    }
    insta::assert_snapshot!("accounts_before_all", shown("", ":time 2019-01-01<enter>"));
}

#[test]
fn the_reasons_of_a_number_have_a_screen() {
    both("why", ACCOUNT, "w");
    both("why_support", ACCOUNT, "w<tab>");
    both("why_momentum", ACCOUNT, "w<tab><tab>");
    insta::assert_snapshot!("why_small", community().picture(&choices(), ACCOUNT, "w", SMALL));
}

#[test]
fn an_activity_is_told_whole() {
    both("activity", BLOCKER, "3<enter>");
}

#[test]
fn all_people_are_listed_whatever_they_belong_to() {
    both("people", "people", "");
    insta::assert_snapshot!("people_small", community().picture(&choices(), "people", "", SMALL));
    insta::assert_snapshot!("people_unaffiliated", shown("people", "/is:unaffiliated<enter>"));
}

#[test]
fn a_filter_is_shown_with_what_it_finds_and_an_error_points_at_the_word() {
    insta::assert_snapshot!("filter_begun", shown("", "/"));
    insta::assert_snapshot!("filter_typed", shown("", "/coldh"));
    insta::assert_snapshot!("filter_wrong", shown("", "/cold relatoin:x"));
    insta::assert_snapshot!("filter_finds_nothing", shown("", "/zzz<enter>"));
}

#[test]
fn a_filter_that_asks_for_more_than_the_default_view_is_not_counted_within_it() {
    let head = |keys: &str| shown("", keys).lines().take(2).collect::<Vec<_>>().join("\n");
    assert!(head("").contains("5 accounts · ") && head("").contains("confirmed, in the market"));
    assert!(head("/coldh<enter>").contains("1 of 5 accounts · "));
    assert!(head("/coldh<enter>").contains("confirmed, in the market"));
    for (keys, count, view) in [
        ("/is:unconfirmed<enter>", " 2 accounts · ", " in the market · sort last"),
        ("/relation:prospect<enter>", " 1 account · ", " confirmed · sort last"),
        ("/relation:prospect is:confirmed<enter>", " 1 account · ", " all · sort last"),
    ] {
        let head = head(keys);
        assert!(head.contains(count) && head.contains(view), "{head}");
        assert!(
            !head.contains(" of ") && !head.contains("shows") && !head.contains("confirmed, in"),
            "{head}"
        );
    }
}

#[test]
fn the_palette_says_what_a_word_does_and_to_whom() {
    insta::assert_snapshot!("palette", shown("", ":s"));
    insta::assert_snapshot!("palette_relation", shown("", ":relation p"));
    insta::assert_snapshot!("palette_note", shown(MEMBER, ":note "));
    insta::assert_snapshot!("palette_pin", shown(MEMBER, ":pin "));
    insta::assert_snapshot!("palette_wrong", shown("", ":fly<enter>"));
    insta::assert_snapshot!("asked_why", shown(MEMBER, ":climber<enter>"));
}

#[test]
fn help_names_every_key() {
    both("help", "", "?");
    insta::assert_snapshot!("help_searched", shown("", "?/copy"));
    insta::assert_snapshot!("help_signs", shown("", "?G"));
}

#[test]
fn sources_tell_how_far_they_are_and_what_is_wrong() {
    let store = Store::new(&format!(
        "{COMMUNITY}[[source]]\nname = \"workshop\"\nkind = \"file\"\npath = \"missing.csv\"\nrecords = \"activities\"\n\
         zone = \"program\"\ncolumns = {{ email = \"Email\", at = \"At\", kind = \"=event.attended\" }}\n"
    ));
    insta::assert_snapshot!("sources", shown("sources", ""));
    let picture = store.picture(&choices(), "sources", "G", (120, 24));
    let here = store.folder.path().display().to_string();
    insta::assert_snapshot!("sources_failed", picture.replace(&here, "(folder)"));
}

#[test]
fn a_store_without_anything_says_what_to_do_next() {
    insta::assert_snapshot!("empty", Store::new("").picture(&choices(), "", "", (80, 24)));
}

#[test]
fn a_screen_whose_rows_are_on_their_way_says_so() {
    let mut app = App::new(&choices(), (80, 24)).unwrap();
    app.start();
    insta::assert_snapshot!("loading", tui::frame::text(&tui::frame::picture(&app)));
}

#[test]
fn a_store_that_cannot_be_read_says_so_on_the_screen() {
    let store = Store::new(COMMUNITY);
    let mut shell = store.shell();
    let path = store.folder.path().join("buyin.db");
    fs::write(&path, vec![b'x'; 9_000]).unwrap();
    let picture = tui::frame(&choices(), &mut |query| shell.ask(&query), "", "", (120, 24)).unwrap();
    let here = store.folder.path().display().to_string();
    insta::assert_snapshot!("unreadable", picture.replace(&here, "(folder)"));
}

#[test]
fn without_colours_no_colour_is_drawn_and_nothing_else_is_lost() {
    let mono = Choices { colours: false, ..choices() };
    for (screen, keys) in [("", "j"), (ACCOUNT, ""), (ACCOUNT, "w"), (BLOCKER, ""), ("people", "")] {
        assert_eq!(community().picture(&mono, screen, keys, (80, 24)), shown(screen, keys));
        assert_eq!(community().picture(&mono, screen, keys, (120, 40)), wide(screen, keys));
    }
    let mut app = App::new(&mono, (80, 24)).unwrap();
    let mut shell = community().shell();
    let effects = app.start();
    tui::frame::answer(&mut app, effects, &mut |query| shell.ask(&query));
    let picture = tui::frame::picture(&app);
    assert!(picture.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
}

#[test]
fn what_is_made_up_says_so_on_every_screen() {
    let demo = Choices { label: Some("DEMO".to_owned()), ..choices() };
    for (screen, keys) in [("", ""), (ACCOUNT, ""), (MEMBER, ""), ("people", ""), ("sources", ""), ("", "?")]
    {
        for size in [(80, 24), (120, 40), SMALL] {
            let picture = community().picture(&demo, screen, keys, size);
            assert!(picture.starts_with("  DEMO "), "{picture}");
        }
    }
    let then = community().picture(&demo, MEMBER, THEN, (80, 24));
    insta::assert_snapshot!("member_demo_as_of", then);
}

#[test]
fn no_picture_is_wider_than_its_terminal_and_a_footer_ends_in_a_whole_word() {
    for (screen, keys) in [
        ("", ""),
        (ACCOUNT, ""),
        (ACCOUNT, "2"),
        (ACCOUNT, "w"),
        (MEMBER, ""),
        (BLOCKER, "2"),
        ("people", ""),
    ] {
        for (width, height) in [(80, 24), (100, 30), (120, 40), SMALL] {
            let picture = community().picture(&choices(), screen, keys, (width, height));
            assert!(picture.lines().all(|line| UnicodeWidthStr::width(line) <= usize::from(width)));
            let foot = picture.lines().last().unwrap_or_default();
            assert!(!foot.contains('…') && foot.contains("open"), "{foot}");
        }
    }
}

#[test]
fn a_terminal_without_unicode_gets_plain_letters() {
    let plain = Choices { charset: Charset::Ascii, ..choices() };
    for (screen, keys) in [
        ("", ""),
        ("people", ""),
        (ACCOUNT, ""),
        (ACCOUNT, "4"),
        (ACCOUNT, "w"),
        (MEMBER, ""),
        (BLOCKER, "3<enter>"),
        ("sources", ""),
        ("help", ""),
    ] {
        for size in [(80, 24), (120, 40)] {
            assert!(community().picture(&plain, screen, keys, size).is_ascii());
        }
    }
    insta::assert_snapshot!("account_ascii", community().picture(&plain, ACCOUNT, "", (120, 40)));
    insta::assert_snapshot!("member_ascii", community().picture(&plain, MEMBER, "", (80, 24)));
    insta::assert_snapshot!("accounts_ascii", community().picture(&plain, "", "", (80, 24)));
}

#[test]
fn a_decision_typed_on_a_row_is_carried_out_and_seen() {
    let store = Store::new(COMMUNITY);
    let mut shell = store.shell();
    let mut app = App::new(&choices(), (160, 24)).unwrap();
    let effects = app.start();
    tui::frame::answer(&mut app, effects, &mut |query| shell.ask(&query));
    let keys = Key::parse_all("/coldharbour<enter>:relation customer<enter>").unwrap();
    let mut done = Vec::new();
    for key in keys {
        let effects = tui::update::update(&mut app, tui::msg::Msg::Input(vec![tui::msg::Input::Key(key)]));
        done.extend(effects.iter().filter(|effect| !matches!(effect, Effect::Ask { .. })).cloned());
        tui::frame::answer(&mut app, effects, &mut |query| shell.ask(&query));
    }
    let [Effect::Decide { verb, .. }] = done.as_slice() else { panic!("{done:?}") };
    store.shell().decide(verb.clone(), None).unwrap();
    let effects = tui::update::update(&mut app, tui::msg::Msg::StoreChanged);
    tui::frame::answer(&mut app, effects, &mut |query| shell.ask(&query));
    let picture = tui::frame::text(&tui::frame::picture(&app));
    assert!(picture.contains("customer"), "{picture}");
    assert!(store.shell().undo_last().unwrap().is_some());
    let effects = tui::update::update(&mut app, tui::msg::Msg::StoreChanged);
    tui::frame::answer(&mut app, effects, &mut |query| shell.ask(&query));
    assert!(!tui::frame::text(&tui::frame::picture(&app)).contains("customer"));
}

#[test]
fn the_screens_in_the_readme_are_what_the_program_draws() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    for (screen, keys, size) in [
        ("", "j", (90, 10)),
        ("account amberworks.example", "", (90, 10)),
        ("member Ada Ambler", "", (80, 24)),
        ("account amberworks.example", "w", (80, 24)),
    ] {
        let picture = community().picture(&choices(), screen, keys, size);
        let picture = picture.trim_end();
        assert!(readme.contains(picture), "the README should show:\n{picture}");
    }
}
