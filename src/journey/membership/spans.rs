//! Periods and how they end, begin and cut each other. Must not know persons, ids or activities.

use crate::domain::{person::Ground, time::Day};

/// Before and after all days.
pub(super) const EVER: i32 = i32::MIN;
pub(super) const NEVER: i32 = i32::MAX;
/// The least gap that a return needs.
pub(super) const YEAR: i32 = 365;

/// The rank of belonging to no account.
pub(super) const NOWHERE: u32 = u32::MAX;

/// A membership: half-open days. `rank` is the account's place in the evidence, or [`NOWHERE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Period {
    pub(super) from: i32,
    pub(super) rank: u32,
    pub(super) ground: Ground,
    pub(super) to: i32,
}

impl Period {
    pub(super) const fn holds(&self, day: i32) -> bool {
        self.from <= day && day < self.to
    }

    pub(super) fn first_day(self) -> Option<Day> {
        (self.from != EVER).then_some(Day(self.from))
    }

    pub(super) fn end_day(self) -> Option<Day> {
        (self.to != NEVER).then_some(Day(self.to))
    }

    /// What is left of it outside `others`, in order.
    pub(super) fn without<'a>(self, others: impl Iterator<Item = &'a Self>) -> Vec<Self> {
        let mut left = vec![self];
        for other in others {
            left = left.into_iter().flat_map(|piece| piece.minus(other)).collect();
        }
        left.sort_unstable();
        left
    }

    fn minus(self, other: &Self) -> impl Iterator<Item = Self> {
        let before = Self { to: self.to.min(other.from), ..self };
        let after = Self { from: self.from.max(other.to), ..self };
        let apart = self.to <= other.from || other.to <= self.from;
        let pieces = if apart { [Some(self), None] } else { [Some(before), Some(after)] };
        pieces.into_iter().flatten().filter(|piece| piece.from < piece.to)
    }
}

/// Work e-mails of one account without a return in between: first and last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) rank: u32,
    pub(super) first: i32,
    pub(super) last: i32,
}

/// The runs of work e-mails, given as `(day, rank)` in order of days; by account, then by day.
pub(super) fn runs(marks: &[(i32, u32)]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open: Vec<(u32, usize)> = Vec::new();
    for (index, (day, rank)) in marks.iter().enumerate() {
        let at = runs.len();
        let held = open.iter_mut().find(|(of, _)| of == rank);
        if let Some((_, held)) = held {
            let last = runs[*held].last;
            let silence = i64::from(*day) - i64::from(last);
            if silence <= i64::from(YEAR) || !others_between(&marks[..index], last, *day, *rank) {
                runs[*held].last = *day;
                continue;
            }
            *held = at;
        } else {
            open.push((*rank, at));
        }
        runs.push(Run { rank: *rank, first: *day, last: *day });
    }
    runs.sort_by_key(|run| (run.rank, run.first));
    runs
}

/// Whether another account's e-mail lies strictly between two days. Looks back over the gap alone.
fn others_between(marks: &[(i32, u32)], after: i32, before: i32, rank: u32) -> bool {
    marks
        .iter()
        .rev()
        .skip_while(|(day, _)| *day >= before)
        .take_while(|(day, _)| *day > after)
        .any(|(_, other)| *other != rank)
}

/// When a run's membership ends: where another account's evidence began that goes on after it, at the
/// earliest the day after the run's last e-mail.
pub(super) fn end_of(run: &Run, runs: &[Run], stated: &[Period]) -> i32 {
    let by_mail = runs.iter().filter(|other| other.rank != run.rank).map(|other| (other.first, other.last));
    let by_word = stated
        .iter()
        .filter(|other| other.rank != run.rank)
        .map(|other| (other.from, other.to.saturating_sub(1)));
    by_mail
        .chain(by_word)
        .filter(|(_, last)| *last > run.last)
        .map(|(first, _)| first.max(run.last.saturating_add(1)))
        .min()
        .unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: i32, to: i32) -> Period {
        Period { from, rank: 0, ground: Ground::Email, to }
    }

    #[test]
    fn a_period_is_cut_by_what_covers_it() {
        let cut = |others: &[Period]| -> Vec<(i32, i32)> {
            period(0, 10).without(others.iter()).iter().map(|piece| (piece.from, piece.to)).collect()
        };
        assert_eq!(cut(&[]), [(0, 10)]);
        assert_eq!(cut(&[period(3, 5)]), [(0, 3), (5, 10)]);
        assert_eq!(cut(&[period(EVER, 2), period(8, NEVER)]), [(2, 8)]);
        assert_eq!(cut(&[period(EVER, NEVER)]), []);
        assert_eq!(cut(&[period(10, 12), period(-5, 0)]), [(0, 10)]);
    }

    #[test]
    fn a_run_ends_where_another_goes_on_after_it_and_silence_ends_nothing() {
        let all = runs(&[(0, 0), (100, 0), (150, 1), (200, 1), (5000, 1)]);
        assert_eq!(all.len(), 2);
        assert_eq!(end_of(&all[0], &all, &[]), 150);
        assert_eq!(end_of(&all[1], &all, &[]), NEVER);
    }

    #[test]
    fn interleaved_runs_overlap_until_the_earlier_falls_silent() {
        let all = runs(&[(0, 0), (5, 1), (10, 0), (20, 1)]);
        assert_eq!(end_of(&all[0], &all, &[]), 11);
        assert_eq!(end_of(&all[1], &all, &[]), NEVER);
    }

    #[test]
    fn who_comes_back_after_a_year_elsewhere_has_two_runs() {
        let all = runs(&[(0, 0), (100, 1), (400, 1), (500, 0)]);
        let own: Vec<_> = all.iter().filter(|run| run.rank == 0).map(|run| (run.first, run.last)).collect();
        assert_eq!(own, [(0, 0), (500, 500)]);
        assert_eq!(end_of(&all[0], &all, &[]), 100);
    }
}
