//! Every command at a desk with a made-up session.

use std::ops::ControlFlow;

use super::{
    Exit,
    args::{Args, parse},
    dispatch::{Place, carry_out},
    session::{CliError, Desk, Failure, Session},
    table::Style,
};
use crate::{
    domain::{
        account::{AccountDetail, AccountRow, Cause, HandshakeRow, Relation, Zone},
        activity::{ActivityRow, ExportedActivity, Kind, TimelineRow},
        decision::{Decision, Verb},
        filter::{Is, Test},
        health::{Finding, Rebuilt, Weight},
        ids::{DecisionId, IdKey, PersonId},
        journey::{Group, Handshake, Momentum},
        person::{
            Ground, MemberRow, Membership, MoveRow, Nature, PersonDetail, PersonIdentity, PersonRow, Standing,
        },
        points::Points,
        query::{At, Cursor, Meaning, Slice, SortValue, SourceRow, When, Window},
        rules::Rules,
        stage::{GroupState, MomentumState, Phase, Signal, Stage},
        sync::{Manner, Progress, SourceReport, SourceState, SyncReport, Trouble},
        time::{Day, Time},
        tried::Tried,
        why::{Why, WhyAbout, WhyEntry, WhyOf},
    },
    jobs::read::{Query, Reply},
};

const NOW: &str = "2026-11-22T14:02:00Z";

/// A store of made-up rows that remembers what was asked.
struct Fake {
    accounts: Vec<AccountRow>,
    people: Vec<PersonDetail>,
    decisions: Vec<Decision>,
    failed: usize,
    asked: Vec<Query>,
    why: Option<Why>,
    tried: Vec<Tried>,
}

