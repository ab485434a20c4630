//! The people of an earlier day, to be sorted and filtered by, and what they had done by then. Must not know who asks.

use rusqlite::params;

use super::{
    super::{
        Result,
        derived::{NEVER, number},
        pack, standing,
    },
    View,
    people::current_key,
    person::at,
    positive,
    then::{Needs, PRESENT, PeopleThen, end_of},
};
use crate::domain::{
    account::Zone,
    activity::Kind,
    ids::PersonId,
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
            "SELECT t.id, m.account, m.ground, m.from_day, m.to_day, m.last, m.position
             FROM person_then t CROSS JOIN member_span m ON m.person = t.id
             WHERE coalesce(m.from_day <= ?1, 1) ORDER BY t.id, m.position",
        )?;
        let mut changed = Vec::new();
        let mut rows = find.query([day.0])?;
        let mut best = None;
        while let Some(row) = rows.next()? {
            let person: [u8; 10] = row.get(0)?;
            let (account, ground): ([u8; 10], i64) = (row.get(1)?, row.get(2)?);
            let day_of = |column| row.get::<_, Option<i32>>(column).map(|day| day.map(Day));
            let key = current_key(
                day_of(3)?,
                day_of(4)?,
                row.get(5)?,
                ground,
                usize::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
                day,
            );
            match &mut best {
                Some((of, known, held)) if *of == person => {
                    if key >= *known {
                        (*known, *held) = (key, (account, ground));
                    }
                }
                _ => {
                    changed.extend(best.take().map(|(of, _, held)| (of, held)));
                    best = Some((person, key, (account, ground)));
                }
            }
        }
        changed.extend(best.map(|(of, _, held)| (of, held)));
        self.db.execute_batch("UPDATE person_then SET account = NULL, ground = NULL")?;
        let mut put =
            self.db.prepare_cached("UPDATE person_then SET account = ?2, ground = ?3 WHERE id = ?1")?;
        for (person, (account, ground)) in changed {
            put.execute((person, account, ground))?;
        }
        Ok(())
    }

    /// How often a person had acted by the end of a day, and when last. What is only said about them does not count.
    pub(super) fn acts_then(&self, person: PersonId, day: Day) -> rusqlite::Result<(u64, Option<Time>)> {
        let about: Vec<String> =
            Kind::ALL.iter().filter(|kind| kind.is_about()).map(|kind| (*kind as u8).to_string()).collect();
        let mut find = self.db.prepare_cached(&format!(
            "SELECT count(*), max(x.at) FROM person_identity i JOIN activity x ON x.identity = i.identity
             WHERE i.person = ?1 AND x.flag = 0 AND x.at <= ?2 AND x.kind NOT IN ({})",
            about.join(",")
        ))?;
        find.query_row((person.0, end_of(day).0), |row| {
            Ok((positive(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(Time)))
        })
    }
}
