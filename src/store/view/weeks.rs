//! Weeks of accounts: how many members were active in each, and what of that is known to be over. Must not know what
//! follows from it.

use super::{super::Result, View, small};
use crate::domain::{
    account::{AccountRow, WEEKS},
    ids::AccountId,
    journey::Momentum,
    time::{Day, Time, Week},
};

/// The last week that is over on a day.
pub(super) fn over(day: Day) -> Week {
    Week(day.week().0.saturating_sub(1))
}

impl View {
    /// The last day of which anything can be known of an account: `today`, or the day up to which one of the
    /// sources behind it is complete. Where all sources reach equally far, nobody needs to be asked.
    pub(super) fn horizon(&self, account: AccountId, today: Day) -> rusqlite::Result<Day> {
        let mut ask = self.db.prepare_cached("SELECT min(until), max(until) FROM stream")?;
        let (least, most): (Option<i64>, Option<i64>) =
            ask.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let day = |until: Option<i64>| until.map_or(today, |until| Time(until).day().min(today));
        if day(least) == day(most) {
            return Ok(day(most));
        }
        let mut ask = self.db.prepare_cached(
            "SELECT max(s.until) FROM member_span m JOIN person_identity p ON p.person = m.person
             JOIN identity i ON i.seq = p.identity JOIN stream s ON s.source = i.source WHERE m.account = ?1",
        )?;
        Ok(day(ask.query_row([account.0], |row| row.get(0))?))
    }

    /// Fills the weeks of a row up to the last one that is over on `day` as far as is known.
    pub(super) fn weeks(&self, row: &mut AccountRow, day: Day) -> rusqlite::Result<()> {
        let last = over(self.horizon(row.id, day)?).0;
        let first = last.saturating_sub(i32::try_from(WEEKS).unwrap_or(0) - 1);
        let mut find = self.db.prepare_cached(
            "SELECT week - ?2, members FROM account_week WHERE account = ?1 AND week BETWEEN ?2 AND ?3",
        )?;
        let mut rows = find.query((row.id.0, first, last))?;
        while let Some(found) = rows.next()? {
            let at = usize::try_from(found.get::<_, i64>(0)?).unwrap_or(WEEKS);
            if let Some(week) = row.weeks.get_mut(at) {
                *week = small(found.get(1)?);
            }
        }
        Ok(())
    }

    /// Of every account that was active until `last`, by id: the distinct active members of each week from `first` to
    /// `last`, and whether it was active before them.
    pub fn weeks_of_all(&self, first: Week, last: Week) -> Result<Vec<(AccountId, Vec<u32>, bool)>> {
        let mut all = Vec::new();
        self.ledger().weeks(first, last, &mut |account, weeks, before| {
            all.push((account, weeks.to_vec(), before));
        })?;
        Ok(all)
    }

    /// The last week that is over at the end of `day`, if momentum as it was then has not been handed over yet.
    /// What is handed over holds for every day on which that week is the last one, until the store changes.
    pub fn momentum_wanted(&self, day: Day) -> Result<Option<Week>> {
        let (version, week) = (self.figure("version")?, over(day));
        let momentum = self.then.momentum.borrow();
        let known = momentum.as_ref().is_some_and(|(of, at, _)| (*of, *at) == (version, week));
        Ok((!known).then_some(week))
    }

    /// Hands over the momentum of all accounts as it was when `week` was the last one that was over: lists and
    /// accounts as of such a day show it and are ordered and filtered by it. Without it they have none.
    pub fn put_momentum(&self, week: Week, mut all: Vec<(AccountId, Momentum)>) -> Result<()> {
        all.sort_unstable_by_key(|(account, _)| *account);
        *self.then.momentum.borrow_mut() = Some((self.figure("version")?, week, all));
        Ok(())
    }

    /// What was handed over for an account and the end of a day.
    pub(super) fn momentum_then(&self, account: AccountId, day: Day) -> Result<Option<Momentum>> {
        if self.momentum_wanted(day)?.is_some() {
            return Ok(None);
        }
        let momentum = self.then.momentum.borrow();
        let Some((_, _, all)) = &*momentum else { return Ok(None) };
        Ok(all.binary_search_by_key(&account, |(id, _)| *id).ok().map(|at| all[at].1))
    }
}
