//! A made-up site of Stack Exchange, served in the form of the official API, and what a reading of it must hold.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use buyin::{
    config::{Api, RemoteConfig, SourceConfig},
    domain::{account::Zone, time::Time},
    sources::{Source, remote::Remote, stackexchange::StackExchange},
};
use serde_json::{Value, json};

use super::{
    conformance::{self, everything},
    drive::{Drive, Fact, Ledger},
    outcome::Concluded,
    server::{Req, Res},
};

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000;
const DAY: i64 = 86_400;
const SITE: &str = "https://questions.example.com";

#[derive(Debug, Clone)]
struct Comment {
    id: u64,
    by: Option<i64>,
    to: Option<i64>,
    at: i64,
}

#[derive(Debug, Clone)]
struct Answer {
    id: u64,
    by: Option<i64>,
    at: i64,
    comments: Vec<Comment>,
}

#[derive(Debug, Clone)]
struct Question {
    id: u64,
    by: Option<i64>,
    title: String,
    tags: Vec<&'static str>,
    at: i64,
    active: i64,
    answers: Vec<Answer>,
    comments: Vec<Comment>,
    accepted: Option<u64>,
    /// When, why, by whom.
    closed: Option<(i64, &'static str, Vec<i64>)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    questions: Vec<Question>,
    refused: Vec<String>,
    next: u64,
    quota: u64,
    backoff: Option<u64>,
    throttled: u32,
    filter: Option<String>,
    key: Option<&'static str>,
}

/// A blank fact.
fn blank(kind: &'static str, actor: &str, at: i64, question: &Question, wanted: &[&str]) -> Fact {
    let tag = wanted.iter().find(|tag| question.tags.contains(tag)).unwrap();
    Fact {
        kind,
        actor: actor.to_owned(),
        counterpart: None,
        at,
        subject: Some(format!("category:{tag}")),
        thread: Some(format!("question/{}", question.id)),
        labels: Vec::new(),
        title: None,
        url: None,
    }
}

fn native(user: Option<i64>) -> String {
    user.map_or("ghost".to_owned(), |id| id.to_string())
}

impl World {
    fn new() -> Self {
        let mut world = Self { quota: 300, next: 100, ..Self::default() };
        let first = world.ask(
            Some(1),
            "Why &lt;b&gt; &amp; not &quot;c&quot;?",
            vec!["rust", "sync"],
            NOW - 90 * DAY,
        );
        let answer = world.answer(first, Some(2), NOW - 89 * DAY);
        world.answer(first, None, NOW - 88 * DAY);
        world.comment(first, Some(answer), Some(1), None, NOW - 87 * DAY);
        world.comment(first, Some(answer), Some(2), Some(1), NOW - 87 * DAY + 5);
        world.comment(first, None, Some(3), None, NOW - 86 * DAY);
        world.comment(first, None, Some(1), None, NOW - 85 * DAY);
        world.find(first).accepted = Some(answer);
        world.ask(None, "Nobody answers", vec!["sync", "other"], NOW - 10 * DAY);
        let third = world.ask(Some(2), "Asked before", vec!["rust"], NOW - 20 * DAY);
        world.find(third).closed = Some((NOW - 19 * DAY, "Duplicate", vec![3, 1]));
        let fourth = world.ask(Some(3), "Which is best?", vec!["rust"], NOW - 15 * DAY);
        world.find(fourth).closed = Some((NOW - 14 * DAY, "Opinion-based", vec![1, 2, 5]));
        world.ask(Some(1), "Of another tag", vec!["cobol"], NOW - 5 * DAY);
        world
    }

    fn ask(&mut self, by: Option<i64>, title: &str, tags: Vec<&'static str>, at: i64) -> u64 {
        self.next += 1;
        self.questions.push(Question {
            id: self.next,
            by,
            title: title.to_owned(),
            tags,
            at,
            active: at,
            answers: Vec::new(),
            comments: Vec::new(),
            accepted: None,
            closed: None,
        });
        self.next
    }

    fn find(&mut self, id: u64) -> &mut Question {
        self.questions.iter_mut().find(|question| question.id == id).unwrap()
    }

    fn answer(&mut self, question: u64, by: Option<i64>, at: i64) -> u64 {
        self.next += 1;
        let id = self.next;
        let question = self.find(question);
        question.active = question.active.max(at);
        question.answers.push(Answer { id, by, at, comments: Vec::new() });
        id
    }

