//! Reads a filter as it is written: words, `key:value`, `-` for not, commas for alternatives, quotes around
//! anything. Must not know where the text comes from.

use super::{
    Compare, Filter, FilterError, Has, Is, Measure, Over, Term, Test,
    keys::{Key, nearest},
};
use crate::domain::{
    account::{Relation, Zone},
    person::Ground,
    points::Points,
    stage::{GroupState, Phase, Stage},
    text,
};

/// The longest filter that is read, in bytes.
const LONGEST: usize = 10_000;

/// Reads a filter over accounts or people. The first thing that is wrong is the error.
pub fn parse(text: &str, over: Over) -> Result<Filter, FilterError> {
    if text.len() > LONGEST {
        return Err(error(&text::name(text), 0, format!("a filter has at most {LONGEST} bytes"), None));
    }
    let mut reader = Reader { text, at: 0 };
    let mut terms = Vec::new();
    while reader.skip_space() {
        terms.push(reader.term(over)?);
    }
    Ok(Filter { terms })
}

/// A word or value and the byte where it starts.
struct Piece {
    at: usize,
    text: String,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, letter: char) -> bool {
        let found = self.peek() == Some(letter);
        if found {
            self.at += letter.len_utf8();
        }
        found
    }

    /// Whether anything follows the white space.
    fn skip_space(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.at < self.text.len()
    }

    /// Everything up to white space or one of `ends`.
    fn run(&mut self, ends: &[char]) -> Piece {
        let at = self.at;
        let rest = self.rest();
        let length = rest.find(|c: char| c.is_whitespace() || ends.contains(&c)).unwrap_or(rest.len());
        let text = rest[..length].to_owned();
        self.at += length;
        Piece { at, text }
    }

    /// The text between quotes; `\"` and `\\` stand for themselves.
    fn quoted(&mut self) -> Result<Piece, FilterError> {
        let at = self.at;
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((offset, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += offset + 1;
                    if text.is_empty() {
                        return Err(error("\"\"", at, "nothing stands between the quotes", None));
                    }
                    return Ok(Piece { at, text });
                }
                '\\' => text.extend(letters.next().map(|(_, letter)| letter)),
                other => text.push(other),
            }
        }
        Err(error(&self.text[at..], at, "a quote is not closed", None))
    }

    fn term(&mut self, over: Over) -> Result<Term, FilterError> {
        let start = self.at;
        let negated = self.eat('-');
        if self.peek().is_none_or(char::is_whitespace) {
            return Err(error(&self.text[start..self.at], start, "nothing stands after the minus", None));
        }
        let test = if self.peek() == Some('"') {
            let name = self.quoted()?;
            self.end_of_term()?;
            Test::Name(name.text)
        } else {
            let word = self.run(&[':']);
            if self.eat(':') { self.keyed(&word, over)? } else { Test::Name(word.text) }
        };
        Ok(Term { negated, test })
    }

    fn end_of_term(&mut self) -> Result<(), FilterError> {
        if self.peek().is_none_or(char::is_whitespace) {
            return Ok(());
        }
        let word = self.run(&[]);
        Err(error(&word.text, word.at, "a space is missing before this", None))
    }

    fn keyed(&mut self, word: &Piece, over: Over) -> Result<Test, FilterError> {
        let Some(key) = Key::parse(&word.text) else {
            let near = nearest(&word.text, Key::names(over)).map(|name| format!("{name}:"));
            return Err(error(&format!("{}:", word.text), word.at, "unknown key in the filter", near));
        };
        if !key.fits(over) {
            let message = format!("this key is for {}, not for {}", over.other().text(), over.text());
            return Err(error(&format!("{}:", word.text), word.at, message, None));
        }
        let mut values = Vec::new();
        loop {
            let value = if self.peek() == Some('"') { self.quoted()? } else { self.run(&[',']) };
            if value.text.is_empty() {
                let example = key.words(over).first().map(|first| format!("{}:{first}", word.text));
                return Err(error(&self.text[word.at..self.at], word.at, "a value is missing", example));
            }
            values.push(value);
            if !self.eat(',') {
                break;
            }
        }
        self.end_of_term()?;
        test(key, &values, over)
    }
}

