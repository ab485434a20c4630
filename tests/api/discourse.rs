//! A made-up Discourse forum, served in the form of the official API, and what a reading of it must hold.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use buyin::{
    config::{Api, RemoteConfig, SecretFrom, SourceConfig},
    domain::{account::Zone, time::Time},
    sources::{Source, discourse::Discourse, remote::Remote},
};
use serde_json::{Value, json};

use super::{
    conformance::{self, everything},
    drive::{Drive, Fact, Ledger, stamp},
    outcome::Concluded,
    server::{Req, Res},
};

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000;
const DAY: i64 = 86_400;
const FORUM: &str = "https://forum.example.org";

#[derive(Debug, Clone)]
struct User {
    id: i64,
    username: String,
    name: Option<String>,
    /// When they became staff.
    staff: Option<i64>,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Post,
    Whisper,
    /// `closed.enabled` and its like.
    Small(&'static str),
}

#[derive(Debug, Clone)]
struct Post {
    id: u64,
    number: u64,
    /// `None`: the account is gone.
    by: Option<i64>,
    at: i64,
    to: Option<u64>,
    what: What,
    deleted: bool,
}

#[derive(Debug, Clone)]
struct Topic {
    id: u64,
    title: String,
    category: u64,
    tags: Vec<&'static str>,
    posts: Vec<Post>,
    bumped: i64,
    closed: bool,
    archived: bool,
    /// Number of the post, and who said so, where the forum tells.
    accepted: Option<(u64, Option<i64>)>,
    deleted: bool,
}

#[derive(Debug, Clone)]
struct Like {
    by: i64,
    topic: u64,
    number: u64,
    at: i64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    users: Vec<User>,
    /// Number, slug, parent.
    categories: Vec<(u64, &'static str, Option<u64>)>,
    topics: Vec<Topic>,
    likes: Vec<Like>,
    /// Requests that the official description does not know.
    refused: Vec<String>,
    has_directory: bool,
    needs_login: bool,
    key: Option<&'static str>,
    throttled: u32,
    next_post: u64,
}

impl World {
    /// A small forum of plainly made-up people.
    fn new() -> Self {
        let user = |id: i64, username: &str, name: Option<&str>, staff: Option<i64>| User {
            id,
            username: username.to_owned(),
            name: name.map(str::to_owned),
            staff,
        };
        let mut world = Self {
            users: vec![
                user(-1, "system", Some("system"), Some(NOW - 3_000 * DAY)),
                user(1, "mod_mia", Some("Mia Moderata"), Some(NOW - 900 * DAY)),
                user(2, "ada", Some("Ada Askwell"), None),
                user(3, "ben", Some(""), None),
                user(4, "cho", None, None),
            ],
            categories: vec![(1, "help", None), (2, "bug", Some(1)), (3, "news", None), (4, "", None)],
            has_directory: true,
            ..Self::default()
        };
        let first = world.open(2, 2, "It crashes", NOW - 100 * DAY, vec!["v2"]);
        world.reply(first, Some(3), NOW - 99 * DAY, None);
        world.reply(first, Some(2), NOW - 98 * DAY, Some(2));
        world.whisper(first, 1, NOW - 97 * DAY);
        let second = world.open(3, 1, "How to start", NOW - 50 * DAY, vec![]);
        world.reply(second, Some(4), NOW - 49 * DAY, None);
        world.reply(second, Some(-1), NOW - 48 * DAY, None);
        world.accept(second, 2, None);
        let third = world.open(4, 3, "Nobody answers", NOW - 20 * DAY, vec!["question", "v2"]);
        assert_eq!((first, second, third), (1, 2, 3));
        let fourth = world.open(2, 4, "Closed and open again", NOW - 40 * DAY, vec![]);
        world.small(fourth, 1, NOW - 39 * DAY, "closed.enabled");
        world.small(fourth, 1, NOW - 38 * DAY, "closed.disabled");
        world.small(fourth, -1, NOW - 10 * DAY, "autoclosed.enabled");
        let long = world.open(3, 3, "A long talk", NOW - 60 * DAY, vec![]);
        for n in 0..250 {
            world.reply(long, Some(2 + n % 3), NOW - 59 * DAY + n * 600, (n > 40).then_some(5));
        }
        world.reply(long, None, NOW - 30 * DAY, None);
        world.likes = (0..70)
            .map(|n| Like {
                by: 4,
                topic: long,
                number: 2 + n,
                at: NOW - 30 * DAY - i64::try_from(n).unwrap(),
            })
            .collect();
        world
    }

    fn open(&mut self, by: i64, category: u64, title: &str, at: i64, tags: Vec<&'static str>) -> u64 {
        let id = self.topics.iter().map(|topic| topic.id).max().unwrap_or(0) + 1;
        self.next_post += 1;
        let post = Post {
            id: self.next_post,
            number: 1,
            by: Some(by),
            at,
            to: None,
            what: What::Post,
            deleted: false,
        };
        self.topics.push(Topic {
            id,
            title: title.to_owned(),
            category,
            tags,
            posts: vec![post],
            bumped: at,
            closed: false,
            archived: false,
            accepted: None,
            deleted: false,
        });
        id
    }

    fn add(&mut self, topic: u64, by: Option<i64>, at: i64, to: Option<u64>, what: What) -> u64 {
        self.next_post += 1;
        let id = self.next_post;
        let topic = self.find(topic);
        let number = topic.posts.last().unwrap().number + 1;
        if what == What::Post {
            topic.bumped = topic.bumped.max(at);
        }
        topic.posts.push(Post { id, number, by, at, to, what, deleted: false });
        number
    }

