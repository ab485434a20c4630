//! The people of an earlier day, to be sorted and filtered by, and what they had done by then. Must not know who asks.

use rusqlite::params;

use super::{
    super::{
        Result,
        derived::{NEVER, number},
        pack, standing,
    },
    View,
    counted::about,
    people::{current, ended_by, membership},
    person::at,
    positive,
    then::{Needs, PRESENT, PeopleThen, end_of},
};
use crate::domain::{
    account::Zone,
    ids::PersonId,
    person::{Ground, Membership},
    query::When,
    stage::Stage,
    time::{Day, Time},
};

const TABLE: &str = "
CREATE TEMP TABLE IF NOT EXISTS person_then(
    id BLOB PRIMARY KEY, nature INTEGER, identities INTEGER, account BLOB, ground INTEGER, by_last INTEGER,
    by_first INTEGER, by_activities INTEGER, stage INTEGER, automatic INTEGER, lapsed INTEGER, active INTEGER,
    basis INTEGER, cause INTEGER, left_alone INTEGER, by_stage INTEGER, by_since INTEGER) WITHOUT ROWID";

const COPY: &str = "
INSERT INTO person_then
    SELECT id, nature, identities, account, ground, by_last, by_first, by_activities, stage, automatic, lapsed, active,
        basis, cause, left_alone, by_stage, by_since
    FROM person WHERE (?1 >> nature) & 1 AND by_first >= ?2";

impl View {
    /// Makes the table `person_then` hold what the question needs of these natures as of the end of `day`.
    pub(super) fn people_as_of(&self, day: Day, lanes: u8, needs: Needs) -> Result<()> {
        let version = self.figure("version")?;
        let held = self.then.people.get();
        let held =
            held.filter(|held| held.version == version && held.day == day && held.lanes & lanes == lanes);
        let moved = self.in_own_tables(|| {
            let mut then = match held {
                Some(held) => held,
                None => self.copy_people(version, day, lanes)?,
            };
            if (needs.last || needs.activities) && then.acts != day {
                self.put_acts(day)?;
                then.acts = day;
            }
            if needs.standing && then.standing != day {
                self.put_standings(day)?;
                then.standing = day;
            }
            if needs.membership && then.membership != day {
                self.put_memberships(day)?;
                then.membership = day;
            }
            Ok(then)
        });
        self.then.people.set(Some(moved.map_err(|e| self.fail(e))?));
        Ok(())
    }

    fn copy_people(&self, version: u64, day: Day, lanes: u8) -> rusqlite::Result<PeopleThen> {
        self.db.execute_batch(TABLE)?;
        self.db.execute_batch("DELETE FROM person_then")?;
        self.db.prepare_cached(COPY)?.execute((lanes, -end_of(day).0))?;
        Ok(PeopleThen { version, day, lanes, acts: PRESENT, standing: PRESENT, membership: PRESENT })
    }

    fn put_acts(&self, day: Day) -> rusqlite::Result<()> {
        let mut find = self.db.prepare_cached("SELECT id FROM person_then WHERE by_last < ?1")?;
        let later: Vec<PersonId> = find
            .query_map([-end_of(day).0], |row| row.get(0).map(PersonId))?
            .collect::<rusqlite::Result<_>>()?;
        let mut put = self
            .db
            .prepare_cached("UPDATE person_then SET by_last = ?2, by_activities = ?3 WHERE id = ?1")?;
        for person in later {
            let (activities, last) = self.acts_then(person, day)?;
            let activities = i64::try_from(activities).unwrap_or(i64::MAX);
            put.execute((person.0, last.map_or(NEVER, |last| -last.0), -activities))?;
        }
        Ok(())
    }

    fn put_standings(&self, day: Day) -> rusqlite::Result<()> {
        let mut put = self.db.prepare_cached(
            "UPDATE person_then SET stage = ?2, automatic = ?3, lapsed = ?4, active = ?5, basis = ?6, cause = ?7,
                 left_alone = ?8, by_stage = ?9, by_since = ?10 WHERE id = ?1",
        )?;
        let mut find = self.db.prepare_cached(
            "SELECT t.id, j.spells FROM person_then t CROSS JOIN journey j ON j.person = t.id",
        )?;
        let mut changed = Vec::new();
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let spells = pack::unpack_spells(row.get_ref(1)?.as_blob()?)?;
            if spells.last().is_some_and(|last| last.from > day) {
                changed.push((row.get::<_, [u8; 10]>(0)?, spells));
            }
        }
        for (person, spells) in changed {
            let spells = at(&spells, When { today: day, as_of: Some(day) });
            let then = standing::standing(spells);
            let zone = |zone: Option<Zone>| zone.map(|zone| number(Zone::ALL, &zone));
            put.execute(params![
                person,
                number(Stage::ALL, &then.stage),
                number(Stage::ALL, &then.automatic),
                then.lapsed.map(|day| day.0),
                then.active,
                zone(then.basis),
                spells.last().and_then(|now| now.cause),
                then.left_alone,
                standing::by_stage(then.stage, then.active),
                standing::by_day(then.since)
            ])?;
        }
        Ok(())
    }

    fn put_memberships(&self, day: Day) -> rusqlite::Result<()> {
        let mut find = self.db.prepare_cached(
            "SELECT t.id, m.account, '', m.ground, m.from_day, m.to_day
             FROM person_then t CROSS JOIN member_span m ON m.person = t.id
             WHERE coalesce(m.from_day <= ?1, 1) ORDER BY t.id, m.position",
        )?;
        self.db.execute_batch("UPDATE person_then SET account = NULL, ground = NULL")?;
        let mut rows = find.query([day.0])?;
        let mut known: Option<(PersonId, Vec<Membership>)> = None;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (person, span) = (PersonId(row.get(0)?), ended_by(membership(row, 1)?, day));
            match &mut known {
                Some((of, spans)) if *of == person => spans.push(span),
                _ => found.extend(known.replace((person, vec![span]))),
            }
        }
        found.extend(known);
        let mut put =
            self.db.prepare_cached("UPDATE person_then SET account = ?2, ground = ?3 WHERE id = ?1")?;
        for (person, spans) in found {
            let at = if spans.len() > 1 { current(&self.counted(person)?, &spans, day) } else { Some(0) };
            if let Some(span) = at.and_then(|at| spans.get(at)) {
                put.execute((person.0, span.account.0, number(Ground::ALL, &span.ground)))?;
            }
        }
        Ok(())
    }

    /// How often a person had acted by the end of a day, and when last. What is only said about them does not count.
    pub(super) fn acts_then(&self, person: PersonId, day: Day) -> rusqlite::Result<(u64, Option<Time>)> {
        let mut find = self.db.prepare_cached(&format!(
            "SELECT count(*), max(x.at) FROM person_identity i JOIN activity x ON x.identity = i.identity
             WHERE i.person = ?1 AND x.flag = 0 AND x.at <= ?2 AND x.kind NOT IN ({})",
            about()
        ))?;
        find.query_row((person.0, end_of(day).0), |row| {
            Ok((positive(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(Time)))
        })
    }
}
