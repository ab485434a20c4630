//! Everything, row by row, for exports, and the figures of `doctor`. Must not know the formats.

use std::{collections::HashMap, ops::ControlFlow};

use super::{
    super::{Result, derived::number},
    View, activities,
    counted::Counted,
    positive,
};
use crate::domain::{
    activity::{ActivityRow, ExportedActivity},
    ids::{AccountId, PersonId},
    page::Skipped,
    person::{Nature, PersonDetail},
    query::When,
    time::Day,
};

/// How many people's memberships are remembered while all activities go by.
const REMEMBERED: usize = 20_000;

/// How the store is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doctor {
    pub identities: u64,
    /// Superseded and gone versions of activities.
    pub past: u64,
    /// Activities that are kept but unused: their date is before 1990 or was in the future.
    pub flagged: u64,
    /// Rows that could not be read, by source.
    pub skipped: Vec<(String, Skipped)>,
    /// Steps that an interrupted sync left behind.
    pub todo: u64,
    /// The first thing that `SQLite` finds wrong with the file.
    pub damage: Option<String>,
}

/// Where somebody belonged, and for whom their acts counted.
struct Stays {
    spans: Vec<(AccountId, i64, i64)>,
    counted: Counted,
}

impl View {
    /// Every activity in ledger order, until `f` breaks. Without `all`: only those of people and with usable
    /// dates.
    pub fn export_activities(
        &self,
        all: bool,
        f: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> Result<()> {
        self.export_activities_in(all, f).map_err(|e| self.fail(e))
    }

    fn export_activities_in(
        &self,
        every: bool,
        f: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> rusqlite::Result<()> {
        let mut stays: HashMap<[u8; 10], Stays> = HashMap::new();
        let mut all = self.db.prepare(&format!(
            "{} WHERE ?1 OR a.flag = 0 AND EXISTS(
                 SELECT 1 FROM person_identity i JOIN person p ON p.id = i.person
                 WHERE i.identity = a.identity AND p.nature = ?2) ORDER BY a.seq",
            activities::ROW
        ))?;
        let human = number(Nature::ALL, &Nature::Human);
        let mut rows = all.query((every, human))?;
        while let Some(row) = rows.next()? {
            let identity = row.get(activities::IDENTITY)?;
            let row = activities::read(row)?;
            let account = match row.person {
                Some(person) => {
                    if stays.len() >= REMEMBERED {
                        stays.clear();
                    }
                    let of = match stays.entry(person.0) {
                        std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                        std::collections::hash_map::Entry::Vacant(place) => place.insert(self.stays(person)?),
                    };
                    self.account_of(of, identity, &row.activity)?
                }
                None => None,
            };
            let exported = ExportedActivity { activity: row.activity, person: row.person, account };
            if f(exported).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The account for which an own act counted; of what is said about somebody, the one they belonged to.
    fn account_of(
        &self,
        of: &Stays,
        identity: u32,
        activity: &ActivityRow,
    ) -> rusqlite::Result<Option<AccountId>> {
        if !activity.kind.is_about() {
            return self.counted_for(&of.counted, identity, activity.at);
        }
        let holds = |(_, from, to): &&(AccountId, i64, i64)| (*from..*to).contains(&activity.at.0);
        Ok(of.spans.iter().find(holds).map(|(account, ..)| *account))
    }

    fn stays(&self, person: PersonId) -> rusqlite::Result<Stays> {
        let mut find = self.db.prepare_cached(
            "SELECT account, from_day, to_day FROM member_span WHERE person = ?1 ORDER BY position",
        )?;
        let day = |day: Option<i32>, open: i64| day.map_or(open, |day| Day(day).start().0);
        let rows = find.query_map([person.0], |row| {
            Ok((AccountId(row.get(0)?), day(row.get(1)?, i64::MIN), day(row.get(2)?, i64::MAX)))
        })?;
        Ok(Stays { spans: rows.collect::<rusqlite::Result<_>>()?, counted: self.counted(person)? })
    }

    /// Every person by id, until `f` breaks. Without `all`: only humans who belong or belonged to an account.
    pub fn export_people(
        &self,
        all: bool,
        when: When,
        f: &mut dyn FnMut(PersonDetail) -> ControlFlow<()>,
    ) -> Result<()> {
        for id in self.ids_of_people(all).map_err(|e| self.fail(e))? {
            let Some(person) = self.person(id, when)? else { continue };
            if f(person).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn ids_of_people(&self, all: bool) -> rusqlite::Result<Vec<PersonId>> {
        let mut find = self.db.prepare(
            "SELECT id FROM person p WHERE ?1
                 OR p.nature = ?2 AND EXISTS(SELECT 1 FROM member_span m WHERE m.person = p.id)
             ORDER BY id",
        )?;
        find.query_map((all, number(Nature::ALL, &Nature::Human)), |row| row.get(0).map(PersonId))?.collect()
    }

    /// How the store is. Reads all of it.
    pub fn doctor(&self) -> Result<Doctor> {
        self.doctor_in().map_err(|e| self.fail(e))
    }

    fn doctor_in(&self) -> rusqlite::Result<Doctor> {
        let count = |sql: &str| self.db.query_row(sql, [], |row| row.get(0)).map(positive);
        let mut find = self.db.prepare(
            "SELECT s.name, k.place, k.reason FROM skipped k JOIN stream t ON t.number = k.stream
             JOIN source s ON s.number = t.source ORDER BY s.name, k.place",
        )?;
        let skipped = find
            .query_map([], |row| Ok((row.get(0)?, Skipped { place: row.get(1)?, reason: row.get(2)? })))?
            .collect::<rusqlite::Result<_>>()?;
        let found: String = self.db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok(Doctor {
            identities: count("SELECT count(*) FROM identity")?,
            past: count("SELECT count(*) FROM activity_past")?,
            flagged: count("SELECT count(*) FROM activity WHERE flag <> 0")?,
            skipped,
            todo: count("SELECT count(*) FROM todo")?,
            damage: (found != "ok").then_some(found),
        })
    }
}
