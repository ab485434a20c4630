//! A buy-in group: where the people of an account stood, day by day, and what follows for the account. Must not know
//! how anybody came to stand where, nor how any of it is kept.
//!
//! One sweep over the days on which anything changes, with counters: the cost is that of sorting the changes, whatever
//! the time between them.

mod deals;
mod support;
mod tally;

use std::collections::BTreeSet;

use self::{deals::Deals, tally::Tally};
use crate::domain::{
    account::Relation,
    ids::PersonId,
    journey::{AccountJourney, AccountSpell, BEGINNING, DealStep, Group, Handshake, PersonJourney, Spell},
    rules::Thresholds,
    stage::{GroupState, Phase},
    time::Day,
};

pub use support::{Backer, support_why};

/// One membership of a person. Somebody who left and came back is there twice, with the same journey.
#[derive(Debug, Clone, Copy)]
pub struct MemberPast<'a> {
    pub person: PersonId,
    pub from: Option<Day>,
    /// The first day that no longer counts.
    pub to: Option<Day>,
    pub journey: &'a PersonJourney,
}

/// Where an account stood and stands. The order of `members` makes no difference.
pub fn account(thresholds: &Thresholds, relation: Relation, members: &[MemberPast<'_>]) -> AccountJourney {
    let people = people(members);
    let mut changes = changes(&people);
    changes.sort_by_key(|(day, _)| *day);
    AccountJourney {
        spells: spells(thresholds, relation, people.len(), &changes),
        handshakes: handshakes(&people),
    }
}

/// A person with all periods at the account, in order and apart from each other: first day, first day no more.
struct Past<'a> {
    person: PersonId,
    journey: &'a PersonJourney,
    stays: Vec<(Day, Day)>,
}

impl Past<'_> {
    fn belongs(&self, day: Day) -> bool {
        self.stays.iter().any(|(from, to)| *from <= day && day < *to)
    }
}

/// What happens to the counters on a day.
enum Change<'a> {
    /// Belongs from now on and stands there (`None`: nothing is known of them yet).
    Stands {
        member: usize,
        spell: Option<&'a Spell>,
        is_new: bool,
    },
    Leaves {
        member: usize,
    },
    /// A person is a contact of a deal.
    Contact {
        member: usize,
        deal: u32,
    },
    /// The last word on one of the account's deals.
    Deal {
        deal: u32,
        what: DealStep,
    },
}

fn people<'a>(members: &[MemberPast<'a>]) -> Vec<Past<'a>> {
    let mut periods: Vec<(PersonId, Day, Day, &PersonJourney)> = members
        .iter()
        .map(|past| {
            let from = past.from.unwrap_or(BEGINNING).max(BEGINNING);
            (past.person, from, past.to.unwrap_or(Day(i32::MAX)), past.journey)
        })
        .filter(|(_, from, to, _)| from < to)
        .collect();
    periods.sort_by_key(|(person, from, to, _)| (*person, *from, *to));
    let mut people: Vec<Past<'a>> = Vec::new();
    for (person, from, to, journey) in periods {
        match people.last_mut() {
            Some(past) if past.person == person => match past.stays.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => past.stays.push((from, to)),
            },
            _ => people.push(Past { person, journey, stays: vec![(from, to)] }),
        }
    }
    people
}

/// Everything that changes a counter; by person, and of one person in order of days.
fn changes<'a>(people: &[Past<'a>]) -> Vec<(Day, Change<'a>)> {
    let mut changes = Vec::new();
    for (member, past) in people.iter().enumerate() {
        let spells = &past.journey.spells;
        for (nth, (from, to)) in past.stays.iter().enumerate() {
            let next = spells.partition_point(|spell| spell.from <= *from);
            let spell = next.checked_sub(1).and_then(|at| spells.get(at));
            changes.push((*from, Change::Stands { member, spell, is_new: nth == 0 }));
            for spell in spells[next..].iter().take_while(|spell| spell.from < *to) {
                changes.push((spell.from, Change::Stands { member, spell: Some(spell), is_new: false }));
            }
            if to.0 != i32::MAX {
                changes.push((*to, Change::Leaves { member }));
            }
        }
    }
    deals::changes(people, &mut changes);
    changes
}

