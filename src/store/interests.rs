//! What people were active in while at an account: kept by person, so that a change of one person reads nobody else's
//! activities. Must not know what counts as an interest.

use rusqlite::{Row, params};

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
            let known = self.known_interests(person)?;
            if known == interests {
                return Ok(());
            }
            let mut clear = self.tx.prepare_cached("DELETE FROM interest WHERE person = ?1")?;
            clear.execute([person.0])?;
            self.work.borrow_mut().interested.extend(known.iter().map(|one| one.account));
        }
        self.work.borrow_mut().interested.extend(interests.iter().map(|one| one.account));
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

    fn known_interests(&self, person: PersonId) -> rusqlite::Result<Vec<Interest>> {
        let mut all = self.tx.prepare_cached(
            "SELECT account, name, first_day, last_day, activities FROM interest WHERE person = ?1
             ORDER BY account, name",
        )?;
        let read = |row: &Row<'_>| {
            Ok(Interest {
                account: AccountId(row.get(0)?),
                name: row.get(1)?,
                first_day: Day(row.get(2)?),
                last_day: Day(row.get(3)?),
                activities: row.get(4)?,
            })
        };
        all.query_map([person.0], read)?.collect()
    }

    /// Notes the accounts at which a person who ceased to be was active in anything.
    pub(super) fn loses_interest(&self, person: PersonId) -> rusqlite::Result<()> {
        let known = self.known_interests(person)?;
        self.work.borrow_mut().interested.extend(known.iter().map(|one| one.account));
        Ok(())
    }

    /// Whether anybody was put whose interests at an account are other than before.
    pub fn interests_changed(&self, account: AccountId) -> bool {
        self.work.borrow().interested.contains(&account)
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
