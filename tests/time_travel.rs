//! Any earlier day against a store that was cut at that day: the same community, written as a git repository and
//! tables, and filled by a real sync of all of it, or of nothing but what had happened by then. What both show must be
//! the same, on every screen, but for what only later facts tell of who belonged where: that is named at the end.

use std::{
    collections::BTreeMap,
    fs,
    ops::ControlFlow,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::OnceLock,
    time::{Duration, UNIX_EPOCH},
};

use buyin::{
    config::Config,
    domain::{
        activity::Of,
        filter::{Over, parse},
        ids::{AccountId, PersonId},
        query::{AccountSort, At, PersonSort, When, Window},
        sync::{Manner, Unwatched},
        time::{Day, Time},
        why::{WhyAbout, WhyOf},
    },
    jobs::{
        clock::Clock,
        read::{Query, Reply},
        shell::Shell,
    },
    store::View,
};
use serde_json::Value;

use crate::made::{Commit, History, NOW};

const CONFIG: &str = r#"
[store]
url = "sqlite:buyin.db"
[you]
company = "Grovemark"
domains = ["grovemark.example"]
[[account]]
name = "Acme"
domains = ["acme.example"]
[[account]]
name = "Birch"
domains = ["birch.example"]
[[account]]
name = "Cedar"
domains = ["cedar.example"]
[[account]]
name = "Delta"
domains = ["delta.example"]
[[source]]
name = "community"
kind = "git"
path = "community.git"
zone = "upstream"
[[source]]
name = "forum"
kind = "file"
path = "forum.csv"
records = "activities"
zone = "program"
[[source]]
name = "crm"
kind = "file"
path = "crm.csv"
records = "activities"
zone = "downstream"
[[source]]
name = "jobs"
kind = "file"
path = "jobs.csv"
records = "affiliations"
zone = "upstream"
"#;

type Work = (&'static str, i64, i64, i64, &'static str);

/// Who committed from how many days ago until when, every how many days, and who reviewed it.
const WORK: &[Work] = &[
    ("Vi Vale <vi@grovemark.example>", 800, 1, 9, ""),
    ("Ann Ash <ann@acme.example>", 790, 2, 17, "Vi Vale <vi@grovemark.example>"),
    ("Amy Aim <amy@acme.example>", 420, 5, 31, "Ann Ash <ann@acme.example>"),
    ("Bob Bay <bob.bay.dev@gmail.com>", 700, 8, 23, "Ann Ash <ann@acme.example>"),
    ("Bea Bow <bea@birch.example>", 610, 40, 29, "Bob Bay <bob.bay.dev@gmail.com>"),
    ("Cat Coe <cat@acme.example>", 760, 330, 37, ""),
    ("Cat Coe <cat@birch.example>", 310, 12, 41, "Bea Bow <bea@birch.example>"),
    ("Dan Dow <dan@birch.example>", 795, 640, 19, ""),
    ("Dan Dow <dan.dow.dev@gmail.com>", 600, 20, 27, ""),
];

/// Of these only later mail says where they belonged.
const HINDSIGHT: &[Work] = &[
    ("Eve Elm <eve.elm.dev@gmail.com>", 520, 300, 33, ""),
    ("Eve Elm <eve@cedar.example>", 250, 30, 45, ""),
    ("Fay Fir <fay@delta.example>", 600, 590, 5, ""),
    ("Fay Fir <fay@cedar.example>", 560, 350, 60, ""),
    ("Fay Fir <fay@delta.example>", 280, 270, 5, ""),
];

const ROLES: &[(i64, &str)] = &[
    (450, "Ann Ash <ann@acme.example>\n"),
    (260, "Ann Ash <ann@acme.example>\nBea Bow <bea@birch.example>\n"),
    (120, "Bea Bow <bea@birch.example>\n"),
];

/// At two companies at once for a while.
const JOBS: &str = "email,company,from,to\n\
                    bob.bay.dev@gmail.com,Acme,2024-01-01,\n\
                    bob.bay.dev@gmail.com,Birch,2024-11-01,2025-11-01\n";