fn key() -> IdKey {
    IdKey([7; 32])
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn account(name: &str, domain: &str) -> AccountRow {
    AccountRow {
        id: key().account(domain),
        name: name.into(),
        domains: vec![domain.into()],
        relation: Relation::Prospect,
        owner: None,
        confirmed: true,
        people: 3,
        members: 2,
        activities: 40,
        first_activity: Some(time("2024-01-02")),
        last_activity: Some(time("2026-11-02")),
        weeks: [0, 1, 0, 2, 1, 1, 3, 2, 4, 4, 5, 6],
        phase: Phase::Program,
        phase_since: Day::parse("2026-03-12"),
        customer: false,
        group: Group {
            state: GroupState::Contested,
            active: 9,
            skeptic: 2,
            blocker: 1,
            teacher: 3,
            guide: 2,
            go_getter: 0,
            other: 1,
            basis: Some(Zone::Upstream),
        },
        momentum: Some(Momentum { state: MomentumState::Rising, value: 3_100 }),
        handshakes: 1,
        zones: [true, true, false],
    }
}

fn person(name: &str, number: &str) -> PersonDetail {
    let membership = Membership {
        account: key().account("acme.example"),
        account_name: "Acme Robotics".into(),
        ground: Ground::Email,
        from: Day::parse("2024-01-02"),
        to: None,
    };
    PersonDetail {
        row: PersonRow {
            id: PersonId::from(key().identity("repo", number)),
            name: name.into(),
            nature: Nature::Human,
            member: Some(membership.clone()),
            identities: 2,
            activities: 12,
            first_activity: Some(time("2024-01-02")),
            last_activity: Some(time("2026-11-02")),
            standing: standing(),
        },
        memberships: vec![membership],
        identities: ["", "b"]
            .iter()
            .map(|more| PersonIdentity {
                id: key().identity("repo", &format!("{number}{more}")),
                source: "repo".into(),
                handle: Some(format!("handle{number}{more}")),
                name: Some(name.into()),
                email: Some(format!("{number}{more}@acme.example")),
                rule: None,
                activities: 6,
            })
            .collect(),
        roles: vec!["approver (repo)".into()],
        decisions: Vec::new(),
        moves: vec![
            made_move("2024-01-02", Stage::Unplaced, Stage::Skeptic, "first-try"),
            made_move("2025-03-01", Stage::Skeptic, Stage::Teacher, "works-for-them"),
        ],
        spells: Vec::new(),
        crossings: Vec::new(),
        cause: None,
    }
}

fn standing() -> Standing {
    Standing {
        stage: Stage::Teacher,
        automatic: Stage::Teacher,
        since: Day::parse("2025-03-01"),
        active: true,
        basis: Some(Zone::Upstream),
        zone: Some(Zone::Program),
        ..Standing::default()
    }
}

fn made_move(at: &str, from: Stage, to: Stage, rule: &str) -> MoveRow {
    let at = Day::parse(at).unwrap();
    let (basis, known_at) = (Some(Zone::Upstream), at.start());
    MoveRow {
        at,
        from,
        to,
        rule: rule.into(),
        basis,
        known_at,
        because: vec![activity(), activity()],
        cause: None,
    }
}

fn fake() -> Fake {
    Fake {
        accounts: vec![
            account("Acme Robotics", "acme.example"),
            account("=Globex, \"Inc\"|", "globex.example"),
        ],
        people: vec![person("Ada Example", "1"), person("Lin Sample", "2")],
        decisions: Vec::new(),
        failed: 0,
        asked: Vec::new(),
        why: None,
        tried: Vec::new(),
    }
}

/// The rows of a window, by their place.
fn slice<T: Clone>(rows: &[T], window: &Window) -> Slice<T> {
    let start = match &window.at {
        At::After(Cursor { value: SortValue::Number(place), .. }) => usize::try_from(*place).unwrap() + 1,
        _ => 0,
    };
    let end = (start + window.limit as usize).min(rows.len());
    let cursor = |place: usize| Cursor {
        value: SortValue::Number(i64::try_from(place).unwrap()),
        tie: SortValue::Number(0),
    };
    Slice {
        rows: (start..end).map(|place| (cursor(place), rows[place].clone())).collect(),
        at_start: start == 0,
        at_end: end == rows.len(),
        total: None,
    }
}

fn activity() -> ActivityRow {
    ActivityRow {
        id: "repo/4f1c".into(),
        kind: Kind::CommitAuthored,
        at: time("2026-11-02"),
        source: "repo".into(),
        subject: Some("repo:acme/repo".into()),
        title: Some("Mend the gears".into()),
        url: None,
        actor: key().identity("repo", "1"),
        thread: None,
        counterpart: None,
        labels: Vec::new(),
        known_at: time(NOW),
        seq: 1,
    }
}

impl Fake {
    fn detail(&self, row: AccountRow) -> AccountDetail {
        AccountDetail {
            row,
            decisions: Vec::new(),
            handshakes: vec![HandshakeRow {
                handshake: Handshake {
                    day: Day::parse("2026-03-12").unwrap(),
                    from: Some(Zone::Upstream),
                    to: Zone::Program,
                    member: self.people[0].row.id,
                    because: 1,
                },
                member_name: "Ada Example".into(),
            }],
            causes: vec![Cause {
                thread: "#4121".into(),
                subject: Some("repo:acme/repo".into()),
                title: Some("Crash on restart".into()),
                url: None,
                labels: Vec::new(),
                theme: crate::domain::stage::Theme::Scale,
                since: Day::parse("2026-10-12").unwrap(),
                members: vec![(self.people[1].row.id, "Lin Sample".into())],
            }],
            interests: vec!["operator".into()],
            customer: vec![(Day::parse("2024-05-01").unwrap(), Day::parse("2025-05-01"))],
        }
    }
}

impl Session for Fake {
    fn ask(&mut self, query: Query) -> Reply {
        self.asked.push(query.clone());
        match query {
            Query::Accounts { window, filter, .. } if filter.terms.is_empty() => {
                Reply::Accounts(slice(&self.accounts, &window))
            }
            Query::Accounts { window, .. } => {
                Reply::Accounts(slice(&self.accounts[..self.accounts.len().min(1)], &window))
            }
            Query::Stale { .. } => Reply::Stale(true),
            Query::Why { .. } => Reply::Why(self.why.clone().map(Box::new)),
            Query::Change { .. } => Reply::Change(None),
            Query::Account { id, .. } => {
                let row = self.accounts.iter().find(|row| row.id == id).cloned();
                Reply::Account(row.map(|row| Box::new(self.detail(row))))
            }
            Query::Members { window, .. } => {
                let rows: Vec<MemberRow> = self
                    .people
                    .iter()
                    .map(|detail| MemberRow {
                        person: detail.row.id,
                        name: detail.row.name.clone(),
                        ground: Ground::Email,
                        from: Day::parse("2024-01-02"),
                        to: None,
                        activities: 12,
                        last_activity: Some(time("2026-11-02")),
                        standing: detail.row.standing,
                        cause: None,
                    })
                    .collect();
                Reply::Members(slice(&rows, &window))
            }
            Query::People { window, .. } => {
                let rows: Vec<PersonRow> = self.people.iter().map(|detail| detail.row.clone()).collect();
                Reply::People(slice(&rows, &window))
            }
            Query::Person { id, .. } => {
                Reply::Person(self.people.iter().find(|detail| detail.row.id == id).cloned().map(Box::new))
            }
            Query::Activities { window, .. } => {
                let row =
                    TimelineRow { activity: activity(), person: None, person_name: "Ada Example".into() };
                Reply::Activities(slice(&[row], &window))
            }
            Query::Sources => Reply::Sources(vec![SourceRow {
                name: "repo".into(),
                kind: "git".into(),
                state: "ok".into(),
                activities: 40,
                synced_at: None,
                covered_until: None,
                error: None,
                hint: None,
            }]),
            Query::Resolve { name } => {
                let accounts =
                    self.accounts.iter().filter(|row| row.name == name || row.domains.contains(&name));
                let accounts = accounts.map(|row| Meaning::Account { id: row.id, name: row.name.clone() });
                let named = |detail: &&PersonDetail| {
                    detail.row.name == name
                        || detail.identities.iter().any(|i| {
                            Some(format!("repo:{}", i.handle.clone().unwrap())) == Some(name.clone())
                        })
                };
                let people = self.people.iter().filter(named);
                let people = people.map(|d| Meaning::Person { id: d.row.id, name: d.row.name.clone() });
                Reply::Resolve(accounts.chain(people).collect())
            }
            Query::Overview => Reply::Failed("no overview here".into()),
        }
    }

    fn decide(&mut self, verb: Verb, reason: Option<String>) -> Result<Decision, Failure> {
        let id = DecisionId([u8::try_from(self.decisions.len()).unwrap(); 10]);
        let decision = Decision { id, at: self.now(), author: "dana".into(), reason, verb, undone_by: None };
        self.decisions.insert(0, decision.clone());
        Ok(decision)
    }

    fn decisions(&mut self) -> Result<Vec<Decision>, Failure> {
        Ok(self.decisions.clone())
    }

    fn activities(
        &mut self,
        _: bool,
        each: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        let _all = each(ExportedActivity {
            activity: activity(),
            person: Some(self.people[0].row.id),
            account: None,
        });
        Ok(())
    }

    fn people(
        &mut self,
        _: bool,
        _: When,
        each: &mut dyn FnMut(PersonDetail) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        let _all = self.people.iter().try_for_each(|detail| each(detail.clone()));
        Ok(())
    }

    fn rules(&mut self) -> Result<Rules, Failure> {
        Ok(Rules::default())
    }

    fn try_rules(&mut self, _: &Rules) -> Result<Vec<Tried>, Failure> {
        Ok(self.tried.clone())
    }

    fn rebuild(&mut self, _: bool, _: &mut dyn Progress) -> Result<Rebuilt, Failure> {
        let differing = if self.failed > 0 { vec!["person".to_owned()] } else { Vec::new() };
        Ok(Rebuilt {
            kept: "ab".into(),
            derived: "ab".into(),
            differing,
            accounts: 2,
            people: 2,
            activities: 1,
        })
    }

    fn sync(&mut self, _: &[String], _: Manner, progress: &mut dyn Progress) -> Result<SyncReport, Failure> {
        let source = |place: usize| {
            let failed = place < self.failed;
            let error =
                Trouble { message: "no repository at clones/x".into(), hint: Some("name a clone".into()) };
            SourceReport {
                name: format!("s{place}"),
                kind: "git".into(),
                state: if failed { SourceState::Failed } else { SourceState::Ok },
                fetched: 5,
                new: 4,
                changed: 1,
                gone: 0,
                skipped: 0,
                requests: 0,
                retries: 0,
                not_modified: 0,
                error: failed.then_some(error),
                synced_at: Some(time(NOW)),
            }
        };
        let sources: Vec<_> = (0..2).map(source).collect();
        for source in &sources {
            progress.finish(source);
        }
        Ok(SyncReport { sources, accounts: 2, people: 2, activities: 40, stopped: false })
    }

    fn doctor(&mut self) -> Result<Vec<Finding>, Failure> {
        let weight = if self.failed > 0 { Weight::Problem } else { Weight::Fine };
        Ok(vec![Finding { weight, subject: "store".into(), message: "opens".into(), hint: None }])
    }

    fn now(&self) -> Time {
        time(NOW)
    }
}

fn line(words: &[&str]) -> Args {
    parse(std::iter::once("buyin").chain(words.iter().copied()).map(Into::into)).unwrap()
}

/// Carries out a line; stdout, stderr and how it ended.
fn run(fake: &mut Fake, words: &[&str]) -> (String, String, Result<Exit, Failure>) {
    let args = line(words);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let style = Style { today: fake.today(), ..Style::of(&args, Place::default()) };
    let mut desk = Desk { session: fake, out: &mut out, err: &mut err, style };
    let ended = carry_out(&args, &mut |_, _| Ok("frame\n".into()), &mut desk).map_err(|error| match error {
        CliError::Failure(failure) => failure,
        CliError::Closed => Failure::failed("closed"),
    });
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), ended)
}

