//! The accounts of an earlier day, to be sorted and filtered by. Must not know who asks.

use rusqlite::params;

use super::{
    super::{Result, derived::NEVER},
    View,
    then::{AccountsThen, Needs, PRESENT, end_of},
};
use crate::domain::{
    ids::AccountId,
    stage::MomentumState,
    time::{Day, Week},
};

const TABLE: &str = "
CREATE TEMP TABLE IF NOT EXISTS account_then(
    id BLOB PRIMARY KEY, shown INTEGER, relation INTEGER, owner TEXT, confirmed INTEGER, by_first INTEGER,
    by_last INTEGER, exact INTEGER, by_activities INTEGER, shakes INTEGER, phase INTEGER, customer INTEGER,
    state INTEGER, active INTEGER, skeptic INTEGER, blocker INTEGER, teacher INTEGER, guide INTEGER,
    go_getter INTEGER, basis INTEGER, by_people INTEGER, by_members INTEGER, support INTEGER, by_phase INTEGER,
    by_support INTEGER, by_active INTEGER, momentum INTEGER, value INTEGER, by_momentum INTEGER) WITHOUT ROWID";

const COPY: &str = "
INSERT INTO account_then
    SELECT id, shown, relation, owner, confirmed, by_first, by_last, 1, by_activities, shakes, phase, customer,
        state, active, skeptic, blocker, teacher, guide, go_getter, basis, by_people, by_members, support, by_phase,
        by_support, by_active, NULL, NULL, ?2
    FROM account WHERE ?1 OR shown = 1";

/// The day of the latest activity; the second is found when an order depends on it.
const LAST: &str = "
    by_last = coalesce(-86400 * (SELECT d.day FROM account_day d WHERE d.account = account_then.id AND d.day <= ?1
                                 ORDER BY d.day DESC LIMIT 1) - 86399, ?2), exact = 0";

const STANDING: &str = "
UPDATE account_then SET (phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, basis, by_people,
        by_members, by_active) = (
    SELECT phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, basis, -people, -members,
        -active
    FROM account_span WHERE account = account_then.id AND from_day <= ?1 ORDER BY from_day DESC LIMIT 1)
WHERE id IN (SELECT account FROM account_span WHERE from_day > ?2 AND from_day <= ?3)";

/// What follows from the columns that [`STANDING`] moves. No row: before the first day of all, nobody.
const FOLLOWS: &str = "
UPDATE account_then SET
    phase = coalesce(phase, 0), customer = coalesce(customer, 0), state = coalesce(state, 0),
    active = coalesce(active, 0), skeptic = coalesce(skeptic, 0), blocker = coalesce(blocker, 0),
    teacher = coalesce(teacher, 0), guide = coalesce(guide, 0), go_getter = coalesce(go_getter, 0),
    by_people = coalesce(by_people, 0), by_members = coalesce(by_members, 0), by_active = coalesce(by_active, 0)
WHERE phase IS NULL";

const PLACED: &str = "(skeptic + blocker + teacher + guide + go_getter)";

impl View {
    /// Makes the table `account_then` hold what the question needs as of the end of `day`.
    pub(super) fn accounts_as_of(&self, day: Day, all: bool, needs: Needs) -> Result<()> {
        let version = self.figure("version")?;
        let held = self.then.accounts.get().filter(|held| held.version == version && (held.all || !all));
        let moved = self.in_own_tables(|| self.move_accounts(held, version, day, all, needs));
        // What fails halfway is put back by the transaction around it.
        self.then.accounts.set(Some(moved.map_err(|e| self.fail(e))?));
        Ok(())
    }

