//! `buyin decide` and `buyin undo`: appends a decision and shows it. Must not know what follows from it.

use super::{
    Exit,
    args::{Decide, Undo, Verb as Asked},
    decisions, names,
    session::{CliError, Desk, Failure},
};
use crate::domain::{
    decision::{About, Verb},
    ids::DecisionId,
    query::Meaning,
    text,
};

/// The longest note or reason, in characters.
const LONGEST: usize = 2_000;

pub fn run(args: &Decide, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
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
    };
    let reason = args.reason.as_deref().map(|reason| harmless(reason, "a reason")).transpose()?;
    let decision = desk.session.decide(verb, reason)?;
    decisions::list(vec![decision], desk)?;
    Ok(Exit::Fine)
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
