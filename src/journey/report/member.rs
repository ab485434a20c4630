//! A person for other programs. E-mail addresses only when they were asked for.

use std::borrow::Cow;

use serde::Serialize;

use super::{CauseReport, since};
use crate::domain::{
    account::Zone,
    activity::ActivityRow,
    ids::{AccountId, IdentityId, PersonId},
    person::{Ground, Membership, MoveRow, PersonDetail, PersonIdentity},
    stage::{Category, Stage},
    time::{Day, Time},
};

/// A person with the current, else the last, membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberReport<'a> {
    pub id: PersonId,
    /// An address that stands for a name is shortened to its first part.
    pub name: Cow<'a, str>,
    pub account: Option<AccountId>,
    pub ground: Option<Ground>,
    /// The first second of the membership's first day.
    pub from: Option<Time>,
    /// The first second that no longer counts.
    pub to: Option<Time>,
    /// What counts: the pinned stage, else the automatic one.
    pub stage: Stage,
    pub automatic_stage: Stage,
    pub basis: Option<Zone>,
    pub category: Option<Category>,
    /// Since when the stage holds.
    pub since: Option<Time>,
    /// Since when there is no own act any more; `null` while there are.
    pub lapsed: Option<Time>,
    /// The furthest one of late.
    pub zone: Option<Zone>,
    pub roles: &'a [String],
    pub identities: Vec<IdentityReport<'a>>,
    pub activities: u64,
    pub first_activity: Option<Time>,
    pub last_activity: Option<Time>,
    /// Automatic ones, in order of days.
    pub moves: Vec<MoveReport<'a>>,
    /// What blocks a blocker now.
    pub cause: Option<CauseReport<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveReport<'a> {
    pub at: Time,
    pub from: Stage,
    pub to: Stage,
    pub rule: &'a str,
    /// ACTIVITYs.
    pub because: &'a [ActivityRow],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityReport<'a> {
    pub id: IdentityId,
    pub source: &'a str,
    pub handle: Option<Cow<'a, str>>,
    pub name: Option<Cow<'a, str>>,
    pub email: Option<&'a str>,
}

/// A person with all memberships: a row of `export people`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonReport<'a> {
    #[serde(flatten)]
    pub member: MemberReport<'a>,
    /// Newest first.
    pub memberships: Vec<MembershipReport>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MembershipReport {
    pub account: AccountId,
    pub ground: Ground,
    pub from: Option<Time>,
    pub to: Option<Time>,
}

impl<'a> MemberReport<'a> {
    pub fn new(detail: &'a PersonDetail, emails: bool) -> Self {
        let row = &detail.row;
        let member = row.member.as_ref();
        Self {
            id: row.id,
            name: without_address(&row.name, emails),
            account: member.map(|m| m.account),
            ground: member.map(|m| m.ground),
            from: member.and_then(|m| m.from).map(Day::start),
            to: member.and_then(|m| m.to).map(Day::start),
            stage: row.standing.stage,
            automatic_stage: row.standing.automatic,
            basis: row.standing.basis,
            category: row.standing.stage.category(),
            since: since(row.standing.since),
            lapsed: since(row.standing.lapsed),
            zone: row.standing.zone,
            roles: &detail.roles,
            identities: detail.identities.iter().map(|i| IdentityReport::new(i, emails)).collect(),
            activities: row.activities,
            first_activity: row.first_activity,
            last_activity: row.last_activity,
            moves: detail.moves.iter().map(MoveReport::new).collect(),
            cause: detail.cause.as_ref().map(CauseReport::new),
        }
    }
}

impl<'a> MoveReport<'a> {
    fn new(row: &'a MoveRow) -> Self {
        Self { at: row.at.start(), from: row.from, to: row.to, rule: &row.rule, because: &row.because }
    }
}

impl<'a> IdentityReport<'a> {
    pub fn new(identity: &'a PersonIdentity, emails: bool) -> Self {
        Self {
            id: identity.id,
            source: &identity.source,
            handle: identity.handle.as_deref().map(|handle| without_address(handle, emails)),
            name: identity.name.as_deref().map(|name| without_address(name, emails)),
            email: identity.email.as_deref().filter(|_| emails),
        }
    }
}

impl<'a> PersonReport<'a> {
    pub fn new(detail: &'a PersonDetail, emails: bool) -> Self {
        let memberships = detail.memberships.iter().map(MembershipReport::new).collect();
        Self { member: MemberReport::new(detail, emails), memberships }
    }
}

impl MembershipReport {
    fn new(membership: &Membership) -> Self {
        Self {
            account: membership.account,
            ground: membership.ground,
            from: membership.from.map(Day::start),
            to: membership.to.map(Day::start),
        }
    }
}

/// Some people's names and handles are addresses: then only what stands before each `@` is shown.
pub fn without_address(name: &str, emails: bool) -> Cow<'_, str> {
    if emails || !name.trim_start_matches('@').contains('@') {
        return Cow::Borrowed(name);
    }
    let words = name.split(' ').map(|word| match word.trim_start_matches(['<', '@']).split_once('@') {
        Some((local, _)) => local,
        None => word,
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}
