//! Where accounts stood and stand, as rows: phases and groups, hand-shakes, momentum, interests. Only what differs
//! is written. Must not know what makes a group.

use std::collections::BTreeMap;

use rusqlite::{Row, ToSql, params};

use super::{
    Deriving, Result,
    derived::{NEVER, number, signed},
    journeys::{read_zone, zone},
    ledger::word,
};
use crate::domain::{
    account::Zone,
    ids::{AccountId, PersonId},
    journey::{AccountJourney, AccountSpell, Group, Handshake, Interest, Momentum},
    stage::{GroupState, MomentumState, Phase},
    time::Day,
};

impl Deriving<'_> {
    /// Puts where an account stood and stands in the place of what was concluded. `false`: it was the same.
    pub fn account_journey(&self, id: AccountId, journey: &AccountJourney) -> Result<bool> {
        self.account_journey_in(id, journey).map_err(|e| self.fail(e))
    }

    fn account_journey_in(&self, id: AccountId, journey: &AccountJourney) -> rusqlite::Result<bool> {
        let known = if self.fresh { AccountJourney::default() } else { self.known(id)? };
        if known == *journey {
            return Ok(false);
        }
        if known.spells != journey.spells {
            self.account_spells(id, &known.spells, &journey.spells)?;
        }
        if known.handshakes != journey.handshakes {
            if !known.handshakes.is_empty() {
                self.tx.prepare_cached("DELETE FROM handshake WHERE account = ?1")?.execute([id.0])?;
            }
            let mut put =
                self.tx.prepare_cached("INSERT INTO handshake VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
            for (place, made) in journey.handshakes.iter().enumerate() {
                let (from, to) = (zone(made.from), zone(Some(made.to)));
                put.execute((id.0, signed(place as u64), made.day.0, from, to, made.member.0, made.because))?;
            }
        }
        self.stands(id, journey)?;
        Ok(true)
    }

    fn known(&self, id: AccountId) -> rusqlite::Result<AccountJourney> {
        let mut spells = self.tx.prepare_cached(
            "SELECT from_day, phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, other,
                    basis, people, members FROM account_span WHERE account = ?1 ORDER BY from_day",
        )?;
        let spells = spells.query_map([id.0], read_spell)?.collect::<rusqlite::Result<_>>()?;
        let mut handshakes = self.tx.prepare_cached(
            "SELECT day, from_zone, to_zone, member, because FROM handshake WHERE account = ?1 ORDER BY position",
        )?;
        let handshakes = handshakes
            .query_map([id.0], |row| {
                Ok(Handshake {
                    day: Day(row.get(0)?),
                    from: read_zone(row, 1)?,
                    to: word(Zone::ALL, row.get(2)?)?,
                    member: PersonId(row.get(3)?),
                    because: row.get(4)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(AccountJourney { spells, handshakes })
    }

    fn account_spells(
        &self,
        id: AccountId,
        known: &[AccountSpell],
        now: &[AccountSpell],
    ) -> rusqlite::Result<()> {
        // Only what comes after the first difference is written again.
        let same = known.iter().zip(now).take_while(|(a, b)| a == b).count();
        if let Some(first) = known.get(same) {
            self.tx
                .prepare_cached("DELETE FROM account_span WHERE account = ?1 AND from_day >= ?2")?
                .execute((id.0, first.from.0))?;
        }
        let mut put = self.tx.prepare_cached(
            "INSERT INTO account_span VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?;
        for spell in &now[same..] {
            let phase = number(Phase::ALL, &spell.phase);
            let group = columns(&spell.group);
            let before = params![id.0, spell.from.0, phase, spell.customer];
            put.execute(&*with(before, &group, params![spell.people, spell.members]))?;
        }
        Ok(())
    }

    /// The columns of lists.
    fn stands(&self, id: AccountId, journey: &AccountJourney) -> rusqlite::Result<()> {
        let last = journey.spells.last();
        let group = last.map_or_else(Group::default, |spell| spell.group);
        let phase = last.map_or(Phase::Quiet, |spell| spell.phase);
        let since = journey.spells.iter().rev().take_while(|spell| spell.phase == phase).last();
        let phase_place = number(Phase::ALL, &phase);
        self.tx
            .prepare_cached(
                "UPDATE account SET phase = ?2, phase_since = ?3, customer = ?4, state = ?5, active = ?6,
                     skeptic = ?7, blocker = ?8, teacher = ?9, guide = ?10, go_getter = ?11, other = ?12, basis = ?13,
                     support = ?14, shakes = ?15, zones = ?16, by_phase = ?17, by_support = ?18, by_active = ?19,
                     by_people = ?20, by_members = ?21
                 WHERE id = ?1",
            )?
            .execute(&*with(
                params![
                    id.0,
                    phase_place,
                    since.map(|spell| spell.from.0),
                    last.is_some_and(|spell| spell.customer)
                ],
                &columns(&group),
                params![
                    group.support(),
                    signed(journey.handshakes.iter().filter(|made| made.from.is_some()).count() as u64),
                    zones(&journey.handshakes),
                    -phase_place,
                    by_support(&group),
                    -i64::from(group.active),
                    // A membership that is known to begin or end on a later day has not yet.
                    -last.map_or(0, |spell| i64::from(spell.people)),
                    -last.map_or(0, |spell| i64::from(spell.members))
                ],
            ))?;
        Ok(())
    }

    /// Puts the momentum of an account at the end of the last week that is over; `None` for who was not
    /// active in the weeks that count.
    pub fn momentum(&self, id: AccountId, momentum: Option<Momentum>) -> Result<()> {
        let put = || {
            let state = momentum.map(|momentum| number(MomentumState::ALL, &momentum.state));
            let value = momentum.map(|momentum| momentum.value);
            self.tx
                .prepare_cached(
                    "UPDATE account SET momentum = ?2, value = ?3, by_momentum = ?4
                     WHERE id = ?1 AND (momentum, value) IS NOT (?2, ?3)",
                )?
                .execute((id.0, state, value, by_momentum(momentum)))
        };
        put().map(|_| ()).map_err(|e| self.fail(e))
    }

    /// Takes back the momentum of all accounts but these, which are in order of their ids.
    pub fn no_momentum_beside(&self, known: &[(AccountId, Momentum)]) -> Result<()> {
        let had = || {
            let mut find = self.tx.prepare_cached("SELECT id FROM account WHERE momentum IS NOT NULL")?;
            find.query_map([], |row| row.get(0).map(AccountId))?.collect::<rusqlite::Result<Vec<_>>>()
        };
        let had = had().map_err(|e| self.fail(e))?;
        let mut quiet = had.into_iter().filter(|id| known.binary_search_by_key(id, |(id, _)| *id).is_err());
        quiet.try_for_each(|account| self.momentum(account, None))
    }

    /// Puts what an account is active in: one entry for each of its people and each name.
    pub fn interests(&self, id: AccountId, interests: &[Interest]) -> Result<()> {
        self.interests_in(id, interests).map_err(|e| self.fail(e))
    }

    fn interests_in(&self, id: AccountId, interests: &[Interest]) -> rusqlite::Result<()> {
        let mut now: BTreeMap<&str, Total> = BTreeMap::new();
        for one in interests {
            let alone = (one.first_day.0, one.last_day.0, 1, i64::from(one.activities));
            now.entry(&one.name)
                .and_modify(|(first, last, members, activities)| {
                    (*first, *last) = ((*first).min(alone.0), (*last).max(alone.1));
                    (*members, *activities) = (*members + 1, activities.saturating_add(alone.3));
                })
                .or_insert(alone);
        }
        let mut all = self.tx.prepare_cached(
            "SELECT name, first_day, last_day, members, activities FROM account_interest WHERE account = ?1",
        )?;
        let mut known: BTreeMap<String, Total> = if self.fresh {
            BTreeMap::new()
        } else {
            all.query_map([id.0], |row| {
                Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            })?
            .collect::<rusqlite::Result<_>>()?
        };
        let mut put = self
            .tx
            .prepare_cached("INSERT OR REPLACE INTO account_interest VALUES(?1, ?2, ?3, ?4, ?5, ?6)")?;
        for (name, total) in now {
            if known.remove(name) != Some(total) {
                let (first, last, members, activities) = total;
                put.execute((id.0, name, first, last, members, activities))?;
            }
        }
        let mut drop =
            self.tx.prepare_cached("DELETE FROM account_interest WHERE account = ?1 AND name = ?2")?;
        for name in known.keys() {
            drop.execute((id.0, name))?;
        }
        Ok(())
    }
}

/// `state, active, skeptic, blocker, teacher, guide, go_getter, other, basis`, as both tables hold them.
fn columns(group: &Group) -> [Option<i64>; 9] {
    let Group { active, skeptic, blocker, teacher, guide, go_getter, other, .. } = *group;
    let [active, skeptic, blocker, teacher, guide, go_getter, other] =
        [active, skeptic, blocker, teacher, guide, go_getter, other].map(|count| Some(i64::from(count)));
    let state = Some(number(GroupState::ALL, &group.state));
    [state, active, skeptic, blocker, teacher, guide, go_getter, other, zone(group.basis)]
}

/// The values of a row whose group stands among others.
fn with<'a>(
    before: &[&'a dyn ToSql],
    group: &'a [Option<i64>; 9],
    after: &[&'a dyn ToSql],
) -> Vec<&'a dyn ToSql> {
    let group = group.iter().map(|count| count as &dyn ToSql);
    before.iter().copied().chain(group).chain(after.iter().copied()).collect()
}

/// First and last day, members, activities.
type Total = (i32, i32, i64, i64);

/// Highest support first, of equal ones the larger group; then in the same order those too small for a verdict; who has
/// nobody placed last.
pub(super) fn by_support(group: &Group) -> i64 {
    let share = support_key(i64::from(group.support())) - i64::from(group.placed());
    match (group.placed(), group.state) {
        (0, _) => 2 * NO_VERDICT,
        (_, GroupState::None) => NO_VERDICT + share,
        _ => share,
    }
}

/// The sort keys of groups too small for a verdict lie so much higher.
pub(super) const NO_VERDICT: i64 = 1 << 44;

/// The sort keys of a share in thousandths lie below this one: it is larger by the number of those placed.
pub(super) const fn support_key(thousandths: i64) -> i64 {
    -(thousandths << 32)
}

/// Rising accounts first, the falling ones last; of each the greater ratio first. Who was not active comes last.
pub(super) fn by_momentum(momentum: Option<Momentum>) -> i64 {
    momentum.map_or(NEVER, |momentum| momentum_keys(momentum.state).1 - i64::from(momentum.value))
}

/// The sort keys of momentum by state: those after the first and up to the second.
pub(super) fn momentum_keys(state: MomentumState) -> (i64, i64) {
    let place = match state {
        MomentumState::Rising => 0_i64,
        MomentumState::New => 1,
        MomentumState::Steady => 2,
        MomentumState::Falling => 3,
    };
    ((place - 1) << 33, place << 33)
}

/// The zones that an account has been seen in, one bit each, upstream the lowest.
fn zones(handshakes: &[Handshake]) -> i64 {
    let seen = handshakes.iter().flat_map(|made| [made.from, Some(made.to)]).flatten();
    seen.fold(0, |zones, zone| zones | 1 << number(Zone::ALL, &zone))
}

/// Reads `from_day, phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, other, basis, people,
/// members`.
pub(super) fn read_spell(row: &Row<'_>) -> rusqlite::Result<AccountSpell> {
    Ok(AccountSpell {
        from: Day(row.get(0)?),
        phase: word(Phase::ALL, row.get(1)?)?,
        customer: row.get(2)?,
        group: Group {
            state: word(GroupState::ALL, row.get(3)?)?,
            active: row.get(4)?,
            skeptic: row.get(5)?,
            blocker: row.get(6)?,
            teacher: row.get(7)?,
            guide: row.get(8)?,
            go_getter: row.get(9)?,
            other: row.get(10)?,
            basis: read_zone(row, 11)?,
        },
        people: row.get(12)?,
        members: row.get(13)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_begin_with_the_highest_support_and_with_who_rises() {
        let group = |skeptic, teacher| {
            let state = if skeptic + teacher < 2 { GroupState::None } else { GroupState::Forming };
            Group { state, skeptic, teacher, ..Group::default() }
        };
        let mut groups = [group(0, 0), group(1, 0), group(1, 1), group(0, 1), group(0, 3), group(2, 2)];
        groups.sort_by_key(by_support);
        let order = groups.map(|group| (group.skeptic, group.teacher));
        assert_eq!(order, [(0, 3), (2, 2), (1, 1), (0, 1), (1, 0), (0, 0)]);
        let momentum = |state, value| Some(Momentum { state, value });
        let mut all = [
            None,
            momentum(MomentumState::Falling, 100),
            momentum(MomentumState::Steady, u32::MAX),
            momentum(MomentumState::Rising, 1_500),
            momentum(MomentumState::New, 0),
            momentum(MomentumState::Rising, 9_000),
        ];
        all.sort_by_key(|momentum| by_momentum(*momentum));
        let order = all.map(|momentum| momentum.map_or(7, |momentum| momentum.value));
        assert_eq!(order, [9_000, 1_500, 0, u32::MAX, 100, 7]);
    }
}
