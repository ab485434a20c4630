//! What a user decides about a person, as it is typed: `pin teacher until 2026-12-31`, `moved-on to acme.example`.
//! Must not know who it is about.

use super::palette::nearest;
use crate::domain::{decision::Verb, ids::PersonId, stage::Stage, time::Day};

/// A decision about a person, before it is known about whom and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    Pin { stage: Stage, until: Option<Date> },
    Climber { until: Date },
    LeaveAlone { until: Date },
    MovedOn { on: Date, to: Option<String> },
    Correct { company: Option<String>, from: Option<Date>, to: Option<Date> },
}

/// A day as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Date {
    On(Day),
    /// So many days after today.
    In(i32),
}

impl Date {
    /// Reads `2026-03-12`, `-30d`, `+2w`, `today`.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if matches!(text, "now" | "today") {
            return Ok(Self::In(0));
        }
        if let Some(day) = Day::parse(text) {
            return Ok(Self::On(day));
        }
        let each = match text.chars().last() {
            Some('d') => Some(1),
            Some('w') => Some(7),
            Some('m') => Some(30),
            Some('y') => Some(365),
            _ => None,
        };
        let number = text.get(..text.len().saturating_sub(1)).and_then(|number| number.parse::<i32>().ok());
        match (number, each) {
            (Some(number), Some(each)) if number.abs() < 10_000 => Ok(Self::In(number * each)),
            _ => Err(format!("`{text}` is no day; days are 2026-03-12, -30d, -2w, +180d, now")),
        }
    }

    pub fn day(self, today: Day) -> Day {
        match self {
            Self::On(day) => day,
            Self::In(days) => today.plus(days),
        }
    }
}

/// Reads what follows the word; the error names the way out.
pub fn read(word: &str, rest: &str) -> Result<Judgement, String> {
    let (head, marks) = split(rest);
    let day = |name: &str| marks.iter().find(|(mark, _)| *mark == name).map(|(_, text)| Date::read(text));
    let no_head =
        || if head.is_empty() { Ok(()) } else { Err(format!("`{head}` is not understood after {word}")) };
    let end = || {
        let missing = format!("{word} needs an end: {word} until 2027-05-01, or until +180d");
        day("until").unwrap_or(Err(missing))
    };
    Ok(match word {
        "pin" => Judgement::Pin { stage: stage(&head)?, until: day("until").transpose()? },
        "climber" => {
            no_head()?;
            Judgement::Climber { until: end()? }
        }
        "leave-alone" => {
            no_head()?;
            Judgement::LeaveAlone { until: end()? }
        }
        "moved-on" => {
            no_head()?;
            let to = marks.iter().find(|(mark, _)| *mark == "to").map(|(_, text)| text.clone());
            Judgement::MovedOn { on: day("on").unwrap_or(Ok(Date::In(0)))?, to }
        }
        _ => {
            if head.is_empty() {
                return Err("correct needs a company, its domain, or none".to_owned());
            }
            let company = (head != "none").then_some(head.clone());
            Judgement::Correct { company, from: day("from").transpose()?, to: day("to").transpose()? }
        }
    })
}

fn stage(text: &str) -> Result<Stage, String> {
    let words = || Stage::ALL.iter().map(|stage| stage.text());
    Stage::parse(text).ok_or_else(|| match text {
        "" => format!("pin needs a stage: {}", words().collect::<Vec<_>>().join(", ")),
        text => format!("there is no stage `{text}`{}", nearest(text, words())),
    })
}

/// What stands before the first of the little words, and what follows each of them.
fn split(text: &str) -> (String, Vec<(&'static str, String)>) {
    const MARKS: [&str; 4] = ["until", "on", "from", "to"];
    let mut head = Vec::new();
    let mut marks: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for word in text.split_whitespace() {
        match (MARKS.iter().find(|mark| **mark == word), marks.last_mut()) {
            (Some(mark), _) => marks.push((*mark, Vec::new())),
            (None, Some((_, words))) => words.push(word),
            (None, None) => head.push(word),
        }
    }
    (head.join(" "), marks.into_iter().map(|(mark, words)| (mark, words.join(" "))).collect())
}

/// How a line that begins with `pin` may go on.
pub fn complete(rest: &str) -> Vec<String> {
    match rest.split_once(' ') {
        None => {
            let stages = Stage::ALL.iter().map(|stage| stage.text());
            stages.filter(|stage| stage.starts_with(rest)).map(|stage| format!("pin {stage}")).collect()
        }
        Some((stage, more)) => {
            let ends =
                ["until +90d", "until +180d"].into_iter().filter(|end| end.starts_with(more.trim_start()));
            ends.map(|end| format!("pin {stage} {end}")).collect()
        }
    }
}

impl Judgement {
    /// The decision about that person.
    pub fn verb(self, person: PersonId, today: Day) -> Verb {
        let day = |date: Date| date.day(today);
        match self {
            Self::Pin { stage, until } => Verb::Pin { person, stage, until: until.map(day) },
            Self::Climber { until } => Verb::Climber { person, until: Some(day(until)) },
            Self::LeaveAlone { until } => Verb::LeaveAlone { person, until: Some(day(until)) },
            Self::MovedOn { on, to } => Verb::MovedOn { person, on: day(on), to },
            Self::Correct { company, from, to } => {
                Verb::Correct { person, company, from: from.map(day), to: to.map(day) }
            }
        }
    }

    /// Whether it is not kept without a reason.
    pub const fn needs_reason(&self) -> bool {
        matches!(self, Self::Pin { .. } | Self::Climber { .. } | Self::LeaveAlone { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_judgement_is_read_or_answered_with_the_way_out() {
        let on = |text: &str| Date::On(Day::parse(text).unwrap());
        for (word, rest, read_as) in [
            ("pin", "teacher", Judgement::Pin { stage: Stage::Teacher, until: None }),
            (
                "pin",
                "go-getter until +90d",
                Judgement::Pin { stage: Stage::GoGetter, until: Some(Date::In(90)) },
            ),
            ("climber", "until 2027-01-02", Judgement::Climber { until: on("2027-01-02") }),
            ("leave-alone", "until +2w", Judgement::LeaveAlone { until: Date::In(14) }),
            ("moved-on", "", Judgement::MovedOn { on: Date::In(0), to: None }),
            (
                "moved-on",
                "on -30d to Acme Robotics",
                Judgement::MovedOn { on: Date::In(-30), to: Some("Acme Robotics".to_owned()) },
            ),
            ("correct", "none", Judgement::Correct { company: None, from: None, to: None }),
            (
                "correct",
                "acme.example from 2026-01-01 to today",
                Judgement::Correct {
                    company: Some("acme.example".to_owned()),
                    from: Some(on("2026-01-01")),
                    to: Some(Date::In(0)),
                },
            ),
        ] {
            assert_eq!(read(word, rest), Ok(read_as), "{word} {rest}");
        }
        for (word, rest, way_out) in [
            ("pin", "gide", "did you mean `guide`?"),
            ("climber", "", "needs an end"),
            ("leave-alone", "until soon", "`soon` is no day"),
            ("correct", "", "needs a company"),
        ] {
            assert!(read(word, rest).unwrap_err().contains(way_out), "{word} {rest}");
        }
    }
}
