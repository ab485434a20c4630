//! What a group is said to be, case by case. People and firms are made up; what an account does not show cannot count.

use buyin::{
    domain::{
        account::{Relation, Zone},
        journey::{AccountJourney, BEGINNING, DealStep},
        rules::Thresholds,
        stage::{GroupState, Phase, Stage},
        time::Day,
    },
    journey::group::account,
};

use super::past::{Past, many, members, on, past, person, stands, state, thresholds};

#[test]
fn two_people_of_a_firm_of_fifty_thousand_are_two_people() {
    let pasts = [stands(1, Stage::Teacher), stands(2, Stage::Skeptic)];
    let group = on(&past(Relation::Prospect, &pasts), 150).group;
    assert_eq!((group.state, group.placed(), group.support()), (GroupState::Forming, 2, 500));
    // Two who are both for it are unanimous, and still no consensus of a firm.
    assert_eq!(state(&many(2, 1, Stage::Teacher)), GroupState::Forming);
    assert_eq!(state(&many(1, 1, Stage::GoGetter)), GroupState::None);
    assert_eq!(past(Relation::Prospect, &[]), AccountJourney::default());
}

#[test]
fn four_hundred_people_get_no_verdict() {
    let pasts = [many(300, 0, Stage::Teacher), many(100, 300, Stage::Unplaced)].concat();
    let group = on(&past(Relation::Prospect, &pasts), 150).group;
    assert_eq!((group.state, group.active, group.placed(), group.other), (GroupState::Wide, 400, 300, 100));
    assert_eq!(state(&many(25, 0, Stage::Teacher)), GroupState::Consensus);
    assert_eq!(state(&many(26, 0, Stage::Teacher)), GroupState::Wide);
    // Who is not placed makes a group wide, and nobody placed makes it none first.
    assert_eq!(state(&many(400, 0, Stage::Unplaced)), GroupState::None);
    assert_eq!(state(&[many(25, 0, Stage::Friend), many(2, 30, Stage::Teacher)].concat()), GroupState::Wide);
}

#[test]
fn one_cause_that_holds_two_contests_a_group_and_two_causes_of_one_each_do_not() {
    // 2 of 22 placed are under a tenth.
    let rest = many(20, 10, Stage::Teacher);
    let with = |a: Option<u32>, b: Option<u32>| {
        let held = |number, cause: Option<u32>| match cause {
            Some(cause) => stands(number, Stage::Blocker).by(cause),
            None => stands(number, Stage::Blocker),
        };
        state(&[rest.clone(), vec![held(1, a), held(2, b)]].concat())
    };
    assert_eq!(with(Some(7), Some(7)), GroupState::Contested);
    assert_eq!(with(Some(7), Some(8)), GroupState::Consensus);
    assert_eq!(with(None, None), GroupState::Consensus, "pinned blockers share no cause");
}

#[test]
fn one_person_is_blocked_once_by_a_cause_however_often_they_belonged() {
    let rest = many(20, 10, Stage::Teacher);
    let once =
        stands(1, Stage::Blocker).by(7).stays(&[(Some(90), Some(140)), (Some(95), None), (None, None)]);
    let all = [rest, vec![once]].concat();
    let spell = on(&past(Relation::Prospect, &all), 150);
    assert_eq!((spell.group.state, spell.people, spell.members), (GroupState::Consensus, 21, 21));
}

#[test]
fn blockers_contest_from_a_tenth_of_the_placed_on() {
    let with = |blockers, others| {
        let blocked = (0..blockers).map(|number| stands(number, Stage::Blocker).by(number));
        state(&[blocked.collect(), many(others, 100, Stage::Teacher)].concat())
    };
    assert_eq!(with(1, 9), GroupState::Contested);
    assert_eq!(with(1, 10), GroupState::Consensus);
    assert_eq!(with(2, 18), GroupState::Contested);
    assert_eq!(with(2, 19), GroupState::Consensus);
}

#[test]
fn no_share_at_all_contests_a_group_without_blockers() {
    let none = Thresholds { contested_share: buyin::domain::points::Points(0), ..thresholds() };
    let pasts = many(4, 0, Stage::Teacher);
    let journey = account(&none, Relation::Prospect, &members(&pasts));
    assert_eq!(on(&journey, 150).group.state, GroupState::Consensus);
}

