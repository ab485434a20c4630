//! The FILTER words of a command as one filter. Must not know what it is applied to.

use super::session::Failure;
use crate::{
    config::{List, View},
    domain::filter::{Filter, Over, parse},
};

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

/// The saved view that a name means, whose list is of that sort.
pub fn view<'a>(views: &'a [View], name: &str, over: Over) -> Result<&'a View, Failure> {
    let view = View::find(views, name).map_err(Failure::usage)?;
    if view.list.over() == over {
        return Ok(view);
    }
    let command = match view.list {
        List::Accounts(_) => "accounts",
        List::People(_) => "members",
    };
    let way = format!("`buyin {command} --view '{}'` shows it", view.name);
    Err(Failure::usage(format!("the view {} lists {}", view.name, view.list.over().text())).hint(way))
}

fn keys(over: Over) -> String {
    let keys = crate::domain::filter::complete("", over).join(" ");
    format!("a filter over {} may use {keys} and bare words", over.text())
}
