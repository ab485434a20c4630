//! A made-up community of any size, answered from memory. Its order is by rank, so that pages are easy to
//! check; nobody in it exists.

use buyin::{
    domain::{
        account::{AccountDetail, AccountRow, Relation, WEEKS},
        activity::{ActivityRow, Kind, Of, TimelineRow},
        decision::{About, Decision, Verb},
        filter::{Filter, Test},
        ids::{AccountId, DecisionId, IdentityId, PersonId},
        journey::Group,
        person::{
            Ground, LinkRule, MemberRow, Membership, Nature, PersonDetail, PersonIdentity, PersonRow,
            Standing,
        },
        query::{AccountSort, At, Cursor, Meaning, Overview, Slice, SortValue, SourceRow, Window},
        stage::Phase,
        time::{Day, Time},
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
            }),
            Query::Accounts { filter, sort, window: at, .. } => self.accounts(&filter, sort, &at),
            Query::Account { id, .. } => Reply::Account((number(id.0) < self.accounts).then(|| {
                Box::new(AccountDetail {
                    handshakes: Vec::new(),
                    causes: Vec::new(),
                    interests: Vec::new(),
                    customer: Vec::new(),
                    row: self.account(number(id.0)),
                    decisions: vec![self.note(id)],
                })
            })),
            Query::Members { account, window: at, .. } => {
                let count = self.account(number(account.0)).people;
                Reply::Members(window(count, &at, |i| self.member(number(account.0) + i)))
            }
            Query::People { window: at, .. } => {
                Reply::People(window(self.accounts * 3, &at, |i| self.person(i)))
            }
            Query::Person { id, .. } => Reply::Person(Some(Box::new(self.detail(number(id.0))))),
            Query::Activities { of, window: at, .. } => {
                let from = match of {
                    Of::Account(id) => number(id.0),
                    Of::Person(id) => number(id.0),
                };
                Reply::Activities(window(120, &at, |i| self.activity(from + i / 3, i)))
            }
            Query::Sources => Reply::Sources(self.sources()),
            Query::Why { .. } => Reply::Why(None),
            Query::Change { .. } => Reply::Change(None),
            Query::Resolve { name } => Reply::Resolve(match name.as_str() {
                "account:amber" => {
                    vec![Meaning::Account { id: AccountId(bytes(0, 1)), name: "Amber".to_owned() }]
                }
                _ => Vec::new(),
            }),
        }
    }

    fn accounts(&self, filter: &Filter, sort: AccountSort, at: &Window) -> Reply {
        let words: Vec<&str> = filter
            .terms
            .iter()
            .filter_map(|term| match &term.test {
                Test::Name(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        if words.is_empty() && sort != AccountSort::Name {
            return Reply::Accounts(window(self.accounts, at, |i| self.account(i)));
        }
        let mut found: Vec<AccountRow> = (0..self.accounts)
            .map(|i| self.account(i))
            .filter(|row| words.iter().all(|word| row.name.to_lowercase().contains(&word.to_lowercase())))
            .collect();
        if sort == AccountSort::Name {
            found.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let count = u32::try_from(found.len()).unwrap();
        Reply::Accounts(window(count, at, |i| found[i as usize].clone()))
    }

    fn account(&self, i: u32) -> AccountRow {
        let name = NAMES[(i % 8) as usize];
        let mut weeks = [0; WEEKS];
        for (week, active) in weeks.iter_mut().enumerate() {
            *active = (i * 7 + u32::try_from(week).unwrap() * (i % 5 + 1)) % 11;
        }
        AccountRow {
            phase: Phase::Quiet,
            phase_since: None,
            customer: false,
            group: Group::default(),
            momentum: None,
            handshakes: 0,
            zones: [false; 3],
            id: AccountId(bytes(i, 1)),
            name: if i < 8 { name.to_owned() } else { format!("{name} {i}") },
            domains: vec![format!("acme{i}.example")],
            relation: Relation::ALL[(i * 5 % 9) as usize],
            owner: i.is_multiple_of(3).then(|| "dana".to_owned()),
            confirmed: i % 6 != 5,
            people: i % 40 + 2,
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

    fn member(&self, i: u32) -> MemberRow {
        MemberRow {
            standing: Standing::default(),
            cause: None,
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
        let account = self.account(i % self.accounts);
        let (account, account_name) = (account.id, account.name);
        Membership { account, account_name, ground: Ground::Email, from: Some(self.today.plus(-800)), to }
    }

    fn person(&self, i: u32) -> PersonRow {
        PersonRow {
            standing: Standing::default(),
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

    fn detail(&self, i: u32) -> PersonDetail {
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
            moves: Vec::new(),
            spells: Vec::new(),
            crossings: Vec::new(),
            cause: None,
            row: self.person(i),
            memberships: vec![
                self.membership(i, None),
                self.membership(i + 1, Some(self.today.plus(-800))),
            ],
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
            verb: Verb::Note {
                about: About::Account(id),
                text: "met them at the made-up fair".to_owned(),
            },
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
