//! `buyin export`: everything of one sort, streamed. Must not know where it comes from.

use std::ops::ControlFlow::{Break, Continue};

use serde::Serialize;

use super::{
    Exit, accounts,
    args::{Accounts, Export, What},
    decisions,
    members::MemberLine,
    output::{Listing, Row},
    session::{CliError, Desk, when},
    table::{Column, left},
};
use crate::{
    domain::{activity::ExportedActivity, decision::Verb, query::AccountSort},
    journey::report::ActivityReport,
};

pub fn run(args: &Export, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    match args.what {
        What::Accounts => {
            let (sort, at) = (Some(AccountSort::Name), args.at);
            let all = Accounts { filter: Vec::new(), view: None, sort, limit: None, all: args.all, at };
            return accounts::run(&all, desk);
        }
        What::Decisions => return decisions::run(args.at, desk),
        What::Activities => activities(args, desk)?,
        What::People => people(args, desk)?,
    }
    Ok(Exit::Fine)
}

fn activities(args: &Export, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let when = when(args.at, desk.session.today())?;
    let mut list = Listing::new(desk.style, &mut *desk.out)?;
    let mut written = Ok(());
    desk.session.activities(args.all, &mut |row| {
        if row.activity.at.day() > when.day() && when.as_of.is_some() {
            return Continue(());
        }
        written = list.row(&row);
        if written.is_ok() { Continue(()) } else { Break(()) }
    })?;
    written?;
    list.end()?;
    Ok(())
}

/// An export of people is a decision. It is recorded first: what has left the house is on record even when
/// the output breaks off.
fn people(args: &Export, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let emails = args.with_emails;
    let when = when(args.at, desk.session.today())?;
    let mut rows = 0;
    desk.session.people(args.all, when, &mut |_| {
        rows += 1;
        Continue(())
    })?;
    desk.session.decide(Verb::Export { what: "people".to_owned(), rows, emails }, None)?;
    let mut list = Listing::new(desk.style, &mut *desk.out)?;
    let mut written = Ok(());
    desk.session.people(args.all, when, &mut |detail| {
        written = list.row(&MemberLine { detail, emails, whole: true });
        if written.is_ok() { Continue(()) } else { Break(()) }
    })?;
    written?;
    list.end()?;
    Ok(())
}

const ACTIVITY: &[Column<ExportedActivity>] = &[
    left("id", |row, _| row.activity.id.clone()),
    left("kind", |row, _| row.activity.kind.text().to_owned()),
    left("at", |row, _| row.activity.at.to_string()),
    left("source", |row, _| row.activity.source.clone()),
    left("subject", |row, _| row.activity.subject.clone().unwrap_or_default()),
    left("title", |row, _| row.activity.title.clone().unwrap_or_default()),
    left("url", |row, _| row.activity.url.clone().unwrap_or_default()),
    left("actor", |row, _| row.activity.actor.to_string()),
    left("person", |row, _| row.person.map(|id| id.to_string()).unwrap_or_default()),
    left("account", |row, _| row.account.map(|id| id.to_string()).unwrap_or_default()),
    left("thread", |row, _| row.activity.thread.clone().unwrap_or_default()),
    left("counterpart", |row, _| row.activity.counterpart.map(|id| id.to_string()).unwrap_or_default()),
    left("known_at", |row, _| row.activity.known_at.to_string()),
];

impl Row for ExportedActivity {
    fn table() -> &'static [Column<Self>] {
        ACTIVITY
    }

    fn file() -> &'static [Column<Self>] {
        ACTIVITY
    }

    fn json(&self) -> impl Serialize + '_ {
        ActivityReport::new(self)
    }
}