fn json(fake: &mut Fake, words: &[&str]) -> serde_json::Value {
    let (out, _, ended) = run(fake, &[words, &["--format", "json"]].concat());
    ended.unwrap();
    serde_json::from_str(&out).unwrap()
}

#[test]
fn accounts_are_written_in_every_format() {
    let of = |format: &str| {
        let (out, err, ended) = run(&mut fake(), &["accounts", "--format", format]);
        assert_eq!((err.as_str(), ended), ("", Ok(Exit::Fine)), "{format}");
        out
    };
    insta::assert_snapshot!("accounts_table", of("table"));
    insta::assert_snapshot!("accounts_md", of("md"));
    insta::assert_snapshot!(
        "accounts_jsonl",
        of("jsonl")
            .replace(&key().account("acme.example").to_string(), "a_1")
            .replace(&key().account("globex.example").to_string(), "a_2")
    );
    let csv = of("csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap().get(1), Some("name"));
    let names: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
    assert_eq!(names, ["Acme Robotics", "'=Globex, \"Inc\"|"]);
    let array: serde_json::Value = serde_json::from_str(&of("json")).unwrap();
    let lines: Vec<serde_json::Value> =
        of("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, serde_json::Value::Array(lines));
}

#[test]
fn a_limit_is_kept_across_pages() {
    let mut fake = fake();
    fake.accounts = (0..1234).map(|n| account("Acme", &format!("{n}.example"))).collect();
    assert_eq!(json(&mut fake, &["accounts"]).as_array().unwrap().len(), 1234);
    assert_eq!(json(&mut fake, &["accounts", "--limit", "700"]).as_array().unwrap().len(), 700);
    assert_eq!(json(&mut fake, &["accounts", "--limit", "0"]).as_array().unwrap().len(), 0);
    fake.accounts.clear();
    let (out, err, ended) = run(&mut fake, &["accounts"]);
    assert_eq!((out.as_str(), ended), ("", Ok(Exit::Fine)));
    assert!(err.contains("--all"), "{err}");
}

#[test]
fn a_bad_filter_is_wrong_usage_that_names_the_word() {
    let (out, _, ended) = run(&mut fake(), &["accounts", "acme", "relaton:prospect"]);
    let failure = ended.unwrap_err();
    assert_eq!((out.as_str(), failure.exit), ("", Exit::Usage));
    assert_eq!(
        failure.message,
        "unknown key in the filter: `relaton:`, did you mean `relation:`? (at 6 of the filter)"
    );
}

#[test]
fn outputs_about_accounts_carry_no_person() {
    let (out, _, _) = run(&mut fake(), &["account", "acme.example", "--format", "json"]);
    assert!(!out.contains("Ada") && !out.contains('@'), "{out}");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value[0]["name"], "Acme Robotics");
}

#[test]
fn an_account_is_a_sheet_with_its_members() {
    let (out, _, ended) = run(&mut fake(), &["account", "acme.example"]);
    assert_eq!(ended, Ok(Exit::Fine));
    insta::assert_snapshot!("account_sheet", out.replace(&key().account("acme.example").to_string(), "a_1"));
}

#[test]
fn members_are_humans_with_an_account_unless_asked_otherwise() {
    for (words, terms) in [
        (&["members"][..], &[(false, Is::Human), (true, Is::Unaffiliated)][..]),
        (&["members", "is:bot"], &[(false, Is::Bot)]),
        (&["members", "is:unaffiliated"], &[(false, Is::Unaffiliated), (false, Is::Human)]),
    ] {
        let mut fake = fake();
        run(&mut fake, words).2.unwrap();
        let Some(Query::People { filter, .. }) = fake.asked.first() else { panic!("{:?}", fake.asked) };
        let said: Vec<_> = filter.terms.iter().map(|term| (term.negated, term.test.clone())).collect();
        let wanted: Vec<_> = terms.iter().map(|(negated, is)| (*negated, Test::Is(vec![*is]))).collect();
        assert_eq!(said, wanted, "{words:?}");
    }
    let mut fake = fake();
    run(&mut fake, &["members", "--all"]).2.unwrap();
    let Some(Query::People { filter, .. }) = fake.asked.first() else { panic!("{:?}", fake.asked) };
    assert_eq!(filter.to_string(), "is:human,own,bot");
}

#[test]
fn addresses_are_written_only_with_emails() {
    for words in [&["members"][..], &["member", "Ada Example"], &["export", "people"]] {
        for format in ["table", "json", "jsonl", "csv", "md"] {
            let words = [words, &["--format", format]].concat();
            let (out, _, ended) = run(&mut fake(), &words);
            ended.unwrap();
            assert!(!out.contains('@'), "{words:?} {out}");
            if format != "table" && format != "md" {
                let (out, _, _) = run(&mut fake(), &[words.as_slice(), &["--with-emails"]].concat());
                assert!(out.contains("1b@acme.example"), "{words:?} {out}");
            }
        }
    }
}

#[test]
fn a_member_is_a_sheet_with_memberships_identities_and_activities() {
    let mut fake = fake();
    let (out, _, ended) = run(&mut fake, &["member", "repo:handle1b"]);
    assert_eq!(ended, Ok(Exit::Fine));
    let mut out = out.replace(&fake.people[0].row.id.to_string(), "p_1");
    for identity in &fake.people[0].identities {
        out = out.replace(&identity.id.to_string(), "i_0123456789abcdef");
    }
    insta::assert_snapshot!("member_sheet", out);
}

#[test]
fn an_export_of_people_is_recorded_before_it_is_written() {
    let mut fake = fake();
    let people = json(&mut fake, &["export", "people", "--with-emails"]);
    assert_eq!(people.as_array().unwrap().len(), 2);
    assert_eq!(people[0]["memberships"].as_array().unwrap().len(), 1);
    assert_eq!(fake.decisions[0].verb, Verb::Export { what: "people".into(), rows: 2, emails: true });
}

#[test]
fn exports_are_csv_unless_another_format_is_asked_for() {
    for what in ["accounts", "activities", "decisions", "people"] {
        let mut fake = fake();
        run(&mut fake, &["decide", "note", "acme.example", "hello"]).2.unwrap();
        let (out, _, ended) = run(&mut fake, &["export", what]);
        assert_eq!(ended, Ok(Exit::Fine));
        assert!(out.starts_with("id,") && out.lines().count() >= 2, "{what}: {out}");
    }
}

#[test]
fn a_decision_names_one_thing_and_is_shown() {
    let mut fake = fake();
    let words = ["decide", "relation", "acme.example", "customer", "--reason", "signed"];
    let said = json(&mut fake, &words);
    assert_eq!(
        (&said[0]["verb"], &said[0]["relation"], &said[0]["reason"]),
        (&"relation".into(), &"customer".into(), &"signed".into())
    );
    let said = json(&mut fake, &["decide", "note", "member:Ada Example", "met\u{1b}[31m her"]);
    assert_eq!(said[0]["text"], "met her");
    assert!(said[0]["about"]["person"].is_string());
}

#[test]
fn a_link_joins_the_identities_that_are_named() {
    let mut fake = fake();
    run(&mut fake, &["decide", "link", "repo:handle1b", "Lin Sample"]).2.unwrap();
    let (a, b) = (key().identity("repo", "1b"), key().identity("repo", "2"));
    assert_eq!(fake.decisions[0].verb, Verb::Link { a, b });
    run(&mut fake, &["decide", "veto", "repo:handle1b", "repo:handle1"]).2.unwrap();
    assert_eq!(fake.decisions[0].verb, Verb::Veto { a, b: key().identity("repo", "1") });
    let failure = run(&mut fake, &["decide", "link", "Ada Example", "repo:handle1"]).2.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert_eq!(fake.decisions.len(), 2);
}

#[test]
fn a_decision_is_undone_once() {
    let mut fake = fake();
    run(&mut fake, &["decide", "note", "acme.example", "hello"]).2.unwrap();
    let id = fake.decisions[0].id;
    run(&mut fake, &["undo", &id.to_string()]).2.unwrap();
    assert_eq!(fake.decisions[0].verb, Verb::Undo { decision: id });
    fake.decisions[1].undone_by = Some(fake.decisions[0].id);
    for (id, said) in
        [(id.to_string().as_str(), "already"), ("d_00", "no id"), ("d_zzzzzzzzzzzzzzzz", "no decision")]
    {
        let failure = run(&mut fake, &["undo", id]).2.unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains(said), "{failure}");
    }
    assert_eq!(fake.decisions.len(), 2);
}

