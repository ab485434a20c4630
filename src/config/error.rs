//! What is wrong with a configuration, on one line: where, what was found, and the nearest valid word.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

use crate::domain::text;

/// Why a configuration cannot be used. It renders as one line:
/// ``config.toml:12:3: unknown key `pat` in [[source]] "x", did you mean `path`?``
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file at fault, where there is one.
    pub path: Option<PathBuf>,
    /// Line and column (in characters), both from 1.
    pub place: Option<(usize, usize)>,
    /// What was found and what was expected; one line, lower case.
    pub message: String,
}

impl ConfigError {
    pub(super) fn new(message: impl AsRef<str>) -> Self {
        Self { path: None, place: None, message: text::line(message.as_ref(), 600) }
    }

    pub(super) fn file(path: &Path, message: impl AsRef<str>) -> Self {
        Self { path: Some(path.to_owned()), ..Self::new(message) }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            f.write_str(&text::line(&path.to_string_lossy(), 4_000))?;
            if let Some((line, column)) = self.place {
                write!(f, ":{line}:{column}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

/// A configuration file while it is read: turns byte spans into places.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Input<'_> {
    pub(super) fn error(&self, span: Option<Range<usize>>, message: impl AsRef<str>) -> ConfigError {
        let place = span.map(|span| {
            let before = self.text.get(..span.start).unwrap_or(self.text);
            let line = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, line.chars().count() + 1)
        });
        ConfigError { place, ..ConfigError::file(self.path, message) }
    }

    /// An error of the TOML reader, in our words. `section` says where, as `[store]`.
    pub(super) fn toml(&self, error: &toml::de::Error, section: &str) -> ConfigError {
        self.error(error.span(), explain(error.message(), section))
    }
}

/// What serde says, with the nearest valid word instead of all of them.
fn explain(message: &str, section: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let place = if section.is_empty() { String::new() } else { format!(" in {section}") };
    let mut quoted = message.split('`').skip(1).step_by(2);
    let found = quoted.next().unwrap_or_default();
    let words: Vec<&str> = quoted.collect();
    if message.starts_with("unknown field") {
        return unknown("key", found, &place, &words);
    }
    if message.starts_with("unknown variant") {
        return unknown("word", found, &place, &words);
    }
    if message.starts_with("missing field") {
        return format!("missing key `{found}`{place}");
    }
    if let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        let expected = match expected {
            "a sequence" => "a list",
            "a map" => "a table",
            "a boolean" => "true or false",
            other if other.starts_with("struct ") => "a table",
            other => other,
        };
        let found = match found {
            "sequence" => "a list",
            "map" => "a table",
            other => other,
        };
        return format!("expected {expected}{place}, found {found}");
    }
    format!("{message}{place}")
}

/// ``unknown key `pat` in [[source]] "x", did you mean `path`?``; without a near word, all of them.
pub(super) fn unknown(what: &str, found: &str, place: &str, words: &[&str]) -> String {
    let way = match nearest(found, words) {
        Some(word) => format!(", did you mean `{word}`?"),
        None if words.is_empty() => String::new(),
        None => format!("; it can be {}", words.join(", ")),
    };
    format!("unknown {what} `{found}`{place}{way}")
}

/// The valid word that was probably meant.
pub(crate) fn nearest<'a>(found: &str, words: &[&'a str]) -> Option<&'a str> {
    let found = found.to_lowercase();
    let far = (found.chars().count() * 2 / 5).max(2);
    words
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&found, &word.to_lowercase()), *word))
        .filter(|(distance, word)| *distance <= far && *distance < word.chars().count())
        .min()
        .map(|(_, word)| word)
}
