//! Questions to a large store: fills one with made-up accounts, people and activities and prints the median of each
//! question beside its budget and the floor: the least that bare `SQLite` needs in the same run for what such a
//! question cannot do without. `cargo bench --bench queries -- [ACCOUNTS [PEOPLE [ACTIVITIES]]]`; a folder in
//! `BUYIN_BENCH_STORE` keeps the store for the next run. Ends with 1 when anything takes more than 1.25 times its
//! budget.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use buyin::{
    domain::{
        account::{Relation, Zone},
        activity::{Activity, Kind, Of},
        derived::{AccountParts, PersonFold, PersonParts, Span},
        filter::{Over, parse},
        identity::Identity,
        ids::{AccountId, PersonId},
        journey::{
            AccountJourney, AccountSpell, Group, Handshake, Interest, Momentum, Move, PersonJourney, Spell,
        },
        page::Page,
        person::{Ground, Nature},
        query::{AccountSort, At, PersonSort, When, Window},
        stage::{GroupState, MomentumState, Phase, Stage},
        time::{Day, Time, Week},
        why::{WhyAbout, WhyOf},
    },
    jobs::read::{Query, Reply, answer},
    store::{Store, View},
};

const FIRST: i32 = 18_000;
const LAST: i32 = 20_000;
/// How many times each question is asked.
const TIMES: usize = 5;

struct Size {
    accounts: u32,
    people: u32,
    activities: u32,
}

/// Numbers by chance, always the same ones.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 33) % u64::from(end.max(1))).unwrap()
    }
}

/// A few accounts are large, most are small; the first one is the largest.
fn company(person: u32, size: &Size) -> u32 {
    let mut chance = Chance(u64::from(person) * 2 + 88_172_645_463_325_252);
    chance.below(1_000);
    match chance.below(100) {
        0 => 0,
        1..30 => chance.below(size.accounts / 100),
        _ if person < size.accounts => person,
        _ => chance.below(size.accounts),
    }
}

