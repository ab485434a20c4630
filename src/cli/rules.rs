//! `buyin rules`: the rules in force as a file; checks a file, shows who would move under it. Must not know what
//! follows from rules.

mod file;

use serde::Serialize;

use super::{
    Exit,
    accounts::written,
    args::{Format, Rules as Asked, RulesCommand},
    output::{Listing, Row},
    session::{CliError, Desk, Failure},
    standing::because,
    table::{Column, left, right},
};
use crate::{
    config,
    domain::{
        activity::ActivityRow,
        ids::{AccountId, PersonId},
        rules::Rules,
        stage::Stage,
        time::{Day, Time},
        tried::Tried,
    },
    journey::report::without_address,
};

pub fn run(args: &Asked, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    match &args.what {
        None => print(&desk.session.rules()?, desk),
        Some(RulesCommand::Check { file }) => {
            let rules = read(file)?;
            let (signals, moves) = (rules.signals.len(), rules.moves.len());
            writeln!(desk.out, "fine: {signals} signals, {moves} moves with those that ship with buyin")?;
            desk.out.flush()?;
            Ok(Exit::Fine)
        }
        Some(RulesCommand::Try { file }) => {
            let tried = desk.session.try_rules(&read(file)?)?;
            list(&tried, desk)
        }
    }
}

fn read(path: &std::path::Path) -> Result<Rules, Failure> {
    config::rules(path).map_err(|error| Failure::usage(error.to_string()))
}

fn print(rules: &Rules, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    match desk.style.format {
        Format::Json | Format::Jsonl => {
            serde_json::to_writer(&mut *desk.out, rules)?;
            desk.out.write_all(b"\n")?;
        }
        _ => desk.out.write_all(file::text(rules).as_bytes())?,
    }
    desk.out.flush()?;
    Ok(Exit::Fine)
}

fn list(tried: &[Tried], desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let mut list = Listing::new(desk.style, &mut *desk.out)?;
    for one in tried {
        list.row(one)?;
    }
    if list.end()? == 0 {
        writeln!(desk.err, "nobody would stand elsewhere")?;
    } else {
        writeln!(
            desk.err,
            "{} would stand elsewhere; `rules = \"FILE\"` in the configuration and `buyin rebuild` adopt them",
            tried.len()
        )?;
    }
    Ok(Exit::Fine)
}

fn account(one: &Tried) -> &str {
    one.account.as_ref().map_or("-", |(_, name)| name)
}

fn ids(one: &Tried) -> String {
    one.because.iter().map(|activity| activity.id.as_str()).collect::<Vec<_>>().join(" ")
}

const TABLE: &[Column<Tried>] = &[
    left("member", |one, _| without_address(&one.name, false).into_owned()),
    left("account", |one, _| account(one).to_owned()),
    left("from", |one, _| one.from.to_string()),
    left("to", |one, _| one.to.to_string()),
    right("at", |one, today| one.day.map_or("-".to_owned(), |day| day.short(today))),
    left("rule", |one, _| one.rule.clone().unwrap_or_else(|| "-".to_owned())),
    left("because", |one, _| because(&one.because)),
];

const FILE: &[Column<Tried>] = &[
    left("id", |one, _| one.person.to_string()),
    left("name", |one, _| without_address(&one.name, false).into_owned()),
    left("account", |one, _| one.account.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default()),
    left("account_name", |one, _| one.account.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()),
    left("from", |one, _| one.from.to_string()),
    left("to", |one, _| one.to.to_string()),
    left("at", |one, _| written(one.day.map(Day::start))),
    left("rule", |one, _| one.rule.clone().unwrap_or_default()),
    left("because", |one, _| ids(one)),
];

/// A row of `rules try` for other programs.
#[derive(Serialize)]
struct TriedReport<'a> {
    id: PersonId,
    name: std::borrow::Cow<'a, str>,
    account: Option<AccountId>,
    from: Stage,
    to: Stage,
    at: Option<Time>,
    rule: Option<&'a str>,
    because: &'a [ActivityRow],
}

impl Row for Tried {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        TriedReport {
            id: self.person,
            name: without_address(&self.name, false),
            account: self.account.as_ref().map(|(id, _)| *id),
            from: self.from,
            to: self.to,
            at: self.day.map(Day::start),
            rule: self.rule.as_deref(),
            because: &self.because,
        }
    }
}
