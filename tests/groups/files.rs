//! Groups as files: who is at an account, where they stand, and how the group is then judged. Each file is read by the
//! engine and by the naive oracle. The words are explained in `cases/README.md`.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use buyin::domain::{
    account::{Relation, Zone},
    journey::{AccountSpell, DealStep},
    points::Points,
    rules::{Rules, Thresholds},
    stage::{GroupState, Phase, Stage},
    time::Day,
};
use buyin::journey::group::account;
use serde::{Deserialize, Deserializer, de::Error};

use super::{
    oracle::Naive,
    past::{Past, members, on, person},
};

/// A day as `2026-11-22`.
#[derive(Debug, Clone, Copy)]
struct Date(i32);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        let wrong = || D::Error::custom(format!("{text} is no day like 2026-11-22"));
        Day::parse(&text).map(|day| Self(day.0)).ok_or_else(wrong)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    story: String,
    relation: Option<Relation>,
    #[serde(default)]
    thresholds: toml::Table,
    members: BTreeMap<String, Member>,
    expect: Vec<Expect>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    since: Date,
    stage: Stage,
    /// So many like that.
    #[serde(default = "one")]
    times: u32,
    joined: Option<Date>,
    /// The first day on which they no longer belong.
    left: Option<Date>,
    /// From that day on not active.
    lapsed: Option<Date>,
    zone: Option<Zone>,
    basis: Option<Zone>,
    cause: Option<u32>,
    #[serde(default)]
    then: Vec<Then>,
    #[serde(default)]
    deals: Vec<Deal>,
}

fn one() -> u32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Then {
    day: Date,
    stage: Stage,
    cause: Option<u32>,
    zone: Option<Zone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deal {
    day: Date,
    /// A number below four.
    #[serde(rename = "deal")]
    number: u32,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    day: Date,
    state: GroupState,
    active: Option<u32>,
    placed: Option<u32>,
    #[serde(rename = "for")]
    backing: Option<u32>,
    support: Option<Points>,
    basis: Option<Zone>,
    phase: Option<Phase>,
    customer: Option<bool>,
    people: Option<u32>,
    members: Option<u32>,
}

impl Member {
    fn past(&self, number: u32) -> Past {
        let stay = (self.joined.map(|day| day.0), self.left.map(|day| day.0));
        let mut past = Past { person: person(number), stays: vec![stay], ..Past::default() };
        let zone = self.zone.unwrap_or(Zone::Upstream);
        past = past.spell(self.since.0, self.stage, |spell| {
            (spell.zone, spell.cause) = (Some(zone), self.cause);
            spell.basis = self.basis.or(spell.basis);
        });
        for then in &self.then {
            past = past.spell(then.day.0, then.stage, |spell| {
                (spell.zone, spell.cause) = (Some(then.zone.unwrap_or(zone)), then.cause);
                spell.basis = self.basis.or(spell.basis);
            });
        }
        if let Some(day) = self.lapsed {
            let last = self.then.last().map_or(self.stage, |then| then.stage);
            past = past.spell(day.0, last, |spell| (spell.active, spell.zone) = (false, None));
        }
        for deal in &self.deals {
            let what = match deal.what.as_str() {
                "open" => DealStep::Open,
                "won" => DealStep::Won,
                "lost" => DealStep::Lost,
                other => panic!("a deal is open, won or lost, not {other}"),
            };
            past = past.deal(deal.day.0, deal.number, what);
        }
        past
    }
}

/// The figures that a file may name, as it would write them.
fn figures(spell: &AccountSpell) -> BTreeMap<&'static str, String> {
    let group = &spell.group;
    let basis = group.basis.map_or("none", Zone::text);
    BTreeMap::from([
        ("state", group.state.to_string()),
        ("active", group.active.to_string()),
        ("placed", group.placed().to_string()),
        ("for", group.backing().to_string()),
        ("support", Points(i64::from(group.support())).to_string()),
        ("basis", basis.to_owned()),
        ("phase", spell.phase.to_string()),
        ("customer", spell.customer.to_string()),
        ("people", spell.people.to_string()),
        ("members", spell.members.to_string()),
    ])
}

impl Expect {
    fn figures(&self) -> BTreeMap<&'static str, String> {
        let count = |count: Option<u32>| count.map(|count| count.to_string());
        let all = [
            ("state", Some(self.state.to_string())),
            ("active", count(self.active)),
            ("placed", count(self.placed)),
            ("for", count(self.backing)),
            ("support", self.support.map(|support| support.to_string())),
            ("basis", self.basis.map(|basis| basis.text().to_owned())),
            ("phase", self.phase.map(|phase| phase.to_string())),
            ("customer", self.customer.map(|customer| customer.to_string())),
            ("people", count(self.people)),
            ("members", count(self.members)),
        ];
        all.into_iter().filter_map(|(what, said)| said.map(|said| (what, said))).collect()
    }
}

/// What is wrong with a file, line by line.
fn judged(text: &str) -> Result<String, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut thresholds = toml::Table::try_from(Rules::default().thresholds).map_err(|e| e.to_string())?;
    thresholds.extend(file.thresholds);
    let thresholds: Thresholds = thresholds.try_into().map_err(|error| format!("thresholds: {error}"))?;
    let mut pasts: Vec<Past> = Vec::new();
    for member in file.members.values() {
        for _ in 0..member.times {
            pasts.push(member.past(u32::try_from(pasts.len()).map_err(|e| e.to_string())?));
        }
    }
    let relation = file.relation.unwrap_or(Relation::Prospect);
    let journey = account(&thresholds, relation, &members(&pasts));
    let naive = Naive { rules: &thresholds, relation, pasts: &pasts };
    let mut wrong = String::new();
    for expect in &file.expect {
        let day = expect.day.0;
        for (judge, spell) in [("the engine", on(&journey, day)), ("the oracle", naive.on(day))] {
            let actual = figures(&spell);
            for (what, expected) in expect.figures() {
                if actual[what] != expected {
                    let _written = writeln!(
                        wrong,
                        "  {}: {what} should be {expected}, {judge} says {}",
                        Day(day),
                        actual[what]
                    );
                }
            }
        }
    }
    if file.story.trim().is_empty() || file.expect.is_empty() {
        wrong.push_str("  needs a story and something that is expected\n");
    }
    Ok(wrong)
}

#[test]
fn a_file_that_expects_something_else_is_told_what_came_out() {
    let file = "story = \"x\"\n[members]\na = { stage = \"teacher\", since = \"2025-01-06\", times = 3 }\n\
        [[expect]]\nday = \"2025-06-02\"\nstate = \"forming\"\nfor = 3\n";
    let said = judged(file).unwrap();
    assert!(said.contains("2025-06-02: state should be forming, the engine says consensus"), "{said}");
    assert!(said.contains("the oracle says consensus") && said.lines().count() == 2, "{said}");
    assert!(judged(&file.replace("for = 3", "four = 3")).is_err());
}

#[test]
fn every_group_is_judged_as_its_file_expects() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/groups/cases");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    assert!(files.len() >= 14, "{} files", files.len());
    let mut wrong = String::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match judged(&std::fs::read_to_string(&path).unwrap()) {
            Ok(said) if said.is_empty() => {}
            Ok(said) => writeln!(wrong, "\n{name}:\n{said}").unwrap(),
            Err(error) => writeln!(wrong, "\n{name} cannot be read: {error}").unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
