//! A made-up GitLab server, served in the form of the official REST API, and what a reading of it must hold.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use buyin::{
    config::{Api, RemoteConfig, SecretFrom, SourceConfig},
    domain::{account::Zone, time::Time},
    sources::{
        Source,
        gitlab::Gitlab,
        remote::{Remote, Response},
    },
};
use serde_json::{Value, json};

use super::{
    conformance::{self, everything},
    drive::{Drive, Fact, Ledger, stamp},
    outcome::Concluded,
    server::{Req, Res, decode},
};

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000;
const DAY: i64 = 86_400;
const HOST: &str = "https://git.example.org";
const PROJECT: u64 = 77;

#[derive(Debug, Clone)]
struct User {
    id: u64,
    username: String,
    email: Option<&'static str>,
    organization: Option<&'static str>,
    /// Since when, and how high.
    member: Option<(i64, u32)>,
}

#[derive(Debug, Clone)]
struct Comment {
    id: u64,
    by: u64,
    at: i64,
    kind: Option<&'static str>,
    is_system: bool,
    is_internal: bool,
}

/// An issue or a merge request.
#[derive(Debug, Clone)]
struct Item {
    iid: u64,
    is_issue: bool,
    by: u64,
    title: String,
    labels: Vec<&'static str>,
    at: i64,
    updated: i64,
    /// `closed` or `merged`: what, when, by whom.
    end: Option<(&'static str, i64, Option<u64>)>,
    moved: bool,
    comments: Vec<Comment>,
    /// Reopenings and approvals: the number of the event, who, when.
    turns: Vec<(u64, u64, i64)>,
    deleted: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    path: String,
    old_path: Option<String>,
    users: Vec<User>,
    items: Vec<Item>,
    refused: Vec<String>,
    next: u64,
    token: Option<&'static str>,
    is_private: bool,
    scope_is_wrong: bool,
    is_old: bool,
}

impl World {
    fn new() -> Self {
        let user = |id: u64, username: &str, email, organization, member| User {
            id,
            username: username.to_owned(),
            email,
            organization,
            member,
        };
        let mut world = Self {
            path: "made-up/engine".to_owned(),
            users: vec![
                user(1, "mia", Some("Mia@Work.Example"), Some("Made Up Ltd"), Some((NOW - 800 * DAY, 50))),
                user(2, "ada", Some(""), Some("Acme"), None),
                user(3, "ben", Some(""), Some(""), Some((NOW - 100 * DAY, 20))),
                user(4, "project_77_bot_1f", None, None, Some((NOW - 300 * DAY, 40))),
                user(5, "ghost", None, None, None),
                user(6, "dev", None, None, Some((NOW - 50 * DAY, 30))),
            ],
            next: 1_000,
            ..Self::default()
        };
        let crash = world.open(true, 2, "It crashes", NOW - 100 * DAY, vec!["bug", "area::core"]);
        world.comment(crash, 1, NOW - 99 * DAY, None);
        world.comment(crash, 4, NOW - 98 * DAY, None);
        world.system(crash, 1, NOW - 98 * DAY);
        world.end(crash, "closed", NOW - 90 * DAY, Some(1));
        let again = world.open(true, 3, "Again", NOW - 80 * DAY, vec![]);
        world.end(again, "closed", NOW - 70 * DAY, Some(1));
        world.turn(again, 3, NOW - 60 * DAY);
        world.item(again).end = None;
        world.item(again).updated = NOW - 60 * DAY;
        let moved = world.open(true, 5, "In the wrong place", NOW - 50 * DAY, vec!["feature"]);
        world.end(moved, "closed", NOW - 49 * DAY, Some(6));
        world.item(moved).moved = true;
        let merged = world.open(false, 2, "Mend it", NOW - 95 * DAY, vec![]);
        world.comment(merged, 1, NOW - 94 * DAY, Some("DiffNote"));
        world.comment(merged, 2, NOW - 94 * DAY + 60, Some("DiscussionNote"));
        world.turn(merged, 6, NOW - 93 * DAY);
        world.end(merged, "merged", NOW - 92 * DAY, Some(1));
        let closed = world.open(false, 3, "No use", NOW - 30 * DAY, vec![]);
        world.end(closed, "closed", NOW - 29 * DAY, None);
        world.open(false, 6, "Not yet", NOW - 3 * DAY, vec!["docs"]);
        world.internal(again, 1, NOW - 59 * DAY);
        world
    }

