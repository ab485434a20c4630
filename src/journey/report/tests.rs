//! The shapes against the text of the contract.

use super::*;
use crate::domain::{
    account::{AccountRow, Relation, WEEKS},
    activity::{ActivityRow, ExportedActivity, Kind},
    ids::{IdKey, PersonId},
    journey::Group,
    person::{Ground, LinkRule, Membership, Nature, PersonDetail, PersonIdentity, PersonRow, Standing},
    stage::Phase,
    time::{Day, Time},
};

/// The fields of the contract, in its order.
const ACCOUNT: &str = "id name domains relation owner confirmed phase phase_since customer group momentum \
    handshakes criteria deals causes interests people members activities first_activity last_activity stale \
    next_ask";
const MEMBER: &str = "id name account ground from to stage automatic_stage basis category since lapsed zone \
    roles identities activities first_activity last_activity moves cause";
const IDENTITY: &str = "id source handle name email";
const ACTIVITY: &str = "id kind at source subject title url";
const EXPORTED: &str = "actor person account thread counterpart known_at";

fn key() -> IdKey {
    IdKey([7; 32])
}

fn account() -> AccountRow {
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
        weeks: [0; WEEKS],
        phase: Phase::Quiet,
        phase_since: None,
        customer: false,
        group: Group::default(),
        momentum: None,
        handshakes: 0,
        zones: [false; 3],
    }
}

fn person() -> PersonDetail {
    let membership = Membership {
        account: key().account("acme.example"),
        account_name: "acme.example".into(),
        ground: Ground::Email,
        from: Day::parse("2024-01-02"),
        to: None,
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
            standing: Standing::default(),
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
        moves: Vec::new(),
        spells: Vec::new(),
        crossings: Vec::new(),
        cause: None,
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
fn the_shape_of_an_account_is_fixed() {
    let json = serde_json::to_string(&AccountReport::new(&account(), false)).unwrap();
    let id = key().account("acme.example");
    assert_eq!(
        json,
        format!(
            "{{\"id\":\"{id}\",\"name\":\"acme.example\",\"domains\":[\"acme.example\"],\
             \"relation\":\"prospect\",\"owner\":null,\"confirmed\":true,\"phase\":null,\"phase_since\":null,\
             \"customer\":null,\"group\":null,\"momentum\":null,\"handshakes\":[],\"criteria\":null,\
             \"deals\":[],\"causes\":[],\"interests\":[],\"people\":37,\"members\":14,\"activities\":1234,\
             \"first_activity\":\"2024-01-02T03:04:05Z\",\"last_activity\":null,\"stale\":false,\
             \"next_ask\":null}}"
        )
    );
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