fn main() -> ExitCode {
    let mut sizes = std::env::args().skip(1).filter_map(|word| word.parse().ok());
    let accounts = sizes.next().unwrap_or(100_000);
    let people = sizes.next().unwrap_or(accounts * 10);
    let activities = sizes.next().unwrap_or(people * 10);
    let size = Size { accounts, people, activities };
    let kept = std::env::var_os("BUYIN_BENCH_STORE").map(PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let path = kept.unwrap_or_else(|| folder.path().to_owned()).join("queries.db");
    if !path.exists() {
        let start = Instant::now();
        fill(&path, &size);
        println!("filled in {:.0?}", start.elapsed());
    }
    if View::open(&path).unwrap().overview().unwrap().accounts == 0 {
        let start = Instant::now();
        conclude(&mut Store::open(&path).unwrap(), &size);
        println!("concluded in {:.0?}", start.elapsed());
    }
    println!("{accounts} accounts, {people} people, {activities} activities; milliseconds");
    let largest = largest(&path);
    let mut all = Measured { slow: 0, floor: Floor::measure(&path, largest) };
    ask(&path, &size, largest, &mut all);
    if all.slow == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fill(path: &Path, size: &Size) {
    let mut store = Store::open(path).unwrap();
    let source = store.source("git", "git").unwrap();
    let rare = store.source("rare", "file").unwrap();
    let identity = |person: u32| {
        let email = format!("p{person}@company{}.example", company(person, size));
        let name = Some(format!("Person {person}"));
        Identity { native: email.clone(), name, email: Some(email), ..Identity::default() }
    };
    let mut chance = Chance(7);
    for block in 0..size.activities.div_ceil(100_000) {
        let mut page = Page::default();
        let mut places = BTreeMap::new();
        for at in (block * 100_000)..((block + 1) * 100_000).min(size.activities) {
            let person = if at < size.people { at } else { chance.below(size.people) };
            let actor = *places.entry(person).or_insert_with(|| {
                page.identities.push(identity(person));
                u32::try_from(page.identities.len() - 1).unwrap()
            });
            // More of late than long ago.
            let day = FIRST + chance.below(2_000).max(chance.below(2_000)).cast_signed();
            page.activities.push(Activity {
                key: at.to_be_bytes().to_vec(),
                kind: Kind::CommitAuthored,
                actor,
                at: Time(i64::from(day) * 86_400 + i64::from(chance.below(86_400))),
                subject: Some(Arc::from("repo:made/up")),
                thread: (at % 3 == 0).then(|| Arc::from(format!("#{}", at % 50_000))),
                counterpart: None,
                labels: Vec::new(),
                title: Some(format!("change {at}")),
                url: None,
            });
        }
        store.apply(source, "s", &page, None, Time(i64::from(LAST) * 86_400)).unwrap();
    }
    let mut page = Page { identities: vec![identity(1)], ..Page::default() };
    page.identities[0].native = "another".into();
    page.activities.push(Activity {
        key: b"rare".to_vec(),
        kind: Kind::IssueOpened,
        actor: 0,
        at: Time(i64::from(LAST - 9) * 86_400),
        subject: None,
        thread: None,
        counterpart: None,
        labels: Vec::new(),
        title: None,
        url: None,
    });
    store.apply(rare, "s", &page, None, Time(i64::from(LAST) * 86_400)).unwrap();
}

fn spells(first: Day, chance: &mut Chance) -> Vec<Spell> {
    let mut from = first;
    let mut spells = Vec::new();
    for _ in 0..=chance.below(4) {
        let stage = Stage::ALL[chance.below(6) as usize];
        spells.push(Spell {
            from,
            stage,
            automatic: stage,
            active: chance.below(4) > 0,
            basis: Some(Zone::ALL[chance.below(3) as usize]),
            zone: Some(Zone::ALL[chance.below(3) as usize]),
            cause: (stage == Stage::Blocker).then(|| 1 + chance.below(10_000)),
            left_alone: false,
        });
        from = from.plus(1 + chance.below(300).cast_signed());
    }
    spells
}

fn conclude(store: &mut Store, size: &Size) {
    let accounts: Vec<AccountParts> = (0..size.accounts)
        .map(|company| {
            let domain = format!("company{company}.example");
            AccountParts {
                id: store.key().account(&domain),
                name: format!("Company {company}"),
                domains: vec![domain],
                relation: if company % 20 == 0 { Relation::Prospect } else { Relation::Unknown },
                owner: (company % 50 == 0).then(|| "dana".to_owned()),
                confirmed: true,
            }
        })
        .collect();
    let identities = store.identities().unwrap();
    let deriving = store.derive().unwrap();
    deriving.accounts(&accounts).unwrap();
    let mut members: Vec<Vec<(PersonId, Vec<Spell>)>> = (0..size.accounts).map(|_| Vec::new()).collect();
    let mut chance = Chance(11);
    for identity in &identities {
        let mut acts = Vec::new();
        deriving.ledger().acts_of(&[identity.seq], &mut |act| acts.push((act.at, act.seq))).unwrap();
        let Some((first, seq)) = acts.first().copied() else { continue };
        let email = identity.profile.email.as_deref().unwrap();
        let company: u32 = email
            .split_once("@company")
            .and_then(|(_, rest)| rest.strip_suffix(".example"))
            .unwrap()
            .parse()
            .unwrap();
        let id: PersonId = identity.id.into();
        let mut days: BTreeMap<Day, u32> = BTreeMap::new();
        for (at, _) in &acts {
            *days.entry(at.day()).or_default() += 1;
        }
        let (count, last) = (acts.len() as u64, acts.last().map(|(at, _)| *at));
        let fold = PersonFold {
            spans: vec![Span {
                account: company,
                ground: Ground::Email,
                from: Some(first.day()),
                to: None,
                activities: count,
                first_activity: Some(first),
                last_activity: last,
            }],
            current: Some(0),
            activities: count,
            first_activity: Some(first),
            last_activity: last,
            days: days.into_iter().map(|(day, count)| (company, day, count)).collect(),
        };
        let name = identity.profile.name.clone().unwrap();
        let parts = PersonParts { id, identities: vec![identity.seq], name, nature: Nature::Human };
        deriving.person(&parts, &[], &fold, 1).unwrap();
        let spells = spells(first.day(), &mut chance);
        let moves = spells.iter().map(|spell| Move {
            day: spell.from,
            from: Stage::Unplaced,
            to: spell.stage,
            rule: "first-try".into(),
            basis: spell.basis,
            known_at: first,
            because: vec![seq; 9],
            cause: spell.cause,
        });
        let journey =
            PersonJourney { moves: moves.collect(), spells: spells.clone(), ..PersonJourney::default() };
        deriving.journey(id, &journey).unwrap();
        members[company as usize].push((id, spells));
    }
    deriving.count().unwrap();
    for (parts, members) in accounts.iter().zip(&members) {
        group(&deriving, parts.id, members, &mut chance);
    }
    deriving.finish().unwrap();
}

fn group(
    deriving: &buyin::store::Deriving<'_>,
    id: AccountId,
    members: &[(PersonId, Vec<Spell>)],
    chance: &mut Chance,
) {
    let mut changes: Vec<(Day, usize, usize)> = members
        .iter()
        .enumerate()
        .flat_map(|(member, (_, spells))| {
            spells.iter().enumerate().map(move |(at, spell)| (spell.from, member, at))
        })
        .collect();
    changes.sort_unstable();
    let (mut group, mut people, mut spells): (Group, u32, Vec<AccountSpell>) =
        (Group::default(), 0, Vec::new());
    for (day, member, at) in changes {
        let of = &members[member].1;
        people += u32::from(at == 0);
        if let Some(before) = at.checked_sub(1).map(|at| &of[at]).filter(|spell| spell.active) {
            *slot(&mut group, before.stage) -= 1;
            group.active -= 1;
        }
        if of[at].active {
            *slot(&mut group, of[at].stage) += 1;
            group.active += 1;
        }
        group.basis = of[at].basis;
        group.state = GroupState::ALL[(group.placed().min(3) + 1) as usize % 5];
        let phase = Phase::ALL[(group.active.min(4)) as usize];
        let spell =
            AccountSpell { from: day, phase, group, customer: group.guide > 2, people, members: people };
        match spells.last_mut() {
            Some(last) if last.from == day => *last = spell,
            _ => spells.push(spell),
        }
    }
    let handshake = members.first().map(|(member, spells)| Handshake {
        day: spells[0].from.plus(20),
        from: Some(Zone::Upstream),
        to: Zone::Program,
        member: *member,
        because: 1,
    });
    let state = MomentumState::ALL[if chance.below(50) == 0 { 2 } else { 1 }];
    let value = chance.below(4_000);
    let interest = |name: String| {
        let (first_day, last_day) = (Day(FIRST), Day(LAST));
        Interest { account: id, name, first_day, last_day, activities: 3 }
    };
    let interests: Vec<Interest> =
        (0..chance.below(4)).map(|_| interest(format!("topic {}", chance.below(300)))).collect();
    deriving
        .account_journey(id, &AccountJourney { spells, handshakes: handshake.into_iter().collect() })
        .unwrap();
    deriving.momentum(id, (!members.is_empty()).then_some(Momentum { state, value })).unwrap();
    deriving.interests(id, &interests).unwrap();
}

fn slot(group: &mut Group, stage: Stage) -> &mut u32 {
    match stage {
        Stage::Skeptic => &mut group.skeptic,
        Stage::Blocker => &mut group.blocker,
        Stage::Teacher => &mut group.teacher,
        Stage::Guide => &mut group.guide,
        Stage::GoGetter => &mut group.go_getter,
        _ => &mut group.other,
    }
}

/// Prints what took how long, and counts what took too long.
struct Measured {
    slow: usize,
    floor: Floor,
}

/// What bare `SQLite` takes.
#[derive(Clone, Copy)]
struct Floor {
    /// A page of an index.
    page: Duration,
    /// All accounts, all people: one column without an index.
    accounts: Duration,
    people: Duration,
    /// The standing of every account at the end of a day a year ago.
    spells: Duration,
    /// The members of the largest account.
    members: Duration,
    /// The activities of the largest account's members, counted.
    acts: Duration,
}

impl Floor {
    fn measure(path: &Path, largest: AccountId) -> Self {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let db = rusqlite::Connection::open_with_flags(path, flags).unwrap();
        let took = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            median(|_| {
                let mut ask = db.prepare_cached(sql).unwrap();
                let mut rows = ask.query(values).unwrap();
                while rows.next().unwrap().is_some() {}
            })
        };
        let day = LAST - 365;
        Self {
            page: took("SELECT * FROM account WHERE shown = 1 ORDER BY by_last LIMIT 50", &[]),
            accounts: took("SELECT count(*) FROM account WHERE owner = 'nobody'", &[]),
            people: took("SELECT count(*) FROM person WHERE identities = 0", &[]),
            spells: took(
                "SELECT account, max(from_day), phase FROM account_span NOT INDEXED WHERE from_day <= ?1 GROUP BY account",
                &[&day],
            ),
            members: took(
                "SELECT p.* FROM member_span m JOIN person p ON p.id = m.person WHERE m.account = ?1",
                &[&largest.0],
            ),
            acts: took(
                "SELECT max(x.at) FROM member_span m CROSS JOIN person_identity i ON i.person = m.person
                 CROSS JOIN activity x ON x.identity = i.identity WHERE m.account = ?1 AND x.flag = 0",
                &[&largest.0],
            ),
        }
    }
}

impl Measured {
    fn push(&mut self, (what, budget, took): (String, u32, Duration), floor: Duration) {
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (took, floor, budget) = (millis(took), millis(floor), f64::from(budget));
        let over = took > budget * 1.25;
        self.slow += usize::from(over);
        println!(
            "{what:62} {took:9.2} of {budget:4}   floor {floor:8.2}{}",
            if over { "  TOO SLOW" } else { "" }
        );
    }
}

/// The median of asking several times.
fn median(mut f: impl FnMut(usize)) -> Duration {
    let mut all: Vec<Duration> = (0..TIMES)
        .map(|time| {
            let start = Instant::now();
            f(time);
            start.elapsed()
        })
        .collect();
    all.sort();
    all[TIMES / 2]
}

/// A page in the middle of things.
const fn page() -> Window {
    Window { at: At::First, limit: 50 }
}

fn largest(path: &Path) -> AccountId {
    let (view, none) = (View::open(path).unwrap(), parse("", Over::Accounts).unwrap());
    view.accounts(&none, AccountSort::People, false, When::now(Day(LAST)), &page()).unwrap().rows[0].1.id
}

fn ask(path: &Path, size: &Size, largest: AccountId, all: &mut Measured) {
    let view = View::open(path).unwrap();
    let now = When::now(Day(LAST));
    let floor = all.floor;
    let accounts = |filter: &str, sort| {
        let filter = parse(filter, Over::Accounts).unwrap();
        view.accounts(&filter, sort, false, now, &page()).unwrap()
    };
    for sort in AccountSort::ALL {
        let took = median(|_| drop(accounts("", *sort)));
        all.push((format!("accounts by {sort}"), 5, took), floor.page);
        let took = median(|_| {
            let last = Window { at: At::Last, limit: 50 };
            drop(view.accounts(&parse("", Over::Accounts).unwrap(), *sort, false, now, &last).unwrap());
        });
        all.push((format!("accounts by {sort}, last page"), 5, took), floor.page);
    }
    // One term more makes another filter of it, so that nothing is remembered.
    let anew = |filter: &str, time: usize| format!("{filter} activities:<{}", 1_000_000 + time);
    for (filter, budget) in [
        ("phase:buying", 60),
        ("people:>=500", 5),
        ("activities:>1000000", 5),
        ("is:rising", 5),
        ("support:100%", 60),
        ("active:>40", 5),
        ("source:rare", 5),
        ("source:git", 60),
        ("source:nothing", 5),
        ("last:<1d", 5),
        ("domain:company77.example", 60),
        ("has:blocker", 60),
        ("has:cause", 60),
        ("state:contested", 60),
        ("interest:operator", 60),
        ("interest:topic", 60),
        ("momentum:>3.99", 60),
        ("owner:dana", 60),
        ("stage:friend", 60),
        ("-stage:teacher", 60),
        ("is:customer", 60),
        ("relation:prospect", 60),
        ("basis:downstream handshakes:>5", 60),
    ] {
        let took = median(|time| drop(accounts(&anew(filter, time), AccountSort::Last)));
        let floor = if budget == 5 { floor.page } else { floor.accounts };
        all.push((format!("accounts {filter}"), budget, took), floor);
    }
    let took = median(|time| drop(accounts(&format!("company{}", 777 + time), AccountSort::Last)));
    all.push(("an account found by its name".into(), 15, took), floor.accounts);
    let some = accounts("", AccountSort::Name).rows[7].1.id;
    for (what, id, floor) in [("the largest", largest, floor.members), ("an", some, floor.page)] {
        let took = median(|_| {
            view.account(id, now).unwrap().unwrap();
            view.members(id, PersonSort::Stage, now, &page()).unwrap();
        });
        // Who belongs to a hundredth of all is shown as long as it takes to read them once.
        let budget = if id == largest { 10 + size.people / 10_000 } else { 10 };
        all.push((format!("{what} account with its group"), budget, took), floor);
    }
    people(path, &view, all);
    then(path, &view, size, largest, some, all);
}

fn people(path: &Path, view: &View, all: &mut Measured) {
    let (now, floor) = (When::now(Day(LAST)), all.floor);
    let people = |filter: &str, sort| {
        let filter = parse(filter, Over::People).unwrap();
        view.people(&filter, sort, now, &page()).unwrap()
    };
    for sort in PersonSort::ALL {
        all.push((format!("people by {sort}"), 5, median(|_| drop(people("", *sort)))), floor.page);
    }
    for (filter, budget) in [
        ("stage:climber", 5),
        ("stage:guide", 60),
        ("is:pinned", 60),
        ("account:company77", 60),
        ("account:company", 60),
        ("account:company0.example", 60),
        ("-is:unconfirmed -is:unaffiliated", 60),
        ("activities:>1000", 5),
        ("source:rare", 5),
        ("is:lapsed", 60),
        ("last:<1d", 5),
    ] {
        let took = median(|time| {
            drop(people(&format!("{filter} activities:<{}", 1_000_000 + time), PersonSort::Last));
        });
        all.push(
            (format!("people {filter}"), budget, took),
            if budget == 5 { floor.page } else { floor.people },
        );
    }
    let took = median(|time| drop(people(&format!("person {}", 77_777 + time), PersonSort::Last)));
    all.push(("a person found".into(), 15, took), floor.people);
    let most = people("", PersonSort::Activities).rows[0].1.id;
    let some = people("", PersonSort::Name).rows[9].1.id;
    for (what, id) in [("the busiest", most), ("a", some)] {
        let mut view = View::open(path).unwrap();
        let took = median(|_| drop(view.person(id, now).unwrap().unwrap()));
        all.push((format!("{what} person"), 10, took), floor.page);
        let took = median(|_| {
            for query in [
                Query::Person { id, when: now },
                Query::Why { about: WhyAbout::Person(id), of: WhyOf::Stage, when: now },
            ] {
                assert!(!matches!(answer(&mut view, &query), Reply::Failed(_)));
            }
        });
        all.push((format!("{what} person with the evidence"), 10, took), floor.page);
        let took = median(|_| drop(view.activities(Of::Person(id), now, &page()).unwrap()));
        all.push((format!("{what} person's timeline"), 5, took), floor.page);
    }
}

fn then(path: &Path, view: &View, size: &Size, largest: AccountId, some: AccountId, all: &mut Measured) {
    let (now, floor) = (Day(LAST), all.floor);
    let at = |day: i32| When { today: now, as_of: Some(Day(day)) };
    let ask = |view: &mut View, filter: &str, sort, day| {
        let filter = parse(filter, Over::Accounts).unwrap();
        let query = Query::Accounts { filter, sort, all: false, when: at(day), window: page() };
        let reply = answer(view, &query);
        assert!(matches!(reply, Reply::Accounts(_)), "{reply:?}");
    };
    let orders = AccountSort::ALL.iter().map(|sort| ("", *sort));
    let filters = [("has:blocker", AccountSort::Last), ("relation:prospect", AccountSort::Name)];
    for (filter, sort) in orders.chain(filters) {
        for back in [30, 365, 1_000] {
            let mut views: Vec<View> = (0..TIMES).map(|_| View::open(path).unwrap()).collect();
            // As a reader that has been used already.
            for view in &views {
                view.overview().unwrap();
            }
            let took = median(|time| ask(&mut views[time], filter, sort, LAST - back));
            all.push((format!("accounts {back} days ago {filter} by {sort}"), 100, took), floor.spells);
            let took = median(|time| {
                ask(&mut views[0], filter, sort, LAST - back - 1 - i32::try_from(time).unwrap());
            });
            all.push(("… a day's step from there".to_owned(), 50, took), floor.page);
        }
    }
    let took = median(|_| drop(view.account(largest, at(LAST - 365)).unwrap().unwrap()));
    all.push(("the largest account a year ago".into(), 10, took), floor.page);
    let took = median(|_| drop(view.members(largest, PersonSort::Stage, at(LAST - 365), &page()).unwrap()));
    all.push(("… its members".into(), 10 + size.people / 10_000, took), floor.members);
    let took = median(|_| {
        drop(view.account(some, at(LAST - 365)).unwrap());
        drop(view.members(some, PersonSort::Stage, at(LAST - 365), &page()).unwrap());
    });
    all.push(("an account with its group a year ago".into(), 10, took), floor.page);
    for (what, account, budget, floor) in
        [("the largest", largest, 60, floor.acts), ("an", some, 5, floor.page)]
    {
        let start = Instant::now();
        drop(view.activities(Of::Account(account), at(LAST - 365), &page()).unwrap());
        all.push((format!("{what} account's timeline a year ago"), budget, start.elapsed()), floor);
        let took = median(|_| drop(view.activities(Of::Account(account), at(LAST - 365), &page()).unwrap()));
        all.push(("… again".into(), budget, took), floor);
    }
    let last = Day(LAST).week().0 - 1;
    let took = median(|_| drop(view.weeks_of_all(Week(last - 29), Week(last)).unwrap()));
    all.push(("weeks of all accounts".into(), 1 + size.accounts / 500, took), floor.spells);
    let none = parse("", Over::People).unwrap();
    let took = median(|_| drop(view.people(&none, PersonSort::Name, at(LAST - 365), &page()).unwrap()));
    all.push(("people a year ago by name".into(), 60, took), floor.people);
    let start = Instant::now();
    view.people(&none, PersonSort::Stage, at(LAST - 365), &page()).unwrap();
    let budget = 1 + size.people / 100;
    all.push(("people a year ago by stage, the first time".into(), budget, start.elapsed()), floor.people);
    for of in [None, Some(Of::Account(largest))] {
        let took = median(|_| assert!(view.change(of, Day(LAST - 365), false).unwrap().is_some()));
        let whose = of.map_or("any", |_| "an account's");
        all.push((format!("the change before a day, {whose}"), 5, took), floor.page);
    }
}