    fn open(&mut self, is_issue: bool, by: u64, title: &str, at: i64, labels: Vec<&'static str>) -> usize {
        let iid =
            1 + u64::try_from(self.items.iter().filter(|item| item.is_issue == is_issue).count()).unwrap();
        self.items.push(Item {
            iid,
            is_issue,
            by,
            title: title.to_owned(),
            labels,
            at,
            updated: at,
            end: None,
            moved: false,
            comments: Vec::new(),
            turns: Vec::new(),
            deleted: false,
        });
        self.items.len() - 1
    }

    fn item(&mut self, item: usize) -> &mut Item {
        &mut self.items[item]
    }

    fn say(
        &mut self,
        item: usize,
        by: u64,
        at: i64,
        kind: Option<&'static str>,
        system: bool,
        internal: bool,
    ) {
        self.next += 1;
        let id = self.next;
        let item = self.item(item);
        item.updated = item.updated.max(at);
        item.comments.push(Comment { id, by, at, kind, is_system: system, is_internal: internal });
    }

    fn comment(&mut self, item: usize, by: u64, at: i64, kind: Option<&'static str>) {
        self.say(item, by, at, kind, false, false);
    }

    fn system(&mut self, item: usize, by: u64, at: i64) {
        self.say(item, by, at, None, true, false);
    }

    fn internal(&mut self, item: usize, by: u64, at: i64) {
        self.say(item, by, at, None, false, true);
    }

    fn end(&mut self, item: usize, what: &'static str, at: i64, by: Option<u64>) {
        let item = self.item(item);
        item.updated = item.updated.max(at);
        item.end = Some((what, at, by));
    }

    fn turn(&mut self, item: usize, by: u64, at: i64) {
        self.next += 1;
        let id = self.next;
        let item = self.item(item);
        item.updated = item.updated.max(at);
        item.turns.push((id, by, at));
    }

    fn truth(&self) -> BTreeMap<String, Fact> {
        let mut facts = BTreeMap::new();
        let name = |id: u64| if id == 5 { "ghost".to_owned() } else { id.to_string() };
        let web = format!("{HOST}/{}", self.path);
        for item in self.items.iter().filter(|item| !item.deleted) {
            let (iid, author) = (item.iid, name(item.by));
            let (sign, page, word) = if item.is_issue {
                ('#', "issues", "issue")
            } else {
                ('!', "merge_requests", "merge-request")
            };
            let url = format!("{web}/-/{page}/{iid}");
            let blank = Fact {
                kind: if item.is_issue { "issue.opened" } else { "pr.opened" },
                actor: author.clone(),
                counterpart: None,
                at: item.at,
                subject: Some(format!("repo:{}", self.path)),
                thread: Some(format!("{sign}{iid}")),
                labels: Vec::new(),
                title: None,
                url: Some(url.clone()),
            };
            let mut labels: Vec<String> = item.labels.iter().map(|label| (*label).to_owned()).collect();
            labels.sort();
            let title = Some(item.title.replace('\u{202e}', ""));
            let of_issue = labels.clone();
            facts.insert(format!("{PROJECT}/{word}/{iid}"), Fact { labels, title, ..blank.clone() });
            if let Some((what, at, by)) = item.end {
                let by = by.map_or("ghost".to_owned(), name);
                let (kind, key) = match (what, item.is_issue) {
                    ("closed", true) => ("issue.closed", "closed"),
                    ("closed", false) => ("pr.closed", "ended"),
                    _ => ("pr.merged", "ended"),
                };
                let counterpart = Some(author.clone()).filter(|author| kind == "pr.merged" || *author != by);
                let moved = item.moved.then(|| "moved".to_owned());
                let labels =
                    if item.is_issue { of_issue.into_iter().chain(moved).collect() } else { Vec::new() };
                let fact = Fact { kind, actor: by, counterpart, at, labels, ..blank.clone() };
                facts.insert(format!("{PROJECT}/{word}/{iid}/{key}"), fact);
            }
            for comment in item.comments.iter().filter(|note| !note.is_system && !note.is_internal) {
                let kind = match (item.is_issue, comment.kind) {
                    (true, _) => "issue.commented",
                    (false, Some("DiffNote")) => "pr.reviewed",
                    (false, _) => "pr.commented",
                };
                let url = Some(format!("{url}#note_{}", comment.id));
                let fact = Fact { kind, actor: name(comment.by), at: comment.at, url, ..blank.clone() };
                facts.insert(format!("{PROJECT}/note/{}", comment.id), fact);
            }
            for (event, by, at) in &item.turns {
                let kind = if item.is_issue { "issue.reopened" } else { "pr.reviewed" };
                let fact = Fact { kind, actor: name(*by), at: *at, ..blank.clone() };
                facts.insert(format!("{PROJECT}/event/{event}"), fact);
            }
        }
        self.truth_of_members(&mut facts);
        facts
    }

