//! The shapes against the text of the contract.

use super::*;
use crate::domain::{
    account::{AccountDetail, AccountRow, Cause, HandshakeRow, Relation, WEEKS, Zone},
    activity::{ActivityRow, ExportedActivity, Kind},
    ids::{IdKey, PersonId},
    journey::{BEGINNING, Group, Handshake, Momentum},
    person::{
        Ground, LinkRule, Membership, MoveRow, Nature, PersonDetail, PersonIdentity, PersonRow, Standing,
    },
    points::Points,
    stage::{GroupState, MomentumState, Phase, Signal, Stage, Theme},
    time::{Day, Time},
    why::{Why, WhyEntry},
};

/// The fields of the contract, in its order.
const ACCOUNT: &str = "id name domains relation owner confirmed phase phase_since customer group momentum \
    handshakes criteria deals causes interests people members activities first_activity last_activity stale \
    next_ask";
const MEMBER: &str = "id name account ground from to stage automatic_stage basis category since lapsed zone \
    roles identities activities first_activity last_activity moves cause";
const IDENTITY: &str = "id source handle name email";
const ACTIVITY: &str = "id kind at source subject title url";
const GROUP: &str = "state active placed for support basis stages";
const STAGES: &str = "skeptic blocker teacher guide go-getter other";
const MOMENTUM: &str = "state value weeks";
const HANDSHAKE: &str = "from to at member";
/// What comes after `members` was added to the contract.
const CAUSE: &str = "title url theme since members thread subject";
const MOVE: &str = "at from to rule because";
/// `remarks` and `what` were added to the contract.
const WHY: &str = "for number enter leave ledger total remarks";
const WHY_ENTRY: &str = "at activity signal rule points age_days decayed what";
const EXPORTED: &str = "actor person account thread counterpart known_at";

fn key() -> IdKey {
    IdKey([7; 32])
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn account() -> AccountDetail {
    AccountDetail {
        row: row(),
        decisions: Vec::new(),
        handshakes: vec![shake(None, Zone::Upstream), shake(Some(Zone::Upstream), Zone::Program)],
        causes: vec![cause()],
        interests: vec!["engine".into()],
        customer: vec![
            (day("2020-01-01"), Some(day("2021-01-01"))),
            (day("2024-02-03"), Some(day("2025-02-03"))),
        ],
    }
}

fn shake(from: Option<Zone>, to: Zone) -> HandshakeRow {
    let handshake = Handshake { day: day("2024-01-05"), from, to, member: PersonId([1; 10]), because: 4 };
    HandshakeRow { handshake, member_name: "Ada Example".into() }
}

fn cause() -> Cause {
    Cause {
        thread: "#4121".into(),
        subject: Some("repo:made-up/engine".into()),
        title: Some("Too slow".into()),
        url: None,
        labels: vec!["bug".into()],
        theme: Theme::Scale,
        since: day("2024-01-07"),
        members: vec![(PersonId([1; 10]), "Ada Example".into())],
    }
}

fn row() -> AccountRow {
    AccountRow {
        id: key().account("acme.example"),
        name: "acme.example".into(),
        domains: vec!["acme.example".into()],
        relation: Relation::Prospect,
        owner: None,
        confirmed: true,
        people: 37,
        members: 14,
        activities: 1234,
        first_activity: Time::parse("2024-01-02T03:04:05Z"),
        last_activity: None,
        weeks: std::array::from_fn::<u32, WEEKS, _>(|week| u32::try_from(week).unwrap()),
        phase: Phase::Program,
        phase_since: Some(day("2024-01-05")),
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
            basis: Some(Zone::Program),
        },
        momentum: Some(Momentum { state: MomentumState::Rising, value: 3_100 }),
        handshakes: 1,
        zones: [true, true, false],
    }
}

fn person() -> PersonDetail {
    let membership = Membership {
        account: key().account("acme.example"),
        account_name: "acme.example".into(),
        ground: Ground::Email,
        from: Day::parse("2024-01-02"),
        to: None,
        seen: None,
        learned_later: false,
    };
    PersonDetail {
        row: PersonRow {
            id: PersonId::from(key().identity("repo", "1")),
            name: "Ada Example".into(),
            nature: Nature::Human,
            member: Some(membership.clone()),
            identities: 1,
            activities: 12,
            first_activity: Time::parse("2024-01-02"),
            last_activity: Time::parse("2024-05-02"),
            standing: Standing {
                stage: Stage::Teacher,
                automatic: Stage::Blocker,
                since: Some(day("2024-02-01")),
                lapsed: Some(day("2024-11-01")),
                basis: Some(Zone::Upstream),
                zone: Some(Zone::Program),
                ..Standing::default()
            },
        },
        memberships: vec![membership],
        identities: vec![PersonIdentity {
            id: key().identity("repo", "1"),
            source: "repo".into(),
            handle: None,
            name: Some("Ada Example".into()),
            email: Some("ada@acme.example".into()),
            rule: Some(LinkRule::SameEmail),
            activities: 12,
        }],
        roles: vec!["approver (repo)".into()],
        decisions: Vec::new(),
        moves: vec![MoveRow {
            at: day("2024-02-01"),
            from: Stage::Unplaced,
            to: Stage::Skeptic,
            rule: "first-try".into(),
            basis: None,
            known_at: Time::parse("2024-02-02").unwrap(),
            because: vec![activity().activity],
            cause: None,
        }],
        spells: Vec::new(),
        crossings: Vec::new(),
        cause: Some(cause()),
    }
}

