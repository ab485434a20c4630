//! Timelines: the usable activities of a person or an account, newest first. Must not know what they are
//! evidence of.
//!
//! An account's timeline holds the own acts of its people that counted for it, and what was said about them while
//! they belonged to it.
//!
//! Rejected: a derived table of (account, activity). It would double the store, and every merge of people would
//! move rows. A merge over the members' own index entries, the latest member first, stops as soon as nobody
//! further can add to the page.

use std::{cmp::Reverse, collections::BinaryHeap};

use rusqlite::{OptionalExtension, Row, types::ValueRef};

use super::{
    super::{Result, hex},
    View,
    counted::about,
    then::end_of,
};
use crate::domain::{
    activity::{ActivityRow, Kind, Of, TimelineRow},
    ids::{AccountId, IdentityId, PersonId},
    query::{At, Cursor, Slice, SortValue, When, Window},
    time::{Day, Time},
};

/// Somebody whose activities from `from` (inclusive) to `to` (exclusive) belong to the timeline.
#[derive(Clone)]
pub(super) struct Stretch {
    person: PersonId,
    from: i64,
    to: i64,
    /// The first and the last of them.
    first: i64,
    last: i64,
    /// The account for which an own act must have counted: they belong to others as well.
    account: Option<AccountId>,
}

/// The stretches of an account that were last asked for, with the version of the store and the last second.
pub(super) type Held = (u64, AccountId, i64, Vec<Stretch>);

/// A place in a timeline: time and sequence.
type Place = (i64, i64);

impl View {
    /// A page of a timeline, newest first.
    pub fn activities(&self, of: Of, when: When, window: &Window) -> Result<Slice<TimelineRow>> {
        self.at_once(|| self.activities_in(of, when, window)).map_err(|error| error.at(&self.path))
    }

