//! What is evidence of what, as tables.

use crate::{
    domain::{activity::Kind, person::Nature, points::Points, rules::Mark, stage::Signal, time::Day},
    journey::{
        assess::made::{
            ADA, BEN, CHO, DEE, MAY, World, act, bug, closed, comment, never_looks_ahead, points, role,
        },
        case::Act,
    },
};

#[test]
fn what_an_act_is_evidence_of() {
    for (what, acts, signal, expected) in successes().into_iter().chain(lessons()) {
        assert_eq!(points(&World::new(&acts).assess(), signal), expected, "{what}");
    }
}

type Row = (&'static str, Vec<Act>, Signal, i64);

/// What tests and succeeds.
fn successes() -> Vec<Row> {
    use Kind as K;
    vec![
        ("a commit tests", vec![act(K::CommitAuthored, 10)], Signal::Tests, 1_000),
        ("a commit succeeds", vec![act(K::CommitAuthored, 10)], Signal::Succeeds, 600),
        (
            "one entry a week without a thread",
            vec![act(K::CommitAuthored, 4), act(K::CommitAuthored, 5)],
            Signal::Succeeds,
            600,
        ),
        (
            "one in each week",
            vec![act(K::CommitAuthored, 3), act(K::CommitAuthored, 4)],
            Signal::Succeeds,
            1_200,
        ),
        (
            "one for each thread",
            vec![act(K::PrOpened, 4).thread(1), act(K::PrOpened, 4).thread(2)],
            Signal::Tests,
            2_000,
        ),
        ("the best rule counts", vec![bug(1, 4)], Signal::Tests, 2_000),
        ("a merge by another", vec![act(K::PrMerged, 4).thread(1).by(BEN).upon(ADA)], Signal::Succeeds, 600),
        (
            "a merge by another without counterpart is the opener's",
            vec![act(K::PrOpened, 4).thread(1), act(K::PrMerged, 5).thread(1).by(BEN)],
            Signal::Succeeds,
            600,
        ),
    ]
}

/// What teaches, and what does not.
fn lessons() -> Vec<Row> {
    use Kind as K;
    vec![
        ("a merge of another's change teaches", vec![act(K::PrMerged, 4).upon(BEN)], Signal::Teaches, 1_000),
        (
            "a merge of another's change is no success",
            vec![act(K::PrMerged, 4).upon(BEN)],
            Signal::Succeeds,
            0,
        ),
        ("a merge without anybody is the actor's", vec![act(K::PrMerged, 4)], Signal::Succeeds, 600),
        (
            "a merge in another's thread teaches",
            vec![act(K::PrOpened, 3).thread(1).by(BEN), act(K::PrMerged, 4).thread(1)],
            Signal::Teaches,
            1_000,
        ),
        (
            "a review of one's own change teaches nobody",
            vec![act(K::PrReviewed, 4).upon(ADA)],
            Signal::Teaches,
            0,
        ),
        ("a reply to another", vec![act(K::PostReplied, 4).thread(1).upon(BEN)], Signal::Teaches, 500),
        (
            "a reply in a thread that another opened",
            vec![act(K::TopicOpened, 3).thread(1).by(BEN), act(K::PostReplied, 4).thread(1)],
            Signal::Teaches,
            500,
        ),
        (
            "a reply in one's own thread teaches nobody",
            vec![act(K::TopicOpened, 3).thread(1), act(K::PostReplied, 4).thread(1).upon(BEN)],
            Signal::Teaches,
            0,
        ),
        ("a reply to nobody known", vec![act(K::PostReplied, 4).thread(1)], Signal::Teaches, 0),
        (
            "an answer accepted by another",
            vec![act(K::AnswerAccepted, 4).by(BEN).upon(ADA)],
            Signal::Teaches,
            3_000,
        ),
        ("an answer accepted, as a list says it", vec![act(K::AnswerAccepted, 4)], Signal::Teaches, 3_000),
        (
            "who accepts in their own thread taught nobody",
            vec![act(K::TopicOpened, 3).thread(1), act(K::AnswerAccepted, 4).thread(1).upon(BEN)],
            Signal::Teaches,
            0,
        ),
        ("a role", vec![act(K::RoleGranted, 4)], Signal::Teaches, 6_000),
        (
            "docs by the label of the own request",
            vec![act(K::PrOpened, 4).thread(1).mark(Mark::Docs), act(K::CommitAuthored, 5).thread(1)],
            Signal::Teaches,
            2_000,
        ),
    ]
}

#[test]
fn a_bot_is_nobody_who_could_be_taught() {
    let mut world = World::new(&[act(Kind::PrReviewed, 4).upon(BEN), act(Kind::PostReplied, 4).upon(BEN)]);
    world.natures.insert(BEN, Nature::Bot);
    assert_eq!(points(&world.assess(), Signal::Teaches), 0);
}

#[test]
fn a_better_piece_takes_the_slot_from_its_own_day_on() {
    let mut world = World::new(&[
        act(Kind::IssueOpened, 4).thread(1),
        act(Kind::TopicOpened, 6).thread(1).mark(Mark::Bug),
    ]);
    let entries = world.assess().entries;
    let found: Vec<_> = entries.iter().map(|e| (e.day.0, e.points.0, e.until.map(|day| day.0))).collect();
    assert_eq!(found, [(4, 1_000, Some(6)), (6, 2_000, None)]);
    never_looks_ahead(&mut world);
}

#[test]
fn a_colleague_counts_once_by_their_first_act() {
    let thread = |by: u32, day: i32| comment(1, day).by(by);
    let cases: [(&str, Vec<Act>, &[i32]); 7] = [
        ("in a thread of theirs", vec![bug(1, 4), thread(BEN, 6), thread(BEN, 20)], &[6]),
        ("not by a later act", vec![bug(1, 4), comment(2, 5).by(BEN), thread(BEN, 6)], &[]),
        ("not a stranger", vec![bug(1, 4), thread(DEE, 6)], &[]),
        ("naming them", vec![act(Kind::PostReplied, 6).by(BEN).upon(ADA)], &[6]),
        (
            "reviewed later",
            vec![act(Kind::PrOpened, 4).by(BEN).thread(7), act(Kind::PrReviewed, 9).upon(BEN).thread(7)],
            &[9],
        ),
        (
            "a commit reviewed",
            vec![act(Kind::CommitAuthored, 4).by(BEN), act(Kind::CommitReviewed, 4).upon(BEN)],
            &[4],
        ),
        ("two of them in two weeks", vec![bug(1, 4), thread(BEN, 6), thread(CHO, 16)], &[6, 16]),
    ];
    for (what, acts, expected) in cases {
        let mut world = World::new(&acts);
        world.strangers.push(DEE);
        let entries = world.assess().entries;
        let found: Vec<_> =
            entries.iter().filter(|e| e.signal == Signal::Evangelises).map(|e| e.day.0).collect();
        assert_eq!(found, expected, "{what}");
        never_looks_ahead(&mut world);
    }
}

#[test]
fn a_deal_that_a_colleague_comes_to_later_speaks_for_who_was_there() {
    let created = |by: u32, day: i32| act(Kind::DealCreated, day).by(by).thread(5);
    for (day, points_of) in [(4, 0), (5, 5_000)] {
        let mut world = World::new(&[created(ADA, 4), created(BEN, day)]);
        assert_eq!(points(&world.assess(), Signal::Advocates), points_of);
    }
}

#[test]
fn a_resolved_issue_counts_from_the_return_on() {
    let opened = || act(Kind::IssueOpened, 10).thread(1);
    let back = || act(Kind::CommitAuthored, 40);
    let cases: [(&str, Vec<Act>, Option<i32>); 7] = [
        ("resolved and back", vec![opened(), closed(1, 20, Mark::Resolved), back()], Some(40)),
        ("never back", vec![opened(), closed(1, 20, Mark::Resolved)], None),
        ("stale", vec![opened(), closed(1, 20, Mark::Stale), back()], None),
        ("declined", vec![opened(), closed(1, 20, Mark::Declined), back()], None),
        ("by themself", vec![opened(), act(Kind::IssueClosed, 20).thread(1), back()], Some(40)),
        (
            "open again before the return",
            vec![
                opened(),
                closed(1, 20, Mark::Resolved),
                act(Kind::IssueReopened, 30).thread(1).by(BEN),
                back(),
            ],
            None,
        ),
        (
            "its opening is not known",
            vec![act(Kind::IssueClosed, 20).thread(1).by(BEN).upon(ADA), back()],
            Some(40),
        ),
    ];
    for (what, acts, expected) in cases {
        let mut world = World::new(&acts);
        let entries = world.assess().entries;
        let found = entries.iter().find(|e| e.signal == Signal::Succeeds && e.points == Points(2_000));
        assert_eq!(found.map(|entry| entry.day.0), expected, "{what}");
        never_looks_ahead(&mut world);
    }
}

#[test]
fn an_own_bug_without_an_answer_objects_after_thirty_days() {
    type Objection = Option<(i32, Option<i32>)>;
    let cases: [(&str, Vec<Act>, Objection); 13] = [
        ("nobody came back", vec![bug(1, 10)], None),
        ("they came back", vec![bug(1, 10), comment(1, 12)], Some((40, None))),
        ("they came back late", vec![bug(1, 10), comment(1, 90)], Some((90, None))),
        ("a colleague came back", vec![bug(1, 10), comment(1, 12).by(BEN)], Some((40, None))),
        ("a stranger did", vec![bug(1, 10), comment(1, 12).by(DEE)], None),
        ("answered in time", vec![role(), bug(1, 10), comment(1, 12), comment(1, 40).by(MAY)], None),
        (
            "answered late",
            vec![role(), bug(1, 10), comment(1, 12), comment(1, 60).by(MAY)],
            Some((40, Some(60))),
        ),
        (
            "answered before they came back",
            vec![role(), bug(1, 10), comment(1, 60).by(MAY), comment(1, 70)],
            None,
        ),
        ("closed by themself", vec![bug(1, 10), comment(1, 12), act(Kind::IssueClosed, 20).thread(1)], None),
        ("closed as stale", vec![bug(1, 10), comment(1, 12), closed(1, 20, Mark::Stale)], Some((40, None))),
        ("a wish", vec![bug(1, 10).mark(Mark::Feature), comment(1, 12)], None),
        ("no bug", vec![act(Kind::IssueOpened, 10).thread(1), comment(1, 12)], None),
        ("who holds a role", vec![act(Kind::RoleGranted, 5), bug(1, 10), comment(1, 12)], None),
    ];
    for (what, acts, expected) in cases {
        let mut world = World::new(&acts);
        world.strangers.push(DEE);
        let entries = world.assess().entries;
        let found = entries.iter().find(|entry| entry.signal == Signal::Objects);
        assert_eq!(found.map(|e| (e.day.0, e.until.map(|day| day.0))), expected, "{what}");
        never_looks_ahead(&mut world);
    }
}

#[test]
fn silence_is_no_objection_before_it_is_known() {
    for (horizon, objects, due) in [(39, false, Some(40)), (40, true, None)] {
        let mut world = World::new(&[bug(1, 10), comment(1, 12)]);
        world.horizon = Day(horizon);
        let assessed = world.assess();
        assert_eq!(points(&assessed, Signal::Objects) > 0, objects);
        assert_eq!(assessed.journey.due.filter(|due| due.0 < 100), due.map(Day));
    }
}
