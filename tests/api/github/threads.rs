//! Threads come out right: who did what upon whom, why something was closed, who is nobody.

use buyin::domain::activity::{ActivityRow, Kind};

use super::{
    serve::NOW,
    site::Site,
    world::{Nature, What, World},
};

const DAY: i64 = 86_400;

fn found<'a>(rows: &'a [ActivityRow], thread: &str, kind: Kind) -> Vec<&'a ActivityRow> {
    rows.iter().filter(|row| row.thread.as_deref() == Some(thread) && row.kind == kind).collect()
}

/// Who stands behind an identity, by the source's own name for them.
fn who(site: &Site, id: buyin::domain::ids::IdentityId) -> String {
    let all = site.store().identities().unwrap();
    all.into_iter().find(|one| one.id == id).unwrap().profile.native
}

#[test]
fn a_closing_names_who_closed_whose_issue_and_why() {
    let mut world = World::default();
    let (ada, bo) = (world.user("ada", None), world.user("bo", None));
    let stale = world.person("stale", Nature::Bot);
    let tool = world.repo("sample/tool");
    for (by, reason) in [
        (bo, Some("COMPLETED")),
        (bo, Some("NOT_PLANNED")),
        (bo, Some("DUPLICATE")),
        (bo, None),
        (stale, Some("NOT_PLANNED")),
    ] {
        let issue = (tool, world.issue(tool, Some(ada), NOW - 10 * DAY, &["bug"]));
        world.add(issue, Some(by), NOW - DAY, What::Closed(reason));
    }
    world.add((tool, 0), Some(ada), NOW - 100, What::Reopened);
    let site = Site::new(world);
    site.sync();
    let rows = site.rows();
    let whys = [&["resolved"][..], &["declined"], &["duplicate"], &[], &["stale"]];
    for (number, why) in (1..).zip(whys) {
        let closed = found(&rows, &format!("#{number}"), Kind::IssueClosed);
        assert_eq!(closed.len(), 1);
        assert_eq!(closed[0].labels, why);
        assert_eq!(who(&site, closed[0].counterpart.unwrap()), "1000");
        assert_eq!(who(&site, closed[0].actor), if number == 5 { "1002" } else { "1001" });
        assert_eq!(closed[0].subject.as_deref(), Some("repo:sample/tool"));
    }
    let reopened = found(&rows, "#1", Kind::IssueReopened);
    assert_eq!(who(&site, reopened[0].actor), "1000");
    let opened = found(&rows, "#1", Kind::IssueOpened)[0];
    assert_eq!(opened.url.as_deref(), Some("https://forge.example/sample/tool/issues/1"));
    assert_eq!(opened.labels, ["bug"]);
}

#[test]
fn a_merge_names_the_merger_and_is_no_closing_and_a_review_says_its_verdict() {
    let mut world = World::default();
    let (ada, bo) = (world.user("ada", None), world.user("bo", None));
    let tool = world.repo("sample/tool");
    let pull = (tool, world.pull(tool, Some(ada), NOW - 5 * DAY));
    world.add(pull, Some(bo), NOW - 4 * DAY, What::Review("APPROVED", 2));
    world.add(pull, Some(ada), NOW - 4 * DAY, What::Review("COMMENTED", 1));
    world.merge(pull, Some(bo), NOW - 3 * DAY);
    let gone = (tool, world.pull(tool, None, NOW - 5 * DAY));
    world.merge(gone, None, NOW - DAY);
    let site = Site::new(world);
    site.sync();
    let rows = site.rows();
    let merged = found(&rows, "#1", Kind::PrMerged)[0];
    assert_eq!(
        (who(&site, merged.actor), who(&site, merged.counterpart.unwrap())),
        ("1001".into(), "1000".into())
    );
    assert_eq!(found(&rows, "#1", Kind::PrClosed).len(), 0);
    let reviews = found(&rows, "#1", Kind::PrReviewed);
    assert_eq!(reviews.len(), 1, "who opened it does not review it");
    assert_eq!(reviews[0].labels, ["approved"]);
    assert_eq!(who(&site, reviews[0].counterpart.unwrap()), "1000");
    assert_eq!(found(&rows, "#1", Kind::PrCommented).len(), 3);
    let orphan = found(&rows, "#2", Kind::PrMerged)[0];
    assert_eq!(who(&site, orphan.actor), "ghost");
}