    fn comment(&mut self, question: u64, answer: Option<u64>, by: Option<i64>, to: Option<i64>, at: i64) {
        self.next += 1;
        let comment = Comment { id: self.next, by, to, at };
        let question = self.find(question);
        match answer {
            Some(answer) => {
                question.answers.iter_mut().find(|one| one.id == answer).unwrap().comments.push(comment);
            }
            None => question.comments.push(comment),
        }
    }

    fn truth(&self, wanted: &[&str]) -> BTreeMap<String, Fact> {
        let mut facts = BTreeMap::new();
        let other = |other: String, actor: &str| Some(other).filter(|other| other != actor);
        for question in &self.questions {
            if !wanted.iter().any(|tag| question.tags.contains(tag)) {
                continue;
            }
            let id = question.id;
            let asker = native(question.by);
            let mut labels: Vec<String> = question.tags.iter().map(|tag| (*tag).to_owned()).collect();
            labels.push("question".to_owned());
            labels.sort();
            let title = question.title.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            let title = Some(title.replace("&amp;", "&").replace('\u{202e}', ""));
            let url = Some(format!("{SITE}/q/{id}"));
            let opened = blank("topic.opened", &asker, question.at, question, wanted);
            facts.insert(format!("question/{id}"), Fact { labels, title, url, ..opened });
            let mut comments: Vec<(&Comment, String)> =
                question.comments.iter().map(|comment| (comment, asker.clone())).collect();
            for answer in &question.answers {
                let by = native(answer.by);
                let posted = blank("answer.posted", &by, answer.at, question, wanted);
                let url = Some(format!("{SITE}/a/{}", answer.id));
                let counterpart = other(asker.clone(), &by);
                facts.insert(
                    format!("answer/{}", answer.id),
                    Fact { counterpart, url: url.clone(), ..posted },
                );
                if question.accepted == Some(answer.id) {
                    let accepted = blank("answer.accepted", &asker, answer.at, question, wanted);
                    let counterpart = Some(by.clone());
                    facts.insert(format!("question/{id}/accepted"), Fact { counterpart, url, ..accepted });
                }
                comments.extend(answer.comments.iter().map(|comment| (comment, by.clone())));
            }
            for (comment, author) in comments {
                let by = native(comment.by);
                let to = comment.to.map_or(author, |to| to.to_string());
                let replied = blank("post.replied", &by, comment.at, question, wanted);
                let counterpart = other(to, &by);
                facts.insert(format!("comment/{}", comment.id), Fact { counterpart, ..replied });
            }
            if let Some((at, why, by)) = &question.closed {
                let by = if *why == "Duplicate" { by[0] } else { -1 }.to_string();
                let closed = blank("issue.closed", &by, *at, question, wanted);
                let (labels, counterpart) = (vec![why.to_lowercase()], other(asker, &by));
                facts.insert(format!("question/{id}/closed"), Fact { counterpart, labels, ..closed });
            }
        }
        facts
    }

    pub(crate) fn serve(&mut self, asked: &Req) -> Res {
        let known = match asked.path.as_str() {
            "/filters/create" => vec!["base", "include", "exclude", "unsafe", "key", "access_token"],
            "/questions" => vec![
                "site",
                "tagged",
                "filter",
                "sort",
                "order",
                "pagesize",
                "page",
                "min",
                "max",
                "fromdate",
                "todate",
                "key",
                "access_token",
            ],
            path => return self.refuse(&format!("unknown path {path}")),
        };
        if let Some((name, _)) = asked.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return self.refuse(&format!("unknown parameter {name} of {}", asked.path));
        }
        if asked.method != "GET" {
            return self.refuse("only GET");
        }
        if self.throttled > 0 {
            self.throttled -= 1;
            let words = "too many requests from this IP, more requests available in 9 seconds";
            return error(502, "throttle_violation", words);
        }
        if let Some(key) = asked.param("key").filter(|key| Some(*key) != self.key) {
            assert!(!key.is_empty());
            return error(400, "bad_parameter", "`key` doesn't match a known application");
        }
        self.quota = self.quota.saturating_sub(1);
        if asked.path == "/filters/create" {
            assert_eq!((asked.param("base"), asked.param("unsafe")), (Some("none"), Some("false")));
            let fields: Vec<&str> = asked.param("include").unwrap().split(';').collect();
            for field in &fields {
                if !FIELDS.contains(field) {
                    return error(400, "bad_parameter", &format!("unknown field {field}"));
                }
            }
            self.filter = Some("!made-up".to_owned());
            let item = json!({"filter": "!made-up", "filter_type": "safe", "included_fields": fields});
            return self.wrap(&[item], false);
        }
        self.questions_json(asked)
    }