#[test]
fn a_consensus_needs_three_for_it_and_three_fifths_of_the_placed() {
    let with = |backing, skeptics| {
        state(&[many(backing, 0, Stage::Teacher), many(skeptics, 100, Stage::Skeptic)].concat())
    };
    for (backing, skeptics, expected) in [
        (2, 0, GroupState::Forming),
        (3, 0, GroupState::Consensus),
        (3, 2, GroupState::Consensus),
        (3, 3, GroupState::Forming),
        (6, 4, GroupState::Consensus),
        (7, 5, GroupState::Forming),
        (0, 5, GroupState::Forming),
    ] {
        assert_eq!(with(backing, skeptics), expected, "{backing} of {}", backing + skeptics);
    }
}

#[test]
fn teachers_guides_and_go_getters_carry_it_and_others_are_not_placed() {
    use Stage::{Climber, Friend, GoGetter, Guide, Skeptic, Teacher, Unplaced};
    let stages = [Teacher, Guide, GoGetter, Skeptic, Friend, Climber, Unplaced];
    let pasts: Vec<Past> = (0..).zip(stages).map(|(number, stage)| stands(number, stage)).collect();
    let group = on(&past(Relation::Prospect, &pasts), 150).group;
    assert_eq!((group.placed(), group.backing(), group.other, group.active), (4, 3, 3, 7));
    assert_eq!(group.state, GroupState::Consensus);
}

#[test]
fn who_lapsed_or_left_is_not_counted() {
    let lapsed = stands(3, Stage::Teacher).spell(120, Stage::Teacher, |spell| spell.active = false);
    let left = stands(4, Stage::Teacher).stays(&[(Some(90), Some(130))]);
    let pasts = [many(2, 1, Stage::Teacher), vec![lapsed, left]].concat();
    let journey = past(Relation::Prospect, &pasts);
    let seen = |day| {
        let spell = on(&journey, day);
        (spell.group.state, spell.group.active, spell.members, spell.people)
    };
    assert_eq!(seen(99), (GroupState::None, 0, 4, 4));
    assert_eq!(seen(119), (GroupState::Consensus, 4, 4, 4));
    assert_eq!(seen(120), (GroupState::Consensus, 3, 4, 4));
    assert_eq!(seen(130), (GroupState::Forming, 2, 3, 4));
}

#[test]
fn the_basis_is_the_furthest_of_those_who_are_for_it() {
    let at = |number, stage, zone| {
        let past = Past { person: person(number), stays: vec![(None, None)], ..Past::default() };
        past.spell(100, stage, |spell| spell.basis = Some(zone))
    };
    let basis = |pasts: &[Past]| on(&past(Relation::Prospect, pasts), 150).group.basis;
    let teacher = at(1, Stage::Teacher, Zone::Upstream);
    assert_eq!(basis(&[teacher.clone(), at(2, Stage::Skeptic, Zone::Downstream)]), Some(Zone::Upstream));
    assert_eq!(basis(&[teacher, at(2, Stage::Guide, Zone::Program)]), Some(Zone::Program));
    assert_eq!(basis(&[at(2, Stage::Blocker, Zone::Program)]), None);
}

#[test]
fn the_phase_is_the_furthest_zone_of_who_is_active() {
    let far = stands(1, Stage::Skeptic)
        .spell(110, Stage::Skeptic, |spell| spell.zone = Some(Zone::Downstream))
        .spell(120, Stage::Skeptic, |spell| spell.zone = Some(Zone::Program))
        .spell(130, Stage::Skeptic, |spell| {
            spell.active = false;
            spell.zone = None;
        });
    let journey = past(Relation::Prospect, &[far]);
    let phases = [95, 105, 115, 125, 135].map(|day| on(&journey, day).phase);
    assert_eq!(phases, [Phase::Quiet, Phase::Upstream, Phase::Downstream, Phase::Program, Phase::Quiet]);
}

#[test]
fn only_the_market_goes_past_upstream() {
    let far = stands(1, Stage::Skeptic)
        .spell(110, Stage::Skeptic, |spell| spell.zone = Some(Zone::Downstream))
        .deal(120, 1, DealStep::Open);
    for relation in Relation::ALL.iter().copied() {
        let journey = past(relation, std::slice::from_ref(&far));
        let phases = [95, 115, 125].map(|day| on(&journey, day).phase);
        if relation.is_market() {
            assert_eq!(phases, [Phase::Quiet, Phase::Downstream, Phase::Buying], "{relation}");
        } else {
            assert_eq!(phases, [Phase::Quiet, Phase::Upstream, Phase::Upstream], "{relation}");
        }
    }
}

