//! What a configuration must fulfil beyond its shape. Each check says what it found and what would be right.

use std::ops::Range;

use jiff::{Zoned, civil, fmt::strtime, tz::TimeZone};
use toml::{de::DeValue, map::Map};

use super::{
    ConfigError, Records,
    error::{Input, nearest, unknown},
    read::Table,
};
use crate::domain::{
    account::{Relation, Zone},
    activity::Kind,
    settings::{NamedAccount, You},
};

const LATER_RECORDS: &[&str] = &["deals"];
const PARTS: &[&str] = &["repo", "category", "channel", "label"];

type Keys<'a> = Map<toml::Spanned<std::borrow::Cow<'a, str>>, Table<'a>>;

fn keys<'t, 'a>(table: &'t Table<'a>) -> Option<&'t Keys<'a>> {
    match table.get_ref() {
        DeValue::Table(keys) => Some(keys),
        _ => None,
    }
}

fn get<'t, 'a>(table: &'t Table<'a>, key: &str) -> Option<&'t Table<'a>> {
    keys(table)?.get(key)
}

/// The value of a key.
pub(super) fn value<'t, 'a>(table: &'t Table<'a>, key: &str) -> Option<&'t DeValue<'a>> {
    get(table, key).map(toml::Spanned::get_ref)
}

