//! A decision: a fact from a person using buyin. It beats every automatic conclusion, on every later
//! sync. Must not know how it is kept or carried out.

use serde::{Deserialize, Serialize};

use super::{
    account::Relation,
    ids::{AccountId, DecisionId, IdentityId, PersonId},
    time::Time,
};

/// What was decided. Later verbs are added here and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Verb {
    /// This account is a prospect, customer, … to us.
    Relation { account: AccountId, relation: Relation },
    /// A remark on an account or a person.
    Note { about: About, text: String },
    /// These two identities are one person.
    Link { a: IdentityId, b: IdentityId },
    /// These two identities are not one person.
    Veto { a: IdentityId, b: IdentityId },
    /// Conclusions are drawn with these settings from now on.
    Adopt { settings: String },
    /// People were written out for use elsewhere: what, how many, and whether with e-mail addresses.
    Export { what: String, rows: u64, emails: bool },
    /// As if that decision had never been.
    Undo { decision: DecisionId },
}

impl Verb {
    pub const fn text(&self) -> &'static str {
        match self {
            Self::Relation { .. } => "relation",
            Self::Note { .. } => "note",
            Self::Link { .. } => "link",
            Self::Veto { .. } => "veto",
            Self::Adopt { .. } => "adopt",
            Self::Export { .. } => "export",
            Self::Undo { .. } => "undo",
        }
    }
}

/// What a note speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    Account(AccountId),
    Person(PersonId),
}

/// A decision of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub id: DecisionId,
    pub at: Time,
    pub author: String,
    pub reason: Option<String>,
    #[serde(flatten)]
    pub verb: Verb,
    /// Set when a later decision undid this one.
    pub undone_by: Option<DecisionId>,
}
