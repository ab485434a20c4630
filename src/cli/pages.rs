//! Walks through a whole list, a page at a time. Must not know what is listed.

use super::session::{CliError, Failure};
use crate::{
    domain::query::{At, Slice, Window},
    jobs::read::Reply,
};

/// Rows that are asked for at once.
const PAGE: u32 = 500;

/// Hands every row, at most `limit`, to `each`; says whether there would have been more.
pub fn walk<T>(
    limit: Option<u64>,
    mut ask: impl FnMut(Window) -> Result<Slice<T>, Failure>,
    mut each: impl FnMut(T) -> Result<(), CliError>,
) -> Result<bool, CliError> {
    let mut left = limit.unwrap_or(u64::MAX);
    let mut at = At::First;
    while left > 0 {
        let limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let slice = ask(Window { at, limit })?;
        let Some((last, _)) = slice.rows.last() else { return Ok(false) };
        at = At::After(last.clone());
        let at_end = slice.at_end;
        for (_, row) in slice.rows.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)) {
            each(row)?;
            left -= 1;
        }
        if at_end {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The reply is none to the question that was asked.
pub fn unexpected(reply: Reply) -> Failure {
    match reply {
        Reply::Failed(message) => Failure::failed(message),
        _ => Failure::failed("the store gave an answer to another question; please report this"),
    }
}
