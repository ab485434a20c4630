//! The keys of the filter language and what each may be asked of. Must not know the grammar around them.

use super::{Count, Has, Is, Measure, Over, Which};
use crate::domain::{
    account::{Relation, Zone},
    person::Ground,
    stage::{GroupState, Phase, Stage},
};

/// A key that is written before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Relation,
    Domain,
    Owner,
    Phase,
    Stage,
    State,
    Basis,
    Has,
    Interest,
    Account,
    Source,
    Ground,
    Is,
    Count(Count),
    Number(Measure),
    Age(Which),
}

const KEYS: &[(Key, &str)] = &[
    (Key::Relation, "relation"),
    (Key::Domain, "domain"),
    (Key::Owner, "owner"),
    (Key::Phase, "phase"),
    (Key::Stage, "stage"),
    (Key::State, "state"),
    (Key::Basis, "basis"),
    (Key::Has, "has"),
    (Key::Interest, "interest"),
    (Key::Account, "account"),
    (Key::Source, "source"),
    (Key::Ground, "ground"),
    (Key::Is, "is"),
    (Key::Count(Count::People), "people"),
    (Key::Count(Count::Members), "members"),
    (Key::Count(Count::Activities), "activities"),
    (Key::Count(Count::Identities), "identities"),
    (Key::Count(Count::Active), "active"),
    (Key::Count(Count::Handshakes), "handshakes"),
    (Key::Number(Measure::Momentum), "momentum"),
    (Key::Number(Measure::Support), "support"),
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
            Self::Source
            | Self::Is
            | Self::Has
            | Self::Stage
            | Self::Basis
            | Self::Count(Count::Activities)
            | Self::Age(_) => true,
            Self::Relation
            | Self::Domain
            | Self::Owner
            | Self::Phase
            | Self::State
            | Self::Interest
            | Self::Number(_)
            | Self::Count(Count::People | Count::Members | Count::Active | Count::Handshakes) => {
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
            Self::Phase => Phase::ALL.iter().map(|word| word.text()).collect(),
            Self::Stage => Stage::ALL.iter().map(|word| word.text()).collect(),
            Self::State => GroupState::ALL.iter().map(|word| word.text()).collect(),
            Self::Basis => Zone::ALL.iter().map(|word| word.text()).collect(),
            Self::Has => Has::ALL.iter().filter(|has| has.fits(over)).map(|word| word.text()).collect(),
            Self::Is => Is::ALL.iter().filter(|is| is.fits(over)).map(|word| word.text()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Is {
    /// Whether the property is one of these rows.
    pub const fn fits(self, over: Over) -> bool {
        match self {
            Self::Active => true,
            Self::Confirmed
            | Self::Unconfirmed
            | Self::Rising
            | Self::Falling
            | Self::New
            | Self::Steady
            | Self::Customer
            | Self::Contested
            | Self::Consensus
            | Self::Forming
            | Self::Wide => matches!(over, Over::Accounts),
            Self::Bot
            | Self::Own
            | Self::Human
            | Self::Unaffiliated
            | Self::Lapsed
            | Self::Placed
            | Self::Mobilizer
            | Self::Talker
            | Self::Pinned
            | Self::LeftAlone => matches!(over, Over::People),
        }
    }
}

impl Has {
    /// Whether these rows can have it.
    pub const fn fits(self, over: Over) -> bool {
        matches!(over, Over::Accounts) || matches!(self, Self::Cause | Self::Handshake)
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