    fn move_accounts(
        &self,
        held: Option<AccountsThen>,
        version: u64,
        day: Day,
        all: bool,
        needs: Needs,
    ) -> rusqlite::Result<AccountsThen> {
        let mut then = match held {
            Some(held) => held,
            None => self.copy_accounts(version, all)?,
        };
        if needs.last {
            self.move_last(then.last, day)?;
            then.last = day;
        }
        if needs.activities && then.activities != day {
            self.move_activities(then.activities, day)?;
            then.activities = day;
        }
        if needs.standing && then.standing != day {
            self.move_standing(then.standing, day)?;
            then.standing = day;
        }
        if needs.handshakes && then.handshakes != day {
            let (low, high) = between(then.handshakes, day);
            self.db
                .prepare_cached(
                    "UPDATE account_then SET shakes = (
                         SELECT count(h.from_zone) FROM handshake h
                         WHERE h.account = account_then.id AND h.day <= ?1)
                     WHERE id IN (SELECT account FROM handshake WHERE day > ?2 AND day <= ?3)",
                )?
                .execute((day.0, low.0, high.0))?;
            then.handshakes = day;
        }
        if needs.momentum {
            then.momentum = self.put_momentum_in(then, version, day)?;
        }
        Ok(then)
    }

    fn copy_accounts(&self, version: u64, all: bool) -> rusqlite::Result<AccountsThen> {
        self.db.execute_batch(TABLE)?;
        self.db.execute_batch("DELETE FROM account_then")?;
        self.db.prepare_cached(COPY)?.execute((all, NEVER))?;
        let (last, activities, standing, handshakes) = (PRESENT, PRESENT, PRESENT, PRESENT);
        Ok(AccountsThen { version, all, last, activities, standing, handshakes, momentum: None })
    }

    fn move_last(&self, from: Day, to: Day) -> rusqlite::Result<()> {
        if from == to {
            return Ok(());
        }
        let (low, high) = between(from, to);
        if from == PRESENT {
            let sql = format!("UPDATE account_then SET {LAST} WHERE by_last < ?3");
            self.db.prepare_cached(&sql)?.execute((to.0, NEVER, -end_of(to).0))?;
        } else {
            let sql = format!(
                "UPDATE account_then SET {LAST}
                 WHERE id IN (SELECT account FROM account_day WHERE day > ?3 AND day <= ?4)"
            );
            self.db.prepare_cached(&sql)?.execute((to.0, NEVER, low.0, high.0))?;
        }
        Ok(())
    }

    fn move_activities(&self, from: Day, to: Day) -> rusqlite::Result<()> {
        let (low, high) = between(from, to);
        // Counts are kept negated: going back, those in between are added.
        let sign = if to < from { 1 } else { -1 };
        self.db
            .prepare_cached(
                "UPDATE account_then SET by_activities = by_activities + ?1 * n.activities
                 FROM (SELECT account, sum(activities) AS activities FROM account_day
                       WHERE day > ?2 AND day <= ?3 GROUP BY account) AS n
                 WHERE n.account = account_then.id",
            )?
            .execute((sign, low.0, high.0))?;
        Ok(())
    }

    fn move_standing(&self, from: Day, to: Day) -> rusqlite::Result<()> {
        let (low, high) = between(from, to);
        self.db.prepare_cached(STANDING)?.execute((to.0, low.0, high.0))?;
        self.db.prepare_cached(FOLLOWS)?.execute([])?;
        self.db
            .prepare_cached(&format!(
                "UPDATE account_then SET
                     support = CASE WHEN {PLACED} = 0 THEN 0 ELSE (teacher + guide + go_getter) * 1000 / {PLACED} END,
                     by_support = CASE WHEN {PLACED} = 0 THEN 1
                         ELSE -(((teacher + guide + go_getter) * 1000 / {PLACED} << 32) | {PLACED}) END,
                     by_phase = -phase
                 WHERE id IN (SELECT account FROM account_span WHERE from_day > ?1 AND from_day <= ?2)"
            ))?
            .execute((low.0, high.0))?;
        Ok(())
    }

    /// Puts the momentum in that was handed over; without any for that week there is none.
    fn put_momentum_in(&self, then: AccountsThen, version: u64, day: Day) -> rusqlite::Result<Option<Week>> {
        let momentum = self.then.momentum.borrow();
        let known =
            momentum.as_ref().filter(|(of, week, _)| *of == version && *week == super::weeks::over(day));
        let Some((_, week, all)) = known else {
            if then.momentum.is_some() {
                self.clear_momentum()?;
            }
            return Ok(None);
        };
        if then.momentum == Some(*week) {
            return Ok(Some(*week));
        }
        self.clear_momentum()?;
        let mut put = self.db.prepare_cached(
            "UPDATE account_then SET momentum = ?2, value = ?3, by_momentum = ?4 WHERE id = ?1",
        )?;
        for (account, momentum) in all {
            let state = super::super::derived::number(MomentumState::ALL, &momentum.state);
            let key = super::filter::momentum_keys(momentum.state).1 - i64::from(momentum.value);
            put.execute(params![account.0, state, momentum.value, key])?;
        }
        Ok(Some(*week))
    }

    fn clear_momentum(&self) -> rusqlite::Result<()> {
        let sql = "UPDATE account_then SET momentum = NULL, value = NULL, by_momentum = ?1";
        self.db.prepare_cached(sql)?.execute([NEVER])?;
        Ok(())
    }

    /// Finds the second of the latest activity of every account whose latest day is among these days.
    /// Whether there was anything to find.
    pub(super) fn refine_last(&self, newest: i64, oldest: i64, day: Day) -> Result<bool> {
        let refine = || {
            let mut find = self.db.prepare_cached(
                "SELECT id, by_last FROM account_then WHERE exact = 0 AND by_last >= ?1 AND by_last <= ?2",
            )?;
            let coarse: Vec<(AccountId, i64)> = find
                .query_map((newest, oldest), |row| Ok((AccountId(row.get(0)?), row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let mut put =
                self.db.prepare_cached("UPDATE account_then SET by_last = ?2, exact = 1 WHERE id = ?1")?;
            for (account, coarse) in &coarse {
                let last = self.last_of(*account, day)?.map_or(*coarse, |last| -last.0);
                put.execute((account.0, last))?;
            }
            Ok(!coarse.is_empty())
        };
        self.in_own_tables(refine).map_err(|e| self.fail(e))
    }
}

/// The days that lie between two: after the first and up to the second.
fn between(a: Day, b: Day) -> (Day, Day) {
    (a.min(b), a.max(b))
}