#[test]
fn a_name_means_one_thing_or_the_candidates_are_listed() {
    let mut fake = fake();
    fake.people[1].row.name = "Ada Example".into();
    let failure = run(&mut fake, &["member", "Ada Example"]).2.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    for detail in &fake.people {
        assert!(failure.message.contains(&detail.row.id.to_string()), "{failure}");
    }
    let failure = run(&mut fake, &["account", "acme robtics"]).2.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert_eq!(failure.hint.as_deref(), Some("did you mean `Acme Robotics`?"));
    let failure = run(&mut fake, &["account", "member:Ada Example"]).2.unwrap_err();
    assert!(failure.message.contains("is not an account"), "{failure}");
}

#[test]
fn a_sync_ends_as_its_sources_did() {
    for (failed, exit) in [(0, Exit::Fine), (1, Exit::Partly), (2, Exit::Failed)] {
        let mut fake = Fake { failed, ..fake() };
        let (out, err, ended) = run(&mut fake, &["sync", "--format", "json"]);
        assert_eq!(ended, Ok(exit));
        assert_eq!(err.matches("no repository at clones/x; name a clone").count(), failed);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let fields: Vec<_> = report["sources"][0].as_object().unwrap().keys().cloned().collect();
        let wanted =
            "name kind state fetched new changed skipped requests retries not_modified error synced_at gone";
        assert_eq!(fields.join(" "), wanted);
        assert_eq!(report["activities"], 40);
    }
}

