//! A line that the user types, as plain data. Must not know what it is for.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::tui::key::{Code, Key};

/// The text and where the cursor stands in it (in bytes, at the border of a grapheme).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    pub text: String,
    pub at: usize,
}

/// The longest line that is taken, in bytes.
const LONGEST: usize = 400;

impl Line {
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), at: text.len() }
    }

    /// Takes a key that edits; says whether the text has changed. Other keys do nothing.
    pub fn press(&mut self, key: Key) -> bool {
        let before = self.text.len();
        match (key.code, key.ctrl) {
            (Code::Char('a'), true) | (Code::Home, _) => self.at = 0,
            (Code::Char('e'), true) | (Code::End, _) => self.at = self.text.len(),
            (Code::Char('u'), true) => {
                self.text.drain(..self.at);
                self.at = 0;
            }
            (Code::Char('w'), true) => {
                let kept = self.text[..self.at].trim_end().rfind(' ').map_or(0, |space| space + 1);
                self.text.drain(kept..self.at);
                self.at = kept;
            }
            (Code::Left, _) => self.at = self.left(),
            (Code::Right, _) => self.at = self.right(),
            (Code::Backspace, _) => {
                let from = self.left();
                self.text.drain(from..self.at);
                self.at = from;
            }
            (Code::Delete, _) => {
                let to = self.right();
                self.text.drain(self.at..to);
            }
            _ => {
                if let Some(letter) = key.typed() {
                    self.insert(letter.encode_utf8(&mut [0; 4]));
                }
            }
        }
        self.text.len() != before
    }

    /// Puts text in, one line and harmless.
    pub fn insert(&mut self, text: &str) {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if self.text.len() + text.len() <= LONGEST {
            self.text.insert_str(self.at, &text);
            self.at += text.len();
        }
    }

    fn left(&self) -> usize {
        self.text[..self.at].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.at + self.text[self.at..].graphemes(true).next().map_or(0, str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Line {
        let mut line = Line::default();
        for key in Key::parse_all(keys).unwrap() {
            line.press(key);
        }
        line
    }

    #[test]
    fn a_line_is_edited_like_a_shell() {
        for (keys, text) in [
            ("abc", "abc"),
            ("abc<bs>", "ab"),
            ("abc<left><left>x", "axbc"),
            ("abc<home><del>", "bc"),
            ("one two<c-w>", "one "),
            ("one two<c-u>x", "x"),
            ("é王<bs>", "é"),
            ("<bs><del><left><right>", ""),
        ] {
            assert_eq!(typed(keys).text, text, "{keys}");
        }
    }
}