#[test]
fn an_accepted_answer_names_who_accepted_whose() {
    let mut world = World::default();
    let (ada, bo) = (world.user("ada", None), world.user("bo", None));
    let tool = world.repo("sample/tool");
    let topic = (tool, world.discussion(tool, Some(ada), NOW - 5 * DAY, true));
    world.reply(topic, None, Some(bo), NOW - 4 * DAY);
    world.reply(topic, Some(0), Some(ada), NOW - 3 * DAY);
    world.reply(topic, None, Some(ada), NOW - 3 * DAY);
    world.repos[tool].discussions[0].accepted = Some((0, NOW - DAY, Some(ada)));
    let site = Site::new(world);
    site.sync();
    let rows = site.rows();
    let accepted = found(&rows, "#1", Kind::AnswerAccepted)[0];
    assert_eq!(
        (who(&site, accepted.actor), who(&site, accepted.counterpart.unwrap())),
        ("1000".into(), "1001".into())
    );
    let answers = found(&rows, "#1", Kind::AnswerPosted);
    assert_eq!(answers.len(), 1, "who asked does not answer");
    assert_eq!(who(&site, answers[0].counterpart.unwrap()), "1000");
    let replies = found(&rows, "#1", Kind::PostReplied);
    let upon: Vec<_> = replies.iter().map(|row| row.counterpart.map(|id| who(&site, id))).collect();
    assert!(upon.contains(&Some("1001".to_owned())) && upon.contains(&None), "{upon:?}");
    assert_eq!(found(&rows, "#1", Kind::TopicOpened)[0].labels, ["Q&A"]);
}

#[test]
fn people_are_known_by_their_number_and_machines_as_machines() {
    let mut world = World::default();
    let ada = world.user("ada", Some("acme"));
    let bot = world.person("helper", Nature::Bot);
    let old = world.person("old-hand", Nature::Mannequin);
    let org = world.person("acme-org", Nature::Organization);
    let tool = world.repo("sample/tool");
    let issue = (tool, world.issue(tool, Some(ada), NOW - DAY, &[]));
    for who in [Some(bot), Some(old), None] {
        world.add(issue, who, NOW - 100, What::Comment);
    }
    world.fork(tool, org, NOW - 50);
    let site = Site::new(world);
    site.sync();
    let people = site.people();
    let ada = &people["1000"];
    assert_eq!(
        (ada.handle.as_deref(), ada.forge.as_deref(), ada.account_id.as_deref()),
        (Some("ada"), Some("github"), Some("1000"))
    );
    assert_eq!((ada.email.as_deref(), ada.company.as_deref()), (Some("ada@acme.example"), Some("acme")));
    assert!(people["1001"].bot && people["1001"].handle.as_deref() == Some("helper[bot]"));
    assert_eq!((people["1002"].handle.as_deref(), people["1002"].bot), (None, false));
    assert!(people["1003"].bot);
    let ghost = &people["ghost"];
    assert_eq!((&ghost.handle, &ghost.name, &ghost.email, ghost.bot), (&None, &None, &None, false));
    // A login that changes is still the same person.
    site.hub.change(|world| {
        world.people[0].login = "ada-lovely".to_owned();
        world.add((0, 0), Some(0), NOW + 60, What::Comment);
    });
    site.sync();
    let people = site.people();
    assert_eq!(people.len(), 5);
    assert_eq!(people["1000"].handle.as_deref(), Some("ada-lovely"));
}

#[test]
fn an_issue_that_comes_from_another_repository_brings_its_past() {
    let mut world = World::default();
    let (ada, bo) = (world.user("ada", None), world.user("bo", None));
    let tool = world.repo("sample/tool");
    world.issue(tool, Some(ada), NOW - 50 * DAY, &[]);
    let site = Site::new(world);
    site.sync();
    site.hub.change(|world| {
        let moved = (0, world.issue(0, Some(ada), NOW - 40 * DAY, &[]));
        world.add(moved, Some(bo), NOW - 30 * DAY, What::Comment);
        world.add(moved, Some(bo), NOW + 60, What::Transferred);
    });
    site.sync();
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn a_renamed_repository_is_read_anew_under_its_new_name() {
    let mut world = World::default();
    let ada = world.user("ada", None);
    let tool = world.repo("sample/tool");
    let issue = (tool, world.issue(tool, Some(ada), NOW - 50 * DAY, &[]));
    world.add(issue, Some(ada), NOW - 40 * DAY, What::Comment);
    let site = Site::new(world);
    site.sync();
    site.hub.change(|world| {
        world.repos[0].old_names.push("sample/tool".to_owned());
        world.repos[0].name = "sample/better".to_owned();
    });
    let told = site.sync();
    assert!(
        told.skipped[0].reason.contains("sample/better: change its name in `repos`"),
        "{:?}",
        told.skipped
    );
    assert_eq!(site.count(), site.hub.world().count());
    assert!(site.rows().iter().all(|row| row.subject.as_deref() == Some("repo:sample/better")));
    let again = site.sync();
    assert_eq!((again.requests, again.skipped.len()), (1, 0), "said once");
}