#[test]
fn a_check_that_differs_and_a_problem_are_failures() {
    assert_eq!(run(&mut fake(), &["rebuild", "--check"]).2, Ok(Exit::Fine));
    assert_eq!(run(&mut fake(), &["doctor"]).2, Ok(Exit::Fine));
    let broken = || Fake { failed: 1, ..fake() };
    assert_eq!(run(&mut broken(), &["rebuild", "--check"]).2, Ok(Exit::Failed));
    assert_eq!(run(&mut broken(), &["rebuild"]).2, Ok(Exit::Fine));
    assert_eq!(run(&mut broken(), &["doctor"]).2, Ok(Exit::Failed));
}

#[test]
fn a_frame_is_printed_with_one_line_end() {
    assert_eq!(run(&mut fake(), &["show", "--keys", "-j"]).0, "frame\n");
}

#[test]
fn colour_is_for_terminals_unless_told_otherwise() {
    let terminal = Place { terminal: true, width: Some(80), no_color: false };
    for (words, place, color) in [
        (&["doctor"][..], terminal, true),
        (&["doctor"], Place { no_color: true, ..terminal }, false),
        (&["doctor"], Place { terminal: false, ..terminal }, false),
        (&["doctor", "--color", "never"], terminal, false),
        (&["doctor", "--color", "always"], Place { no_color: true, ..Place::default() }, true),
    ] {
        assert_eq!(Style::of(&line(words), place).color, color, "{words:?} {place:?}");
    }
    assert_eq!(Style::of(&line(&["doctor"]), Place { terminal: false, ..terminal }).width, None);
}

