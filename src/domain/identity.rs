//! An identity: one handle or e-mail at one source. Never overwritten, never shared by two people. Must
//! not know which person it belongs to (that is derived).

use serde::{Deserialize, Serialize};

use super::ids::IdentityId;

/// An identity as a source hands it over. A changed profile of the same `native` is a new version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The source's own name for it, unique within the source. Git: `Name <email>` as committed, or
    /// `@login` for a login that only the text of a commit or a role file names.
    pub native: String,
    pub name: Option<String>,
    /// Lower case.
    pub email: Option<String>,
    /// The login, without `@`, as written.
    pub handle: Option<String>,
    /// Where the handle lives: `github`, `gitlab`, or the host of another forge or community.
    pub forge: Option<String>,
    /// The number or string that outlives a renamed login, at `forge`.
    pub account_id: Option<String>,
    /// Free text of a profile.
    pub company: Option<String>,
    /// The source itself says that this is a machine.
    pub bot: bool,
}

impl Identity {
    /// Whether it only names somebody and says nothing of them: where messages carry no more than an id, and
    /// a list of people says the rest. What is known of them stays.
    pub fn is_mention(&self) -> bool {
        *self == Self { native: self.native.clone(), ..Self::default() }
    }
}

/// An identity of the ledger, as the engine reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIdentity {
    /// Its place in the ledger: 1, 2, 3, … in the order in which identities became known.
    pub seq: u32,
    pub id: IdentityId,
    /// The source's number in the store.
    pub source: u16,
    pub profile: Identity,
}