    fn truth_of_members(&self, facts: &mut BTreeMap<String, Fact>) {
        for user in &self.users {
            let Some((at, level)) = user.member.filter(|(_, level)| *level >= 30 && self.token.is_some())
            else {
                continue;
            };
            let word = if level >= 50 {
                "owner"
            } else if level >= 40 {
                "maintainer"
            } else {
                "developer"
            };
            let fact = Fact {
                kind: "role.granted",
                actor: user.id.to_string(),
                counterpart: None,
                at,
                subject: Some(format!("repo:{}", self.path)),
                thread: None,
                labels: vec![word.to_owned()],
                title: None,
                url: None,
            };
            facts.insert(format!("{PROJECT}/member/{}", user.id), fact);
        }
    }

    pub(crate) fn serve(&mut self, asked: &Req) -> Res {
        let token = asked.header("private-token");
        if self.scope_is_wrong {
            let body = json!({"error": "insufficient_scope", "scope": "api read_api",
                              "error_description": "The request requires higher privileges than provided by the access token."});
            return Res::status_json(403, &body);
        }
        if token.is_some() && token != self.token {
            return Res::status_json(401, &json!({"message": "401 Unauthorized"}));
        }
        if asked.path == "/api/graphql" {
            return self.profiles(asked, token.is_some());
        }
        let Some(rest) = asked.path.strip_prefix("/api/v4/projects/") else {
            return self.refuse(&format!("unknown path {}", asked.path));
        };
        let (project, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let project = decode(project);
        if self.old_path.as_deref() == Some(&project) {
            return Res::redirect(301, &format!("/api/v4/projects/{PROJECT}"));
        }
        if self.is_private && token.is_none() || project != PROJECT.to_string() && project != self.path {
            return Res::status_json(404, &json!({"message": "404 Project Not Found"}));
        }
        let mut known = vec!["page", "per_page"];
        known.extend(match rest {
            "" | "members/all" => vec![],
            "issues" | "merge_requests" => {
                vec!["order_by", "sort", "updated_after", "created_after", "state", "scope"]
            }
            "events" => vec!["action", "target_type", "before", "after", "sort"],
            _ => return self.refuse(&format!("unknown path {}", asked.path)),
        });
        if let Some((name, _)) = asked.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return self.refuse(&format!("unknown parameter {name} of {}", asked.path));
        }
        match rest {
            "" => Res::json(&json!({"id": PROJECT, "path_with_namespace": self.path, "name": "engine",
                                    "web_url": format!("{HOST}/{}", self.path), "description": null,
                                    "issues_enabled": true, "merge_requests_enabled": true,
                                    "of_a_later_version": {}})),
            "members/all" if token.is_none() => {
                Res::status_json(401, &json!({"message": "401 Unauthorized"}))
            }
            "members/all" => {
                let all: Vec<Value> = self
                    .users
                    .iter()
                    .filter_map(|user| {
                        let (at, level) = user.member?;
                        let mut value = brief(user);
                        value["access_level"] = json!(level);
                        value["created_at"] = json!(stamp(at));
                        value["expires_at"] = Value::Null;
                        value["membership_state"] = json!("active");
                        Some(value)
                    })
                    .collect();
                self.paged(asked, all)
            }
            "issues" | "merge_requests" => {
                let moment = |name: &str| asked.param(name).map_or(0, |after| Time::parse(after).unwrap().0);
                let (updated, created) = (moment("updated_after"), moment("created_after"));
                let mut found: Vec<&Item> = self
                    .items
                    .iter()
                    .filter(|item| item.is_issue == (rest == "issues") && !item.deleted)
                    .filter(|item| item.updated >= updated && item.at >= created)
                    .collect();
                assert_eq!(asked.param("sort"), Some("asc"));
                match asked.param("order_by") {
                    Some("updated_at") => found.sort_by_key(|item| (item.updated, item.iid)),
                    Some("created_at") => found.sort_by_key(|item| (item.at, item.iid)),
                    other => return self.refuse(&format!("order {other:?}")),
                }
                let all: Vec<Value> = found.iter().map(|item| self.item_json(item)).collect();
                self.paged(asked, all)
            }
            _ => self.events(asked),
        }
    }

