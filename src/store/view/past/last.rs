//! When accounts were last active by a day: the days are walked back from it until a question is answered, so that a
//! page of the latest reads no more than the latest days. Must not know what else is asked.

use rusqlite::Connection;

use super::{
    super::{super::Result, super::derived::NEVER, View, then::end_of},
    Past,
};
use crate::domain::{ids::AccountId, time::Day};

/// Earlier than all that was walked through, but not never.
pub(super) const OLD: i64 = NEVER - 1;

/// Up to how many accounts are asked one by one instead.
const FEW: usize = 3_000;

/// How many rows are walked through before the remaining accounts are asked one by one.
const WALKED: usize = 150_000;

impl Past {
    pub(super) fn forget_last(&mut self) {
        for row in &mut self.rows {
            (row.last, row.exact) = if row.first == NEVER { (NEVER, true) } else { (OLD, false) };
        }
        self.walked = self.day;
    }

    /// Walks back to the day before the last one for which `enough` is asked and says no: it is told the day that is
    /// walked through next and how many of `places` are known by now. Places are marks, one for each row.
    pub(super) fn walk(
        &mut self,
        db: &Connection,
        places: &[bool],
        enough: &dyn Fn(Day, usize) -> bool,
    ) -> rusqlite::Result<()> {
        let wanted = |row: usize, past: &Self| places[row] && past.rows[row].last == OLD;
        let left = (0..self.rows.len()).filter(|row| wanted(*row, self)).count();
        let mut known = places.iter().filter(|place| **place).count() - left;
        if left > FEW {
            let mut find = db.prepare_cached(
                "SELECT day, account FROM account_day WHERE day <= ?1 ORDER BY day DESC, account DESC",
            )?;
            let mut days = find.query([self.walked.0])?;
            for _ in 0..WALKED {
                let Some(row) = days.next()? else { break };
                let day = Day(row.get(0)?);
                if day < self.walked {
                    self.walked = day;
                    if enough(day, known) {
                        return Ok(());
                    }
                }
                if let Some(place) = self.place(&row.get(1)?)
                    && self.rows[place].last == OLD
                {
                    self.rows[place].last = -end_of(day).0;
                    known += usize::from(places[place]);
                }
            }
        }
        self.ask_each(db, places)
    }

    fn ask_each(&mut self, db: &Connection, places: &[bool]) -> rusqlite::Result<()> {
        let mut find =
            db.prepare_cached("SELECT max(day) FROM account_day WHERE account = ?1 AND day <= ?2")?;
        for (row, _) in self.rows.iter_mut().zip(places).filter(|(row, asked)| **asked && row.last == OLD) {
            let last: Option<i32> = find.query_row((row.id, self.day.0), |found| found.get(0))?;
            (row.last, row.exact) = last.map_or((NEVER, true), |last| (-end_of(Day(last)).0, false));
        }
        Ok(())
    }

    /// Finds the second of the latest activity of every account whose latest day is among these days. Whether there was
    /// anything to find.
    pub(super) fn refine(&mut self, view: &View, places: &[u32], newest: i64, oldest: i64) -> Result<bool> {
        let day = |key: i64| (-key).div_euclid(86_400);
        let days = day(oldest)..=day(newest);
        let mut refined = false;
        for place in places {
            let row = &mut self.rows[*place as usize];
            if !row.exact && row.last < OLD && days.contains(&day(row.last)) {
                row.last = view.last_of(AccountId(row.id), self.day)?.map_or(row.last, |last| -last.0);
                (row.exact, refined) = (true, true);
            }
        }
        Ok(refined)
    }
}
