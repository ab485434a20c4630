//! For which account an act counted: what the fold over somebody's past kept of it, act by act. Must not know any rule
//! of belonging.

use rusqlite::OptionalExtension;

use super::{super::pack, View, then::end_of};
use crate::domain::{
    activity::Kind,
    derived::KeptEvidence,
    ids::{AccountId, PersonId},
    person::{Ground, Membership},
    time::{Day, Time},
};

/// For which accounts somebody's own acts counted.
pub(super) struct Counted {
    person: PersonId,
    /// By account, then by day.
    days: pack::Days,
}

impl Counted {
    /// How many acts counted for an account by the end of a day, and on which day the last of them.
    pub(super) fn by(&self, account: AccountId, day: Day) -> (u64, Option<Day>) {
        let (from, to) = (self.place(account, Day(i32::MIN)), self.place(account, day.plus(1)));
        let until = &self.days[from..to];
        (until.iter().map(|(.., acts)| u64::from(*acts)).sum(), until.last().map(|(_, on, _)| *on))
    }

    /// The last day from `from` (inclusive) to `to` (exclusive) on which an act counted for an account.
    pub(super) fn last_between(&self, account: AccountId, from: Option<Day>, to: Option<Day>) -> Option<Day> {
        let begin = self.place(account, from.unwrap_or(Day(i32::MIN)));
        let end = self.place(account, to.unwrap_or(Day(i32::MAX)));
        self.days.get(begin..end)?.last().map(|(_, on, _)| *on)
    }

    fn place(&self, account: AccountId, day: Day) -> usize {
        self.days.partition_point(|(of, on, _)| (*of, *on) < (account, day))
    }

    /// The accounts for which acts of a day counted: one, but for who wrote from two in one day.
    fn on(&self, day: Day) -> impl Iterator<Item = AccountId> {
        self.days.iter().filter(move |(_, on, _)| *on == day).map(|(of, ..)| *of)
    }
}

impl View {
    pub(super) fn counted(&self, person: PersonId) -> rusqlite::Result<Counted> {
        let mut find = self.db.prepare_cached("SELECT days FROM person WHERE id = ?1")?;
        let days = find
            .query_row([person.0], |row| pack::unpack_days(row.get_ref(0)?.as_blob()?))
            .optional()?
            .unwrap_or_default();
        Ok(Counted { person, days })
    }

    /// What was known of where a person belonged when it was last concluded.
    fn kept(&self, person: PersonId) -> rusqlite::Result<KeptEvidence> {
        let mut find = self.db.prepare_cached("SELECT evidence FROM journey WHERE person = ?1")?;
        let kept = find.query_row([person.0], |row| pack::unpack_evidence(row.get_ref(0)?.as_blob()?));
        Ok(kept.optional()?.unwrap_or_default())
    }

    /// The account for which an own act of an identity counted. `None`: it counted for none.
    ///
    /// Of a day with acts for two accounts, an act counts for the account of its own address, else for that of the
    /// last work e-mail of the day, as the nearest one.
    pub(super) fn counted_for(
        &self,
        counted: &Counted,
        identity: u32,
        at: Time,
    ) -> rusqlite::Result<Option<AccountId>> {
        let day = at.day();
        let mut on = counted.on(day);
        let (first, second) = (on.next(), on.next());
        if second.is_none() {
            return Ok(first);
        }
        let here = |account: &AccountId| counted.on(day).any(|of| of == *account);
        let kept = self.kept(counted.person)?;
        let of = |identity: u32| {
            let place = kept.mail.binary_search_by_key(&identity, |(seq, ..)| *seq).ok()?;
            let (_, raw, proper) = kept.mail[place];
            let named = |at: Option<u32>| kept.accounts.get(usize::try_from(at?).ok()?).copied();
            Some((named(raw), named(proper)))
        };
        if let Some((Some(raw), _)) = of(identity)
            && here(&raw)
        {
            return Ok(Some(raw));
        }
        let mut latest = None;
        for (writer, raw, _) in &kept.mail {
            let mut find = self.db.prepare_cached(&format!(
                "SELECT at, seq FROM activity WHERE flag = 0 AND identity = ?1 AND at BETWEEN ?2 AND ?3
                 AND kind NOT IN ({}) ORDER BY at DESC, seq DESC LIMIT 1",
                about()
            ))?;
            if raw.is_some() {
                let found = find.query_row((writer, day.start().0, end_of(day).0), |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
                });
                latest = latest.max(found.optional()?.map(|place| (place, *writer)));
            }
        }
        let nearest = latest.and_then(|(_, writer)| of(writer)?.0).filter(here);
        let proper = of(identity).and_then(|(_, proper)| proper).filter(here);
        Ok(nearest.or(proper).or(first))
    }

    /// When somebody last acted for an account on a day on which something counted for it.
    pub(super) fn last_counted(
        &self,
        counted: &Counted,
        account: AccountId,
        day: Day,
    ) -> rusqlite::Result<Option<Time>> {
        let mut find = self.db.prepare_cached(&format!(
            "SELECT x.at, x.identity FROM person_identity i JOIN activity x ON x.identity = i.identity
             WHERE i.person = ?1 AND x.flag = 0 AND x.at BETWEEN ?2 AND ?3 AND x.kind NOT IN ({})
             ORDER BY x.at DESC",
            about()
        ))?;
        let mut acts = find.query((counted.person.0, day.start().0, end_of(day).0))?;
        while let Some(act) = acts.next()? {
            let at = Time(act.get(0)?);
            if self.counted_for(counted, act.get(1)?, at)? == Some(account) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

impl View {
    /// Whether it is by later mail alone that a membership which lasts is known to have held on a day: until then nobody
    /// had written from the account, or another account's mail had come after the last of it.
    pub(super) fn is_learned_later(
        &self,
        person: PersonId,
        membership: &Membership,
        day: Day,
    ) -> rusqlite::Result<bool> {
        if membership.ground < Ground::Email {
            return Ok(false);
        }
        let kept = self.kept(person)?;
        let mut find = self.db.prepare_cached(&format!(
            "SELECT max(at) FROM activity WHERE flag = 0 AND identity = ?1 AND at <= ?2 AND kind NOT IN ({})",
            about()
        ))?;
        let (mut here, mut elsewhere) = (None, None);
        for (identity, raw, proper) in &kept.mail {
            let account = raw.or(*proper).and_then(|at| kept.accounts.get(usize::try_from(at).ok()?));
            let Some(account) = account else { continue };
            let last: Option<i64> = find.query_row((identity, end_of(day).0), |row| row.get(0))?;
            let side = if *account == membership.account { &mut here } else { &mut elsewhere };
            *side = last.max(*side);
        }
        Ok(elsewhere > here || here.is_none() && !kept.mail.is_empty())
    }
}

/// The numbers of the kinds that only say something about their actor, as SQL has them.
pub(super) fn about() -> String {
    let about = Kind::ALL.iter().filter(|kind| kind.is_about());
    about.map(|kind| (*kind as u8).to_string()).collect::<Vec<_>>().join(",")
}
