//! Typed commands: the words behind `:`, their meaning and their completion. Must not know how they are
//! carried out.

use super::{
    command::Command,
    judgement::{self, Judgement},
};
use crate::{config::View, domain::account::Relation};

/// A word of the palette, as help and completion show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    pub name: &'static str,
    /// What is to be typed after it.
    pub needs: &'static str,
    pub help: &'static str,
}

impl Word {
    /// As it is typed: `account NAME`.
    pub fn written(&self) -> String {
        format!("{} {}", self.name, self.needs).trim_end().to_owned()
    }
}

const fn word(name: &'static str, needs: &'static str, help: &'static str) -> Word {
    Word { name, needs, help }
}

/// All words, in the order in which they are offered.
pub const WORDS: &[Word] = &[
    word("accounts", "", "the list of accounts"),
    word("people", "", "the list of all people"),
    word("sources", "", "what has been read, and what is wrong"),
    word("account", "NAME", "open an account by name, domain or id"),
    word("member", "NAME", "open a person by name, handle or id"),
    word("view", "NAME", "a saved view, or none; by number too"),
    word("filter", "FILTER", "filter the list"),
    word("sort", "KEY", "order the list"),
    word("time", "DAY", "look at a day: 2026-03-12, -30d, now"),
    word("why", "", "the ledger behind the number"),
    word("relation", "WORD", "decide what the account is to you"),
    word("note", "TEXT", "note something on the account or person"),
    word("pin", "STAGE [until DAY]", "stands there, whatever the rules say"),
    word("climber", "until DAY", "in it for themself; counts as other"),
    word("leave-alone", "until DAY", "no asks to this person"),
    word("moved-on", "[on DAY] [to WHERE]", "a new job: ends what was, begins there"),
    word("correct", "COMPANY|none [from DAY] [to DAY]", "where they belonged; we were wrong"),
    word("undo", "", "undo your last decision"),
    word("all", "", "show everything, or only the default view"),
    word("sync", "", "read the sources now"),
    word("export", "", "write what is on screen to a CSV file"),
    word("id", "", "copy the row's id"),
    word("theme", "NAME", "other colours: default, mono, bright"),
    word("mouse", "", "mouse on or off"),
    word("help", "", "all keys and commands"),
    word("quit", "", "quit"),
];

/// What a typed command means.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    Nothing,
    Accounts,
    People,
    Sources,
    Find {
        name: String,
    },
    View(String),
    Filter(String),
    Sort(String),
    Time(String),
    Relation(Relation),
    Note(String),
    /// Something about a person, to which a reason belongs.
    Person(Judgement),
    Id,
    Theme(String),
    Do(Command),
}

/// Reads a typed command; the error names the nearest right word.
pub fn read(text: &str) -> Result<Wish, String> {
    let text = text.trim();
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    // As every editor has it.
    let name = if name == "q" { "quit" } else { name };
    let Some(word) = WORDS.iter().find(|word| word.name == name) else {
        if text.is_empty() {
            return Ok(Wish::Nothing);
        }
        let names = WORDS.iter().map(|word| word.name);
        return Err(format!("there is no command `{name}`{}", nearest(name, names)));
    };
    if !word.needs.is_empty() && rest.is_empty() && !matches!(name, "filter" | "moved-on") {
        return Err(format!("{name} needs {}: {}", word.needs, word.help));
    }
    Ok(match name {
        "accounts" => Wish::Accounts,
        "people" => Wish::People,
        "sources" => Wish::Sources,
        "account" => Wish::Find { name: format!("account:{}", rest.trim_start_matches("account:")) },
        "member" => Wish::Find { name: format!("member:{}", rest.trim_start_matches("member:")) },
        "view" => Wish::View(rest.to_owned()),
        "filter" => Wish::Filter(rest.to_owned()),
        "sort" => Wish::Sort(rest.to_owned()),
        "time" => Wish::Time(rest.to_owned()),
        "note" => Wish::Note(rest.to_owned()),
        "pin" | "climber" | "leave-alone" | "moved-on" | "correct" => {
            Wish::Person(judgement::read(name, rest)?)
        }
        "id" => Wish::Id,
        "theme" => Wish::Theme(rest.to_owned()),
        "relation" => Wish::Relation(Relation::parse(rest).ok_or_else(|| {
            let words = Relation::ALL.iter().map(|relation| relation.text());
            format!("there is no relation `{rest}`{}", nearest(rest, words))
        })?),
        other => Command::named(other, 1).map_or(Wish::Nothing, Wish::Do),
    })
}

/// The words that name a screen, as `buyin show --screen` takes them.
pub const SCREENS: &[&str] = &["accounts", "people", "sources", "help", "account", "member", "view"];