    fn reply(&mut self, topic: u64, by: Option<i64>, at: i64, to: Option<u64>) -> u64 {
        self.add(topic, by, at, to, What::Post)
    }

    fn whisper(&mut self, topic: u64, by: i64, at: i64) {
        self.add(topic, Some(by), at, None, What::Whisper);
    }

    fn small(&mut self, topic: u64, by: i64, at: i64, code: &'static str) {
        self.add(topic, Some(by), at, None, What::Small(code));
        let topic = self.find(topic);
        let (what, on) = code.rsplit_once('.').unwrap();
        if what == "archived" {
            topic.archived = on == "enabled";
        } else {
            topic.closed = on == "enabled";
        }
    }

    fn accept(&mut self, topic: u64, number: u64, by: Option<i64>) {
        self.find(topic).accepted = Some((number, by));
    }

    fn find(&mut self, id: u64) -> &mut Topic {
        self.topics.iter_mut().find(|topic| topic.id == id).unwrap()
    }

    fn user(&self, id: i64) -> &User {
        self.users.iter().find(|user| user.id == id).unwrap()
    }

    /// What the ledger must hold, counted from the world alone.
    fn truth(&self) -> BTreeMap<String, Fact> {
        let mut facts = BTreeMap::new();
        for topic in self.topics.iter().filter(|topic| !topic.deleted) {
            let path = self.path(topic.category);
            let opener = topic.posts[0].by.unwrap().to_string();
            let blank = Fact {
                kind: "topic.opened",
                actor: opener.clone(),
                counterpart: None,
                at: topic.posts[0].at,
                subject: Some(format!("category:{path}")),
                thread: Some(format!("topic/{}", topic.id)),
                labels: Vec::new(),
                title: None,
                url: Some(format!("{FORUM}/t/{}", topic.id)),
            };
            let mut labels: Vec<String> = topic.tags.iter().map(|tag| (*tag).to_owned()).collect();
            labels.extend(path.split('/').map(str::to_owned));
            labels.sort();
            let title = Some(topic.title.replace('\u{202e}', ""));
            facts.insert(format!("topic/{}", topic.id), Fact { labels, title, ..blank.clone() });
            for post in topic.posts.iter().skip(1).filter(|post| !post.deleted) {
                let actor = post.by.map_or("ghost".to_owned(), |by| by.to_string());
                let other = |number: u64| {
                    topic.posts.iter().find(|post| post.number == number)?.by.map(|by| by.to_string())
                };
                let other = if topic.posts.len() <= 20 { post.to.and_then(other) } else { None };
                let other = other.unwrap_or(opener.clone());
                let (kind, labels) = match post.what {
                    What::Post => ("post.replied", Vec::new()),
                    What::Whisper => continue,
                    What::Small("closed.enabled") => ("issue.closed", Vec::new()),
                    What::Small("autoclosed.enabled") => ("issue.closed", vec!["stale".to_owned()]),
                    What::Small("closed.disabled") => ("issue.reopened", Vec::new()),
                    What::Small(code) => panic!("{code}"),
                };
                let labels = if topic.accepted.is_some() && kind == "issue.closed" {
                    vec!["resolved".to_owned()]
                } else {
                    labels
                };
                let fact = Fact {
                    kind,
                    counterpart: Some(other).filter(|other| *other != actor),
                    actor: actor.clone(),
                    at: post.at,
                    labels,
                    url: Some(format!("{FORUM}/t/{}/{}", topic.id, post.number)),
                    ..blank.clone()
                };
                if let Some((number, by)) = topic.accepted
                    && number == post.number
                {
                    let accepted = Fact {
                        kind: "answer.accepted",
                        actor: by.map_or(opener.clone(), |by| by.to_string()),
                        counterpart: Some(actor),
                        ..fact.clone()
                    };
                    facts.insert(format!("topic/{}/accepted", topic.id), accepted);
                }
                facts.insert(format!("topic/{}/{}", topic.id, post.number), fact);
            }
        }
        self.truth_of_people(&mut facts);
        facts
    }

    fn truth_of_people(&self, facts: &mut BTreeMap<String, Fact>) {
        for user in self.users.iter().filter(|user| user.id > 0) {
            if let Some(at) = user.staff {
                let fact = Fact {
                    kind: "role.granted",
                    actor: user.id.to_string(),
                    counterpart: None,
                    at,
                    subject: None,
                    thread: None,
                    labels: vec!["staff".to_owned()],
                    title: None,
                    url: None,
                };
                facts.insert(format!("staff/{}", user.id), fact);
            }
        }
        for like in self.likes.iter().filter(|_| self.has_directory) {
            let topic = self.topics.iter().find(|topic| topic.id == like.topic).unwrap();
            let post = topic.posts.iter().find(|post| post.number == like.number).unwrap();
            let author = post.by.unwrap().to_string();
            let fact = Fact {
                kind: "reaction.given",
                actor: like.by.to_string(),
                counterpart: Some(author).filter(|author| *author != like.by.to_string()),
                at: like.at,
                subject: Some(format!("category:{}", self.path(topic.category))),
                thread: Some(format!("topic/{}", topic.id)),
                labels: Vec::new(),
                title: None,
                url: Some(format!("{FORUM}/t/{}/{}", like.topic, like.number)),
            };
            facts.insert(format!("like/{}/{}/{}", like.topic, like.number, like.by), fact);
        }
    }

