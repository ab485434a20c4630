//! An account for other programs. Of persons it carries only the ids of members.

use serde::Serialize;

use super::{CauseReport, GroupReport, HandshakeReport, Later, MomentumReport, PeriodReport, since};
use crate::domain::{
    account::{AccountDetail, AccountRow, Relation},
    ids::AccountId,
    stage::Phase,
    time::{Day, Time},
};

/// An account as far as it was read. What only a detail has is `null` for a row alone.
#[derive(Debug, Clone, Copy)]
pub struct AccountFacts<'a> {
    row: &'a AccountRow,
    detail: Option<&'a AccountDetail>,
}

impl<'a> From<&'a AccountDetail> for AccountFacts<'a> {
    fn from(detail: &'a AccountDetail) -> Self {
        Self { row: &detail.row, detail: Some(detail) }
    }
}

impl<'a> From<&'a AccountRow> for AccountFacts<'a> {
    fn from(row: &'a AccountRow) -> Self {
        Self { row, detail: None }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountReport<'a> {
    pub id: AccountId,
    pub name: &'a str,
    pub domains: &'a [String],
    pub relation: Relation,
    pub owner: Option<&'a str>,
    pub confirmed: bool,
    pub phase: Phase,
    /// `null`: ever since.
    pub phase_since: Option<Time>,
    /// The latest period as a customer; `null` for who never was one.
    pub customer: Option<PeriodReport>,
    pub group: GroupReport,
    /// `null` until it was ever active.
    pub momentum: Option<MomentumReport<'a>>,
    pub handshakes: Option<Vec<HandshakeReport>>,
    pub criteria: Later,
    /// Not known in this version, which is something else than none.
    pub deals: Later,
    /// What blocks its blockers now.
    pub causes: Option<Vec<CauseReport<'a>>>,
    pub interests: Option<&'a [String]>,
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
    pub fn new(account: impl Into<AccountFacts<'a>>, stale: bool) -> Self {
        let AccountFacts { row, detail } = account.into();
        Self {
            id: row.id,
            name: &row.name,
            domains: &row.domains,
            relation: row.relation,
            owner: row.owner.as_deref(),
            confirmed: row.confirmed,
            phase: row.phase,
            phase_since: since(row.phase_since),
            customer: customer(row, detail),
            group: GroupReport::new(&row.group),
            momentum: row.momentum.map(|momentum| MomentumReport::new(momentum, &row.weeks)),
            handshakes: detail.map(|detail| {
                detail.handshakes.iter().filter_map(|shake| HandshakeReport::new(&shake.handshake)).collect()
            }),
            criteria: None,
            deals: None,
            causes: detail.map(|detail| detail.causes.iter().map(CauseReport::new).collect()),
            interests: detail.map(|detail| detail.interests.as_slice()),
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

/// A row alone knows only that it is one.
fn customer(row: &AccountRow, detail: Option<&AccountDetail>) -> Option<PeriodReport> {
    let ever = PeriodReport { from: None, to: None };
    match detail.and_then(|detail| detail.customer.last()) {
        Some((from, to)) => Some(PeriodReport { from: since(Some(*from)), to: to.map(Day::start) }),
        None => row.customer.then_some(ever),
    }
}
