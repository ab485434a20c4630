//! The accounts of an earlier day, in memory: what may be sorted and filtered by, as it was at the end of that day.
//! Each group of figures is brought there as a question needs it, from day to day by what changed in between. Must not
//! know who asks, nor how a row is shown: that is read from the ledgers and the derived tables themselves.

mod holds;
mod last;
mod list;

use rusqlite::Connection;

use super::{
    super::{Result, derived::NEVER, groups::read_spell},
    View,
    then::{Needs, PRESENT, end_of},
    window::Id,
};
use crate::domain::{
    journey::{AccountSpell, Group, Momentum},
    stage::Phase,
    time::{Day, Week},
};

pub(super) use holds::{Part, of_rows};

/// Reads what [`read_spell`] reads.
const SPELL: &str = "SELECT from_day, phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, \
                         other, basis, people, members FROM account_span";
const LATEST: &str = "ORDER BY from_day DESC LIMIT 1";

/// Up to so many spells of an account are read through sooner than the wanted one is looked up.
const FEW: usize = 8;
/// After so many accounts it is known how many spells they have.
const SAMPLE: usize = 2_000;

/// More accounts than these are all read anew instead of one by one.
const MANY: usize = 30_000;

/// An account at the end of the day. Times are sort keys: negated, later ones first.
#[derive(Debug, Clone, Copy)]
struct Then {
    id: Id,
    lane: i64,
    first: i64,
    /// [`last::OLD`] until it is looked for; the last second of the day unless it is `exact`.
    last: i64,
    exact: bool,
    activities: i64,
    handshakes: i64,
    stands: AccountSpell,
    momentum: Option<Momentum>,
}

/// Before the first day of all: nobody.
fn nobody() -> AccountSpell {
    let (from, phase, group) = (Day(i32::MIN), Phase::Quiet, Group::default());
    AccountSpell { from, phase, group, customer: false, people: 0, members: 0 }
}

/// The accounts, of which version of the store, and each group of their figures as of which day.
pub(super) struct Past {
    version: u64,
    day: Day,
    /// By id.
    rows: Vec<Then>,
    /// Where the ids of each first two bytes begin.
    starts: Vec<u32>,
    stands: Option<Day>,
    activities: Day,
    handshakes: Day,
    momentum: Option<Week>,
    /// Latest activities are known of the days after this one.
    walked: Day,
    /// The list that was last asked for.
    list: Option<list::Held>,
}

