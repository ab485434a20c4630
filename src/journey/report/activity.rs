//! An activity as `export activities` writes it: the ACTIVITY of the contract and what belongs to it.

use serde::Serialize;

use crate::domain::{
    activity::{ActivityRow, ExportedActivity},
    ids::{AccountId, IdentityId, PersonId},
    time::Time,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActivityReport<'a> {
    /// The ACTIVITY.
    #[serde(flatten)]
    pub activity: &'a ActivityRow,
    pub actor: IdentityId,
    pub person: Option<PersonId>,
    /// Where the person belonged at that day.
    pub account: Option<AccountId>,
    pub thread: Option<&'a str>,
    pub counterpart: Option<IdentityId>,
    pub known_at: Time,
}

impl<'a> ActivityReport<'a> {
    pub fn new(exported: &'a ExportedActivity) -> Self {
        let activity = &exported.activity;
        Self {
            activity,
            actor: activity.actor,
            person: exported.person,
            account: exported.account,
            thread: activity.thread.as_deref(),
            counterpart: activity.counterpart,
            known_at: activity.known_at,
        }
    }
}