/// Reads the name of a screen; nothing is the accounts.
pub fn screen(text: &str) -> Result<Wish, String> {
    let name = text.split_whitespace().next().unwrap_or("accounts");
    if SCREENS.contains(&name) {
        return read(text);
    }
    let all: Vec<_> = WORDS.iter().filter(|word| SCREENS.contains(&word.name)).map(Word::written).collect();
    Err(format!("there is no screen `{name}`: {}", all.join(", ")))
}

/// How the line may go on: whole lines, best first. `sorts` are the orders that the screen knows, `views` the names of
/// saved views.
pub fn complete(text: &str, sorts: &[&str], views: &[View]) -> Vec<String> {
    let Some((name, rest)) = text.trim_start().split_once(' ') else {
        let typed = text.trim();
        return WORDS.iter().map(|word| word.name).filter(|n| n.starts_with(typed)).map(space).collect();
    };
    let values: Vec<&str> = match name {
        "sort" => sorts.to_vec(),
        "view" => return of_views(rest.trim_start(), views),
        "relation" => Relation::ALL.iter().map(|relation| relation.text()).collect(),
        "theme" => vec!["default", "mono", "bright"],
        "time" => vec!["now", "-7d", "-30d", "-90d", "-365d"],
        "pin" => return judgement::complete(rest.trim_start()),
        "climber" | "leave-alone" => vec!["until +90d", "until +180d", "until +365d"],
        _ => Vec::new(),
    };
    let begun = rest.trim_start();
    values.into_iter().filter(|v| v.starts_with(begun)).map(|value| format!("{name} {value}")).collect()
}

/// A number is completed to the name that it stands for.
fn of_views(begun: &str, views: &[View]) -> Vec<String> {
    let lower = begun.to_lowercase();
    let fits = |(place, view): &(usize, &View)| {
        view.name.to_lowercase().starts_with(&lower) || (place + 1).to_string() == begun
    };
    views.iter().enumerate().filter(fits).map(|(_, view)| format!("view {}", view.name)).collect()
}

/// What the word at the beginning of a line does, once it is typed.
pub fn explain(text: &str) -> Option<&'static str> {
    let (name, _) = text.trim_start().split_once(' ')?;
    WORDS.iter().find(|word| word.name == name).map(|word| word.help)
}

/// A word that needs more is completed with the space after it.
fn space(name: &str) -> String {
    let needs = WORDS.iter().any(|word| word.name == name && !word.needs.is_empty());
    if needs { format!("{name} ") } else { name.to_owned() }
}

/// `, did you mean …?`, when something is near.
pub fn nearest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> String {
    let near = words.map(|word| (strsim::osa_distance(text, word), word)).min();
    match near {
        Some((distance, word)) if distance <= 2 || word.starts_with(text) => {
            format!(", did you mean `{word}`?")
        }
        _ => "; ? lists what there is".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_command_is_read_or_answered_with_the_nearest_word() {
        assert_eq!(read("people"), Ok(Wish::People));
        assert_eq!(read(" relation  prospect "), Ok(Wish::Relation(Relation::Prospect)));
        assert_eq!(read("note met  at the fair"), Ok(Wish::Note("met  at the fair".to_owned())));
        assert_eq!(read("quit"), Ok(Wish::Do(Command::Quit)));
        assert_eq!(read("q"), Ok(Wish::Do(Command::Quit)));
        assert_eq!(read(""), Ok(Wish::Nothing));
        assert!(read("peple").unwrap_err().contains("did you mean `people`?"));
        assert!(read("relation prospct").unwrap_err().contains("did you mean `prospect`?"));
        assert!(read("note").unwrap_err().contains("needs"));
        assert!(read("pin techer").unwrap_err().contains("did you mean `teacher`?"));
    }

    #[test]
    fn every_word_but_those_with_text_is_understood() {
        for word in WORDS.iter().filter(|word| word.needs.is_empty()) {
            assert_ne!(read(word.name), Ok(Wish::Nothing), "{}", word.name);
        }
    }

    #[test]
    fn completion_offers_words_and_then_their_values() {
        assert_eq!(complete("so", &[], &[]), ["sources", "sort "]);
        assert_eq!(complete("sort n", &["last", "name"], &[]), ["sort name"]);
        assert_eq!(complete("relation pr", &[], &[]), ["relation prospect"]);
        assert_eq!(complete("pin te", &[], &[]), ["pin teacher"]);
        assert_eq!(complete("pin teacher ", &[], &[]), ["pin teacher until +90d", "pin teacher until +180d"]);
        assert!(complete("note x", &[], &[]).is_empty());
    }
}
