//! What the engine concludes from the evidence, as tables.

use crate::{
    domain::{account::Zone, activity::Kind, rules::Mark, stage::Stage, time::Day},
    journey::case::{Act, Decided, DecidedOn},
};

use super::made::{BEN, CHO, DEE, MAY, World, act, closed, moves, never_looks_ahead, spell};

type Moves = Vec<(i32, Stage, Stage, &'static str)>;

#[test]
fn a_block_lasts_until_it_is_resolved_or_they_went_on() {
    use Stage::{Blocker, Skeptic, Unplaced};
    let away = |day: i32| act(Kind::IssueOpened, day).thread(1).mark(Mark::Migration);
    let declined = |thread: u32, day: i32| {
        [act(Kind::IssueOpened, day - 3).thread(thread), closed(thread, day, Mark::Declined)]
    };
    let changes = |days: &[i32]| days.iter().map(|day| act(Kind::CommitAuthored, *day)).collect::<Vec<_>>();
    let reopened = |thread: u32, day: i32| act(Kind::IssueReopened, day).thread(thread).by(MAY);
    let up = |day: i32| (day, Unplaced, Skeptic, "first-try");
    let down = |day: i32| (day, Skeptic, Blocker, "blocker");
    let cases: [(&str, Vec<Act>, Moves); 6] = [
        ("two points are too few", declined(1, 13).to_vec(), vec![up(10)]),
        ("four are enough", [declined(1, 13), declined(2, 20)].concat(), vec![up(10), down(20)]),
        (
            "a fact of the CRM alone",
            vec![act(Kind::DealLost, 10).mark(Mark::Migration)],
            vec![(10, Unplaced, Blocker, "blocker")],
        ),
        (
            "half of it is resolved",
            [declined(1, 13).to_vec(), declined(2, 20).to_vec(), vec![reopened(1, 50)]].concat(),
            vec![up(10), down(20), (50, Blocker, Skeptic, "resolved-again")],
        ),
        (
            "points on paper do not decay while it stands",
            [declined(1, 13).to_vec(), declined(2, 20).to_vec(), vec![act(Kind::RepoStarred, 2_000)]]
                .concat(),
            vec![up(10), down(20)],
        ),
        (
            "they went on, and the same never blocks again",
            [vec![away(10)], changes(&[20, 30, 40, 50, 60]), vec![closed(1, 74, Mark::Declined)]].concat(),
            vec![up(10), down(10), (60, Blocker, Skeptic, "went-on")],
        ),
    ];
    for (what, acts, expected) in cases {
        let mut world = World::new(&acts);
        assert_eq!(moves(&world.assess()), expected, "{what}");
        never_looks_ahead(&mut world);
    }
}

#[test]
fn a_blocker_is_blocked_by_the_thread_with_the_most_points() {
    let mut world = World::new(&[
        act(Kind::IssueOpened, 10).thread(1),
        closed(1, 20, Mark::Declined),
        act(Kind::IssueOpened, 21).thread(2),
        closed(2, 30, Mark::Declined),
        act(Kind::IssueOpened, 40).thread(3).mark(Mark::Migration),
        act(Kind::IssueReopened, 50).thread(2).by(MAY),
    ]);
    let assessed = world.assess();
    let made = assessed.journey.moves.iter().find(|made| made.to == Stage::Blocker).unwrap();
    assert_eq!((made.day, made.cause), (Day(30), Some(2)), "the fresher of two equal ones has decayed less");
    assert_eq!(spell(&assessed, 35).unwrap().cause, Some(2));
    let after = spell(&assessed, 50).unwrap();
    assert_eq!((after.stage, after.cause), (Stage::Blocker, Some(3)), "what came since is enough to block");
    never_looks_ahead(&mut world);
}

#[test]
fn a_friend_reacts_and_attends_until_the_first_try() {
    use Stage::{Friend, Skeptic, Unplaced};
    let claps = |days: &[i32]| days.iter().map(|day| act(Kind::ReactionGiven, *day)).collect::<Vec<_>>();
    let friend = (100, Unplaced, Friend, "friend");
    for (what, acts, expected) in [
        ("too few", claps(&[10, 20, 30, 100]), vec![]),
        ("too soon", claps(&[11, 20, 30, 40, 100]), vec![]),
        ("enough", claps(&[10, 20, 30, 40, 100]), vec![friend]),
        (
            "until they try",
            [claps(&[10, 20, 30, 40, 100]), vec![act(Kind::IssueOpened, 110)]].concat(),
            vec![friend, (110, Friend, Skeptic, "first-try")],
        ),
        (
            "not after a try",
            [vec![act(Kind::IssueOpened, 5)], claps(&[10, 20, 30, 40, 100])].concat(),
            vec![(5, Unplaced, Skeptic, "first-try")],
        ),
    ] {
        let mut world = World::new(&acts);
        let assessed = world.assess();
        assert_eq!(moves(&assessed), expected, "{what}");
        let has_tried = acts.iter().any(|act| act.kind == Kind::IssueOpened);
        assert!(has_tried || spell(&assessed, 105).is_none_or(|spell| !spell.active), "{what}: passive");
        never_looks_ahead(&mut world);
    }
}

#[test]
fn who_is_silent_for_so_long_has_lapsed_on_that_day_if_silence_is_known() {
    for (horizon, lapsed, due) in [(189, false, Some(190)), (190, true, None)] {
        let mut world = World::new(&[act(Kind::CommitAuthored, 10)]);
        world.horizon = Day(horizon);
        let assessed = world.assess();
        assert!(spell(&assessed, 189).unwrap().active);
        assert_eq!(!spell(&assessed, 190).unwrap().active, lapsed);
        assert_eq!(spell(&assessed, 190).unwrap().stage, Stage::Skeptic, "the stage stays");
        assert_eq!(assessed.journey.due, due.map(Day));
    }
}

#[test]
fn the_furthest_zone_of_late_is_left_before_the_nearer_one() {
    let mut world = World::new(&[
        act(Kind::SupportOpened, 10),
        act(Kind::CommitAuthored, 100),
        act(Kind::TopicOpened, 400).zone(Zone::Program),
    ]);
    let zones: Vec<_> = world.assess().journey.spells.iter().map(|s| (s.from.0, s.zone)).collect();
    let expected = [
        (10, Some(Zone::Downstream)),
        (100, Some(Zone::Downstream)),
        (190, Some(Zone::Upstream)),
        (280, None),
        (400, Some(Zone::Program)),
        (580, None),
    ];
    let changes: Vec<_> = expected.iter().filter(|(day, _)| *day != 100).copied().collect();
    let found: Vec<_> = zones.chunk_by(|a, b| a.1 == b.1).map(|same| same[0]).collect();
    assert_eq!(found, changes);
    never_looks_ahead(&mut world);
    world.horizon = Day(150);
    assert_eq!(world.assess().journey.due, Some(Day(190)));
}

#[test]
fn a_crossing_is_the_first_own_act_in_another_zone_forward_backward_or_skipped() {
    use Zone::{Downstream, Program, Upstream};
    for (zones, expected) in [
        (
            vec![Upstream, Program, Downstream],
            vec![(None, Upstream), (Some(Upstream), Program), (Some(Program), Downstream)],
        ),
        (vec![Downstream, Upstream, Upstream], vec![(None, Downstream), (Some(Downstream), Upstream)]),
        (
            vec![Upstream, Downstream, Program],
            vec![(None, Upstream), (Some(Upstream), Downstream), (Some(Downstream), Program)],
        ),
    ] {
        let acts: Vec<_> =
            (10..).zip(&zones).map(|(day, zone)| act(Kind::TopicOpened, day).zone(*zone)).collect();
        let found: Vec<_> =
            World::new(&acts).assess().journey.crossings.iter().map(|c| (c.from, c.to)).collect();
        assert_eq!(found, expected);
    }
    let stars = [act(Kind::RepoStarred, 4), act(Kind::ProductSignedUp, 5), act(Kind::DealCreated, 6)];
    assert!(World::new(&stars).assess().journey.crossings.is_empty(), "passive acts and facts cross nowhere");
}

#[test]
fn a_decision_holds_from_its_day_until_its_end_and_the_latest_wins() {
    let decided = |from: i32, until: Option<i32>, what: DecidedOn| Decided {
        from: Day(from),
        until: until.map(Day),
        what,
    };
    let mut world = World::new(&[act(Kind::CommitAuthored, 10)]);
    world.decided = vec![
        decided(20, None, DecidedOn::Pin(Stage::Guide)),
        decided(30, Some(40), DecidedOn::Climber),
        decided(35, Some(50), DecidedOn::LeaveAlone),
    ];
    let assessed = world.assess();
    for (day, stage, left_alone) in [
        (19, Stage::Skeptic, false),
        (20, Stage::Guide, false),
        (30, Stage::Climber, false),
        (39, Stage::Climber, true),
        (40, Stage::Guide, true),
        (50, Stage::Guide, false),
    ] {
        let spell = spell(&assessed, day).unwrap();
        assert_eq!(
            (spell.stage, spell.automatic, spell.left_alone),
            (stage, Stage::Skeptic, left_alone),
            "{day}"
        );
    }
    assert_eq!(moves(&assessed), [(10, Stage::Unplaced, Stage::Skeptic, "first-try")]);
}

/// Eleven commits in eleven weeks over 100 days, merged by such people.
fn works(mergers: &[u32]) -> Vec<Act> {
    (0..11)
        .zip(mergers.iter().cycle())
        .map(|(n, by)| act(Kind::CommitAuthored, 4 + n * 10).upon(*by))
        .collect()
}

#[test]
fn each_step_up_the_ladder_asks_for_its_own_evidence() {
    use Stage::{GoGetter, Guide, Skeptic, Teacher, Unplaced};
    let skeptic = (4, Unplaced, Skeptic, "first-try");
    let teacher = (104, Skeptic, Teacher, "works-for-them");
    let alone: Vec<Act> = (0..11).map(|n| act(Kind::CommitAuthored, 4 + n * 10)).collect();
    let talks = |day: i32| act(Kind::ContentPublished, day).thread(u32::try_from(day).unwrap());
    let terms = |day: i32| act(Kind::PricingAsked, day).thread(u32::try_from(day).unwrap());
    let guide = vec![talks(130), talks(131), terms(140), terms(141), terms(142)];
    let champion = act(Kind::CrmRoleSet, 150).mark(Mark::Champion);
    for (what, acts, expected) in [
        ("one person merges all", works(&[BEN]), vec![skeptic]),
        ("two do", works(&[BEN, CHO]), vec![skeptic, teacher]),
        ("nobody is named", alone.clone(), vec![skeptic, teacher]),
        ("too soon", works(&[BEN, CHO])[..10].to_vec(), vec![skeptic]),
        (
            "a role at once",
            vec![act(Kind::RoleGranted, 2), act(Kind::CommitAuthored, 4)],
            vec![skeptic, (4, Skeptic, Teacher, "holds-a-role")],
        ),
        (
            "a role and a talk",
            vec![act(Kind::RoleGranted, 4), talks(9)],
            vec![(9, Unplaced, Skeptic, "first-try"), (9, Skeptic, Teacher, "holds-a-role")],
        ),
        ("a role and nothing else", vec![act(Kind::RoleGranted, 4)], vec![]),
        (
            "an act in the week of the role",
            vec![act(Kind::RoleGranted, 4), act(Kind::CommitReviewed, 5).upon(DEE)],
            vec![(5, Unplaced, Skeptic, "first-try"), (5, Skeptic, Teacher, "holds-a-role")],
        ),
        (
            "usage is not advocacy",
            [alone.clone(), guide.clone()].concat(),
            vec![skeptic, teacher, (131, Teacher, Guide, "spreads-it")],
        ),
        (
            "a word from inside is",
            [alone, guide, vec![champion]].concat(),
            vec![
                skeptic,
                teacher,
                (131, Teacher, Guide, "spreads-it"),
                (150, Guide, GoGetter, "carries-it-inside"),
            ],
        ),
    ] {
        let mut world = World::new(&acts);
        assert_eq!(moves(&world.assess()), expected, "{what}");
        never_looks_ahead(&mut world);
    }
}