    fn path(&self, category: u64) -> String {
        let (id, slug, parent) = self.categories.iter().find(|(id, ..)| *id == category).unwrap();
        let slug = if slug.is_empty() { format!("{id}-category") } else { (*slug).to_owned() };
        parent.map_or(slug.clone(), |parent| format!("{}/{slug}", self.path(parent)))
    }
}

/// The answers.
impl World {
    pub(crate) fn serve(&mut self, asked: &Req) -> Res {
        let known = match asked.path.as_str() {
            "/categories.json" => vec!["include_subcategories"],
            "/latest.json" => vec!["order", "per_page", "page", "ascending"],
            "/groups/staff/members.json" => vec!["limit", "offset"],
            "/directory_items.json" => vec!["period", "order", "asc", "page"],
            "/user_actions.json" => vec!["offset", "username", "filter"],
            "/admin/users/list/active.json" => vec!["order", "asc", "page", "show_emails", "stats"],
            path if path.starts_with("/c/") => vec!["order", "per_page", "page", "ascending"],
            path if path.starts_with("/t/") && path.ends_with("/posts.json") => vec!["post_ids[]"],
            path if path.starts_with("/t/") => vec![],
            path => return self.refuse(&format!("unknown path {path}")),
        };
        if let Some((name, _)) = asked.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return self.refuse(&format!("unknown parameter {name} of {}", asked.path));
        }
        if asked.method != "GET" || asked.header("accept") != Some("application/json") {
            return self.refuse("HTML would come");
        }
        if asked.header("api-key").is_some() != asked.header("api-username").is_some() {
            return self.refuse("a key goes with a user");
        }
        if self.throttled > 0 {
            self.throttled -= 1;
            let body = json!({"errors": ["Slow down, please."], "error_type": "rate_limit",
                              "extras": {"wait_seconds": 7, "time_left": "7 seconds"}});
            return Res::status_json(429, &body).with("retry-after", 7);
        }
        if let Some(key) = asked.header("api-key").filter(|key| Some(*key) != self.key) {
            assert!(!key.is_empty());
            let words =
                "You are not permitted to view the requested resource. The API username or key is invalid.";
            return refusal(403, words, "invalid_access");
        }
        if self.needs_login && asked.header("api-key").is_none() {
            return refusal(403, "You need to be logged in to do that.", "not_logged_in");
        }
        let parts: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
        match parts[0] {
            "categories.json" => self.categories_json(),
            "latest.json" => self.list(asked, None),
            "c" => {
                let id: u64 = parts.last().unwrap().trim_end_matches(".json").parse().unwrap();
                self.list(asked, Some(id))
            }
            "t" => {
                let id: u64 = parts[1].trim_end_matches(".json").parse().unwrap();
                let Some(topic) = self.topics.iter().find(|topic| topic.id == id && !topic.deleted) else {
                    return refusal(404, "The requested URL or resource could not be found.", "not_found");
                };
                if parts.len() == 3 { self.posts_json(topic, asked) } else { self.topic_json(topic) }
            }
            "groups" => self.staff_json(asked),
            "directory_items.json" => self.directory_json(asked),
            "user_actions.json" => self.actions_json(asked),
            "admin" if asked.header("api-key").is_none() => {
                refusal(404, "The requested URL or resource could not be found.", "not_found")
            }
            "admin" => self.emails_json(asked),
            _ => self.refuse(&asked.path),
        }
    }

    fn staff_json(&self, asked: &Req) -> Res {
        let number = |name: &str| asked.param(name).and_then(|value| value.parse::<usize>().ok());
        let (limit, offset) = (number("limit").unwrap_or(50), number("offset").unwrap_or(0));
        let staff: Vec<&User> = self.users.iter().filter(|user| user.staff.is_some()).collect();
        let members: Vec<Value> = staff
            .iter()
            .skip(offset)
            .take(limit)
            .map(|user| {
                json!({"id": user.id, "username": user.username, "name": user.name, "title": null,
                               "avatar_template": "/a.png", "last_posted_at": null, "last_seen_at": null,
                               "added_at": stamp(user.staff.unwrap()), "timezone": null})
            })
            .collect();
        let meta = json!({"total": staff.len(), "limit": limit, "offset": offset});
        Res::json(&json!({"members": members, "owners": [], "meta": meta}))
    }

    fn emails_json(&self, asked: &Req) -> Res {
        let page = asked.param("page").map_or(1, |page| page.parse::<usize>().unwrap());
        let users: Vec<Value> = self
            .users
            .iter()
            .filter(|user| user.id > 0 && page == 1)
            .map(|user| {
                json!({"id": user.id, "username": user.username, "name": user.name,
                               "email": format!("{}@Mail.Example", user.username), "secondary_emails": [],
                               "active": true, "admin": false, "trust_level": 1})
            })
            .collect();
        Res::json(&Value::Array(users))
    }

    fn refuse(&mut self, why: &str) -> Res {
        self.refused.push(why.to_owned());
        Res::html(400, "<html>what is this?</html>")
    }

    fn brief(&self, id: i64) -> Value {
        let user = self.user(id);
        json!({"id": user.id, "username": user.username, "name": user.name, "avatar_template": "/a.png"})
    }

