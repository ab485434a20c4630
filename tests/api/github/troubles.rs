//! What goes wrong on GitHub's side, and what becomes of it.

use serde_json::json;

use super::{lists::full_world, serve::NOW, site::Site, world::World};
use crate::api::server::Res;

fn small_world() -> World {
    let mut world = World::default();
    let ada = world.user("ada", Some("acme"));
    let tool = world.repo("sample/tool");
    world.issue(tool, Some(ada), NOW - 86_400, &[]);
    world
}

#[test]
fn queries_that_are_too_heavy_are_asked_for_less_until_all_is_read() {
    let site = Site::new(full_world());
    // A whole page of issues may bring 15,100 nodes, one of pull requests 21,550.
    site.hub.give_up_beyond(6_000);
    let told = site.sync();
    assert_eq!(told.errors, []);
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn an_error_of_the_server_beside_nothing_is_asked_again_for_half() {
    let site = Site::new(full_world());
    let wrong = json!({"data": null, "errors": [{"message": "Something went wrong while executing your query on \
        2026-11-22. Please include `A1:B2` when reporting this issue."}]});
    let heavy = json!({"data": {"repository": null}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED",
        "path": ["repository"], "message": "Resource limits for this query exceeded."}]});
    site.hub.trouble([
        None,
        Some(Res::json(&wrong)),
        Some(Res::json(&heavy)),
        Some(Res::html(504, "<html>")),
    ]);
    let told = site.sync();
    assert_eq!(told.errors, []);
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn limits_of_every_form_are_waited_out() {
    let site = Site::new(small_world());
    let spent =
        json!({"data": null, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]});
    let secondary =
        json!({"message": "You have exceeded a secondary rate limit. Please wait a few minutes."});
    site.hub.trouble([
        Some(Res::json(&spent)),
        Some(Res::status_json(403, &secondary).with("retry-after", 30)),
        Some(Res::status_json(403, &secondary)),
        Some(Res::json(&secondary)),
    ]);
    let told = site.sync();
    assert_eq!(told.waited, [Some(1_800), Some(30), Some(60), Some(60)]);
    assert_eq!(told.errors, []);
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn a_token_without_the_scope_for_e_mails_reads_all_else_and_says_so() {
    let site = Site::new(small_world());
    site.hub.with_scopes(Some("gist, read:org, repo"));
    let told = site.sync();
    assert_eq!(told.errors, []);
    assert!(told.skipped[0].reason.contains("`user:email`"), "{:?}", told.skipped);
    assert_eq!(told.requests, 2, "nothing is asked in vain");
    assert_eq!(site.sync().skipped, [], "it is said once");
    assert_eq!(site.people()["1000"].email, None);
    assert_eq!(site.people()["1000"].company.as_deref(), Some("acme"));
    assert_eq!(site.count(), site.hub.world().count());
}

#[test]
fn what_is_private_or_gone_or_not_permitted_says_what_to_change() {
    let forbidden = |hint: (&str, &str)| {
        Res::status_json(403, &json!({"message": "Resource not accessible"})).with(hint.0, hint.1)
    };
    let sso = json!({"data": {"repository": null}, "errors": [{"type": "FORBIDDEN", "path": ["repository"],
        "extensions": {"saml_failure": true}, "message": "Resource protected by organization SAML enforcement."}]});
    for (answer, message, hint) in [
        (Res::status_json(401, &json!({"message": "Bad credentials"})), "not accepted (401)", "expired"),
        (forbidden(("x-accepted-github-permissions", "issues=read")), "not permitted (403)", "issues=read"),
        (forbidden(("x-accepted-oauth-scopes", "repo")), "not permitted (403)", "scopes: repo"),
        (Res::json(&sso), "SAML", "single sign-on"),
        (Res::status_json(451, &json!({"message": "Repository access blocked"})), "451", "take it out"),
        (Res::status_json(410, &json!({"message": "gone"})), "410", "take it out"),
        (Res::html(200, "<html>Sign in</html>"), "a web page", "base_url"),
        (Res::json(&json!({"data": {"repository": {"nonsense": 1}}})), "databaseId", ""),
    ] {
        let site = Site::new(small_world());
        site.hub.trouble([Some(answer)]);
        let told = site.sync();
        let error = told.errors.first().unwrap();
        assert!(error.message.contains(message), "{error:?}");
        assert!(error.hint.as_deref().unwrap_or_default().contains(hint), "{error:?}");
        assert_eq!(site.rows().len(), 0);
    }
    for signed in [true, false] {
        let mut site = Site::new(small_world());
        site.hub.change(|world| world.repos.clear());
        site.config.token = site.config.token.filter(|_| signed);
        let told = site.sync();
        assert!(told.errors[0].message.contains("not found"), "{:?}", told.errors);
        assert!(told.errors[0].hint.as_ref().unwrap().contains("scope `repo`"), "{:?}", told.errors);
    }
}

#[test]
fn one_record_that_cannot_be_read_does_not_take_the_others_with_it() {
    let site = Site::new(small_world());
    let who = json!({"__typename": "User", "login": "ada", "databaseId": 1000});
    let sound = json!({"id": "I_2", "number": 2, "title": "Sound", "createdAt": "2026-11-20T10:00:00Z", "author": who,
        "labels": null, "timelineItems": {"pageInfo": {"hasNextPage": false}, "nodes": [
            {"__typename": "SomethingNew", "createdAt": "2026-11-20T11:00:00Z"},
            {"__typename": "IssueComment", "fullDatabaseId": null, "createdAt": "2026-11-20T11:00:00Z", "author": null},
            null,
        ]}, "novelty": {"deep": [1, 2, 3]}});
    let page = json!({"data": {"repository": {"databaseId": 500, "nameWithOwner": "sample/tool", "url": "javascript:x",
        "issues": {"pageInfo": {"hasNextPage": false, "endCursor": null}, "nodes": [null, {"number": "two"}, sound]}}},
        "errors": [{"type": "FORBIDDEN", "path": ["repository", "issues", "nodes", 0], "message": "no"}]});
    site.hub.trouble([None, Some(Res::json(&page))]);
    let told = site.sync();
    assert_eq!(told.errors, []);
    let reasons: Vec<&str> = told.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(
        reasons[0] == "no" && reasons[1].contains("number") && reasons[2].contains("fullDatabaseId"),
        "{reasons:?}"
    );
    let rows = site.rows();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].title.as_deref(), rows[0].url.as_deref()), (Some("Sound"), None));
}

#[test]
fn a_list_that_names_the_same_place_again_is_ended() {
    let site = Site::new(small_world());
    let page = json!({"data": {"repository": {"databaseId": 500, "nameWithOwner": "sample/tool", "url": null,
        "issues": {"pageInfo": {"hasNextPage": true, "endCursor": "again"}, "nodes": []}}}});
    site.hub.trouble([None, Some(Res::json(&page)), Some(Res::json(&page))]);
    let told = site.sync();
    assert!(told.errors[0].message.contains("same place again"), "{:?}", told.errors);
}
