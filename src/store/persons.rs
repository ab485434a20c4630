//! Writing persons: who they are, where they belong, what they did for whom on which day. Must not know where they
//! stand.

use rusqlite::{OptionalExtension, ToSql, params};

use super::{
    Deriving, Result,
    derived::{NEVER, Work, descending, number, signed},
    pack, standing,
};
use crate::domain::{
    derived::{KeptEvidence, Link, PersonFold, PersonParts},
    ids::{AccountId, PersonId},
    person::{Ground, LinkRule, Nature},
    stage::Stage,
    text,
    time::Day,
};

impl Deriving<'_> {
    /// Puts a person in the place of what was known of them. Where they stand is left as it was.
    pub fn person(
        &self,
        parts: &PersonParts,
        links: &[Link],
        fold: &PersonFold,
        fingerprint: u64,
    ) -> Result<()> {
        self.person_in(parts, links, fold, fingerprint).map_err(|e| self.fail(e))
    }

    fn person_in(
        &self,
        parts: &PersonParts,
        links: &[Link],
        fold: &PersonFold,
        fingerprint: u64,
    ) -> rusqlite::Result<()> {
        let id = parts.id.0;
        let work = &mut *self.work.borrow_mut();
        if !self.fresh {
            self.take_back(parts.id, work)?;
            for table in ["person_identity", "person_link"] {
                self.tx.prepare_cached(&format!("DELETE FROM {table} WHERE person = ?1"))?.execute([id])?;
            }
        }
        let accounts = std::mem::take(&mut work.accounts);
        let figures = Figures::of(fold, &accounts);
        self.tx
            .prepare_cached(
                "INSERT INTO person VALUES(?1, ?2, ?3, ?4, ?8, ?9, ?10, ?11, ?5, ?12, ?13, ?14, ?15, ?6,
                     0, 0, NULL, NULL, 0, NULL, NULL, NULL, 0, ?7, ?16)
                 ON CONFLICT(id) DO UPDATE SET name = ?2, nature = ?3, identities = ?4, by_name = ?5,
                     fingerprint = ?6, account = ?8, ground = ?9, from_day = ?10, to_day = ?11, by_last = ?12,
                     by_first = ?13, by_activities = ?14, days = ?15",
            )?
            .execute(&*figures.between(
                params![
                    id,
                    parts.name,
                    number(Nature::ALL, &parts.nature),
                    signed(parts.identities.len() as u64),
                    text::fold(&parts.name),
                    fingerprint.cast_signed(),
                    standing::by_stage(Stage::Unplaced, false)
                ],
                params![NEVER],
            ))?;
        self.identities(parts, links)?;
        work.humans += i64::from(parts.nature == Nature::Human);
        let put = self.spans(parts.id, fold, &accounts, work);
        work.accounts = accounts;
        put
    }

    fn identities(&self, parts: &PersonParts, links: &[Link]) -> rusqlite::Result<()> {
        let id = parts.id.0;
        let mut put = self.tx.prepare_cached("INSERT OR REPLACE INTO person_identity VALUES(?1, ?2, ?3)")?;
        for (place, identity) in parts.identities.iter().enumerate() {
            let best = links.iter().filter(|link| link.a == *identity || link.b == *identity);
            let rule = best.map(|link| link.rule).min().filter(|_| place > 0);
            put.execute((identity, id, rule.map(|rule| number(LinkRule::ALL, &rule))))?;
        }
        let mut put = self.tx.prepare_cached("INSERT OR IGNORE INTO person_link VALUES(?1, ?2, ?3, ?4)")?;
        for link in links {
            put.execute((id, link.a, link.b, number(LinkRule::ALL, &link.rule)))?;
        }
        Ok(())
    }

    /// Puts what a person did in the place of what was known of it; who they are stays. The fold names accounts by
    /// their place in `accounts`, which are those of the kept evidence.
    pub fn refold(&self, id: PersonId, fold: &PersonFold, accounts: &[AccountId]) -> Result<()> {
        let refold = || {
            let work = &mut *self.work.borrow_mut();
            if let Some(nature) = self.take_back(id, work)? {
                work.humans += i64::from(nature == number(Nature::ALL, &Nature::Human));
                let figures = Figures::of(fold, accounts);
                self.tx
                    .prepare_cached(
                        "UPDATE person SET account = ?2, ground = ?3, from_day = ?4, to_day = ?5, by_last = ?6,
                             by_first = ?7, by_activities = ?8, days = ?9 WHERE id = ?1",
                    )?
                    .execute(&*figures.between(params![id.0], &[]))?;
                self.spans(id, fold, accounts, work)?;
            }
            Ok(())
        };
        refold().map_err(|e| self.fail(e))
    }

    /// Keeps what the next fold of a person needs: the evidence, and the sequence and the thread of their first own
    /// activity.
    pub fn evidence(
        &self,
        id: PersonId,
        evidence: &KeptEvidence,
        first: Option<(i64, Option<u32>)>,
    ) -> Result<()> {
        let (seq, thread) = (first.map(|(seq, _)| seq), first.and_then(|(_, thread)| thread));
        let keep = || {
            self.tx
                .prepare_cached(
                    "INSERT INTO journey(person, spells, horizon, evidence, first_seq, first_thread)
                     VALUES(?1, x'', 0, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET evidence = ?2, first_seq = ?3, first_thread = ?4
                     WHERE (evidence, first_seq, first_thread) IS NOT (?2, ?3, ?4)",
                )?
                .execute((id.0, pack::evidence(evidence), seq, thread))
        };
        keep().map(|_| ()).map_err(|e| self.fail(e))
    }

    /// Removes a person that ceased to be.
    pub fn drop_person(&self, id: PersonId) -> Result<()> {
        let forget = || {
            let known = self.take_back(id, &mut self.work.borrow_mut())?;
            if known.is_some() {
                self.loses_interest(id)?;
                for table in OF_PERSON {
                    self.tx.prepare_cached(&format!("DELETE FROM {table} = ?1"))?.execute([id.0])?;
                }
            }
            Ok(())
        };
        forget().map_err(|e| self.fail(e))
    }

    /// Takes back what was counted of a person: their spans and days. Gives the number of their nature.
    fn take_back(&self, id: PersonId, work: &mut Work) -> rusqlite::Result<Option<i64>> {
        let mut find = self.tx.prepare_cached("SELECT nature, days FROM person WHERE id = ?1")?;
        let known = find
            .query_row([id.0], |row| {
                Ok((row.get::<_, i64>(0)?, pack::unpack_days(row.get_ref(1)?.as_blob()?)?))
            })
            .optional()?;
        let Some((nature, days)) = known else { return Ok(None) };
        work.humans -= i64::from(number(Nature::ALL, &Nature::Human) == nature);
        work.changes.add(&days, -1);
        let mut spans = self.tx.prepare_cached("SELECT account FROM member_span WHERE person = ?1")?;
        let mut rows = spans.query([id.0])?;
        while let Some(row) = rows.next()? {
            work.touched.insert(AccountId(row.get(0)?));
        }
        self.tx.prepare_cached("DELETE FROM member_span WHERE person = ?1")?.execute([id.0])?;
        Ok(Some(nature))
    }

    fn spans(
        &self,
        id: PersonId,
        fold: &PersonFold,
        accounts: &[AccountId],
        work: &mut Work,
    ) -> rusqlite::Result<()> {
        let mut put =
            self.tx.prepare_cached("INSERT INTO member_span VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
        for (position, span) in fold.spans.iter().enumerate() {
            let Some(at) = named(accounts, span.account) else { continue };
            put.execute(params![
                id.0,
                signed(position as u64),
                at.0,
                number(Ground::ALL, &span.ground),
                span.from.map(|day| day.0),
                span.to.map(|day| day.0),
                signed(span.activities),
                span.first_activity.map(|time| time.0),
                span.last_activity.map(|time| time.0)
            ])?;
            work.touched.insert(at);
        }
        work.changes.add(&days(fold, accounts), 1);
        if work.changes.is_much() {
            work.changes.write(&self.tx)?;
        }
        Ok(())
    }
}

/// What a fold leaves in the person's own row.
struct Figures {
    account: Option<[u8; 10]>,
    ground: Option<i64>,
    from: Option<i32>,
    to: Option<i32>,
    by_last: i64,
    by_first: i64,
    by_activities: i64,
    days: Vec<u8>,
}

impl Figures {
    /// The values of a row in which these stand among others, in the order of the fields.
    fn between<'a>(&'a self, before: &[&'a dyn ToSql], after: &[&'a dyn ToSql]) -> Vec<&'a dyn ToSql> {
        let Self { account, ground, from, to, by_last, by_first, by_activities, days } = self;
        let own: [&dyn ToSql; 8] = [account, ground, from, to, by_last, by_first, by_activities, days];
        before.iter().copied().chain(own).chain(after.iter().copied()).collect()
    }

    fn of(fold: &PersonFold, accounts: &[AccountId]) -> Self {
        let current = fold.current.and_then(|at| fold.spans.get(usize::try_from(at).ok()?));
        Self {
            account: current.and_then(|span| named(accounts, span.account)).map(|id| id.0),
            ground: current.map(|span| number(Ground::ALL, &span.ground)),
            from: current.and_then(|span| span.from).map(|day| day.0),
            to: current.and_then(|span| span.to).map(|day| day.0),
            by_last: descending(fold.last_activity),
            by_first: descending(fold.first_activity),
            by_activities: -signed(fold.activities),
            days: pack::days(&days(fold, accounts)),
        }
    }
}

fn named(accounts: &[AccountId], place: u32) -> Option<AccountId> {
    accounts.get(usize::try_from(place).ok()?).copied()
}

fn days(fold: &PersonFold, accounts: &[AccountId]) -> pack::Days {
    let named = |(at, day, n): &(u32, Day, u32)| Some((named(accounts, *at)?, *day, *n));
    let mut days: pack::Days = fold.days.iter().filter_map(named).collect();
    days.sort_unstable();
    days
}

/// Where rows of a person are kept.
const OF_PERSON: [&str; 8] = [
    "interest WHERE person",
    "person_identity WHERE person",
    "person_link WHERE person",
    "journey WHERE person",
    "move WHERE person",
    "crossing WHERE person",
    "deal_fact WHERE person",
    "person WHERE id",
];
