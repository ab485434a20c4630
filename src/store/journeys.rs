//! Where people stood and stand, as rows, and back. Only what differs is written. Must not know why anybody stands
//! where.

use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::{
    Deriving, Result,
    derived::{number, signed},
    ledger::{day, word},
    pack, standing,
};
use crate::domain::{
    account::Zone,
    ids::PersonId,
    journey::{Crossing, DealFact, DealStep, Move, PersonJourney, Spell},
    stage::Stage,
    time::{Day, Time},
};

impl Deriving<'_> {
    /// Puts a journey in the place of what was concluded of a person, who has been put before. `false`: nothing of
    /// it differs from what was known, so that nothing follows for accounts.
    pub fn journey(&self, id: PersonId, journey: &PersonJourney) -> Result<bool> {
        self.journey_in(id, journey).map_err(|e| self.fail(e))
    }

    fn journey_in(&self, id: PersonId, journey: &PersonJourney) -> rusqlite::Result<bool> {
        let known = if self.fresh { None } else { read(&self.tx, id)? };
        let is_new = known.is_none();
        let known = known.unwrap_or_default();
        let stands = known.spells == journey.spells;
        if is_new || !stands || (known.due, known.horizon) != (journey.due, journey.horizon) {
            let (spells, due) = (pack::spells(&journey.spells), journey.due.map(|day| day.0));
            self.tx
                .prepare_cached(
                    "INSERT INTO journey(person, spells, due, horizon, evidence) VALUES(?1, ?2, ?3, ?4, x'')
                     ON CONFLICT DO UPDATE SET spells = ?2, due = ?3, horizon = ?4",
                )?
                .execute((id.0, spells, due, journey.horizon.0))?;
        }
        if !stands {
            self.stand(id, &journey.spells)?;
        }
        let mut same = stands;
        same &= self.rows(id, "move", &known.moves, &journey.moves, |put, at, made| {
            put.execute(params![
                id.0,
                at,
                made.day.0,
                stage(made.from),
                stage(made.to),
                made.rule,
                zone(made.basis),
                made.known_at.0,
                pack::because(&made.because),
                made.cause
            ])
        })?;
        same &= self.rows(id, "crossing", &known.crossings, &journey.crossings, |put, at, made| {
            put.execute((id.0, at, made.day.0, zone(made.from), zone(Some(made.to)), made.because))
        })?;
        same &= self.rows(id, "deal_fact", &known.deals, &journey.deals, |put, at, fact| {
            put.execute((id.0, at, fact.day.0, fact.deal, fact.what as u8))
        })?;
        Ok(!same)
    }

    /// Puts a person's rows of a table where they differ from the known ones; whether they are the same.
    fn rows<T: PartialEq>(
        &self,
        id: PersonId,
        table: &str,
        known: &[T],
        now: &[T],
        put: impl Fn(&mut rusqlite::Statement<'_>, i64, &T) -> rusqlite::Result<usize>,
    ) -> rusqlite::Result<bool> {
        if known == now {
            return Ok(true);
        }
        // Only what comes after the first difference is written again.
        let same = known.iter().zip(now).take_while(|(a, b)| a == b).count();
        if known.len() > same {
            let sql = format!("DELETE FROM {table} WHERE person = ?1 AND position >= ?2");
            self.tx.prepare_cached(&sql)?.execute((id.0, signed(same as u64)))?;
        }
        let places = match table {
            "move" => "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10",
            "crossing" => "?1, ?2, ?3, ?4, ?5, ?6",
            _ => "?1, ?2, ?3, ?4, ?5",
        };
        let mut statement = self.tx.prepare_cached(&format!("INSERT INTO {table} VALUES({places})"))?;
        for (position, one) in now.iter().enumerate().skip(same) {
            put(&mut statement, signed(position as u64), one)?;
        }
        Ok(false)
    }

    /// The columns of lists.
    fn stand(&self, id: PersonId, spells: &[Spell]) -> rusqlite::Result<()> {
        let now = standing::standing(spells);
        self.tx
            .prepare_cached(
                "UPDATE person SET stage = ?2, automatic = ?3, since = ?4, lapsed = ?5, active = ?6, basis = ?7,
                     zone = ?8, cause = ?9, left_alone = ?10, by_stage = ?11, by_since = ?12 WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                stage(now.stage),
                stage(now.automatic),
                now.since.map(|day| day.0),
                now.lapsed.map(|day| day.0),
                now.active,
                zone(now.basis),
                zone(now.zone),
                spells.last().and_then(|spell| spell.cause),
                now.left_alone,
                standing::by_stage(now.stage, now.active),
                standing::by_day(now.since)
            ])?;
        Ok(())
    }

    /// With whom something changes by this day without a new fact; ascending.
    pub fn due(&self, day: Day) -> Result<Vec<PersonId>> {
        self.ledger().due(day)
    }
}