    fn categories_json(&self) -> Res {
        let one = |(id, slug, _): &(u64, &str, Option<u64>), below: Value| {
            json!({"id": id, "name": "A name", "slug": slug, "color": "0088CC", "topic_url": null,
                   "read_restricted": false, "permission": null, "has_children": false,
                   "subcategory_list": below, "of_a_later_version": {"x": [1]}})
        };
        let below = |parent: u64| {
            let below = self.categories.iter().filter(|(_, _, of)| *of == Some(parent));
            let below: Vec<Value> = below.map(|category| one(category, Value::Null)).collect();
            if below.is_empty() { Value::Null } else { Value::Array(below) }
        };
        let top = self.categories.iter().filter(|(_, _, parent)| parent.is_none());
        let top: Vec<Value> = top.map(|category| one(category, below(category.0))).collect();
        Res::json(&json!({"category_list": {"can_create_category": false, "categories": top}}))
    }

    fn list(&self, asked: &Req, category: Option<u64>) -> Res {
        let size = asked.param("per_page").map_or(30, |size| size.parse::<usize>().unwrap().clamp(1, 100));
        let page: usize = asked.param("page").map_or(0, |page| page.parse().unwrap());
        let is_in = |topic: &&Topic| {
            let parent = self.categories.iter().find(|(id, ..)| *id == topic.category).unwrap().2;
            category.is_none_or(|wanted| topic.category == wanted || parent == Some(wanted))
        };
        let mut topics: Vec<&Topic> =
            self.topics.iter().filter(|topic| !topic.deleted).filter(is_in).collect();
        topics.sort_by_key(|topic| std::cmp::Reverse((topic.bumped, topic.id)));
        let shown: Vec<&Topic> = topics.iter().skip(page * size).take(size).copied().collect();
        let users: Vec<Value> = self.users.iter().map(|user| self.brief(user.id)).collect();
        let items: Vec<Value> = shown.iter().map(|topic| Self::listed(topic)).collect();
        let mut list = json!({"can_create_topic": false, "draft": null, "per_page": size, "topics": items});
        if (page + 1) * size < topics.len() {
            list["more_topics_url"] = json!(format!("/latest?page={}", page + 1));
        }
        Res::json(&json!({"users": users, "primary_groups": [], "topic_list": list}))
    }

    fn listed(topic: &Topic) -> Value {
        let seen = |post: &&Post| !post.deleted && post.what != What::Whisper;
        let posts: Vec<&Post> = topic.posts.iter().filter(seen).collect();
        let last = posts.last().unwrap();
        json!({
            "id": topic.id, "title": topic.title, "fancy_title": topic.title, "slug": "a-slug",
            "posts_count": posts.len(), "reply_count": 0, "highest_post_number": last.number, "image_url": null,
            "created_at": stamp(topic.posts[0].at), "last_posted_at": stamp(last.at), "bumped": true,
            "bumped_at": stamp(topic.bumped), "archetype": "regular", "unseen": false, "pinned": topic.id == 3,
            "pinned_globally": false, "unpinned": null, "visible": true, "closed": topic.closed,
            "archived": topic.archived, "tags": tags(topic), "views": 5, "like_count": 0,
            "last_poster_username": "x", "category_id": topic.category, "featured_link": null,
            "has_accepted_answer": topic.accepted.is_some(),
            "posters": [{"extras": "latest", "description": "Original Poster", "user_id": topic.posts[0].by,
                         "primary_group_id": null}],
        })
    }

    fn post_json(&self, topic: &Topic, post: &Post) -> Value {
        let user = post.by.map(|by| self.user(by));
        let (kind, code) = match post.what {
            What::Post => (1, None),
            What::Whisper => (4, None),
            What::Small(code) => (3, Some(code)),
        };
        json!({
            "id": post.id, "name": user.map(|user| user.name.clone()), "username": user.map(|user| &user.username),
            "avatar_template": "/a.png", "created_at": stamp(post.at), "cooked": "<p>\u{1b}[31mwords</p>",
            "post_number": post.number, "post_type": kind, "updated_at": stamp(post.at), "reply_count": 0,
            "reply_to_post_number": post.to, "quote_count": 0, "topic_id": topic.id, "version": 1,
            "moderator": false, "admin": false, "staff": false, "user_id": post.by, "hidden": false,
            "trust_level": 1, "deleted_at": null, "user_deleted": false, "edit_reason": null, "wiki": false,
            "action_code": code, "actions_summary": [{"id": 2, "count": 1}], "of_a_later_version": null,
        })
    }

    fn topic_json(&self, topic: &Topic) -> Res {
        let seen: Vec<&Post> =
            topic.posts.iter().filter(|post| !post.deleted && post.what != What::Whisper).collect();
        let posts: Vec<Value> = seen.iter().take(20).map(|post| self.post_json(topic, post)).collect();
        let stream: Vec<u64> = seen.iter().map(|post| post.id).collect();
        let people = topic.posts.iter().filter_map(|post| post.by);
        let people: std::collections::BTreeSet<i64> =
            people.chain(topic.accepted.and_then(|(_, by)| by)).collect();
        let people: Vec<Value> = people.into_iter().map(|id| self.brief(id)).collect();
        let mut value = json!({
            "post_stream": {"posts": posts, "stream": stream}, "timeline_lookup": [[1, 9]],
            "suggested_topics": null, "tags": tags(topic), "id": topic.id, "title": topic.title,
            "posts_count": seen.len(), "created_at": stamp(topic.posts[0].at), "closed": topic.closed,
            "archived": topic.archived, "archetype": "regular", "slug": "a-slug", "category_id": topic.category,
            "word_count": null, "deleted_at": null, "user_id": topic.posts[0].by, "chunk_size": 20,
            "highest_post_number": seen.last().unwrap().number,
            "details": {"can_edit": false, "participants": people,
                        "created_by": self.brief(topic.posts[0].by.unwrap())},
        });
        if let Some((number, by)) = topic.accepted {
            let answerer = topic.posts.iter().find(|post| post.number == number).unwrap().by.unwrap();
            value["accepted_answer"] = json!({"post_number": number, "username": self.user(answerer).username,
                                              "name": null, "excerpt": "words"});
            if let Some(by) = by {
                value["accepted_answer"]["accepter_username"] = json!(self.user(by).username);
            }
        }
        Res::json(&value)
    }