    fn activities_in(&self, of: Of, when: When, window: &Window) -> Result<Slice<TimelineRow>> {
        let end = when.as_of.map_or(i64::MAX, |day| end_of(day).0);
        let stretches = self.stretches(of, end)?;
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX).max(1);
        let (older, bound) = match &window.at {
            At::First => (true, None),
            At::Last => (false, None),
            At::After(cursor) => (true, place(cursor)),
            At::From(cursor) => (true, place(cursor).map(|(at, seq)| (at, seq.saturating_add(1)))),
            At::Before(cursor) => (false, place(cursor)),
        };
        let mut places = self.merge(&stretches, bound, older, limit.saturating_add(1))?;
        let more = places.len() > limit;
        places.truncate(limit);
        if !older {
            places.reverse();
        }
        let edge = if older { places.first().copied() } else { places.last().copied() };
        let open = matches!(window.at, At::First | At::Last);
        let beyond = match edge.or(bound).filter(|_| !open) {
            Some(edge) => !self.merge(&stretches, Some(edge), !older, 1)?.is_empty(),
            None => false,
        };
        let mut rows = Vec::with_capacity(places.len());
        for (at, seq) in places {
            let cursor = Cursor { value: SortValue::Number(-at), tie: SortValue::Number(-seq) };
            rows.push((cursor, self.timeline_row(seq)?));
        }
        let (at_start, at_end) = if older { (!beyond, !more) } else { (!more, !beyond) };
        Ok(Slice { rows, at_start, at_end, total: self.length(of, end)? })
    }

    /// Who belongs to the timeline up to its last second.
    fn stretches(&self, of: Of, end: i64) -> Result<Vec<Stretch>> {
        let to = end.saturating_add(1);
        let account = match of {
            Of::Person(person) => {
                let (person, from) = (self.whole(person)?, i64::MIN);
                return Ok(vec![Stretch { person, from, to, first: from, last: end, account: None }]);
            }
            Of::Account(account) => self.canonical(account)?,
        };
        let version = self.figure("version")?;
        let held = self.timeline.take().filter(|(of, ..)| *of == version);
        let held = held.filter(|(_, of, until, _)| (*of, *until) == (account, end));
        let stretches = match held {
            Some((.., stretches)) => stretches,
            None => self.stretches_of(account, to)?,
        };
        self.timeline.replace(Some((version, account, end, stretches.clone())));
        Ok(stretches)
    }

    fn stretches_of(&self, account: AccountId, end: i64) -> rusqlite::Result<Vec<Stretch>> {
        let mut find = self.db.prepare_cached(
            "SELECT m.person, m.from_day, m.to_day,
                    EXISTS(SELECT 1 FROM member_span o WHERE o.person = m.person AND o.account <> m.account)
             FROM member_span m WHERE m.account = ?1",
        )?;
        let mut bounds = self.db.prepare_cached(
            "SELECT (SELECT min(x.at) FROM activity x WHERE x.flag = 0 AND x.identity = i.identity
                         AND x.at >= ?2 AND x.at < ?3),
                    (SELECT max(x.at) FROM activity x WHERE x.flag = 0 AND x.identity = i.identity
                         AND x.at >= ?2 AND x.at < ?3)
             FROM person_identity i WHERE i.person = ?1",
        )?;
        let day = |day: Option<i32>, open: i64| day.map_or(open, |day| Day(day).start().0);
        let mut spans = find.query([account.0])?;
        let mut stretches = Vec::new();
        while let Some(span) = spans.next()? {
            let person = PersonId(span.get(0)?);
            let (from, to) = (day(span.get(1)?, i64::MIN), day(span.get(2)?, i64::MAX).min(end));
            let account = span.get::<_, bool>(3)?.then_some(account);
            let (mut first, mut last): (Option<i64>, Option<i64>) = (None, None);
            let mut found = bounds.query((person.0, from, to))?;
            while let Some(of_identity) = found.next()? {
                let (low, high): (Option<i64>, Option<i64>) = (of_identity.get(0)?, of_identity.get(1)?);
                first = first.into_iter().chain(low).min();
                last = last.max(high);
            }
            if let (Some(first), Some(last)) = (first, last) {
                stretches.push(Stretch { person, from, to, first, last, account });
            }
        }
        Ok(stretches)
    }

    /// The `want` places next to `bound` (exclusive), nearest first: older ones, or newer ones.
    fn merge(
        &self,
        stretches: &[Stretch],
        bound: Option<Place>,
        older: bool,
        want: usize,
    ) -> rusqlite::Result<Vec<Place>> {
        // Turned so that the wanted places are always the greatest below the bound.
        let sign = if older { 1 } else { -1_i64 };
        let turn = |at: i64| at.saturating_mul(sign);
        let mut nearest_first: Vec<(i64, &Stretch)> =
            stretches.iter().map(|s| (turn(if older { s.last } else { s.first }), s)).collect();
        nearest_first.sort_by_key(|(best, _)| Reverse(*best));
        let sql = if older {
            "SELECT at, seq, kind FROM activity WHERE flag = 0 AND identity = ?1 AND at BETWEEN ?2 AND ?3
             AND (at < ?4 OR seq < ?5) ORDER BY at DESC, seq DESC"
        } else {
            "SELECT at, seq, kind FROM activity WHERE flag = 0 AND identity = ?1 AND at BETWEEN ?2 AND ?3
             AND (at > ?4 OR seq > ?5) ORDER BY at, seq"
        };
        let mut find = self.db.prepare_cached(sql)?;
        let mut who = self.db.prepare_cached("SELECT identity FROM person_identity WHERE person = ?1")?;
        let (edge, edge_seq) =
            bound.unwrap_or(if older { (i64::MAX, i64::MAX) } else { (i64::MIN, i64::MIN) });
        let mut best: BinaryHeap<Reverse<Place>> = BinaryHeap::new();
        for (nearest, stretch) in nearest_first {
            let least = best.peek().filter(|_| best.len() >= want).map(|Reverse((at, _))| *at);
            if least.is_some_and(|least| nearest < least) {
                break;
            }
            let (mut from, mut to) = (stretch.from, stretch.to.saturating_sub(1));
            if older {
                to = to.min(edge);
                from = from.max(least.unwrap_or(i64::MIN));
            } else {
                from = from.max(edge);
                to = to.min(least.map_or(i64::MAX, turn));
            }
            if from > to {
                continue;
            }
            let counted = stretch.account.map(|_| self.counted(stretch.person)).transpose()?;
            let mut identities = who.query([stretch.person.0])?;
            while let Some(identity) = identities.next()? {
                let identity: u32 = identity.get(0)?;
                let mut rows = find.query((identity, from, to, edge, edge_seq))?;
                let mut taken = 0;
                while let Some(row) = rows.next()? {
                    if let Some(counted) = &counted
                        && !Kind::from_number(row.get(2)?).is_some_and(Kind::is_about)
                        && self.counted_for(counted, identity, Time(row.get(0)?))? != stretch.account
                    {
                        continue;
                    }
                    let place = (turn(row.get(0)?), turn(row.get(1)?));
                    if best.len() >= want && best.peek().is_some_and(|Reverse(least)| place <= *least) {
                        break;
                    }
                    best.push(Reverse(place));
                    if best.len() > want {
                        best.pop();
                    }
                    taken += 1;
                    if taken >= want {
                        break;
                    }
                }
            }
        }
        let places = best.into_sorted_vec().into_iter().map(|Reverse((at, seq))| (turn(at), turn(seq)));
        Ok(places.collect())
    }

    /// How long a person's timeline is; an account's is not counted.
    fn length(&self, of: Of, end: i64) -> rusqlite::Result<Option<u64>> {
        let Of::Person(person) = of else { return Ok(None) };
        let mut count = self.db.prepare_cached(
            "SELECT count(*) FROM person_identity pi JOIN activity a ON a.identity = pi.identity
             WHERE pi.person = ?1 AND a.flag = 0 AND a.at <= ?2",
        )?;
        let length: i64 = count.query_row((self.whole(person)?.0, end), |row| row.get(0))?;
        Ok(Some(super::positive(length)))
    }

    /// When somebody last acted for an account by the end of a day: on the last day on which anybody did.
    pub(super) fn last_of(&self, account: AccountId, day: Day) -> rusqlite::Result<Option<Time>> {
        let mut find = self.db.prepare_cached(
            "SELECT day FROM account_day WHERE account = ?1 AND day <= ?2 ORDER BY day DESC LIMIT 1",
        )?;
        let Some(last) = find.query_row((account.0, day.0), |row| row.get(0)).optional()?.map(Day) else {
            return Ok(None);
        };
        let mut find = self.db.prepare_cached(&format!(
            "SELECT (SELECT x.at FROM activity x
                 WHERE x.flag = 0 AND x.identity = i.identity AND x.at BETWEEN ?2 AND ?3 AND x.kind NOT IN ({})
                 ORDER BY x.at DESC LIMIT 1), m.person,
                 EXISTS(SELECT 1 FROM member_span o WHERE o.person = m.person AND o.account <> m.account)
             FROM member_span m CROSS JOIN person_identity i ON i.person = m.person
             WHERE m.account = ?1 AND m.last >= ?2 AND m.first <= ?3
               AND coalesce(m.from_day <= ?4, 1) AND coalesce(m.to_day > ?4, 1)",
            about()
        ))?;
        let mut found = find.query((account.0, last.start().0, end_of(last).0, last.0))?;
        let mut latest = None;
        while let Some(row) = found.next()? {
            let mut at = row.get::<_, Option<i64>>(0)?.map(Time);
            // Who belongs to others as well may have acted for one of them.
            if at > latest && row.get::<_, bool>(2)? {
                at = self.last_counted(&self.counted(PersonId(row.get(1)?))?, account, last)?;
            }
            latest = latest.max(at);
        }
        Ok(latest)
    }

    /// An activity as it is shown; `None`: it is superseded or gone.
    pub(super) fn activity_row(&self, seq: i64) -> rusqlite::Result<Option<ActivityRow>> {
        let mut find = self.db.prepare_cached(&format!("{ROW} WHERE a.seq = ?1"))?;
        Ok(find.query_row([seq], read).optional()?.map(|row| row.activity))
    }

    pub(super) fn timeline_row(&self, seq: i64) -> rusqlite::Result<TimelineRow> {
        let mut find = self.db.prepare_cached(&format!("{ROW} WHERE a.seq = ?1"))?;
        find.query_row([seq], read)
    }
}

