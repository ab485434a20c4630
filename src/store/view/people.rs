//! People as lists show them, today and at the end of an earlier day. Must not know how people were found.

use std::cmp::Reverse;

use rusqlite::{OptionalExtension, Row};

use super::{
    super::Result,
    View,
    counted::Counted,
    filter, moment,
    names::Whose,
    positive, small,
    then::{Needs, end_of},
    window::{Clause, Id, List},
    word,
};
use crate::domain::{
    account::Zone,
    filter::Filter,
    ids::{AccountId, PersonId},
    person::{Ground, Membership, Nature, PersonRow, Standing},
    query::{PersonSort, Slice, When, Window},
    stage::Stage,
    time::Day,
};

const COLUMNS: &str = "p.id, p.name, p.nature, p.identities, p.by_activities, p.by_first, p.by_last, p.account, \
     (SELECT name FROM account WHERE id = p.account), p.ground, p.from_day, p.to_day, p.stage, p.automatic, p.since, \
     p.lapsed, p.active, p.basis, p.zone, p.cause, p.left_alone";

impl View {
    /// A page of people: humans, unless the filter asks for others. Bare words order by fit.
    pub fn people(
        &self,
        filter: &Filter,
        sort: PersonSort,
        when: When,
        window: &Window,
    ) -> Result<Slice<PersonRow>> {
        self.at_once(|| {
            let ids = self.ids_of_people_in(filter, sort, when, window)?;
            Self::rows(ids, &|id| self.person_row(PersonId(id), when))
        })
        .map_err(|error| error.at(&self.path))
    }

    fn ids_of_people_in(
        &self,
        filter: &Filter,
        sort: PersonSort,
        when: When,
        window: &Window,
    ) -> Result<Slice<Id>> {
        let mut plan = filter::people(filter, when, false);
        let sort = if plan.words.is_empty() { sort } else { PersonSort::Name };
        let needs = Needs::of_people(filter, sort);
        let own = when.as_of.filter(|_| !needs.nothing());
        if let Some(day) = own {
            let lanes = plan.lanes.iter().fold(0, |set, lane| set | 1 << lane);
            self.people_as_of(day, lanes, needs)?;
            plan = filter::people(filter, when, true);
        }
        if !plan.words.is_empty() {
            return self.by_name(Whose::People, &plan, window);
        }
        if sort == PersonSort::Name && own.is_some() {
            plan.from = "person_then p JOIN person n ON n.id = p.id";
        }
        let list = list(sort, &plan.lanes, plan.from, &plan.clause);
        let people = self.figure("people")?;
        if filter.terms.is_empty() && when.as_of.is_some() {
            return self.unfiltered(&list, &plan, window);
        }
        if filter.terms.is_empty() {
            let mut slice = list.page(&self.db, window)?;
            slice.total = Some(people);
            return Ok(slice);
        }
        self.filtered(&list, &plan, people, window)
    }

    /// A person by their own id. `None`: there is none, or there was none yet.
    pub(super) fn person_row(&self, id: PersonId, when: When) -> Result<Option<PersonRow>> {
        let mut find = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM person p WHERE p.id = ?1"))?;
        let Some(mut row) = find.query_row([id.0], read).optional()? else { return Ok(None) };
        if let Some(day) = when.as_of {
            let later = match row.first_activity {
                Some(first) => first > end_of(day),
                None => self.only_spoken_of_after(id, day)?,
            };
            if later {
                return Ok(None);
            }
            row.standing = super::super::standing::standing(super::person::at(&self.spells(id)?, when));
            row.member = self.member_then(id, day)?;
            if row.last_activity.is_some_and(|last| last > end_of(day)) {
                (row.activities, row.last_activity) = self.acts_then(id, day)?;
            }
        }
        Ok(Some(row))
    }

    /// Whether all that is known of somebody who never acted was said about them after a day. What has no date holds
    /// at all times.
    fn only_spoken_of_after(&self, person: PersonId, day: Day) -> rusqlite::Result<bool> {
        let mut find = self.db.prepare_cached(
            "SELECT min((SELECT min(x.at) FROM activity x WHERE x.flag = 0 AND x.identity = i.identity)) > ?2
             FROM person_identity i WHERE i.person = ?1",
        )?;
        find.query_row((person.0, end_of(day).0), |row| Ok(row.get::<_, Option<bool>>(0)?.unwrap_or(false)))
    }

