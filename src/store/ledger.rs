//! Reading facts and conclusions by their numbers, the same for who derives and who asks: activities from covering
//! indexes alone, who is who, who belonged where, where somebody stood. Must not know any rule.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::{Result, Store, StoreError, View, pack, view};
use crate::domain::{
    activity::{ActivityRow, Kind},
    derived::KeptEvidence,
    ids::{AccountId, PersonId},
    journey::PersonJourney,
    person::Nature,
    time::{Day, Time, Week},
};

/// A usable activity, as the engine reads it. Ordered by time, then by the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    pub at: Time,
    /// The ledger's sequence.
    pub seq: i64,
    pub known_at: Time,
    /// Ledger number of who acted.
    pub identity: u32,
    pub kind: Kind,
    pub subject: Option<u32>,
    pub thread: Option<u32>,
    /// Ledger number of whom it answers or acts upon.
    pub counterpart: Option<u32>,
    /// The number of its set of labels.
    pub labels: Option<u32>,
}

/// Who stands behind an identity, once that is known, and the number of its source.
pub(super) type Face = (Option<(PersonId, Nature)>, u16);

/// A membership seen from one end: with whom or where, from, and the first day that no longer counts.
pub type Stay<With> = (With, Option<Day>, Option<Day>);

/// What can be asked by number. Within a derivation it sees what has been put so far.
#[derive(Clone, Copy)]
pub struct Ledger<'a> {
    pub(super) db: &'a Connection,
    pub(super) path: &'a Path,
}

impl Store {
    /// Reads facts and conclusions by their numbers.
    pub fn ledger(&self) -> Ledger<'_> {
        Ledger { db: &self.db, path: &self.path }
    }
}

impl View {
    /// Reads facts and conclusions by their numbers.
    pub fn ledger(&self) -> Ledger<'_> {
        let (db, path) = self.connection();
        Ledger { db, path }
    }
}

/// A query of activities, each as [`read_act`] reads it.
macro_rules! acts {
    ($which:literal) => {
        concat!(
            "SELECT at, seq, known_at, identity, kind, subject, thread, counterpart, labels FROM activity
             WHERE flag = 0 AND ",
            $which
        )
    };
}

/// The queries of activities, each answered by one covering index.
const OF: &str = acts!("identity = ?1 ORDER BY at");
const UPON: &str = acts!("counterpart = ?1 ORDER BY at");
const IN: &str = acts!("thread = ?1 ORDER BY at");
const ROLES: &str = acts!("identity = ?1 AND kind IN (32, 33) ORDER BY at");
pub(super) const ONE: &str = acts!("seq = ?1");
pub(super) const ALL_ROLES: &str = acts!("kind IN (32, 33) ORDER BY identity, at");

