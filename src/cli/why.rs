//! `buyin why NAME`: what a number is made of, entry by entry. Must not know how it is counted.

use serde::Serialize;

use super::{
    Exit,
    accounts::written,
    args::{Format, Why as Asked},
    names,
    output::{Listing, Row},
    pages::unexpected,
    session::{CliError, Desk, Failure, when},
    sheet,
    table::{Column, Table, left, right, spare},
};
use crate::{
    domain::{
        query::Meaning,
        why::{Why, WhyAbout, WhyEntry, WhyOf},
    },
    jobs::read::{Query, Reply},
    journey::report::{WhyEntryReport, WhyReport},
};

pub fn run(args: &Asked, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let when = when(args.at, desk.session.today())?;
    let (name, about, of) = wanted(args, desk)?;
    let mut why = match desk.session.ask(Query::Why { about, of, when }) {
        Reply::Why(Some(why)) => *why,
        Reply::Why(None) => {
            return Err(Failure::usage(format!("{name} has no {of} on {}", when.day())).into());
        }
        other => return Err(unexpected(other).into()),
    };
    // Newest first, as the explorer shows it.
    why.ledger.reverse();
    match desk.style.format {
        Format::Table | Format::Md => write_ledger(&name, &why, desk)?,
        // The ledger is one thing, not a list of things.
        Format::Json | Format::Jsonl => {
            serde_json::to_writer(&mut *desk.out, &WhyReport::new(&why))?;
            desk.out.write_all(b"\n")?;
        }
        Format::Csv => {
            let mut list = Listing::new(desk.style, &mut *desk.out)?;
            for entry in why.ledger {
                list.row(&entry)?;
            }
            list.end()?;
        }
    }
    desk.out.flush()?;
    Ok(Exit::Fine)
}

/// Whom the name means, and which of their numbers is asked about.
fn wanted(args: &Asked, desk: &mut Desk<'_>) -> Result<(String, WhyAbout, WhyOf), CliError> {
    let wrong = |name: &str, what: &str, of: WhyOf, way: &str| {
        Err(Failure::usage(format!("{name} is {what}, which has no {of}")).hint(way).into())
    };
    match names::either(desk.session, &args.name)? {
        Meaning::Person { id, name } => match args.of.unwrap_or(WhyOf::Stage) {
            WhyOf::Stage => Ok((name, WhyAbout::Person(id), WhyOf::Stage)),
            of => wrong(&name, "a person", of, "a person has a stage: leave --of out"),
        },
        Meaning::Account { id, name } => match args.of.unwrap_or(WhyOf::Support) {
            WhyOf::Stage => wrong(
                &name,
                "an account",
                WhyOf::Stage,
                "an account has --of support and --of momentum; its members have stages: `buyin members`",
            ),
            of => Ok((name, WhyAbout::Account(id), of)),
        },
    }
}

fn write_ledger(name: &str, why: &Why, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let mut fields = vec![
        ("number", Some(why.known().map_or_else(|| "-".to_owned(), |number| number.to_string()))),
        ("enters at", why.enter.map(|points| points.to_string())),
        ("leaves below", why.leave.map(|points| points.to_string())),
    ];
    fields.extend(why.remarks.iter().map(|remark| ("", Some(remark.clone()))));
    sheet::write(desk.out, &desk.style, &format!("{name}: {}", why.what), &fields)?;
    if why.ledger.is_empty() {
        return Ok(());
    }
    writeln!(desk.out)?;
    let columns = if why.ledger.iter().any(|entry| entry.rule.is_some()) { TABLE } else { COUNTED };
    let mut table = Table::of(columns, &why.ledger, desk.style.today);
    let sum = |(at, column): (usize, &Column<WhyEntry>)| match column.title {
        "decayed" | "counts" => why.total.to_string(),
        _ if at == 0 => "total".to_owned(),
        _ => String::new(),
    };
    table.rows.push(columns.iter().enumerate().map(sum).collect());
    match desk.style.format {
        Format::Md => table.write_markdown(desk.out)?,
        _ => table.write(desk.out, &desk.style)?,
    }
    Ok(())
}

/// What an entry is, in words.
fn title(entry: &WhyEntry) -> String {
    let activity = entry.activity.as_ref();
    let of_activity = || activity.map(|one| one.title.clone().unwrap_or_else(|| one.kind.text().to_owned()));
    entry.what.clone().or_else(of_activity).unwrap_or_default()
}

const TABLE: &[Column<WhyEntry>] = &[
    left("day", |entry, _| entry.at.to_string()),
    spare(2, left("signal", |entry, _| entry.signal.map_or("-".to_owned(), |signal| signal.to_string()))),
    left("rule", |entry, _| entry.rule.clone().unwrap_or_else(|| "-".to_owned())),
    right("points", |entry, _| entry.points.to_string()),
    spare(1, right("age", |entry, _| format!("{}d", entry.age_days))),
    right("decayed", |entry, _| entry.decayed.to_string()),
    left("title", |entry, _| title(entry)),
];

/// Members and weeks are counted as they are: no rule, no decay.
const COUNTED: &[Column<WhyEntry>] = &[
    left("since", |entry, _| entry.at.to_string()),
    right("counts", |entry, _| entry.decayed.to_string()),
    left("what", |entry, _| title(entry)),
];

const FILE: &[Column<WhyEntry>] = &[
    left("at", |entry, _| written(Some(entry.at.start()))),
    left("activity", |entry, _| entry.activity.as_ref().map(|one| one.id.clone()).unwrap_or_default()),
    left("signal", |entry, _| entry.signal.map(|signal| signal.to_string()).unwrap_or_default()),
    left("rule", |entry, _| entry.rule.clone().unwrap_or_default()),
    right("points", |entry, _| entry.points.to_string()),
    right("age_days", |entry, _| entry.age_days.to_string()),
    right("decayed", |entry, _| entry.decayed.to_string()),
    left("title", |entry, _| title(entry)),
    left("url", |entry, _| entry.activity.as_ref().and_then(|one| one.url.clone()).unwrap_or_default()),
];

impl Row for WhyEntry {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        WhyEntryReport::new(self)
    }
}