fn why(of: WhyOf) -> Why {
    let entry = |day: &str, points, decayed| WhyEntry {
        at: Day::parse(day).unwrap(),
        activity: Some(activity()),
        what: None,
        signal: Some(Signal::Succeeds),
        rule: Some("merged".into()),
        points: Points(points),
        age_days: 365,
        decayed: Points(decayed),
    };
    Why {
        what: of.text().into(),
        number: Points(1_500),
        enter: Some(Points(6_000)),
        leave: None,
        ledger: vec![entry("2025-11-22", 2_000, 1_000), entry("2026-11-02", 1_000, 500)],
        total: Points(1_500),
        remarks: vec!["works-for-them needs 6, in 4 weeks".into()],
    }
}

#[test]
fn why_is_a_ledger_whose_last_line_is_the_sum_of_the_others() {
    let mut fake = Fake { why: Some(why(WhyOf::Stage)), ..fake() };
    let (out, _, ended) = run(&mut fake, &["why", "Ada Example"]);
    assert_eq!(ended, Ok(Exit::Fine));
    insta::assert_snapshot!("why_table", out);
    let json = json(&mut fake, &["why", "Ada Example"]);
    let fields: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["for", "number", "enter", "leave", "ledger", "total", "remarks"]);
    let fields: Vec<_> = json["ledger"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["at", "activity", "signal", "rule", "points", "age_days", "decayed", "what"]);
    assert_eq!((&json["total"], &json["ledger"][1]["decayed"]), (&1.5.into(), &0.5.into()));
    let (csv, _, _) = run(&mut fake, &["why", "Ada Example", "--format", "csv"]);
    assert!(csv.starts_with("at,activity,signal,rule,points,age_days,decayed,title,url\r\n"), "{csv}");
    assert_eq!(csv.lines().count(), 3);
}

#[test]
fn a_ledger_of_members_shows_what_each_counts_and_none_shows_no_table() {
    let mut support = why(WhyOf::Support);
    for entry in &mut support.ledger {
        (entry.activity, entry.signal, entry.rule) = (None, None, None);
        entry.what = Some("Ada Example: teacher, upstream".into());
    }
    let mut fake = Fake { why: Some(support.clone()), ..fake() };
    let (out, _, _) = run(&mut fake, &["why", "acme.example"]);
    assert!(
        out.contains("SINCE       COUNTS  WHAT\n2025-11-22       1  Ada Example: teacher, upstream\n"),
        "{out}"
    );
    assert!(out.ends_with("total          1.5\n"), "{out}");
    support.ledger.clear();
    fake.why = Some(support);
    let (out, _, _) = run(&mut fake, &["why", "acme.example"]);
    assert!(!out.contains("WHAT") && out.starts_with("Acme Robotics: support\n"), "{out}");
}

#[test]
fn why_asks_for_the_stage_of_a_person_and_the_support_of_an_account() {
    let asked = |words: &[&str]| {
        let mut fake = Fake { why: Some(why(WhyOf::Stage)), ..fake() };
        run(&mut fake, words).2.map(|_| {
            let Some(Query::Why { about, of, when }) = fake.asked.last().cloned() else {
                panic!("{words:?}")
            };
            (matches!(about, WhyAbout::Person(_)), of, when.as_of.map(|day| day.to_string()))
        })
    };
    assert_eq!(asked(&["why", "Ada Example"]), Ok((true, WhyOf::Stage, None)));
    assert_eq!(asked(&["why", "acme.example"]), Ok((false, WhyOf::Support, None)));
    assert_eq!(
        asked(&["why", "acme.example", "--of", "momentum", "--as-of", "2026-03-12"]),
        Ok((false, WhyOf::Momentum, Some("2026-03-12".into())))
    );
    for words in [&["why", "acme.example", "--of", "stage"][..], &["why", "Ada Example", "--of", "support"]] {
        let failure = asked(words).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{words:?}");
        assert!(failure.hint.is_some(), "{words:?}");
    }
    let failure = run(&mut fake(), &["why", "acme.example"]).2.unwrap_err();
    assert_eq!(failure.message, "Acme Robotics has no support on 2026-11-22");
}