    fn refuse(&mut self, why: &str) -> Res {
        self.refused.push(why.to_owned());
        Res::status_json(404, &json!({"error": "404 Not Found"}))
    }

    /// A page of a list. The number of the next one is empty at the end.
    fn paged(&mut self, asked: &Req, all: Vec<Value>) -> Res {
        let number = |name: &str| asked.param(name).and_then(|value| value.parse::<usize>().ok());
        let (page, size) = (number("page").unwrap_or(1), number("per_page").unwrap_or(20));
        if page < 1 || !(1..=100).contains(&size) {
            return self.refuse("pages begin with 1 and hold 100 at most");
        }
        if (page - 1) * size > 50_000 {
            let words = "Offset pagination has a maximum allowed offset of 50000";
            return Res::status_json(405, &json!({"error": words}));
        }
        let more = page * size < all.len();
        let shown: Vec<Value> = all.into_iter().skip((page - 1) * size).take(size).collect();
        let next = if more { (page + 1).to_string() } else { String::new() };
        Res::json(&Value::Array(shown)).with("x-next-page", next).with("x-page", page)
    }

    fn user(&self, id: u64) -> Value {
        brief(self.users.iter().find(|user| user.id == id).unwrap())
    }

    fn item_json(&self, item: &Item) -> Value {
        let end = item.end;
        let who = |what: &str| end.filter(|(end, ..)| *end == what).and_then(|(_, _, by)| by);
        let when = |what: &str| end.filter(|(end, ..)| *end == what).map(|(_, at, _)| stamp(at));
        let mut value = json!({
            "id": 9_000_000_000_u64 + item.iid, "iid": item.iid, "project_id": PROJECT, "title": item.title,
            "description": "\u{1b}[31mwords", "state": end.map_or("opened", |(what, ..)| what),
            "created_at": stamp(item.at), "updated_at": stamp(item.updated), "labels": item.labels,
            "author": self.user(item.by), "closed_at": when("closed"),
            "closed_by": who("closed").map(|by| self.user(by)), "milestone": null, "assignees": [],
            "user_notes_count": 1, "confidential": false, "weight": null, "of_a_later_version": null,
        });
        if item.is_issue {
            value["moved_to_id"] = if item.moved { json!(123) } else { Value::Null };
            value["_links"] = json!({"self": "x", "closed_as_duplicate_of": null});
        } else {
            let merger = who("merged").map(|by| self.user(by));
            value[if self.is_old { "merged_by" } else { "merge_user" }] = json!(merger);
            value["merged_at"] = json!(when("merged"));
            value["draft"] = json!(false);
        }
        value
    }

