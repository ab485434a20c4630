//! What was decided about where people belong: it covers all that sources say, now and later.

use buyin::domain::{
    decision::Verb,
    ids::{DecisionId, PersonId},
    record::{Contact, Record},
    time::Day,
};
use proptest::prelude::*;

use super::{Shown, World};

const ANN: &str = "Ann Lee <ann@acme.example>";

fn world() -> World {
    World::of(&[ANN, "Ann Lee <ann@globex.example>", "Ann Lee <ann@gmail.com>"])
}

fn moved(world: World, on: i32, to: Option<&str>) -> World {
    let person = PersonId::from(world.id(1));
    world.decide(Verb::MovedOn { person, on: Day(on), to: to.map(str::to_owned) })
}

fn corrected(world: World, company: Option<&str>, from: Option<i32>, to: Option<i32>) -> World {
    // The id of any identity of a person means the person.
    let person = PersonId::from(world.id(3));
    let (company, from, to) = (company.map(str::to_owned), from.map(Day), to.map(Day));
    world.decide(Verb::Correct { person, company, from, to })
}

fn undo_last(mut world: World) -> World {
    world.decisions.last_mut().expect("a decision").undone_by = Some(DecisionId([9; 10]));
    world
}

fn span(
    name: &str,
    ground: &'static str,
    from: impl Into<Option<i32>>,
    to: impl Into<Option<i32>>,
    n: u64,
) -> Shown {
    (name.to_owned(), ground, from.into(), to.into(), n)
}

#[test]
fn who_moved_on_belongs_to_the_new_company_from_that_day_whatever_the_old_address_still_sends() {
    let acts = [(1, 10), (1, 20), (1, 40), (3, 50), (1, 400)];
    let after = moved(world(), 30, Some("Initech"));
    let expected = [span("acme.example", "email", 10, 30, 2), span("Initech", "decision", 30, None, 3)];
    assert_eq!(after.spans(&acts), expected);
    assert_eq!(after.named(true), ["Initech"], "a decision vouches for a company");
    assert_eq!(undo_last(after.clone()).spans(&acts), world().spans(&acts));
    assert!(undo_last(after).named(true).is_empty());
}

#[test]
fn who_moved_on_to_we_do_not_know_where_leaves_and_may_turn_up_elsewhere() {
    let gone = moved(world(), 30, None);
    let acme = |n| span("acme.example", "email", 10, 30, n);
    assert_eq!(gone.spans(&[(1, 10), (1, 20), (1, 40), (3, 50)]), [acme(2)]);
    let found = gone.spans(&[(1, 10), (1, 40), (2, 60), (1, 70), (3, 80)]);
    let inferred = span("globex.example", "inferred", 40, 60, 1);
    let expected = [acme(1), inferred, span("globex.example", "email", 60, None, 3)];
    assert_eq!(found, expected, "the old address says no more than a private one");
    assert_eq!(gone.spans(&[(1, 10), (3, 29), (3, 31)]), [acme(2)], "no e-mail speaks for the other side");
    let early = moved(world(), 30, None).spans(&[(3, 29), (2, 31)]);
    assert_eq!(early, [span("globex.example", "email", 31, None, 1)]);
}

#[test]
fn a_crm_that_still_names_the_old_company_does_not_bring_it_back() {
    let contact = Contact { identity: ANN.to_owned(), company: Some("Acme".to_owned()), role: None };
    let known = world().say(Record::Contact(contact));
    let (acts, silent) = ([(1, 10), (1, 20)], [(3, 20)]);
    assert_eq!(known.spans(&acts).last().map(|span| (span.1, span.3)), Some(("crm", None)));
    let gone = moved(known.clone(), 30, None);
    assert_eq!(gone.spans(&acts).last().and_then(|span| span.3), Some(30));
    assert_eq!(gone.spans(&silent).last().and_then(|span| span.3), Some(30));
    let company = moved(known, 30, Some("globex.example")).spans(&acts);
    assert_eq!(company.last(), Some(&span("globex.example", "decision", 30, None, 0)));
}

#[test]
fn each_move_ends_the_one_before_it_in_whatever_order_they_were_told() {
    let acts = [(1, 10), (1, 45), (1, 90)];
    let told = |first: (i32, &str), second: (i32, &str)| {
        moved(moved(world(), first.0, Some(first.1)), second.0, Some(second.1)).spans(&acts)
    };
    let expected = [
        span("acme.example", "email", 10, 30, 1),
        span("Initech", "decision", 30, 60, 1),
        span("globex.example", "decision", 60, None, 1),
    ];
    assert_eq!(told((30, "Initech"), (60, "globex.example")), expected);
    assert_eq!(told((60, "globex.example"), (30, "Initech")), expected);
    assert_eq!(told((30, "Umbrella"), (30, "Initech"))[1], span("Initech", "decision", 30, None, 2));
    let left = moved(moved(world(), 30, Some("Initech")), 60, None).spans(&acts);
    assert_eq!(left[1], span("Initech", "decision", 30, 60, 1), "and nothing after it");
    assert_eq!(left.len(), 2);
}