    fn posts_json(&self, topic: &Topic, asked: &Req) -> Res {
        let wanted: Vec<u64> = asked.query.iter().map(|(_, id)| id.parse().unwrap()).collect();
        assert!(!wanted.is_empty() && wanted.len() <= 100);
        let posts: Vec<Value> = topic
            .posts
            .iter()
            .filter(|post| wanted.contains(&post.id) && !post.deleted)
            .map(|post| self.post_json(topic, post))
            .collect();
        Res::json(&json!({"post_stream": {"posts": posts}, "id": topic.id}))
    }

    fn directory_json(&mut self, asked: &Req) -> Res {
        let days = match asked.param("period") {
            Some("daily") => 1,
            Some("weekly") => 7,
            Some("monthly") => 30,
            Some("quarterly") => 91,
            Some("yearly") => 365,
            Some("all") => 10_000,
            other => return self.refuse(&format!("period {other:?}")),
        };
        if !self.has_directory {
            return refusal(403, "You are not permitted to view the requested resource.", "invalid_access");
        }
        assert_eq!(asked.param("order"), Some("likes_given"));
        let page: usize = asked.param("page").map_or(0, |page| page.parse().unwrap());
        let given = |user: &User| {
            self.likes.iter().filter(|like| like.by == user.id && like.at >= NOW - days * DAY).count()
        };
        let mut items: Vec<(usize, i64)> =
            self.users.iter().filter(|user| user.id > 0).map(|user| (given(user), user.id)).collect();
        items.sort_by_key(|(given, id)| (std::cmp::Reverse(*given), *id));
        let total = items.len();
        let mut shown: Vec<(usize, i64)> = items.into_iter().skip(page * 50).take(50).collect();
        if page == 0 {
            // Who asks stands on top, whatever they gave.
            shown.insert(0, (0, 1));
        }
        let items: Vec<Value> = shown
            .iter()
            .map(|(given, id)| {
                json!({"id": id, "likes_received": 0, "likes_given": given, "topics_entered": 1, "topic_count": 0,
                       "post_count": 0, "posts_read": 0, "days_visited": 1, "user": self.brief(*id)})
            })
            .collect();
        let meta = json!({"last_updated_at": null, "total_rows_directory_items": total,
                          "load_more_directory_items": "/directory_items.json?page=1"});
        Res::json(&json!({"directory_items": items, "meta": meta}))
    }

    fn actions_json(&self, asked: &Req) -> Res {
        let Some(user) =
            self.users.iter().find(|user| Some(user.username.as_str()) == asked.param("username"))
        else {
            return refusal(404, "The requested URL or resource could not be found.", "not_found");
        };
        assert_eq!(asked.param("filter"), Some("1"));
        let offset: usize = asked.param("offset").map_or(0, |offset| offset.parse().unwrap());
        let mut likes: Vec<&Like> = self.likes.iter().filter(|like| like.by == user.id).collect();
        likes.sort_by_key(|like| std::cmp::Reverse(like.at));
        let acts: Vec<Value> = likes
            .iter()
            .skip(offset)
            .take(30)
            .map(|like| {
                let topic = self.topics.iter().find(|topic| topic.id == like.topic).unwrap();
                let post = topic.posts.iter().find(|post| post.number == like.number).unwrap();
                let author = self.user(post.by.unwrap());
                json!({"excerpt": "words", "action_type": 1, "created_at": stamp(like.at), "slug": "a-slug",
                       "topic_id": topic.id, "target_user_id": user.id, "target_name": null,
                       "target_username": user.username, "post_number": post.number, "post_id": post.id,
                       "username": author.username, "name": author.name, "user_id": author.id,
                       "acting_username": user.username, "acting_name": user.name, "acting_user_id": user.id,
                       "title": topic.title, "deleted": false, "hidden": null, "post_type": 1,
                       "action_code": null, "category_id": topic.category, "closed": false, "archived": false})
            })
            .collect();
        Res::json(&json!({"user_actions": acts}))
    }
}

fn refusal(status: u16, words: &str, kind: &str) -> Res {
    Res::status_json(status, &json!({"errors": [words], "error_type": kind}))
}

/// Some forums name tags, newer ones describe them.
fn tags(topic: &Topic) -> Value {
    if topic.id.is_multiple_of(2) {
        json!(topic.tags)
    } else {
        let tags = topic.tags.iter().enumerate();
        Value::Array(tags.map(|(id, tag)| json!({"id": id, "name": tag, "slug": tag})).collect())
    }
}

fn config(categories: &[&str], token: bool, minimise: bool) -> RemoteConfig {
    let categories: Vec<String> = categories.iter().map(|slug| (*slug).to_owned()).collect();
    RemoteConfig {
        name: "forum".to_owned(),
        base_url: FORUM.to_owned(),
        token: token.then(|| SecretFrom::Env("KEY".to_owned())),
        zone: Zone::Program,
        zones: Vec::new(),
        minimise,
        retain_days: None,
        api: Api::Discourse { user: token.then(|| "mod_mia".to_owned()), categories },
    }
}

fn source(config: &RemoteConfig) -> Discourse {
    let Api::Discourse { user, categories } = config.api.clone() else { panic!("no forum") };
    Discourse::new(config, user, categories)
}

/// Reads the forum once more, and gives how many requests that took.
fn sync(ledger: &mut Ledger, world: &Arc<Mutex<World>>, remote: &Discourse, now: i64) -> usize {
    let before = ledger.requests.len();
    let token = world.lock().unwrap().key;
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote, serve: &serve, token, key: None }, now);
    assert_eq!(world.lock().unwrap().refused, Vec::<String>::new());
    ledger.requests.len() - before
}

