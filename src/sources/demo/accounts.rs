//! Archetypes of accounts, as data: who is there, and what the CRM says of them. Must not know what people do.

use super::people::{self as p, Like};
use crate::domain::account::Relation;

/// An archetype.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sort {
    #[cfg_attr(not(test), expect(dead_code, reason = "named in tests; the table reads better with it"))]
    pub(super) name: &'static str,
    /// How many of a hundred.
    pub(super) share: u32,
    /// Who is there: at least, at most.
    pub(super) people: &'static [(&'static Like, i64, i64)],
    pub(super) relation: Option<Relation>,
    pub(super) deal: Deal,
    /// There is one bug in which colleagues meet: the first thread.
    pub(super) cause: bool,
}

/// What the CRM says of a deal, in days before the end of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deal {
    None,
    Open,
    Won,
    Lost,
    /// Won, and lost again.
    Churned,
}

const fn sort(name: &'static str, share: u32, people: &'static [(&'static Like, i64, i64)]) -> Sort {
    Sort { name, share, people, relation: None, deal: Deal::None, cause: false }
}

const fn deal(deal: Deal, sort: Sort) -> Sort {
    Sort { deal, ..sort }
}

const fn related(relation: Relation, sort: Sort) -> Sort {
    Sort { relation: Some(relation), ..sort }
}

/// The shares are those of a hundred accounts that show everything.
pub(super) static SORTS: [Sort; 38] = [
    sort("one-person", 14, &[(&p::DRIVE_BY, 1, 1)]),
    sort("quiet", 13, &[(&p::LONG_AGO, 2, 4), (&p::WATCHER, 0, 2)]),
    sort("passing", 14, &[(&p::DRIVE_BY, 1, 3), (&p::SKEPTIC, 0, 1), (&p::WATCHER, 0, 2)]),
    sort(
        "upstream",
        4,
        &[(&p::DRIVE_BY, 1, 4), (&p::SKEPTIC, 1, 3), (&p::BUILDER, 1, 1), (&p::FRIEND, 0, 1)],
    ),
    sort(
        "answering",
        3,
        &[(&p::DRIVE_BY, 1, 3), (&p::SKEPTIC, 1, 2), (&p::ANSWERER, 1, 1), (&p::WISHER, 1, 1)],
    ),
    sort("friendly", 1, &[(&p::FRIEND, 2, 3), (&p::WATCHER, 1, 2), (&p::SKEPTIC, 0, 1)]),
    sort(
        "in-program",
        5,
        &[(&p::DRIVE_BY, 1, 2), (&p::WORKSHOP_GOER, 1, 3), (&p::SKEPTIC, 1, 1), (&p::FRIEND, 0, 1)],
    ),
    sort(
        "trying",
        3,
        &[(&p::TRIER, 1, 2), (&p::SKEPTIC, 1, 1), (&p::LONG_AGO, 1, 2), (&p::WORKSHOP_GOER, 0, 1)],
    ),
    sort(
        "blocked",
        2,
        &[(&p::BLOCKED, 1, 1), (&p::SKEPTIC, 1, 2), (&p::BUILDER, 1, 1), (&p::LONG_AGO, 1, 2)],
    ),
    sort("turned-down", 1, &[(&p::TURNED_AWAY, 1, 1), (&p::SKEPTIC, 1, 1), (&p::WRITER, 1, 1)]),
    Sort {
        cause: true,
        ..sort("one-cause", 1, &[(&p::LEAVER, 2, 3), (&p::BUILDER, 1, 2), (&p::SKEPTIC, 1, 3)])
    },
    sort("broken", 3, &[(&p::BROKEN, 1, 2), (&p::BUILDER, 1, 2), (&p::SKEPTIC, 1, 2), (&p::LONG_AGO, 0, 2)]),
    sort("leaving", 1, &[(&p::LEAVER_BY_RELEASE, 2, 2), (&p::SKEPTIC, 1, 3), (&p::WRITER, 0, 1)]),
    sort("mended", 1, &[(&p::MENDED, 1, 1), (&p::SKEPTIC, 1, 1), (&p::BUILDER, 0, 1)]),
    sort("went-on", 1, &[(&p::WENT_ON, 1, 1), (&p::SKEPTIC, 1, 2)]),
    sort(
        "consensus",
        2,
        &[
            (&p::BUILDER, 1, 2),
            (&p::WRITER, 0, 1),
            (&p::GUIDE, 1, 1),
            (&p::ANSWERER, 1, 1),
            (&p::SKEPTIC, 0, 1),
            (&p::LONG_AGO, 1, 3),
        ],
    ),
    sort(
        "bringing",
        1,
        &[(&p::BRINGER, 1, 1), (&p::BUILDER, 1, 1), (&p::REVIEWER, 1, 1), (&p::LONG_AGO, 1, 2)],
    ),
    deal(
        Deal::Open,
        sort("buying", 1, &[(&p::BUYER, 1, 1), (&p::CHAMPION, 1, 1), (&p::BUILDER, 2, 2), (&p::TRIER, 1, 1)]),
    ),
    deal(
        Deal::Open,
        sort(
            "stuck-deal",
            1,
            &[
                (&p::BUYER, 1, 1),
                (&p::BLOCKED, 1, 1),
                (&p::SKEPTIC, 1, 1),
                (&p::TRIER, 1, 1),
                (&p::WRITER, 1, 1),
            ],
        ),
    ),
    deal(
        Deal::Won,
        sort(
            "customer",
            2,
            &[(&p::BUYER, 1, 1), (&p::USER, 2, 4), (&p::BUILDER, 0, 1), (&p::LONG_AGO, 0, 2)],
        ),
    ),
    deal(
        Deal::Won,
        sort("loyal", 1, &[(&p::BUYER, 1, 1), (&p::CHAMPION, 1, 1), (&p::USER, 1, 2), (&p::REVIEWER, 1, 1)]),
    ),
    deal(
        Deal::Churned,
        sort("churned", 1, &[(&p::FORMER_USER, 2, 3), (&p::LONG_AGO, 0, 2), (&p::SKEPTIC, 0, 1)]),
    ),
    deal(Deal::Lost, sort("lost", 1, &[(&p::WENT_QUIET, 1, 1), (&p::SKEPTIC, 1, 1), (&p::LONG_AGO, 1, 2)])),
    sort(
        "wide",
        1,
        &[
            (&p::SKEPTIC, 19, 24),
            (&p::BUILDER, 5, 5),
            (&p::ANSWERER, 2, 3),
            (&p::GUIDE, 1, 1),
            (&p::BLOCKED, 1, 1),
            (&p::DRIVE_BY, 3, 6),
            (&p::FRIEND, 1, 2),
            (&p::STEWARD, 1, 1),
        ],
    ),
    sort("rising", 2, &[(&p::REGULAR, 6, 8), (&p::LONG_AGO, 2, 3)]),
    sort("falling", 2, &[(&p::FADING, 6, 7), (&p::SKEPTIC, 0, 1)]),
    sort("new", 2, &[(&p::NEWCOMER, 2, 4)]),
    sort("backward", 1, &[(&p::BACKWARD, 1, 1), (&p::SKEPTIC, 0, 1), (&p::LONG_AGO, 1, 1)]),
    sort("skipping", 1, &[(&p::SKIPPER, 1, 2), (&p::SKEPTIC, 0, 1)]),
    sort("gated", 1, &[(&p::GATED, 1, 1), (&p::SKEPTIC, 1, 2), (&p::WRITER, 0, 1)]),
    sort("maintaining", 1, &[(&p::STEWARD, 1, 1), (&p::LAPSED, 1, 1), (&p::DRIVE_BY, 1, 2)]),
    sort("stepped-down", 1, &[(&p::STEPPED_DOWN, 1, 1), (&p::SKEPTIC, 1, 1)]),
    related(Relation::Prospect, sort("silent", 4, &[(&p::SILENT, 1, 3)])),
    related(Relation::Prospect, sort("badge-scans", 3, &[(&p::BADGE, 1, 3)])),
    related(
        Relation::Competitor,
        sort("competitor", 1, &[(&p::BUILDER, 1, 2), (&p::SKEPTIC, 1, 3), (&p::TRIER, 1, 1)]),
    ),
    related(
        Relation::Vendor,
        sort("vendor", 1, &[(&p::BUILDER, 1, 3), (&p::REVIEWER, 1, 1), (&p::GUIDE, 0, 1)]),
    ),
    related(Relation::Education, sort("education", 1, &[(&p::DRIVE_BY, 2, 5), (&p::SKEPTIC, 1, 2)])),
    related(
        Relation::Foundation,
        sort("foundation", 1, &[(&p::STEWARD, 1, 1), (&p::REVIEWER, 1, 1), (&p::FRIEND, 1, 1)]),
    ),
];

/// Beyond so many accounts most are small: one block of a hundred in ten shows everything.
const RICH: u32 = 1_000;
/// The first so many sorts are the small ones.
const SMALL: usize = 3;

/// What an account is like. Every block of a hundred holds each sort by its share, scattered over the block.
pub(super) fn sort_of(account: u32) -> &'static Sort {
    let (block, place) = (account / 100, account % 100);
    let mut rest = (place * 37 + block * 11) % 100;
    if account >= RICH && block % 10 != 0 {
        return &SORTS[(rest as usize) % SMALL];
    }
    for sort in &SORTS {
        match rest.checked_sub(sort.share) {
            Some(left) => rest = left,
            None => return sort,
        }
    }
    &SORTS[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_accounts_hold_every_sort_by_its_share() {
        assert_eq!(SORTS.iter().map(|sort| sort.share).sum::<u32>(), 100);
        for sort in &SORTS {
            let count = (100..200).filter(|account| std::ptr::eq(sort_of(*account), sort)).count();
            assert_eq!(count, sort.share as usize, "{}", sort.name);
            assert!(sort.people.iter().map(|(_, _, most)| *most).sum::<i64>() < 46, "{}", sort.name);
        }
    }

    #[test]
    fn every_archetype_of_people_works_somewhere() {
        for like in p::ALL {
            assert!(
                SORTS.iter().any(|sort| sort.people.iter().any(|(one, ..)| *one == like)),
                "{}",
                like.name
            );
        }
    }
}