    fn refuse(&mut self, why: &str) -> Res {
        self.refused.push(why.to_owned());
        error(404, "no_method", why)
    }

    fn wrap(&self, items: &[Value], more: bool) -> Res {
        let mut value =
            json!({"items": items, "has_more": more, "quota_max": 300, "quota_remaining": self.quota});
        if let Some(backoff) = self.backoff {
            value["backoff"] = json!(backoff);
        }
        Res::json(&value)
    }

    fn questions_json(&mut self, asked: &Req) -> Res {
        if asked.param("site") != Some("questions") {
            return error(400, "bad_parameter", "No site found for name `nowhere`");
        }
        if asked.param("filter").map(str::to_owned) != self.filter {
            return error(400, "bad_parameter", "unknown filter");
        }
        let number = |name: &str| asked.param(name).map(|value| value.parse::<i64>().unwrap());
        let (page, size) = (number("page").unwrap_or(1), number("pagesize").unwrap_or(30));
        if page < 1 || !(0..=100).contains(&size) {
            return self.refuse("pages begin with 1 and hold 100 at most");
        }
        if page > 25 && asked.param("key").is_none() {
            return error(403, "access_denied", "page above 25 requires access token or app key");
        }
        assert_eq!((asked.param("sort"), asked.param("order")), (Some("activity"), Some("desc")));
        let tags: Vec<&str> = asked.param("tagged").unwrap().split(';').collect();
        let (min, max) = (number("min").unwrap_or(0), number("max").unwrap_or(i64::MAX));
        let mut found: Vec<&Question> = self
            .questions
            .iter()
            .filter(|question| tags.iter().all(|tag| question.tags.contains(tag)))
            .filter(|question| (min..=max).contains(&question.active))
            .collect();
        found.sort_by_key(|question| (std::cmp::Reverse(question.active), question.id));
        let from = usize::try_from((page - 1) * size).unwrap();
        let size = usize::try_from(size).unwrap();
        let items: Vec<Value> = found.iter().skip(from).take(size).map(|question| json(question)).collect();
        self.wrap(&items, from + size < found.len())
    }
}

/// Fields that the official description knows, of those that may be asked for here.
const FIELDS: &[&str] = &[
    ".backoff",
    ".error_id",
    ".error_message",
    ".error_name",
    ".has_more",
    ".items",
    ".page",
    ".page_size",
    ".quota_max",
    ".quota_remaining",
    ".total",
    ".type",
    "question.accepted_answer_id",
    "question.answers",
    "question.closed_date",
    "question.closed_details",
    "question.closed_reason",
    "question.comments",
    "question.creation_date",
    "question.last_activity_date",
    "question.link",
    "question.owner",
    "question.question_id",
    "question.tags",
    "question.title",
    "closed_details.by_users",
    "closed_details.description",
    "closed_details.on_hold",
    "closed_details.reason",
    "answer.answer_id",
    "answer.comments",
    "answer.creation_date",
    "answer.is_accepted",
    "answer.owner",
    "comment.comment_id",
    "comment.creation_date",
    "comment.owner",
    "comment.reply_to_user",
    "shallow_user.account_id",
    "shallow_user.display_name",
    "shallow_user.link",
    "shallow_user.user_id",
    "shallow_user.user_type",
];

fn error(id: u32, name: &str, message: &str) -> Res {
    Res::status_json(400, &json!({"error_id": id, "error_message": message, "error_name": name}))
}

fn user(id: Option<i64>) -> Value {
    match id {
        Some(id @ 90..) => json!({"user_id": id, "user_type": "registered",
                                  "display_name": format!("\u{1b}[31m&#8238;{}\r\n", "n".repeat(500))}),
        // Who is gone keeps only a name.
        None => json!({"user_type": "does_not_exist", "display_name": "user4711"}),
        Some(-1) => {
            json!({"user_id": -1, "user_type": "moderator", "display_name": "Community", "account_id": -1})
        }
        Some(id) => json!({"user_id": id, "account_id": 1_000 + id, "user_type": "registered",
                           "display_name": format!("Nora O&#39;Name {id}"), "of_a_later_version": null}),
    }
}

