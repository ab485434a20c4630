//! One person's activities become memberships, by the rules of the room above. Must not know persons.

use crate::domain::{
    derived::{PersonFold, Span},
    person::Ground,
    time::{Day, Time},
};

use super::{
    Act, Evidence,
    spans::{EVER, NEVER, NOWHERE, Period, Run, end_of, runs},
};

/// An own act, with the places of its accounts in the evidence.
struct Row {
    at: Time,
    day: i32,
    raw: Option<u32>,
    proper: Option<u32>,
}

/// Folds activities, given in order of time and ledger, into memberships. Facts *about* the person are
/// skipped. Linear in the activities.
pub fn fold(evidence: &Evidence, acts: impl Iterator<Item = Act>) -> PersonFold {
    let mut rows = rows(evidence, acts);
    let mut folded = PersonFold {
        activities: rows.len() as u64,
        first_activity: rows.first().map(|row| row.at),
        last_activity: rows.last().map(|row| row.at),
        ..PersonFold::default()
    };
    if evidence.accounts.is_empty() {
        return folded;
    }
    let gone = gone(evidence, &rows);
    silence(&mut rows, &gone);
    let by_mail = by_mail(&rows, &evidence.moved, evidence.elsewhere_days);
    let marks = marks(&rows, &by_mail, evidence.elsewhere_days);
    let runs = runs(&marks);
    let stated = stated(evidence, &marks, &gone, !rows.is_empty());
    let mut periods = stated.clone();
    for run in runs.iter().filter(|run| run.rank != NOWHERE) {
        let whole = Period {
            from: run.first,
            rank: run.rank,
            ground: Ground::Email,
            to: end_of(run, &runs, &stated),
        };
        periods.extend(whole.without(stated.iter().chain(gone_from(&gone, run.rank))));
    }
    let inferred = inferred(&rows, &by_mail, &periods, &runs);
    let inferred = inferred
        .into_iter()
        .flat_map(|block| block.without(stated.iter().chain(gone_from(&gone, block.rank))));
    periods.extend(inferred.collect::<Vec<_>>());
    count(&mut folded, evidence, &rows, &by_mail, &periods);
    folded
}

fn rows(evidence: &Evidence, acts: impl Iterator<Item = Act>) -> Vec<Row> {
    let rank = |account: Option<u32>| account.and_then(|account| rank(evidence, account));
    let mail: Vec<(u32, Option<u32>, Option<u32>)> =
        evidence.mail.iter().map(|(seq, raw, proper)| (*seq, rank(*raw), rank(*proper))).collect();
    acts.filter(|act| !act.kind.is_about())
        .map(|act| {
            let found = mail.binary_search_by_key(&act.identity, |(seq, ..)| *seq);
            let (raw, proper) = found.map_or((None, None), |at| (mail[at].1, mail[at].2));
            Row { at: act.at, day: act.at.day().0, raw, proper }
        })
        .collect()
}

/// Periods in which an account no longer counts, since the person has moved on from it.
fn gone(evidence: &Evidence, rows: &[Row]) -> Vec<Period> {
    let mut gone = Vec::new();
    for left in &evidence.left {
        let on = left.on.0;
        let written = rows
            .iter()
            .filter(|row| row.day < on)
            .filter_map(|row| row.raw.or(row.proper))
            .collect::<Vec<_>>();
        let said = evidence.stated.iter().filter(|one| one.from.is_none_or(|from| from.0 < on));
        let mut before: Vec<u32> =
            said.filter_map(|one| rank(evidence, one.account?)).chain(written).collect();
        before.sort_unstable();
        before.dedup();
        gone.extend(before.into_iter().map(|rank| Period {
            from: left.from.0,
            rank,
            ground: Ground::Decision,
            to: left.to.map_or(NEVER, |day| day.0),
        }));
    }
    gone
}

fn gone_from(gone: &[Period], rank: u32) -> impl Iterator<Item = &Period> {
    gone.iter().filter(move |period| period.rank == rank)
}

/// What comes from an account that the person has left says nothing of them.
fn silence(rows: &mut [Row], gone: &[Period]) {
    for row in rows {
        let day = row.day;
        let counts = |rank: &u32| !gone_from(gone, *rank).any(|period| period.holds(day));
        (row.raw, row.proper) = (row.raw.filter(counts), row.proper.filter(counts));
    }
}

