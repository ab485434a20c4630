//! The people of an account, members and former ones, today and at the end of an earlier day. Must not know how they
//! came to belong there.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        Result,
        derived::NEVER,
        standing::{by_day, by_stage},
    },
    View,
    causes::cause_of,
    people, positive,
    then::end_of,
    window::{self},
    word,
};
use crate::domain::{
    ids::{AccountId, PersonId},
    person::{Ground, MemberRow},
    query::{Cursor, PersonSort, Slice, SortValue, When, Window},
    text,
    time::{Day, Time},
};

/// A member with what they are ordered by and what says more about them.
struct Found {
    /// The place of the period that says on what ground and until when.
    position: i64,
    first: Option<Time>,
    cause: Option<u32>,
    row: MemberRow,
}

impl View {
    /// The people of an account, members and former ones, each once.
    pub fn members(
        &self,
        account: AccountId,
        sort: PersonSort,
        when: When,
        window: &Window,
    ) -> Result<Slice<MemberRow>> {
        self.at_once(|| self.members_in(account, sort, when, window)).map_err(|error| error.at(&self.path))
    }

    fn members_in(
        &self,
        account: AccountId,
        sort: PersonSort,
        when: When,
        window: &Window,
    ) -> Result<Slice<MemberRow>> {
        let account = self.canonical(account)?;
        let mut members = self.found_members(account, when)?;
        if let Some(day) = when.as_of {
            self.put_members_back(account, day, when, &mut members)?;
        }
        let mut rows: Vec<(Cursor, Found)> =
            members.into_values().map(|found| (cursor(sort, &found), found)).collect();
        rows.sort_by(|(a, _), (b, _)| window::compare(a, b));
        let places: Vec<&Cursor> = rows.iter().map(|(cursor, _)| cursor).collect();
        let Slice { rows: page, at_start, at_end, total } =
            window::slice(&places, window, &|cursor| (*cursor).clone());
        let wanted: BTreeSet<PersonId> =
            page.iter().map(|(cursor, _)| PersonId(window::id(cursor))).collect();
        let mut shown = Vec::with_capacity(page.len());
        for (cursor, found) in rows.into_iter().filter(|(_, found)| wanted.contains(&found.row.person)) {
            let mut row = found.row;
            if found.cause.is_some() {
                let spells = self.spells(row.person)?;
                if let Some((thread, since)) = cause_of(super::person::at(&spells, when)) {
                    row.cause = self.cause(thread, since, vec![(row.person, row.name.clone())], when)?;
                }
            }
            shown.push((cursor, row));
        }
        Ok(Slice { rows: shown, at_start, at_end, total })
    }

    fn found_members(&self, account: AccountId, when: When) -> rusqlite::Result<BTreeMap<PersonId, Found>> {
        let mut find = self.db.prepare_cached(
            "SELECT m.person, p.name, m.ground, m.from_day, m.to_day, m.activities, m.last, m.first, m.position,
                    p.cause, p.stage, p.automatic, p.since, p.lapsed, p.active, p.basis, p.zone, p.cause, p.left_alone
             FROM member_span m JOIN person p ON p.id = m.person
             WHERE m.account = ?1 AND coalesce(m.from_day <= ?2, 1) AND p.by_first >= ?3",
        )?;
        let (day, end) = when.as_of.map_or((i32::MAX, -NEVER), |day| (day.0, -end_of(day).0));
        let mut spans = find.query((account.0, day, end))?;
        let mut members: BTreeMap<PersonId, Found> = BTreeMap::new();
        while let Some(row) = spans.next()? {
            let person = PersonId(row.get(0)?);
            let (position, first): (i64, Option<i64>) = (row.get(8)?, row.get(7)?);
            let ground = word(Ground::ALL, row.get(2)?);
            let span = MemberRow {
                person,
                name: row.get(1)?,
                ground,
                from: row.get::<_, Option<i32>>(3)?.map(Day),
                // What ended later had not ended yet, unless its end was stated.
                to: row.get::<_, Option<i32>>(4)?.map(Day).filter(|to| to.0 <= day || ground < Ground::Email),
                activities: positive(row.get(5)?),
                last_activity: row.get::<_, Option<i64>>(6)?.map(Time),
                standing: people::standing(row, 10)?,
                cause: None,
            };
            let found = Found { position, first: first.map(Time), cause: row.get(9)?, row: span };
            match members.entry(person) {
                std::collections::btree_map::Entry::Occupied(known) => join(known.into_mut(), &found),
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(found);
                }
            }
        }
        Ok(members)
    }

    /// Where each stood at the end of a day and what they had done for the account by then.
    fn put_members_back(
        &self,
        account: AccountId,
        day: Day,
        when: When,
        members: &mut BTreeMap<PersonId, Found>,
    ) -> Result<()> {
        for (person, found) in members {
            let spells = self.spells(*person)?;
            let then = super::person::at(&spells, when);
            found.row.standing = super::super::standing::standing(then);
            found.cause = then.last().and_then(|now| now.cause);
            if found.row.last_activity.is_none_or(|last| last <= end_of(day)) {
                continue;
            }
            let counted = self.counted(*person)?;
            let (activities, last) = counted.by(account, day);
            found.row.activities = activities;
            found.row.last_activity = match last {
                Some(on) => self.last_counted(&counted, account, on)?,
                None => None,
            };
            found.first = found.first.filter(|first| *first <= end_of(day));
        }
        Ok(())
    }
}

/// Joins another period of the same person; the later one says on what ground and until when.
fn join(known: &mut Found, other: &Found) {
    let (member, span) = (&mut known.row, &other.row);
    if other.position > known.position {
        (member.ground, member.to) = (span.ground, span.to);
        known.position = other.position;
    } else {
        member.from = span.from;
    }
    member.activities = member.activities.saturating_add(span.activities);
    member.last_activity = member.last_activity.max(span.last_activity);
    known.first = match (known.first, other.first) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
}

fn cursor(sort: PersonSort, found: &Found) -> Cursor {
    let newest = |time: Option<Time>| SortValue::Number(time.map_or(i64::MAX, |time| -time.0));
    let (member, stands) = (&found.row, &found.row.standing);
    let value = match sort {
        PersonSort::Last => newest(member.last_activity),
        PersonSort::First => newest(found.first),
        PersonSort::Name => SortValue::Text(text::fold(&member.name)),
        PersonSort::Activities => SortValue::Number(-i64::try_from(member.activities).unwrap_or(i64::MAX)),
        PersonSort::Stage => SortValue::Number(by_stage(stands.stage, stands.active)),
        PersonSort::Since => SortValue::Number(by_day(stands.since)),
    };
    Cursor { value, tie: SortValue::Bytes(member.person.0.to_vec()) }
}
