//! `buyin members`: people who belong to accounts. Must not know how they are found.

use serde::Serialize;

use super::{
    Exit,
    accounts::written,
    args::{Format, Members},
    filters,
    output::{Listing, Row},
    pages::{unexpected, walk},
    session::{CliError, Desk},
    table::{Column, left, right},
};
use crate::domain::query::When;
use crate::{
    domain::{
        filter::{Filter, Is, Over, Term, Test},
        person::{Membership, Nature, PersonDetail, PersonRow},
        time::{Day, Time},
    },
    jobs::read::{Query, Reply},
    journey::report::{MemberReport, PersonReport, without_address},
};

pub fn run(args: &Members, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let mut filter = filters::read(&args.filter, Over::People)?;
    if args.all {
        // Only humans are listed unless another nature is named.
        filter.terms.push(Term { negated: false, test: Test::Is(vec![Is::Human, Is::Own, Is::Bot]) });
    } else {
        narrow(&mut filter);
    }
    let whole = matches!(desk.style.format, Format::Json | Format::Jsonl | Format::Csv);
    let mut list = Listing::new(desk.style, desk.out)?;
    let session = std::cell::RefCell::new(&mut *desk.session);
    let today = session.borrow().today();
    walk(
        args.limit,
        |window| {
            let query =
                Query::People { filter: filter.clone(), sort: args.sort, when: When::now(today), window };
            match session.borrow_mut().ask(query) {
                Reply::People(slice) => Ok(slice),
                other => Err(unexpected(other)),
            }
        },
        |row| {
            let detail = if whole {
                match session.borrow_mut().ask(Query::Person { id: row.id, when: When::now(today) }) {
                    Reply::Person(detail) => detail.map(|detail| *detail),
                    other => return Err(unexpected(other).into()),
                }
            } else {
                Some(bare(row))
            };
            // Gone since the page was read: another process has derived anew.
            let Some(detail) = detail else { return Ok(()) };
            list.row(&MemberLine { detail, emails: args.with_emails, whole: false })
        },
    )?;
    if list.end()? == 0 {
        writeln!(desk.err, "no member matches")?;
    }
    Ok(Exit::Fine)
}

/// Only humans with an account, unless the filter itself speaks of that.
fn narrow(filter: &mut Filter) {
    let speaks = |is: &[Is]| {
        filter
            .terms
            .iter()
            .any(|term| matches!(&term.test, Test::Is(said) if said.iter().any(|s| is.contains(s))))
    };
    let human = !speaks(&[Is::Human, Is::Bot, Is::Own]);
    let belongs = !speaks(&[Is::Unaffiliated, Is::Bot, Is::Own]);
    if human {
        filter.terms.push(Term { negated: false, test: Test::Is(vec![Is::Human]) });
    }
    if belongs {
        filter.terms.push(Term { negated: true, test: Test::Is(vec![Is::Unaffiliated]) });
    }
}

/// A row without what tables do not show.
fn bare(row: PersonRow) -> PersonDetail {
    PersonDetail {
        row,
        memberships: Vec::new(),
        identities: Vec::new(),
        roles: Vec::new(),
        decisions: Vec::new(),
        moves: Vec::new(),
        spells: Vec::new(),
        crossings: Vec::new(),
        cause: None,
    }
}

/// A person as a row.
pub struct MemberLine {
    pub detail: PersonDetail,
    pub emails: bool,
    /// With all memberships, as `export people` writes it.
    pub whole: bool,
}

/// The two shapes of a person.
#[derive(Serialize)]
#[serde(untagged)]
enum Shape<'a> {
    Member(MemberReport<'a>),
    Person(PersonReport<'a>),
}

impl MemberLine {
    fn member<T>(&self, field: impl Fn(&Membership) -> Option<T>) -> Option<T> {
        self.detail.row.member.as_ref().and_then(field)
    }
}

const TABLE: &[Column<MemberLine>] = &[
    left("member", |line, _| without_address(&line.detail.row.name, line.emails).into_owned()),
    left("account", |line, _| {
        let other = || match line.detail.row.nature {
            Nature::Human => "-".to_owned(),
            nature => nature.to_string(),
        };
        line.member(|m| Some(m.account_name.clone())).unwrap_or_else(other)
    }),
    left("ground", |line, _| line.member(|m| Some(m.ground.to_string())).unwrap_or_else(|| "-".to_owned())),
    right("from", |line, today| short(line.member(|m| m.from), today)),
    right("to", |line, today| short(line.member(|m| m.to), today)),
    right("activities", |line, _| line.detail.row.activities.to_string()),
    right("last", |line, today| short(line.detail.row.last_activity.map(Time::day), today)),
];

const FILE: &[Column<MemberLine>] = &[
    left("id", |line, _| line.detail.row.id.to_string()),
    left("name", |line, _| without_address(&line.detail.row.name, line.emails).into_owned()),
    left("account", |line, _| line.member(|m| Some(m.account.to_string())).unwrap_or_default()),
    left("ground", |line, _| line.member(|m| Some(m.ground.to_string())).unwrap_or_default()),
    left("from", |line, _| written(line.member(|m| m.from).map(Day::start))),
    left("to", |line, _| written(line.member(|m| m.to).map(Day::start))),
    left("memberships", |line, _| {
        let period =
            |m: &Membership| format!("{} {} {}/{}", m.account, m.ground, open_day(m.from), open_day(m.to));
        line.detail.memberships.iter().map(period).collect::<Vec<_>>().join("; ")
    }),
    left("roles", |line, _| line.detail.roles.join("; ")),
    left("identities", |line, _| {
        line.detail.identities.iter().map(|i| i.id.to_string()).collect::<Vec<_>>().join(" ")
    }),
    left("emails", |line, _| {
        let report = MemberReport::new(&line.detail, line.emails);
        report.identities.iter().filter_map(|i| i.email).collect::<Vec<_>>().join(" ")
    }),
    right("activities", |line, _| line.detail.row.activities.to_string()),
    left("first_activity", |line, _| written(line.detail.row.first_activity)),
    left("last_activity", |line, _| written(line.detail.row.last_activity)),
    left("account_name", |line, _| line.member(|m| Some(m.account_name.clone())).unwrap_or_default()),
];

impl Row for MemberLine {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        if self.whole {
            Shape::Person(PersonReport::new(&self.detail, self.emails))
        } else {
            Shape::Member(MemberReport::new(&self.detail, self.emails))
        }
    }
}

/// A short date, or a dash.
pub fn short(day: Option<Day>, today: Day) -> String {
    day.map_or_else(|| "-".to_owned(), |day| day.short(today))
}

/// One end of a period: a day, or `..` where it is open.
fn open_day(day: Option<Day>) -> String {
    day.map_or_else(|| "..".to_owned(), |day| day.to_string())
}