/// The place of an account in the evidence.
fn rank(evidence: &Evidence, account: u32) -> Option<u32> {
    let place = evidence.accounts.iter().position(|one| *one == account)?;
    u32::try_from(place).ok()
}

/// Where each act belongs by e-mail alone: its own, else the nearest that speaks for it and on the same side of every
/// move, else `.mailmap`'s.
fn by_mail(rows: &[Row], moved: &[Day], speaks: u32) -> Vec<Option<(u32, Ground)>> {
    let side = |day: i32| moved.partition_point(|on| on.0 <= day);
    let raw: Vec<(i32, u32)> = rows.iter().filter_map(|row| row.raw.map(|rank| (row.day, rank))).collect();
    let mut next = 0;
    rows.iter()
        .map(|row| {
            while next < raw.len() && raw[next].0 <= row.day {
                next += 1;
            }
            if let Some(rank) = row.raw {
                return Some((rank, Ground::Email));
            }
            let away = |(day, rank): &(i32, u32)| (day.abs_diff(row.day), *rank);
            let near = |mark: &&(i32, u32)| side(mark.0) == side(row.day);
            let before = next.checked_sub(1).map(|at| &raw[at]).filter(near).map(away);
            let after = raw.get(next).filter(near).map(away);
            let nearest = match (before, after) {
                (Some(before), Some(after)) if after.0 < before.0 => Some(after),
                (Some(before), _) => Some(before),
                (None, after) => after,
            };
            nearest
                .filter(|(days, _)| *days <= speaks)
                .map(|(_, rank)| (rank, Ground::Inferred))
                .or_else(|| row.proper.map(|rank| (rank, Ground::Email)))
        })
        .collect()
}

/// What speaks for or against an account, by day: the work e-mails, and what was done elsewhere, which is after the
/// time for which the last of them speaks.
fn marks(rows: &[Row], by_mail: &[Option<(u32, Ground)>], speaks: u32) -> Vec<(i32, u32)> {
    let mut last = None;
    let mut marks = Vec::new();
    for (row, found) in rows.iter().zip(by_mail) {
        match *found {
            Some((rank, Ground::Email)) => {
                last = Some(row.day);
                marks.push((row.day, rank));
            }
            Some(_) => {}
            None => {
                let elsewhere = last.filter(|last: &i32| last.abs_diff(row.day) > speaks);
                marks.extend(elsewhere.map(|_| (row.day, NOWHERE)));
            }
        }
    }
    marks
}

/// The periods that somebody stated, the better cutting the weaker; best ground first, of one ground the
/// one that began later first. Who stands in a project's roster and never did anything is no member by it.
fn stated(evidence: &Evidence, marks: &[(i32, u32)], gone: &[Period], has_acted: bool) -> Vec<Period> {
    let mut whole: Vec<Period> = Vec::new();
    for one in evidence.stated.iter().filter(|one| has_acted || one.ground != Ground::Roster) {
        let Some(rank) = one.account.map_or(Some(NOWHERE), |account| rank(evidence, account)) else {
            continue;
        };
        let from = match (one.from, one.to) {
            (Some(from), _) => from.0,
            (None, None) if one.ground > Ground::Decision => now_begins(marks, rank),
            (None, _) => EVER,
        };
        let period = Period { from, rank, ground: one.ground, to: one.to.map_or(NEVER, |day| day.0) };
        let left = gone_from(gone, rank).filter(|_| one.ground > Ground::Decision);
        whole.extend(period.without(left));
    }
    whole.sort_by_key(|one| (one.ground, std::cmp::Reverse(one.from), one.rank));
    let mut placed: Vec<Period> = Vec::new();
    for one in whole {
        let cuts = |other: &&Period| other.ground < one.ground || other.rank == one.rank;
        let pieces = one.without(placed.iter().filter(cuts));
        placed.extend(pieces);
    }
    placed
}

/// The day after the last work e-mail of any other account.
fn now_begins(marks: &[(i32, u32)], rank: u32) -> i32 {
    let other = marks.iter().rev().find(|(_, of)| *of != rank && *of != NOWHERE);
    other.map_or(EVER, |(day, _)| day.saturating_add(1))
}