fn activity() -> ExportedActivity {
    ExportedActivity {
        activity: ActivityRow {
            id: "repo/4f1c".into(),
            kind: Kind::CommitAuthored,
            at: Time::parse("2024-05-02").unwrap(),
            source: "repo".into(),
            subject: None,
            title: Some("Mend it".into()),
            url: None,
            actor: key().identity("repo", "1"),
            thread: Some("#1".into()),
            counterpart: None,
            labels: Vec::new(),
            known_at: Time::parse("2024-05-03").unwrap(),
            seq: 1,
        },
        person: None,
        account: None,
    }
}

fn fields(value: &serde_json::Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn every_field_of_the_contract_is_there_in_its_order() {
    let account = serde_json::to_value(AccountReport::new(&account(), false)).unwrap();
    assert_eq!(fields(&account), words(ACCOUNT));
    let detail = person();
    let member = serde_json::to_value(MemberReport::new(&detail, false)).unwrap();
    assert_eq!(fields(&member), words(MEMBER));
    assert_eq!(fields(&member["identities"][0]), words(IDENTITY));
    let exported = activity();
    assert_eq!(fields(&serde_json::to_value(&exported.activity).unwrap()), words(ACTIVITY));
    let exported = serde_json::to_value(ActivityReport::new(&exported)).unwrap();
    assert_eq!(fields(&exported), [words(ACTIVITY), words(EXPORTED)].concat());
    let row = serde_json::to_value(PersonReport::new(&detail, false)).unwrap();
    assert_eq!(fields(&row), [words(MEMBER), vec!["memberships"]].concat());
}

#[test]
fn the_parts_of_an_account_have_the_fields_of_the_contract() {
    let account = serde_json::to_value(AccountReport::new(&account(), false)).unwrap();
    assert_eq!(fields(&account["group"]), words(GROUP));
    assert_eq!(fields(&account["group"]["stages"]), words(STAGES));
    assert_eq!(fields(&account["momentum"]), words(MOMENTUM));
    assert_eq!(fields(&account["handshakes"][0]), words(HANDSHAKE));
    assert_eq!(fields(&account["causes"][0]), words(CAUSE));
    assert_eq!(fields(&account["customer"]), ["from", "to"]);
}

#[test]
fn the_shape_of_an_account_is_fixed() {
    let json = serde_json::to_string(&AccountReport::new(&account(), false)).unwrap();
    let id = key().account("acme.example");
    let member = PersonId([1; 10]);
    assert_eq!(
        json,
        format!(
            "{{\"id\":\"{id}\",\"name\":\"acme.example\",\"domains\":[\"acme.example\"],\
             \"relation\":\"prospect\",\"owner\":null,\"confirmed\":true,\"phase\":\"program\",\
             \"phase_since\":\"2024-01-05T00:00:00Z\",\
             \"customer\":{{\"from\":\"2024-02-03T00:00:00Z\",\"to\":\"2025-02-03T00:00:00Z\"}},\
             \"group\":{{\"state\":\"contested\",\"active\":9,\"placed\":8,\"for\":5,\"support\":0.625,\
             \"basis\":\"program\",\"stages\":{{\"skeptic\":2,\"blocker\":1,\"teacher\":3,\"guide\":2,\
             \"go-getter\":0,\"other\":1}}}},\
             \"momentum\":{{\"state\":\"rising\",\"value\":3.1,\"weeks\":[0,1,2,3,4,5,6,7,8,9,10,11]}},\
             \"handshakes\":[{{\"from\":\"upstream\",\"to\":\"program\",\"at\":\"2024-01-05T00:00:00Z\",\
             \"member\":\"{member}\"}}],\"criteria\":null,\"deals\":null,\
             \"causes\":[{{\"title\":\"Too slow\",\"url\":null,\"theme\":\"scale\",\
             \"since\":\"2024-01-07T00:00:00Z\",\"members\":[\"{member}\"],\"thread\":\"#4121\",\
             \"subject\":\"repo:made-up/engine\"}}],\"interests\":[\"engine\"],\
             \"people\":37,\"members\":14,\"activities\":1234,\
             \"first_activity\":\"2024-01-02T03:04:05Z\",\"last_activity\":null,\"stale\":false,\
             \"next_ask\":null}}"
        )
    );
    assert!(!json.contains("Ada"), "accounts carry no names of people");
}

#[test]
fn what_only_a_detail_has_is_unknown_of_a_row_alone() {
    let json = serde_json::to_value(AccountReport::new(&row(), false)).unwrap();
    assert_eq!(fields(&json), words(ACCOUNT));
    for unknown in ["handshakes", "causes", "interests", "customer"] {
        assert!(json[unknown].is_null(), "{unknown}");
    }
    let customer = AccountRow { customer: true, ..row() };
    let json = serde_json::to_value(AccountReport::new(&customer, false)).unwrap();
    assert_eq!(json["customer"], serde_json::json!({"from": null, "to": null}));
}

#[test]
fn what_holds_ever_since_has_no_day() {
    let mut account = account();
    account.customer = vec![(BEGINNING, None)];
    account.row.phase_since = Some(BEGINNING);
    let json = serde_json::to_value(AccountReport::new(&account, false)).unwrap();
    assert_eq!(json["customer"], serde_json::json!({"from": null, "to": null}));
    assert!(json["phase_since"].is_null());
}

#[test]
fn a_member_says_where_they_stand_and_what_moved_them() {
    let detail = person();
    let json = serde_json::to_value(MemberReport::new(&detail, false)).unwrap();
    for (field, value) in [
        ("stage", "teacher"),
        ("automatic_stage", "blocker"),
        ("basis", "upstream"),
        ("category", "mobilizer"),
        ("since", "2024-02-01T00:00:00Z"),
        ("lapsed", "2024-11-01T00:00:00Z"),
        ("zone", "program"),
    ] {
        assert_eq!(json[field], value, "{field}");
    }
    assert_eq!(fields(&json["moves"][0]), words(MOVE));
    assert_eq!(json["moves"][0]["rule"], "first-try");
    assert_eq!(fields(&json["moves"][0]["because"][0]), words(ACTIVITY));
    assert_eq!(fields(&json["cause"]), words(CAUSE));
}

#[test]
fn a_why_carries_the_entries_that_sum_to_its_total() {
    let entry = |activity, what: Option<&str>, decayed| WhyEntry {
        at: day("2024-02-01"),
        activity,
        what: what.map(str::to_owned),
        signal: Some(Signal::Tests),
        rule: Some("tried".into()),
        points: Points(1_000),
        age_days: 3,
        decayed: Points(decayed),
    };
    let why = Why {
        what: "skeptic".into(),
        number: Points(1_989),
        enter: Some(Points(500)),
        leave: None,
        ledger: vec![entry(Some(activity().activity), None, 989), entry(None, Some("a week"), 1_000)],
        total: Points(1_989),
        remarks: vec!["moved by first-try".into()],
    };
    let json = serde_json::to_value(WhyReport::new(&why)).unwrap();
    assert_eq!(fields(&json), words(WHY));
    assert_eq!(fields(&json["ledger"][0]), words(WHY_ENTRY));
    assert_eq!(fields(&json["ledger"][0]["activity"]), words(ACTIVITY));
    assert_eq!(json["ledger"][0]["at"], "2024-02-01T00:00:00Z");
    assert_eq!(
        (&json["for"], &json["number"], &json["enter"]),
        (&"skeptic".into(), &1.989_f64.into(), &0.5_f64.into())
    );
    assert!(json["leave"].is_null() && json["ledger"][1]["activity"].is_null());
    let sum: f64 =
        json["ledger"].as_array().unwrap().iter().map(|one| one["decayed"].as_f64().unwrap()).sum();
    assert!((sum - json["total"].as_f64().unwrap()).abs() < 1e-9);
}

#[test]
fn a_number_has_at_most_three_decimals_and_a_whole_one_none() {
    for (thousandths, written) in
        [(0, "0"), (2_000, "2"), (500, "0.5"), (-1_250, "-1.25"), (1, "0.001"), (3_333, "3.333")]
    {
        assert_eq!(serde_json::to_string(&Decimal(Points(thousandths))).unwrap(), written);
    }
    for thousandths in 0..100_000 {
        let written = serde_json::to_string(&Decimal(Points(thousandths))).unwrap();
        assert_eq!(written, Points(thousandths).to_string());
    }
}

#[test]
fn an_address_is_there_only_when_asked_for() {
    let detail = person();
    let without = serde_json::to_string(&PersonReport::new(&detail, false)).unwrap();
    assert!(!without.contains('@'), "{without}");
    let with = serde_json::to_value(PersonReport::new(&detail, true)).unwrap();
    assert_eq!(with["identities"][0]["email"], "ada@acme.example");
}

#[test]
fn a_day_is_written_as_its_first_second() {
    let detail = person();
    let json = serde_json::to_value(PersonReport::new(&detail, false)).unwrap();
    assert_eq!(json["from"], "2024-01-02T00:00:00Z");
    assert_eq!(json["to"], serde_json::Value::Null);
    assert_eq!(json["memberships"][0]["from"], "2024-01-02T00:00:00Z");
}

#[test]
fn a_name_that_is_an_address_is_shortened() {
    for (name, shown) in [
        ("ada@acme.example", "ada"),
        ("Ada Example <ada@acme.example>", "Ada Example ada"),
        ("@ada", "@ada"),
        ("Ada", "Ada"),
    ] {
        let mut detail = person();
        detail.row.name = name.to_owned();
        assert_eq!(MemberReport::new(&detail, false).name, shown);
        assert_eq!(MemberReport::new(&detail, true).name, name);
    }
}