    fn events(&mut self, asked: &Req) -> Res {
        let day = asked.param("after").map_or(i64::MIN, |day| (Time::parse(day).unwrap().day().0 + 1).into());
        let happened = |at: i64| at.div_euclid(DAY) >= day;
        let event = |id: u64, what: &str, item: &Item, by: u64, at: i64| {
            json!({"id": id, "project_id": PROJECT, "action_name": what, "target_id": 5, "target_iid": item.iid,
                   "target_type": if item.is_issue { "Issue" } else { "MergeRequest" }, "author_id": by,
                   "target_title": item.title, "created_at": stamp(at), "author": self.user(by),
                   "author_username": "x", "imported": false})
        };
        let mut found: Vec<(i64, Value)> = Vec::new();
        for item in self.items.iter().filter(|item| !item.deleted) {
            match (asked.param("target_type"), asked.param("action")) {
                (Some("note"), None) => {
                    for note in item.comments.iter().filter(|note| happened(note.at)) {
                        let mut value = event(note.id * 10, "commented on", item, note.by, note.at);
                        value["target_type"] = json!(note.kind.unwrap_or("Note"));
                        value["target_iid"] = json!(note.id);
                        value["note"] = json!({
                            "id": note.id, "type": note.kind, "body": "words", "attachment": null,
                            "author": self.user(note.by), "created_at": stamp(note.at), "system": note.is_system,
                            "noteable_id": 5, "noteable_iid": item.iid, "internal": note.is_internal,
                            "noteable_type": if item.is_issue { "Issue" } else { "MergeRequest" },
                        });
                        found.push((note.at, value));
                    }
                }
                (Some("issue"), Some("reopened")) if item.is_issue => {
                    let turns = item.turns.iter().filter(|(.., at)| happened(*at));
                    found.extend(turns.map(|(id, by, at)| (*at, event(*id, "reopened", item, *by, *at))));
                }
                (None, Some("approved")) if !item.is_issue => {
                    let turns = item.turns.iter().filter(|(.., at)| happened(*at));
                    found.extend(turns.map(|(id, by, at)| (*at, event(*id, "approved", item, *by, *at))));
                }
                (Some("issue"), Some("reopened")) | (None, Some("approved")) => {}
                other => return self.refuse(&format!("{other:?}")),
            }
        }
        assert_eq!(asked.param("sort"), Some("asc"));
        found.sort_by_key(|(at, value)| (*at, value["id"].as_u64()));
        self.paged(asked, found.into_iter().map(|(_, value)| value).collect())
    }

