//! The activities of a page: what the store knows of each, and what is written of it. Must not know the rest
//! of a page nor what a listing infers.

use std::collections::BTreeMap;

use rusqlite::{params, types::ValueRef};

use super::{
    Result, StoreError,
    apply::Applying,
    listing,
    versions::{Retired, next_seq, retire},
};
use crate::domain::{activity::Activity, page::Page, time::Time};

/// 1990-01-01: the first moment that is believed.
const FIRST_MOMENT: i64 = 631_152_000;

/// What the store says to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    New,
    Changed(i64),
    Unchanged,
    /// A later row of the page has the same key.
    Repeated,
}

impl Applying<'_> {
    pub(super) fn activities(&mut self, page: &Page, people: &[u32], stream: &str) -> Result<()> {
        let verdicts = self.verdicts(page, people, stream)?;
        let mut seq = next_seq(self.db, "activity")?;
        let mut subjects: BTreeMap<*const u8, i64> = BTreeMap::new();
        let mut put = self.db.prepare_cached(
            "INSERT INTO activity VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?;
        let mut past = Retired::default();
        for (activity, verdict) in page.activities.iter().zip(verdicts) {
            match verdict {
                Verdict::Unchanged => self.applied.unchanged += 1,
                Verdict::New => self.applied.new += 1,
                Verdict::Changed(old) => {
                    retire(self.db, "activity", old, self.now, false, &mut past)?;
                    self.applied.changed += 1;
                }
                Verdict::Repeated => {}
            }
            if matches!(verdict, Verdict::Unchanged | Verdict::Repeated) {
                continue;
            }
            let actor = person(people, activity.actor, stream)?;
            let counterpart = activity.counterpart.map(|c| person(people, c, stream)).transpose()?;
            let subject = match &activity.subject {
                // Pages share their subjects, so that most rows need not even hash the text.
                Some(name) => Some(match subjects.entry(name.as_ptr()) {
                    std::collections::btree_map::Entry::Occupied(known) => *known.get(),
                    std::collections::btree_map::Entry::Vacant(place) => {
                        *place.insert(self.interned.subject(self.db, name)?)
                    }
                }),
                None => None,
            };
            let thread = activity.thread.as_deref();
            let within = (self.source, activity.subject.as_deref().is_some_and(is_shared));
            let thread =
                thread.map(|name| self.interned.thread(self.db, within, subject, name)).transpose()?;
            let labels = labels(activity);
            let labels = labels.map(|text| self.interned.labelset(self.db, &text)).transpose()?;
            let flag = i64::from(is_doubtful(activity.at, self.now));
            put.execute(params![
                seq,
                self.source,
                self.stream,
                self.prefixed(&activity.key),
                actor,
                activity.kind as u8,
                activity.at.0,
                self.now.0,
                subject,
                thread,
                counterpart,
                labels,
                activity.title,
                activity.url,
                flag
            ])?;
            seq += 1;
            self.usable += i64::from(flag == 0);
            self.applied.flagged += u64::from(flag != 0);
            let (kind, of) = (activity.kind as u8, [Some(actor), counterpart]);
            self.touched.by(kind, of, thread);
        }
        self.usable -= past.usable;
        self.touched.extend(past.touched);
        Ok(())
    }

    /// Looks the rows up in the order of their keys, so that a batch walks the index once.
    fn verdicts(&self, page: &Page, people: &[u32], stream: &str) -> Result<Vec<Verdict>> {
        let mut verdicts = vec![Verdict::New; page.activities.len()];
        let mut order: Vec<usize> = (0..page.activities.len()).collect();
        order.sort_by_key(|at| &page.activities[*at].key);
        for (place, at) in order.iter().enumerate() {
            let activity = &page.activities[*at];
            let repeated =
                order.get(place + 1).is_some_and(|next| page.activities[*next].key == activity.key);
            if repeated {
                verdicts[*at] = Verdict::Repeated;
                continue;
            }
            if self.collect {
                listing::remember(self.db, self.stream, &self.prefixed(&activity.key))?;
            }
            if !self.bare {
                verdicts[*at] = self.verdict(activity, people, stream)?;
            }
        }
        Ok(verdicts)
    }

    fn verdict(&self, activity: &Activity, people: &[u32], stream: &str) -> Result<Verdict> {
        let mut find = self.db.prepare_cached(
            "SELECT a.seq, a.identity, a.kind, a.at, a.counterpart, t.name, a.title, a.url, l.text, s.name, a.stream
             FROM activity a LEFT JOIN subject s ON s.number = a.subject LEFT JOIN thread t ON t.number = a.thread
             LEFT JOIN labelset l ON l.number = a.labels WHERE a.key = ?1",
        )?;
        let mut rows = find.query([self.prefixed(&activity.key)])?;
        let Some(row) = rows.next()? else { return Ok(Verdict::New) };
        let text = |column| match row.get_ref(column) {
            Ok(ValueRef::Text(bytes)) => Some(bytes),
            _ => None,
        };
        let counterpart = activity.counterpart.map(|c| person(people, c, stream)).transpose()?;
        let same = row.get::<_, u32>(1)? == person(people, activity.actor, stream)?
            && row.get::<_, u8>(2)? == activity.kind as u8
            && row.get::<_, i64>(3)? == activity.at.0
            && row.get::<_, Option<u32>>(4)? == counterpart
            && text(5) == activity.thread.as_deref().map(str::as_bytes)
            && text(6) == activity.title.as_deref().map(str::as_bytes)
            && text(7) == activity.url.as_deref().map(str::as_bytes)
            && text(8) == labels(activity).as_deref().map(str::as_bytes)
            && text(9) == activity.subject.as_deref().map(str::as_bytes)
            && row.get::<_, i64>(10)? == self.stream;
        Ok(if same { Verdict::Unchanged } else { Verdict::Changed(row.get(0)?) })
    }
}

fn person(people: &[u32], index: u32, stream: &str) -> Result<u32> {
    let found = usize::try_from(index).ok().and_then(|at| people.get(at));
    found.copied().ok_or_else(|| StoreError::BadPage { stream: stream.to_owned(), index, len: people.len() })
}

/// Whether the threads of a subject are the same in every source: `#12` of a repository is one thing, whether a clone
/// or a forge speaks of it.
fn is_shared(subject: &str) -> bool {
    subject.starts_with("repo:")
}

/// One label a line; labels are harmless lines and hold no line end themselves.
fn labels(activity: &Activity) -> Option<String> {
    (!activity.labels.is_empty()).then(|| activity.labels.join("\n"))
}

fn is_doubtful(at: Time, now: Time) -> bool {
    at.0 < FIRST_MOMENT || at > now.plus_days(1)
}
