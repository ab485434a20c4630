//! Counting accounts: their people, members and activities from the spans, and how many were active in each
//! week. Must not know who decides what a span is.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::derived::NEVER;
use crate::domain::ids::AccountId;

/// Adds what changed to the weeks of accounts, and drops those of accounts that ceased to be.
pub(super) fn count_weeks(
    tx: &Connection,
    changes: &BTreeMap<(AccountId, i32), i64>,
    ceased: &[AccountId],
) -> rusqlite::Result<()> {
    let mut put = tx.prepare_cached(
        "INSERT INTO account_week VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET members = members + ?3",
    )?;
    let mut tidy =
        tx.prepare_cached("DELETE FROM account_week WHERE account = ?1 AND week = ?2 AND members = 0")?;
    for ((account, week), change) in changes.iter().filter(|(_, change)| **change != 0) {
        put.execute((account.0, week, change))?;
        if *change < 0 {
            tidy.execute((account.0, week))?;
        }
    }
    let mut gone = tx.prepare_cached("DELETE FROM account_week WHERE account = ?1")?;
    for account in ceased {
        gone.execute([account.0])?;
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

/// Weeks by account: the id, how many, and the steps from one to the next as variable-length numbers.
pub(super) fn pack(weeks: &[(AccountId, i32)]) -> Vec<u8> {
    let mut packed = Vec::new();
    for of in weeks.chunk_by(|a, b| a.0 == b.0) {
        packed.extend_from_slice(&of[0].0.0);
        push(&mut packed, u64::try_from(of.len()).unwrap_or(0));
        let mut before = i64::from(i32::MIN);
        for (_, week) in of {
            push(&mut packed, (i64::from(*week) - before).unsigned_abs());
            before = i64::from(*week);
        }
    }
    packed
}

fn push(packed: &mut Vec<u8>, mut number: u64) {
    loop {
        let [low, ..] = (number & 0x7f).to_le_bytes();
        number >>= 7;
        if number == 0 {
            return packed.push(low);
        }
        packed.push(low | 0x80);
    }
}

pub(super) fn unpack(mut packed: &[u8]) -> Vec<(AccountId, i32)> {
    let mut weeks = Vec::new();
    while let Some((id, rest)) = packed.split_first_chunk::<10>() {
        packed = rest;
        let mut before = i64::from(i32::MIN);
        for _ in 0..pull(&mut packed) {
            before = before.saturating_add(i64::try_from(pull(&mut packed)).unwrap_or(0));
            weeks.push((AccountId(*id), i32::try_from(before).unwrap_or(i32::MAX)));
            if packed.is_empty() {
                break;
            }
        }
    }
    weeks
}

fn pull(packed: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    while let Some((byte, rest)) = packed.split_first() {
        *packed = rest;
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 56 {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_weeks_read_back() {
        let (a, b) = (AccountId([1; 10]), AccountId([2; 10]));
        for weeks in [vec![], vec![(a, 2900)], vec![(a, -5), (a, 0), (a, 2900), (b, i32::MAX)]] {
            assert_eq!(unpack(&pack(&weeks)), weeks);
        }
    }
}