fn json(question: &Question) -> Value {
    let comment = |comment: &Comment| {
        let mut value =
            json!({"comment_id": comment.id, "creation_date": comment.at, "owner": user(comment.by)});
        if let Some(to) = comment.to {
            value["reply_to_user"] = user(Some(to));
        }
        value
    };
    let comments = |all: &[Comment]| Value::Array(all.iter().map(comment).collect());
    let mut value = json!({
        "question_id": question.id, "title": question.title, "creation_date": question.at,
        "last_activity_date": question.active, "tags": question.tags, "owner": user(question.by),
        "link": format!("{SITE}/questions/{}/a-slug", question.id),
    });
    // Empty lists are left out.
    if !question.comments.is_empty() {
        value["comments"] = comments(&question.comments);
    }
    let answers: Vec<Value> = question
        .answers
        .iter()
        .map(|answer| {
            let mut value = json!({"answer_id": answer.id, "creation_date": answer.at, "owner": user(answer.by),
                                   "is_accepted": question.accepted == Some(answer.id)});
            if !answer.comments.is_empty() {
                value["comments"] = comments(&answer.comments);
            }
            value
        })
        .collect();
    if !answers.is_empty() {
        value["answers"] = Value::Array(answers);
    }
    if let Some(accepted) = question.accepted {
        value["accepted_answer_id"] = json!(accepted);
    }
    if let Some((at, why, by)) = &question.closed {
        value["closed_date"] = json!(at);
        value["closed_reason"] = json!(why);
        let by: Vec<Value> = by.iter().map(|id| user(Some(*id))).collect();
        value["closed_details"] = json!({"by_users": by});
    }
    value
}

const TAGS: &[&str] = &["sync", "rust"];

fn config(site: &str, tags: &[String]) -> RemoteConfig {
    RemoteConfig {
        name: "questions".to_owned(),
        base_url: "https://api.example.com/2.3".to_owned(),
        token: None,
        zone: Zone::Upstream,
        zones: Vec::new(),
        minimise: true,
        retain_days: None,
        api: Api::StackExchange { site: site.to_owned(), tags: tags.to_vec(), key: None },
    }
}

fn source(site: &str) -> StackExchange {
    let tags: Vec<String> = TAGS.iter().map(|tag| (*tag).to_owned()).collect();
    StackExchange::new(&config(site, &tags), site.to_owned(), tags)
}

fn sync(ledger: &mut Ledger, world: &Arc<Mutex<World>>, remote: &StackExchange, now: i64) -> usize {
    let before = ledger.requests.len();
    let key = world.lock().unwrap().key;
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote, serve: &serve, token: None, key }, now);
    assert_eq!(world.lock().unwrap().refused, Vec::<String>::new());
    ledger.requests.len() - before
}

#[track_caller]
fn same(ledger: &Ledger, world: &Arc<Mutex<World>>) {
    let truth = world.lock().unwrap().truth(TAGS);
    for (key, fact) in &truth {
        assert_eq!(ledger.facts.get(key), Some(fact), "{key}");
    }
    let extra: Vec<&String> = ledger.facts.keys().filter(|key| !truth.contains_key(*key)).collect();
    assert_eq!(extra, Vec::<&String>::new());
}

fn start() -> (Arc<Mutex<World>>, StackExchange, Ledger) {
    (Arc::new(Mutex::new(World::new())), source("questions"), Ledger::default())
}

#[test]
fn a_site_is_read_by_tag_with_answers_and_comments_in_one_request() {
    let (world, remote, mut ledger) = start();
    // The filter and each tag once.
    assert_eq!(sync(&mut ledger, &world, &remote, NOW), 3);
    same(&ledger, &world);
    assert_eq!((ledger.faults.len(), ledger.skipped.len(), ledger.changed.len()), (0, 0, 0));
    let nora = &ledger.people["1"];
    assert_eq!(
        (nora.name.as_deref(), nora.handle.as_deref(), nora.forge.as_deref(), nora.account_id.as_deref()),
        (Some("Nora O'Name 1"), None, Some("stackexchange"), Some("1001"))
    );
    assert!(ledger.people["-1"].bot && ledger.people["ghost"].name.is_none());
    assert_eq!(ledger.subjects["category:rust"], format!("{SITE}/questions/tagged/rust"));
    assert_eq!(ledger.facts["question/101"].title.as_deref(), Some("Why <b> & not \"c\"?"));
}

