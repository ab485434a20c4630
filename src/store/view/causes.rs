//! What blocks people: threads, with how they began. Must not know any theme.

use std::{cmp::Reverse, collections::BTreeMap};

use rusqlite::OptionalExtension;

use super::{
    super::{Result, pack},
    View,
    person::at,
};
use crate::domain::{
    account::Cause,
    ids::{AccountId, PersonId},
    journey::Spell,
    query::When,
    stage::{Stage, Theme},
    time::Day,
};

/// How many causes of an account are named.
const CAUSES: usize = 20;

impl View {
    /// What blocks the active blockers of an account on a day, what blocks most of them first.
    pub(super) fn causes(&self, account: AccountId, when: When) -> Result<Vec<Cause>> {
        let day = when.day();
        let mut find = self.db.prepare_cached(
            "SELECT DISTINCT m.person, p.name, j.spells FROM member_span m JOIN person p ON p.id = m.person
             JOIN journey j ON j.person = m.person
             WHERE m.account = ?1 AND coalesce(m.from_day <= ?2, 1) AND coalesce(m.to_day > ?2, 1)
               AND (?3 OR p.cause IS NOT NULL) ORDER BY m.person",
        )?;
        let mut members = find.query((account.0, day.0, when.as_of.is_some()))?;
        let mut blocked: BTreeMap<u32, Vec<(Day, PersonId, String)>> = BTreeMap::new();
        while let Some(row) = members.next()? {
            let packed: Vec<u8> = row.get(2)?;
            let spells = pack::unpack_spells(&packed)?;
            let spells = at(&spells, when);
            let Some((cause, since)) =
                cause_of(spells).filter(|_| spells.last().is_some_and(|now| now.active))
            else {
                continue;
            };
            blocked.entry(cause).or_default().push((since, PersonId(row.get(0)?), row.get(1)?));
        }
        let mut blocked: Vec<_> = blocked.into_iter().collect();
        for (_, members) in &mut blocked {
            members.sort();
        }
        blocked.sort_by_key(|(thread, members)| {
            (Reverse(members.len()), members.first().map(|(since, ..)| *since), *thread)
        });
        blocked.truncate(CAUSES);
        let mut causes = Vec::new();
        for (thread, members) in blocked {
            let Some(since) = members.first().map(|(since, ..)| *since) else { continue };
            let members = members.into_iter().map(|(_, person, name)| (person, name)).collect();
            causes.extend(self.cause(thread, since, members, when)?);
        }
        Ok(causes)
    }

    /// A thread as a cause: named by its source, described by the first of its activities that has a title.
    pub(super) fn cause(
        &self,
        thread: u32,
        since: Day,
        members: Vec<(PersonId, String)>,
        when: When,
    ) -> rusqlite::Result<Option<Cause>> {
        let mut find = self.db.prepare_cached(
            "SELECT t.name, j.name FROM thread t LEFT JOIN subject j ON j.number = t.subject WHERE t.number = ?1",
        )?;
        let named = find.query_row([thread], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((name, subject)) = named else { return Ok(None) };
        let mut find = self.db.prepare_cached(
            "SELECT seq FROM activity WHERE thread = ?1 AND flag = 0 AND at <= ?2 ORDER BY at, seq LIMIT 20",
        )?;
        let seqs: Vec<i64> = find
            .query_map((thread, super::then::end_of(when.day()).0), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut opening = None;
        for seq in seqs {
            let row = self.timeline_row(seq)?.activity;
            let titled = row.title.is_some();
            if opening.is_none() || titled {
                opening = Some(row);
            }
            if titled {
                break;
            }
        }
        let (title, url, labels) =
            opening.map_or((None, None, Vec::new()), |row| (row.title, row.url, row.labels));
        Ok(Some(Cause { thread: name, subject, title, url, labels, theme: Theme::Other, since, members }))
    }
}

/// What blocks a blocker at the end of these spells, and since when it does.
pub(super) fn cause_of(spells: &[Spell]) -> Option<(u32, Day)> {
    let now = spells.last().filter(|now| now.stage == Stage::Blocker)?;
    let cause = now.cause?;
    let blocked = |spell: &&Spell| spell.stage == Stage::Blocker && spell.cause == Some(cause);
    let since = spells.iter().rev().take_while(blocked).last()?.from;
    Some((cause, since))
}