fn start() -> (Arc<Mutex<World>>, Discourse, Ledger) {
    (Arc::new(Mutex::new(World::new())), source(&config(&[], false, true)), Ledger::default())
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

#[test]
fn a_forum_is_read_whole_without_a_key() {
    let (world, remote, mut ledger) = start();
    let requests = sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    assert_eq!((ledger.faults.len(), ledger.skipped.len(), ledger.changed.len()), (0, 0, 0));
    // Categories twice, the list, four topics with replies, 3 x 100 further posts, staff, directory, 3 x likes and the end.
    assert_eq!(requests, 2 + 1 + 4 + 3 + 1 + 1 + 4, "{:#?}", ledger.requests);
    let ada = &ledger.people["2"];
    assert_eq!(
        (ada.handle.as_deref(), ada.forge.as_deref(), ada.account_id.as_deref(), ada.name.as_deref()),
        (Some("ada"), Some("forum.example.org"), Some("2"), Some("Ada Askwell"))
    );
    assert!(ledger.people["-1"].bot && !ada.bot && ledger.people["3"].name.is_none());
    let ghost = &ledger.people["ghost"];
    assert_eq!((ghost.handle.as_ref(), ghost.name.as_ref(), ghost.bot), (None, None, false));
    assert_eq!(ledger.subjects["category:help/bug"], format!("{FORUM}/c/help/bug/2"));
}

#[test]
fn a_second_reading_asks_for_no_topic_that_did_not_change() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    // Categories twice, the list, staff, the directory.
    assert_eq!(sync(&mut ledger, &world, &remote, NOW + 3_600), 5);
    same(&ledger, &world);
    assert_eq!(ledger.changed.len(), 0);
}

#[test]
fn what_changes_without_a_date_is_found_by_its_imprint() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        // Answered within the watched days, then accepted without a new post.
        let topic = world.open(2, 1, "Late", NOW - 5 * DAY, vec![]);
        world.reply(topic, Some(4), NOW - 4 * DAY, None);
        world.find(3).title = "Retitled \u{202e}now".to_owned();
    }
    sync(&mut ledger, &world, &remote, NOW + 3_600);
    same(&ledger, &world);
    {
        let mut world = world.lock().unwrap();
        world.accept(6, 2, Some(1));
        world.small(6, 1, NOW + 3_700, "closed.enabled");
    }
    let requests = sync(&mut ledger, &world, &remote, NOW + 7_200);
    same(&ledger, &world);
    assert_eq!(requests, 5 + 1);
    assert_eq!(ledger.facts["topic/6/accepted"].actor, "1");
    {
        let mut world = world.lock().unwrap();
        world.find(6).accepted = None;
        world.find(6).posts[1].deleted = true;
        world.small(6, 1, NOW + 7_300, "closed.disabled");
    }
    sync(&mut ledger, &world, &remote, NOW + 10_800);
    // The closing was marked as resolved while an answer was accepted; it is not any more.
    same(&ledger, &world);
    assert!(!ledger.facts.contains_key("topic/6/2") && !ledger.facts.contains_key("topic/6/accepted"));
}

#[test]
fn new_posts_of_a_long_topic_do_not_bring_the_old_ones_again() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        world.reply(5, Some(1), NOW + 60, None);
        world.find(5).tags = vec!["v3"];
    }
    // The topic and the last of its posts.
    sync(&mut ledger, &world, &remote, NOW + 3_600);
    same(&ledger, &world);
    {
        world.lock().unwrap().reply(5, Some(2), NOW + 3_700, None);
    }
    assert_eq!(sync(&mut ledger, &world, &remote, NOW + 7_200), 5 + 2);
    same(&ledger, &world);
}

#[test]
fn a_moved_topic_takes_its_posts_with_it() {
    let (world, remote, mut ledger) = start();
    {
        let mut world = world.lock().unwrap();
        let id = world.open(2, 1, "Wrong place", NOW - 5 * DAY, vec![]);
        world.reply(id, Some(3), NOW - 4 * DAY, None);
    }
    sync(&mut ledger, &world, &remote, NOW);
    world.lock().unwrap().find(6).category = 3;
    sync(&mut ledger, &world, &remote, NOW + 3_600);
    same(&ledger, &world);
}

