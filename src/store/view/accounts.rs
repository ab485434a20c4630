//! Accounts as lists show them, today and at the end of an earlier day. Must not know how they were found or counted.

use rusqlite::{OptionalExtension, Row};

use super::{
    super::Result,
    View, filter, moment,
    names::Whose,
    positive, small,
    then::{Needs, end_of},
    window::{Clause, Id, List},
    word,
};
use crate::domain::{
    account::{AccountRow, Relation, WEEKS, Zone},
    filter::Filter,
    ids::AccountId,
    journey::{Group, Momentum},
    query::{AccountSort, Slice, When, Window},
    stage::{GroupState, MomentumState, Phase},
    time::Day,
};

const COLUMNS: &str = "id, name, domains, relation, owner, confirmed, by_people, by_members, by_activities, by_first, \
                       by_last, phase, phase_since, customer, state, active, skeptic, blocker, teacher, guide, \
                       go_getter, other, basis, momentum, value, shakes, zones";

/// The day from which on a spell holds that has always held.
const EVER: Day = Day(0);

impl View {
    /// A page of accounts. Without `all`, those that are confirmed and may be a market. Bare words order
    /// by how well the name fits.
    pub fn accounts(
        &self,
        filter: &Filter,
        sort: AccountSort,
        all: bool,
        when: When,
        window: &Window,
    ) -> Result<Slice<AccountRow>> {
        self.at_once(|| {
            let ids = self.ids_of_accounts(filter, sort, all, when, window)?;
            Self::rows(ids, &|id| self.account_row(AccountId(id), when))
        })
        .map_err(|error| error.at(&self.path))
    }

    fn ids_of_accounts(
        &self,
        filter: &Filter,
        sort: AccountSort,
        all: bool,
        when: When,
        window: &Window,
    ) -> Result<Slice<Id>> {
        let named = filter::accounts(filter, all, when, false);
        let sort = if named.words.is_empty() { sort } else { AccountSort::Name };
        let needs = Needs::of_accounts(filter, sort);
        let own = when.as_of.filter(|_| !needs.nothing());
        if let Some(day) = own {
            if needs.people {
                self.people_as_of(day, 0b111, Needs { standing: true, ..Needs::default() })?;
            }
            let mut plan = filter::accounts(filter, all, when, true);
            if plan.words.is_empty() {
                return self.past_accounts(&plan, sort, day, needs, window);
            }
            plan.remain = Some(self.past_remaining(&plan, day, needs)?);
            return self.by_name(Whose::Accounts, &plan, window);
        }
        let plan = named;
        if !plan.words.is_empty() {
            return self.by_name(Whose::Accounts, &plan, window);
        }
        let list = list(sort, &plan.lanes, plan.from, &plan.clause);
        if filter.terms.is_empty() && when.as_of.is_some() {
            return self.unfiltered(&list, &plan, window);
        }
        if filter.terms.is_empty() {
            let mut slice = list.page(&self.db, window)?;
            slice.total = Some(self.figure(if all { "accounts" } else { "shown" })?);
            return Ok(slice);
        }
        self.filtered(&list, &plan, self.figure("accounts")?, window)
    }

    /// An account by its own id. `None`: there is none, or there was none yet.
    pub(super) fn account_row(&self, id: AccountId, when: When) -> Result<Option<AccountRow>> {
        let mut find = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM account WHERE id = ?1"))?;
        let Some(mut row) = find.query_row([id.0], read).optional()? else { return Ok(None) };
        if let Some(day) = when.as_of {
            if row.first_activity.is_some_and(|first| first > end_of(day)) {
                return Ok(None);
            }
            self.put_back(&mut row, day)?;
        }
        self.weeks(&mut row, when.day())?;
        Ok(Some(row))
    }

