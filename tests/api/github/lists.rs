//! Reading everything once, and then what is new.

use super::{
    serve::NOW,
    site::Site,
    world::{Nature, What, World},
};

const DAY: i64 = 86_400;

/// A world that has something of everything, and more of each than a page has room for.
pub(super) fn full_world() -> World {
    let mut world = World::default();
    let ada = world.user("ada", Some("acme"));
    let bo = world.user("bo", None);
    let stale = world.person("stale", Nature::Bot);
    let acme = world.person("acme-org", Nature::Organization);
    let old = world.person("old-hand", Nature::Mannequin);
    let tool = world.repo("sample/tool");
    let start = NOW - 400 * DAY;
    for number in 0..230 {
        let issue = (tool, world.issue(tool, Some(ada), start + number * 3_600, &["bug", "area/api"]));
        match number {
            // More comments than a page has room for, twice over.
            7 => (0..130).for_each(|more| world.add(issue, Some(bo), start + DAY * 20 + more, What::Comment)),
            8 => {
                world.add(issue, Some(bo), start + DAY * 20, What::Comment);
                world.add(issue, None, start + DAY * 21, What::Comment);
                world.add(issue, Some(old), start + DAY * 22, What::Comment);
                world.add(issue, Some(bo), start + DAY * 23, What::Closed(Some("COMPLETED")));
                world.add(issue, Some(ada), start + DAY * 24, What::Reopened);
                world.add(issue, Some(stale), start + DAY * 90, What::Closed(Some("NOT_PLANNED")));
                world.add(issue, Some(stale), start + DAY * 89, What::Labeled);
            }
            _ => {}
        }
    }
    for number in 0..60 {
        let pull = (tool, world.pull(tool, Some(ada), start + DAY * 30 + number * 3_600));
        world.add(pull, Some(bo), start + DAY * 40, What::Review("COMMENTED", 1));
        world.add(pull, Some(ada), start + DAY * 40 + 5, What::Review("COMMENTED", 1));
        match number {
            3 => {
                world.add(pull, Some(bo), start + DAY * 41, What::Review("CHANGES_REQUESTED", 25));
                (0..40).for_each(|more| world.add(pull, Some(bo), start + DAY * 42 + more, What::Comment));
                world.add(pull, Some(bo), start + DAY * 43, What::Review("PENDING", 0));
                world.merge(pull, Some(bo), start + DAY * 44);
            }
            4 => world.add(pull, Some(ada), start + DAY * 45, What::Closed(None)),
            _ => {}
        }
    }
    for number in 0..3 {
        let topic = (tool, world.discussion(tool, Some(ada), start + DAY * 60 + number, number != 2));
        for more in 0..if number == 0 { 35 } else { 2 } {
            world.reply(topic, None, Some(bo), start + DAY * 61 + more);
        }
        (0..25).for_each(|more| world.reply(topic, Some(0), Some(ada), start + DAY * 62 + more));
    }
    world.repos[tool].discussions[0].accepted = Some((1, start + DAY * 63, Some(ada)));
    for number in 0..120 {
        let fan = world.user(&format!("fan{number}"), None);
        world.repos[tool].stars.push((fan, start + DAY * 100 + number));
    }
    world.fork(tool, bo, start + DAY * 70);
    world.fork(tool, acme, start + DAY * 71);
    world.release(tool, "v1.0.0", Some(bo), Some(start + DAY * 80));
    world.release(tool, "v2.0.0", Some(bo), None);
    world.repo("sample/empty");
    world
}

#[test]
fn all_of_a_repository_is_read_once_and_asked_for_once() {
    let site = Site::new(full_world());
    let told = site.sync();
    assert_eq!(told.errors, []);
    assert_eq!(told.skipped, []);
    assert_eq!(site.count(), site.hub.world().count());
    // 1 to look at each repository; 3 pages of issues, 2 of pull requests and of stars, 1 each of discussions, releases
    // and forks; 3 for what had no room in issues, pull requests and discussions.
    assert_eq!(told.requests, 2 + 3 + 2 + 2 + 1 + 1 + 1 + 3);
    assert_eq!(told.changed, 0, "nothing is read twice");
}

