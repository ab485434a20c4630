//! A made-up community of any size, answered from memory. Its order is by rank, so that pages are easy to
//! check; nobody in it exists.

use buyin::{
    domain::{
        account::{AccountDetail, AccountRow, Cause, HandshakeRow, Relation, WEEKS, Zone},
        activity::{ActivityRow, Kind, Of, TimelineRow},
        decision::{About, Decision, Verb},
        filter::{Filter, Test},
        ids::{AccountId, DecisionId, IdentityId, PersonId},
        journey::{Crossing, Group, Handshake, Momentum, Spell},
        person::{
            CrossingRow, Ground, LinkRule, MemberRow, Membership, MoveRow, Nature, PersonDetail,
            PersonIdentity, PersonRow, Standing,
        },
        points::Points,
        query::{AccountSort, At, Cursor, Meaning, Overview, Slice, SortValue, SourceRow, Window},
        stage::{GroupState, MomentumState, Phase, Signal, Stage, Theme},
        time::{Day, Time},
        why::{Why, WhyAbout, WhyEntry, WhyOf},
    },
    jobs::read::{Query, Reply},
};

/// How many accounts, and on which day.
pub(super) struct Community {
    pub(super) accounts: u32,
    pub(super) today: Day,
}

const NAMES: [&str; 8] = [
    "Amber",
    "Birch",
    "Cedar 株式会社",
    "Dune",
    "Ember",
    "Fjord",
    "Grove and Sons of the Northern Coast",
    "Heath",
];
const FIRST: [&str; 6] = ["Ada", "Bo", "Cleo", "Dora", "Eli", "李小"];
const LAST: [&str; 5] = ["Sample", "Example", "Tester", "Placeholder", "Made-Up"];