    fn profiles(&mut self, asked: &Req, has_token: bool) -> Res {
        let body = asked.json();
        let query = body["query"].as_str().unwrap_or_default();
        let wanted = body["variables"]["ids"].as_array().cloned().unwrap_or_default();
        if asked.method != "POST" || !query.contains("users(ids: $ids") || wanted.len() > 100 || !has_token {
            return self.refuse("no such query");
        }
        if self.is_old {
            let words = "Field 'organization' doesn't exist on type 'UserCore'";
            return Res::json(&json!({"errors": [{"message": words, "locations": []}]}));
        }
        let gid = |user: &User| format!("gid://gitlab/User/{}", user.id);
        let nodes: Vec<Value> = self
            .users
            .iter()
            .filter(|user| wanted.contains(&json!(gid(user))))
            .map(|user| {
                json!({"id": gid(user), "name": format!("{} Made-Up", user.username), "publicEmail": user.email,
                       "organization": user.organization})
            })
            .collect();
        Res::json(&json!({"data": {"users": {"nodes": nodes}}}))
    }
}

fn brief(user: &User) -> Value {
    let name =
        if user.username == "evil" { "\u{1b}[31m\u{202e}evil\r\n".repeat(60) } else { user.username.clone() };
    json!({"id": user.id, "username": user.username, "name": format!("{name} Made-Up"),
           "state": "active", "locked": false, "avatar_url": null, "web_url": format!("{HOST}/{}", user.username)})
}

fn config(path: &str, has_token: bool) -> RemoteConfig {
    RemoteConfig {
        name: "git".to_owned(),
        base_url: HOST.to_owned(),
        token: has_token.then(|| SecretFrom::Command(vec!["echo".to_owned(), "made-up".to_owned()])),
        zone: Zone::Upstream,
        zones: Vec::new(),
        minimise: true,
        retain_days: None,
        api: Api::Gitlab { projects: vec![path.to_owned()] },
    }
}

fn source(path: &str, has_token: bool) -> Gitlab {
    Gitlab::new(&config(path, has_token), vec![path.to_owned()])
}

/// Follows a redirect, as the engine does.
fn answer(world: &Arc<Mutex<World>>, asked: &Req) -> Res {
    let res = world.lock().unwrap().serve(asked);
    match res.headers.iter().find(|(name, _)| name == "location") {
        Some((_, to)) => world.lock().unwrap().serve(&Req { path: to.clone(), ..asked.clone() }),
        None => res,
    }
}

fn sync(ledger: &mut Ledger, world: &Arc<Mutex<World>>, remote: &Gitlab, now: i64) -> usize {
    let before = ledger.requests.len();
    let token = world.lock().unwrap().token;
    ledger.sync(&Drive { remote, serve: &|asked| answer(world, asked), token, key: None }, now);
    assert_eq!(world.lock().unwrap().refused, Vec::<String>::new());
    ledger.requests.len() - before
}

#[track_caller]
fn same(ledger: &Ledger, world: &Arc<Mutex<World>>) {
    let truth = world.lock().unwrap().truth();
    for (key, fact) in &truth {
        assert_eq!(ledger.facts.get(key), Some(fact), "{key}");
    }
    let extra: Vec<&String> = ledger.facts.keys().filter(|key| !truth.contains_key(*key)).collect();
    assert_eq!(extra, Vec::<&String>::new());
}

fn start() -> (Arc<Mutex<World>>, Gitlab, Ledger) {
    let world = World { token: Some("made-up"), ..World::new() };
    (Arc::new(Mutex::new(world)), source("made-up/engine", true), Ledger::default())
}

#[test]
fn a_project_is_read_whole() {
    let (world, remote, mut ledger) = start();
    let requests = sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    assert_eq!((ledger.faults.len(), ledger.skipped.len(), ledger.changed.len()), (0, 0, 0));
    // The project, its members, two lists, three feeds, profiles of the four that met new people.
    assert_eq!(requests, 1 + 1 + 2 + 3 + 5, "{:#?}", ledger.requests);
    let ada = &ledger.people["2"];
    assert_eq!(
        (ada.handle.as_deref(), ada.forge.as_deref(), ada.account_id.as_deref(), ada.bot),
        (Some("ada"), Some("git.example.org"), Some("2"), false)
    );
    assert!(ledger.people["4"].bot && ledger.people["ghost"].handle.is_none());
    let mia = &ledger.people["profile/1"];
    assert_eq!(
        (mia.email.as_deref(), mia.company.as_deref()),
        (Some("mia@work.example"), Some("Made Up Ltd"))
    );
    assert_eq!((mia.account_id.as_deref(), mia.handle.as_deref()), (Some("1"), None));
    assert_eq!(ledger.people["profile/2"].company.as_deref(), Some("Acme"));
    assert!(!ledger.people.contains_key("profile/3"));
    assert_eq!(ledger.subjects["repo:made-up/engine"], format!("{HOST}/made-up/engine"));
}

#[test]
fn a_public_project_is_read_without_a_token_but_for_its_members_and_profiles() {
    let (world, _, mut ledger) = start();
    world.lock().unwrap().token = None;
    sync(&mut ledger, &world, &source("made-up/engine", false), NOW);
    same(&ledger, &world);
    assert_eq!((ledger.faults.len(), ledger.skipped.len()), (0, 0));
    assert!(!ledger.people.contains_key("profile/1"));
}

#[test]
fn a_later_reading_brings_what_changed() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        world.comment(0, 2, NOW + 10, None);
        world.turn(0, 2, NOW + 20);
        world.item(0).end = None;
        world.item(0).title = "It crashes \u{202e}again".to_owned();
        world.item(0).updated = NOW + 20;
        world.end(5, "merged", NOW + 30, Some(1));
        // Somebody reopened the closed merge request.
        world.item(4).end = None;
        world.item(4).updated = NOW + 40;
    }
    sync(&mut ledger, &world, &remote, NOW + DAY);
    // An issue's closing stays in the past: it was closed, and then reopened.
    assert_eq!(ledger.facts.remove("77/issue/1/closed").unwrap().at, NOW - 90 * DAY);
    same(&ledger, &world);
    let changed = ledger.changed.len();
    let requests = sync(&mut ledger, &world, &remote, NOW + 2 * DAY);
    same(&ledger, &world);
    assert_eq!(ledger.changed.len(), changed);
    assert!(requests <= 7 + 4, "{requests}");
}

#[test]
fn a_renamed_project_is_read_anew_under_its_new_name() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        world.old_path = Some(std::mem::replace(&mut world.path, "made-up/motor".to_owned()));
    }
    sync(&mut ledger, &world, &remote, NOW + DAY);
    same(&ledger, &world);
    assert_eq!(ledger.facts["77/issue/1"].subject.as_deref(), Some("repo:made-up/motor"));
}