const FORUM: &[(i64, &str)] = &[
    (700, "topic.opened,ann@acme.example,Ann Ash,Operations,t-1,,question,How large is large?"),
    (698, "answer.posted,bea@birch.example,Bea Bow,Operations,t-1,ann@acme.example,,Ours has forty nodes"),
    (697, "answer.accepted,ann@acme.example,Ann Ash,Operations,t-1,bea@birch.example,,Ours has forty nodes"),
    (400, "event.spoke,bea@birch.example,Bea Bow,Workshops,,,,Running it at the edge"),
    (400, "event.attended,otto@acme.example,Otto Oak,Workshops,,,,Running it at the edge"),
    (380, "issue.opened,amy@acme.example,Amy Aim,Tracker,i-1,,bug,It loses the last block"),
    (345, "issue.commented,amy@acme.example,Amy Aim,Tracker,i-1,,,Still lost"),
    (360, "issue.opened,amy@acme.example,Amy Aim,Tracker,i-2,,bug,It restarts at noon"),
    (322, "issue.commented,amy@acme.example,Amy Aim,Tracker,i-2,,,And today"),
    (340, "issue.opened,amy@acme.example,Amy Aim,Tracker,i-3,,bug,It forgets its labels"),
    (305, "issue.commented,amy@acme.example,Amy Aim,Tracker,i-3,,,Any news?"),
    (340, "issue.opened,amy@acme.example,Amy Aim,Tracker,i-4,,bug,It grows for ever"),
    (305, "issue.commented,amy@acme.example,Amy Aim,Tracker,i-4,,,It is full"),
    (150, "issue.commented,vi@grovemark.example,Vi Vale,Tracker,i-1,amy@acme.example,,Mended in 3.1"),
    (
        149,
        "issue.closed,vi@grovemark.example,Vi Vale,Tracker,i-1,amy@acme.example,completed,It loses the last block",
    ),
    (
        149,
        "issue.closed,vi@grovemark.example,Vi Vale,Tracker,i-2,amy@acme.example,completed,It restarts at noon",
    ),
    (
        148,
        "issue.closed,vi@grovemark.example,Vi Vale,Tracker,i-3,amy@acme.example,completed,It forgets its labels",
    ),
    (90, "topic.opened,otto@acme.example,Otto Oak,Operations,t-2,,question,Which ports?"),
    (20, "content.published,bea@birch.example,Bea Bow,Blog,,,,How we run it"),
];

const CRM: &[(i64, &str)] = &[
    (350, "trial.started,bea@birch.example,Bea Bow,Trials,,,,Trial of three nodes"),
    (230, "deal.created,gus@birch.example,Gus Gil,Deals,Birch 2026,,,Birch 2026"),
    (140, "deal.won,gus@birch.example,Gus Gil,Deals,Birch 2026,,,Birch 2026"),
    (70, "pricing.asked,ann@acme.example,Ann Ash,Deals,Acme 2027,,,Terms for two regions"),
    (60, "deal.created,ann@acme.example,Ann Ash,Deals,Acme 2027,,,Acme 2027"),
    (50, "crm.role_set,ann@acme.example,Ann Ash,Deals,Acme 2027,,champion,Champion of Acme 2027"),
    (15, "deal.lost,ann@acme.example,Ann Ash,Deals,Acme 2027,,,Acme 2027"),
];

/// The days that are looked at, each some days ago: all weekdays among them, also a Sunday.
const DAYS: [i64; 9] = [700, 521, 432, 341, 301, 203, 101, 44, 10];

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn ago(days: i64) -> Day {
    now().day().plus(-i32::try_from(days).unwrap())
}

/// A store of what had happened up to so many days ago.
struct Kept {
    folder: tempfile::TempDir,
    shell: Shell,
    names: BTreeMap<String, String>,
    people: BTreeMap<String, PersonId>,
    accounts: BTreeMap<String, AccountId>,
}