#[test]
fn a_customer_is_one_from_the_won_deal_until_that_deal_is_lost() {
    let contact = stands(1, Stage::Teacher)
        .deal(110, 1, DealStep::Open)
        .deal(120, 1, DealStep::Open)
        .deal(120, 1, DealStep::Won)
        .deal(130, 2, DealStep::Open)
        .deal(140, 2, DealStep::Lost)
        .deal(150, 1, DealStep::Lost)
        .deal(160, 2, DealStep::Won);
    let journey = past(Relation::Prospect, &[contact]);
    let seen = |day| (on(&journey, day).phase, on(&journey, day).customer);
    assert_eq!(seen(105), (Phase::Upstream, false));
    assert_eq!(seen(115), (Phase::Buying, false));
    assert_eq!(seen(125), (Phase::Upstream, true));
    assert_eq!(seen(135), (Phase::Buying, true));
    assert_eq!(seen(145), (Phase::Upstream, true), "another deal that was lost takes no customer away");
    assert_eq!(seen(155), (Phase::Upstream, false));
    assert_eq!(seen(165), (Phase::Upstream, true));
}

#[test]
fn the_relation_customer_holds_at_all_times() {
    let journey = past(Relation::Customer, &[]);
    assert_eq!(journey.spells.len(), 1);
    assert_eq!((journey.spells[0].from, journey.spells[0].customer), (BEGINNING, true));
    let lost = stands(1, Stage::Teacher).deal(110, 1, DealStep::Won).deal(120, 1, DealStep::Lost);
    assert!(past(Relation::Customer, &[lost]).spells.iter().all(|spell| spell.customer));
}

#[test]
fn a_deal_stays_with_the_account_when_its_contact_leaves() {
    let contact = stands(1, Stage::Teacher)
        .stays(&[(Some(90), Some(120))])
        .deal(110, 1, DealStep::Open)
        .deal(150, 1, DealStep::Won)
        .deal(160, 2, DealStep::Open);
    let journey = past(Relation::Prospect, &[contact]);
    assert_eq!(on(&journey, 149).phase, Phase::Buying);
    assert_eq!((on(&journey, 150).phase, on(&journey, 150).customer), (Phase::Quiet, true));
    assert_eq!(on(&journey, 170).phase, Phase::Quiet, "a deal of the next employer is theirs");
}

#[test]
fn a_blocker_with_an_open_deal_contests_a_group() {
    use GroupState::{Consensus, Contested};

    let blocker = stands(1, Stage::Blocker).by(7);
    let with = |blocker: Past, other: Past| {
        let pasts = [many(20, 10, Stage::Teacher), vec![blocker, other]].concat();
        let journey = past(Relation::Prospect, &pasts);
        [105, 115, 125].map(|day| on(&journey, day).group.state)
    };
    let (open, won) = (DealStep::Open, DealStep::Won);
    let other = stands(2, Stage::Teacher);
    let theirs = blocker.clone().deal(110, 1, open).deal(120, 1, won);
    assert_eq!(with(theirs, other.clone()), [Consensus, Contested, Consensus]);
    let of_another = other.deal(110, 1, open).deal(120, 1, won);
    assert_eq!(with(blocker, of_another), [Consensus; 3]);
}

#[test]
fn an_account_makes_each_hand_shake_once_by_who_was_first_and_belonged() {
    use Zone::{Downstream, Program, Upstream};
    let early = stands(1, Stage::Skeptic)
        .stays(&[(Some(100), None)])
        .crosses(80, None, Upstream)
        .crosses(95, Some(Upstream), Program)
        .crosses(140, Some(Program), Downstream);
    let first = stands(9, Stage::Skeptic).crosses(101, None, Upstream).crosses(120, Some(Upstream), Program);
    let same_day = stands(5, Stage::Skeptic).crosses(120, Some(Upstream), Program);
    let later = stands(2, Stage::Skeptic).crosses(130, Some(Upstream), Program);
    let journey = past(Relation::Prospect, &[later, early, first, same_day]);
    let shakes: Vec<_> =
        journey.handshakes.iter().map(|shake| (shake.day.0, shake.from, shake.to, shake.member)).collect();
    assert_eq!(
        shakes,
        [
            (101, None, Upstream, person(9)),
            (120, Some(Upstream), Program, person(5)),
            (140, Some(Program), Downstream, person(1)),
        ]
    );
}

#[test]
fn nothing_is_said_twice_and_days_rise() {
    let pasts =
        [many(5, 0, Stage::Teacher), vec![stands(7, Stage::Skeptic).then(100, Stage::Skeptic)]].concat();
    let journey = past(Relation::Prospect, &pasts);
    assert_eq!(journey.spells.iter().map(|spell| spell.from).collect::<Vec<_>>(), [Day(90), Day(100)]);
}
