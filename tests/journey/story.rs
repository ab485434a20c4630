//! A case file: a small story that somebody can write who does not program, read into a [`World`] and what is
//! expected of it. The words are explained in `cases/README.md`. Must not know who judges the world.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::Path,
};

use buyin::{
    domain::{
        account::Zone,
        activity::Kind,
        person::Nature,
        rules::{BUILT_IN, Rules},
        stage::Stage,
        time::{Day, Time},
    },
    journey::case::{Belonging, Decided, DecidedOn},
};
use serde::{Deserialize, Deserializer, de::Error};
use toml::{Table, Value};

use super::world::{Fact, Somebody, World};

/// A day as `2026-11-22`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Date(pub(super) Day);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        Day::parse(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("{text} is no day like 2026-11-22")))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    story: String,
    known_until: Date,
    #[serde(default)]
    heard: BTreeMap<String, Date>,
    people: BTreeMap<String, Who>,
    activities: BTreeMap<String, Activity>,
    #[serde(default)]
    decided: Vec<Decision>,
    #[serde(default)]
    rules: Table,
    expect: Vec<Expect>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Who {
    Company(String),
    More(More),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    #[serde(default)]
    company: Company,
    nature: Option<Nature>,
    #[serde(default)]
    roles: Vec<Period>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Company {
    One(String),
    Many(Vec<Period>),
}

impl Default for Company {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    name: String,
    from: Option<Date>,
    to: Option<Date>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Activity {
    day: Date,
    #[serde(default = "noon")]
    time: String,
    who: String,
    kind: Kind,
    upon: Option<String>,
    thread: Option<String>,
    #[serde(rename = "in")]
    within: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    zone: Option<Zone>,
    #[serde(default = "forge")]
    source: String,
    known: Option<Date>,
    #[serde(default = "once")]
    times: i32,
    #[serde(default)]
    every: i32,
}

fn noon() -> String {
    "12:00".to_owned()
}

fn forge() -> String {
    "forge".to_owned()
}

const fn once() -> i32 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    day: Date,
    whom: String,
    pin: Option<Stage>,
    #[serde(default)]
    climber: bool,
    #[serde(default)]
    leave_alone: bool,
    until: Option<Date>,
}

/// What is expected of one person; what is left out is not looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    pub(super) who: String,
    pub(super) moves: Option<Vec<MoveLine>>,
    #[serde(default)]
    pub(super) on: Vec<OnLine>,
    pub(super) crossings: Option<Vec<CrossingLine>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveLine {
    pub(super) day: Date,
    pub(super) from: Stage,
    pub(super) to: Stage,
    pub(super) rule: String,
    pub(super) because: Option<Vec<String>>,
    pub(super) cause: Option<String>,
    pub(super) basis: Option<Zone>,
    pub(super) known: Option<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnLine {
    pub(super) day: Date,
    pub(super) stage: Option<Stage>,
    pub(super) automatic: Option<Stage>,
    pub(super) active: Option<bool>,
    /// A zone, or `none`.
    pub(super) zone: Option<String>,
    pub(super) basis: Option<String>,
    /// A thread, or `none`.
    pub(super) cause: Option<String>,
    pub(super) left_alone: Option<bool>,
    /// What `w` sums up: the points that carry the stage, after decay.
    pub(super) total: Option<buyin::domain::points::Points>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CrossingLine {
    pub(super) day: Date,
    /// Left out: the first act of all.
    pub(super) from: Option<Zone>,
    pub(super) to: Zone,
    pub(super) because: Option<String>,
}

/// A story, read.
pub(super) struct Story {
    pub(super) world: World,
    pub(super) rules: Rules,
    pub(super) expect: Vec<Expect>,
    /// The names of activities by their place in the ledger, and of threads by their number.
    pub(super) activities: Vec<String>,
    pub(super) threads: Vec<String>,
}

/// Gives names numbers, in the order in which they are first named.
#[derive(Default)]
struct Numbers<T>(Vec<T>);

impl<T: PartialEq> Numbers<T> {
    fn of(&mut self, name: T) -> usize {
        self.0.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.0.push(name);
            self.0.len() - 1
        })
    }
}

pub(super) fn read(path: &Path) -> Result<Story, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let file: File = toml::from_str(&text).map_err(|error| error.to_string())?;
    if file.story.is_empty() || file.expect.is_empty() {
        return Err("a case needs a story and somebody it expects something of".to_owned());
    }
    let names: Vec<&String> = file.people.keys().collect();
    let find = |name: &str| {
        let place = names.iter().position(|known| *known == name);
        place.ok_or_else(|| format!("nobody is called `{name}` in this story"))
    };
    let rules = rules(&file.rules)?;
    let mut activities = listed(&file)?;
    // What is learned later comes later in the ledger.
    activities.sort_by_key(|(name, day, one)| {
        (one.known.map_or(*day, |known| known.0), *day, one.time.clone(), natural(name))
    });
    let (mut sources, mut identities) = (Numbers::default(), Numbers::default());
    let (mut subjects, mut threads) = (Numbers::default(), Numbers::default());
    let mut facts = Vec::new();
    for (seq, (name, day, one)) in activities.iter().enumerate() {
        let source = sources.of(one.source.clone());
        let mut identity = |who: &str| Ok::<_, String>(small(identities.of((find(who)?, source))) + 10);
        let downstream = rules.acts.downstream.contains(&one.kind);
        let at =
            Time::parse(&format!("{day}T{}:00Z", one.time)).ok_or(format!("{}: no time of day", one.time))?;
        let numbered = one
            .thread
            .as_ref()
            .map(|thread| thread.replace("{n}", name.rsplit_once('.').map_or("1", |(_, number)| number)));
        facts.push(Fact {
            seq: i64::try_from(seq).expect("small"),
            at,
            known_at: one.known.map_or(at, |known| known.0.start().max(at)),
            source: u16::try_from(source).expect("small"),
            identity: identity(&one.who)?,
            kind: one.kind,
            zone: one.zone.filter(|_| !downstream).unwrap_or(if downstream {
                Zone::Downstream
            } else {
                Zone::Upstream
            }),
            labels: one.labels.clone(),
            subject: one.within.clone().map(|within| small(subjects.of((source, within)))),
            thread: numbered.map(|thread| small(threads.of((source, one.within.clone(), thread)))),
            counterpart: one.upon.as_deref().map(identity).transpose()?,
        });
    }
    let people = people(&file, &identities.0);
    let mut world = World::new(people, facts, file.known_until.0);
    for (source, day) in &file.heard {
        world.covered.insert(u16::try_from(sources.of(source.clone())).expect("small"), day.0);
    }
    for one in &file.decided {
        let what = match (one.pin, one.climber, one.leave_alone) {
            (Some(stage), false, false) => DecidedOn::Pin(stage),
            (None, true, false) => DecidedOn::Climber,
            (None, false, true) => DecidedOn::LeaveAlone,
            _ => return Err(format!("the decision of {} says not one thing", one.day.0)),
        };
        let decided = Decided { from: one.day.0, until: one.until.map(|day| day.0), what };
        world.decisions.push((find(&one.whom)?, decided));
    }
    for expect in &file.expect {
        find(&expect.who)?;
    }
    let activities = activities.iter().map(|(name, ..)| name.clone()).collect();
    let threads = threads.0.into_iter().map(|(_, _, name)| name).collect();
    Ok(Story { world, rules, expect: file.expect, activities, threads })
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("a story is small")
}

