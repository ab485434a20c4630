//! The colder facts: what a source says about identities and organisations beside their activities. Must
//! not know what follows from them.

use serde::{Deserialize, Serialize};

use super::time::Day;

/// One undated or slowly changing fact, kept under the source's own key as a chain of versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// One line of a `.mailmap`.
    Alias(Alias),
    /// The source says that two of its identities are one person.
    Claim(Claim),
    /// A company, of a CRM or a file.
    Company(Company),
    /// A person in a CRM or a contact list. Never an activity.
    Contact(Contact),
    /// Who works or worked where, from an imported list, a roster or a role file.
    Affiliation(Affiliation),
}

/// One line of a `.mailmap`: who is meant by an address (and, when given, a name) in old commits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Alias {
    /// As committed, lower case.
    pub old_email: String,
    /// As committed; `None` matches every name with that address.
    pub old_name: Option<String>,
    /// The proper name; `None` keeps the committed one.
    pub name: Option<String>,
    /// The proper address, lower case; `None` keeps the committed one.
    pub email: Option<String>,
}

/// Two identities of one source, by their native names, and which rule found them to be one person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    pub a: String,
    pub b: String,
    pub rule: ClaimRule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimRule {
    /// A merge commit names the login whose branch it merges; the branch's last author is `a`, the login `b`.
    /// Holds only when all merges of that e-mail agree.
    MergeLogin,
    /// One line of a role file or a roster names both.
    RoleFile,
}

/// A company as a CRM or a file knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    pub name: String,
    /// Lower case.
    pub domains: Vec<String>,
    /// A word of [`Relation`](super::account::Relation), where the source says it.
    pub relation: Option<super::account::Relation>,
    pub owner: Option<String>,
}

/// A person as a CRM or a contact list knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The native name of the contact's identity at the same source.
    pub identity: String,
    /// The company's name or domain.
    pub company: Option<String>,
    pub role: Option<String>,
}

/// Who works where, from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affiliation {
    /// The native name of the identity at the same source.
    pub identity: String,
    /// A company's name or domain.
    pub company: String,
    pub from: Option<Day>,
    /// The first day that no longer counts.
    pub to: Option<Day>,
    /// The project that a roster or a role file speaks for.
    pub project: Option<String>,
}