/// Blocks of inferred days outside the memberships by e-mail. A block before such a membership of the
/// same account reaches up to it.
fn inferred(
    rows: &[Row],
    by_mail: &[Option<(u32, Ground)>],
    periods: &[Period],
    runs: &[Run],
) -> Vec<Period> {
    let mut days: Vec<(u32, i32)> = Vec::new();
    for (row, found) in rows.iter().zip(by_mail) {
        let Some((rank, Ground::Inferred)) = *found else { continue };
        let known = |one: &Period| one.holds(row.day) && (one.ground < Ground::Email || one.rank == rank);
        if days.last() != Some(&(rank, row.day)) && !periods.iter().any(known) {
            days.push((rank, row.day));
        }
    }
    days.sort_unstable();
    let mut blocks: Vec<Period> = Vec::new();
    for (rank, day) in days {
        let next = runs.iter().find(|run| run.rank == rank && run.first > day).map(|run| run.first);
        let to = next.unwrap_or_else(|| day.saturating_add(1));
        match blocks.last_mut() {
            Some(last) if last.rank == rank && !parted(runs, rank, last.from, day) => last.to = to,
            _ => blocks.push(Period { from: day, rank, ground: Ground::Inferred, to }),
        }
    }
    blocks
}

/// Whether e-mails of the account itself lie between two days.
fn parted(runs: &[Run], rank: u32, from: i32, day: i32) -> bool {
    runs.iter().any(|run| run.rank == rank && from < run.first && run.first <= day)
}

fn count(
    folded: &mut PersonFold,
    evidence: &Evidence,
    rows: &[Row],
    by_mail: &[Option<(u32, Ground)>],
    periods: &[Period],
) {
    let mut order: Vec<usize> = (0..periods.len()).filter(|at| periods[*at].rank != NOWHERE).collect();
    order.sort_by_key(|at| (periods[*at], *at));
    // Nowhere has no place among the accounts, and its span is never shown.
    let account = |period: &Period| evidence.accounts.get(period.rank as usize).copied().unwrap_or(NOWHERE);
    let mut spans: Vec<Span> = periods
        .iter()
        .map(|period| Span {
            account: account(period),
            ground: period.ground,
            from: period.first_day(),
            to: period.end_day(),
            activities: 0,
            first_activity: None,
            last_activity: None,
        })
        .collect();
    for (row, found) in rows.iter().zip(by_mail) {
        let place = place(periods, row.day, *found).filter(|at| periods[*at].rank != NOWHERE);
        let Some(at) = place else { continue };
        let span = &mut spans[at];
        span.activities += 1;
        span.first_activity = span.first_activity.or(Some(row.at));
        span.last_activity = Some(row.at);
        match folded.days.last_mut() {
            Some((account, day, count)) if (*account, day.0) == (span.account, row.day) => *count += 1,
            _ => folded.days.push((span.account, Day(row.day), 1)),
        }
    }
    join(&mut folded.days);
    folded.spans = order.into_iter().map(|at| spans[at].clone()).filter(is_worth_keeping).collect();
    folded.current = current(&folded.spans);
}

/// Each account's days once, ascending.
fn join(days: &mut Vec<(u32, Day, u32)>) {
    days.sort_unstable();
    days.dedup_by(|later, first| {
        let same = (later.0, later.1) == (first.0, first.1);
        if same {
            first.2 += later.2;
        }
        same
    });
}

/// The period that an act on a day counts into: what was stated, best first; else the membership by
/// e-mail; else the inferred one.
fn place(periods: &[Period], day: i32, found: Option<(u32, Ground)>) -> Option<usize> {
    let stated = periods.iter().position(|one| one.ground < Ground::Email && one.holds(day));
    stated.or_else(|| {
        let (rank, _) = found?;
        periods.iter().position(|one| one.rank == rank && one.holds(day))
    })
}

/// What a cut leaves of a membership that was only inferred means nothing without an act.
fn is_worth_keeping(span: &Span) -> bool {
    span.ground != Ground::Inferred || span.activities > 0
}

/// The open span with the latest evidence, then the best ground; else the one that ended last.
fn current(spans: &[Span]) -> Option<u32> {
    let best = (0_u32..).zip(spans).max_by_key(|(index, span)| {
        let seen = span.last_activity.map(Time::day).max(span.from);
        (span.to.is_none(), span.to, seen, std::cmp::Reverse(span.ground), std::cmp::Reverse(*index))
    });
    best.map(|(index, _)| index)
}
