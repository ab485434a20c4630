//! The keys of the filter language and what each may be asked of. Must not know the grammar around them.

use super::{Count, Is, Over, Which};
use crate::domain::{account::Relation, person::Ground};

/// A key that is written before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Relation,
    Domain,
    Owner,
    Account,
    Source,
    Ground,
    Is,
    Count(Count),
    Age(Which),
}

const KEYS: &[(Key, &str)] = &[
    (Key::Relation, "relation"),
    (Key::Domain, "domain"),
    (Key::Owner, "owner"),
    (Key::Account, "account"),
    (Key::Source, "source"),
    (Key::Ground, "ground"),
    (Key::Is, "is"),
    (Key::Count(Count::People), "people"),
    (Key::Count(Count::Members), "members"),
    (Key::Count(Count::Activities), "activities"),
    (Key::Count(Count::Identities), "identities"),
    (Key::Age(Which::First), "first"),
    (Key::Age(Which::Last), "last"),
];

impl Key {
    /// Reads a key, whatever its case.
    pub(super) fn parse(text: &str) -> Option<Self> {
        KEYS.iter().find(|(_, name)| name.eq_ignore_ascii_case(text)).map(|(key, _)| *key)
    }

    /// The written keys that may be used over these rows.
    pub(super) fn names(over: Over) -> impl Iterator<Item = &'static str> {
        KEYS.iter().filter(move |(key, _)| key.fits(over)).map(|(_, name)| *name)
    }

    pub(super) const fn fits(self, over: Over) -> bool {
        match self {
            Self::Source | Self::Is | Self::Count(Count::Activities) | Self::Age(_) => true,
            Self::Relation | Self::Domain | Self::Owner | Self::Count(Count::People | Count::Members) => {
                matches!(over, Over::Accounts)
            }
            Self::Account | Self::Ground | Self::Count(Count::Identities) => matches!(over, Over::People),
        }
    }

    /// The words that may stand after the key, where they are a closed list.
    pub(super) fn words(self, over: Over) -> Vec<&'static str> {
        match self {
            Self::Relation => Relation::ALL.iter().map(|word| word.text()).collect(),
            Self::Ground => Ground::ALL.iter().map(|word| word.text()).collect(),
            Self::Is => Is::ALL.iter().filter(|is| is.fits(over)).map(|word| word.text()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Is {
    /// Whether the property is one of these rows.
    pub const fn fits(self, over: Over) -> bool {
        match self {
            Self::Confirmed | Self::Unconfirmed => matches!(over, Over::Accounts),
            Self::Bot | Self::Own | Self::Human | Self::Unaffiliated => matches!(over, Over::People),
        }
    }
}

impl Over {
    /// What the rows are called.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::People => "people",
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Accounts => Self::People,
            Self::People => Self::Accounts,
        }
    }
}

/// The word of the list that is most like what was written, if one is like it at all.
pub(super) fn nearest<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let written = written.to_lowercase();
    let allowed = (written.chars().count() / 3).max(1) + 1;
    words
        .into_iter()
        .map(|word| {
            let begins = written.len() >= 2 && word.starts_with(&written);
            (if begins { 0 } else { strsim::osa_distance(&written, word) }, word)
        })
        .filter(|(distance, word)| *distance <= allowed && *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word.to_owned())
}
