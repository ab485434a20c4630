//! One line of JSON that says itself what it is, for programs and for files without columns. The format is
//! described in [`crate::sources::command`].

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{
    dates::Dates,
    facts::{Activity, Affiliation, Alias, Claim, Company, Contact, given},
    pages::Pages,
    who::{Who, filled},
};
use crate::{config::nearest, domain::text};

const RECORDS: &[&str] = &[
    "activity",
    "identity",
    "alias",
    "claim",
    "company",
    "contact",
    "affiliation",
    "subject",
    "gone",
    "mark",
];

/// The longest mark, in characters.
const MARK: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    subject: String,
    url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gone {
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    mark: String,
}

/// The object of a line.
pub(in crate::sources) fn object(line: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(&String::from_utf8_lossy(line)) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("is no JSON object: write one object on each line".to_owned()),
        Err(error) => {
            let said = plain(&error);
            // Its line is always the first: we know better.
            let why = said.split(" at line ").next().unwrap_or(&said);
            Err(format!("is no JSON at column {}: {why}", error.column()))
        }
    }
}

/// Puts what a line says on the page; answers the mark, where it is one.
pub(in crate::sources) fn put(
    mut object: Map<String, Value>,
    pages: &mut Pages<'_>,
) -> Result<Option<String>, String> {
    let dates = &Dates::plain();
    let Some(Value::String(record)) = object.remove("record") else {
        return Err(format!("names no `record`: one of {}", RECORDS.join(", ")));
    };
    match record.as_str() {
        "activity" => read::<Activity>(object)?.put(pages, dates).map(|_| ())?,
        "identity" => {
            let who = read::<Who>(object)?.identity()?;
            pages.identity(who);
        }
        "alias" => read::<Alias>(object)?.put(pages)?,
        "claim" => read::<Claim>(object)?.put(pages)?,
        "company" => read::<Company>(object)?.put(pages)?,
        "contact" => read::<Contact>(object)?.put(pages)?,
        "affiliation" => read::<Affiliation>(object)?.put(pages, dates)?,
        "subject" => subject(read(object)?, pages)?,
        "gone" => pages.gone(given(Some(read::<Gone>(object)?.key)).ok_or("`key` is empty")?),
        "mark" => return mark(read(object)?).map(Some),
        other => {
            let other = text::line(other, 80);
            let way = nearest(&other, RECORDS).map(|word| format!(", did you mean `{word}`?"));
            return Err(format!("unknown record `{other}`{}", way.unwrap_or_default()));
        }
    }
    Ok(None)
}

/// A mark goes into the environment of the next run, so it is one short line.
fn mark(found: Mark) -> Result<String, String> {
    if found.mark.is_empty() || found.mark != text::line(&found.mark, MARK) {
        return Err(format!("`mark` must be one line of 1 to {MARK} plain characters"));
    }
    Ok(found.mark)
}

fn subject(found: Subject, pages: &mut Pages<'_>) -> Result<(), String> {
    let url = text::web(&found.url).ok_or_else(|| {
        format!("`{}` is no web address: it must start with http:// or https://", text::line(&found.url, 80))
    })?;
    let subject = filled(Some(found.subject), text::TITLE).ok_or("`subject` is empty")?;
    pages.subject(subject, url);
    Ok(())
}

fn read<T: DeserializeOwned>(object: Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(object)).map_err(|error| plain(&error))
}

/// What serde says, on one harmless line.
fn plain(error: &serde_json::Error) -> String {
    text::line(&error.to_string(), 300)
}

/// Somebody: an object, or one text.
pub(super) fn who<'de, D: Deserializer<'de>>(input: D) -> Result<Who, D::Error> {
    match Value::deserialize(input)? {
        Value::String(text) => Ok(Who::parse(&text)),
        object @ Value::Object(_) => serde_json::from_value(object).map_err(serde::de::Error::custom),
        _ => Err(serde::de::Error::custom("expected an e-mail, `@login`, a name, or an object with them")),
    }
}

pub(super) fn some_who<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Who>, D::Error> {
    match Option::<Value>::deserialize(input)? {
        None | Some(Value::Null) => Ok(None),
        Some(value) => who(value).map(Some).map_err(serde::de::Error::custom),
    }
}
