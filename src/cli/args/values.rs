//! How single values of the command line are read. Must not know the commands.

use clap::builder::TypedValueParser;

use crate::domain::{
    account::Relation,
    query::{AccountSort, PersonSort},
    time::Time,
};

pub(super) fn account_sorts() -> impl TypedValueParser<Value = AccountSort> {
    words(AccountSort::ALL.iter().map(|word| word.text()), AccountSort::parse)
}

pub(super) fn person_sorts() -> impl TypedValueParser<Value = PersonSort> {
    words(PersonSort::ALL.iter().map(|word| word.text()), PersonSort::parse)
}

pub(super) fn relations() -> impl TypedValueParser<Value = Relation> {
    words(Relation::ALL.iter().map(|word| word.text()), Relation::parse)
}

/// A closed list of words, so that clap can name the nearest one.
fn words<T: Clone + Send + std::marker::Sync + 'static>(
    list: impl Iterator<Item = &'static str>,
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    let listed: Vec<&'static str> = list.collect();
    clap::builder::PossibleValuesParser::new(listed)
        .try_map(move |word| parse(&word).ok_or("not a word of the list"))
}

pub(super) fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "a time is written 2026-11-22 or 2026-11-22T14:02:00Z".to_owned())
}

/// `120x40`, at least 1x1 and at most 1000x1000.
pub(super) fn size(text: &str) -> Result<(u16, u16), String> {
    let read = |side: &str| side.parse().ok().filter(|side| (1..=1000).contains(side));
    text.split_once('x')
        .and_then(|(width, height)| Some((read(width)?, read(height)?)))
        .ok_or_else(|| "a size is written 120x40".to_owned())
}
