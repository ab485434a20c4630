//! `buyin decisions`: what was decided, newest first. Must not know how decisions are kept.

use serde::Serialize;

use super::{
    Exit,
    args::{AsOf, Format},
    output::{Listing, Row},
    session::{CliError, Desk, Session, when},
    table::{Column, left},
};
use crate::{
    domain::{
        decision::{About, Decision, Verb},
        ids::IdentityId,
        person::PersonIdentity,
        query::{Meaning, When},
        time::Day,
    },
    jobs::read::{Query, Reply},
    journey::report::without_address,
};

pub fn run(at: AsOf, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let when = when(at, desk.session.today())?;
    let mut decisions = desk.session.decisions()?;
    decisions.retain(|decision| when.as_of.is_none_or(|day| decision.at.day() <= day));
    let none = decisions.is_empty();
    list(decisions, desk)?;
    if none {
        writeln!(desk.err, "nothing has been decided yet")?;
    }
    Ok(Exit::Fine)
}

/// A decision, and in words what it says of whom.
pub struct Line {
    decision: Decision,
    what: String,
}

/// Writes decisions in the asked format: with names for people, with ids for programs.
pub fn list(decisions: Vec<Decision>, desk: &mut Desk<'_>) -> Result<(), CliError> {
    let for_people = matches!(desk.style.format, Format::Table | Format::Md);
    let mut list = Listing::new(desk.style, desk.out)?;
    for decision in decisions {
        let what = if for_people { named(&decision.verb, desk.session) } else { what(&decision.verb) };
        list.row(&Line { decision, what })?;
    }
    list.end()?;
    Ok(())
}

/// What a verb is about, by the names that its ids mean now.
fn named(verb: &Verb, session: &mut dyn Session) -> String {
    if let Verb::Link { a, b } | Verb::Veto { a, b } = verb {
        let are = if matches!(verb, Verb::Link { .. }) { "one person" } else { "two people" };
        return format!("{} and {} are {are}", identity(*a, session), identity(*b, session));
    }
    let mut name = |id: String| match session.ask(Query::Resolve { name: id.clone() }) {
        Reply::Resolve(meanings) => meanings.into_iter().next().map_or(id, |meaning| match meaning {
            Meaning::Account { name, .. } | Meaning::Person { name, .. } => name,
        }),
        _ => id,
    };
    match verb {
        Verb::Relation { account, relation } => format!("{} is {relation}", name(account.to_string())),
        Verb::Note { about: About::Account(id), text } => format!("{}: {text}", name(id.to_string())),
        Verb::Note { about: About::Person(id), text } => format!("{}: {text}", name(id.to_string())),
        other => match other.person() {
            Some(person) => says(&name(person.to_string()), other),
            None => what(other),
        },
    }
}

/// An identity as people know it: its handle, else its name, and the id that tells it from others of that name.
fn identity(id: IdentityId, session: &mut dyn Session) -> String {
    let known = named_identity(id, session).map(|one| {
        if let Some(handle) = one.handle {
            return format!("{}:{handle}", one.source);
        }
        let called = one.name.or(one.email);
        called.map_or(one.source, |name| without_address(&name, false).into_owned())
    });
    known.map_or_else(|| id.to_string(), |known| format!("{known} ({id})"))
}

fn named_identity(id: IdentityId, session: &mut dyn Session) -> Option<PersonIdentity> {
    let Reply::Resolve(meanings) = session.ask(Query::Resolve { name: id.to_string() }) else { return None };
    let person = meanings.into_iter().find_map(|meaning| match meaning {
        Meaning::Person { id, .. } => Some(id),
        Meaning::Account { .. } => None,
    })?;
    let when = When::now(session.today());
    let Reply::Person(Some(detail)) = session.ask(Query::Person { id: person, when }) else { return None };
    detail.identities.into_iter().find(|one| one.id == id)
}

/// What is decided of a person, as a sentence about them.
fn says(name: &str, verb: &Verb) -> String {
    let until = |day: &Option<Day>| day.map_or(String::new(), |day| format!(" until {day}"));
    match verb {
        Verb::Pin { stage, until: day, .. } => format!("{name} is {stage}{}", until(day)),
        Verb::Climber { until: day, .. } => format!("{name} is a climber{}", until(day)),
        Verb::LeaveAlone { until: day, .. } => format!("{name} is left alone{}", until(day)),
        Verb::Correct { company, from, to, .. } => {
            let day =
                |word: &str, day: &Option<Day>| day.map_or(String::new(), |day| format!(" {word} {day}"));
            let company = company.as_ref().map_or("nowhere".to_owned(), |company| format!("at {company}"));
            format!("{name} belongs {company}{}{}", day("from", from), day("to", to))
        }
        other => format!("{name} {}", other.what()),
    }
}

/// What a decision says of the account or person that is shown, with who said it when.
pub fn said(decision: &Decision) -> String {
    let text = match &decision.verb {
        Verb::Relation { relation, .. } => relation.to_string(),
        Verb::Note { text, .. } => text.clone(),
        other => other.what(),
    };
    let reason = decision.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    format!("{text}{reason} ({}, {})", decision.author, decision.at.day())
}

/// What a verb is about, without the verb.
fn what(verb: &Verb) -> String {
    match verb {
        Verb::Relation { account, .. } | Verb::Note { about: About::Account(account), .. } => {
            format!("{account} {}", verb.what())
        }
        _ => verb.person().map_or_else(|| verb.what(), |person| format!("{person} {}", verb.what())),
    }
}

const TABLE: &[Column<Line>] = &[
    left("id", |line, _| line.decision.id.to_string()),
    left("at", |line, _| line.decision.at.day().to_string()),
    left("author", |line, _| line.decision.author.clone()),
    left("verb", |line, _| line.decision.verb.text().to_owned()),
    left("what", |line, _| line.what.clone()),
    left("reason", |line, _| line.decision.reason.clone().unwrap_or_default()),
    left("undone by", |line, _| line.decision.undone_by.map(|id| id.to_string()).unwrap_or_default()),
];

const FILE: &[Column<Line>] = &[
    left("id", |line, _| line.decision.id.to_string()),
    left("at", |line, _| line.decision.at.to_string()),
    left("author", |line, _| line.decision.author.clone()),
    left("verb", |line, _| line.decision.verb.text().to_owned()),
    left("what", |line, _| line.what.clone()),
    left("reason", |line, _| line.decision.reason.clone().unwrap_or_default()),
    left("undone_by", |line, _| line.decision.undone_by.map(|id| id.to_string()).unwrap_or_default()),
];

impl Row for Line {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        &self.decision
    }
}