#[test]
fn every_command_that_reads_looks_at_the_day_that_is_asked_for() {
    for words in [
        &["accounts"][..],
        &["account", "acme.example"],
        &["members"],
        &["member", "Ada Example"],
        &["check", "acme"],
        &["check", "acme", "--members"],
        &["export", "accounts"],
    ] {
        let as_of = |days: &[&str]| {
            let mut fake = fake();
            let ended = run(&mut fake, &[words, days].concat()).2;
            let days: Vec<Option<Day>> = fake
                .asked
                .iter()
                .filter_map(|query| match query {
                    Query::Accounts { when, .. }
                    | Query::Account { when, .. }
                    | Query::Members { when, .. }
                    | Query::People { when, .. }
                    | Query::Person { when, .. }
                    | Query::Activities { when, .. } => Some(when.as_of),
                    _ => None,
                })
                .collect();
            ended.map(|_| days)
        };
        let all = |days: Result<Vec<Option<Day>>, Failure>, day: Option<&str>| {
            let days = days.unwrap();
            assert!(
                !days.is_empty() && days.iter().all(|d| *d == day.and_then(Day::parse)),
                "{words:?} {days:?}"
            );
        };
        all(as_of(&[]), None);
        all(as_of(&["--as-of", "2026-03-12"]), Some("2026-03-12"));
        all(as_of(&["--as-of", "-4w"]), Some("2026-10-25"));
        all(as_of(&["--as-of", "2026-11-22"]), None);
        let failure = as_of(&["--as-of", "2026-11-23"]).unwrap_err();
        assert!(failure.exit == Exit::Usage && failure.message.contains("future"), "{failure}");
    }
}

#[test]
fn a_check_ends_as_something_matches_or_nothing_does() {
    assert_eq!(run(&mut fake(), &["check", "acme"]).2, Ok(Exit::Fine));
    let (out, _, ended) = run(&mut fake(), &["check", "ground:email", "--format", "csv"]);
    assert_eq!(ended, Ok(Exit::Fine));
    assert!(out.contains("Ada Example"), "a filter that only fits people looks among people: {out}");
    let mut none = Fake { accounts: Vec::new(), people: Vec::new(), ..fake() };
    for words in [&["check", "is:confirmed"][..], &["check", "is:human"], &["check", "acme", "--members"]] {
        let (out, err, ended) = run(&mut none, words);
        assert_eq!((out.as_str(), err.as_str(), ended), ("", "", Ok(Exit::NoMatch)), "{words:?}");
    }
    let failure = run(&mut fake(), &["check", "relaton:prospect"]).2.unwrap_err();
    assert!(failure.exit == Exit::Usage && failure.message.contains("relation:"), "{failure}");
}

#[test]
fn rules_print_as_a_file_and_are_checked_and_tried() {
    let (out, _, ended) = run(&mut fake(), &["rules"]);
    assert_eq!(ended, Ok(Exit::Fine));
    assert_eq!(crate::config::parse_rules(&out, std::path::Path::new("x")).unwrap(), Rules::default());
    assert!(json(&mut fake(), &["rules"])["thresholds"].is_object());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let (good, bad) =
        (path("good.toml", "[thresholds]\nquorum = 4\n"), path("bad.toml", "[thresholds]\nquorm = 4\n"));
    let (out, _, ended) = run(&mut fake(), &["rules", "check", &good]);
    assert!(ended == Ok(Exit::Fine) && out.starts_with("fine: "), "{out}");
    for verb in ["check", "try"] {
        let failure = run(&mut fake(), &["rules", verb, &bad]).2.unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(
            failure
                .message
                .ends_with("bad.toml:2:1: unknown key `quorm` in [thresholds], did you mean `quorum`?")
        );
    }
    let (out, err, _) = run(&mut fake(), &["rules", "try", &good]);
    assert_eq!((out.as_str(), err.as_str()), ("", "nobody would stand elsewhere\n"));
    let one = Tried {
        person: fake().people[0].row.id,
        name: "Ada Example".into(),
        account: Some((key().account("acme.example"), "Acme Robotics".into())),
        from: Stage::Skeptic,
        to: Stage::Teacher,
        day: Day::parse("2026-11-02"),
        rule: Some("works-for-them".into()),
        because: vec![activity(), activity()],
    };
    let mut fake = Fake { tried: vec![one], ..fake() };
    let (out, _, _) = run(&mut fake, &["rules", "try", &good]);
    insta::assert_snapshot!("rules_try_table", out);
    let tried = json(&mut fake, &["rules", "try", &good]);
    assert_eq!((&tried[0]["to"], &tried[0]["because"][1]["id"]), (&"teacher".into(), &"repo/4f1c".into()));
}

