//! Reading where accounts and people stand: sorts, filters, and every view as of an earlier day. The oracles: a store
//! that was cut at that day, and a naive reading of the rows.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use buyin::{
    domain::{
        account::{AccountRow, Relation, Zone},
        activity::{Activity, Kind, Of},
        decision::{About, Verb},
        derived::{AccountParts, PersonFold, PersonParts, Span},
        filter::{Over, parse},
        identity::Identity,
        ids::{AccountId, DecisionId, PersonId},
        journey::{
            AccountJourney, AccountSpell, Crossing, Group, Handshake, Interest, Momentum, Move,
            PersonJourney, Spell,
        },
        page::Page,
        person::{Ground, Nature, PersonRow},
        query::{AccountSort, At, PersonSort, Slice, When, Window},
        stage::{GroupState, MomentumState, Phase, Stage},
        time::{Day, Time},
    },
    store::{Doing, Store, View},
};

const FIRST: i32 = 19_000;
const LAST: i32 = 19_400;
const PEOPLE: u32 = 90;
const COMPANIES: u32 = 24;

/// A number that is always the same for the same place.
fn chance(place: &[u32], below: u32) -> u32 {
    let mut hash = 0x9e37_79b9_u32;
    for part in place {
        hash = (hash ^ part).wrapping_mul(0x85eb_ca6b);
        hash ^= hash >> 13;
        hash = hash.wrapping_mul(0xc2b2_ae35);
        hash ^= hash >> 16;
    }
    hash % below
}

fn company(person: u32) -> u32 {
    chance(&[person, 1], COMPANIES)
}

/// Where somebody belonged, as known at the end of a day: most at one company; some moved on, some
/// left. What begins later began with the third act.
fn memberships(person: u32, acts: &[Day], cut: Day) -> Vec<(u32, Day, Option<Day>)> {
    let (here, next, first) = (company(person), (company(person) + 1) % COMPANIES, acts[0]);
    let later = acts.get(2).copied().filter(|day| *day > first);
    let all = match (person % 5, later) {
        (1, Some(later)) => vec![(here, first, Some(later)), (next, later, None)],
        (3, _) => vec![(here, first, Some(first.plus(90)))],
        _ => vec![(here, first, None)],
    };
    all.into_iter().map(|(company, from, to)| (company, from, to.filter(|to| *to <= cut))).collect()
}

/// The one of the memberships that an act of the day counts for.
fn counts_for(memberships: &[(u32, Day, Option<Day>)], day: Day) -> Option<usize> {
    memberships.iter().rposition(|(_, from, to)| *from <= day && to.is_none_or(|to| day < to))
}

fn domain(company: u32) -> String {
    format!("company{company}.example")
}

fn name(person: u32) -> String {
    format!("Person {person}")
}

/// Everything that somebody did, in order of time.
fn acts() -> Vec<(u32, Time)> {
    let mut acts = Vec::new();
    for person in 0..PEOPLE {
        let begin = chance(&[person, 2], 300);
        for at in 0..=chance(&[person, 3], 12) {
            let day = FIRST.unsigned_abs() + begin + chance(&[person, 4, at], 400 - begin);
            acts.push((person, Time(i64::from(day) * 86_400 + i64::from(chance(&[person, 5, at], 86_400)))));
        }
    }
    acts.sort_by_key(|(person, at)| (*at, *person));
    acts
}

fn spells(person: u32, first: Day, threads: &BTreeMap<u32, u32>) -> Vec<Spell> {
    let mut from = first;
    let mut spells: Vec<Spell> = Vec::new();
    for at in 0..chance(&[person, 6], 6) {
        let stage = Stage::ALL[chance(&[person, 7, at], 8) as usize];
        let pinned = chance(&[person, 8, at], 5) == 0;
        let zone = |salt| Zone::ALL.get(chance(&[person, salt, at], 4) as usize).copied();
        spells.push(Spell {
            from,
            stage,
            automatic: if pinned { Stage::Skeptic } else { stage },
            active: chance(&[person, 9, at], 3) > 0,
            basis: zone(10),
            zone: zone(11),
            cause: threads.get(&person).copied().filter(|_| stage == Stage::Blocker),
            left_alone: chance(&[person, 12, at], 6) == 0,
        });
        from = from.plus(1 + chance(&[person, 13, at], 90).cast_signed());
    }
    spells
}

