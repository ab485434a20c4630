//! The FILTER words of a command as one filter. Must not know what it is applied to.

use super::session::Failure;
use crate::domain::filter::{Filter, Over, parse};

/// Reads the words as one filter; the error shows the place.
pub fn read(words: &[String], over: Over) -> Result<Filter, Failure> {
    let text = words.join(" ");
    parse(&text, over).map_err(|error| {
        let failure = Failure::usage(format!("{error} (at {} of the filter)", error.at + 1));
        match error.nearest {
            Some(_) => failure,
            None => failure.hint(keys(over)),
        }
    })
}

fn keys(over: Over) -> String {
    let keys = crate::domain::filter::complete("", over).join(" ");
    format!("a filter over {} may use {keys} and bare words", over.text())
}
