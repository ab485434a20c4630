//! Counting accounts: their people, members and activities from the spans, how many were active in each week, and
//! how much happened on each day. Must not know who decides what a span is.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{derived::NEVER, pack};
use crate::domain::ids::AccountId;

/// By how much figures of accounts change.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Distinct active members, by week.
    weeks: BTreeMap<(AccountId, i32), i64>,
    /// Activities, by day.
    days: BTreeMap<(AccountId, i32), i64>,
    /// The first week that was changed since the derivation began.
    first: Option<i32>,
}

/// So many changes are held before they are written: memory does not grow with the store.
const HELD: usize = 400_000;

impl Changes {
    /// Adds the days of a person, or takes them back.
    pub(super) fn add(&mut self, days: &pack::Days, sign: i64) {
        for (account, day, activities) in days {
            *self.days.entry((*account, day.0)).or_default() += sign * i64::from(*activities);
        }
        for (account, week) in pack::weeks(days) {
            *self.weeks.entry((account, week.0)).or_default() += sign;
        }
    }

    pub(super) fn is_much(&self) -> bool {
        self.days.len() > HELD
    }

    /// The first week of which a figure was changed.
    pub(super) const fn first_week(&self) -> Option<i32> {
        self.first
    }

    pub(super) fn write(&mut self, tx: &Connection) -> rusqlite::Result<()> {
        let changed = self.weeks.iter().filter(|(_, change)| **change != 0).map(|((_, week), _)| *week);
        self.first = changed.chain(self.first).min();
        change(tx, "account_week", "week", "members", &std::mem::take(&mut self.weeks))?;
        change(tx, "account_day", "day", "activities", &std::mem::take(&mut self.days))
    }
}

fn change(
    tx: &Connection,
    table: &str,
    key: &str,
    figure: &str,
    changes: &BTreeMap<(AccountId, i32), i64>,
) -> rusqlite::Result<()> {
    let mut put = tx.prepare_cached(&format!(
        "INSERT INTO {table} VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET {figure} = {figure} + ?3"
    ))?;
    let mut tidy = tx
        .prepare_cached(&format!("DELETE FROM {table} WHERE account = ?1 AND {key} = ?2 AND {figure} = 0"))?;
    for ((account, at), change) in changes.iter().filter(|(_, change)| **change != 0) {
        put.execute((account.0, at, change))?;
        if *change < 0 {
            tidy.execute((account.0, at))?;
        }
    }
    Ok(())
}

/// Counts an account from its spans. Who has no end belongs now.
pub(super) fn tally(tx: &Connection, account: AccountId) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE account SET by_people = -n.people, by_members = -n.members, by_activities = -n.activities,
             by_first = coalesce(-n.first, ?2), by_last = coalesce(-n.last, ?2)
         FROM (SELECT count(DISTINCT person) AS people,
                      count(DISTINCT CASE WHEN to_day IS NULL THEN person END) AS members,
                      coalesce(sum(activities), 0) AS activities, min(first) AS first, max(last) AS last
               FROM member_span WHERE account = ?1) AS n
         WHERE id = ?1",
    )?
    .execute((account.0, NEVER))?;
    Ok(())
}