    /// The membership that was current at the end of a day, else the last one that had begun.
    fn member_then(&self, person: PersonId, day: Day) -> rusqlite::Result<Option<Membership>> {
        let mut find = self.db.prepare_cached(
            "SELECT m.account, a.name, m.ground, m.from_day, m.to_day FROM member_span m
             JOIN account a ON a.id = m.account
             WHERE m.person = ?1 AND coalesce(m.from_day <= ?2, 1) ORDER BY m.position",
        )?;
        let spans = find.query_map((person.0, day.0), |row| membership(row, 0))?;
        let mut spans: Vec<Membership> = spans.collect::<rusqlite::Result<_>>()?;
        for span in &mut spans {
            *span = ended_by(span.clone(), day);
        }
        let at = match spans.len() {
            0 | 1 => spans.len().checked_sub(1),
            _ => current(&self.counted(person)?, &spans, day),
        };
        Ok(at.map(|at| spans.swap_remove(at)))
    }
}

/// A membership as it was known at the end of a day: what ended later had not ended yet, unless its end was stated and
/// no matter of facts.
pub(super) fn ended_by(span: Membership, day: Day) -> Membership {
    let to = span.to.filter(|to| *to <= day || span.ground < Ground::Email);
    Membership { to, ..span }
}

/// The place of the membership that was the current one at the end of a day, of those that had begun, in their order:
/// one that lasts, with the latest act, then on the best ground; else the one that ended last.
pub(super) fn current(counted: &Counted, spans: &[Membership], day: Day) -> Option<usize> {
    let key = |(place, span): &(usize, &Membership)| {
        let upto = span.to.map_or(day.plus(1), |to| to.min(day.plus(1)));
        let seen = counted.last_between(span.account, span.from, Some(upto)).max(span.from);
        (span.to.is_none(), span.to, seen, Reverse(span.ground), Reverse(*place))
    };
    spans.iter().enumerate().max_by_key(key).map(|(place, _)| place)
}

fn list<'a>(sort: PersonSort, lanes: &'a [i64], from: &'a str, filter: &'a Clause) -> List<'a> {
    let key = match sort {
        PersonSort::Last => "p.by_last",
        PersonSort::Name if from.contains(" n ") => "n.by_name",
        PersonSort::Name => "p.by_name",
        PersonSort::Activities => "p.by_activities",
        PersonSort::First => "p.by_first",
        PersonSort::Stage => "p.by_stage",
        PersonSort::Since => "p.by_since",
    };
    List { from, lane: "p.nature", lanes, key, tie: "p.id", filter }
}

/// Reads [`COLUMNS`].
fn read(row: &Row<'_>) -> rusqlite::Result<PersonRow> {
    let member = row.get_ref(8)? != rusqlite::types::ValueRef::Null;
    Ok(PersonRow {
        id: PersonId(row.get(0)?),
        name: row.get(1)?,
        nature: word(Nature::ALL, row.get(2)?),
        identities: small(row.get(3)?),
        activities: positive(row.get(4)?),
        first_activity: moment(row.get(5)?),
        last_activity: moment(row.get(6)?),
        member: if member { Some(membership(row, 7)?) } else { None },
        standing: standing(row, 12)?,
    })
}

/// Reads `stage, automatic, since, lapsed, active, basis, zone, cause, left_alone`.
pub(super) fn standing(row: &Row<'_>, at: usize) -> rusqlite::Result<Standing> {
    let day = |column| row.get::<_, Option<i32>>(column).map(|day| day.map(Day));
    let zone = |column| row.get::<_, Option<i64>>(column).map(|zone| zone.map(|zone| word(Zone::ALL, zone)));
    Ok(Standing {
        stage: word(Stage::ALL, row.get(at)?),
        automatic: word(Stage::ALL, row.get(at + 1)?),
        since: day(at + 2)?,
        lapsed: day(at + 3)?,
        active: row.get(at + 4)?,
        basis: zone(at + 5)?,
        zone: zone(at + 6)?,
        blocked: row.get::<_, Option<i64>>(at + 7)?.is_some(),
        left_alone: row.get(at + 8)?,
    })
}

/// Reads `account, name, ground, from, to`; when somebody was last seen there is not among them.
pub(super) fn membership(row: &Row<'_>, at: usize) -> rusqlite::Result<Membership> {
    Ok(Membership {
        account: AccountId(row.get(at)?),
        account_name: row.get(at + 1)?,
        ground: word(Ground::ALL, row.get(at + 2)?),
        from: row.get::<_, Option<i32>>(at + 3)?.map(Day),
        to: row.get::<_, Option<i32>>(at + 4)?.map(Day),
        seen: None,
        learned_later: false,
    })
}