#[test]
fn a_correction_says_where_somebody_was_in_its_period_and_nothing_about_the_rest() {
    let acts = [(1, 10), (1, 16), (1, 20)];
    let period = corrected(world(), Some("globex.example"), Some(15), Some(18));
    let expected = [
        span("acme.example", "email", 10, 15, 1),
        span("globex.example", "decision", 15, 18, 1),
        span("acme.example", "email", 18, None, 1),
    ];
    assert_eq!(period.spans(&acts), expected);
    assert_eq!(undo_last(period.clone()).spans(&acts), world().spans(&acts));
    let all = corrected(world(), Some("Initech"), None, None).spans(&acts);
    assert_eq!(all, [span("Initech", "decision", None, None, 3)]);
    let again = corrected(period, Some("acme.example"), Some(15), Some(18)).spans(&acts);
    assert_eq!(again[1], span("acme.example", "decision", 15, 18, 1), "the later decision counts");
}

#[test]
fn who_is_corrected_to_nowhere_belongs_nowhere_and_no_source_brings_them_back() {
    let acts = [(1, 10), (1, 16), (1, 20), (3, 21)];
    assert_eq!(corrected(world(), None, None, None).spans(&acts), []);
    assert_eq!(corrected(world(), Some("freelance"), None, None).spans(&acts), []);
    let period = corrected(world(), None, Some(15), Some(18)).works(ANN, "Globex", Some(14), Some(19));
    let expected = [
        span("acme.example", "email", 10, 14, 1),
        span("globex.example", "affiliation", 14, 15, 0),
        span("globex.example", "affiliation", 18, 19, 0),
        span("acme.example", "email", 19, None, 2),
    ];
    assert_eq!(period.spans(&acts), expected);
    let folded = period.fold(&period.accounts(), &acts);
    assert_eq!(folded.activities, 4, "what they did stays theirs");
}

#[test]
fn a_correction_within_a_move_leaves_the_rest_of_the_move() {
    let acts = [(1, 10), (1, 40), (1, 55), (1, 70)];
    let both = corrected(moved(world(), 30, None), Some("Initech"), Some(50), Some(60));
    let expected = [span("acme.example", "email", 10, 30, 1), span("Initech", "decision", 50, 60, 1)];
    assert_eq!(both.spans(&acts), expected, "the old address is silenced before and after it");
}

#[test]
fn a_decision_about_somebody_unknown_changes_nothing() {
    let acts = [(1, 10)];
    let unknown = world().decide(Verb::MovedOn { person: PersonId([3; 10]), on: Day(5), to: None });
    assert_eq!(unknown.spans(&acts), world().spans(&acts));
}

proptest! {
    /// By the naive way: each day on its own, the last decision that covers it.
    #[test]
    fn every_decided_day_belongs_where_the_last_decision_about_it_says(
        mut acts in prop::collection::vec((1_u32..4, 0_i32..120), 0..30),
        said in prop::collection::vec(
            (any::<bool>(), 0_usize..4, prop::option::of(0_i32..120), prop::option::of(0_i32..120)), 1..5),
    ) {
        let companies = [Some("Initech"), Some("globex.example"), Some("acme.example"), None];
        let mut world = world();
        for (moves, company, from, to) in &said {
            world = match (moves, from) {
                (true, Some(on)) => moved(world, *on, companies[*company]),
                _ => corrected(world, companies[*company], *from, *to),
            };
        }
        acts.sort_by_key(|(_, day)| *day);
        let spans = world.spans(&acts);
        let next = |on: i32| said.iter().filter(|one| one.0).filter_map(|one| one.2).filter(|day| *day > on).min();
        for day in 0..120 {
            let last = said.iter().rev().find(|(moves, _, from, to)| match (moves, from) {
                (true, Some(on)) => *on <= day && next(*on).is_none_or(|next| day < next),
                _ => from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to),
            });
            let Some((moves, company, from, _)) = last else { continue };
            let there: Vec<&Shown> = spans
                .iter()
                .filter(|span| span.2.is_none_or(|from| from <= day) && span.3.is_none_or(|to| day < to))
                .collect();
            match (companies[*company], moves, from) {
                (Some(company), ..) => {
                    prop_assert_eq!(there.len(), 1, "{} {:?}", day, there);
                    prop_assert_eq!((there[0].0.as_str(), there[0].1), (company, "decision"));
                }
                (None, true, Some(on)) => {
                    let before = |name: &str| {
                        let written = acts.iter().any(|(who, at)| {
                            *at < *on && ["acme.example", "globex.example"].get(*who as usize - 1) == Some(&name)
                        });
                        written || spans.iter().any(|s| s.0 == name && s.1 == "decision" && s.2.is_none_or(|from| from < *on))
                    };
                    for span in there {
                        prop_assert!(!before(&span.0), "{} {:?}", day, span);
                    }
                }
                (None, ..) => prop_assert!(there.is_empty(), "{} {:?}", day, there),
            }
        }
    }
}