fn spells(
    thresholds: &Thresholds,
    relation: Relation,
    people: usize,
    changes: &[(Day, Change<'_>)],
) -> Vec<AccountSpell> {
    let mut tally = Tally::new(people, thresholds.same_cause);
    let mut deals = Deals::new(people);
    let mut spells: Vec<AccountSpell> = Vec::new();
    let mut before = nobody(BEGINNING);
    let mut end = |day: Day, tally: &Tally, deals: &Deals| {
        let now = spell(thresholds, relation, day, tally, deals);
        if (AccountSpell { from: before.from, ..now }) != before {
            before = now;
            spells.push(now);
        }
    };
    if relation == Relation::Customer && changes.first().is_none_or(|(day, _)| *day > BEGINNING) {
        end(BEGINNING, &tally, &deals);
    }
    for today in changes.chunk_by(|(a, _), (b, _)| a == b) {
        for (_, change) in today {
            match change {
                Change::Stands { member, spell, is_new } => {
                    tally.stands(*member, *spell, *is_new);
                    deals.blocks(*member, tally.blocks(*member));
                }
                Change::Leaves { member } => {
                    tally.leaves(*member);
                    deals.blocks(*member, false);
                }
                Change::Contact { member, deal } => deals.contact(*member, *deal),
                Change::Deal { deal, what } => deals.step(*deal, *what),
            }
        }
        if let Some((day, _)) = today.first() {
            end(*day, &tally, &deals);
        }
    }
    spells
}

/// How an account stands before anything is known of it.
fn nobody(from: Day) -> AccountSpell {
    AccountSpell {
        from,
        phase: Phase::Quiet,
        group: Group::default(),
        customer: false,
        people: 0,
        members: 0,
    }
}

fn spell(
    thresholds: &Thresholds,
    relation: Relation,
    from: Day,
    tally: &Tally,
    deals: &Deals,
) -> AccountSpell {
    let mut group = tally.group();
    let contested = tally.shares_a_cause() || deals.is_blocked();
    group.state = state(thresholds, &group, contested);
    let phase = if deals.is_open() { Phase::Buying } else { tally.phase() };
    let furthest = if relation.is_market() { Phase::Buying } else { Phase::Upstream };
    AccountSpell {
        from,
        phase: phase.min(furthest),
        group,
        customer: relation == Relation::Customer || deals.is_won(),
        people: tally.people,
        members: tally.members,
    }
}

/// The first that applies. `contested`: by one cause that holds several, or by a blocker with an open deal.
fn state(thresholds: &Thresholds, group: &Group, contested: bool) -> GroupState {
    let reaches = |part: u32, share: i64| i64::from(part) * 1_000 >= share * i64::from(group.placed());
    if group.placed() < thresholds.placed {
        GroupState::None
    } else if group.active > thresholds.wide {
        GroupState::Wide
    } else if group.blocker > 0 && (contested || reaches(group.blocker, thresholds.contested_share.0)) {
        GroupState::Contested
    } else if group.backing() >= thresholds.quorum && reaches(group.backing(), thresholds.support.0) {
        GroupState::Consensus
    } else {
        GroupState::Forming
    }
}

/// The first crossing of each kind by somebody who belonged that day; of two on one day that of the lower id. The first
/// act of all comes from nowhere: it says when a zone was reached, and who counts hand-shakes leaves it out.
fn handshakes(people: &[Past<'_>]) -> Vec<Handshake> {
    let mut all: Vec<Handshake> = people
        .iter()
        .flat_map(|past| {
            let here = past.journey.crossings.iter().filter(|crossing| past.belongs(crossing.day));
            here.map(|crossing| Handshake {
                day: crossing.day,
                from: crossing.from,
                to: crossing.to,
                member: past.person,
                because: crossing.because,
            })
        })
        .collect();
    all.sort_by_key(|shake| (shake.day, shake.member, shake.because, shake.from, shake.to));
    let mut seen = BTreeSet::new();
    all.retain(|shake| seen.insert((shake.from, shake.to)));
    all
}