/// What [`read`] reads. What happens in a thread without a title of its own bears that of the thread.
pub(in crate::store) const ROW: &str = "
    SELECT a.seq, a.kind, a.at, s.name, a.key, a.known_at, j.name, j.web, t.name, c.id, l.text,
           coalesce(a.title, (SELECT o.title FROM activity o WHERE o.thread = a.thread AND o.flag = 0 AND o.title IS NOT NULL
                              ORDER BY o.at, o.seq LIMIT 1)), a.url,
           i.id, p.id, coalesce(p.name, i.name, i.handle, i.native), a.identity
    FROM activity a JOIN source s ON s.number = a.source JOIN identity i ON i.seq = a.identity
    LEFT JOIN subject j ON j.number = a.subject LEFT JOIN identity c ON c.seq = a.counterpart
    LEFT JOIN thread t ON t.number = a.thread LEFT JOIN labelset l ON l.number = a.labels
    LEFT JOIN person_identity pi ON pi.identity = a.identity LEFT JOIN person p ON p.id = pi.person";

/// Where it has the ledger number of who acted.
pub(super) const IDENTITY: usize = 16;

pub(in crate::store) fn read(row: &Row<'_>) -> rusqlite::Result<TimelineRow> {
    let number: u8 = row.get(1)?;
    let kind = Kind::from_number(number)
        .ok_or_else(|| rusqlite::Error::IntegralValueOutOfRange(1, i64::from(number)))?;
    let source: String = row.get(3)?;
    let key = match row.get_ref(4)? {
        // The first two bytes are the source's number.
        ValueRef::Blob(key) => key.get(2..).unwrap_or_default().to_vec(),
        _ => Vec::new(),
    };
    let url = match row.get::<_, Option<String>>(12)? {
        Some(url) => Some(url),
        None => row.get::<_, Option<String>>(7)?.and_then(|web| link(kind, &web, &key)),
    };
    let labels: Option<String> = row.get(10)?;
    let activity = ActivityRow {
        id: format!("{source}/{}", written(&key)),
        kind,
        at: Time(row.get(2)?),
        source,
        subject: row.get(6)?,
        title: row.get(11)?,
        url,
        actor: IdentityId(row.get(13)?),
        thread: row.get(8)?,
        counterpart: row.get::<_, Option<_>>(9)?.map(IdentityId),
        labels: labels.iter().flat_map(|labels| labels.lines()).map(ToOwned::to_owned).collect(),
        known_at: Time(row.get(5)?),
        seq: row.get(0)?,
    };
    let person = row.get::<_, Option<_>>(14)?.map(PersonId);
    Ok(TimelineRow { activity, person, person_name: row.get(15)? })
}

