//! Smaller questions by number or id: who is human, which relation an account has, who is behind. Pages of everybody.
//! Must not know any rule.

use rusqlite::{OptionalExtension, params};

use super::{
    Deriving, Result, Store,
    derived::number,
    ledger::{ALL_ROLES, Act, Ledger, ONE, read_act, word},
    open::{meta, set_meta},
};
use crate::domain::{
    account::Relation,
    ids::{AccountId, PersonId},
    person::Nature,
    time::{Day, Time, Week},
};

/// Answered by a partial index alone.
pub(super) const NEWCOMERS: &str = "SELECT person FROM journey WHERE first_thread = ?1 ORDER BY person";

impl Ledger<'_> {
    /// What stands behind a person; `None`: there is no such person (any more).
    pub fn nature_of(self, person: PersonId) -> Result<Option<Nature>> {
        self.one("SELECT nature FROM person WHERE id = ?1", [person.0], |row| word(Nature::ALL, row.get(0)?))
    }

    /// The person that the id of any of their identities means now; an id that is not known stays what it is.
    pub fn canonical(self, person: PersonId) -> Result<PersonId> {
        let found = self.one(
            "SELECT p.person FROM identity i JOIN person_identity p ON p.identity = i.seq WHERE i.id = ?1",
            [person.0],
            |row| row.get(0).map(PersonId),
        )?;
        Ok(found.unwrap_or(person))
    }

    /// The persons whose first own activity lies in a thread, ascending.
    pub fn newcomers(self, thread: u32) -> Result<Vec<PersonId>> {
        self.all(NEWCOMERS, [thread], |row| row.get(0).map(PersonId))
    }

    /// Whether anybody is of a nature.
    pub fn has_any(self, nature: Nature) -> Result<bool> {
        let found = self.one(
            "SELECT 1 FROM person WHERE nature = ?1 LIMIT 1",
            [number(Nature::ALL, &nature)],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// The relation of an account; `None`: there is no such account (any more).
    pub fn relation_of(self, account: AccountId) -> Result<Option<Relation>> {
        self.one("SELECT relation FROM account WHERE id = ?1", [account.0], |row| {
            word(Relation::ALL, row.get(0)?)
        })
    }

    /// Humans by id, after one of them.
    pub fn humans_after(self, last: Option<PersonId>, limit: u32) -> Result<Vec<PersonId>> {
        self.all(
            "SELECT id FROM person WHERE id > ?1 AND nature = ?2 ORDER BY id LIMIT ?3",
            params![
                last.map_or(Vec::new(), |last| last.0.to_vec()),
                number(Nature::ALL, &Nature::Human),
                limit
            ],
            |row| row.get(0).map(PersonId),
        )
    }

    /// Everybody by id, after one of them: bots and your own people too.
    pub fn persons_after(self, last: Option<PersonId>, limit: u32) -> Result<Vec<PersonId>> {
        self.all(
            "SELECT id FROM person WHERE id > ?1 ORDER BY id LIMIT ?2",
            params![last.map_or(Vec::new(), |last| last.0.to_vec()), limit],
            |row| row.get(0).map(PersonId),
        )
    }

    /// Accounts by id, after one of them.
    pub fn accounts_after(self, last: Option<AccountId>, limit: u32) -> Result<Vec<AccountId>> {
        self.all(
            "SELECT id FROM account WHERE id > ?1 ORDER BY id LIMIT ?2",
            params![last.map_or(Vec::new(), |last| last.0.to_vec()), limit],
            |row| row.get(0).map(AccountId),
        )
    }

    /// An activity by its sequence; superseded, gone and unused ones are not found.
    pub fn act(self, seq: i64) -> Result<Option<Act>> {
        Ok(self.one(ONE, [seq], read_act)?.flatten())
    }

    /// All roles that were granted and removed, by identity, each one's oldest first.
    pub fn all_roles(self) -> Result<Vec<Act>> {
        let mut all = self.all(ALL_ROLES, [], read_act)?;
        all.sort_by_key(|act| act.map(|act| (act.identity, act.at, act.seq)));
        Ok(all.into_iter().flatten().collect())
    }

    /// The name of every source, by its number.
    pub fn source_names(self) -> Result<Vec<(u16, String)>> {
        self.all("SELECT number, name FROM source ORDER BY number", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The accounts all of whose sources are complete up to an earlier day only, and up to which.
    pub fn accounts_behind(self, until: Day) -> Result<Vec<(AccountId, Day)>> {
        self.all(
            "SELECT m.account, max(s.until) FROM member_span m JOIN person_identity p ON p.person = m.person
             JOIN identity i ON i.seq = p.identity JOIN stream s ON s.source = i.source
             GROUP BY m.account HAVING max(s.until) < ?1 ORDER BY m.account",
            [until.start().0],
            |row| Ok((AccountId(row.get(0)?), Time(row.get(1)?).day())),
        )
    }
}

impl Store {
    /// A number that was remembered under a name.
    pub fn remembered(&self, name: &str) -> Result<Option<i64>> {
        meta(&self.db, name).map_err(|error| error.at(&self.path))
    }

    /// Whether something changes by this day without a new fact.
    pub fn is_due(&self, today: Day) -> Result<bool> {
        let find = "SELECT 1 FROM journey WHERE due <= ?1 LIMIT 1";
        let found = self.db.query_row(find, [today.0], |_| Ok(())).optional();
        Ok(found.map_err(|e| self.fail(e))?.is_some())
    }
}

impl Deriving<'_> {
    /// Whether nobody was there before.
    pub const fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// See [`Store::remembered`].
    pub fn remembered(&self, name: &str) -> Result<Option<i64>> {
        meta(&self.tx, name).map_err(|error| error.at(self.path))
    }

    /// Whether a week up to this one has another figure than before, in what has been counted.
    pub fn weeks_changed(&self, last: Week) -> bool {
        self.work.borrow().changes.first_week().is_some_and(|first| first <= last.0)
    }

    /// Remembers a number under a name.
    pub fn remember(&self, name: &str, number: i64) -> Result<()> {
        set_meta(&self.tx, name, number).map_err(|error| error.at(self.path))
    }
}
