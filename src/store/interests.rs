//! What people were active in while at an account: kept by person, so that a change of one person reads nobody else's
//! activities. Must not know what counts as an interest.

use rusqlite::params;

use super::{Deriving, Ledger, Result};
use crate::domain::{
    ids::{AccountId, PersonId},
    journey::Interest,
    time::Day,
};

impl Deriving<'_> {
    /// Puts what a person was active in, by account and name, in the place of what was known.
    pub fn person_interests(&self, person: PersonId, interests: &[Interest]) -> Result<()> {
        self.person_interests_in(person, interests).map_err(|e| self.fail(e))
    }

    fn person_interests_in(&self, person: PersonId, interests: &[Interest]) -> rusqlite::Result<()> {
        if !self.fresh {
            let mut clear = self.tx.prepare_cached("DELETE FROM interest WHERE person = ?1")?;
            clear.execute([person.0])?;
        }
        let mut put = self.tx.prepare_cached("INSERT INTO interest VALUES(?1, ?2, ?3, ?4, ?5, ?6)")?;
        for one in interests {
            put.execute(params![
                person.0,
                one.account.0,
                one.name,
                one.first_day.0,
                one.last_day.0,
                one.activities
            ])?;
        }
        Ok(())
    }
}

impl Ledger<'_> {
    /// What the people of an account were active in: one entry for each of them and each name.
    pub fn interests_of(self, account: AccountId) -> Result<Vec<Interest>> {
        self.all(
            "SELECT name, first_day, last_day, activities FROM interest WHERE account = ?1 ORDER BY name, person",
            [account.0],
            |row| {
                Ok(Interest {
                    account,
                    name: row.get(0)?,
                    first_day: Day(row.get(1)?),
                    last_day: Day(row.get(2)?),
                    activities: row.get(3)?,
                })
            },
        )
    }
}