#[test]
fn without_news_a_repository_is_one_request() {
    let site = Site::new(full_world());
    site.sync();
    let told = site.sync();
    assert_eq!((told.requests, told.changed, told.gone), (2, 0, 0));
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn what_is_new_is_read_and_little_else() {
    let site = Site::new(full_world());
    site.sync();
    let soon = NOW + 600;
    site.hub.change(|world| {
        let eve = world.user("eve", Some("globex"));
        world.add((0, 7), Some(eve), soon, What::Comment);
        world.issue(0, Some(eve), soon, &["question"]);
        world.merge((0, 231), Some(1), soon);
        world.reply((0, 1), None, Some(eve), soon);
        world.repos[0].discussions[1].accepted = Some((0, soon, Some(0)));
        world.repos[0].stars.push((eve, soon));
        world.fork(0, eve, soon);
        world.release(0, "v1.1.0", Some(1), Some(soon));
    });
    let told = site.sync();
    assert_eq!(site.count(), site.hub.world().count());
    assert_eq!(told.requests, 2 + 6 + 1, "one page of each list, and the replies that had no room");
    assert_eq!(told.errors, []);
}

#[test]
fn edits_and_what_is_no_longer_accepted_are_taken_over() {
    let site = Site::new(full_world());
    site.sync();
    site.hub.change(|world| {
        let issue = &mut world.repos[0].threads[8];
        (issue.title, issue.touched) = ("Another title".to_owned(), NOW + 60);
        issue.labels = vec!["documentation".to_owned()];
        world.repos[0].discussions[0].accepted = None;
        world.reply((0, 0), None, Some(1), NOW + 60);
    });
    let told = site.sync();
    assert_eq!(site.count(), site.hub.world().count());
    assert_eq!((told.changed, told.gone), (1, 1));
    let rows = site.rows();
    let opened = rows.iter().find(|row| row.id.ends_with("/9/opened")).unwrap();
    assert_eq!(opened.title.as_deref(), Some("Another title"));
    assert_eq!(opened.labels, ["documentation"]);
}

#[test]
fn without_a_token_rest_tells_the_same_but_for_what_it_does_not_know() {
    let mut site = Site::new(full_world());
    site.config.token = None;
    let told = site.sync();
    assert_eq!((told.errors.as_slice(), told.skipped.as_slice()), (&[][..], &[][..]));
    let mut wanted = site.hub.world().count();
    for unknown in ["pr.reviewed", "topic.opened", "post.replied", "answer.posted", "answer.accepted"] {
        wanted.remove(unknown);
    }
    assert_eq!(site.count(), wanted);
    // The same facts under the same keys.
    let signed = Site::new(full_world());
    signed.sync();
    let keys: Vec<(String, &str)> = signed.rows().into_iter().map(|row| (row.id, row.kind.text())).collect();
    for row in site.rows() {
        assert!(keys.contains(&(row.id.clone(), row.kind.text())), "{} {}", row.id, row.kind.text());
    }
    // And what is new since.
    site.hub.change(|world| {
        world.add((0, 5), Some(1), NOW + 60, What::Comment);
        world.add((0, 5), Some(1), NOW + 61, What::Closed(Some("COMPLETED")));
        world.repos[0].stars.push((1, NOW + 60));
    });
    let told = site.sync();
    assert!(told.requests < 20, "{}", told.requests);
    assert_eq!(site.count()["issue.closed"], wanted["issue.closed"] + 1);
    assert_eq!(site.count()["issue.commented"], wanted["issue.commented"] + 1);
    assert_eq!(site.count()["repo.starred"], 121);
}

#[test]
fn features_that_are_switched_off_are_no_error() {
    let mut world = full_world();
    (world.repos[0].has_issues, world.repos[0].has_discussions) = (false, false);
    let site = Site::new(world);
    let told = site.sync();
    assert_eq!((told.errors.as_slice(), told.skipped.as_slice()), (&[][..], &[][..]));
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn what_is_too_long_ago_to_be_kept_is_neither_asked_for_nor_kept() {
    let mut site = Site::new(full_world());
    site.config.retain_days = Some(300);
    let told = site.sync();
    let rows = site.rows();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.at.0 >= NOW - 300 * DAY));
    assert!(told.requests < 10, "{}", told.requests);
    assert_eq!(site.count()["repo.starred"], 120);
}