/// The text of a key, where it is one.
pub(super) fn text<'t>(table: &'t Table<'_>, key: &str) -> Option<&'t str> {
    match get(table, key)?.get_ref() {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

/// Where the value at the end of `path` stands; else the last one found on the way.
pub(super) fn place(table: &Table<'_>, path: &[&str]) -> Range<usize> {
    match path.split_first().and_then(|(key, rest)| Some((get(table, key)?, rest))) {
        Some((value, rest)) => place(value, rest),
        None => table.span(),
    }
}

/// Where a key itself stands.
pub(super) fn key_place(table: &Table<'_>, key: &str) -> Option<Range<usize>> {
    keys(table)?.get_key_value(key).map(|(key, _)| key.span())
}

/// `[[source]] "x"`, or without the name where it has none.
pub(super) fn named(table: &Table<'_>, section: &str) -> String {
    text(table, "name").map_or_else(|| section.to_owned(), |name| format!("{section} \"{name}\""))
}

/// Checks that a key, where it is there, is one of the words of a closed list.
pub(super) fn word<T: Copy>(
    input: &Input<'_>,
    table: &Table<'_>,
    key: &str,
    all: &[T],
    written: fn(T) -> &'static str,
    section: &str,
) -> Result<(), ConfigError> {
    word_of(input, table, key, all, written, key, section)
}

/// The same for a key that is not called like what it holds.
pub(super) fn word_of<T: Copy>(
    input: &Input<'_>,
    table: &Table<'_>,
    key: &str,
    all: &[T],
    written: fn(T) -> &'static str,
    what: &str,
    section: &str,
) -> Result<(), ConfigError> {
    let words: Vec<&str> = all.iter().map(|word| written(*word)).collect();
    match text(table, key) {
        Some(found) if !words.contains(&found) => {
            let why = unknown(what, found, &format!(" in {section}"), &words);
            Err(input.error(Some(place(table, &[key])), why))
        }
        _ => Ok(()),
    }
}

/// Checks that the entries of a list, where it is there, are words of a closed list.
pub(super) fn words<T: Copy>(
    input: &Input<'_>,
    table: &Table<'_>,
    key: &str,
    all: &[T],
    written: fn(T) -> &'static str,
    what: &str,
    section: &str,
) -> Result<(), ConfigError> {
    let Some(DeValue::Array(entries)) = get(table, key).map(toml::Spanned::get_ref) else { return Ok(()) };
    let words: Vec<&str> = all.iter().map(|word| written(*word)).collect();
    for entry in entries {
        if let DeValue::String(found) = entry.get_ref()
            && !words.contains(&found.as_ref())
        {
            let place = format!(" in `{key}` of {section}");
            return Err(input.error(Some(entry.span()), unknown(what, found, &place, &words)));
        }
    }
    Ok(())
}

/// Where the entry at a place of a list stands.
pub(super) fn entry_place(list: &Table<'_>, place: usize) -> Range<usize> {
    match list.get_ref() {
        DeValue::Array(entries) => entries.get(place).map_or_else(|| list.span(), toml::Spanned::span),
        _ => list.span(),
    }
}

pub(super) fn in_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')
}

/// Why a text cannot name a source, which stands before `:` and `/` in ids.
pub(super) fn source_name(name: &str) -> Option<String> {
    let good = !name.is_empty() && name.chars().count() <= 60 && name.chars().all(in_name);
    (!good).then(|| format!("\"{name}\" cannot name a source: use 1 to 60 letters, digits and . - _"))
}

/// Checks `zone` and `[[source.zones]]`.
pub(super) fn zones(input: &Input<'_>, table: &Table<'_>, name: &str) -> Result<(), ConfigError> {
    word(input, table, "zone", Zone::ALL, Zone::text, name)?;
    let Some(DeValue::Array(rules)) = get(table, "zones").map(toml::Spanned::get_ref) else {
        return Ok(());
    };
    let section = name.replacen("[[source]]", "[[source.zones]] of", 1);
    for rule in rules {
        word(input, rule, "zone", Zone::ALL, Zone::text, &section)?;
        let Some(part) = text(rule, "match") else { continue };
        let (prefix, rest) = part.split_once(':').unwrap_or((part, ""));
        let why = if !PARTS.contains(&prefix) {
            let near = nearest(prefix, PARTS).map(|word| format!(", did you mean `{word}:`?"));
            near.unwrap_or_else(|| ": start it with repo:, category:, channel: or label:".to_owned())
        } else if rest.trim().is_empty() {
            ": a name must follow the colon".to_owned()
        } else {
            continue;
        };
        let why = format!("`{part}` cannot be matched in {section}{why}");
        return Err(input.error(Some(place(rule, &["match"])), why));
    }
    Ok(())
}

pub(super) fn records(input: &Input<'_>, table: &Table<'_>, name: &str) -> Result<(), ConfigError> {
    if let Some(found) = text(table, "records").filter(|found| LATER_RECORDS.contains(found)) {
        let known: Vec<_> = Records::ALL.iter().map(|word| word.text()).collect();
        let why = format!(
            "records \"{found}\" in {name} is not supported by this version of buyin (it knows {})",
            known.join(", ")
        );
        return Err(input.error(Some(place(table, &["records"])), why));
    }
    word(input, table, "records", Records::ALL, Records::text, name)
}

/// Checks the targets of `columns`, and the words of closed lists among the texts that hold for every row.
pub(super) fn columns(
    input: &Input<'_>,
    table: &Table<'_>,
    records: Records,
    name: &str,
) -> Result<(), ConfigError> {
    let Some(columns) = get(table, "columns").and_then(keys) else { return Ok(()) };
    for (target, column) in columns {
        let place = format!(" in columns of {name}");
        if !records.targets().contains(&target.get_ref().as_ref()) {
            let why = unknown("target", target.get_ref(), &place, records.targets());
            return Err(input.error(Some(target.span()), why));
        }
        let DeValue::String(text) = column.get_ref() else { continue };
        if text.trim().is_empty() {
            let why = format!("`{}` names no column{place}", target.get_ref());
            return Err(input.error(Some(column.span()), why));
        }
        let Some(always) = text.strip_prefix('=') else { continue };
        let words: Vec<&str> = match target.get_ref().as_ref() {
            "kind" => Kind::ALL.iter().map(|kind| kind.text()).collect(),
            "relation" => Relation::ALL.iter().map(|word| word.text()).collect(),
            _ => continue,
        };
        if !words.contains(&always) {
            let what = if target.get_ref() == "kind" { "activity kind" } else { "relation" };
            return Err(input.error(Some(column.span()), unknown(what, always, &place, &words)));
        }
    }
    Ok(())
}

/// A format must write and read back a day. `source` is how an error names the section.
pub(super) fn date(format: &str, source: &str) -> Result<(), String> {
    let sample: Zoned = civil::date(2026, 11, 22)
        .at(13, 4, 5, 0)
        .to_zoned(TimeZone::UTC)
        .map_err(|error| format!("the date format `{format}` cannot be tried: {error}"))?;
    let read = strtime::format(format, &sample).and_then(|text| strtime::parse(format, text));
    match read {
        Err(error) => {
            Err(format!("`{format}` in {source} is no date format ({error}); write it like `%d.%m.%Y %H:%M`"))
        }
        Ok(parts) if parts.to_date().is_err() && parts.to_timestamp().is_err() => Err(format!(
            "the date format `{format}` in {source} names no whole day; write it like `%d.%m.%Y %H:%M`"
        )),
        Ok(_) => Ok(()),
    }
}

pub(super) fn timezone(name: &str, source: &str) -> Result<(), String> {
    if TimeZone::get(name).is_ok() {
        return Ok(());
    }
    let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let words: Vec<&str> = known.iter().map(String::as_str).collect();
    let way = nearest(name, &words).map_or_else(
        || "; write it like `Europe/Berlin`".to_owned(),
        |word| format!(", did you mean `{word}`?"),
    );
    Err(format!("unknown time zone `{name}` in {source}{way}"))
}

/// What is wrong, and with which key.
pub(super) type Wrong = (&'static str, String);

/// Sorts the lists, so that their order changes no conclusion.
pub(super) fn you(you: &mut You) -> Result<(), Wrong> {
    domains(&mut you.domains).map_err(|why| ("domains", format!("{why} in [you]")))?;
    let bad = |login: &&String| {
        login.split_once(':').is_none_or(|(forge, login)| forge.trim().is_empty() || login.trim().is_empty())
    };
    if let Some(login) = you.logins.iter().find(bad) {
        return Err((
            "logins",
            format!("the login `{login}` in [you] names no forge: write `github:{login}`"),
        ));
    }
    for list in [&mut you.domains, &mut you.logins, &mut you.people] {
        list.sort();
        list.dedup();
    }
    Ok(())
}

pub(super) fn account(account: &mut NamedAccount, others: &[NamedAccount]) -> Result<(), Wrong> {
    let name = account.name.trim().to_owned();
    if name.is_empty() {
        return Err(("name", "an [[account]] without a name".to_owned()));
    }
    domains(&mut account.domains).map_err(|why| ("domains", format!("{why} in [[account]] \"{name}\"")))?;
    if others.iter().any(|other| other.name == name) {
        return Err(("name", format!("two accounts are named \"{name}\"")));
    }
    for domain in &account.domains {
        if let Some(other) = others.iter().find(|other| other.domains.contains(domain)) {
            let why = format!("`{domain}` belongs to both \"{}\" and \"{name}\"", other.name);
            return Err(("domains", why));
        }
    }
    account.name = name;
    Ok(())
}

fn domains(domains: &mut [String]) -> Result<(), String> {
    for domain in domains {
        let lower = domain.trim().to_lowercase();
        let labels = lower.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
        });
        if !labels || !lower.contains('.') {
            return Err(format!("`{domain}` is no domain: write it like `example.com`"));
        }
        *domain = lower;
    }
    Ok(())
}