    /// Puts a row back to the end of a day.
    fn put_back(&self, row: &mut AccountRow, day: Day) -> Result<()> {
        let mut find = self.db.prepare_cached(
            "SELECT phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, other, basis, people,
                    members
             FROM account_span WHERE account = ?1 AND from_day <= ?2 ORDER BY from_day DESC LIMIT 1",
        )?;
        let then = find
            .query_row((row.id.0, day.0), |found| {
                Ok((
                    word(Phase::ALL, found.get(0)?),
                    found.get(1)?,
                    group(found, 2)?,
                    small(found.get(11)?),
                    small(found.get(12)?),
                ))
            })
            .optional()?;
        (row.phase, row.customer, row.group, row.people, row.members) =
            then.unwrap_or((Phase::Quiet, false, Group::default(), 0, 0));
        row.phase_since = self.phase_since(row.id, row.phase, day)?;
        row.momentum = self.momentum_then(row.id, day)?;
        let mut find = self
            .db
            .prepare_cached("SELECT from_zone, to_zone FROM handshake WHERE account = ?1 AND day <= ?2")?;
        let made: Vec<(Option<i64>, i64)> = find
            .query_map((row.id.0, day.0), |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        // The first act of all comes from nowhere: it shows a zone and is no hand-shake.
        let between = made.iter().filter(|(from, _)| from.is_some()).count();
        row.handshakes = u32::try_from(between).unwrap_or(u32::MAX);
        row.zones = [0, 1, 2].map(|zone| made.iter().any(|(from, to)| *to == zone || *from == Some(zone)));
        if row.last_activity.is_some_and(|last| last > end_of(day)) {
            let mut find = self.db.prepare_cached(
                "SELECT coalesce(sum(activities), 0) FROM account_day WHERE account = ?1 AND day <= ?2",
            )?;
            row.activities = positive(find.query_row((row.id.0, day.0), |found| found.get(0))?);
            row.last_activity = self.last_of(row.id, day)?;
        }
        Ok(())
    }

    /// Since when an account was in the phase that it was in at the end of a day; `None`: ever since.
    fn phase_since(&self, account: AccountId, phase: Phase, day: Day) -> rusqlite::Result<Option<Day>> {
        let mut find = self.db.prepare_cached(
            "SELECT from_day, phase FROM account_span WHERE account = ?1 AND from_day <= ?2
             ORDER BY from_day DESC",
        )?;
        let mut spells = find.query((account.0, day.0))?;
        let mut since = None;
        while let Some(spell) = spells.next()? {
            if word(Phase::ALL, spell.get(1)?) != phase {
                break;
            }
            since = Some(Day(spell.get(0)?));
        }
        Ok(since.filter(|since| *since != EVER))
    }
}

fn list<'a>(sort: AccountSort, lanes: &'a [i64], from: &'a str, filter: &'a Clause) -> List<'a> {
    let key = match sort {
        AccountSort::Last => "a.by_last",
        AccountSort::Name => "a.by_name",
        AccountSort::Members => "a.by_members",
        AccountSort::People => "a.by_people",
        AccountSort::Activities => "a.by_activities",
        AccountSort::First => "a.by_first",
        AccountSort::Phase => "a.by_phase",
        AccountSort::Support => "a.by_support",
        AccountSort::Momentum => "a.by_momentum",
        AccountSort::Active => "a.by_active",
    };
    List { from, lane: "a.shown", lanes, key, tie: "a.id", filter }
}

/// Reads `state, active, skeptic, blocker, teacher, guide, go_getter, other, basis`.
fn group(row: &Row<'_>, at: usize) -> rusqlite::Result<Group> {
    Ok(Group {
        state: word(GroupState::ALL, row.get(at)?),
        active: small(row.get(at + 1)?),
        skeptic: small(row.get(at + 2)?),
        blocker: small(row.get(at + 3)?),
        teacher: small(row.get(at + 4)?),
        guide: small(row.get(at + 5)?),
        go_getter: small(row.get(at + 6)?),
        other: small(row.get(at + 7)?),
        basis: row.get::<_, Option<i64>>(at + 8)?.map(|zone| word(Zone::ALL, zone)),
    })
}

/// Reads [`COLUMNS`].
fn read(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    let domains: String = row.get(2)?;
    let momentum = match (row.get::<_, Option<i64>>(23)?, row.get::<_, Option<i64>>(24)?) {
        (Some(state), Some(value)) => {
            Some(Momentum { state: word(MomentumState::ALL, state), value: small(value) })
        }
        _ => None,
    };
    let zones: i64 = row.get(26)?;
    Ok(AccountRow {
        id: AccountId(row.get(0)?),
        name: row.get(1)?,
        domains: domains.lines().map(ToOwned::to_owned).collect(),
        relation: word(Relation::ALL, row.get(3)?),
        owner: row.get(4)?,
        confirmed: row.get(5)?,
        people: small(row.get(6)?),
        members: small(row.get(7)?),
        activities: positive(row.get(8)?),
        first_activity: moment(row.get(9)?),
        last_activity: moment(row.get(10)?),
        weeks: [0; WEEKS],
        phase: word(Phase::ALL, row.get(11)?),
        phase_since: row.get::<_, Option<i32>>(12)?.map(Day).filter(|since| *since != EVER),
        customer: row.get(13)?,
        group: group(row, 14)?,
        momentum,
        handshakes: small(row.get(25)?),
        zones: [0, 1, 2].map(|zone| zones >> zone & 1 == 1),
    })
}
