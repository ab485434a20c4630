//! Why a number is what it is, for other programs: the entries sum to `total`. Must not know how they were found.

use serde::Serialize;

use super::Decimal;
use crate::domain::{
    activity::ActivityRow,
    stage::Signal,
    time::Time,
    why::{Why, WhyEntry},
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyReport<'a> {
    /// What the number is: a stage, `support`, `momentum`.
    #[serde(rename = "for")]
    pub what: &'a str,
    /// `null` where there is none, as for the support of a group with nobody placed.
    pub number: Option<Decimal>,
    pub enter: Option<Decimal>,
    pub leave: Option<Decimal>,
    pub ledger: Vec<WhyEntryReport<'a>>,
    pub total: Decimal,
    /// What there is to say beside the numbers.
    pub remarks: &'a [String],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyEntryReport<'a> {
    pub at: Time,
    /// The ACTIVITY; `null` where the entry is a member or a week: then `what` says which.
    pub activity: Option<&'a ActivityRow>,
    pub signal: Option<Signal>,
    pub rule: Option<&'a str>,
    pub points: Decimal,
    pub age_days: u32,
    pub decayed: Decimal,
    pub what: Option<&'a str>,
}

impl<'a> WhyReport<'a> {
    pub fn new(why: &'a Why) -> Self {
        Self {
            what: &why.what,
            number: why.known().map(Decimal),
            enter: why.enter.map(Decimal),
            leave: why.leave.map(Decimal),
            ledger: why.ledger.iter().map(WhyEntryReport::new).collect(),
            total: Decimal(why.total),
            remarks: &why.remarks,
        }
    }
}

impl<'a> WhyEntryReport<'a> {
    pub fn new(entry: &'a WhyEntry) -> Self {
        Self {
            at: entry.at.start(),
            activity: entry.activity.as_ref(),
            signal: entry.signal,
            rule: entry.rule.as_deref(),
            points: Decimal(entry.points),
            age_days: entry.age_days,
            decayed: Decimal(entry.decayed),
            what: entry.what.as_deref(),
        }
    }
}