#[test]
fn only_the_named_categories_are_read_with_what_lies_below_them() {
    let (world, _, mut ledger) = start();
    let remote = source(&config(&["help"], false, true));
    sync(&mut ledger, &world, &remote, NOW);
    let subjects: std::collections::BTreeSet<_> =
        ledger.facts.values().filter_map(|fact| fact.subject.as_deref()).collect();
    assert_eq!(subjects.into_iter().collect::<Vec<_>>(), ["category:help", "category:help/bug"]);
    let mut ledger = Ledger::default();
    sync(&mut ledger, &world, &source(&config(&["halp"], false, true)), NOW);
    assert!(ledger.faults[0].contains("no category `halp`") && ledger.faults[0].contains("help/bug"));
    // The rest was read.
    assert!(ledger.facts.contains_key("staff/1"));
}

#[test]
fn addresses_come_with_a_key_and_without_minimise_only() {
    let (world, _, mut ledger) = start();
    world.lock().unwrap().key = Some("made-up-key");
    sync(&mut ledger, &world, &source(&config(&[], true, true)), NOW);
    assert!(!ledger.people.contains_key("profile/2"));
    let mut ledger = Ledger::default();
    sync(&mut ledger, &world, &source(&config(&[], true, false)), NOW);
    same(&ledger, &world);
    let ada = &ledger.people["profile/2"];
    assert_eq!(ada.email.as_deref(), Some("ada@mail.example"));
    assert_eq!((ada.account_id.as_deref(), ada.handle.as_deref()), (Some("2"), None));
}

#[test]
fn a_renamed_login_and_a_deleted_account_stay_one_person() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        world.users[2].username = "ada_new".to_owned();
        world.reply(1, Some(2), NOW + 5, None);
    }
    sync(&mut ledger, &world, &remote, NOW + 3_600);
    same(&ledger, &world);
    assert_eq!(ledger.people["2"].handle.as_deref(), Some("ada_new"));
}

#[test]
fn refusals_name_what_to_change() {
    let (world, remote, mut ledger) = start();
    world.lock().unwrap().has_directory = false;
    sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    assert!(ledger.faults[0].starts_with("skip:") && ledger.faults[0].contains("`enable user directory`"));

    let (world, remote, mut ledger) = start();
    world.lock().unwrap().needs_login = true;
    sync(&mut ledger, &world, &remote, NOW);
    assert!(ledger.faults[0].contains("shows nothing to strangers"), "{:?}", ledger.faults);
    assert!(ledger.faults[0].contains("set `token` to an API key and `user`"), "{:?}", ledger.faults);

    let (world, _, mut ledger) = start();
    world.lock().unwrap().key = Some("right");
    let remote = source(&config(&[], true, true));
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote: &remote, serve: &serve, token: Some("wrong"), key: None }, NOW);
    assert!(ledger.faults[0].contains("does not accept the key"), "{:?}", ledger.faults);
    assert!(ledger.faults[0].contains("topics: read"), "{:?}", ledger.faults);
}

#[test]
fn a_deleted_topic_is_skipped_and_a_throttled_reading_goes_on() {
    let (world, remote, mut ledger) = start();
    world.lock().unwrap().throttled = 3;
    let gone = |asked: &Req| {
        let mut world = world.lock().unwrap();
        if asked.path == "/t/1.json" {
            world.find(1).deleted = true;
        }
        world.serve(asked)
    };
    ledger.sync(&Drive { remote: &remote, serve: &gone, token: None, key: None }, NOW);
    same(&ledger, &world);
    assert_eq!(ledger.waited, 21);
    assert!(ledger.faults[0].contains("topic 1 cannot be read (404)"), "{:?}", ledger.faults);
}

#[test]
fn a_record_that_is_not_sound_is_counted_and_the_rest_is_kept() {
    let (world, remote, mut ledger) = start();
    let broken = |asked: &Req| {
        let mut res = world.lock().unwrap().serve(asked);
        let mut value: Value = serde_json::from_slice(&res.body).unwrap();
        if asked.path == "/t/1.json" {
            value["post_stream"]["posts"][1]["created_at"] = json!(null);
            res.body = value.to_string().into_bytes();
        }
        if asked.path == "/latest.json" {
            value["topic_list"]["topics"].as_array_mut().unwrap().push(json!({"id": "x"}));
            res.body = value.to_string().into_bytes();
        }
        res
    };
    ledger.sync(&Drive { remote: &remote, serve: &broken, token: None, key: None }, NOW);
    assert_eq!(ledger.skipped.len(), 2, "{:?}", ledger.skipped);
    assert!(!ledger.facts.contains_key("topic/1/2") && ledger.facts.contains_key("topic/1/3"));
}

#[test]
fn a_list_that_never_ends_is_an_error() {
    let (world, remote, mut ledger) = start();
    let stuck = |asked: &Req| {
        let mut asked = asked.clone();
        let is_list = asked.path == "/latest.json";
        asked.query.retain(|(name, _)| name != "page");
        let mut res = world.lock().unwrap().serve(&asked);
        if is_list {
            let mut value: Value = serde_json::from_slice(&res.body).unwrap();
            value["topic_list"]["more_topics_url"] = json!("/latest?page=1");
            res.body = value.to_string().into_bytes();
        }
        res
    };
    ledger.sync(&Drive { remote: &remote, serve: &stuck, token: None, key: None }, NOW);
    assert!(ledger.faults[0].contains("came twice"), "{:?}", ledger.faults);
    assert!(ledger.facts.contains_key("topic/3"));
}