impl Kept {
    fn until(days_ago: i64, work: &[Work]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        repository(&folder.path().join("community.git"), days_ago, work);
        let last = if days_ago == 0 { now() } else { Time(ago(days_ago).plus(1).start().0 - 1) };
        for (name, rows) in [("forum.csv", FORUM), ("crm.csv", CRM)] {
            table(&folder.path().join(name), rows, days_ago, last);
        }
        fs::write(folder.path().join("jobs.csv"), JOBS).unwrap();
        written(&folder.path().join("jobs.csv"), last);
        fs::write(folder.path().join("config.toml"), CONFIG).unwrap();
        // With a key of its own, ids would differ from store to store.
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        let mut key = options.open(folder.path().join("buyin.db.key")).unwrap();
        std::io::Write::write_all(&mut key, &[7; 32]).unwrap();
        let config = Config::load(&folder.path().join("config.toml")).unwrap();
        let mut shell = Shell::new(config, Clock { fixed: Some(last) }, "dana");
        shell.sync(&[], Manner::default(), &mut |_| true, &mut Unwatched).unwrap();
        let mut kept = Self {
            folder,
            shell,
            names: BTreeMap::new(),
            people: BTreeMap::new(),
            accounts: BTreeMap::new(),
        };
        kept.name(When::now(last.day()));
        kept
    }

    /// Who is called what, by the ids of this store.
    fn name(&mut self, when: When) {
        let filter = parse("is:human,own,bot", Over::People).unwrap();
        let (sort, window) = (PersonSort::Name, everything());
        let Reply::People(people) = self.shell.ask(&Query::People { filter, sort, when, window }) else {
            panic!()
        };
        for (_, row) in people.rows {
            self.names.insert(row.id.to_string(), row.name.clone());
            self.people.insert(row.name, row.id);
        }
        let filter = parse("", Over::Accounts).unwrap();
        let (sort, all, window) = (AccountSort::Name, true, everything());
        let Reply::Accounts(accounts) = self.shell.ask(&Query::Accounts { filter, sort, all, when, window })
        else {
            panic!()
        };
        self.accounts = accounts.rows.into_iter().map(|(_, row)| (row.name, row.id)).collect();
    }

    /// An answer without what is not of the day: cursors, numbers of rows, when something came to be known, and what
    /// holds at all times (identities, domains); people by their names.
    fn ask(&mut self, query: &Query) -> Value {
        let reply = serde_json::to_value(self.shell.ask(query)).unwrap();
        assert!(reply.get("Failed").is_none(), "{query:?}: {reply}");
        self.plain(reply)
    }

    fn plain(&self, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let unnamed = ["known_at", "seq", "identities", "domains", "total", "actor", "counterpart"];
                let fields = fields.into_iter().filter(|(key, value)| {
                    let of_rows = key == "because"
                        && value.as_array().is_none_or(|all| all.iter().all(Value::is_number));
                    !(unnamed.contains(&key.as_str()) || of_rows && *value != Value::Array(Vec::new()))
                });
                fields.map(|(key, value)| (key, self.plain(value))).collect()
            }
            Value::Array(all) => {
                let is_cursor = |value: &Value| value.get("tie").is_some();
                all.into_iter().filter(|value| !is_cursor(value)).map(|value| self.plain(value)).collect()
            }
            Value::String(text) => Value::String(self.names.get(&text).cloned().unwrap_or(text)),
            other => other,
        }
    }

    fn account(&self, name: &str) -> AccountId {
        self.accounts[name]
    }
}

fn everything() -> Window {
    Window { at: At::First, limit: 100_000 }
}

fn repository(path: &Path, until: i64, work: &[Work]) {
    let mut steps: Vec<(i64, &str, String, Option<&str>)> = Vec::new();
    for (who, from, to, every, reviewer) in work.iter().copied() {
        for (place, day) in (0..).map(|place| from - place * every).take_while(|day| *day >= to).enumerate() {
            let reviewed =
                if reviewer.is_empty() { String::new() } else { format!("\n\nReviewed-by: {reviewer}") };
            let topic = ["storage", "docs", "operator"][place % 3];
            steps.push((day, who, format!("{topic}: part {place}{reviewed}"), None));
        }
    }
    // Whoever looks on one of the days has fetched on that day.
    steps.extend(DAYS.map(|day| (day, WORK[0].0, format!("release of day {day}"), None)));
    steps.extend(
        ROLES.iter().map(|(day, list)| (*day, WORK[0].0, "List maintainers".to_owned(), Some(*list))),
    );
    steps.sort_by_key(|step| -step.0);
    let mut history = History::default();
    for (days_ago, author, message, list) in steps.iter().filter(|step| step.0 >= until) {
        let files: Vec<(&str, &str)> = list.iter().map(|list| ("MAINTAINERS", *list)).collect();
        history.commit(&Commit { author, days_ago: *days_ago, message, files: &files, ..Commit::default() });
    }
    history.write(path);
}