fn test(key: Key, values: &[Piece], over: Over) -> Result<Test, FilterError> {
    let texts = || values.iter().map(|value| value.text.clone()).collect();
    Ok(match key {
        Key::Relation => Test::Relation(listed(values, key, over, Relation::parse)?),
        Key::Phase => Test::Phase(listed(values, key, over, Phase::parse)?),
        Key::Stage => Test::Stage(listed(values, key, over, Stage::parse)?),
        Key::State => Test::State(listed(values, key, over, GroupState::parse)?),
        Key::Basis => Test::Basis(listed(values, key, over, Zone::parse)?),
        Key::Has => Test::Has(listed(values, key, over, Has::parse)?),
        Key::Interest => Test::Interest(texts()),
        Key::Ground => Test::Ground(listed(values, key, over, Ground::parse)?),
        Key::Is => Test::Is(listed(values, key, over, Is::parse)?),
        Key::Domain => Test::Domain(values.iter().map(|value| value.text.to_lowercase()).collect()),
        Key::Owner => Test::Owner(texts()),
        Key::Account => Test::Account(texts()),
        Key::Source => Test::Source(texts()),
        Key::Count(count) => {
            let (compare, number) = compared(only(values)?, "a number such as 5, >5 or <=5", number)?;
            Test::Count(count, compare, number)
        }
        Key::Number(measure) => {
            let (wanted, read): (_, fn(&str) -> Option<Points>) = match measure {
                Measure::Momentum => ("a number such as >2 or >=1.5", decimal),
                Measure::Support => ("a share such as >=60% or >0.6", share),
            };
            let (compare, number) = compared(only(values)?, wanted, read)?;
            Test::Number(measure, compare, number)
        }
        Key::Age(which) => {
            let (compare, days) = compared(only(values)?, "an age such as <14d, >2w, <3m or >1y", days)?;
            Test::Age(which, compare, days)
        }
    })
}

/// The values as words of the key's closed list.
fn listed<T>(
    values: &[Piece],
    key: Key,
    over: Over,
    parse: fn(&str) -> Option<T>,
) -> Result<Vec<T>, FilterError> {
    let words = key.words(over);
    let read = |value: &Piece| {
        let lower = value.text.to_lowercase();
        if let (true, Some(word)) = (words.contains(&lower.as_str()), parse(&lower)) {
            return Ok(word);
        }
        let message = if parse(&lower).is_some() {
            format!("this is for {}, not for {}", over.other().text(), over.text())
        } else {
            format!("not one of {}", words.join(", "))
        };
        Err(error(&value.text, value.at, message, nearest(&lower, words.iter().copied())))
    };
    values.iter().map(read).collect()
}

fn only(values: &[Piece]) -> Result<&Piece, FilterError> {
    match values {
        [value] => Ok(value),
        [_, second, ..] => Err(error(&second.text, second.at, "this key takes one value", None)),
        [] => Err(error("", 0, "a value is missing", None)),
    }
}

/// Splits the comparison off a value and reads what follows.
fn compared<T>(
    value: &Piece,
    wanted: &str,
    read: fn(&str) -> Option<T>,
) -> Result<(Compare, T), FilterError> {
    let signs = [
        (">=", Compare::AtLeast),
        ("<=", Compare::AtMost),
        (">", Compare::More),
        ("<", Compare::Less),
        ("=", Compare::Equal),
    ];
    let (compare, rest) = signs
        .iter()
        .find_map(|(sign, compare)| Some((*compare, value.text.strip_prefix(sign)?)))
        .unwrap_or((Compare::Equal, &value.text));
    if let Some(number) = read(rest) {
        return Ok((compare, number));
    }
    let sign = &value.text[..value.text.len() - rest.len()];
    // The unit that was left out.
    let near = ["d", "%"]
        .into_iter()
        .map(|unit| format!("{rest}{unit}"))
        .find(|whole| decimal(rest).is_some() && read(whole).is_some())
        .map(|whole| format!("{sign}{whole}"));
    Err(error(&value.text, value.at, format!("this must be {wanted}"), near))
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// An age in days: `14d`, `2w`, `3m` (of 30 days), `1y` (of 365).
fn days(text: &str) -> Option<u32> {
    let unit = text.chars().next_back()?;
    let each = match unit.to_ascii_lowercase() {
        'd' => 1,
        'w' => 7,
        'm' => 30,
        'y' => 365,
        _ => return None,
    };
    u32::try_from(number(&text[..text.len() - unit.len_utf8()])?).ok()?.checked_mul(each)
}

/// At least 0, with at most three decimals: `2`, `1.5`.
fn decimal(text: &str) -> Option<Points> {
    Points::parse(text).filter(|_| !text.starts_with('-') && !text.ends_with('.'))
}

/// From 0 to 1: `60%`, `62.5%`, `0.6`.
fn share(text: &str) -> Option<Points> {
    let share = match text.strip_suffix('%') {
        Some(percent) => {
            let hundredfold = decimal(percent)?.0;
            (hundredfold % 100 == 0).then_some(Points(hundredfold / 100))?
        }
        None => decimal(text)?,
    };
    (share <= Points::ONE).then_some(share)
}

fn error(word: &str, at: usize, message: impl Into<String>, nearest: Option<String>) -> FilterError {
    FilterError { word: text::name(word), at, message: message.into(), nearest }
}