#[test]
fn a_later_reading_finds_what_leaves_the_last_activity_as_it_was() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        let question = world.ask(Some(4), "New", vec!["rust"], NOW + 10);
        let answer = world.answer(question, Some(5), NOW + 20);
        world.find(question).accepted = Some(answer);
        let asked = world.questions.iter().find(|question| question.title == "Asked before").unwrap().id;
        world.find(asked).title = "Retitled \u{202e}later".to_owned();
        let nobody = world.questions.iter().position(|question| question.title == "Nobody answers").unwrap();
        let nobody = world.questions[nobody].id;
        world.comment(nobody, None, Some(2), None, NOW + 5);
    }
    assert_eq!(sync(&mut ledger, &world, &remote, NOW + DAY), 3);
    same(&ledger, &world);
    // The acceptance is taken back, the question reopened.
    {
        let mut world = world.lock().unwrap();
        for question in &mut world.questions {
            if question.at > NOW - 30 * DAY {
                question.accepted = None;
                question.closed = None;
            }
        }
    }
    sync(&mut ledger, &world, &remote, NOW + 2 * DAY);
    same(&ledger, &world);
    let changed = ledger.changed.len();
    sync(&mut ledger, &world, &remote, NOW + 3 * DAY);
    assert_eq!(ledger.changed.len(), changed);
}

#[test]
fn long_lists_are_read_to_their_end_without_a_key() {
    let (world, remote, mut ledger) = start();
    {
        let mut world = world.lock().unwrap();
        for n in 0..3_000 {
            // Hundreds of one second, as after an import.
            let at = if n < 350 { NOW - 200 * DAY } else { NOW - 200 * DAY + n };
            let question = world.ask(Some(n % 40 + 1), "One of many", vec!["sync"], at);
            world.answer(question, Some(n % 7 + 1), at);
        }
    }
    let requests = sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    assert_eq!(ledger.faults, Vec::<String>::new());
    println!("stackexchange: {requests} requests for 3,000 questions");
    assert!(requests <= 36, "{requests}");
}

#[test]
fn a_backoff_is_told_as_a_budget_and_a_throttle_as_a_wait() {
    let (world, remote, mut ledger) = start();
    {
        let mut world = world.lock().unwrap();
        world.throttled = 2;
        world.backoff = Some(11);
    }
    sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world);
    assert_eq!(ledger.waited, 18);
    let answer = |body: Value| buyin::sources::remote::Response {
        status: 200,
        body: body.to_string().into_bytes(),
        at: buyin::domain::time::Time(NOW),
        ..Default::default()
    };
    let budget = remote.budget(&answer(json!({"items": [], "backoff": 11, "quota_remaining": 5}))).unwrap();
    assert_eq!((budget.left, budget.full_in), (0, Some(11)));
    let budget =
        remote.budget(&answer(json!({"items": [], "quota_max": 300, "quota_remaining": 5}))).unwrap();
    assert_eq!((budget.left, budget.of, budget.full_in), (5, Some(300), Some(DAY as u64 / 2)));
}

#[test]
fn refusals_name_what_to_change() {
    let (world, _, mut ledger) = start();
    sync(&mut ledger, &world, &source("nowhere"), NOW);
    assert!(ledger.faults[0].contains("`nowhere` is no site of the network"), "{:?}", ledger.faults);
    let (world, remote, mut ledger) = start();
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote: &remote, serve: &serve, token: None, key: Some("wrong") }, NOW);
    assert!(ledger.faults[0].contains("check where `key`"), "{:?}", ledger.faults);
}