impl Past {
    fn read(db: &Connection, version: u64, day: Day) -> rusqlite::Result<Self> {
        let mut find =
            db.prepare_cached("SELECT id, shown, by_first, by_activities FROM account ORDER BY id")?;
        let rows = find.query_map([], |row| {
            Ok(Then {
                id: row.get(0)?,
                lane: row.get(1)?,
                first: row.get(2)?,
                last: NEVER,
                exact: true,
                activities: -row.get::<_, i64>(3)?,
                handshakes: 0,
                stands: nobody(),
                momentum: None,
            })
        })?;
        let rows: Vec<Then> = rows.collect::<rusqlite::Result<_>>()?;
        let mut starts = vec![0_u32; 65_537];
        for row in &rows {
            starts[begin(&row.id) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut past = Self {
            version,
            day,
            rows,
            starts,
            stands: None,
            activities: PRESENT,
            handshakes: Day(i32::MIN),
            momentum: None,
            walked: day,
            list: None,
        };
        past.forget_last();
        Ok(past)
    }

    /// The place of an account; one that came into being since is not there.
    fn place(&self, id: &Id) -> Option<usize> {
        let at = begin(id);
        let (from, to) = (self.starts[at] as usize, self.starts[at + 1] as usize);
        self.rows[from..to].binary_search_by(|row| row.id.cmp(id)).ok().map(|place| from + place)
    }

    fn row(&mut self, id: &Id) -> Option<&mut Then> {
        let place = self.place(id)?;
        self.rows.get_mut(place)
    }

    /// Whether an account was there by the end of the day. Who never did anything was there all the time.
    fn was_there(&self, row: &Then) -> bool {
        row.first >= -end_of(self.day).0
    }

    fn go(&mut self, db: &Connection, day: Day, needs: Needs) -> rusqlite::Result<()> {
        if self.day != day {
            self.day = day;
            self.forget_last();
            self.list = None;
        }
        if needs.standing {
            self.go_standing(db)?;
        }
        if needs.activities {
            self.go_activities(db)?;
        }
        if needs.handshakes {
            self.go_handshakes(db)?;
        }
        Ok(())
    }

    fn go_standing(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let changed = match self.stands {
            Some(day) if day == self.day => return Ok(()),
            Some(day) => self.changed(db, day)?,
            None => None,
        };
        match changed {
            Some(changed) => {
                let mut find =
                    db.prepare_cached(&format!("{SPELL} WHERE account = ?1 AND from_day <= ?2 {LATEST}"))?;
                for place in changed {
                    let row = &mut self.rows[place];
                    let mut found = find.query((row.id, self.day.0))?;
                    row.stands = found.next()?.map(read_spell).transpose()?.unwrap_or_else(nobody);
                }
            }
            None => self.read_standing(db)?,
        }
        self.stands = Some(self.day);
        Ok(())
    }

    /// The places of the accounts whose standing changed since (or until) a day; `None` for too many.
    fn changed(&self, db: &Connection, since: Day) -> rusqlite::Result<Option<Vec<usize>>> {
        let (low, high) = (since.min(self.day), since.max(self.day));
        let mut find = db.prepare_cached(
            "SELECT account FROM account_span WHERE from_day > ?1 AND from_day <= ?2 LIMIT ?3",
        )?;
        let mut found = find.query((low.0, high.0, i64::try_from(MANY).unwrap_or(i64::MAX)))?;
        let mut places = Vec::new();
        while let Some(row) = found.next()? {
            places.extend(self.place(&row.get(0)?));
        }
        if places.len() >= MANY {
            return Ok(None);
        }
        places.sort_unstable();
        places.dedup();
        Ok(Some(places))
    }

    fn read_standing(&mut self, db: &Connection) -> rusqlite::Result<()> {
        self.rows.iter_mut().for_each(|row| row.stands = nobody());
        let left = self.read_spells(db)?;
        let mut find =
            db.prepare_cached(&format!("{SPELL} WHERE account = ?1 AND from_day <= ?2 {LATEST}"))?;
        for row in &mut self.rows[..left] {
            let mut found = find.query((row.id, self.day.0))?;
            row.stands = found.next()?.map(read_spell).transpose()?.unwrap_or_else(nobody);
        }
        Ok(())
    }

    /// Reads the spells of all accounts from the last one back, as long as an account has few. Gives how many of the
    /// first accounts have not been read.
    fn read_spells(&mut self, db: &Connection) -> rusqlite::Result<usize> {
        let sql = "SELECT from_day, phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, other, \
                       basis, people, members, account \
                   FROM account_span NOT INDEXED WHERE from_day <= ?1 ORDER BY account DESC, from_day DESC";
        let mut find = db.prepare_cached(sql)?;
        let mut found = find.query([self.day.0])?;
        let (mut of, mut spells, mut accounts) = (None, 0_usize, 0_usize);
        while let Some(spell) = found.next()? {
            let id: Id = spell.get(14)?;
            spells += 1;
            if of == Some(id) {
                continue;
            }
            let place = self.place(&id);
            if accounts == SAMPLE && spells > accounts * FEW {
                return Ok(place.map_or(self.rows.len(), |place| place + 1));
            }
            (of, accounts) = (Some(id), accounts + 1);
            if let Some(place) = place {
                self.rows[place].stands = read_spell(spell)?;
            }
        }
        Ok(0)
    }

    /// From the day that they are of, from today, or from the first day of all, whichever is nearest.
    fn go_activities(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let mut find = db.prepare_cached("SELECT min(day), max(day) FROM account_day")?;
        let (first, last): (Option<i32>, Option<i32>) =
            find.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let to = self.day;
        let near = |day: Day| day.0.min(last.unwrap_or(day.0)).abs_diff(to.0);
        if first.is_some_and(|first| to.0.abs_diff(first) < near(self.activities)) {
            self.rows.iter_mut().for_each(|row| row.activities = 0);
            self.activities = Day(i32::MIN);
        }
        let (low, high) = (self.activities.min(to), self.activities.max(to));
        let sign = if to < self.activities { -1 } else { 1 };
        let mut find =
            db.prepare_cached("SELECT account, activities FROM account_day WHERE day > ?1 AND day <= ?2")?;
        let mut found = find.query((low.0, high.0))?;
        while let Some(day) = found.next()? {
            let activities: i64 = day.get(1)?;
            if let Some(row) = self.row(&day.get(0)?) {
                row.activities += sign * activities;
            }
        }
        self.activities = to;
        Ok(())
    }

    fn go_handshakes(&mut self, db: &Connection) -> rusqlite::Result<()> {
        let to = self.day;
        let (low, high) = (self.handshakes.min(to), self.handshakes.max(to));
        let sign = if to < self.handshakes { -1 } else { 1 };
        // The first act of all comes from nowhere: it is no hand-shake.
        let mut find = db.prepare_cached(
            "SELECT account FROM handshake WHERE day > ?1 AND day <= ?2 AND from_zone IS NOT NULL",
        )?;
        let mut found = find.query((low.0, high.0))?;
        while let Some(made) = found.next()? {
            if let Some(row) = self.row(&made.get(0)?) {
                row.handshakes += sign;
            }
        }
        self.handshakes = to;
        Ok(())
    }
}

/// The first two bytes of an id as a number.
fn begin(id: &Id) -> usize {
    usize::from(u16::from_be_bytes([id[0], id[1]]))
}

impl View {
    /// Brings the accounts to the end of a day, with all that the question needs, and asks them.
    fn past<T>(&self, day: Day, needs: Needs, ask: impl FnOnce(&mut Past) -> Result<T>) -> Result<T> {
        let version = self.figure("version")?;
        // What fails halfway is forgotten.
        let held = self.then.accounts.take().filter(|past| past.version == version);
        let mut past = match held {
            Some(past) => past,
            None => Past::read(&self.db, version, day)?,
        };
        past.go(&self.db, day, needs)?;
        if needs.momentum {
            self.put_momentum_in(&mut past);
        }
        let answer = ask(&mut past)?;
        self.then.accounts.replace(Some(past));
        Ok(answer)
    }

    /// Puts the momentum in that was handed over; without any for that week there is none.
    fn put_momentum_in(&self, past: &mut Past) {
        let handed = self.then.momentum.borrow();
        let week = super::weeks::over(past.day);
        let known = handed.as_ref().filter(|(version, of, _)| (*version, *of) == (past.version, week));
        if past.momentum.is_some() && past.momentum == known.map(|(_, week, _)| *week) {
            return;
        }
        past.momentum = known.map(|(_, week, _)| *week);
        past.list = None;
        past.rows.iter_mut().for_each(|row| row.momentum = None);
        for (account, momentum) in known.iter().flat_map(|(.., all)| all) {
            if let Some(row) = past.row(&account.0) {
                row.momentum = Some(*momentum);
            }
        }
    }
}
