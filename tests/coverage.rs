//! What is known to be complete up to when: silence after that is not absence.

use std::{
    fs,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use buyin::{
    config::Config,
    domain::{
        query::{Meaning, SourceRow, When},
        sync::Unwatched,
        time::{Day, Time},
    },
    jobs::{
        clock::Clock,
        read::{Query, Reply},
        shell::Shell,
    },
    tui::{self, Choices},
};
use tempfile::TempDir;

use crate::made::{self, NOW};

fn synced(folder: &Path) -> Shell {
    let text = "[store]\nurl = \"sqlite:buyin.db\"\n[[source]]\nname = \"clone\"\nkind = \"git\"\n\
                path = \"community.git\"\nzone = \"upstream\"\n";
    let config = Config::parse(text, &folder.join("config.toml")).unwrap();
    let mut shell = Shell::new(config, Clock { fixed: Time::parse(NOW) }, "tester");
    shell.sync(&[], buyin::domain::sync::Manner::default(), &mut |_| false, &mut Unwatched).unwrap();
    shell
}

fn source(shell: &mut Shell) -> SourceRow {
    let Reply::Sources(rows) = shell.ask(&Query::Sources) else { panic!("not sources") };
    rows.into_iter().next().unwrap()
}

#[test]
fn a_clone_without_a_fetch_on_record_is_complete_up_to_its_newest_commit() {
    let folder = TempDir::new().unwrap();
    made::community(&folder.path().join("community.git"));
    let row = source(&mut synced(folder.path()));
    assert_eq!(row.synced_at, Time::parse(NOW));
    assert_eq!(row.covered_until, Time::parse("2026-11-21T12:00:00Z"), "the newest commit is a day old");
}

#[test]
fn a_fetch_that_brought_nothing_proves_silence_up_to_it() {
    let folder = TempDir::new().unwrap();
    let clone = folder.path().join("community.git");
    made::community(&clone);
    let fetched = Time::parse("2026-11-22T06:00:00Z").unwrap();
    let file = fs::File::create(clone.join("FETCH_HEAD")).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(fetched.0.try_into().unwrap())).unwrap();
    assert_eq!(source(&mut synced(folder.path())).covered_until, Some(fetched));
}

#[test]
fn nothing_is_complete_up_to_a_day_that_has_not_come() {
    let folder = TempDir::new().unwrap();
    let clone = folder.path().join("community.git");
    made::community(&clone);
    let file = fs::File::create(clone.join("FETCH_HEAD")).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_hours(24 * 365 * 70)).unwrap();
    assert_eq!(source(&mut synced(folder.path())).covered_until, Time::parse(NOW));
}

#[test]
fn the_top_line_says_up_to_when_anything_is_known_where_that_is_days_ago() {
    let folder = TempDir::new().unwrap();
    made::community(&folder.path().join("community.git"));
    let mut shell = synced(folder.path());
    let mut top = |today: &str| {
        let choices = Choices::on(Day::parse(today).unwrap());
        let frame = tui::frame(&choices, &mut |query| shell.ask(&query), "", "", (90, 10)).unwrap();
        frame.lines().next().unwrap().to_owned()
    };
    assert!(!top("2026-11-22").contains("facts to"));
    assert!(top("2026-12-20").contains("facts to 21 Nov"), "{}", top("2026-12-20"));
}

#[test]
fn the_weeks_of_an_account_end_where_its_own_sources_end() {
    let folder = TempDir::new().unwrap();
    made::community(&folder.path().join("community.git"));
    let desk = folder.path().join("desk.csv");
    fs::write(&desk, "email,at,kind\nwren@farfield.example,2027-03-01,event.attended\n").unwrap();
    let written = Time::parse("2027-03-02").unwrap();
    let file = fs::File::options().write(true).open(&desk).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(written.0.try_into().unwrap())).unwrap();
    let text = "[store]\nurl = \"sqlite:buyin.db\"\n[[source]]\nname = \"clone\"\nkind = \"git\"\n\
                path = \"community.git\"\nzone = \"upstream\"\n[[source]]\nname = \"desk\"\nkind = \"file\"\n\
                path = \"desk.csv\"\nrecords = \"activities\"\nzone = \"program\"\n";
    let config = Config::parse(text, &folder.path().join("config.toml")).unwrap();
    let late = Time::parse("2027-03-03").unwrap();
    let mut shell = Shell::new(config, Clock { fixed: Some(late) }, "tester");
    shell.sync(&[], buyin::domain::sync::Manner::default(), &mut |_| false, &mut Unwatched).unwrap();
    let Reply::Resolve(found) = shell.ask(&Query::Resolve { name: "brightforge.example".to_owned() }) else {
        panic!("no answer")
    };
    let Some(Meaning::Account { id, .. }) = found.into_iter().next() else { panic!("no account") };
    let Reply::Account(Some(account)) = shell.ask(&Query::Account { id, when: When::now(late.day()) }) else {
        panic!("no account")
    };
    let seen = account.row.weeks.iter().any(|members| *members > 0);
    assert!(seen, "the clone ends in November, and a list of March makes nobody silent since");
}