impl Ledger<'_> {
    /// The activities of some identities, oldest first.
    pub fn acts_of(self, identities: &[u32], f: &mut dyn FnMut(Act)) -> Result<()> {
        self.told(self.acts(OF, identities)).map(|acts| acts.into_iter().for_each(f))
    }

    /// What names some identities as counterpart, oldest first.
    pub fn acts_upon(self, identities: &[u32], f: &mut dyn FnMut(Act)) -> Result<()> {
        self.told(self.acts(UPON, identities)).map(|acts| acts.into_iter().for_each(f))
    }

    /// All activities of a thread, oldest first.
    pub fn acts_in(self, thread: u32, f: &mut dyn FnMut(Act)) -> Result<()> {
        self.told(self.acts(IN, &[thread])).map(|acts| acts.into_iter().for_each(f))
    }

    /// Roles granted and removed, oldest first.
    pub fn roles_of(self, identities: &[u32]) -> Result<Vec<Act>> {
        self.told(self.acts(ROLES, identities))
    }

    fn acts(self, sql: &str, numbers: &[u32]) -> rusqlite::Result<Vec<Act>> {
        let mut all = self.db.prepare_cached(sql)?;
        let mut acts = Vec::new();
        for number in numbers {
            let mut rows = all.query([number])?;
            while let Some(row) = rows.next()? {
                acts.extend(read_act(row)?);
            }
        }
        // The indexes order by time alone.
        acts.sort_unstable();
        Ok(acts)
    }

    /// The first own activity of a person: what is only said about them does not count.
    pub fn first_of(self, person: PersonId) -> Result<Option<Act>> {
        let first = || {
            let mut first: Option<Act> = None;
            let mut all = self.db.prepare_cached(OF)?;
            for identity in self.identities_in(person)? {
                let mut rows = all.query([identity])?;
                while let Some(row) = rows.next()? {
                    let Some(act) = read_act(row)?.filter(|act| !act.kind.is_about()) else { continue };
                    if first.is_some_and(|known| known.at < act.at) {
                        break;
                    }
                    first = Some(first.map_or(act, |known| known.min(act)));
                }
            }
            Ok(first)
        };
        self.told(first())
    }

    /// Who stands behind an identity, once it is known, and the number of its source; `None`: no such identity.
    pub fn face_of(self, identity: u32) -> Result<Option<Face>> {
        self.one(
            "SELECT d.source, i.person, p.nature FROM identity d LEFT JOIN person_identity i ON i.identity = d.seq
             LEFT JOIN person p ON p.id = i.person WHERE d.seq = ?1",
            [identity],
            |row| {
                let person = match row.get::<_, Option<i64>>(2)? {
                    Some(nature) => Some((PersonId(row.get(1)?), word(Nature::ALL, nature)?)),
                    None => None,
                };
                Ok((person, row.get(0)?))
            },
        )
    }

    /// Who stands behind an identity, once it is known.
    pub fn person_of(self, identity: u32) -> Result<Option<(PersonId, Nature)>> {
        self.one(
            "SELECT i.person, p.nature FROM person_identity i JOIN person p ON p.id = i.person WHERE i.identity = ?1",
            [identity],
            |row| Ok((PersonId(row.get(0)?), word(Nature::ALL, row.get(1)?)?)),
        )
    }

    /// Ledger numbers of the identities of a person, ascending.
    pub fn identities_of(self, person: PersonId) -> Result<Vec<u32>> {
        self.told(self.identities_in(person))
    }

    /// The same, each with the number of its source.
    pub fn sources_of(self, person: PersonId) -> Result<Vec<(u32, u16)>> {
        self.all(
            "SELECT i.identity, d.source FROM person_identity i JOIN identity d ON d.seq = i.identity
             WHERE i.person = ?1 ORDER BY i.identity",
            [person.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn identities_in(self, person: PersonId) -> rusqlite::Result<Vec<u32>> {
        let mut all = self
            .db
            .prepare_cached("SELECT identity FROM person_identity WHERE person = ?1 ORDER BY identity")?;
        all.query_map([person.0], |row| row.get(0))?.collect()
    }

    /// Where a person belonged and belongs: account, from, and the first day that no longer counts.
    pub fn memberships_of(self, person: PersonId) -> Result<Vec<Stay<AccountId>>> {
        self.all(
            "SELECT account, from_day, to_day FROM member_span WHERE person = ?1 ORDER BY position",
            [person.0],
            |row| Ok((AccountId(row.get(0)?), day(row, 1)?, day(row, 2)?)),
        )
    }

    /// Who belonged and belongs to an account, one row for each period, by person.
    pub fn members_of(self, account: AccountId) -> Result<Vec<Stay<PersonId>>> {
        self.all(
            "SELECT person, from_day, to_day FROM member_span WHERE account = ?1 ORDER BY person, position",
            [account.0],
            |row| Ok((PersonId(row.get(0)?), day(row, 1)?, day(row, 2)?)),
        )
    }

    /// The number of the source that an identity is known from; `None`: no such identity.
    pub fn source_of(self, identity: u32) -> Result<Option<u16>> {
        self.one("SELECT source FROM identity WHERE seq = ?1", [identity], |row| row.get(0))
    }

    /// The number of the source that a thread lies in; `None`: no such thread.
    pub fn source_of_thread(self, thread: u32) -> Result<Option<u16>> {
        self.one("SELECT source FROM thread WHERE number = ?1", [thread], |row| row.get(0))
    }

    /// A thread as its source writes it (`#4121`), with the number of its subject.
    pub fn thread(self, thread: u32) -> Result<Option<(String, Option<u32>)>> {
        self.one("SELECT name, subject FROM thread WHERE number = ?1", [thread], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// Every subject by its number.
    pub fn subjects(self) -> Result<Vec<(u32, String)>> {
        self.all("SELECT number, name FROM subject ORDER BY number", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Every set of labels by its number, one label a line.
    pub fn labelsets(self) -> Result<Vec<(u32, String)>> {
        self.all("SELECT number, text FROM labelset ORDER BY number", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// What each source is complete up to: the earliest of its streams. `None`: nothing is known of it.
    pub fn covered(self) -> Result<Vec<(u16, Option<Time>)>> {
        self.all(
            "SELECT s.number, CASE WHEN count(*) = count(t.until) THEN min(t.until) END
             FROM source s LEFT JOIN stream t ON t.source = s.number AND t.state IS NOT 'dropped'
             GROUP BY s.number ORDER BY s.number",
            [],
            |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(Time))),
        )
    }

    /// An activity as it is shown. Superseded and gone ones are not found.
    pub fn row_of(self, seq: i64) -> Result<Option<ActivityRow>> {
        let mut sql = view::ACTIVITY.to_owned();
        sql.push_str(" WHERE a.seq = ?1");
        self.one(&sql, [seq], |row| Ok(view::read_activity(row)?.activity))
    }

    /// Where a person stood and stands, as it was last concluded; `None` for who has no journey.
    pub fn journey_of(self, person: PersonId) -> Result<Option<PersonJourney>> {
        self.told(super::journeys::read(self.db, person))
    }

    /// The same without the moves, which say nothing of an account.
    pub fn standing_of(self, person: PersonId) -> Result<Option<PersonJourney>> {
        self.told(super::journeys::without_moves(self.db, person))
    }

    /// What was kept for the next fold of a person: the evidence, and the sequence of their first own activity.
    pub fn kept_of(self, person: PersonId) -> Result<Option<(KeptEvidence, Option<i64>)>> {
        self.one("SELECT evidence, first_seq FROM journey WHERE person = ?1", [person.0], |row| {
            Ok((pack::unpack_evidence(row.get_ref(0)?.as_blob()?)?, row.get(1)?))
        })
    }

    /// With whom something changes by this day without a new fact; ascending.
    pub fn due(self, day: Day) -> Result<Vec<PersonId>> {
        let due =
            self.all("SELECT person FROM journey WHERE due <= ?1", [day.0], |row| row.get(0).map(PersonId));
        due.map(|mut due| {
            due.sort_unstable();
            due
        })
    }

    /// Of every account, by id, the distinct active members of each week from `first` to `last`, and whether it was
    /// active before. Accounts that were not active until `last` are left out.
    pub fn weeks(self, first: Week, last: Week, f: &mut dyn FnMut(AccountId, &[u32], bool)) -> Result<()> {
        let width = usize::try_from(last.0.saturating_sub(first.0).saturating_add(1)).unwrap_or(0);
        let mut read = || {
            let mut all = self.db.prepare_cached(
                "SELECT account, week - ?1, members FROM account_week WHERE week <= ?2 ORDER BY account, week",
            )?;
            let mut rows = all.query((first.0, last.0))?;
            let (mut account, mut weeks, mut before) = (None, vec![0; width], false);
            while let Some(row) = rows.next()? {
                let id = AccountId(row.get(0)?);
                if let Some(known) = account.filter(|known| *known != id) {
                    f(known, &weeks, before);
                    weeks.fill(0);
                    before = false;
                }
                account = Some(id);
                match usize::try_from(row.get::<_, i64>(1)?) {
                    Ok(place) => weeks[place] = row.get(2)?,
                    Err(_) => before = true,
                }
            }
            if let Some(known) = account {
                f(known, &weeks, before);
            }
            Ok(())
        };
        self.told(read())
    }

    /// On which days somebody of an account was active, with how many activities; oldest first.
    pub fn days(self, account: AccountId) -> Result<Vec<(Day, u32)>> {
        self.all(
            "SELECT day, activities FROM account_day WHERE account = ?1 ORDER BY day",
            [account.0],
            |row| Ok((Day(row.get(0)?), row.get(1)?)),
        )
    }

    pub(super) fn one<T>(
        self,
        sql: &str,
        bound: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        self.told(self.db.prepare_cached(sql).and_then(|mut find| find.query_row(bound, read).optional()))
    }

    pub(super) fn all<T>(
        self,
        sql: &str,
        bound: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        self.told(self.db.prepare_cached(sql).and_then(|mut all| all.query_map(bound, read)?.collect()))
    }

    fn told<T>(self, read: rusqlite::Result<T>) -> Result<T> {
        read.map_err(|error| StoreError::from(error).at(self.path))
    }
}

/// Reads `at, seq, known_at, identity, kind, subject, thread, counterpart, labels`. `None`: a kind of a later
/// version of the list is no kind that this engine knows.
pub(super) fn read_act(row: &Row<'_>) -> rusqlite::Result<Option<Act>> {
    let Some(kind) = Kind::from_number(row.get(4)?) else { return Ok(None) };
    Ok(Some(Act {
        at: Time(row.get(0)?),
        seq: row.get(1)?,
        known_at: Time(row.get(2)?),
        identity: row.get(3)?,
        kind,
        subject: row.get(5)?,
        thread: row.get(6)?,
        counterpart: row.get(7)?,
        labels: row.get(8)?,
    }))
}

pub(super) fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Day>> {
    Ok(row.get::<_, Option<i32>>(column)?.map(Day))
}

/// A word of a closed list by its place in it.
pub(super) fn word<T: Copy>(all: &[T], place: i64) -> rusqlite::Result<T> {
    let found = usize::try_from(place).ok().and_then(|at| all.get(at)).copied();
    found.ok_or(rusqlite::Error::IntegralValueOutOfRange(0, place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::lookup::NEWCOMERS;

    /// What `SQLite` means to do, one line a step.
    fn plan(store: &Store, sql: &str) -> String {
        let mut explain = store.db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = explain.query_map([1], |row| row.get::<_, String>(3)).unwrap();
        steps.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("\n")
    }

    #[test]
    fn activities_are_read_from_covering_indexes_alone() {
        let store = Store::memory().unwrap();
        for (which, index) in [(OF, "fold"), (UPON, "counterpart"), (IN, "thread"), (ROLES, "role")] {
            let plan = plan(&store, which);
            let wanted = format!("SEARCH activity USING COVERING INDEX activity_{index} (");
            assert!(plan.starts_with(&wanted) && !plan.contains("TEMP B-TREE"), "{which}: {plan}");
        }
        let due = plan(&store, "SELECT person FROM journey WHERE due <= ?1");
        assert!(due.contains("COVERING INDEX journey_due"), "{due}");
        let newcomers = plan(&store, NEWCOMERS);
        let wanted = "SEARCH journey USING COVERING INDEX journey_first (first_thread=?)";
        assert_eq!(newcomers, wanted);
    }
}
