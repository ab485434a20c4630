//! A naive account: every day anew from the words of the design, against the sweep.
//!
//! Seen to fail when: (1) a member who leaves keeps their cause (`Tally::replace` without `unblock`); (2) a deal's steps
//! count only while its contact belongs (`deals::changes` with `past.belongs` for `since`); (3) a membership's last day
//! still counts (`<=` for `<` in `Past::belongs`, or `Leaves` a day later).

use buyin::{
    domain::{
        account::{Relation, Zone},
        journey::{AccountSpell, Crossing, DealFact, DealStep, Group, Handshake, PersonJourney, Spell},
        points::Points,
        rules::Thresholds,
        stage::{GroupState, Phase, Stage},
        time::Day,
    },
    journey::group::account,
};
use proptest::{prelude::*, sample::select};

use super::past::{Past, members, person, thresholds};

/// Days that are looked at; some things lie before the first.
const DAYS: i32 = 48;

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

pub(super) struct Naive<'a> {
    pub(super) rules: &'a Thresholds,
    pub(super) relation: Relation,
    pub(super) pasts: &'a [Past],
}

impl Naive<'_> {
    fn belongs(past: &Past, day: i32) -> bool {
        past.stays.iter().any(|(from, to)| from.unwrap_or(0) <= day && to.is_none_or(|to| day < to))
    }

    fn joined(past: &Past, day: i32) -> bool {
        (0..=day).any(|earlier| Self::belongs(past, earlier))
    }

    fn active(&self, day: i32) -> Vec<(&Past, Spell)> {
        let spell = |past: &Past| past.journey.spells.iter().rev().find(|spell| spell.from.0 <= day).copied();
        let here = self.pasts.iter().filter(|past| Self::belongs(past, day));
        here.filter_map(|past| Some((past, spell(past)?))).filter(|(_, spell)| spell.active).collect()
    }

    /// All facts of the account's deals by the day, in order.
    fn facts(&self, deal: u32, day: i32) -> Vec<(i32, DealStep)> {
        let of = |past: &Past| past.journey.deals.clone().into_iter().filter(move |fact| fact.deal == deal);
        let ours = self
            .pasts
            .iter()
            .flat_map(|past| of(past).filter(|fact| Self::belongs(past, fact.day.0)).map(|fact| fact.day.0));
        let Some(since) = ours.min() else { return Vec::new() };
        let all = self.pasts.iter().flat_map(of).map(|fact| (fact.day.0, fact.what));
        let mut facts: Vec<_> = all.filter(|(at, _)| since <= *at && *at <= day).collect();
        facts.sort_unstable();
        facts
    }

    fn is_open(&self, deal: u32, day: i32) -> bool {
        self.facts(deal, day).last().is_some_and(|(_, what)| *what == DealStep::Open)
    }

    fn is_won(&self, deal: u32, day: i32) -> bool {
        let mut closings = self.facts(deal, day).into_iter().filter(|(_, what)| *what != DealStep::Open);
        closings.next_back().is_some_and(|(_, what)| what == DealStep::Won)
    }

    fn state(&self, day: i32) -> GroupState {
        let active = self.active(day);
        let placed: Vec<_> = active.iter().filter(|(_, spell)| spell.stage.is_placed()).collect();
        let blockers: Vec<_> = placed.iter().filter(|(_, spell)| spell.stage == Stage::Blocker).collect();
        let for_it = placed.iter().filter(|(_, spell)| spell.stage.is_for()).count();
        let share = |part: usize, of: Points| {
            i64::from(number(part)) * 1_000 >= of.0 * i64::from(number(placed.len()))
        };
        let holds = |cause: Option<u32>| {
            cause.is_some()
                && number(blockers.iter().filter(|(_, spell)| spell.cause == cause).count())
                    >= self.rules.same_cause
        };
        let sells = |past: &Past| {
            past.journey.deals.iter().any(|fact| fact.day.0 <= day && self.is_open(fact.deal, day))
        };
        if placed.len() < self.rules.placed as usize {
            GroupState::None
        } else if active.len() > self.rules.wide as usize {
            GroupState::Wide
        } else if !blockers.is_empty() && share(blockers.len(), self.rules.contested_share)
            || blockers.iter().any(|(past, spell)| holds(spell.cause) || sells(past))
        {
            GroupState::Contested
        } else if for_it >= self.rules.quorum as usize && share(for_it, self.rules.support) {
            GroupState::Consensus
        } else {
            GroupState::Forming
        }
    }

    fn phase(&self, day: i32) -> Phase {
        let zones = self.active(day).into_iter().filter_map(|(_, spell)| spell.zone).max();
        let mut phase = match zones {
            None => Phase::Quiet,
            Some(Zone::Upstream) => Phase::Upstream,
            Some(Zone::Program) => Phase::Program,
            Some(Zone::Downstream) => Phase::Downstream,
        };
        if (0..4).any(|deal| self.is_open(deal, day)) {
            phase = Phase::Buying;
        }
        if self.relation.is_market() || phase == Phase::Quiet { phase } else { Phase::Upstream }
    }

    pub(super) fn on(&self, day: i32) -> AccountSpell {
        let active = self.active(day);
        let count = |stage: Stage| number(active.iter().filter(|(_, spell)| spell.stage == stage).count());
        AccountSpell {
            from: Day(day),
            phase: self.phase(day),
            group: Group {
                state: self.state(day),
                active: number(active.len()),
                skeptic: count(Stage::Skeptic),
                blocker: count(Stage::Blocker),
                teacher: count(Stage::Teacher),
                guide: count(Stage::Guide),
                go_getter: count(Stage::GoGetter),
                other: count(Stage::Unplaced) + count(Stage::Friend) + count(Stage::Climber),
                basis: active
                    .iter()
                    .filter(|(_, spell)| spell.stage.is_for())
                    .filter_map(|(_, spell)| spell.basis)
                    .max(),
            },
            customer: self.relation == Relation::Customer || (0..4).any(|deal| self.is_won(deal, day)),
            people: number(self.pasts.iter().filter(|past| Self::joined(past, day)).count()),
            members: number(self.pasts.iter().filter(|past| Self::belongs(past, day)).count()),
        }
    }

    fn handshakes(&self) -> Vec<Handshake> {
        let mut all = Vec::new();
        for from in [None, Some(Zone::Upstream), Some(Zone::Program), Some(Zone::Downstream)] {
            for to in Zone::ALL.iter().copied() {
                let here = self.pasts.iter().flat_map(|past| {
                    let fits = move |one: &&Crossing| {
                        one.from == from && one.to == to && Self::belongs(past, one.day.0)
                    };
                    past.journey.crossings.iter().filter(fits).map(|one| (one.day, past.person, one.because))
                });
                let first = here.min();
                all.extend(first.map(|(day, member, because)| Handshake { day, from, to, member, because }));
            }
        }
        all.sort_by_key(|shake| (shake.day, shake.member, shake.because, shake.from, shake.to));
        all
    }
}