#[test]
fn each_verb_of_the_journey_is_recorded_as_it_was_said() {
    let person = fake().people[0].row.id;
    let day = Day::parse;
    let acme = || Some("acme.example".to_owned());
    for (words, verb) in [
        ("pin|Ada Example|guide", Verb::Pin { person, stage: Stage::Guide, until: None }),
        (
            "pin|Ada Example|guide|--until|2027-03-01",
            Verb::Pin { person, stage: Stage::Guide, until: day("2027-03-01") },
        ),
        (
            "climber|Ada Example|--reason|sells|--until|+2w",
            Verb::Climber { person, until: day("2026-12-06") },
        ),
        (
            "leave-alone|Ada Example|--until|2027-01-01|--reason|leave",
            Verb::LeaveAlone { person, until: day("2027-01-01") },
        ),
        ("moved-on|Ada Example", Verb::MovedOn { person, on: day("2026-11-22").unwrap(), to: None }),
        (
            "moved-on|Ada Example|--on|-2w|--to|Acme Robotics",
            Verb::MovedOn { person, on: day("2026-11-08").unwrap(), to: acme() },
        ),
        (
            "correct|repo:handle1b|Initech|--from|2024-01-01|--to|2024-06-01",
            Verb::Correct {
                person,
                company: Some("Initech".into()),
                from: day("2024-01-01"),
                to: day("2024-06-01"),
            },
        ),
        ("correct|Ada Example|none", Verb::Correct { person, company: None, from: None, to: None }),
        ("correct|Ada Example|acme.example", Verb::Correct { person, company: acme(), from: None, to: None }),
    ] {
        let mut fake = fake();
        let said: Vec<&str> = std::iter::once("decide").chain(words.split('|')).collect();
        let (_, err, ended) = run(&mut fake, &said);
        assert_eq!(ended, Ok(Exit::Fine), "{words}");
        assert_eq!(fake.decisions[0].verb, verb, "{words}");
        assert_eq!(err.contains("no account was called"), words.contains("Initech"), "{words}: {err}");
    }
}

#[test]
fn a_decision_of_the_journey_that_lacks_something_says_what() {
    for (words, said) in [
        ("climber|Ada Example|--until|+2w", "`climber` needs a reason"),
        ("leave-alone|Ada Example|--reason|leave", "`leave-alone` needs an end"),
        (
            "pin|Ada Example|guide|--until|2026-11-22",
            "--until 2026-11-22 is over already; today is 2026-11-22",
        ),
        ("pin|Ada Example|climber", "nobody is pinned as a climber"),
        ("pin|acme.example|guide", "no person is called `acme.example`"),
        ("moved-on|Ada Example|--on|2026-11-23", "--on 2026-11-23 lies in the future"),
        ("moved-on|Ada Example|--to|member:Ada Example", "is not an account"),
        ("moved-on|Ada Example|--to|a_0123456789abcdef", "no account is called `a_0123456789abcdef`"),
        ("correct|Ada Example|none|--from|2026-02-01|--to|2026-02-01", "does not lie before --to"),
        ("correct|Ada Example| ", "a company must say something"),
    ] {
        let mut fake = fake();
        let words: Vec<&str> = std::iter::once("decide").chain(words.split('|')).collect();
        let failure = run(&mut fake, &words).2.unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{words:?}");
        assert!(failure.message.contains(said), "{words:?}: {failure}");
        assert!(fake.decisions.is_empty(), "{words:?}");
    }
}

#[test]
fn decisions_about_people_are_listed_by_name() {
    let mut fake = fake();
    for words in [
        &["pin", "Ada Example", "guide", "--until", "2027-03-01"][..],
        &["leave-alone", "Ada Example", "--until", "2027-01-01", "--reason", "leave"],
        &["climber", "Lin Sample", "--until", "2027-01-01", "--reason", "sells"],
        &["moved-on", "Ada Example", "--to", "acme.example"],
        &["correct", "Lin Sample", "none", "--to", "2025-01-01"],
    ] {
        run(&mut fake, &[&["decide"], words].concat()).2.unwrap();
    }
    // The made-up session knows people by name and handle only: their ids are what it calls them.
    for detail in &mut fake.people {
        detail.row.name = detail.row.id.to_string();
    }
    let (ada, lin) = (fake.people[0].row.name.clone(), fake.people[1].row.name.clone());
    let (table, _, _) = run(&mut fake, &["decisions"]);
    for said in [
        format!("{ada} is guide until 2027-03-01"),
        format!("{ada} is left alone until 2027-01-01"),
        format!("{lin} is a climber until 2027-01-01"),
        format!("{ada} moved on 2026-11-22 to acme.example"),
        format!("{lin} belongs nowhere to 2025-01-01"),
    ] {
        assert!(table.contains(&said), "{said}: {table}");
    }
    let programs = json(&mut fake, &["decisions"]);
    assert_eq!(programs[1]["verb"], "moved-on");
    assert_eq!(programs[1]["person"], ada.as_str());
}

#[test]
fn tables_fit_a_terminal_of_80_columns() {
    for words in [&["accounts"][..], &["members"], &["account", "acme.example"]] {
        let args = line(words);
        let mut fake = fake();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let style = Style { today: fake.today(), width: Some(80), ..Style::default() };
        let mut desk = Desk { session: &mut fake, out: &mut out, err: &mut err, style };
        carry_out(&args, &mut |_, _| Ok(String::new()), &mut desk).unwrap();
        let out = String::from_utf8(out).unwrap();
        let name = format!("{}_at_80", words[0]);
        insta::assert_snapshot!(name, out.replace(&key().account("acme.example").to_string(), "a_1"));
    }
}
