//! A person: one human, that is, linked identities; a member is a person at an account during a dated
//! period. Must not know how identities are linked.

use serde::{Deserialize, Serialize};

use super::{
    account::{Cause, Zone, words},
    activity::ActivityRow,
    decision::Decision,
    ids::{AccountId, IdentityId, PersonId},
    journey::{Crossing, Spell},
    stage::Stage,
    time::{Day, Time},
};

words! {
    /// Why we think that a person belongs to an account, best first.
    Ground {
        Decision = "decision", Crm = "crm", Affiliation = "affiliation", Roster = "roster",
        Profile = "profile", Email = "email",
        /// From the nearest work e-mail within a year; always marked.
        Inferred = "inferred",
    }
}

words! {
    /// What stands behind linked identities. Only humans are people; the others are never members.
    Nature { Human = "human", Own = "own", Bot = "bot" }
}

words! {
    /// Why two identities are one person.
    LinkRule {
        Decision = "decision", SameEmail = "same-email", SameAccount = "same-account", Mailmap = "mailmap",
        Noreply = "noreply", ProfileEmail = "profile-email", MergeLogin = "merge-login", RoleFile = "role-file",
        SameName = "same-name", NameIsAddress = "name-is-address",
    }
}

/// Where a person stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What counts: the pinned stage, else the automatic one.
    pub stage: Stage,
    /// What the rules say.
    pub automatic: Stage,
    /// Since when `stage` holds; `None` for who was never placed.
    pub since: Option<Day>,
    /// Since when there is no own act any more; `None` for who is active (or never was).
    pub lapsed: Option<Day>,
    /// Active on the day.
    pub active: bool,
    pub basis: Option<Zone>,
    /// The furthest zone with an own act of late.
    pub zone: Option<Zone>,
    /// The thread that blocks a blocker, as the source names it, is in the detail; here only that there is one.
    pub blocked: bool,
    pub left_alone: bool,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            stage: Stage::Unplaced,
            automatic: Stage::Unplaced,
            since: None,
            lapsed: None,
            active: false,
            basis: None,
            zone: None,
            blocked: false,
            left_alone: false,
        }
    }
}

/// A move with the activities that carried it, as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveRow {
    pub at: Day,
    pub from: Stage,
    pub to: Stage,
    pub rule: String,
    pub basis: Option<Zone>,
    pub known_at: Time,
    pub because: Vec<ActivityRow>,
    /// For a move to blocker.
    pub cause: Option<Cause>,
}

/// A first step into a zone with the act that made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrossingRow {
    pub crossing: Crossing,
    /// `None`: the act is gone since.
    pub because: Option<ActivityRow>,
}

/// A person as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub id: PersonId,
    pub name: String,
    pub nature: Nature,
    /// The current (else the last) membership.
    pub member: Option<Membership>,
    pub identities: u32,
    pub activities: u64,
    pub first_activity: Option<Time>,
    pub last_activity: Option<Time>,
    pub standing: Standing,
}

/// A person at an account during a dated period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    pub account: AccountId,
    /// For display; the account's name.
    pub account_name: String,
    pub ground: Ground,
    pub from: Option<Day>,
    /// The first day that no longer counts; `None` while it lasts as far as we can see.
    pub to: Option<Day>,
    /// The last day on which an own act counted for it.
    #[serde(default)]
    pub seen: Option<Day>,
    /// Of an earlier day: only what happened later tells that it held then.
    #[serde(default)]
    pub learned_later: bool,
}

/// An identity of a person as the member screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonIdentity {
    pub id: IdentityId,
    pub source: String,
    pub handle: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Why it belongs to this person; `None` for the first one.
    pub rule: Option<LinkRule>,
    pub activities: u64,
}

/// A person at an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    pub person: PersonId,
    pub name: String,
    pub ground: Ground,
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Activities while at this account.
    pub activities: u64,
    pub last_activity: Option<Time>,
    pub standing: Standing,
    /// What blocks a blocker.
    pub cause: Option<Cause>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetail {
    pub row: PersonRow,
    /// All memberships, newest first.
    pub memberships: Vec<Membership>,
    pub identities: Vec<PersonIdentity>,
    /// Roles held now: `approver (etcd)`.
    pub roles: Vec<String>,
    pub decisions: Vec<Decision>,
    /// In order of days, up to the asked day.
    pub moves: Vec<MoveRow>,
    /// Where they stood, in order of days, up to the asked day.
    pub spells: Vec<Spell>,
    /// First own acts in a further (or another) zone.
    pub crossings: Vec<CrossingRow>,
    /// What blocks a blocker now.
    pub cause: Option<Cause>,
}