fn zone() -> impl Strategy<Value = Option<Zone>> {
    select(vec![None, Some(Zone::Upstream), Some(Zone::Program), Some(Zone::Downstream)])
}

fn stays() -> impl Strategy<Value = Vec<(Option<i32>, Option<i32>)>> {
    let end = || prop::option::weighted(0.8, -4..DAYS);
    prop::collection::vec((end(), end()), 0..4)
}

fn spells() -> impl Strategy<Value = Vec<Spell>> {
    // Blockers and teachers more often than others, so that groups come to something.
    let stages = [Stage::ALL, &[Stage::Blocker, Stage::Blocker, Stage::Teacher, Stage::Teacher]].concat();
    let cause = prop::option::of(0..3_u32);
    let one = (-4..DAYS, select(stages), prop::bool::weighted(0.8), zone(), zone(), cause);
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let mut spells: Vec<Spell> = all
            .into_iter()
            .map(|(from, stage, active, basis, zone, cause)| Spell {
                from: Day(from),
                stage,
                automatic: stage,
                active,
                basis,
                zone,
                cause,
                left_alone: false,
            })
            .collect();
        spells.sort_by_key(|spell| spell.from);
        spells.dedup_by_key(|spell| spell.from);
        spells
    })
}

fn deals() -> impl Strategy<Value = Vec<DealFact>> {
    let step = select(vec![DealStep::Open, DealStep::Open, DealStep::Won, DealStep::Lost]);
    prop::collection::vec((0..DAYS, 0..4_u32, step), 0..4).prop_map(|all| {
        all.into_iter().map(|(day, deal, what)| DealFact { day: Day(day), deal, what }).collect()
    })
}

fn crossings() -> impl Strategy<Value = Vec<Crossing>> {
    let one = (0..DAYS, zone(), select(Zone::ALL.to_vec()), 0..9_i64);
    prop::collection::vec(one, 0..3).prop_map(|all| {
        all.into_iter()
            .map(|(day, from, to, because)| Crossing { day: Day(day), from, to, because })
            .collect()
    })
}

fn pasts() -> impl Strategy<Value = Vec<Past>> {
    let deals = prop_oneof![3 => Just(Vec::new()), 1 => deals()];
    let one = (stays(), spells(), deals, crossings()).prop_map(|(stays, spells, deals, crossings)| {
        let journey = PersonJourney { spells, deals, crossings, ..PersonJourney::default() };
        Past { stays, journey, ..Past::default() }
    });
    prop::collection::vec(one, 0..8).prop_map(|mut pasts| {
        (0..).zip(&mut pasts).for_each(|(number, past)| past.person = person(number));
        pasts
    })
}

fn rules() -> impl Strategy<Value = Thresholds> {
    let shares = select(vec![100, 334, 500, 600]);
    (2..9_u32, 1..4_u32, 1..4_u32, 1..4_u32, shares.clone(), shares).prop_map(
        |(wide, same_cause, quorum, placed, contested, support)| Thresholds {
            wide,
            same_cause,
            quorum,
            placed,
            contested_share: Points(contested),
            support: Points(support),
            ..thresholds()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_sweep_says_of_every_day_what_counting_anew_says(
        rules in rules(),
        relation in select(Relation::ALL.to_vec()),
        pasts in pasts(),
    ) {
        let journey = account(&rules, relation, &members(&pasts));
        let pasts: Vec<Past> = pasts.into_iter().filter(|past| Naive::joined(past, DAYS)).collect();
        let naive = Naive { rules: &rules, relation, pasts: &pasts };
        let nobody = AccountSpell {
            from: Day(0), phase: Phase::Quiet, group: Group::default(), customer: false, people: 0, members: 0,
        };
        for day in 0..=DAYS {
            let swept = journey.spells.iter().rfind(|spell| spell.from.0 <= day).copied().unwrap_or(nobody);
            prop_assert_eq!(AccountSpell { from: Day(day), ..swept }, naive.on(day), "day {}", day);
        }
        let mut before = nobody;
        for spell in &journey.spells {
            let same = AccountSpell { from: spell.from, ..before };
            prop_assert!(*spell != same && (before.from < spell.from || before == nobody));
            before = *spell;
        }
        prop_assert_eq!(&journey.handshakes, &naive.handshakes());
        let mut turned = members(&pasts);
        turned.reverse();
        prop_assert_eq!(account(&rules, relation, &turned), journey);
    }
}
