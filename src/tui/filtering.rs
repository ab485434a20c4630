//! A list's filter while it is typed and while it is in force. Must not know the list.

use serde::{Deserialize, Serialize};

use crate::domain::filter::{Filter, Over, parse};

/// The text, what it means, and what is wrong with it; while it is wrong, the last right meaning holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filtering {
    /// `None`: plain words, searched by the screen itself.
    pub over: Option<Over>,
    pub text: String,
    pub filter: Filter,
    pub error: Option<Wrong>,
}

/// What is wrong: where the word starts in the text (in bytes), and the whole message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    pub at: usize,
    pub word: String,
    pub message: String,
}

impl Filtering {
    pub fn over(over: Option<Over>) -> Self {
        Self { over, text: String::new(), filter: Filter::default(), error: None }
    }

    /// Takes a text; says whether the filter in force has changed.
    pub fn set(&mut self, text: &str) -> bool {
        let changed = self.text.trim() != text.trim();
        text.clone_into(&mut self.text);
        let Some(over) = self.over else { return changed };
        match parse(text, over) {
            Ok(filter) => {
                self.error = None;
                let changed = self.filter != filter;
                self.filter = filter;
                changed
            }
            Err(error) => {
                let message = error.to_string();
                self.error = Some(Wrong { at: error.at, word: error.word, message });
                false
            }
        }
    }
}
