//! Writes a filter so that it reads back as the same filter. Must not know who shows it.

use std::fmt;

use super::{Compare, Filter, Measure, Term, Test};
use crate::domain::points::Points;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, term) in self.terms.iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            write!(f, "{gap}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.negated { "-" } else { "" }, self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&quoted(name, &['-', '"'], ':')),
            Self::Relation(words) => write!(f, "relation:{}", list(words)),
            Self::Phase(words) => write!(f, "phase:{}", list(words)),
            Self::Stage(words) => write!(f, "stage:{}", list(words)),
            Self::State(words) => write!(f, "state:{}", list(words)),
            Self::Basis(words) => write!(f, "basis:{}", list(words)),
            Self::Has(words) => write!(f, "has:{}", list(words)),
            Self::Interest(texts) => write!(f, "interest:{}", list(texts)),
            Self::Ground(words) => write!(f, "ground:{}", list(words)),
            Self::Is(words) => write!(f, "is:{}", list(words)),
            Self::Domain(texts) => write!(f, "domain:{}", list(texts)),
            Self::Owner(texts) => write!(f, "owner:{}", list(texts)),
            Self::Account(texts) => write!(f, "account:{}", list(texts)),
            Self::Source(texts) => write!(f, "source:{}", list(texts)),
            Self::Count(count, compare, number) => write!(f, "{count}:{compare}{number}"),
            Self::Number(Measure::Support, compare, Points(share)) => {
                write!(f, "support:{compare}{}%", Points(share.saturating_mul(100)))
            }
            Self::Number(measure, compare, number) => write!(f, "{measure}:{compare}{number}"),
            Self::Age(which, compare, days) => write!(f, "{which}:{compare}{days}d"),
        }
    }
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "",
            Self::AtLeast => ">=",
            Self::More => ">",
        })
    }
}

fn list<T: fmt::Display>(values: &[T]) -> String {
    let written: Vec<String> = values.iter().map(|v| quoted(&v.to_string(), &['"'], ',')).collect();
    written.join(",")
}

/// In quotes where it would not be read as one piece.
fn quoted(text: &str, starts: &[char], within: char) -> String {
    let plain = !text.is_empty()
        && !text.starts_with(starts)
        && !text.contains(|c: char| c.is_whitespace() || c == within);
    if plain {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
