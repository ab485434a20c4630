//! What the engine concludes about who is who and who was where, on its way into the derived tables.
//! The contract between `journey` and `store`, which do not see each other.

use serde::{Deserialize, Serialize};

use super::{
    account::Relation,
    ids::{AccountId, PersonId},
    person::{Ground, LinkRule, Nature},
    time::{Day, Time},
};

/// A person: linked identities and what they have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonParts {
    pub id: PersonId,
    /// Ledger numbers of the identities, ascending; the first gave the id.
    pub identities: Vec<u32>,
    pub name: String,
    pub nature: Nature,
}

/// Why two identities are one person. `a < b`, both ledger numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    pub a: u32,
    pub b: u32,
    pub rule: LinkRule,
}

/// An organisation: its domains and what is known of it before anybody's activity is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountParts {
    pub id: AccountId,
    pub name: String,
    /// The first gave the id; empty for a company that is known by name alone.
    pub domains: Vec<String>,
    pub relation: Relation,
    pub owner: Option<String>,
    pub confirmed: bool,
}

/// A membership with what the person did during it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Index into the accounts of the same derivation.
    pub account: u32,
    pub ground: Ground,
    pub from: Option<Day>,
    /// The first day that no longer counts.
    pub to: Option<Day>,
    pub activities: u64,
    pub first_activity: Option<Time>,
    pub last_activity: Option<Time>,
}

/// What the fold over one person's activities yields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonFold {
    /// In order of `from`, then account.
    pub spans: Vec<Span>,
    /// The span that is current, else the last one: an index into `spans`.
    pub current: Option<u32>,
    pub activities: u64,
    pub first_activity: Option<Time>,
    pub last_activity: Option<Time>,
    /// The days on which the person was active for an account (an index as in the spans), with how many
    /// activities: distinct, ascending.
    pub days: Vec<(u32, Day, u32)>,
}

/// Where somebody was stated to be: account (`None`: nowhere), ground, from, and the first day that no longer counts.
pub type KeptStatement = (Option<u32>, Ground, Option<Day>, Option<Day>);

/// All that is known of where a person belonged, beside their activities, kept so that new activities are folded
/// without asking anew who is who. Accounts are named by their place in `accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeptEvidence {
    /// In order of their ids.
    pub accounts: Vec<AccountId>,
    /// By ledger number of an identity: the accounts of its raw and of its proper address.
    pub mail: Vec<(u32, Option<u32>, Option<u32>)>,
    /// What somebody stated: account (`None`: nowhere), ground, from, and the first day that no longer counts.
    pub stated: Vec<KeptStatement>,
    /// On which day the accounts of before were left; from when and until when that counts.
    pub left: Vec<(Day, Day, Option<Day>)>,
    /// The days on which the person was decided to have moved on.
    pub moved: Vec<Day>,
}
