//! Where secrets come from, and the type that never shows one. Must not know what they open.

use std::fmt;

/// Where a secret comes from: `{ env = "NAME" }` or `{ command = "gh auth token" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretFrom {
    /// An environment variable.
    Env(String),
    /// A program and its arguments, run without a shell; the secret is the first line that it prints.
    Command(Vec<String>),
}

/// A token or key. It has no way to be printed or serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself: for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}