/// All activities with their names and days: those repeated one by one, and the roles of people.
fn listed(file: &File) -> Result<Vec<(String, Day, Activity)>, String> {
    let mut listed = Vec::new();
    for (name, one) in &file.activities {
        if one.times > 1 && one.every == 0 {
            return Err(format!("{name}: `times` needs `every` (days)"));
        }
        for n in 0..one.times {
            let named = if one.times == 1 { name.clone() } else { format!("{name}.{}", n + 1) };
            listed.push((named, one.day.0.plus(n * one.every), one.clone()));
        }
    }
    for (name, who) in &file.people {
        let Who::More(More { roles, .. }) = who else { continue };
        for role in roles {
            for (word, day, kind) in
                [("", role.from, Kind::RoleGranted), (" ended", role.to, Kind::RoleRemoved)]
            {
                let Some(day) = day else { continue };
                let activity = Activity {
                    day,
                    time: "00:00".to_owned(),
                    who: name.clone(),
                    kind,
                    upon: None,
                    thread: None,
                    within: Some(role.name.clone()),
                    labels: Vec::new(),
                    zone: None,
                    source: forge(),
                    known: None,
                    times: 1,
                    every: 0,
                };
                listed.push((format!("{name} {}{word}", role.name), day.0, activity));
            }
        }
    }
    Ok(listed)
}

