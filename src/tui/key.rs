//! Keys as plain data, and their written form (`j`, `<c-d>`, `gg`). Must not know what a key does nor which
//! terminal library read it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One press of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

const NAMES: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("s-tab", Code::BackTab),
    ("bs", Code::Backspace),
    ("del", Code::Delete),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("space", Code::Char(' ')),
    ("lt", Code::Char('<')),
];

impl Key {
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// The letter that this key types, if it types one.
    pub const fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(letter) if !self.ctrl && !self.alt => Some(letter),
            _ => None,
        }
    }

    /// Reads `jj<enter>`; the error names the part that is no key.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, String> {
        let mut keys = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if letter != '<' {
                keys.push(Self::plain(Code::Char(letter)));
                rest = &rest[letter.len_utf8()..];
                continue;
            }
            let end = rest.find('>').ok_or_else(|| format!("`{rest}` has no closing `>`"))?;
            keys.push(Self::named(&rest[1..end])?);
            rest = &rest[end + 1..];
        }
        Ok(keys)
    }

    fn named(name: &str) -> Result<Self, String> {
        let lower = name.to_ascii_lowercase();
        if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == lower) {
            return Ok(Self::plain(*code));
        }
        if let Some(number) = lower.strip_prefix('f').and_then(|n| n.parse::<u8>().ok()) {
            return Ok(Self::plain(Code::F(number)));
        }
        let mut key = match (lower.strip_prefix("c-"), lower.strip_prefix("a-")) {
            (Some(rest), _) | (_, Some(rest)) if rest.chars().count() == 1 => {
                Self::plain(rest.chars().next().map_or(Code::Esc, Code::Char))
            }
            (Some(rest), _) | (_, Some(rest)) => Self::named(rest)?,
            _ => {
                return Err(format!(
                    "<{name}> is no key; known are <enter> <esc> <c-x> <pgdn> and their like"
                ));
            }
        };
        key.ctrl = lower.starts_with("c-");
        key.alt = lower.starts_with("a-");
        Ok(key)
    }

    /// As help and footer write it: short, `^d` for control.
    pub fn label(self, ascii: bool) -> String {
        let name = match self.code {
            Code::Char(' ') => "space".to_owned(),
            Code::Char(letter) => letter.to_string(),
            Code::Enter if ascii => "enter".to_owned(),
            Code::Enter => "⏎".to_owned(),
            Code::Up if !ascii => "↑".to_owned(),
            Code::Down if !ascii => "↓".to_owned(),
            Code::Left if !ascii => "←".to_owned(),
            Code::Right if !ascii => "→".to_owned(),
            Code::PageUp => "PgUp".to_owned(),
            Code::PageDown => "PgDn".to_owned(),
            Code::F(number) => format!("F{number}"),
            code => NAMES.iter().find(|(_, c)| *c == code).map_or("?", |(name, _)| name).to_owned(),
        };
        match (self.ctrl, self.alt) {
            (true, _) => format!("^{name}"),
            (_, true) => format!("alt-{name}"),
            _ => name,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = NAMES.iter().find(|(_, code)| *code == self.code).map(|(name, _)| (*name).to_owned());
        let name = match (named, self.code) {
            (Some(name), _) => name,
            (None, Code::F(number)) => format!("f{number}"),
            (None, Code::Char(letter)) if !self.ctrl && !self.alt => return write!(f, "{letter}"),
            (None, Code::Char(letter)) => letter.to_string(),
            (None, _) => "?".to_owned(),
        };
        let with = if self.ctrl {
            "c-"
        } else if self.alt {
            "a-"
        } else {
            ""
        };
        write!(f, "<{with}{name}>")
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        match Self::parse_all(&text).as_deref() {
            Ok([key]) => Ok(*key),
            _ => Err(serde::de::Error::custom(format!("not one key: {text}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        for text in ["j", "<enter>", "<c-d>", "<a-x>", "<lt>", "<space>", "<f1>", "<s-tab>", "ü", ">"] {
            let keys = Key::parse_all(text).unwrap();
            assert_eq!(keys.len(), 1, "{text}");
            assert_eq!(keys[0].to_string(), text);
            let json = serde_json::to_string(&keys[0]).unwrap();
            assert_eq!(serde_json::from_str::<Key>(&json).unwrap(), keys[0]);
        }
        assert_eq!(Key::parse_all("gg<enter>x").unwrap().len(), 4);
        assert!(Key::parse_all("<nope>").unwrap_err().contains("<nope>"));
        assert!(Key::parse_all("<enter").is_err());
    }
}
