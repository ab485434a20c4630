//! One account with all that its screen shows beside its people. Must not know how any of it was concluded.

use rusqlite::OptionalExtension;

use super::{super::Result, View, word};
use crate::domain::{
    account::{AccountDetail, AccountRow, HandshakeRow, Zone},
    decision::{About, Decision, Verb},
    ids::{AccountId, PersonId},
    journey::Handshake,
    query::When,
    time::Day,
};

/// How many interests are named.
const INTERESTS: usize = 12;

impl View {
    /// `None`: no such account (any more, or not yet). The id may be that of any of the account's domains.
    pub fn account(&self, id: AccountId, when: When) -> Result<Option<AccountDetail>> {
        self.at_once(|| self.account_in(id, when)).map_err(|error| error.at(&self.path))
    }

    fn account_in(&self, id: AccountId, when: When) -> Result<Option<AccountDetail>> {
        let Some(row) = self.account_row(self.canonical(id)?, when)? else { return Ok(None) };
        let mut decisions = Vec::new();
        for decision in self.in_force_by(when)?.into_iter().rev() {
            let (Verb::Relation { account: about, .. } | Verb::Note { about: About::Account(about), .. }) =
                decision.verb
            else {
                continue;
            };
            if about == row.id || self.canonical(about)? == row.id {
                decisions.push(decision);
            }
        }
        Ok(Some(AccountDetail { decisions, ..self.detail(row, when)? }))
    }

    /// All but its decisions.
    pub(super) fn detail(&self, row: AccountRow, when: When) -> Result<AccountDetail> {
        let causes = if row.group.blocker == 0 { Vec::new() } else { self.causes(row.id, when)? };
        Ok(AccountDetail {
            decisions: Vec::new(),
            handshakes: self.handshakes(row.id, when)?,
            causes,
            interests: self.interests(row.id, when)?,
            customer: self.customer(row.id, when.day())?,
            row,
        })
    }

    /// The decisions that held at the end of the day that is looked at: what was undone by then is as if it had never
    /// been.
    pub(super) fn in_force_by(&self, when: When) -> Result<Vec<Decision>> {
        let Some(day) = when.as_of else { return self.in_force() };
        let end = super::then::end_of(day);
        let mut all = self.decisions()?;
        all.retain(|decision| decision.at <= end);
        let made: std::collections::BTreeSet<_> = all.iter().map(|decision| decision.id).collect();
        all.retain(|decision| decision.undone_by.is_none_or(|by| !made.contains(&by)));
        // Who undid it had not done so yet.
        for decision in &mut all {
            decision.undone_by = None;
        }
        Ok(all)
    }

    fn handshakes(&self, account: AccountId, when: When) -> rusqlite::Result<Vec<HandshakeRow>> {
        let mut find = self.db.prepare_cached(
            "SELECT h.day, h.from_zone, h.to_zone, h.member, h.because, coalesce(p.name, '')
             FROM handshake h LEFT JOIN person p ON p.id = h.member
             WHERE h.account = ?1 AND h.day <= ?2 ORDER BY h.day, h.position",
        )?;
        let rows = find.query_map((account.0, when.day().0), |row| {
            let handshake = Handshake {
                day: Day(row.get(0)?),
                from: row.get::<_, Option<i64>>(1)?.map(|zone| word(Zone::ALL, zone)),
                to: word(Zone::ALL, row.get(2)?),
                member: PersonId(row.get(3)?),
                because: row.get(4)?,
            };
            Ok(HandshakeRow { handshake, member_name: row.get(5)? })
        })?;
        rows.collect()
    }

    /// What the account was active in by the day, most members first; of the present then most activities, which are
    /// not counted by day.
    fn interests(&self, account: AccountId, when: When) -> rusqlite::Result<Vec<String>> {
        let most = i64::try_from(INTERESTS).unwrap_or(i64::MAX);
        let Some(day) = when.as_of else {
            let mut find = self.db.prepare_cached(
                "SELECT name FROM account_interest WHERE account = ?1
                 ORDER BY members DESC, activities DESC, name LIMIT ?2",
            )?;
            return find.query_map((account.0, most), |row| row.get(0))?.collect();
        };
        let mut find = self.db.prepare_cached(
            "SELECT n.name FROM account_interest n WHERE n.account = ?1 AND n.first_day <= ?2
             ORDER BY (SELECT count(*) FROM interest i
                       WHERE i.account = n.account AND i.name = n.name AND i.first_day <= ?2) DESC, n.name LIMIT ?3",
        )?;
        find.query_map((account.0, day.0, most), |row| row.get(0))?.collect()
    }

    /// Periods as a customer, as far as they had come by the day.
    fn customer(&self, account: AccountId, day: Day) -> rusqlite::Result<Vec<(Day, Option<Day>)>> {
        let mut find = self.db.prepare_cached(
            "SELECT from_day, customer FROM account_span WHERE account = ?1 AND from_day <= ?2 ORDER BY from_day",
        )?;
        let mut spells = find.query((account.0, day.0))?;
        let mut periods: Vec<(Day, Option<Day>)> = Vec::new();
        while let Some(spell) = spells.next()? {
            let (from, customer) = (Day(spell.get(0)?), spell.get(1)?);
            match (customer, periods.last_mut()) {
                (true, Some((_, None))) | (false, Some((_, Some(_))) | None) => {}
                (true, _) => periods.push((from, None)),
                (false, Some((_, end))) => *end = Some(from),
            }
        }
        Ok(periods)
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
}