/// So that `a10` comes after `a2`.
fn natural(name: &str) -> String {
    let (mut padded, mut digits) = (String::new(), String::new());
    for letter in name.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else {
            let _ = write!(padded, "{digits:0>9}{letter}");
            digits.clear();
        }
    }
    padded + &format!("{digits:0>9}")
}

fn people(file: &File, identities: &[(usize, usize)]) -> Vec<Somebody> {
    let mut companies = BTreeSet::new();
    let mut periods = Vec::new();
    for who in file.people.values() {
        let of = match who {
            Who::Company(name) | Who::More(More { company: Company::One(name), .. }) => {
                vec![(name.clone(), None, None)]
            }
            Who::More(More { company: Company::Many(many), .. }) => many
                .iter()
                .map(|one| (one.name.clone(), one.from.map(|day| day.0), one.to.map(|day| day.0)))
                .collect(),
        };
        let of: Vec<_> = of.into_iter().filter(|(name, ..)| !name.is_empty()).collect();
        companies.extend(of.iter().map(|(name, ..)| name.clone()));
        periods.push(of);
    }
    let number = |name: &String| companies.iter().position(|one| one == name).unwrap_or(0);
    let mut people = Vec::new();
    for (place, (name, who)) in file.people.iter().enumerate() {
        let belonging = |(name, from, to): &(String, Option<Day>, Option<Day>)| Belonging {
            account: World::account(u8::try_from(number(name)).expect("few companies")),
            from: *from,
            to: *to,
        };
        let of = identities.iter().enumerate().filter(|(_, (whose, _))| *whose == place);
        people.push(Somebody {
            name: name.clone(),
            nature: match who {
                Who::More(More { nature: Some(nature), .. }) => *nature,
                _ => Nature::Human,
            },
            identities: of.map(|(number, _)| small(number) + 10).collect(),
            belongings: periods[place].iter().map(belonging).collect(),
        });
    }
    people
}

/// The rules that ship, with those of the case in their place.
fn rules(own: &Table) -> Result<Rules, String> {
    let mut all: Table = toml::from_str(BUILT_IN).map_err(|error| error.to_string())?;
    merge(&mut all, own);
    all.try_into().map_err(|error| format!("rules: {error}"))
}

fn merge(all: &mut Table, own: &Table) {
    for (key, value) in own {
        match (all.get_mut(key), value) {
            (Some(Value::Table(all)), Value::Table(own)) => merge(all, own),
            (Some(Value::Array(all)), Value::Array(own)) if matches!(key.as_str(), "signal" | "move") => {
                for one in own {
                    let named = all.iter().position(|known| known.get("name") == one.get("name"));
                    match named {
                        Some(at) => all[at] = one.clone(),
                        None => all.push(one.clone()),
                    }
                }
            }
            _ => {
                all.insert(key.clone(), value.clone());
            }
        }
    }
}