#[test]
fn a_record_that_is_not_sound_is_counted_and_the_rest_is_kept() {
    let (world, remote, mut ledger) = start();
    let broken = |asked: &Req| {
        let mut res = world.lock().unwrap().serve(asked);
        let mut value: Value = serde_json::from_slice(&res.body).unwrap();
        for item in value["items"].as_array_mut().unwrap() {
            if item["question_id"] == 101 {
                item["answers"][0]["creation_date"] = json!("yesterday");
            }
            if item["question_id"] == 109 {
                *item = json!([]);
            }
        }
        res.body = value.to_string().into_bytes();
        res
    };
    ledger.sync(&Drive { remote: &remote, serve: &broken, token: None, key: None }, NOW);
    assert!(!ledger.skipped.is_empty());
    assert!(ledger.facts.contains_key("question/101") && !ledger.facts.contains_key("answer/102"));
}

impl conformance::World for World {
    fn of(threads: usize) -> Self {
        let mut world = Self { quota: 100_000, next: 100, ..Self::default() };
        for n in 0..i64::try_from(threads).unwrap() {
            let at = NOW - 60 * DAY + n * 30_000;
            let tags = if n % 3 == 0 { vec!["rust", "sync"] } else { vec!["sync"] };
            let question = world.ask(Some(1 + n % 5), "A question", tags, at);
            for reply in 0..n % 4 {
                let answer = world.answer(question, Some(1 + (n + reply) % 5), at + 60 + reply);
                world.comment(question, Some(answer), Some(1 + reply), None, at + 90);
                world.find(question).accepted = (n % 3 == 1).then_some(answer);
            }
            if n % 7 == 3 {
                world.find(question).closed = Some((at + 100, "Duplicate", vec![2]));
            }
        }
        world
    }

    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
        let tags: Vec<String> = TAGS.iter().map(|tag| (*tag).to_owned()).collect();
        let config = RemoteConfig { base_url: url.to_owned(), ..config("questions", &tags) };
        let config = SourceConfig::Remote(config);
        let Ok(Source::Remote(remote)) = buyin::sources::open(&config) else { panic!("it opens") };
        (config, remote)
    }

    fn answer(&mut self, asked: &Req) -> Res {
        // Packed, whatever was asked, and nothing says so.
        self.serve(asked).gzip(false)
    }

    fn wrong(&self) -> Vec<String> {
        self.refused.clone()
    }

    fn facts(&self) -> usize {
        self.truth(TAGS).len()
    }

    fn change(&mut self, at: Time) -> (usize, usize) {
        let (first, second) = (self.questions[2].id, self.questions[5].id);
        "Edited".clone_into(&mut self.find(first).title);
        self.find(first).active = at.0;
        self.answer(second, Some(3), at.0);
        (1, 1)
    }

    fn delete(&mut self) -> usize {
        let before = self.truth(TAGS).len();
        self.questions.remove(7);
        before - self.truth(TAGS).len()
    }

    fn hostile(&mut self) {
        for question in &mut self.questions {
            question.title = format!("\u{1b}[31m&#8238;\u{202e}evil\r\n&#27;\u{200b}{}", "x".repeat(2_000));
            question.by = Some(90);
        }
    }

    fn forbidden() -> Res {
        error(403, "access_denied", "not \u{1b}[1mpermitted")
    }

    fn throttled(seconds: u64) -> Res {
        let words = format!("too many requests from this IP, more requests available in {seconds} seconds");
        error(502, "throttle_violation", &words)
    }
}

#[test]
fn stack_exchange_passes_what_every_source_passes() {
    everything::<World>();
}

#[test]
fn accepted_answers_teach_and_others_do_less() {
    let mut world = <World as conformance::World>::of(0);
    world.ask(Some(5), "Once asked", vec!["rust"], NOW - 150 * DAY);
    world.ask(Some(4), "Once asked, too", vec!["rust"], NOW - 150 * DAY);
    for week in 0..5 {
        let at = NOW - (120 - 20 * week) * DAY;
        let question = world.ask(Some(1 + week % 3), "How?", vec!["rust"], at);
        let answer = world.answer(question, Some(5), at + 60);
        world.answer(question, Some(4), at + 90);
        world.find(question).accepted = Some(answer);
    }
    let concluded = Concluded::from(world);
    assert_eq!(concluded.stands("Nora O'Name 5"), ("teacher".to_owned(), None));
    assert_eq!(concluded.stands("Nora O'Name 4"), ("skeptic".to_owned(), None));
}

#[test]
fn whatever_an_answer_holds_reading_it_never_panics() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    assert!(ledger.shake(&remote) > 100);
}