fn group(people: &[&[Spell]], day: Day) -> (Phase, Group) {
    let mut group = Group::default();
    let mut furthest = 0;
    for spells in people {
        let Some(now) = spells.iter().rev().find(|spell| spell.from <= day).filter(|now| now.active) else {
            continue;
        };
        group.active += 1;
        match now.stage {
            Stage::Skeptic => group.skeptic += 1,
            Stage::Blocker => group.blocker += 1,
            Stage::Teacher => group.teacher += 1,
            Stage::Guide => group.guide += 1,
            Stage::GoGetter => group.go_getter += 1,
            _ => group.other += 1,
        }
        group.basis = group.basis.max(now.basis);
        furthest = furthest.max(now.zone.map_or(0, |zone| zone as usize + 1));
    }
    group.state = match (group.placed(), group.blocker, group.support()) {
        (0 | 1, ..) => GroupState::None,
        (_, 1.., _) => GroupState::Contested,
        (_, _, 600..) => GroupState::Consensus,
        _ => GroupState::Forming,
    };
    (Phase::ALL[furthest], group)
}

fn momentum(company: u32) -> Option<Momentum> {
    let state = *MomentumState::ALL.get(chance(&[company, 20], 5) as usize)?;
    Some(Momentum { state, value: chance(&[company, 21], 4_000) })
}

/// A store of all that had happened by the end of a day.
fn fill(path: &Path, cut: Day) {
    let mut store = Store::open(path).unwrap();
    let source = store.source("gh", "file").unwrap();
    let acts: Vec<(u32, Time)> = acts().into_iter().filter(|(_, at)| at.day() <= cut).collect();
    let mut page = Page::default();
    let mut places: BTreeMap<u32, u32> = BTreeMap::new();
    for (number, (person, at)) in acts.iter().enumerate() {
        let actor = *places.entry(*person).or_insert_with(|| {
            let email = format!("p{person}@{}", domain(company(*person)));
            page.identities.push(Identity {
                native: email.clone(),
                name: Some(name(*person)),
                email: Some(email),
                ..Identity::default()
            });
            u32::try_from(page.identities.len() - 1).unwrap()
        });
        page.activities.push(Activity {
            key: format!("key{number}").into_bytes(),
            kind: Kind::IssueOpened,
            actor,
            at: *at,
            subject: Some(Arc::from("repo:acme/tool")),
            thread: Some(Arc::from(format!("#{person}"))),
            counterpart: None,
            labels: vec![format!("label{}", person % 3)],
            title: Some(format!("about {number}")),
            url: None,
        });
    }
    store.apply(source, "s", &page, None, Time(i64::from(LAST + 9) * 86_400)).unwrap();
    derive(&mut store, cut);
    decide(&mut store, cut);
}