fn bytes(number: u32, salt: u8) -> [u8; 10] {
    let mut bytes = [salt; 10];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn number(bytes: [u8; 10]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Rows `0..count` of an order, through a window.
fn window<T>(count: u32, window: &Window, row: impl Fn(u32) -> T) -> Slice<T> {
    let place = |cursor: &Cursor| match cursor.value {
        SortValue::Number(place) => u32::try_from(place).unwrap(),
        _ => unreachable!(),
    };
    let (from, to) = match &window.at {
        At::First => (0, window.limit),
        At::Last => (count.saturating_sub(window.limit), count),
        At::After(cursor) => (place(cursor) + 1, place(cursor) + 1 + window.limit),
        At::Before(cursor) => (place(cursor).saturating_sub(window.limit), place(cursor)),
        At::From(cursor) => (place(cursor), place(cursor) + window.limit),
    };
    let to = to.min(count);
    let cursor = |i: u32| Cursor { value: SortValue::Number(i.into()), tie: SortValue::Number(i.into()) };
    let rows = (from.min(to)..to).map(|i| (cursor(i), row(i))).collect();
    Slice { rows, at_start: from == 0, at_end: to == count, total: Some(count.into()) }
}

impl Community {
    pub(super) fn answer(&self, query: Query) -> Reply {
        match query {
            Query::Details { .. } => Reply::Failed("the explorer asks for no details of a page".to_owned()),
            Query::Stale { .. } => Reply::Stale(false),
            Query::Overview => Reply::Overview(Overview {
                accounts: u64::from(self.accounts) * 9,
                shown: self.accounts.into(),
                people: u64::from(self.accounts) * 3,
                activities: u64::from(self.accounts) * 100,
                synced_at: Some(Time(self.today.start().0 + 50_520)),
                covered_until: None,
                version: 1,
                stale: false,
                sample: false,
            }),
            Query::Accounts { filter, sort, window: at, when, .. } => {
                self.accounts(&filter, sort, &at, when.day())
            }
            Query::Account { id, when } => Reply::Account((number(id.0) < self.accounts).then(|| {
                Box::new(AccountDetail {
                    handshakes: self.handshakes(number(id.0), when.day()),
                    causes: self.causes(number(id.0), when.day()),
                    interests: vec!["sample/project".to_owned(), "sample/another".to_owned()],
                    customer: Vec::new(),
                    row: self.account(number(id.0), when.day()),
                    decisions: vec![self.note(id)],
                })
            })),
            Query::Members { account, window: at, when, .. } => {
                let count = people(number(account.0));
                Reply::Members(window(count, &at, |i| self.member(number(account.0) + i, when.day())))
            }
            Query::People { window: at, when, .. } => {
                Reply::People(window(self.accounts * 3, &at, |i| self.person(i, when.day())))
            }
            Query::Person { id, when } => {
                Reply::Person(Some(Box::new(self.detail(number(id.0), when.day()))))
            }
            Query::Activities { of, window: at, when } => {
                let from = match of {
                    Of::Account(id) => number(id.0),
                    Of::Person(id) => number(id.0),
                };
                let gone = u32::try_from(self.today.0 - when.day().0).unwrap().min(120);
                Reply::Activities(window(120 - gone, &at, |i| {
                    let mut row = self.activity(from + (i + gone) / 3, i + gone);
                    if when.as_of.is_some() && i % 5 == 1 {
                        row.activity.known_at = self.today.start();
                    }
                    row
                }))
            }
            Query::Sources => Reply::Sources(self.sources()),
            Query::Why { about, of, .. } => Reply::Why(self.why(about, of)),
            // Something happens every ninth day, and began four hundred days ago.
            Query::Change { from, forward, .. } => {
                let days = (1..=9).map(|by| from.plus(if forward { by } else { -by }));
                let mut days = days.filter(|day| *day <= self.today && day.0 >= self.today.0 - 400);
                Reply::Change(days.find(|day| day.0.rem_euclid(9) == 0))
            }
            Query::Resolve { name } => Reply::Resolve(match name.as_str() {
                "account:amber" => {
                    vec![Meaning::Account { id: AccountId(bytes(0, 1)), name: "Amber".to_owned() }]
                }
                _ => Vec::new(),
            }),
        }
    }

    fn accounts(&self, filter: &Filter, sort: AccountSort, at: &Window, day: Day) -> Reply {
        let words: Vec<&str> = filter
            .terms
            .iter()
            .filter_map(|term| match &term.test {
                Test::Name(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        if words.is_empty() && sort != AccountSort::Name {
            return Reply::Accounts(window(self.accounts, at, |i| self.account(i, day)));
        }
        let mut found: Vec<AccountRow> = (0..self.accounts)
            .map(|i| self.account(i, day))
            .filter(|row| words.iter().all(|word| row.name.to_lowercase().contains(&word.to_lowercase())))
            .collect();
        if sort == AccountSort::Name {
            found.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let count = u32::try_from(found.len()).unwrap();
        Reply::Accounts(window(count, at, |i| found[i as usize].clone()))
    }

    fn account(&self, i: u32, day: Day) -> AccountRow {
        let name = NAMES[(i % 8) as usize];
        let mut weeks = [0; WEEKS];
        for (week, active) in weeks.iter_mut().enumerate() {
            *active = (i * 7 + u32::try_from(week).unwrap() * (i % 5 + 1)) % 11;
        }
        AccountRow {
            phase: Phase::ALL[(i % 5) as usize],
            phase_since: Some(self.today.plus(-200)),
            customer: i % 7 == 4,
            group: self.group(i, day),
            momentum: Some(Momentum {
                state: MomentumState::ALL[(i % 4) as usize],
                value: [1_000, 1_000, 3_140, 290][(i % 4) as usize],
            }),
            handshakes: i % 3,
            zones: [true, i % 5 > 1, i % 5 > 2],
            id: AccountId(bytes(i, 1)),
            name: if i < 8 { name.to_owned() } else { format!("{name} {i}") },
            domains: vec![format!("acme{i}.example")],
            relation: Relation::ALL[(i * 5 % 9) as usize],
            owner: i.is_multiple_of(3).then(|| "dana".to_owned()),
            confirmed: i % 6 != 5,
            people: people(i),
            members: i % 40 / 2 + 1,
            activities: u64::from(1_000_000 / (i + 1) + 3),
            first_activity: Some(self.today.plus(-900 - i32::try_from(i % 900).unwrap()).start()),
            last_activity: Some(self.today.plus(-i32::try_from(i / 4 % 400).unwrap()).start()),
            weeks,
        }
    }

    fn name(i: u32) -> String {
        format!("{} {}", FIRST[(i % 6) as usize], LAST[(i % 5) as usize])
    }

    fn member(&self, i: u32, day: Day) -> MemberRow {
        MemberRow {
            standing: self.standing(i, day),
            cause: self.cause(i, day),
            person: PersonId(bytes(i, 2)),
            name: Self::name(i),
            ground: Ground::ALL[(i % 7) as usize],
            from: Some(self.today.plus(-800)),
            to: (i % 4 == 3).then(|| self.today.plus(-80)),
            activities: u64::from(i % 90) * 13,
            last_activity: Some(self.today.plus(-i32::try_from(i % 90).unwrap()).start()),
        }
    }

    fn membership(&self, i: u32, to: Option<Day>) -> Membership {
        let account = self.account(i % self.accounts, self.today);
        let (account, account_name) = (account.id, account.name);
        Membership {
            account,
            account_name,
            ground: Ground::Email,
            from: Some(self.today.plus(-800)),
            to,
            seen: None,
            learned_later: false,
        }
    }

    fn person(&self, i: u32, day: Day) -> PersonRow {
        PersonRow {
            standing: self.standing(i, day),
            id: PersonId(bytes(i, 2)),
            name: Self::name(i),
            nature: Nature::Human,
            member: (i % 5 != 4).then(|| self.membership(i, None)),
            identities: i % 3 + 1,
            activities: u64::from(i % 90) * 13,
            first_activity: Some(self.today.plus(-900).start()),
            last_activity: Some(self.today.plus(-i32::try_from(i % 90).unwrap()).start()),
        }
    }

    fn detail(&self, i: u32, day: Day) -> PersonDetail {
        let identity = |n: u32| PersonIdentity {
            id: IdentityId(bytes(n, 3)),
            source: "sample".to_owned(),
            handle: n.is_multiple_of(2).then(|| format!("tester{n}")),
            name: Some(Self::name(i)),
            email: Some(format!("tester{n}@acme.example")),
            rule: (n != i).then_some(LinkRule::SameName),
            activities: 7,
        };
        PersonDetail {
            moves: self.moves(i, day),
            spells: self.spells(i, day),
            crossings: self.crossings(i, day),
            cause: self.cause(i, day),
            row: self.person(i, day),
            memberships: vec![self.membership(i, None), self.membership(i + 1, Some(self.today.plus(-800)))],
            identities: vec![identity(i), identity(i + 1)],
            roles: vec!["approver (sample)".to_owned()],
            decisions: Vec::new(),
        }
    }

    fn activity(&self, person: u32, i: u32) -> TimelineRow {
        let kinds = [Kind::CommitAuthored, Kind::CommitReviewed, Kind::IssueOpened, Kind::RoleGranted];
        TimelineRow {
            activity: ActivityRow {
                id: format!("sample/{i}"),
                kind: kinds[(i % 4) as usize],
                at: self.today.plus(-i32::try_from(i).unwrap()).start(),
                source: "sample".to_owned(),
                subject: Some("repo:sample/project".to_owned()),
                title: Some(format!(
                    "Keep the tests of part {i} honest, also where the width of a line ends"
                )),
                url: i.is_multiple_of(2).then(|| format!("https://code.example/sample/project/{i}")),
                actor: IdentityId::default(),
                thread: None,
                counterpart: None,
                labels: Vec::new(),
                known_at: Time::default(),
                seq: 0,
            },
            person: Some(PersonId(bytes(person, 2))),
            person_name: Self::name(person),
        }
    }

    fn note(&self, id: AccountId) -> Decision {
        Decision {
            id: DecisionId(bytes(1, 4)),
            at: self.today.plus(-3).start(),
            author: "dana".to_owned(),
            reason: None,
            verb: Verb::Note { about: About::Account(id), text: "met them at the made-up fair".to_owned() },
            undone_by: None,
        }
    }

    fn sources(&self) -> Vec<SourceRow> {
        let row = |name: &str, kind: &str, state: &str| SourceRow {
            name: name.to_owned(),
            kind: kind.to_owned(),
            state: state.to_owned(),
            activities: 18_400,
            synced_at: Some(Time(self.today.start().0 + 50_520)),
            covered_until: Some(self.today.start()),
            error: None,
            hint: None,
        };
        let failed = SourceRow {
            error: Some("attendees.csv:12 has 3 columns, the first line has 4".to_owned()),
            hint: Some("quote the field that holds a comma".to_owned()),
            synced_at: None,
            covered_until: None,
            activities: 0,
            ..row("workshop", "file", "failed")
        };
        vec![failed, row("sample", "git", "ok"), row("another", "git", "stale")]
    }
}

fn people(i: u32) -> u32 {
    i % 40 + 2
}

/// Where a made-up person came to stand, and how many days ago.
fn path(i: u32) -> &'static [(i32, Stage)] {
    use Stage::{Blocker, Friend, GoGetter, Guide, Skeptic, Teacher};
    match i % 8 {
        0 => &[(300, Skeptic)],
        1 => &[(320, Skeptic), (41, Blocker)],
        2 => &[(700, Skeptic), (410, Teacher)],
        3 => &[(700, Skeptic), (520, Teacher), (200, Guide)],
        4 => &[],
        5 => &[(90, Friend)],
        6 => &[(800, Skeptic), (600, Teacher)],
        _ => &[(800, Skeptic), (700, Teacher), (400, Guide), (60, GoGetter)],
    }
}

impl Community {
    fn spells(&self, i: u32, day: Day) -> Vec<Spell> {
        let spell = |ago: i32, stage: Stage, active: bool| Spell {
            from: self.today.plus(-ago),
            stage,
            automatic: if i % 16 == 2 { Stage::Skeptic } else { stage },
            active,
            basis: (stage != Stage::Friend).then_some(Zone::ALL[(i % 3) as usize]),
            zone: Some(Zone::Upstream),
            cause: None,
            left_alone: false,
        };
        let mut spells: Vec<Spell> = path(i).iter().map(|(ago, stage)| spell(*ago, *stage, true)).collect();
        if i % 8 == 6 {
            spells.push(spell(150, Stage::Teacher, false));
        }
        spells.retain(|spell| spell.from <= day);
        spells
    }

    fn standing(&self, i: u32, day: Day) -> Standing {
        let spells = self.spells(i, day);
        let Some(last) = spells.last() else {
            return Standing { active: i.is_multiple_of(4), ..Standing::default() };
        };
        let since = spells.iter().find(|spell| spell.stage == last.stage).map(|spell| spell.from);
        Standing {
            stage: last.stage,
            automatic: last.automatic,
            since,
            lapsed: (!last.active).then_some(last.from),
            active: last.active,
            basis: last.basis,
            zone: last.zone,
            blocked: last.stage == Stage::Blocker,
            left_alone: i % 11 == 3,
        }
    }

    fn group(&self, i: u32, day: Day) -> Group {
        let mut group = Group { basis: Some(Zone::ALL[(i % 3) as usize]), ..Group::default() };
        for member in (i..i + people(i)).filter(|member| member % 4 != 3) {
            let standing = self.standing(member, day);
            if !standing.active {
                continue;
            }
            group.active += 1;
            match standing.stage {
                Stage::Skeptic => group.skeptic += 1,
                Stage::Blocker => group.blocker += 1,
                Stage::Teacher => group.teacher += 1,
                Stage::Guide => group.guide += 1,
                Stage::GoGetter => group.go_getter += 1,
                _ => group.other += 1,
            }
        }
        group.state = match (group.placed(), group.active) {
            (0 | 1, _) => GroupState::None,
            (_, 26..) => GroupState::Wide,
            _ if group.blocker > 0 => GroupState::Contested,
            _ if group.support() >= 600 => GroupState::Consensus,
            _ => GroupState::Forming,
        };
        group
    }

    fn cause(&self, i: u32, day: Day) -> Option<Cause> {
        (self.standing(i, day).stage == Stage::Blocker).then(|| Cause {
            thread: format!("#{}", 4_120 + i),
            subject: Some("repo:sample/project".to_owned()),
            title: Some("Memory grows until the made-up process ends".to_owned()),
            url: Some(format!("https://code.example/sample/project/issues/{}", 4_120 + i)),
            labels: vec!["bug".to_owned()],
            theme: Theme::Scale,
            since: self.today.plus(-41),
            members: vec![(PersonId(bytes(i, 2)), Self::name(i))],
        })
    }

    fn causes(&self, i: u32, day: Day) -> Vec<Cause> {
        (i..i + people(i)).filter_map(|member| self.cause(member, day)).take(3).collect()
    }

    fn moves(&self, i: u32, day: Day) -> Vec<MoveRow> {
        let mut from = Stage::Unplaced;
        let mut moves = Vec::new();
        for (ago, to) in path(i) {
            let at = self.today.plus(-ago);
            let rule = match to {
                Stage::Skeptic => "first-try",
                Stage::Teacher => "works-for-them",
                Stage::Guide => "spreads-it",
                Stage::GoGetter => "carries-it-inside",
                _ => "left-unanswered",
            };
            let because =
                (0..3).map(|n| self.activity(i, u32::try_from(*ago).unwrap() + n).activity).collect();
            moves.push(MoveRow {
                at,
                from,
                to: *to,
                rule: rule.to_owned(),
                basis: Some(Zone::Upstream),
                known_at: at.start(),
                because,
                cause: if *to == Stage::Blocker { self.cause(i, day) } else { None },
            });
            from = *to;
        }
        moves.retain(|row| row.at <= day);
        moves
    }

    fn crossings(&self, i: u32, day: Day) -> Vec<CrossingRow> {
        let crossing = |ago: i32, from, to| CrossingRow {
            crossing: Crossing { day: self.today.plus(-ago), from, to, because: 1 },
            because: None,
        };
        let mut all =
            vec![crossing(810, None, Zone::Upstream), crossing(250, Some(Zone::Upstream), Zone::Program)];
        all.retain(|row| row.crossing.day <= day && i % 8 != 4);
        all
    }

    fn handshakes(&self, i: u32, day: Day) -> Vec<HandshakeRow> {
        let shake = |ago: i32, from, to| HandshakeRow {
            handshake: Handshake {
                day: self.today.plus(-ago),
                from: Some(from),
                to,
                member: PersonId(bytes(i, 2)),
                because: 1,
            },
            member_name: Self::name(i),
        };
        let mut all =
            vec![shake(250, Zone::Upstream, Zone::Program), shake(100, Zone::Program, Zone::Downstream)];
        all.retain(|shake| shake.handshake.day <= day);
        all.truncate((i % 3) as usize);
        all
    }

    fn why(&self, about: WhyAbout, of: WhyOf) -> Option<Box<Why>> {
        let entry = |n: i32, person: u32| WhyEntry {
            at: self.today.plus(-n * 20),
            activity: Some(self.activity(person, u32::try_from(n).unwrap()).activity),
            what: None,
            signal: Some(Signal::Teaches),
            rule: Some("reviewed".to_owned()),
            points: Points(1_000),
            age_days: u32::try_from(n * 20).unwrap(),
            decayed: Points(1_000 - i64::from(n) * 30),
        };
        let said = |n: i32, what: &str, points: i64| WhyEntry {
            at: self.today.plus(-n),
            activity: None,
            what: Some(what.to_owned()),
            signal: None,
            rule: None,
            points: Points(points),
            age_days: 0,
            decayed: Points(points),
        };
        let (what, ledger, remarks) = match (about, of) {
            (WhyAbout::Person(person), WhyOf::Stage) if !path(number(person.0)).is_empty() => (
                "teacher",
                (0..30).rev().map(|n| entry(n, number(person.0))).collect(),
                vec![
                    "moved by works-for-them on 8 Oct 2025".to_owned(),
                    "the next step, guide, needs 4 points of evangelises from 2 acts".to_owned(),
                    "a third remark stands below the sum".to_owned(),
                ],
            ),
            (WhyAbout::Account(_), WhyOf::Support) => (
                "support",
                vec![said(9, "Ada Sample, teacher", 1_000), said(3, "Bo Example, skeptic", 0)],
                vec!["for 1 of 2 placed".to_owned()],
            ),
            (WhyAbout::Account(_), WhyOf::Momentum) => {
                ("momentum", vec![said(7, "the week of 9 Nov: 3 members", 3_000)], Vec::new())
            }
            _ => return None,
        };
        let total: Points = ledger.iter().map(|entry: &WhyEntry| entry.decayed).sum();
        let number = if of == WhyOf::Stage { total } else { Points(500) };
        let (enter, leave) = (Some(Points(6_000)), None);
        Some(Box::new(Why { what: what.to_owned(), number, enter, leave, ledger, total, remarks }))
    }
}
