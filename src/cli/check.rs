//! `buyin check FILTER`: prints what matches and says by its exit code whether anything does. Must not know how
//! it is found.

use super::{
    Exit,
    accounts::{self, Accounts},
    args::Check,
    filters, members,
    session::{CliError, Desk, when},
};
use crate::domain::{
    filter::Over,
    query::{AccountSort, PersonSort},
};

pub fn run(args: &Check, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let when = when(args.at, desk.session.today())?;
    let rows = match over(args)? {
        Over::Accounts => {
            let filter = filters::read(&args.filter, Over::Accounts)?;
            let asked = Accounts { filter, sort: AccountSort::Last, all: args.all, limit: None, when };
            accounts::list(&asked, desk)?
        }
        Over::People => {
            let filter = filters::read(&args.filter, Over::People)?;
            let asked = members::Members {
                filter,
                sort: PersonSort::Last,
                all: args.all,
                limit: None,
                when,
                emails: false,
            };
            members::list(&asked, desk)?
        }
    };
    Ok(if rows == 0 { Exit::NoMatch } else { Exit::Fine })
}

/// Accounts, unless people are asked for or the filter fits only them.
fn over(args: &Check) -> Result<Over, CliError> {
    if args.members {
        return Ok(Over::People);
    }
    match filters::read(&args.filter, Over::Accounts) {
        Ok(_) => Ok(Over::Accounts),
        Err(wrong) if filters::read(&args.filter, Over::People).is_err() => Err(wrong.into()),
        Err(_) => Ok(Over::People),
    }
}
