//! The days on which something happened, for going through time from one to the next. Must not know what it was.

use super::{super::Result, View};
use crate::domain::{
    activity::Of,
    ids::{AccountId, PersonId},
    time::Day,
};

impl View {
    /// The nearest day after (or before) `from` on which something happened: to a person, to an account, or to any
    /// account.
    pub fn change(&self, of: Option<Of>, from: Day, forward: bool) -> Result<Option<Day>> {
        let found = match of {
            None => self.change_of_any(from, forward),
            Some(Of::Account(account)) => self.change_of_account(account, from, forward),
            Some(Of::Person(person)) => self.change_of_person(person, from, forward),
        };
        found.map_err(|e| self.fail(e))
    }

    fn change_of_any(&self, from: Day, forward: bool) -> rusqlite::Result<Option<Day>> {
        let (function, sign) = direction(forward);
        let mut best = None;
        for (table, column) in [("account_span", "from_day"), ("handshake", "day"), ("move", "day")] {
            // What holds ever since began on no day.
            let sql =
                format!("SELECT {function}({column}) FROM {table} WHERE {column} {sign} ?1 AND {column} > 0");
            let day = self.db.prepare_cached(&sql)?.query_row([from.0], |row| row.get(0))?;
            best = nearer(best, day, forward);
        }
        Ok(best.map(Day))
    }

    fn change_of_account(
        &self,
        account: AccountId,
        from: Day,
        forward: bool,
    ) -> rusqlite::Result<Option<Day>> {
        let account = self.canonical(account)?;
        let (function, sign) = direction(forward);
        let mut best = None;
        for (table, column) in [("account_span", "from_day"), ("handshake", "day")] {
            let sql = format!(
                "SELECT {function}({column}) FROM {table} WHERE account = ?1 AND {column} {sign} ?2 AND {column} > 0"
            );
            let day = self.db.prepare_cached(&sql)?.query_row((account.0, from.0), |row| row.get(0))?;
            best = nearer(best, day, forward);
        }
        Ok(best.map(Day))
    }

    fn change_of_person(&self, person: PersonId, from: Day, forward: bool) -> rusqlite::Result<Option<Day>> {
        let person = self.whole(person)?;
        let (function, sign) = direction(forward);
        let mut best = None;
        for table in ["move", "crossing"] {
            let sql = format!("SELECT {function}(day) FROM {table} WHERE person = ?1 AND day {sign} ?2");
            let day = self.db.prepare_cached(&sql)?.query_row((person.0, from.0), |row| row.get(0))?;
            best = nearer(best, day, forward);
        }
        for spell in self.spells(person)? {
            let beyond = if forward { spell.from > from } else { spell.from < from };
            best = nearer(best, beyond.then_some(spell.from.0), forward);
        }
        Ok(best.map(Day))
    }
}

const fn direction(forward: bool) -> (&'static str, &'static str) {
    if forward { ("min", ">") } else { ("max", "<") }
}

fn nearer(a: Option<i32>, b: Option<i32>, forward: bool) -> Option<i32> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if forward { a.min(b) } else { a.max(b) }),
        (a, b) => a.or(b),
    }
}
