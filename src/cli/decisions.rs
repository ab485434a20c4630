//! `buyin decisions`: what was decided, newest first. Must not know how decisions are kept.

use serde::Serialize;

use super::{
    Exit,
    output::{Listing, Row},
    session::{CliError, Desk},
    table::{Column, left},
};
use crate::domain::decision::{About, Decision, Verb};

pub fn run(desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let decisions = desk.session.decisions()?;
    let none = decisions.is_empty();
    list(decisions, desk)?;
    if none {
        writeln!(desk.err, "nothing has been decided yet")?;
    }
    Ok(Exit::Fine)
}

/// Writes decisions in the asked format.
pub fn list(decisions: Vec<Decision>, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let mut list = Listing::new(desk.style, desk.out)?;
    for decision in decisions {
        list.row(&decision)?;
    }
    list.end()?;
    Ok(())
}

/// What a decision says, with who said it when.
pub fn said(decision: &Decision) -> String {
    format!("{} ({}, {})", what(&decision.verb), decision.author, decision.at.day())
}

/// What a verb is about, without the verb.
fn what(verb: &Verb) -> String {
    match verb {
        Verb::Relation { account, relation } => format!("{account} {relation}"),
        Verb::Note { about: About::Account(id), text } => format!("{id} {text}"),
        Verb::Note { about: About::Person(id), text } => format!("{id} {text}"),
        Verb::Link { a, b } | Verb::Veto { a, b } => format!("{a} {b}"),
        Verb::Adopt { settings } => settings.clone(),
        Verb::Export { what, rows, emails } => {
            format!("{rows} {what}{}", if *emails { " with e-mails" } else { "" })
        }
        Verb::Undo { decision } => decision.to_string(),
    }
}

const TABLE: &[Column<Decision>] = &[
    left("id", |decision, _| decision.id.to_string()),
    left("at", |decision, _| decision.at.day().to_string()),
    left("author", |decision, _| decision.author.clone()),
    left("verb", |decision, _| decision.verb.text().to_owned()),
    left("what", |decision, _| what(&decision.verb)),
    left("reason", |decision, _| decision.reason.clone().unwrap_or_default()),
    left("undone by", |decision, _| decision.undone_by.map(|id| id.to_string()).unwrap_or_default()),
];

const FILE: &[Column<Decision>] = &[
    left("id", |decision, _| decision.id.to_string()),
    left("at", |decision, _| decision.at.to_string()),
    left("author", |decision, _| decision.author.clone()),
    left("verb", |decision, _| decision.verb.text().to_owned()),
    left("what", |decision, _| what(&decision.verb)),
    left("reason", |decision, _| decision.reason.clone().unwrap_or_default()),
    left("undone_by", |decision, _| decision.undone_by.map(|id| id.to_string()).unwrap_or_default()),
];

impl Row for Decision {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        self
    }
}
