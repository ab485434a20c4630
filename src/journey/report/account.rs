//! An account for other programs. Carries no person.

use serde::Serialize;

use super::{Later, LaterList};
use crate::domain::{
    account::{AccountRow, Relation},
    ids::AccountId,
    time::Time,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountReport<'a> {
    pub id: AccountId,
    pub name: &'a str,
    pub domains: &'a [String],
    pub relation: Relation,
    pub owner: Option<&'a str>,
    pub confirmed: bool,
    pub phase: Later,
    pub phase_since: Later,
    pub customer: Later,
    pub group: Later,
    pub momentum: Later,
    pub handshakes: LaterList,
    pub criteria: Later,
    pub deals: LaterList,
    pub causes: LaterList,
    pub interests: LaterList,
    /// All who ever belonged.
    pub people: u32,
    /// Who belong now.
    pub members: u32,
    pub activities: u64,
    pub first_activity: Option<Time>,
    pub last_activity: Option<Time>,
    /// A source behind it is.
    pub stale: bool,
    pub next_ask: Later,
}

impl<'a> AccountReport<'a> {
    pub fn new(row: &'a AccountRow, stale: bool) -> Self {
        Self {
            id: row.id,
            name: &row.name,
            domains: &row.domains,
            relation: row.relation,
            owner: row.owner.as_deref(),
            confirmed: row.confirmed,
            phase: None,
            phase_since: None,
            customer: None,
            group: None,
            momentum: None,
            handshakes: [],
            criteria: None,
            deals: [],
            causes: [],
            interests: [],
            people: row.people,
            members: row.members,
            activities: row.activities,
            first_activity: row.first_activity,
            last_activity: row.last_activity,
            stale,
            next_ask: None,
        }
    }
}
