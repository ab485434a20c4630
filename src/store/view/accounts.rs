//! Accounts as lists and screens show them. Must not know how they were found or counted.

use rusqlite::{OptionalExtension, Row};

use super::{
    super::Result,
    View, filter, moment,
    names::Whose,
    positive, small,
    window::{Clause, List},
    word,
};
use crate::domain::{
    account::{AccountDetail, AccountRow, Relation, WEEKS},
    decision::{About, Verb},
    filter::Filter,
    ids::AccountId,
    journey::Group,
    query::{AccountSort, Slice, When, Window},
    stage::Phase,
    time::Day,
};

const COLUMNS: &str = "a.id, a.name, a.domains, a.relation, a.owner, a.confirmed, a.by_people, a.by_members, \
                       a.by_activities, a.by_first, a.by_last";

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
        self.accounts_in(filter, sort, all, when, window).map_err(|error| error.at(&self.path))
    }

    fn accounts_in(
        &self,
        filter: &Filter,
        sort: AccountSort,
        all: bool,
        when: When,
        window: &Window,
    ) -> Result<Slice<AccountRow>> {
        let plan = filter::accounts(filter, all, when.day());
        let mut slice = if plan.words.is_empty() {
            let list = list(sort, &plan.lanes, &plan.clause);
            let mut slice = list.page(&self.db, window, &|row| read(row, 2))?;
            slice.total = Some(if filter.terms.is_empty() {
                self.figure(if all { "accounts" } else { "shown" })?
            } else {
                self.counted(&list)?
            });
            slice
        } else {
            self.by_name(Whose::Accounts, &plan, window, &|id| self.account_row(AccountId(id)))?
        };
        for (_, row) in &mut slice.rows {
            self.weeks(row, when.day())?;
        }
        Ok(slice)
    }

    /// Every account that the filter leaves, in order, for an export.
    pub fn each_account(
        &self,
        filter: &Filter,
        sort: AccountSort,
        all: bool,
        when: When,
        f: &mut dyn FnMut(AccountRow),
    ) -> Result<()> {
        super::export::pages(&mut |window| self.accounts(filter, sort, all, when, window), f)
    }

    /// `None`: no such account (any more). The id may be that of any of the account's domains.
    pub fn account(&self, id: AccountId, when: When) -> Result<Option<AccountDetail>> {
        self.account_in(id, when).map_err(|error| error.at(&self.path))
    }

    fn account_in(&self, id: AccountId, when: When) -> Result<Option<AccountDetail>> {
        let Some(mut row) = self.account_row(self.canonical(id)?)? else { return Ok(None) };
        self.weeks(&mut row, when.day())?;
        let mut decisions = Vec::new();
        for decision in self.in_force()?.into_iter().rev() {
            let (Verb::Relation { account: about, .. } | Verb::Note { about: About::Account(about), .. }) =
                decision.verb
            else {
                continue;
            };
            if about == row.id || self.canonical(about)? == row.id {
                decisions.push(decision);
            }
        }
        Ok(Some(AccountDetail {
            row,
            decisions,
            handshakes: Vec::new(),
            causes: Vec::new(),
            interests: Vec::new(),
            customer: Vec::new(),
        }))
    }

    /// Whether a source that somebody of the account is known from is not in order.
    pub fn is_stale(&self, account: AccountId) -> Result<bool> {
        let ask = || {
            let mut ask = self.db.prepare_cached(
                "SELECT EXISTS(
                     SELECT 1 FROM member_span m JOIN person_identity p ON p.person = m.person
                     JOIN identity i ON i.seq = p.identity JOIN stream s ON s.source = i.source
                     WHERE m.account = ?1 AND coalesce(s.state, '') <> 'ok')",
            )?;
            ask.query_row([self.canonical(account)?.0], |row| row.get(0))
        };
        ask().map_err(|e| self.fail(e))
    }

    /// The account that an id of one of its domains means now.
    pub(super) fn canonical(&self, id: AccountId) -> rusqlite::Result<AccountId> {
        let mut find = self.db.prepare_cached("SELECT account FROM account_domain WHERE alias = ?1")?;
        Ok(find.query_row([id.0], |row| row.get(0)).optional()?.map_or(id, AccountId))
    }

    fn account_row(&self, id: AccountId) -> rusqlite::Result<Option<AccountRow>> {
        let mut find = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM account a WHERE a.id = ?1"))?;
        find.query_row([id.0], |row| read(row, 0)).optional()
    }

    fn weeks(&self, row: &mut AccountRow, today: Day) -> rusqlite::Result<()> {
        let last = self.horizon(row.id, today)?.week().0;
        let first = last.saturating_sub(i32::try_from(WEEKS).unwrap_or(0) - 1);
        let mut find = self.db.prepare_cached(
            "SELECT week - ?2, members FROM account_week WHERE account = ?1 AND week BETWEEN ?2 AND ?3",
        )?;
        let mut rows = find.query((row.id.0, first, last))?;
        while let Some(found) = rows.next()? {
            let at = usize::try_from(found.get::<_, i64>(0)?).unwrap_or(WEEKS);
            if let Some(week) = row.weeks.get_mut(at) {
                *week = small(found.get(1)?);
            }
        }
        Ok(())
    }

    /// Counts a filtered list once for as long as nothing derived changes: paging asks again and again.
    pub(super) fn counted(&self, list: &List<'_>) -> Result<u64> {
        let version = self.figure("version")?;
        let name = format!("{} {:?} {} {:?}", list.from, list.lanes, list.filter.sql, list.filter.values);
        if let Some((known, at, count)) = &*self.counted.borrow()
            && *known == name
            && *at == version
        {
            return Ok(*count);
        }
        let count = list.count(&self.db)?;
        *self.counted.borrow_mut() = Some((name, version, count));
        Ok(count)
    }
}

fn list<'a>(sort: AccountSort, lanes: &'a [i64], filter: &'a Clause) -> List<'a> {
    let key = match sort {
        AccountSort::Last => "a.by_last",
        AccountSort::Name => "a.by_name",
        AccountSort::Members => "a.by_members",
        AccountSort::People => "a.by_people",
        AccountSort::Activities => "a.by_activities",
        AccountSort::First => "a.by_first",
    };
    List { columns: COLUMNS, from: "account a", lane: "a.shown", lanes, key, tie: "a.id", filter }
}

fn read(row: &Row<'_>, at: usize) -> rusqlite::Result<AccountRow> {
    let domains: String = row.get(at + 2)?;
    Ok(AccountRow {
        id: AccountId(row.get(at)?),
        name: row.get(at + 1)?,
        domains: domains.lines().map(ToOwned::to_owned).collect(),
        relation: word(Relation::ALL, row.get(at + 3)?),
        owner: row.get(at + 4)?,
        confirmed: row.get(at + 5)?,
        people: small(row.get(at + 6)?),
        members: small(row.get(at + 7)?),
        activities: positive(row.get(at + 8)?),
        first_activity: moment(row.get(at + 9)?),
        last_activity: moment(row.get(at + 10)?),
        weeks: [0; WEEKS],
        phase: Phase::Quiet,
        phase_since: None,
        customer: false,
        group: Group::default(),
        momentum: None,
        handshakes: 0,
        zones: [false; 3],
    })
}