fn table(path: &Path, rows: &[(i64, &str)], until: i64, last: Time) {
    let mut text = "at,kind,email,name,subject,thread,counterpart,labels,title\n".to_owned();
    for (days_ago, row) in rows.iter().filter(|(days_ago, _)| *days_ago >= until) {
        text.extend([ago(*days_ago).to_string().as_str(), ",", row, "\n"]);
    }
    fs::write(path, text).unwrap();
    written(path, last);
}

/// A file is complete up to the day on which it was written.
fn written(path: &Path, last: Time) {
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(u64::try_from(last.0).unwrap())).unwrap();
}

fn full() -> std::sync::MutexGuard<'static, Kept> {
    static FULL: OnceLock<std::sync::Mutex<Kept>> = OnceLock::new();
    FULL.get_or_init(|| std::sync::Mutex::new(Kept::until(0, WORK)))
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Asks both the same, each by its own ids.
struct Two<'a> {
    full: &'a mut Kept,
    cut: Kept,
    day: Day,
}

impl Two<'_> {
    fn same(&mut self, what: &str, query: &dyn Fn(&Kept, When) -> Query, keep: &dyn Fn(Value) -> Value) {
        let then = query(self.full, When { today: now().day(), as_of: Some(self.day) });
        let then = keep(self.full.ask(&then));
        let at_that_time = query(&self.cut, When::now(self.day));
        let at_that_time = keep(self.cut.ask(&at_that_time));
        let (then, at_that_time) =
            [then, at_that_time].map(|value| serde_json::to_string_pretty(&value).unwrap()).into();
        similar_asserts(&then, &at_that_time, &format!("{what} on {}", self.day));
    }
}

/// Names the first line that differs.
fn similar_asserts(then: &str, at_that_time: &str, what: &str) {
    for (place, (a, b)) in then.lines().zip(at_that_time.lines()).enumerate() {
        let around: Vec<&str> = then.lines().take(place).collect();
        let around = around[place.saturating_sub(14)..].join("\n");
        assert!(a == b, "{what}, line {place}:\n{around}\n{a}\nbut at that time\n{b}");
    }
    assert_eq!(
        then.lines().count(),
        at_that_time.lines().count(),
        "{what}\n{then}\nbut at that time\n{at_that_time}"
    );
}

fn same(value: Value) -> Value {
    value
}

/// The rows of a list for which something holds.
fn only(value: &Value, holds: &dyn Fn(&Value) -> bool) -> Value {
    let rows = value.as_object().and_then(|reply| reply.values().next()).and_then(|slice| slice.get("rows"));
    let rows = rows.and_then(Value::as_array).cloned().unwrap_or_default();
    Value::Array(rows.into_iter().filter(|row| holds(&row[0])).collect())
}

