//! `buyin members`: people who belong to accounts. Must not know how they are found.

use serde::Serialize;

use super::{
    Exit,
    accounts::written,
    args::{Format, Members as Asked},
    filters,
    output::{Listing, Row},
    pages::{unexpected, walk},
    session::{CliError, Desk, when},
    standing,
    table::{Column, left, right, spare},
};
use crate::{
    config::List,
    domain::{
        filter::{Filter, Is, Over, Term, Test},
        person::{Membership, Nature, PersonDetail, PersonRow},
        query::{PersonSort, When},
        time::{Day, Time},
    },
    jobs::read::{Query, Reply},
    journey::report::{MemberReport, PersonReport, without_address},
};

/// What is listed.
pub struct Members {
    pub filter: Filter,
    pub sort: PersonSort,
    /// People without an account or of an unconfirmed one, your own people and bots too.
    pub all: bool,
    pub limit: Option<u64>,
    pub when: When,
    pub emails: bool,
}

pub fn run(args: &Asked, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let mut filter = filters::read(&args.filter, Over::People)?;
    let mut sort = args.sort;
    if let Some(name) = &args.view {
        let views = desk.session.views();
        let view = filters::view(&views, name, Over::People)?;
        filter.terms.extend(view.filter.terms.iter().cloned());
        if let List::People(usual) = view.list {
            sort = sort.or(Some(usual));
        }
    }
    let when = when(args.at, desk.session.today())?;
    let sort = sort.unwrap_or(PersonSort::Last);
    let (all, limit, emails) = (args.all, args.limit, args.with_emails);
    if list(&Members { filter, sort, all, limit, when, emails }, desk)? == 0 {
        writeln!(desk.err, "no member matches")?;
    }
    Ok(Exit::Fine)
}

/// Writes the people and says how many there were.
pub fn list(asked: &Members, desk: &mut Desk<'_>) -> Result<u64, CliError> {
    let Members { sort, when, emails, .. } = *asked;
    let mut filter = asked.filter.clone();
    if asked.all {
        // Only humans are listed unless another nature is named.
        filter.terms.push(Term { negated: false, test: Test::Is(vec![Is::Human, Is::Own, Is::Bot]) });
    } else {
        narrow(&mut filter);
    }
    let whole = matches!(desk.style.format, Format::Json | Format::Jsonl | Format::Csv);
    let mut list = Listing::new(desk.style, desk.out)?;
    let session = std::cell::RefCell::new(&mut *desk.session);
    walk(
        asked.limit,
        |window| {
            let query = Query::People { filter: filter.clone(), sort, when, window };
            match session.borrow_mut().ask(query) {
                Reply::People(slice) => Ok(slice),
                other => Err(unexpected(other)),
            }
        },
        |row| {
            let detail = if whole {
                match session.borrow_mut().ask(Query::Person { id: row.id, when }) {
                    Reply::Person(detail) => detail.map(|detail| *detail),
                    other => return Err(unexpected(other).into()),
                }
            } else {
                Some(bare(row))
            };
            // Gone since the page was read: another process has derived anew.
            let Some(detail) = detail else { return Ok(()) };
            list.row(&MemberLine { detail, emails, whole: false })
        },
    )?;
    list.end()
}

/// Only humans with a confirmed account, as `accounts` lists them, unless the filter itself speaks of that.
fn narrow(filter: &mut Filter) {
    let speaks = |is: &[Is]| {
        filter
            .terms
            .iter()
            .any(|term| matches!(&term.test, Test::Is(said) if said.iter().any(|s| is.contains(s))))
    };
    let human = !speaks(&[Is::Human, Is::Bot, Is::Own]);
    let belongs = !speaks(&[Is::Unaffiliated, Is::Bot, Is::Own]);
    let vouched = !speaks(&[Is::Confirmed, Is::Unconfirmed, Is::Unaffiliated, Is::Bot, Is::Own])
        && !names_account(filter);
    if human {
        filter.terms.push(Term { negated: false, test: Test::Is(vec![Is::Human]) });
    }
    if belongs {
        filter.terms.push(Term { negated: true, test: Test::Is(vec![Is::Unaffiliated]) });
    }
    if vouched {
        filter.terms.push(Term { negated: true, test: Test::Is(vec![Is::Unconfirmed]) });
    }
}

/// Who asks for an account by name means it, confirmed or not.
fn names_account(filter: &Filter) -> bool {
    let named = |test: &Test| matches!(test, Test::Account(_) | Test::Domain(_));
    filter.terms.iter().any(|term| !term.negated && named(&term.test))
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
    left("stage", |line, _| standing::stage(&line.detail.row.standing)),
    spare(2, right("since", |line, today| short(line.detail.row.standing.since, today))),
    spare(3, left("basis", |line, _| basis(&line.detail.row))),
    spare(
        4,
        left("ground", |line, _| {
            line.member(|m| Some(m.ground.to_string())).unwrap_or_else(|| "-".to_owned())
        }),
    ),
    spare(5, right("from", |line, today| short(line.member(|m| m.from), today))),
    spare(6, right("to", |line, today| short(line.member(|m| m.to), today))),
    spare(7, right("activities", |line, _| line.detail.row.activities.to_string())),
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
    left("stage", |line, _| line.detail.row.standing.stage.to_string()),
    left("automatic_stage", |line, _| line.detail.row.standing.automatic.to_string()),
    left("since", |line, _| written(line.detail.row.standing.since.map(Day::start))),
    left("lapsed", |line, _| written(line.detail.row.standing.lapsed.map(Day::start))),
    left("basis", |line, _| line.detail.row.standing.basis.map(|zone| zone.to_string()).unwrap_or_default()),
    left("zone", |line, _| line.detail.row.standing.zone.map(|zone| zone.to_string()).unwrap_or_default()),
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

fn basis(row: &PersonRow) -> String {
    row.standing.basis.map_or_else(|| "-".to_owned(), |zone| zone.to_string())
}

/// A short date, or a dash.
pub fn short(day: Option<Day>, today: Day) -> String {
    day.map_or_else(|| "-".to_owned(), |day| day.short(today))
}

/// One end of a period: a day, or `..` where it is open.
fn open_day(day: Option<Day>) -> String {
    day.map_or_else(|| "..".to_owned(), |day| day.to_string())
}
