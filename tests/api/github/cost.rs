//! What reading costs: points and requests. `cargo test --test all github::cost -- --nocapture` prints it.

use super::{
    serve::NOW,
    site::Site,
    world::{What, World},
};

/// 500 issues with six comments each and 500 pull requests with two reviews of three comments and two comments each.
fn usual(issues: i64, pulls: i64) -> World {
    let mut world = World::default();
    let people: Vec<usize> =
        (0..40).map(|number| world.user(&format!("dev{number}"), Some("acme"))).collect();
    let who = |number: i64| Some(people[usize::try_from(number).unwrap() % people.len()]);
    let tool = world.repo("sample/tool");
    let start = NOW - 700 * 86_400;
    for number in 0..issues {
        let at = start + number * 3_600;
        let issue = (tool, world.issue(tool, who(number), at, &["bug"]));
        (0..6).for_each(|more| world.add(issue, who(number + more), at + 60 * (more + 1), What::Comment));
        world.add(issue, who(number + 1), at + 7_200, What::Closed(Some("COMPLETED")));
    }
    for number in 0..pulls {
        let at = start + number * 3_600;
        let pull = (tool, world.pull(tool, who(number), at));
        (0..2).for_each(|more| world.add(pull, who(number + more), at + 60 * (more + 1), What::Comment));
        (0..2)
            .for_each(|more| world.add(pull, who(number + 1 + more), at + 600, What::Review("APPROVED", 3)));
        world.merge(pull, who(number + 1), at + 7_200);
    }
    world
}

fn read(world: World, what: &str) -> (u64, u64) {
    let site = Site::new(world);
    let told = site.sync();
    assert_eq!(site.count(), site.hub.world().count());
    let activities: u64 = site.count().values().sum();
    let points = site.hub.points();
    println!(
        "{what}: {} requests, {points} points, {activities} activities; {}.{} points for 1,000 activities",
        told.requests,
        points * 1_000 / activities,
        points * 10_000 / activities % 10
    );
    (told.requests, points)
}

#[test]
fn a_thousand_issues_with_their_comments_and_reviews_cost_few_requests() {
    let (requests, points) = read(usual(1_000, 0), "1,000 issues with 6 comments and a closing each");
    assert!(requests <= 11, "{requests}: ten pages of a hundred, and a look");
    assert!(points <= 31, "{points} of the 5,000 of an hour");
    let (requests, points) =
        read(usual(0, 1_000), "1,000 pull requests with 2 reviews, 6 review comments, 2 comments");
    assert!(requests <= 21, "{requests}: twenty pages of fifty, and a look");
    assert!(points <= 350, "{points} of the 5,000 of an hour");
}