fn place(cursor: &Cursor) -> Option<Place> {
    match (&cursor.value, &cursor.tie) {
        (SortValue::Number(at), SortValue::Number(seq)) => Some((at.saturating_neg(), seq.saturating_neg())),
        _ => None,
    }
}

/// Printable keys as they are, others in hexadecimal.
fn written(key: &[u8]) -> String {
    match std::str::from_utf8(key) {
        Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => text.to_owned(),
        _ => hex(key),
    }
}

/// The page of an activity, where it follows from its subject's own.
fn link(kind: Kind, web: &str, key: &[u8]) -> Option<String> {
    commit_link(kind, web, key).or_else(|| message_link(kind, web, key))
}

/// The place of a message in its channel: Slack's keys end with its time, which the address writes without a dot.
fn message_link(kind: Kind, web: &str, key: &[u8]) -> Option<String> {
    let is_message = matches!(kind, Kind::MessagePosted | Kind::MessageReplied);
    let (channel, ts) = std::str::from_utf8(key).ok()?.strip_prefix("message/")?.split_once('/')?;
    let digits = ts.replace('.', "");
    let sound = is_message && digits.bytes().all(|byte| byte.is_ascii_digit()) && web.ends_with(channel);
    sound.then(|| format!("{web}/p{digits}"))
}

/// The page of a commit: git's keys are the commit's hash and six bytes more.
fn commit_link(kind: Kind, web: &str, key: &[u8]) -> Option<String> {
    let commit = kind.text().starts_with("commit.") && matches!(key.len(), 26 | 38);
    commit.then(|| format!("{}/commit/{}", web.trim_end_matches('/'), hex(&key[..key.len() - 6])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_linked_by_its_hash_and_nothing_else_is() {
        let mut key = vec![0xab; 20];
        key.extend([1, 0, 9, 9, 9, 9]);
        let link = commit_link(Kind::CommitAuthored, "https://example.com/a/b/", &key);
        assert_eq!(link.unwrap(), format!("https://example.com/a/b/commit/{}", "ab".repeat(20)));
        assert_eq!(commit_link(Kind::RoleGranted, "https://example.com", &key), None);
        assert_eq!(commit_link(Kind::CommitAuthored, "https://example.com", b"abc"), None);
        let web = "https://chat.example.com/archives/C1";
        let link = |kind, key: &str| super::link(kind, web, key.as_bytes());
        assert_eq!(link(Kind::MessagePosted, "message/C1/14.50").unwrap(), format!("{web}/p1450"));
        for (kind, key) in [
            (Kind::ReactionGiven, "message/C1/14.50"),
            (Kind::MessagePosted, "message/C2/14.50"),
            (Kind::MessagePosted, "message/C1/x"),
            (Kind::MessageReplied, "reaction/C1/14.50/U1"),
        ] {
            assert_eq!(link(kind, key), None, "{key}");
        }
    }

    #[test]
    fn a_key_is_written_as_it_is_when_it_can_be_read() {
        assert_eq!(written(b"row-17"), "row-17");
        assert_eq!(written(b"a b"), "612062");
        assert_eq!(written(&[0xff, 0]), "ff00");
    }
}