fn stage(stage: Stage) -> i64 {
    number(Stage::ALL, &stage)
}

pub(super) fn zone(zone: Option<Zone>) -> Option<i64> {
    zone.map(|zone| number(Zone::ALL, &zone))
}

pub(super) fn read_zone(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Zone>> {
    row.get::<_, Option<i64>>(column)?.map(|place| word(Zone::ALL, place)).transpose()
}

/// Where a person stood and stands; `None` for who has no journey.
pub(super) fn read(db: &Connection, id: PersonId) -> rusqlite::Result<Option<PersonJourney>> {
    let Some(mut journey) = without_moves(db, id)? else { return Ok(None) };
    journey.moves = moves(db, id)?;
    Ok(Some(journey))
}

/// The same, but for what moved them.
pub(super) fn without_moves(db: &Connection, id: PersonId) -> rusqlite::Result<Option<PersonJourney>> {
    let mut find = db.prepare_cached("SELECT spells, due, horizon FROM journey WHERE person = ?1")?;
    let known = find.query_row([id.0], |row| {
        Ok((pack::unpack_spells(row.get_ref(0)?.as_blob()?)?, day(row, 1)?, Day(row.get(2)?)))
    });
    let Some((spells, due, horizon)) = known.optional()? else { return Ok(None) };
    let crossings = all(
        db,
        "SELECT day, from_zone, to_zone, because FROM crossing WHERE person = ?1 ORDER BY position",
        [id.0],
        |row| {
            let to = word(Zone::ALL, row.get(2)?)?;
            Ok(Crossing { day: Day(row.get(0)?), from: read_zone(row, 1)?, to, because: row.get(3)? })
        },
    )?;
    let deals = all(
        db,
        "SELECT day, deal, what FROM deal_fact WHERE person = ?1 ORDER BY position",
        [id.0],
        |row| {
            let what = word(&[DealStep::Open, DealStep::Won, DealStep::Lost], row.get(2)?)?;
            Ok(DealFact { day: Day(row.get(0)?), deal: row.get(1)?, what })
        },
    )?;
    Ok(Some(PersonJourney { moves: Vec::new(), spells, crossings, deals, horizon, due }))
}

fn moves(db: &Connection, id: PersonId) -> rusqlite::Result<Vec<Move>> {
    all(
        db,
        "SELECT day, from_stage, to_stage, rule, basis, known_at, because, cause FROM move WHERE person = ?1
         ORDER BY position",
        [id.0],
        |row| {
            Ok(Move {
                day: Day(row.get(0)?),
                from: word(Stage::ALL, row.get(1)?)?,
                to: word(Stage::ALL, row.get(2)?)?,
                rule: row.get(3)?,
                basis: read_zone(row, 4)?,
                known_at: Time(row.get(5)?),
                because: pack::unpack_because(row.get_ref(6)?.as_blob()?)?,
                cause: row.get(7)?,
            })
        },
    )
}

fn all<T>(
    db: &Connection,
    sql: &str,
    bound: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare_cached(sql)?.query_map(bound, read)?.collect()
}