#[test]
fn long_lists_are_read_to_their_end_even_while_they_change() {
    let (world, remote, mut ledger) = start();
    {
        let mut world = world.lock().unwrap();
        for n in 0..1_000 {
            // Hundreds of one second, as after an import.
            let at = if n < 350 { NOW - 200 * DAY } else { NOW - 200 * DAY + n };
            let item = world.open(true, 2, "One of many", at, vec!["bug"]);
            for reply in 0..5 {
                world.comment(item, 1 + u64::try_from(reply % 3).unwrap(), NOW - 150 * DAY + n, None);
            }
            world.item(item).updated = at;
        }
    }
    let touched = Mutex::new(false);
    let serve = |asked: &Req| {
        let res = answer(&world, asked);
        let is_list = asked.path.ends_with("/issues");
        if is_list && !std::mem::replace(&mut *touched.lock().unwrap(), true) {
            // What was on the first page changes while the list is read.
            for item in world.lock().unwrap().items.iter_mut().filter(|item| item.is_issue).take(90) {
                item.updated = NOW;
            }
        }
        res
    };
    ledger.sync(&Drive { remote: &remote, serve: &serve, token: Some("made-up"), key: None }, NOW);
    same(&ledger, &world);
    assert_eq!(ledger.faults, Vec::<String>::new());
    let requests = ledger.requests.len();
    println!("gitlab: {requests} requests for 1,000 issues with 5,000 comments");
    assert!(requests <= 75, "{requests}");
    // What changed meanwhile comes with the next reading.
    for item in world.lock().unwrap().items.iter_mut().filter(|item| item.is_issue).take(90) {
        item.title = "Changed while it was read".to_owned();
    }
    sync(&mut ledger, &world, &remote, NOW + DAY);
    same(&ledger, &world);
}

#[test]
fn older_servers_name_the_merger_otherwise_and_have_no_such_profiles() {
    let (world, remote, mut ledger) = start();
    world.lock().unwrap().is_old = true;
    sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    assert!(ledger.faults[0].contains("organization") && ledger.faults[0].contains("GitLab 16"));
}

#[test]
fn refusals_name_what_to_change() {
    let (world, _, mut ledger) = start();
    world.lock().unwrap().is_private = true;
    world.lock().unwrap().token = None;
    sync(&mut ledger, &world, &source("made-up/engine", false), NOW);
    assert!(ledger.faults[0].contains("a private one needs `token`, with the scope `read_api`"));

    let (world, remote, mut ledger) = start();
    world.lock().unwrap().scope_is_wrong = true;
    sync(&mut ledger, &world, &remote, NOW);
    assert!(ledger.faults[0].contains("the scope `read_api`"), "{:?}", ledger.faults);

    let (world, remote, mut ledger) = start();
    let drive =
        Drive { remote: &remote, serve: &|asked| answer(&world, asked), token: Some("old"), key: None };
    ledger.sync(&drive, NOW);
    assert!(ledger.faults[0].contains("the token is not accepted (401)"), "{:?}", ledger.faults);
}

#[test]
fn a_record_that_is_not_sound_is_counted_and_the_rest_is_kept() {
    let (world, remote, mut ledger) = start();
    let serve = |asked: &Req| {
        let mut res = answer(&world, asked);
        if asked.path.ends_with("/issues") {
            let mut value: Value = serde_json::from_slice(&res.body).unwrap();
            value[1]["created_at"] = json!(17);
            res.body = value.to_string().into_bytes();
        }
        res
    };
    ledger.sync(&Drive { remote: &remote, serve: &serve, token: Some("made-up"), key: None }, NOW);
    assert_eq!(ledger.skipped.len(), 1, "{:?}", ledger.skipped);
    assert!(ledger.skipped[0].1.contains("created_at"), "{:?}", ledger.skipped);
}

#[test]
fn a_budget_is_counted_by_the_clock_of_the_server() {
    let remote = source("made-up/engine", true);
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let response = Response {
        status: 200,
        headers: vec![
            header("date", "Fri, 20 Nov 2026 12:00:00 GMT"),
            header("ratelimit-limit", "300"),
            header("ratelimit-remaining", "7"),
            header("ratelimit-reset", &(NOW + 42).to_string()),
        ],
        at: Time(NOW + 900),
        ..Response::default()
    };
    let budget = remote.budget(&response).unwrap();
    assert_eq!((budget.left, budget.of, budget.full_in), (7, Some(300), Some(42)));
}

