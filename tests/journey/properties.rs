//! What must hold in every world, tried on many small ones by chance.

use std::collections::BTreeSet;

use buyin::{
    domain::{
        rules::Rules,
        settings::Settings,
        stage::{Signal, Stage},
        time::Day,
    },
    journey::assess::{Engine, why},
};
use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};

use super::{
    generated::{rules, world},
    judge::{Judge, assessed, on},
    outcome::{Evidence, Told},
};

/// The people of a generated world who are assessed: not the bot, not your own.
const HUMANS: std::ops::Range<usize> = 0..4;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 1_000, ..ProptestConfig::default() }
}

/// Days, in words; the last line of a world that fails.
fn same(what: &str, who: usize, left: &Told, right: &Told) -> Result<(), TestCaseError> {
    prop_assert_eq!(&left.shifts, &right.shifts, "moves of {}: {}", who, what);
    for (one, other) in left.days.iter().zip(&right.days) {
        prop_assert_eq!(one, other, "person {} on {}: {}", who, one.from, what);
    }
    prop_assert_eq!(&left.crossings, &right.crossings, "crossings of {}: {}", who, what);
    prop_assert_eq!(&left.entries, &right.entries, "evidence of {}: {}", who, what);
    Ok(())
}

/// What the oracle says in the same words: it does not know when something was known, nor what ended a block or a role.
fn plain(mut told: Told) -> Told {
    for shift in &mut told.shifts {
        shift.known = None;
        if ["resolved-again", "friend", "role-ended"].contains(&shift.rule.as_str()) {
            shift.because.clear();
        }
        shift.because.sort_unstable();
        shift.because.dedup();
    }
    for entry in &mut told.entries {
        entry.at = entry.day.start();
        entry.until = None;
    }
    told.entries.sort_by_key(|one: &Evidence| (one.day, one.seq, one.rule.clone()));
    told
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn the_engine_says_what_the_oracle_says(world in world(true), rules in rules()) {
        for who in HUMANS {
            let engine = plain(Judge::Engine.tell(&world, &rules, who));
            same("engine, oracle", who, &engine, &plain(Judge::Oracle.tell(&world, &rules, who)))?;
        }
    }

    #[test]
    fn as_of_a_day_is_what_only_the_facts_up_to_it_say(world in world(true), rules in rules(), days in 0..300_i32) {
        let day = world.facts[0].at.day().plus(days);
        let cut = world.as_of(day);
        for who in HUMANS {
            let (all, then) = (assessed(&world, &rules, who), assessed(&cut, &rules, who));
            let moves = |assessed: &buyin::journey::assess::Assessed| -> Vec<_> {
                assessed.journey.moves.iter().filter(|one| one.day <= day).cloned().collect()
            };
            prop_assert_eq!(moves(&all), moves(&then), "moves of {} up to {}", who, day);
            for past in (world.facts[0].at.day().0..=day.0).map(Day) {
                prop_assert_eq!(on(&all.journey.spells, past), on(&then.journey.spells, past), "person {}", who);
            }
            let first = |one: &&buyin::domain::journey::Crossing| one.day <= day;
            let crossings: Vec<_> = all.journey.crossings.iter().filter(first).collect();
            prop_assert_eq!(crossings, then.journey.crossings.iter().filter(first).collect::<Vec<_>>());
            let engine = Engine::new(&rules);
            let (one, other) = (why(&engine, &all, day), why(&engine, &then, day));
            prop_assert_eq!(one.total, other.total, "why of {} on {}", who, day);
        }
    }

    #[test]
    fn facts_may_arrive_in_any_order(world in world(true), rules in rules(), order in any::<[Index; 40]>()) {
        let mut places: Vec<i64> = (0..).take(world.facts.len()).collect();
        for at in (1..places.len()).rev() {
            places.swap(at, order[at].index(at + 1));
        }
        let mut other = world.clone();
        for fact in &mut other.facts {
            fact.seq = places[usize::try_from(fact.seq).unwrap()];
        }
        let back = |seq: i64| {
            i64::try_from(places.iter().position(|place| *place == seq).expect("a place")).unwrap()
        };
        for who in HUMANS {
            let straight = plain(Judge::Engine.tell(&world, &rules, who));
            let mut mixed = Judge::Engine.tell(&other, &rules, who);
            mixed.shifts.iter_mut().flat_map(|shift| &mut shift.because).for_each(|seq| *seq = back(*seq));
            mixed.crossings.iter_mut().for_each(|crossing| crossing.3 = back(crossing.3));
            mixed.entries.iter_mut().for_each(|entry| entry.seq = back(entry.seq));
            same("in order, mixed", who, &straight, &plain(mixed))?;
        }
    }

    #[test]
    fn nobody_becomes_a_go_getter_without_an_internal_act(world in world(false), rules in rules()) {
        for who in HUMANS {
            let journey = assessed(&world, &rules, who).journey;
            prop_assert!(journey.spells.iter().all(|spell| spell.automatic != Stage::GoGetter), "{:?}", journey.moves);
            prop_assert!(journey.moves.iter().all(|one| one.to != Stage::GoGetter));
        }
    }

    #[test]
    fn why_names_the_number_that_the_oracle_adds_up(world in world(true), rules in rules(), days in 0..400_i32) {
        let engine = Engine::new(&rules);
        let day = world.facts[0].at.day().plus(days).min(world.today);
        for who in HUMANS {
            let assessed = assessed(&world, &rules, who);
            let ledger = why(&engine, &assessed, day);
            prop_assert_eq!(ledger.total.0, Judge::Oracle.total(&world, &rules, who, day), "{} on {}", who, day);
            prop_assert_eq!(ledger.entries.iter().map(|one| one.decayed.0).sum::<i64>(), ledger.total.0);
            let spell = on(&assessed.journey.spells, day);
            prop_assert_eq!((ledger.stage, ledger.automatic), (spell.stage, spell.automatic));
            prop_assert!(ledger.entries.iter().all(|one| one.entry.holds(day)));
            let tries = ledger.entries.iter().filter(|one| one.entry.signal == Signal::Tests).count();
            prop_assert!(tries == 0 || tries == ledger.entries.len() || ledger.stage != Stage::Skeptic);
        }
    }

    #[test]
    fn an_outage_moves_nobody_by_time(world in world(true), rules in rules(), days in 0..300_i32) {
        // All sources fall silent for the engine on that day, while facts still drip in.
        let silent = world.facts[0].at.day().plus(days).min(world.today);
        let mut out = world.clone();
        for source in 0..3 {
            let heard = out.covered.get(&source).copied().unwrap_or(out.today).min(silent);
            out.covered.insert(source, heard);
        }
        for who in HUMANS {
            let journey = assessed(&out, &rules, who).journey;
            let told = |day: Day| {
                out.facts.iter().any(|fact| fact.at.day() == day)
                    || out.decisions.iter().any(|(_, one)| one.from == day || one.until == Some(day))
            };
            for day in journey.moves.iter().map(|one| one.day).chain(journey.spells.iter().map(|one| one.from)) {
                prop_assert!(day <= out.horizon(who) || told(day), "person {who} changed on {day} by time alone");
            }
        }
    }

    #[test]
    fn an_outage_leaves_no_trace_after_the_recovery(world in world(true), rules in rules(), days in 0..300_i32) {
        // What was concluded during the outage holds up to its beginning, whatever was learned later.
        let silent = world.facts[0].at.day().plus(days).min(world.today);
        let mut during = world.as_of(silent);
        during.today = world.today;
        for source in 0..3 {
            let heard = during.covered.get(&source).copied().unwrap_or(silent).min(silent);
            during.covered.insert(source, heard);
        }
        for who in HUMANS {
            let (during, after) = (assessed(&during, &rules, who).journey, assessed(&world, &rules, who).journey);
            for past in (world.facts[0].at.day().0..=silent.0).map(Day) {
                prop_assert_eq!(on(&during.spells, past), on(&after.spells, past), "person {} on {}", who, past);
            }
            let until = |moves: &[buyin::domain::journey::Move]| -> Vec<_> {
                moves.iter().filter(|one| one.day <= silent).cloned().collect()
            };
            prop_assert_eq!(until(&during.moves), until(&after.moves));
        }
    }

    #[test]
    fn nothing_changes_before_the_day_that_is_due(world in world(true), rules in rules()) {
        let mut world = world;
        world.covered.clear();
        for who in HUMANS {
            let now = assessed(&world, &rules, who).journey;
            if let Some(due) = now.due {
                prop_assert!(due > world.horizon(who), "{} is over", due);
            }
            let mut later = world.clone();
            later.today = now.due.map_or(world.today.plus(3_000), |due| due.plus(-1));
            let then = assessed(&later, &rules, who).journey;
            prop_assert_eq!(&now.moves, &then.moves, "person {}, due {:?}", who, now.due);
            prop_assert_eq!(&now.spells, &then.spells, "person {}, due {:?}", who, now.due);
        }
    }

    #[test]
    fn rules_that_were_adopted_and_read_again_judge_the_same(world in world(true), rules in rules()) {
        let settings = Settings { rules, ..Settings::default() };
        let written = serde_json::to_string(&settings).unwrap();
        let read: Settings = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&read, &settings);
        prop_assert_eq!(read.hash(&[]), settings.hash(&[]));
        let toml: Rules = toml::from_str(&toml::to_string(&settings.rules).unwrap()).unwrap();
        prop_assert_eq!(&toml, &settings.rules);
        prop_assert_eq!(assessed(&world, &read.rules, 0), assessed(&world, &settings.rules, 0));
    }
}

/// The worlds by chance reach every stage, every rule of a move, and evidence by every rule (asks come later).
#[test]
fn the_worlds_reach_every_stage_and_every_rule() {
    let mut missing: BTreeSet<String> =
        ["blocker", "resolved-again", "went-on", "friend", "role-ended"].map(str::to_owned).into();
    let ours = Rules::default();
    missing.extend(ours.moves.iter().map(|rule| rule.name.clone()));
    missing.extend(ours.signals.iter().map(|rule| rule.name.clone()).filter(|name| name != "ask-done"));
    let mut runner = TestRunner::deterministic();
    for _ in 0..2_000 {
        let (world, rules) = (world(true), rules()).new_tree(&mut runner).unwrap().current();
        for who in HUMANS {
            let told = Judge::Engine.tell(&world, &rules, who);
            told.shifts.iter().for_each(|one| _ = missing.remove(&one.rule));
            told.entries.iter().for_each(|one| _ = missing.remove(&one.rule));
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("no world has {missing:?}");
}
