//! Deriving through the real store: whatever order facts, corrections, links and decisions arrive in, and however
//! often conclusions are drawn in between, the derived tables are those that one derivation of everything gives.
//!
//! The oracle is the digest of the derived tables after they were thrown away and concluded anew.

mod community;
mod trial;

use buyin::{
    domain::{
        decision::Verb,
        ids::{DecisionId, PersonId},
        query::When,
        stage::Stage,
        time::Day,
        why::{WhyAbout, WhyOf},
    },
    jobs::{
        derive,
        read::{Query, Reply, answer},
    },
    store::Store,
};
use proptest::prelude::*;

use community::{Choice, Community, FORGE, Step, TODAY, act, in_thread, steps};

/// The digests of all derived tables.
fn digests(store: &Store) -> Vec<(String, String)> {
    store.digests().unwrap()
}

/// The tables that differ.
fn differing(before: &[(String, String)], after: &[(String, String)]) -> Vec<String> {
    let differs = |((table, a), (_, b)): &(&(String, String), &(String, String))| a != b && table != "all";
    before.iter().zip(after).filter(differs).map(|((table, _), _)| table.clone()).collect()
}

/// The same, concluded anew.
fn anew(community: &mut Community) -> Vec<(String, String)> {
    community.store.clear_derived().unwrap();
    community.derive(TODAY);
    digests(&community.store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_was_concluded_step_by_step_is_what_is_concluded_at_once(steps in steps(40), own in any::<bool>()) {
        let mut community = Community::eager(own);
        for step in &steps {
            community.take(step);
        }
        community.derive(TODAY);
        let kept = digests(&community.store);
        prop_assert_eq!(differing(&kept, &anew(&mut community)), Vec::<String>::new());
    }

    #[test]
    fn decisions_that_were_undone_in_any_order_are_as_if_they_had_never_been(
        facts in steps(25),
        decided in proptest::collection::vec(community::decision(), 1..8),
        order in any::<prop::sample::Index>(),
        own in any::<bool>(),
    ) {
        let mut community = Community::eager(own);
        for step in &facts {
            community.take(step);
        }
        community.derive(TODAY);
        let before = digests(&community.store);
        let mut made: Vec<DecisionId> = decided.iter().filter_map(|verb| community.decide(verb)).collect();
        while !made.is_empty() {
            let id = made.remove(order.index(made.len()));
            community.verb(Verb::Undo { decision: id });
            community.derive(TODAY);
        }
        prop_assert_eq!(differing(&before, &digests(&community.store)), Vec::<String>::new());
    }

    #[test]
    fn an_outage_moves_nobody_and_after_it_all_is_as_if_there_had_been_none(
        facts in steps(25), days in 1..400_i32, own in any::<bool>(),
    ) {
        let quiet = |community: &mut Community, covered: i32| {
            community.cover(Day(TODAY.0 + covered));
            community.derive(Day(TODAY.0 + days));
        };
        // What was decided until a day ends on that day, whatever is known of the world.
        let facts: Vec<Step> =
            facts.into_iter().filter(|step| !matches!(step, Step::Cover(..)) && !step.ends_later()).collect();
        let mut community = Community::eager(own);
        for step in &facts {
            community.take(step);
        }
        community.cover(TODAY);
        community.derive(TODAY);
        let before = digests(&community.store);
        // Time goes by, and the sources cannot be read.
        quiet(&mut community, 0);
        prop_assert_eq!(differing(&before, &digests(&community.store)), Vec::<String>::new(), "time alone");
        quiet(&mut community, days);
        let after = digests(&community.store);
        community.store.clear_derived().unwrap();
        community.derive(Day(TODAY.0 + days));
        prop_assert_eq!(differing(&after, &digests(&community.store)), Vec::<String>::new());
    }
}

#[test]
fn nothing_is_derived_twice() {
    let mut community = Community::new(true);
    community.take(&Step::Acts(FORGE, vec![community::act(1, 0, 0, 30)]));
    community.derive(TODAY);
    let settings = community.settings.clone();
    assert!(!derive::run(&mut community.store, &settings, TODAY).unwrap());
}

#[test]
fn a_pin_is_shown_beside_the_automatic_stage_and_its_undo_restores_it() {
    let mut community = Community::new(true);
    community.take(&Step::Acts(FORGE, vec![community::act(1, 0, 0, 30)]));
    community.derive(TODAY);
    let person: PersonId = community.person(0).unwrap();
    let before = digests(&community.store);
    let pin = community.verb(Verb::Pin { person, stage: Stage::Guide, until: None });
    community.derive(TODAY);
    let spell = *community.store.ledger().journey_of(person).unwrap().unwrap().spells.last().unwrap();
    assert_eq!((spell.stage, spell.automatic), (Stage::Guide, Stage::Skeptic));
    community.verb(Verb::Undo { decision: pin });
    community.derive(TODAY);
    assert_eq!(before, digests(&community.store));
}

/// What a further step makes of a community is what is concluded of everything anew, and it is something.
fn follows(acts: Vec<community::Act>, then: &Step) {
    let mut community = Community::eager(false);
    community.take(&Step::Acts(FORGE, acts));
    community.derive(TODAY);
    // Where Bo belongs does not hang on what he did first.
    community.decide(&Choice::Correct(1, true));
    community.derive(TODAY);
    let before = digests(&community.store);
    community.take(then);
    community.derive(TODAY);
    let kept = digests(&community.store);
    assert!(differing(&before, &kept).contains(&"move".to_owned()), "nothing followed");
    assert_eq!(differing(&kept, &anew(&mut community)), Vec::<String>::new());
}

#[test]
fn a_first_activity_that_goes_makes_a_newcomer_elsewhere() {
    // Ada holds a role and opened #1; Bo's first comment is in #2, the next in #1.
    let acts = vec![
        act(1, 11, 0, 300),
        in_thread(&act(2, 4, 0, 100), 1, 0),
        in_thread(&act(3, 6, 1, 90), 2, 0),
        in_thread(&act(4, 6, 1, 80), 1, 0),
    ];
    follows(acts, &Step::Gone(FORGE, 3));
}

#[test]
fn the_first_role_of_a_project_makes_answers_of_others_none() {
    // Di, who was there before, answered a bug of Ada's, and Ada came back; then Ed turns out to hold a role.
    let acts = vec![
        act(1, 0, 3, 500),
        in_thread(&act(2, 4, 0, 400), 1, 1),
        in_thread(&act(3, 6, 3, 390), 1, 0),
        in_thread(&act(4, 6, 0, 380), 1, 0),
    ];
    follows(acts, &Step::Acts(FORGE, vec![act(5, 11, 4, 450)]));
}

#[test]
fn a_part_of_a_source_that_was_never_read_takes_back_what_silence_meant() {
    let mut community = Community::new(true);
    community.take(&Step::Acts(FORGE, vec![act(1, 0, 0, 300)]));
    community.cover(TODAY);
    community.derive(TODAY);
    let person = community.person(0).unwrap();
    let active = |community: &Community| {
        community.store.ledger().journey_of(person).unwrap().unwrap().spells.last().unwrap().active
    };
    assert!(!active(&community), "half a year of silence");
    community.add_stream(0, "unread");
    community.derive(TODAY);
    assert!(active(&community), "nobody knows what the other part holds");
    let kept = digests(&community.store);
    assert_eq!(differing(&kept, &anew(&mut community)), Vec::<String>::new());
}

#[test]
fn other_thresholds_conclude_momentum_anew() {
    let mut community = Community::new(true);
    let acts = (0..40).map(|week| act(week, 0, usize::from(week) % 3, i32::from(week) * 7)).collect();
    community.take(&Step::Acts(FORGE, acts));
    let of_late = (0..8).map(|week| act(100 + week, 0, 3, i32::from(week) * 7)).collect();
    community.take(&Step::Acts(FORGE, of_late));
    community.cover(TODAY);
    community.derive(TODAY);
    let before = digests(&community.store);
    community.settings.rules.thresholds.recent_weeks = 12;
    community.derive(TODAY);
    let kept = digests(&community.store);
    assert!(differing(&before, &kept).contains(&"account".to_owned()));
    assert_eq!(differing(&kept, &anew(&mut community)), Vec::<String>::new());
}

#[test]
fn why_speaks_of_the_stage_that_is_shown_however_little_is_heard_of_a_source() {
    let mut community = Community::new(true);
    let acts = (0..12).map(|week| act(week, 0, 0, 100 + i32::from(week) * 14)).collect();
    community.take(&Step::Acts(FORGE, acts));
    for unread in [false, true] {
        if unread {
            community.add_stream(0, "unread");
        }
        community.derive(TODAY);
        let person = community.person(0).unwrap();
        let mut view = community.view();
        let when = When::now(TODAY);
        let shown = view.person(person, when).unwrap().unwrap().row.standing.stage;
        let query = Query::Why { about: WhyAbout::Person(person), of: WhyOf::Stage, when };
        let Reply::Why(Some(why)) = answer(&mut view, &query) else { panic!("no answer") };
        assert_eq!((why.what.as_str(), why.ledger.is_empty()), (shown.text(), false), "unread: {unread}");
    }
}