#[test]
fn a_thousand_topics_cost_little_more_than_a_request_each() {
    let (world, remote, mut ledger) = start();
    {
        let mut world = world.lock().unwrap();
        *world = World {
            users: world.users.clone(),
            categories: world.categories.clone(),
            has_directory: true,
            ..World::default()
        };
        for n in 0..1_000 {
            let topic = world.open(2, 1, "Again", NOW - 300 * DAY + n * 1_000, vec![]);
            for reply in 0..n % 8 {
                world.reply(topic, Some(3), NOW - 300 * DAY + n * 1_000 + reply + 1, None);
            }
        }
    }
    let requests = sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    println!("discourse: {requests} requests for 1,000 topics with {} posts", ledger.facts.len());
    // A list page for 100 topics; topics that nobody replied to cost nothing more.
    assert_eq!(requests, 2 + 10 + 875 + 2, "{:#?}", &ledger.requests[..14]);
}

impl conformance::World for World {
    fn of(threads: usize) -> Self {
        let usual = Self::new();
        let mut world = Self {
            users: usual.users.into_iter().map(|user| User { staff: None, ..user }).collect(),
            categories: usual.categories,
            has_directory: true,
            ..Self::default()
        };
        for n in 0..i64::try_from(threads).unwrap() {
            let at = NOW - 20 * DAY + n * 900;
            let topic = world.open(1 + n % 4, 1 + u64::try_from(n % 4).unwrap(), "A topic", at, vec!["v2"]);
            for reply in 0..n % 30 {
                world.reply(topic, Some(1 + (n + reply) % 4), at + 60 + reply, (reply > 3).then_some(2));
            }
            match n % 5 {
                1 if n % 30 > 2 => world.accept(topic, 2, Some(1)),
                2 => world.small(topic, 1, at + 800, "closed.enabled"),
                _ => {}
            }
            if n % 6 == 0 {
                world.likes.push(Like { by: 3, topic, number: 1, at: at + 70 });
            }
        }
        if threads > 0 {
            world.users[1].staff = Some(NOW - 900 * DAY);
        }
        world
    }

    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
        // Links name the forum, wherever it is served.
        let remote = source(&config(&[], false, true));
        let config = RemoteConfig { base_url: url.to_owned(), ..config(&[], false, true) };
        let config = SourceConfig::Remote(config);
        assert!(matches!(buyin::sources::open(&config), Ok(Source::Remote(_))));
        (config, Arc::new(remote))
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
        "Edited".clone_into(&mut self.find(4).title);
        self.reply(9, Some(2), at.0, None);
        (1, 1)
    }

    fn delete(&mut self) -> usize {
        let before = self.truth().len();
        // No like goes with it.
        self.find(8).deleted = true;
        before - self.truth().len()
    }

    fn hostile(&mut self) {
        for topic in &mut self.topics {
            topic.title = format!("\u{1b}[31m\u{202e}evil\r\n\u{200b}{}", "x".repeat(2_000));
            topic.tags = vec!["\u{1b}]0;evil\u{7}tag\u{2066}"];
        }
        for user in &mut self.users {
            user.name = Some(format!("\u{202e}{}\r\n", "n".repeat(500)));
        }
    }

    fn forbidden() -> Res {
        refusal(403, "You are not permitted \u{1b}[1mto view the requested resource.", "invalid_access")
    }

    fn throttled(seconds: u64) -> Res {
        let body = json!({"errors": ["Slow down, please."], "error_type": "rate_limit",
                          "extras": {"wait_seconds": seconds, "time_left": "soon"}});
        Res::status_json(429, &body)
    }
}

#[test]
fn discourse_passes_what_every_source_passes() {
    everything::<World>();
}

#[test]
fn bugs_that_only_bots_answered_block_and_those_that_staff_answered_do_not() {
    let mut world = <World as conformance::World>::of(0);
    world.users[1].staff = Some(NOW - 900 * DAY);
    for n in 0..3 {
        let ada = world.open(2, 2, "Left alone", NOW - 100 * DAY + n, vec![]);
        world.reply(ada, Some(-1), NOW - 99 * DAY, None);
        world.whisper(ada, 1, NOW - 98 * DAY);
        world.reply(ada, Some(2), NOW - 97 * DAY + n, None);
        let ben = world.open(3, 2, "Answered", NOW - 100 * DAY + n, vec![]);
        world.reply(ben, Some(1), NOW - 98 * DAY, None);
        world.reply(ben, Some(3), NOW - 97 * DAY + n, None);
        let cho = world.open(4, 2, "Solved by its opener", NOW - 100 * DAY + n, vec![]);
        world.reply(cho, Some(4), NOW - 97 * DAY + n, None);
        world.accept(cho, 2, None);
    }
    let concluded = Concluded::from(world);
    let (stage, cause) = concluded.stands("forum:ada");
    assert_eq!(stage, "blocker");
    assert!(cause.unwrap().starts_with(&format!("{FORUM}/t/")));
    assert_eq!(concluded.stands("forum:ben"), ("skeptic".to_owned(), None));
    assert_eq!(concluded.stands("forum:cho"), ("skeptic".to_owned(), None));
}

#[test]
fn whatever_an_answer_holds_reading_it_never_panics() {
    let (world, remote, mut ledger) = start();
    world.lock().unwrap().likes.truncate(3);
    world.lock().unwrap().find(5).posts.truncate(25);
    sync(&mut ledger, &world, &remote, NOW);
    sync(&mut ledger, &world, &remote, NOW + DAY);
    assert!(ledger.shake(&remote) > 100);
}
