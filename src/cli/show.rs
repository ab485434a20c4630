//! `buyin show`: one frame of the explorer as text. Must not know how it is drawn.

use super::{
    Exit,
    args::Show,
    session::{CliError, Desk, Failure},
};
use crate::{
    domain::query::When,
    jobs::read::{Query, Reply},
};

/// Draws a frame: the asked screen, keys and size to text.
pub type Frame<'a> = &'a mut dyn FnMut(&mut dyn super::session::Session, &Show) -> Result<String, Failure>;

pub fn run(args: &Show, frame: Frame<'_>, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    if let Reply::Failed(message) = desk.session.ask(Query::Sources) {
        return Err(Failure::failed(message).into());
    }
    let text = frame(desk.session, args)?;
    desk.out.write_all(text.trim_end_matches('\n').as_bytes())?;
    desk.out.write_all(b"\n")?;
    desk.out.flush()?;
    Ok(Exit::Fine)
}

/// The same question about another day, where it is about one at all and names none itself.
pub fn at(mut query: Query, wanted: When) -> Query {
    match &mut query {
        Query::Accounts { when, .. }
        | Query::Account { when, .. }
        | Query::Members { when, .. }
        | Query::People { when, .. }
        | Query::Person { when, .. }
        | Query::Activities { when, .. }
        | Query::Details { when, .. }
        | Query::Why { when, .. } => when.as_of = when.as_of.or(wanted.as_of),
        Query::Overview
        | Query::Stale { .. }
        | Query::Sources
        | Query::Change { .. }
        | Query::Resolve { .. } => {}
    }
    query
}
