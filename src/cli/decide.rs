//! `buyin decide` and `buyin undo`: appends a decision and shows it. Must not know what follows from it.

use super::{
    Exit,
    args::{Decide, Undo, Until, Verb as Asked},
    decisions, names,
    session::{CliError, Desk, Failure},
};
use crate::domain::{
    decision::{About, Verb},
    ids::DecisionId,
    query::Meaning,
    stage::Stage,
    text,
    time::Day,
};

/// The longest note or reason, in characters.
const LONGEST: usize = 2_000;

pub fn run(args: &Decide, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let reason = args.reason.as_deref().map(|reason| harmless(reason, "a reason")).transpose()?;
    let verb = match &args.verb {
        Asked::Relation { name, word } => {
            Verb::Relation { account: names::account(desk.session, name)?, relation: *word }
        }
        Asked::Note { name, text } => {
            let about = match names::either(desk.session, name)? {
                Meaning::Account { id, .. } => About::Account(id),
                Meaning::Person { id, .. } => About::Person(id),
            };
            Verb::Note { about, text: harmless(text, "a note")? }
        }
        Asked::Link { a, b } => {
            let (a, b) = two(desk, a, b)?;
            Verb::Link { a, b }
        }
        Asked::Veto { a, b } => {
            let (a, b) = two(desk, a, b)?;
            Verb::Veto { a, b }
        }
        person => about_person(person, reason.is_some(), desk)?,
    };
    let decision = desk.session.decide(verb, reason)?;
    decisions::list(vec![decision], desk)?;
    Ok(Exit::Fine)
}

/// The verbs of the journey, all about one person.
fn about_person(asked: &Asked, reason: bool, desk: &mut Desk<'_>) -> Result<Verb, CliError> {
    let today = desk.session.today();
    match asked {
        Asked::Pin { stage: Stage::Climber, .. } => {
            let failure = Failure::usage("nobody is pinned as a climber: that is a decision of its own");
            Err(failure.hint("`buyin decide climber NAME --reason … --until …`").into())
        }
        Asked::Pin { member, stage, until } => {
            let until = until_day(until, today)?;
            Ok(Verb::Pin { person: names::person(desk.session, member)?, stage: *stage, until })
        }
        Asked::Climber { member, until } => {
            let until = Some(grounds("climber", reason, until, today)?);
            Ok(Verb::Climber { person: names::person(desk.session, member)?, until })
        }
        Asked::LeaveAlone { member, until } => {
            let until = Some(grounds("leave-alone", reason, until, today)?);
            Ok(Verb::LeaveAlone { person: names::person(desk.session, member)?, until })
        }
        Asked::MovedOn { member, on, to } => {
            let on = on.map_or(today, |day| day.day(today));
            if on > today {
                return Err(Failure::usage(format!("--on {on} lies in the future; today is {today}")).into());
            }
            let person = names::person(desk.session, member)?;
            let to = to.as_deref().map(|to| company(to, desk)).transpose()?;
            Ok(Verb::MovedOn { person, on, to })
        }
        Asked::Correct { member, company: named, from, to } => {
            let (from, to) = (from.map(|day| day.day(today)), to.map(|day| day.day(today)));
            if let (Some(from), Some(to)) = (from, to)
                && from >= to
            {
                let failure = Failure::usage(format!("--from {from} does not lie before --to {to}"));
                return Err(failure.hint("--to is the first day that it no longer holds").into());
            }
            let person = names::person(desk.session, member)?;
            let nowhere = named.eq_ignore_ascii_case("none");
            let company = if nowhere { None } else { Some(company(named, desk)?) };
            Ok(Verb::Correct { person, company, from, to })
        }
        Asked::Relation { .. } | Asked::Note { .. } | Asked::Link { .. } | Asked::Veto { .. } => {
            Err(Failure::failed("this decision is about no single person; please report this").into())
        }
    }
}

/// What takes somebody out of the figures or out of sight has a reason and an end.
fn grounds(verb: &str, reason: bool, until: &Until, today: Day) -> Result<Day, Failure> {
    if !reason {
        return Err(Failure::usage(format!("`{verb}` needs a reason")).hint("say why with --reason 'TEXT'"));
    }
    until_day(until, today)?.ok_or_else(|| {
        Failure::usage(format!("`{verb}` needs an end"))
            .hint("say until when with --until 2027-03-01 or --until +26w")
    })
}

fn until_day(until: &Until, today: Day) -> Result<Option<Day>, Failure> {
    let day = until.until.map(|day| day.day(today));
    match day {
        Some(day) if day <= today => {
            Err(Failure::usage(format!("--until {day} is over already; today is {today}")))
        }
        day => Ok(day),
    }
}

/// The company as the decision keeps it. One that is new becomes an account, which is said.
fn company(named: &str, desk: &mut Desk<'_>) -> Result<String, CliError> {
    if let Some(known) = names::company(desk.session, named)? {
        return Ok(known);
    }
    let name = harmless(named, "a company")?;
    writeln!(desk.err, "no account was called {name} until now")?;
    Ok(name)
}

type Identities = (crate::domain::ids::IdentityId, crate::domain::ids::IdentityId);

/// Two different identities.
fn two(desk: &mut Desk<'_>, a: &str, b: &str) -> Result<Identities, CliError> {
    let pair = (names::identity(desk.session, a)?, names::identity(desk.session, b)?);
    if pair.0 == pair.1 {
        let failure = Failure::usage(format!("both names mean the identity {}", pair.0));
        return Err(failure.hint("name the other one by its id: `buyin member NAME` lists them").into());
    }
    Ok(pair)
}

fn harmless(said: &str, what: &str) -> Result<String, Failure> {
    let line = text::line(said, said.len());
    let length = line.chars().count();
    if length > LONGEST {
        let failure =
            Failure::usage(format!("{what} has at most {LONGEST} characters, this one has {length}"));
        return Err(failure.hint("say it in several, or name the place where it stands in full"));
    }
    if line.is_empty() {
        return Err(Failure::usage(format!("{what} must say something")));
    }
    Ok(line)
}

/// `buyin undo ID`.
pub fn undo(args: &Undo, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let Some(id) = DecisionId::parse(&args.id) else {
        let failure = Failure::usage(format!("`{}` is no id of a decision", text::name(&args.id)));
        return Err(failure.hint("`buyin decisions` lists them, such as d_0123456789abcdef").into());
    };
    let known = desk.session.decisions()?;
    match known.iter().find(|decision| decision.id == id) {
        None => {
            let failure = Failure::usage(format!("there is no decision {id}"));
            return Err(failure.hint("`buyin decisions` lists them").into());
        }
        Some(decision) => {
            if let Some(by) = decision.undone_by {
                return Err(Failure::usage(format!("{id} has been undone already, by {by}")).into());
            }
        }
    }
    let decision = desk.session.decide(Verb::Undo { decision: id }, None)?;
    decisions::list(vec![decision], desk)?;
    Ok(Exit::Fine)
}
