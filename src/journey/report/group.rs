//! A group, momentum, hand-shakes and causes for other programs. Of persons only ids.

use serde::Serialize;

use super::Decimal;
use crate::domain::{
    account::{Cause, Zone},
    ids::PersonId,
    journey::{Group, Handshake, Momentum},
    stage::{GroupState, MomentumState, Theme},
    time::Time,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GroupReport {
    pub state: GroupState,
    pub active: u32,
    pub placed: u32,
    #[serde(rename = "for")]
    pub backing: u32,
    /// `null` without anybody placed.
    pub support: Option<Decimal>,
    pub basis: Option<Zone>,
    pub stages: Stages,
}

impl GroupReport {
    pub fn new(group: &Group) -> Self {
        Self {
            state: group.state,
            active: group.active,
            placed: group.placed(),
            backing: group.backing(),
            support: (group.placed() > 0).then(|| Decimal::thousandths(group.support())),
            basis: group.basis,
            stages: Stages::new(group),
        }
    }
}

/// Active members; `other`: not on the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stages {
    pub skeptic: u32,
    pub blocker: u32,
    pub teacher: u32,
    pub guide: u32,
    pub go_getter: u32,
    pub other: u32,
}

impl Stages {
    pub const fn new(group: &Group) -> Self {
        Self {
            skeptic: group.skeptic,
            blocker: group.blocker,
            teacher: group.teacher,
            guide: group.guide,
            go_getter: group.go_getter,
            other: group.other,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MomentumReport<'a> {
    pub state: MomentumState,
    pub value: Decimal,
    pub weeks: &'a [u32],
}

impl<'a> MomentumReport<'a> {
    pub fn new(momentum: Momentum, weeks: &'a [u32]) -> Self {
        Self { state: momentum.state, value: Decimal::thousandths(momentum.value), weeks }
    }
}

/// The first crossing between two zones. The first act of all comes from nowhere: it is told where it skips zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HandshakeReport {
    /// `null`: from nowhere, straight past the zones before.
    pub from: Option<Zone>,
    pub to: Zone,
    pub at: Time,
    pub member: PersonId,
}

impl HandshakeReport {
    pub fn new(shake: &Handshake) -> Option<Self> {
        let Handshake { from, to, day, member, .. } = *shake;
        shake.is_told().then(|| Self { from, to, at: day.start(), member })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CauseReport<'a> {
    pub title: Option<&'a str>,
    pub url: Option<&'a str>,
    pub theme: Theme,
    pub since: Time,
    pub members: Vec<PersonId>,
    /// As the source names it, for sources without titles and links.
    pub thread: &'a str,
    pub subject: Option<&'a str>,
}

impl<'a> CauseReport<'a> {
    pub fn new(cause: &'a Cause) -> Self {
        Self {
            title: cause.title.as_deref(),
            url: cause.url.as_deref(),
            theme: cause.theme,
            since: cause.since.start(),
            members: cause.members.iter().map(|(person, _)| *person).collect(),
            thread: &cause.thread,
            subject: cause.subject.as_deref(),
        }
    }
}

/// A period: from (`null`: ever since), and the first second that no longer counts (`null`: it lasts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PeriodReport {
    pub from: Option<Time>,
    pub to: Option<Time>,
}