#[allow(clippy::too_many_lines, reason = "one naive engine, told from front to back")]
fn derive(store: &mut Store, cut: Day) {
    let identities = store.identities().unwrap();
    let mut seen: Vec<u32> = Vec::new();
    let done = acts();
    let people: Vec<(u32, u32, PersonId)> = identities
        .iter()
        .map(|identity| {
            let name = identity.profile.name.as_deref().unwrap();
            let person: u32 = name.strip_prefix("Person ").unwrap().parse().unwrap();
            let days = done.iter().filter(|(of, at)| *of == person && at.day() <= cut);
            let days: Vec<Day> = days.map(|(_, at)| at.day()).collect();
            seen.extend(memberships(person, &days, cut).iter().map(|(company, ..)| *company));
            (person, identity.seq, identity.id.into())
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    let accounts: Vec<AccountParts> = seen
        .iter()
        .map(|company| AccountParts {
            id: store.key().account(&domain(*company)),
            name: format!("Company {company}"),
            domains: vec![domain(*company)],
            relation: Relation::ALL[(*company % 4) as usize],
            owner: (company % 5 == 0).then(|| "dana".to_owned()),
            confirmed: company % 7 != 0,
        })
        .collect();
    let deriving = store.derive().unwrap();
    deriving.accounts(&accounts).unwrap();
    let mut journeys: BTreeMap<u32, Vec<Belonging>> = BTreeMap::new();
    for (person, identity, id) in &people {
        let mut doings: Vec<Doing> = Vec::new();
        deriving.activities_of(&[*identity], &mut |doing| doings.push(doing)).unwrap();
        let mut threads = BTreeMap::new();
        let mut seqs = Vec::new();
        deriving
            .ledger()
            .acts_of(&[*identity], &mut |act| {
                threads.insert(*person, act.thread.unwrap());
                seqs.push((act.at.day(), act.seq));
            })
            .unwrap();
        let (first, last) = (doings[0].at, doings[doings.len() - 1].at);
        let belongs =
            memberships(*person, &doings.iter().map(|doing| doing.at.day()).collect::<Vec<_>>(), cut);
        let mut spans: Vec<Span> = belongs
            .iter()
            .map(|(company, from, to)| Span {
                account: u32::try_from(seen.iter().position(|one| one == company).unwrap()).unwrap(),
                ground: Ground::Email,
                from: Some(*from),
                to: *to,
                activities: 0,
                first_activity: None,
                last_activity: None,
            })
            .collect();
        let mut days: BTreeMap<(Day, u32), u32> = BTreeMap::new();
        for doing in &doings {
            let Some(place) = counts_for(&belongs, doing.at.day()) else { continue };
            let span = &mut spans[place];
            span.activities += 1;
            span.first_activity = span.first_activity.or(Some(doing.at));
            span.last_activity = Some(doing.at);
            *days.entry((doing.at.day(), span.account)).or_default() += 1;
        }
        let second = u32::from(spans.len() == 2 && spans[1].to.is_none());
        let fold = PersonFold {
            spans,
            current: Some(second),
            activities: doings.len() as u64,
            first_activity: Some(first),
            last_activity: Some(last),
            days: days.into_iter().map(|((day, account), count)| (account, day, count)).collect(),
        };
        let parts = PersonParts {
            id: *id,
            identities: vec![*identity],
            name: name(*person),
            nature: if person % 11 == 0 { Nature::Bot } else { Nature::Human },
        };
        deriving.person(&parts, &[], &fold, u64::from(*person)).unwrap();
        let mut all = spells(*person, first.day(), &threads);
        all.retain(|spell| spell.from <= cut);
        let moves = all.iter().map(|spell| Move {
            day: spell.from,
            from: Stage::Unplaced,
            to: spell.automatic,
            rule: "rule".into(),
            basis: spell.basis,
            known_at: spell.from.start(),
            because: vec![seqs[0].1],
            cause: spell.cause,
        });
        let journey = PersonJourney {
            moves: moves.collect(),
            spells: all.clone(),
            crossings: vec![Crossing {
                day: first.day(),
                from: None,
                to: Zone::Upstream,
                because: seqs[0].1,
            }],
            deals: Vec::new(),
            horizon: cut,
            due: None,
        };
        deriving.journey(*id, &journey).unwrap();
        for (company, from, to) in belongs {
            journeys.entry(company).or_default().push((*id, from, to, all.clone()));
        }
    }
    deriving.count().unwrap();
    for (parts, company) in accounts.iter().zip(&seen) {
        let members = &journeys[company];
        let mut days: Vec<Day> =
            members.iter().flat_map(|(_, from, to, _)| [Some(*from), *to]).flatten().collect();
        for (_, from, _, spells) in members {
            days.extend(spells.iter().map(|spell| spell.from).filter(|day| day > from));
        }
        days.sort_unstable();
        days.dedup();
        let spell = |from: Day| {
            let holds = |(_, begin, to, _): &&Belonging| *begin <= from && to.is_none_or(|to| from < to);
            let here: Vec<&[Spell]> =
                members.iter().filter(holds).map(|(.., spells)| spells.as_slice()).collect();
            let (phase, group) = group(&here, from);
            let people = members.iter().filter(|(_, first, ..)| *first <= from).count();
            let (people, members) = (u32::try_from(people).unwrap(), u32::try_from(here.len()).unwrap());
            AccountSpell { from, phase, group, customer: group.guide > 0, people, members }
        };
        let mut handshakes: Vec<Handshake> = members
            .iter()
            .map(|(member, first, ..)| {
                let from = Some(Zone::Upstream).filter(|_| first.0 % 3 > 0);
                Handshake { day: first.plus(9), from, to: Zone::Program, member: *member, because: 1 }
            })
            .filter(|made| made.day <= cut)
            .collect();
        handshakes.sort_by_key(|made| made.day);
        let journey = AccountJourney { spells: days.into_iter().map(spell).collect(), handshakes };
        deriving.account_journey(parts.id, &journey).unwrap();
        deriving.momentum(parts.id, momentum(*company)).unwrap();
        let first = members.iter().map(|(_, first, ..)| *first).min().unwrap();
        let interest = |name: String| Interest {
            account: parts.id,
            name,
            first_day: first,
            last_day: first,
            activities: 1,
        };
        let interests = [interest(format!("topic{}", company % 3)), interest("100%".into())];
        deriving.interests(parts.id, &interests[..(company % 3) as usize]).unwrap();
    }
    deriving.finish().unwrap();
}

/// Who, from when, until when, and where they stood.
type Belonging = (PersonId, Day, Option<Day>, Vec<Spell>);

/// Remarks from time to time, one of which is taken back later.
fn decide(store: &mut Store, cut: Day) {
    let about = About::Account(store.key().account(&domain(company(4))));
    let Some(person) = store.identities().unwrap().first().map(|identity| identity.id.into()) else { return };
    let mut first = None;
    for day in (19_005..LAST).step_by(60).map(Day).filter(|day| *day <= cut) {
        let text = format!("on day {}", day.0);
        let note = Verb::Note { about, text };
        let made = store.decide(day.start(), "dana", None, note).unwrap();
        store.decide(day.start(), "dana", None, Verb::LeaveAlone { person, until: None }).unwrap();
        first = first.or(Some(made.id));
    }
    if let Some(decision) = first.filter(|_| cut >= Day(19_300)) {
        store.decide(Day(19_300).start(), "dana", None, Verb::Undo { decision }).unwrap();
    }
}

struct Two {
    folder: tempfile::TempDir,
    full: View,
    cut: View,
    day: Day,
    companies: BTreeMap<AccountId, u32>,
}

impl Two {
    /// A store of everything, and one that was cut at a day; both name people alike.
    fn new(day: i32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (full, cut) = (folder.path().join("full.db"), folder.path().join("cut.db"));
        drop(Store::open(&full).unwrap());
        fs::copy(folder.path().join("full.db.key"), folder.path().join("cut.db.key")).unwrap();
        let day = Day(day);
        fill(&full, Day(LAST));
        fill(&cut, day);
        let key = Store::open(&full).unwrap();
        let companies =
            (0..COMPANIES).map(|company| (key.key().account(&domain(company)), company)).collect();
        Self { full: View::open(&full).unwrap(), cut: View::open(&cut).unwrap(), day, companies, folder }
    }

    const fn then(&self) -> When {
        When { today: Day(LAST), as_of: Some(self.day) }
    }

    const fn now(&self) -> When {
        When::now(self.day)
    }

    fn hand_momentum_over(&self) {
        let week = self.full.momentum_wanted(self.day).unwrap().expect("nobody has handed it over");
        let all = self.companies.iter().filter_map(|(id, company)| Some((*id, momentum(*company)?)));
        self.full.put_momentum(week, all.collect()).unwrap();
        assert_eq!(self.full.momentum_wanted(self.day).unwrap(), None);
    }
}

/// All rows, page by page, read forwards and backwards.
fn walk<T: PartialEq + std::fmt::Debug>(page: &dyn Fn(&Window) -> Slice<T>) -> (Vec<T>, Option<u64>) {
    let read = |forward: bool| {
        let mut window = Window { at: if forward { At::First } else { At::Last }, limit: 4 };
        let (mut rows, mut total) = (Vec::new(), None);
        for _ in 0..200 {
            let slice = page(&window);
            total = slice.total.or(total);
            let (end, edge) = if forward {
                (slice.at_end, slice.rows.last().map(|(cursor, _)| At::After(cursor.clone())))
            } else {
                (slice.at_start, slice.rows.first().map(|(cursor, _)| At::Before(cursor.clone())))
            };
            let mut here: Vec<T> = slice.rows.into_iter().map(|(_, row)| row).collect();
            if forward {
                rows.extend(here);
            } else {
                here.append(&mut rows);
                rows = here;
            }
            let Some(edge) = edge.filter(|_| !end) else { return (rows, total) };
            window.at = edge;
        }
        panic!("no end of pages");
    };
    let (forward, total) = read(true);
    let (backward, _) = read(false);
    assert_eq!(forward, backward, "both ways");
    if let Some(total) = total {
        assert_eq!(total, forward.len() as u64, "counted");
    }
    (forward, total)
}

fn accounts(view: &View, filter: &str, sort: AccountSort, when: When) -> Vec<AccountRow> {
    let filter = parse(filter, Over::Accounts).unwrap();
    walk(&|window| view.accounts(&filter, sort, true, when, window).unwrap()).0
}

fn people(view: &View, filter: &str, sort: PersonSort, when: When) -> Vec<PersonRow> {
    let filter = parse(filter, Over::People).unwrap();
    walk(&|window| view.people(&filter, sort, when, window).unwrap()).0
}

type Holds<T> = (&'static str, fn(&T) -> bool);

const OF_ACCOUNTS: &[Holds<AccountRow>] = &[
    ("phase:program,downstream", |row| matches!(row.phase, Phase::Program | Phase::Downstream)),
    ("phase:buying", |row| row.phase == Phase::Buying),
    ("stage:teacher", |row| row.group.teacher > 0),
    ("stage:blocker,guide", |row| row.group.blocker + row.group.guide > 0),
    ("has:go-getter", |row| row.group.go_getter > 0),
    ("has:cause", |row| row.group.blocker > 0),
    ("has:handshake", |row| row.handshakes > 0),
    ("has:owner", |row| row.owner.is_some()),
    ("handshakes:>=2", |row| row.handshakes >= 2),
    ("state:contested,forming", |row| matches!(row.group.state, GroupState::Contested | GroupState::Forming)),
    ("is:consensus", |row| row.group.state == GroupState::Consensus),
    ("is:customer", |row| row.customer),
    ("is:active", |row| row.group.active > 0),
    ("basis:program,downstream", |row| row.group.basis >= Some(Zone::Program)),
    ("momentum:>2", |row| row.momentum.is_some_and(|now| now.value > 2_000)),
    ("momentum:<=0.5", |row| row.momentum.is_some_and(|now| now.value <= 500)),
    ("is:rising", |row| row.momentum.is_some_and(|now| now.state == MomentumState::Rising)),
    ("is:falling,new", |row| {
        row.momentum.is_some_and(|now| matches!(now.state, MomentumState::Falling | MomentumState::New))
    }),
    ("support:>=50%", |row| row.group.placed() > 0 && row.group.support() >= 500),
    ("support:>0.5", |row| row.group.placed() > 0 && row.group.support() > 500),
    ("support:<50%", |row| row.group.placed() > 0 && row.group.support() < 500),
    ("support:<=0.5", |row| row.group.placed() > 0 && row.group.support() <= 500),
    ("support:100%", |row| row.group.placed() > 0 && row.group.support() == 1_000),
    ("support:0%", |row| row.group.placed() > 0 && row.group.support() == 0),
    ("active:>1", |row| row.group.active > 1),
    ("people:>=4", |row| row.people >= 4),
    ("members:<3", |row| row.members < 3),
    ("activities:>20", |row| row.activities > 20),
    ("activities:>100000", |_| false),
    ("interest:TOPIC2", |row| row.name.trim_start_matches("Company ").parse::<u32>().unwrap() % 3 == 2),
    ("interest:0%", |row| row.name.trim_start_matches("Company ").parse::<u32>().unwrap() % 3 == 2),
    ("interest:0_", |_| false),
    ("source:gh", |row| row.activities > 0),
    ("source:nothing", |_| false),
    ("domain:company7.example", |row| row.name == "Company 7"),
    ("relation:customer", |row| row.relation == Relation::Customer),
    ("is:unconfirmed", |row| !row.confirmed),
];

const OF_PEOPLE: &[Holds<PersonRow>] = &[
    ("stage:teacher,friend", |row| matches!(row.standing.stage, Stage::Teacher | Stage::Friend)),
    ("stage:unplaced", |row| row.standing.stage == Stage::Unplaced),
    ("basis:program", |row| row.standing.basis == Some(Zone::Program)),
    ("has:cause", |row| row.standing.blocked),
    ("has:handshake", |_| false),
    ("is:active", |row| row.standing.active),
    ("is:lapsed", |row| row.standing.lapsed.is_some()),
    ("is:placed", |row| row.standing.stage.is_placed()),
    ("is:mobilizer", |row| matches!(row.standing.stage, Stage::Skeptic | Stage::Teacher | Stage::GoGetter)),
    ("is:pinned", |row| row.standing.stage != row.standing.automatic),
    ("is:left-alone", |row| row.standing.left_alone),
    ("activities:>=5", |row| row.activities >= 5),
    ("source:gh", |_| true),
    ("source:nothing", |_| false),
    ("ground:email", |row| row.member.is_some()),
];

#[test]
fn a_filter_over_where_accounts_stand_leaves_what_a_naive_reading_leaves() {
    let two = Two::new(19_250);
    for when in [two.then(), When::now(Day(LAST))] {
        if when.as_of.is_some() {
            two.hand_momentum_over();
        }
        for sort in [AccountSort::Last, AccountSort::Momentum] {
            let every = accounts(&two.full, "", sort, when);
            assert!(every.len() > 10);
            for (text, holds) in OF_ACCOUNTS {
                let expected: Vec<_> = every.iter().filter(|row| holds(row)).collect();
                let found = accounts(&two.full, text, sort, when);
                assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text} {sort} {when:?}");
                let others: Vec<_> = every.iter().filter(|row| !holds(row)).collect();
                let found = accounts(&two.full, &format!("-{text}"), sort, when);
                assert_eq!(found.iter().collect::<Vec<_>>(), others, "-{text} {sort} {when:?}");
            }
        }
    }
}

#[test]
fn a_filter_over_where_people_stand_leaves_what_a_naive_reading_leaves() {
    let two = Two::new(19_250);
    for when in [two.then(), When::now(Day(LAST))] {
        for sort in [PersonSort::Stage, PersonSort::Last] {
            let every = people(&two.full, "", sort, when);
            assert!(every.len() > 20);
            for (text, holds) in OF_PEOPLE {
                let expected: Vec<_> = every.iter().filter(|row| holds(row)).collect();
                let found = people(&two.full, text, sort, when);
                assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{text} {sort} {when:?}");
                let others: Vec<_> = every.iter().filter(|row| !holds(row)).collect();
                let found = people(&two.full, &format!("-{text}"), sort, when);
                assert_eq!(found.iter().collect::<Vec<_>>(), others, "-{text} {sort} {when:?}");
            }
        }
    }
}

#[test]
fn every_list_as_of_a_day_is_that_of_a_store_cut_at_the_day() {
    for day in [19_020, 19_080, 19_250] {
        let two = Two::new(day);
        two.hand_momentum_over();
        for sort in AccountSort::ALL {
            for filter in ["", "is:active", "comp", "members:>=2 -has:blocker", "last:<30d"] {
                let (then, now) = (
                    accounts(&two.full, filter, *sort, two.then()),
                    accounts(&two.cut, filter, *sort, two.now()),
                );
                assert_eq!(then, now, "{filter} by {sort} at {day}");
            }
        }
        for sort in PersonSort::ALL {
            for filter in ["", "is:active", "pers", "last:<30d stage:teacher,guide", "is:bot"] {
                let (then, now) = (
                    people(&two.full, filter, *sort, two.then()),
                    people(&two.cut, filter, *sort, two.now()),
                );
                assert_eq!(then, now, "{filter} by {sort} at {day}");
            }
        }
    }
}

#[test]
fn the_past_is_moved_from_day_to_day_in_both_directions() {
    let two = Two::new(19_250);
    let sorts = [AccountSort::Last, AccountSort::Activities, AccountSort::Phase, AccountSort::Support];
    for day in [19_250, 19_251, 19_244, 19_100, 19_399, 19_020, 19_260] {
        let when = When { today: Day(LAST), as_of: Some(Day(day)) };
        let fresh = View::open(&two.folder.path().join("full.db")).unwrap();
        for filter in ["-handshakes:>1", "is:active"] {
            for sort in sorts {
                let (moved, anew) =
                    (accounts(&two.full, filter, sort, when), accounts(&fresh, filter, sort, when));
                assert_eq!(moved, anew, "{filter} {sort} at {day}");
            }
        }
    }
}

#[test]
fn an_account_and_its_people_as_of_a_day_are_those_of_a_store_cut_at_the_day() {
    let two = Two::new(19_250);
    two.hand_momentum_over();
    let (mut blocked, mut seen, mut decided) = (0, 0, 0);
    for id in two.companies.keys() {
        let (mut then, mut now) =
            (two.full.account(*id, two.then()).unwrap(), two.cut.account(*id, two.now()).unwrap());
        for detail in then.iter_mut().chain(&mut now) {
            decided += detail.decisions.len();
            detail.decisions.iter_mut().for_each(|decision| decision.id = DecisionId::default());
        }
        blocked += then.as_ref().map_or(0, |detail| detail.causes.len());
        assert_eq!(then, now);
        for sort in PersonSort::ALL {
            let members =
                |view: &View, when| walk(&|window| view.members(*id, *sort, when, window).unwrap()).0;
            let (then, now) = (members(&two.full, two.then()), members(&two.cut, two.now()));
            seen += then.len();
            assert_eq!(then, now, "{sort}");
        }
        let timeline =
            |view: &View, when| walk(&|window| view.activities(Of::Account(*id), when, window).unwrap()).0;
        let (then, now) = (timeline(&two.full, two.then()), timeline(&two.cut, two.now()));
        assert_eq!(then, now);
    }
    assert!(blocked > 0 && seen > 100 && decided > 6, "{blocked} {seen} {decided}");
}

#[test]
fn a_person_as_of_a_day_is_that_of_a_store_cut_at_the_day() {
    let two = Two::new(19_250);
    let every = people(&two.full, "", PersonSort::Name, When::now(Day(LAST)));
    let at_company_1: Vec<PersonId> = ["account:company1", "account:company1 is:bot"]
        .iter()
        .flat_map(|text| people(&two.full, text, PersonSort::Name, two.then()))
        .map(|row| row.id)
        .collect();
    let (mut known, mut decided) = (0, 0);
    for row in every {
        let (mut then, mut now) =
            (two.full.person(row.id, two.then()).unwrap(), two.cut.person(row.id, two.now()).unwrap());
        known += usize::from(then.is_some());
        for detail in then.iter_mut().chain(&mut now) {
            decided += detail.decisions.len();
            detail.decisions.iter_mut().for_each(|decision| decision.id = DecisionId::default());
            // Found again by the index of memberships, also of those that have ended.
            let belonged = detail.memberships.iter().any(|one| one.account_name.starts_with("Company 1"));
            assert_eq!(belonged, at_company_1.contains(&row.id));
        }
        assert_eq!(then, now);
        let timeline =
            |view: &View, when| walk(&|window| view.activities(Of::Person(row.id), when, window).unwrap()).0;
        assert_eq!(timeline(&two.full, two.then()), timeline(&two.cut, two.now()));
    }
    assert!(known > 20 && decided > 6);
}

#[test]
fn a_change_is_the_nearest_day_on_which_something_happened() {
    let two = Two::new(19_250);
    let (mut of_any, mut checked) = (Vec::new(), 0);
    let days_of = |id: AccountId| {
        // An account's own: walk through all of its days, one by one.
        let mut days = Vec::new();
        let mut from = Day(0);
        while let Some(day) = two.full.change(Some(Of::Account(id)), from, true).unwrap() {
            assert!(day > from);
            days.push(day);
            from = day;
        }
        days
    };
    for id in two.companies.keys() {
        let days = days_of(*id);
        let mut back = Vec::new();
        let mut from = Day(i32::MAX);
        while let Some(day) = two.full.change(Some(Of::Account(*id)), from, false).unwrap() {
            back.insert(0, day);
            from = day;
        }
        assert_eq!(days, back);
        let detail = two.full.account(*id, When::now(Day(LAST + 90))).unwrap();
        for made in detail.iter().flat_map(|detail| &detail.handshakes) {
            assert!(days.contains(&made.handshake.day));
            checked += 1;
        }
        of_any.extend(days);
    }
    for row in people(&two.full, "", PersonSort::Name, When::now(Day(LAST))) {
        let detail = two.full.person(row.id, When::now(Day(LAST))).unwrap().unwrap();
        let mut days: Vec<Day> = detail.spells.iter().map(|spell| spell.from).collect();
        days.extend(detail.moves.iter().map(|step| step.at));
        days.extend(detail.crossings.iter().map(|row| row.crossing.day));
        days.sort_unstable();
        days.dedup();
        let next = |from| two.full.change(Some(Of::Person(row.id)), from, true).unwrap();
        for pair in days.windows(2) {
            assert_eq!(next(pair[0]), Some(pair[1]));
        }
        assert_eq!(next(Day(i32::MAX - 1)), None);
    }
    of_any.sort_unstable();
    of_any.dedup();
    for pair in of_any.windows(2) {
        let next = two.full.change(None, pair[0], true).unwrap().unwrap();
        assert!(next <= pair[1] && next > pair[0]);
    }
    assert!(checked > 10);
}

#[test]
fn what_only_the_past_can_tell_is_never_written_to_the_file() {
    let two = Two::new(19_250);
    accounts(&two.full, "stage:friend", AccountSort::Activities, two.then());
    people(&two.full, "stage:friend", PersonSort::Last, two.then());
    let path = two.folder.path().join("full.db");
    let names = |path: &Path| {
        let db = rusqlite::Connection::open(path).unwrap();
        let mut all = db.prepare("SELECT name FROM sqlite_master WHERE name LIKE '%_then'").unwrap();
        all.query_map([], |row| row.get::<_, String>(0)).unwrap().count()
    };
    assert_eq!(names(&path), 0);
}

#[test]
fn a_view_that_never_read_a_page_goes_on_from_its_place_as_one_that_did() {
    let two = Two::new(19_250);
    let every = accounts(&two.full, "", AccountSort::Last, two.then());
    let none = parse("", Over::Accounts).unwrap();
    let fresh = || View::open(&two.folder.path().join("full.db")).unwrap();
    let ids = |view: &View, at: At| {
        let window = Window { at, limit: 3 };
        let slice = view.accounts(&none, AccountSort::Last, true, two.then(), &window).unwrap();
        slice.rows.into_iter().map(|(_, row)| row.id).collect::<Vec<_>>()
    };
    let all = Window { at: At::First, limit: 1_000 };
    let known = two.full.accounts(&none, AccountSort::Last, true, two.then(), &all).unwrap();
    for (place, (cursor, _)) in known.rows.iter().enumerate() {
        let of = |from: usize, to: usize| -> Vec<AccountId> {
            every[from.min(every.len())..to.min(every.len())].iter().map(|row| row.id).collect()
        };
        assert_eq!(ids(&fresh(), At::After(cursor.clone())), of(place + 1, place + 4));
        assert_eq!(ids(&fresh(), At::From(cursor.clone())), of(place, place + 3));
        assert_eq!(ids(&fresh(), At::Before(cursor.clone())), of(place.saturating_sub(3), place));
    }
    assert!(known.rows.len() > 10);
}
