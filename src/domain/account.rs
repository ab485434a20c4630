//! An account: a company or other organisation, known by its domains. Must not know how it was found.

use serde::{Deserialize, Serialize};

use super::{
    decision::Decision,
    ids::{AccountId, PersonId},
    journey::{Group, Handshake, Momentum},
    stage::{Phase, Theme},
    time::{Day, Time},
};

/// An enumeration with one written word for each variant, shared by JSON, filters, config and screens.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
                 schemars::JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.text() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.text())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an account is to you.
    Relation {
        Prospect = "prospect", Customer = "customer", Partner = "partner", Competitor = "competitor",
        Vendor = "vendor", Foundation = "foundation", Education = "education", Agency = "agency",
        Unknown = "unknown",
    }
}

words! {
    /// Where on the open journey something happens.
    Zone { Upstream = "upstream", Program = "program", Downstream = "downstream" }
}

impl Relation {
    /// Whether accounts of this relation show in the default view and can have asks and a later phase.
    pub const fn is_market(self) -> bool {
        matches!(self, Self::Prospect | Self::Customer | Self::Partner | Self::Unknown)
    }
}

/// How many weeks a list shows.
pub const WEEKS: usize = 12;

/// An account as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    pub id: AccountId,
    pub name: String,
    /// The first one gave the id.
    pub domains: Vec<String>,
    pub relation: Relation,
    pub owner: Option<String>,
    /// Two people, or a decision, the config or a CRM vouch that this is an organisation.
    pub confirmed: bool,
    /// All who ever belonged.
    pub people: u32,
    /// Who belong now.
    pub members: u32,
    pub activities: u64,
    pub first_activity: Option<Time>,
    pub last_activity: Option<Time>,
    /// Distinct active members in each of the last weeks that are over, oldest first, up to the asked day.
    pub weeks: [u32; WEEKS],
    pub phase: Phase,
    /// Since when it is in that phase; `None`: ever since.
    pub phase_since: Option<Day>,
    /// Won, and not lost again.
    pub customer: bool,
    pub group: Group,
    /// `None` until it was ever active.
    pub momentum: Option<Momentum>,
    /// How many first crossings it has made.
    pub handshakes: u32,
    /// The furthest zones it has crossed into, for the small picture of its way: upstream, program, downstream.
    pub zones: [bool; 3],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetail {
    pub row: AccountRow,
    /// Notes and relation decisions on this account, newest first.
    pub decisions: Vec<Decision>,
    /// In order of days.
    pub handshakes: Vec<HandshakeRow>,
    /// What blocks its blockers now, the cause that holds most of them first.
    pub causes: Vec<Cause>,
    /// What it is active in, most members first.
    pub interests: Vec<String>,
    /// Periods as a customer: from, and the first day that is none any more.
    pub customer: Vec<(Day, Option<Day>)>,
}

/// A hand-shake with the name of who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandshakeRow {
    pub handshake: Handshake,
    pub member_name: String,
}

/// What blocks somebody: a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// As the source names it: `#4121`.
    pub thread: String,
    pub subject: Option<String>,
    pub title: Option<String>,
    pub url: Option<String>,
    pub labels: Vec<String>,
    /// From the labels, else the title; the store leaves it at `other`.
    pub theme: Theme,
    /// Since when the first of the members is blocked by it.
    pub since: Day,
    pub members: Vec<(PersonId, String)>,
}