fn compared(days_ago: i64, ask: &mut dyn FnMut(&mut Two<'_>)) {
    let mut full = full();
    let cut = Kept::until(days_ago, WORK);
    ask(&mut Two { full: &mut full, cut, day: ago(days_ago) });
}

#[test]
fn every_screen_of_an_earlier_day_is_that_of_a_store_cut_at_that_day() {
    for days_ago in DAYS {
        compared(days_ago, &mut |two| {
            for sort in AccountSort::ALL {
                let query = |_: &Kept, when| {
                    let filter = parse("", Over::Accounts).unwrap();
                    Query::Accounts { filter, sort: *sort, all: true, when, window: everything() }
                };
                two.same(&format!("accounts by {sort}"), &query, &|value| only(&value, &|_| true));
            }
            for sort in PersonSort::ALL {
                let query = |_: &Kept, when| {
                    let filter = parse("is:human,own,bot", Over::People).unwrap();
                    Query::People { filter, sort: *sort, when, window: everything() }
                };
                // People who are alike in an order are ordered by their ids, which the stores' first facts give.
                let keep = |value| {
                    let mut rows = only(&value, &|_| true).as_array().cloned().unwrap_or_default();
                    rows.sort_by_key(ToString::to_string);
                    Value::Array(rows)
                };
                two.same(&format!("people by {sort}"), &query, &keep);
            }
            for name in two.cut.accounts.keys().cloned().collect::<Vec<_>>() {
                accounts_are_the_same(two, &name);
            }
            people_are_the_same(two);
        });
    }
}

fn accounts_are_the_same(two: &mut Two<'_>, name: &str) {
    // Of an earlier day it is not known how often an account was active in what: only by how many.
    let keep = |mut value: Value| {
        if let Some(interests) = value.pointer_mut("/Account/interests").and_then(Value::as_array_mut) {
            interests.sort_by_key(ToString::to_string);
        }
        value
    };
    two.same(name, &|kept, when| Query::Account { id: kept.account(name), when }, &keep);
    for sort in PersonSort::ALL {
        let query = |kept: &Kept, when| {
            let account = kept.account(name);
            Query::Members { account, sort: *sort, when, window: everything() }
        };
        let keep = |value| {
            let mut rows = only(&value, &|_| true).as_array().cloned().unwrap_or_default();
            rows.sort_by_key(ToString::to_string);
            Value::Array(rows)
        };
        two.same(&format!("members of {name} by {sort}"), &query, &keep);
    }
    for of in [WhyOf::Support, WhyOf::Momentum] {
        let query = |kept: &Kept, when| Query::Why { about: WhyAbout::Account(kept.account(name)), of, when };
        two.same(&format!("why {of} of {name}"), &query, &same);
    }
    let query = |kept: &Kept, when| Query::Activities {
        of: Of::Account(kept.account(name)),
        when,
        window: everything(),
    };
    two.same(&format!("timeline of {name}"), &query, &same);
}

fn people_are_the_same(two: &mut Two<'_>) {
    let names: Vec<String> = two.cut.people.keys().cloned().collect();
    for name in &names {
        two.same(name, &|kept, when| Query::Person { id: kept.people[name], when }, &same);
        let query = |kept: &Kept, when| Query::Why {
            about: WhyAbout::Person(kept.people[name]),
            of: WhyOf::Stage,
            when,
        };
        two.same(&format!("why {name}"), &query, &same);
        let query = |kept: &Kept, when| Query::Activities {
            of: Of::Person(kept.people[name]),
            when,
            window: everything(),
        };
        two.same(&format!("timeline of {name}"), &query, &same);
    }
}

/// Pages of three, from the newest on or from the oldest back.
fn walked(kept: &mut Kept, of: Of, when: When, forward: bool) -> Vec<String> {
    let (mut at, mut ids) = (if forward { At::First } else { At::Last }, Vec::new());
    loop {
        let query = Query::Activities { of, when, window: Window { at, limit: 3 } };
        let Reply::Activities(page) = kept.shell.ask(&query) else { panic!() };
        let mut found: Vec<String> = page.rows.iter().map(|(_, row)| row.activity.id.clone()).collect();
        let edge = if forward { page.rows.last() } else { page.rows.first() };
        if !forward {
            found.reverse();
        }
        ids.extend(found);
        let (ended, Some((cursor, _))) = (if forward { page.at_end } else { page.at_start }, edge) else {
            return ids;
        };
        if ended {
            return ids;
        }
        at = if forward { At::After(cursor.clone()) } else { At::Before(cursor.clone()) };
    }
}

#[test]
fn a_timeline_is_the_same_forward_backward_and_at_once_on_any_day() {
    let mut kept = Kept::until(0, &[WORK, HINDSIGHT].concat());
    let accounts: Vec<Of> = kept.accounts.values().map(|id| Of::Account(*id)).collect();
    let people: Vec<Of> = kept.people.values().map(|id| Of::Person(*id)).collect();
    let days = DAYS.iter().map(|days_ago| Some(ago(*days_ago))).chain([None]);
    for as_of in days {
        for of in accounts.iter().chain(&people) {
            let when = When { today: now().day(), as_of };
            let query = Query::Activities { of: *of, when, window: everything() };
            let Reply::Activities(all) = kept.shell.ask(&query) else { panic!() };
            let all: Vec<String> = all.rows.iter().map(|(_, row)| row.activity.id.clone()).collect();
            assert_eq!(walked(&mut kept, *of, when, true), all, "{of:?} {as_of:?}");
            let mut back = walked(&mut kept, *of, when, false);
            back.reverse();
            assert_eq!(back, all, "{of:?} {as_of:?}");
        }
    }
}

#[test]
fn the_list_the_timeline_and_the_export_tell_one_last_act_of_an_account() {
    let mut kept = Kept::until(0, &[WORK, HINDSIGHT].concat());
    let mut exported: BTreeMap<AccountId, (Time, u64)> = BTreeMap::new();
    let view = View::open(&kept.folder.path().join("buyin.db")).unwrap();
    view.export_activities(false, &mut |row| {
        if let Some(account) = row.account.filter(|_| !row.activity.kind.is_about()) {
            let (last, acts) = exported.entry(account).or_insert((row.activity.at, 0));
            (*last, *acts) = ((*last).max(row.activity.at), *acts + 1);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    for (name, id) in kept.accounts.clone() {
        let when = When::now(now().day());
        let Reply::Account(Some(account)) = kept.shell.ask(&Query::Account { id, when }) else { panic!() };
        let listed = account.row.last_activity.map(|last| (last, account.row.activities));
        assert_eq!(listed, exported.get(&id).copied(), "{name}");
        for as_of in DAYS.iter().map(|days_ago| Some(ago(*days_ago))).chain([None]) {
            let when = When { today: now().day(), as_of };
            let Reply::Account(account) = kept.shell.ask(&Query::Account { id, when }) else { panic!() };
            let query = Query::Activities { of: Of::Account(id), when, window: everything() };
            let Reply::Activities(acts) = kept.shell.ask(&query) else { panic!() };
            let own: Vec<Time> = acts
                .rows
                .iter()
                .filter(|(_, row)| !row.activity.kind.is_about())
                .map(|(_, row)| row.activity.at)
                .collect();
            let listed = account.map(|account| (account.row.last_activity, account.row.activities));
            let (last, acts) = listed.unwrap_or_default();
            assert_eq!((last, acts), (own.first().copied(), own.len() as u64), "{name} {as_of:?}");
        }
    }
}

/// The one thing in which an earlier day is not what was known then.
#[test]
fn a_membership_that_only_later_mail_tells_of_holds_on_earlier_days_and_says_so() {
    let work = [WORK, HINDSIGHT].concat();
    let mut kept = Kept::until(0, &work);
    let mut members = |days_ago: i64, name: &str| -> Vec<(String, bool)> {
        let (id, as_of) = (kept.people[name], Some(ago(days_ago)));
        let query = Query::Person { id, when: When { today: now().day(), as_of } };
        let Reply::Person(Some(person)) = kept.shell.ask(&query) else { panic!() };
        let lasting = person.memberships.into_iter().filter(|membership| membership.to.is_none());
        lasting.map(|membership| (membership.account_name, membership.learned_later)).collect()
    };
    let one = |name: &str, learned| vec![(name.to_owned(), learned)];
    // Her first work mail came 250 days ago; what she did in the year before is put down to it.
    assert_eq!(members(301, "Eve Elm"), one("Cedar", true));
    assert_eq!(members(203, "Eve Elm"), one("Cedar", false));
    // She wrote from Cedar in between and came back to Delta: it looks as if she had never left.
    assert_eq!(members(600, "Fay Fir"), one("Delta", false));
    let both = [one("Cedar", false), one("Delta", true)].concat();
    assert_eq!(members(432, "Fay Fir"), both);
    assert_eq!(members(10, "Ann Ash"), one("Acme", false));
}