impl conformance::World for World {
    fn of(threads: usize) -> Self {
        let usual = Self::new();
        let users =
            usual.users.into_iter().map(|user| User { member: user.member.filter(|_| threads > 0), ..user });
        let mut world = Self {
            path: usual.path,
            users: users.collect(),
            token: Some("made-up"),
            next: 1_000,
            ..Self::default()
        };
        for n in 0..i64::try_from(threads).unwrap() {
            let at = NOW - 60 * DAY + n * 30_000;
            let by = 1 + u64::try_from(n % 4).unwrap();
            let item = world.open(n % 4 != 3, by, "A thread", at, vec!["bug"]);
            for reply in 0..n % 5 {
                let by = 1 + u64::try_from((n + reply) % 4).unwrap();
                world.comment(item, by, at + 60 + reply, (reply == 2).then_some("DiffNote"));
            }
            match n % 6 {
                1 => world.end(item, "closed", at + 500, Some(1)),
                2 => world.turn(item, 1, at + 600),
                3 if n % 4 == 3 => world.end(item, "merged", at + 700, Some(6)),
                _ => {}
            }
        }
        world
    }

    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
        let config = RemoteConfig { base_url: url.to_owned(), ..config("made-up/engine", true) };
        let config = SourceConfig::Remote(config);
        let Ok(Source::Remote(remote)) = buyin::sources::open(&config) else { panic!("it opens") };
        (config, remote)
    }

    fn answer(&mut self, asked: &Req) -> Res {
        self.serve(asked)
    }

    fn wrong(&self) -> Vec<String> {
        self.refused.clone()
    }

    fn facts(&self) -> usize {
        self.truth().len()
    }

    fn change(&mut self, at: Time) -> (usize, usize) {
        "Edited".clone_into(&mut self.item(4).title);
        self.item(4).updated = at.0;
        self.comment(8, 2, at.0, None);
        (1, 1)
    }

    fn delete(&mut self) -> usize {
        let before = self.truth().len();
        self.item(7).deleted = true;
        before - self.truth().len()
    }

    fn hostile(&mut self) {
        for item in &mut self.items {
            item.title = format!("\u{1b}[31m\u{202e}evil\r\n\u{200b}{}", "x".repeat(2_000));
            item.labels = vec!["\u{1b}]0;evil\u{7}label\u{2066}", "\u{202e}\u{200b}"];
        }
        "evil".clone_into(&mut self.users[1].username);
    }

    fn forbidden() -> Res {
        let body = json!({"error": "insufficient_scope", "scope": "api read_api",
                          "error_description": "The request \u{1b}[1mrequires higher privileges."});
        Res::status_json(403, &body)
    }

    fn throttled(seconds: u64) -> Res {
        Res::new(429, "Retry later\n").with("content-type", "text/plain").with("retry-after", seconds)
    }
}

#[test]
fn gitlab_passes_what_every_source_passes() {
    everything::<World>();
}

#[test]
fn issues_that_were_declined_block_until_they_are_open_again_and_a_bots_word_is_no_answer() {
    let mut world = <World as conformance::World>::of(0);
    world.users[0].member = Some((NOW - 900 * DAY, 50));
    for n in 0..3 {
        let ada = world.open(true, 2, "Refused", NOW - 100 * DAY + n, vec!["bug", "wontfix"]);
        world.end(ada, "closed", NOW - 90 * DAY, Some(1));
        let ben = world.open(true, 3, "Refused at first", NOW - 100 * DAY + n, vec!["bug", "wontfix"]);
        world.comment(ben, 1, NOW - 95 * DAY, None);
        world.turn(ben, 1, NOW - 80 * DAY);
        let dev = world.open(true, 6, "Left alone", NOW - 100 * DAY + n, vec!["bug"]);
        world.comment(dev, 4, NOW - 99 * DAY, None);
        world.comment(dev, 6, NOW - 98 * DAY + n, None);
    }
    world.users[5].member = None;
    let concluded = Concluded::from(world);
    let (stage, cause) = concluded.stands("git:ada");
    assert_eq!(stage, "blocker");
    assert!(cause.unwrap().starts_with(&format!("{HOST}/made-up/engine/-/issues/")));
    assert_eq!(concluded.stands("git:ben"), ("skeptic".to_owned(), None));
    assert_eq!(concluded.stands("git:dev").0, "blocker");
}

#[test]
fn whatever_an_answer_holds_reading_it_never_panics() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    assert!(ledger.shake(&remote) > 100);
}
