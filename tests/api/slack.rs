//! A made-up workspace of Slack, served in the form of the official Web API, and what a reading of it must hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use buyin::{
    config::{Api, RemoteConfig, SecretFrom, SourceConfig},
    domain::{account::Zone, settings::Settings, sync::SourceState, time::Time},
    jobs::derive,
    sources::{self, Source, remote::Remote, slack::Slack},
};
use serde_json::{Value, json};

use super::{
    conformance::{self, everything},
    desk::Desk,
    drive::{Drive, Fact, Ledger},
    outcome::Concluded,
    server::{Req, Res, Server},
};

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000;
const DAY: i64 = 86_400;
const TOKEN: &str = "xoxb-made-up";

#[derive(Debug, Clone)]
struct User {
    id: &'static str,
    login: &'static str,
    real: String,
    email: Option<&'static str>,
    bot: bool,
    deleted: bool,
}

#[derive(Debug, Clone)]
struct Channel {
    id: &'static str,
    name: String,
    private: bool,
    joined: bool,
    archived: bool,
}

#[derive(Debug, Clone)]
struct Message {
    channel: &'static str,
    ts: String,
    user: Option<&'static str>,
    subtype: Option<&'static str>,
    /// Of the parent.
    thread: Option<String>,
    broadcast: bool,
    edited: bool,
    reactions: Vec<(&'static str, Vec<&'static str>)>,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    users: Vec<User>,
    channels: Vec<Channel>,
    messages: Vec<Message>,
    scopes: BTreeSet<&'static str>,
    refused: Vec<String>,
    /// Most records of a page.
    page: usize,
    /// An app that was distributed outside the Marketplace: 15 messages, every other request is too early.
    slow: bool,
    asked: usize,
    next: u32,
}

const METHODS: &[(&str, &[&str])] = &[
    ("/auth.test", &[]),
    ("/conversations.list", &["cursor", "exclude_archived", "limit", "team_id", "types"]),
    (
        "/conversations.history",
        &["channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"],
    ),
    (
        "/conversations.replies",
        &["channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest", "ts"],
    ),
    ("/users.list", &["cursor", "include_locale", "limit", "team_id"]),
];

const SCOPES: [&str; 6] =
    ["channels:read", "channels:history", "groups:read", "groups:history", "users:read", "users:read.email"];

fn user(id: &'static str, login: &'static str, real: &str, email: Option<&'static str>) -> User {
    User { id, login, real: real.to_owned(), email, bot: false, deleted: false }
}

fn channel(id: &'static str, name: &str) -> Channel {
    Channel { id, name: name.to_owned(), private: false, joined: true, archived: false }
}

fn seconds(ts: &str) -> i64 {
    ts.split('.').next().unwrap().parse().unwrap()
}

impl World {
    fn bare() -> Self {
        Self {
            users: vec![
                user("U1", "ada", "Ada Example", Some("Ada@Acme.example")),
                user("U2", "ben", "Ben &lt;Example&gt; &amp;amp;", Some("ben@acme.example")),
                user("U3", "cho", "Cho Example", None),
                User { deleted: true, ..user("U4", "dee", "Dee Example", None) },
                User { bot: true, ..user("U5", "answerbot", "Answer Bot", None) },
                user("USLACKBOT", "slackbot", "Slackbot", None),
            ],
            channels: vec![channel("C1", "general"), channel("C2", "help-sync")],
            messages: Vec::new(),
            scopes: SCOPES.into(),
            refused: Vec::new(),
            page: 1_000,
            slow: false,
            asked: 0,
            next: 0,
        }
    }

    fn new() -> Self {
        let mut world = Self::bare();
        world.channels.push(Channel { private: true, ..channel("C3", "inner") });
        world.channels.push(Channel { joined: false, ..channel("C4", "others") });
        world.channels.push(Channel { archived: true, ..channel("C5", "old") });
        world.say("C1", "U1", NOW - 50 * DAY);
        let question = world.say("C2", "U1", NOW - 40 * DAY);
        world.reply("C2", &question, "U5", NOW - 40 * DAY + 5);
        world.reply("C2", &question, "U2", NOW - 39 * DAY);
        world.reply("C2", &question, "U1", NOW - 38 * DAY);
        world.find(&question).reactions = vec![("+1", vec!["U2", "U3"]), ("eyes", vec!["U1", "U3"])];
        let late = world.say("C2", "U3", NOW - 20 * DAY);
        let shown = world.reply("C2", &late, "U4", NOW - 19 * DAY);
        world.find(&shown).broadcast = true;
        world.find(&shown).subtype = Some("thread_broadcast");
        world.say("C3", "U2", NOW - 3 * DAY);
        let file = world.say("C1", "U2", NOW - 3 * DAY);
        world.find(&file).subtype = Some("file_share");
        for subtype in ["channel_join", "channel_topic", "bot_message"] {
            let said = world.say("C1", "U3", NOW - 2 * DAY);
            let said = world.find(&said);
            said.subtype = Some(subtype);
            if subtype == "bot_message" {
                said.user = None;
            }
        }
        let alert = world.say("C1", "U3", NOW - 2 * DAY);
        (world.find(&alert).user, world.find(&alert).subtype) = (None, Some("bot_message"));
        world.reply("C1", &alert, "U1", NOW - 2 * DAY + 60);
        world.say("C4", "U3", NOW - DAY);
        world.say("C5", "U3", NOW - DAY);
        world
    }

    fn say(&mut self, channel: &'static str, user: &'static str, at: i64) -> String {
        self.next += 1;
        let ts = format!("{at}.{:06}", self.next);
        self.messages.push(Message {
            channel,
            ts: ts.clone(),
            user: Some(user),
            subtype: None,
            thread: None,
            broadcast: false,
            edited: false,
            reactions: Vec::new(),
        });
        ts
    }

    fn reply(&mut self, channel: &'static str, parent: &str, user: &'static str, at: i64) -> String {
        let ts = self.say(channel, user, at);
        self.find(&ts).thread = Some(parent.to_owned());
        ts
    }

    fn find(&mut self, ts: &str) -> &mut Message {
        self.messages.iter_mut().find(|message| message.ts == ts).unwrap()
    }

    /// What must be known of the channels.
    fn truth(&self, wanted: &[&str]) -> BTreeMap<String, Fact> {
        let mut facts = BTreeMap::new();
        for message in &self.messages {
            let channel = self.channels.iter().find(|channel| channel.id == message.channel).unwrap();
            let seen = wanted.contains(&channel.name.as_str()) || (wanted.is_empty() && channel.joined);
            let said = matches!(message.subtype, None | Some("file_share" | "thread_broadcast"));
            let Some(author) = message.user.filter(|_| seen && said && !channel.archived) else { continue };
            let thread = message.thread.clone().unwrap_or_else(|| message.ts.clone());
            let parent = message.thread.as_ref().map(|parent| {
                self.messages.iter().find(|message| message.ts == *parent).and_then(|message| message.user)
            });
            let kind = if parent.is_some() { "message.replied" } else { "message.posted" };
            let fact = |kind, actor: &str, counterpart: Option<&str>| Fact {
                kind,
                actor: actor.to_owned(),
                counterpart: counterpart.filter(|other| *other != actor).map(str::to_owned),
                at: seconds(&message.ts),
                subject: Some(format!("channel:{}", channel.name)),
                thread: Some(thread.clone()),
                labels: Vec::new(),
                title: None,
                url: None,
            };
            let mut said = fact(kind, author, parent.flatten());
            if kind == "message.posted" && channel.name.contains("help") {
                said.labels.push("question".to_owned());
            }
            facts.insert(format!("message/{}/{}", message.channel, message.ts), said);
            for user in message.reactions.iter().flat_map(|(_, users)| users) {
                if *user != author {
                    let given = fact("reaction.given", user, Some(author));
                    facts.insert(format!("reaction/{}/{}/{user}", message.channel, message.ts), given);
                }
            }
        }
        facts
    }

    pub(crate) fn serve(&mut self, asked: &Req) -> Res {
        self.asked += 1;
        let Some((_, known)) = METHODS.iter().find(|(method, _)| *method == asked.path) else {
            return self.wrong(&format!("unknown method {}", asked.path));
        };
        if let Some((name, _)) = asked.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return self.wrong(&format!("unknown parameter {name} of {}", asked.path));
        }
        if asked.method != "GET" || !asked.body.is_empty() {
            return self.wrong("only GET without a body");
        }
        match asked.header("authorization") {
            None => return self.wrong("no token"),
            Some(token) if token != format!("Bearer {TOKEN}") => {
                return Res::json(&json!({"ok": false, "error": "invalid_auth"}));
            }
            Some(_) => {}
        }
        if asked.param("cursor") == Some("") || asked.param("team_id").is_some() {
            return self.wrong("an empty cursor, or a team where there is one only");
        }
        match asked.path.as_str() {
            "/auth.test" => Res::json(&json!({
                "ok": true, "url": "https://made-up.slack.example/", "team": "Made up", "user": "buyin",
                "team_id": "T1", "user_id": "U9", "bot_id": "B9", "is_enterprise_install": false})),
            "/conversations.list" => self.channels_json(asked),
            "/users.list" => self.users_json(asked),
            path => self.messages_json(asked, path == "/conversations.replies"),
        }
    }

    fn wrong(&mut self, why: &str) -> Res {
        self.refused.push(why.to_owned());
        Res::json(&json!({"ok": false, "error": "unknown_method"}))
    }

    fn lacks(&self, scope: &str) -> Option<Res> {
        let provided: Vec<&str> = self.scopes.iter().copied().collect();
        (!self.scopes.contains(scope)).then(|| {
            Res::json(&json!({"ok": false, "error": "missing_scope", "needed": scope,
                              "provided": provided.join(",")}))
        })
    }

    /// A page of records, each with what the list goes on from.
    fn paged(&mut self, asked: &Req, most: usize, name: &str, all: &[(String, Value)]) -> Res {
        let limit: usize = asked.param("limit").unwrap_or("100").parse().unwrap();
        if limit == 0 || limit > 999 {
            return self.wrong(&format!("limit {limit} of {}", asked.path));
        }
        let from = match asked.param("cursor") {
            None => 0,
            Some(cursor) => match all.iter().position(|(key, _)| format!("made-up:{key}=") == cursor) {
                Some(position) => position + 1,
                None => return Res::json(&json!({"ok": false, "error": "invalid_cursor"})),
            },
        };
        let to = all.len().min(from + limit.min(most).min(self.page));
        let records: Vec<&Value> = all[from..to].iter().map(|(_, value)| value).collect();
        let more = to < all.len();
        let next = if more { format!("made-up:{}=", all[to - 1].0) } else { String::new() };
        let mut body = json!({"ok": true, name: records, "response_metadata": {"next_cursor": next},
                              "of_a_later_version": null});
        if name == "messages" {
            body["has_more"] = json!(more);
            if !more {
                body.as_object_mut().unwrap().remove("response_metadata");
            }
        }
        Res::json(&body)
    }

    fn channels_json(&mut self, asked: &Req) -> Res {
        let private = match asked.param("types") {
            Some("public_channel") => false,
            Some("private_channel") => true,
            _ => return self.wrong("one kind of channels at a time"),
        };
        if let Some(res) = self.lacks(if private { "groups:read" } else { "channels:read" }) {
            return res;
        }
        let archived = asked.param("exclude_archived") != Some("true");
        let found = self.channels.iter().filter(|channel| channel.private == private);
        let found = found.filter(|channel| archived || !channel.archived);
        let all = found.map(|channel| {
            let value = json!({
                "id": channel.id, "name": channel.name, "is_channel": !private, "is_group": private, "is_im": false,
                "is_private": private, "is_archived": channel.archived, "is_member": channel.joined,
                "created": 1_449_252_889, "creator": "U1", "num_members": 4, "context_team_id": "T1",
                "topic": {"value": "", "creator": "", "last_set": 0}, "previous_names": [], "parent": null});
            (channel.id.to_owned(), value)
        });
        let all: Vec<(String, Value)> = all.collect();
        self.paged(asked, 999, "channels", &all)
    }

    fn users_json(&mut self, asked: &Req) -> Res {
        if let Some(res) = self.lacks("users:read") {
            return res;
        }
        let mails = self.scopes.contains("users:read.email");
        let all = self.users.iter().map(|user| {
            let mut profile = json!({"real_name": user.real, "display_name": user.login, "title": "", "phone": "",
                                     "status_text": "", "image_24": "https://img.example/1", "team": "T1"});
            if let Some(email) = user.email.filter(|_| mails) {
                profile["email"] = json!(email);
            }
            let value = json!({"id": user.id, "team_id": "T1", "name": user.login, "deleted": user.deleted,
                               "color": null, "real_name": user.real, "profile": profile, "is_bot": user.bot,
                               "is_app_user": false, "updated": 1_700_000_000});
            (user.id.to_owned(), value)
        });
        let all: Vec<(String, Value)> = all.collect();
        self.paged(asked, 999, "members", &all)
    }

    fn messages_json(&mut self, asked: &Req, replies: bool) -> Res {
        let id = asked.param("channel").unwrap_or_default();
        let Some(channel) = self.channels.iter().find(|channel| channel.id == id).cloned() else {
            return Res::json(&json!({"ok": false, "error": "channel_not_found"}));
        };
        if let Some(res) = self.lacks(if channel.private { "groups:history" } else { "channels:history" }) {
            return res;
        }
        if !channel.joined {
            return Res::json(&json!({"ok": false, "error": "not_in_channel"}));
        }
        if self.slow && self.asked.is_multiple_of(2) {
            return Res::status_json(429, &json!({"ok": false, "error": "ratelimited"}))
                .with("retry-after", 60);
        }
        let oldest = asked.param("oldest").unwrap_or("0.000000").to_owned();
        let (whole, part) = oldest.split_once('.').expect("a time as text");
        assert!(part.len() == 6 && whole.bytes().all(|byte| byte.is_ascii_digit()), "{oldest}");
        let after = |ts: &str| (seconds(ts), &ts[ts.len() - 6..]) > (whole.parse().unwrap(), part);
        let here = self.messages.iter().filter(|message| message.channel == id);
        let mut all: Vec<(String, Value)> = if let Some(parent) = asked.param("ts").filter(|_| replies) {
            if !here.clone().any(|message| message.ts == parent) {
                return Res::json(&json!({"ok": false, "error": "thread_not_found"}));
            }
            let thread = here.filter(|message| {
                message.ts == parent || message.thread.as_deref() == Some(parent) && after(&message.ts)
            });
            thread.map(|message| (message.ts.clone(), self.message_json(message))).collect()
        } else {
            let listed = here.filter(|message| message.thread.is_none() || message.broadcast);
            let listed = listed.filter(|message| after(&message.ts));
            listed.map(|message| (message.ts.clone(), self.message_json(message))).collect()
        };
        all.sort_by(|a, b| a.0.cmp(&b.0));
        if !replies {
            all.reverse();
        }
        self.paged(asked, if self.slow { 15 } else { 999 }, "messages", &all)
    }

    fn message_json(&self, message: &Message) -> Value {
        let mut value = json!({"type": "message", "ts": message.ts, "text": "Secret words &lt;@U1&gt;?",
                               "team": "T1", "client_msg_id": null, "blocks": [{"type": "rich_text"}]});
        if let Some(user) = message.user {
            value["user"] = json!(user);
        } else {
            value["bot_id"] = json!("B7");
            value["username"] = json!("alerts");
        }
        if message.user == Some("U5") {
            value["bot_id"] = json!("B5");
            value["bot_profile"] = json!({"id": "B5", "name": "answerbot", "deleted": false});
        }
        if let Some(subtype) = message.subtype {
            value["subtype"] = json!(subtype);
        }
        if message.edited {
            value["edited"] = json!({"user": message.user, "ts": format!("{NOW}.000000")});
        }
        if let Some(parent) = &message.thread {
            value["thread_ts"] = json!(parent);
            if let Some(user) = self.messages.iter().find(|one| one.ts == *parent).and_then(|one| one.user) {
                value["parent_user_id"] = json!(user);
            }
        }
        let replies: Vec<&Message> =
            self.messages.iter().filter(|reply| reply.thread.as_deref() == Some(&message.ts)).collect();
        if let Some(last) = replies.iter().map(|reply| &reply.ts).max() {
            value["thread_ts"] = json!(message.ts);
            value["reply_count"] = json!(replies.len());
            value["latest_reply"] = json!(last);
            value["reply_users"] = json!(replies.iter().filter_map(|reply| reply.user).collect::<Vec<_>>());
            value["is_locked"] = json!(false);
        }
        if !message.reactions.is_empty() {
            let given = message.reactions.iter();
            value["reactions"] =
                given.map(|(name, by)| json!({"name": name, "users": by, "count": by.len()})).collect();
        }
        value
    }
}

fn config(url: &str, channels: &[&str]) -> RemoteConfig {
    RemoteConfig {
        name: "chat".to_owned(),
        base_url: url.to_owned(),
        token: Some(SecretFrom::Command(vec!["echo".to_owned(), TOKEN.to_owned()])),
        zone: Zone::Upstream,
        zones: Vec::new(),
        minimise: true,
        retain_days: None,
        api: Api::Slack { channels: channels.iter().map(|name| (*name).to_owned()).collect() },
    }
}

fn source(channels: &[&str]) -> Slack {
    let config = config("https://slack.example/api", channels);
    Slack::new(&config, channels.iter().map(|name| (*name).to_owned()).collect())
}

fn sync(ledger: &mut Ledger, world: &Arc<Mutex<World>>, remote: &Slack, now: i64) -> usize {
    let before = ledger.requests.len();
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote, serve: &serve, token: Some(TOKEN), key: None }, now);
    assert_eq!(world.lock().unwrap().refused, Vec::<String>::new());
    ledger.requests.len() - before
}

#[track_caller]
fn same(ledger: &Ledger, world: &Arc<Mutex<World>>, wanted: &[&str]) {
    let truth = world.lock().unwrap().truth(wanted);
    for (key, fact) in &truth {
        assert_eq!(ledger.facts.get(key), Some(fact), "{key}");
    }
    let extra: Vec<&String> = ledger.facts.keys().filter(|key| !truth.contains_key(*key)).collect();
    assert_eq!(extra, Vec::<&String>::new());
}

fn start() -> (Arc<Mutex<World>>, Slack, Ledger) {
    (Arc::new(Mutex::new(World::new())), source(&[]), Ledger::default())
}

#[test]
fn a_workspace_is_read_with_threads_people_and_reactions() {
    let (world, remote, mut ledger) = start();
    // Whose token, public and private channels, people; three channels; three threads.
    assert_eq!(sync(&mut ledger, &world, &remote, NOW), 10);
    same(&ledger, &world, &[]);
    assert_eq!((ledger.faults.len(), ledger.skipped.len(), ledger.changed.len()), (0, 0, 0));
    let ben = &ledger.people["U2"];
    assert_eq!(ben.name.as_deref(), Some("Ben <Example> &amp;"));
    assert_eq!((ben.handle.as_deref(), ben.forge.as_deref()), (Some("ben"), Some("slack.com/T1")));
    assert_eq!(ledger.people["U1"].email.as_deref(), Some("ada@acme.example"));
    assert!(ledger.people["U5"].bot && !ledger.people.contains_key("USLACKBOT"));
    assert_eq!(ledger.people["U4"].name.as_deref(), Some("Dee Example"));
    let web = "https://made-up.slack.example/archives/C2";
    assert_eq!(ledger.subjects["channel:help-sync"], web);
    assert!(!ledger.requests.iter().any(|request| request.contains("C4") || request.contains("C5")));
}

#[test]
fn a_later_reading_finds_late_replies_within_30_days_and_full_finds_the_rest() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    let (watched, old) = {
        let mut world = world.lock().unwrap();
        let ts = |world: &World, at: i64| {
            world.messages.iter().find(|message| seconds(&message.ts) == at).unwrap().ts.clone()
        };
        let (watched, old) = (ts(&world, NOW - 20 * DAY), ts(&world, NOW - 40 * DAY));
        world.reply("C2", &watched, "U1", NOW + 60);
        world.find(&watched).edited = true;
        world.say("C1", "U3", NOW + 70);
        (watched, old)
    };
    // The lists, the channels, and the one thread with a new reply.
    assert_eq!(sync(&mut ledger, &world, &remote, NOW + DAY), 8);
    same(&ledger, &world, &[]);
    assert_eq!(ledger.changed, Vec::<String>::new());
    let asked = ledger.requests.iter().rfind(|request| request.contains("replies")).unwrap();
    assert!(asked.contains(&watched) && asked.contains(&format!("oldest={}.000000", NOW - 600)), "{asked}");
    let late = world.lock().unwrap().reply("C2", &old, "U3", NOW + DAY + 60);
    sync(&mut ledger, &world, &remote, NOW + 2 * DAY);
    assert!(!ledger.facts.contains_key(&format!("message/C2/{late}")), "its parent is 40 days old");
    ledger.marks.clear();
    sync(&mut ledger, &world, &remote, NOW + 2 * DAY);
    same(&ledger, &world, &[]);
}

#[test]
fn a_late_reply_that_the_channel_was_shown_is_found_whatever_the_age_of_its_parent() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        let parent = world.messages[1].ts.clone();
        for n in 0..4 {
            let late = world.reply("C2", &parent, "U3", NOW + 60 + n);
            (world.find(&late).broadcast, world.find(&late).subtype) = (true, Some("thread_broadcast"));
        }
        world.page = 1;
    }
    sync(&mut ledger, &world, &remote, NOW + DAY);
    same(&ledger, &world, &[]);
    assert_eq!(ledger.faults, Vec::<String>::new());
}

#[test]
fn a_deleted_parent_goes_and_its_replies_stay() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    {
        let mut world = world.lock().unwrap();
        let parent = world.messages.iter().find(|message| seconds(&message.ts) == NOW - 20 * DAY).unwrap();
        let parent = parent.ts.clone();
        let parent = world.find(&parent);
        (parent.subtype, parent.user) = (Some("tombstone"), Some("USLACKBOT"));
    }
    sync(&mut ledger, &world, &remote, NOW + DAY);
    let gone = format!("message/C2/{}", NOW - 20 * DAY);
    assert!(!ledger.facts.keys().any(|key| key.starts_with(&gone)), "{:?}", ledger.facts.keys());
    let replies = ledger.facts.values().filter(|fact| fact.at == NOW - 19 * DAY);
    assert_eq!(replies.count(), 1);
}

#[test]
fn an_app_outside_the_marketplace_reads_15_messages_a_minute_to_the_end() {
    let (world, remote, mut ledger) = start();
    {
        let mut world = world.lock().unwrap();
        world.slow = true;
        for n in 0..100 {
            world.say("C1", "U1", NOW - 60 * DAY + n * DAY / 2);
        }
    }
    sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world, &[]);
    assert!(ledger.waited >= 8 * 60, "{}", ledger.waited);
    let before = ledger.requests.len();
    sync(&mut ledger, &world, &remote, NOW + DAY);
    same(&ledger, &world, &[]);
    let oldest =
        ledger.requests[before..].iter().find(|request| request.contains("history?channel=C1")).unwrap();
    assert!(oldest.contains(&format!("oldest={}.", NOW - 6 * DAY)), "a week is looked at again: {oldest}");
}

#[test]
fn a_thousand_messages_cost_two_requests_and_one_for_each_thread() {
    let (world, remote, mut ledger) = (Arc::new(Mutex::new(World::bare())), source(&[]), Ledger::default());
    {
        let mut world = world.lock().unwrap();
        for n in 0..1_000 {
            let parent = world.say("C1", "U1", NOW - 20 * DAY + n);
            if n % 10 == 0 {
                world.reply("C1", &parent, "U2", NOW - 19 * DAY + n);
            }
        }
    }
    let requests = sync(&mut ledger, &world, &remote, NOW);
    same(&ledger, &world, &[]);
    // Four lists, the empty channel, two pages, 100 threads.
    println!("slack: {requests} requests for 1,000 messages with 100 threads");
    assert_eq!(requests, 4 + 1 + 2 + 100);
}

#[test]
fn refusals_name_the_scope_or_what_to_do() {
    let refused = |change: &dyn Fn(&mut World), channels: &[&str]| {
        let (world, _, mut ledger) = start();
        change(&mut world.lock().unwrap());
        sync(&mut ledger, &world, &source(channels), NOW);
        let wanted = if channels.is_empty() { vec![] } else { vec!["general"] };
        (ledger, world, wanted)
    };
    for scope in ["channels:read", "channels:history", "groups:history", "users:read"] {
        let (ledger, ..) = refused(&|world| assert!(world.scopes.remove(scope)), &[]);
        assert!(ledger.faults[0].contains(&format!("add the scope `{scope}`")), "{:?}", ledger.faults);
    }
    // Without the scope for private channels or addresses there are none.
    let (ledger, ..) = refused(&|world| world.scopes.retain(|scope| !scope.starts_with("groups")), &[]);
    assert_eq!(ledger.faults, Vec::<String>::new());
    assert!(!ledger.facts.values().any(|fact| fact.subject.as_deref() == Some("channel:inner")));
    let (ledger, ..) = refused(&|world| assert!(world.scopes.remove("users:read.email")), &[]);
    assert!(ledger.faults.is_empty() && ledger.people["U1"].email.is_none());
    // The others are read all the same.
    let (ledger, world, wanted) = refused(&|_| {}, &["general", "C4", "nowhere"]);
    same(&ledger, &world, &wanted);
    assert_eq!(ledger.faults.len(), 2);
    assert!(
        ledger.faults[0].contains("#others") && ledger.faults[0].contains("/invite"),
        "{:?}",
        ledger.faults
    );
    assert!(ledger.faults[1].contains("#nowhere") && ledger.faults[1].contains("check `channels`"));
    let (ledger, ..) = refused(&|world| world.channels.iter_mut().for_each(|one| one.joined = false), &[]);
    assert!(ledger.faults[0].contains("has joined no channel"), "{:?}", ledger.faults);
    let (world, remote, mut ledger) = start();
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote: &remote, serve: &serve, token: Some("wrong"), key: None }, NOW);
    assert!(ledger.faults[0].contains("xoxb-"), "{:?}", ledger.faults);
}

#[test]
fn a_renamed_channel_is_read_anew_under_its_name_and_a_dead_cursor_begins_the_list_anew() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    world.lock().unwrap().channels[0].name = "lounge".to_owned();
    let count = Mutex::new(0);
    let serve = |asked: &Req| {
        let mut count = count.lock().unwrap();
        *count += usize::from(asked.param("cursor").is_some());
        let mut world = world.lock().unwrap();
        world.page = if asked.path.contains("history") { 2 } else { 1_000 };
        if *count == 1 && asked.param("cursor").is_some() {
            return Res::json(&json!({"ok": false, "error": "invalid_cursor"}));
        }
        world.serve(asked)
    };
    ledger.sync(&Drive { remote: &remote, serve: &serve, token: Some(TOKEN), key: None }, NOW + DAY);
    assert_eq!(ledger.faults, Vec::<String>::new());
    same(&ledger, &world, &[]);
}

#[test]
fn a_record_that_is_not_sound_is_counted_and_the_rest_is_kept() {
    let (world, remote, mut ledger) = start();
    let broken = |asked: &Req| {
        let mut res = world.lock().unwrap().serve(asked);
        let mut value: Value = serde_json::from_slice(&res.body).unwrap();
        if let Some(message) = value["messages"].as_array_mut().and_then(|all| all.first_mut()) {
            message["ts"] = json!(1_795_176_000.5);
        }
        if let Some(member) = value["members"].as_array_mut().and_then(|all| all.first_mut()) {
            *member = json!({"id": 7});
        }
        res.body = value.to_string().into_bytes();
        res
    };
    ledger.sync(&Drive { remote: &remote, serve: &broken, token: Some(TOKEN), key: None }, NOW);
    assert!(ledger.skipped.len() >= 3, "{:?}", ledger.skipped);
    assert!(ledger.skipped.iter().any(|(place, why)| place == "#general " && why.contains("ts")));
    assert!(!ledger.facts.is_empty());
    for body in ["", "<html>", "{\"ok\": true}", "[]", "{\"ok\": true, \"messages\": 4}", "{\"ok\": null}"] {
        let mut ledger = Ledger::default();
        let serve = |_: &Req| Res::new(200, body);
        ledger.sync(&Drive { remote: &remote, serve: &serve, token: Some(TOKEN), key: None }, NOW);
        assert!(!ledger.faults.is_empty() && ledger.facts.is_empty(), "{body}");
    }
}

#[test]
fn whatever_an_answer_holds_reading_it_never_panics() {
    let (world, remote, mut ledger) = start();
    sync(&mut ledger, &world, &remote, NOW);
    sync(&mut ledger, &world, &remote, NOW + DAY);
    assert!(ledger.shake(&remote) > 100);
}

impl conformance::World for World {
    fn of(threads: usize) -> Self {
        let mut world = Self { page: 40, ..Self::bare() };
        let users = ["U1", "U2", "U3", "U4", "U5"];
        for n in 0..threads {
            let at = NOW - 20 * DAY + i64::try_from(n).unwrap() * 900;
            let channel = if n % 3 == 0 { "C1" } else { "C2" };
            let parent = world.say(channel, users[n % 4], at);
            for reply in 0..n % 4 {
                world.reply(channel, &parent, users[(n + reply) % 5], at + 60);
            }
            if n % 5 == 0 {
                world.find(&parent).reactions = vec![("tada", vec!["U1", "U2", "U5"])];
            }
            if n % 7 == 0 {
                let join = world.say(channel, "U3", at + 5);
                world.find(&join).subtype = Some("channel_join");
            }
        }
        world
    }

    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
        let config = SourceConfig::Remote(config(url, &[]));
        match sources::open(&config) {
            Ok(Source::Remote(remote)) => (config, remote),
            _ => panic!("it is read over HTTP"),
        }
    }

    fn answer(&mut self, asked: &Req) -> Res {
        self.serve(asked)
    }

    fn wrong(&self) -> Vec<String> {
        self.refused.clone()
    }

    fn facts(&self) -> usize {
        self.truth(&[]).len()
    }

    fn change(&mut self, at: Time) -> (usize, usize) {
        let (edited, answered) = (self.messages[0].ts.clone(), self.messages[4].clone());
        // Texts are not kept: an edited one is the same.
        self.find(&edited).edited = true;
        self.reply(answered.channel, &answered.thread.unwrap_or(answered.ts), "U1", at.0);
        (1, 0)
    }

    fn delete(&mut self) -> usize {
        let before = self.truth(&[]).len();
        let last = self.messages.iter().rposition(|message| message.thread.is_none()).unwrap();
        let ts = self.messages[last].ts.clone();
        self.messages.retain(|message| message.ts != ts && message.thread.as_ref() != Some(&ts));
        before - self.truth(&[]).len()
    }

    fn hostile(&mut self) {
        for user in &mut self.users {
            user.real = format!("\u{1b}[31m\u{202e}evil\r\n\u{200b}{}", "x".repeat(2_000));
        }
        self.channels[0].name = format!("\u{1b}]0;evil\u{7}gen/eral\u{2066}{}", "x".repeat(500));
    }

    fn forbidden() -> Res {
        let needed = "channels:read\u{1b}[1m";
        Res::json(&json!({"ok": false, "error": "missing_scope", "needed": needed, "provided": "chat:write"}))
    }

    fn throttled(seconds: u64) -> Res {
        Res::status_json(429, &json!({"ok": false, "error": "ratelimited"})).with("retry-after", seconds)
    }
}

#[test]
fn slack_passes_what_every_source_passes() {
    everything::<World>();
}

#[test]
fn who_is_only_named_by_messages_keeps_name_and_address() {
    let world = Arc::new(Mutex::new(World::new()));
    let shared = Arc::clone(&world);
    let server = Server::start(move |asked| shared.lock().unwrap().serve(asked));
    let config = SourceConfig::Remote(config(&server.url(), &[]));
    let mut desk = Desk::new();
    for day in 0..2 {
        desk.now = Time(NOW).plus_days(day);
        let report = desk.sync(&config, source(&[]));
        assert_eq!((report.state, report.error), (SourceState::Ok, None));
        derive::run(&mut desk.store(), &Settings::default(), desk.now.day()).unwrap();
        let known = desk.view().resolve("Ada Example").unwrap();
        assert_eq!(known.len(), 1, "on day {day}");
        world.lock().unwrap().say("C1", "U1", NOW + 60);
    }
    let held = desk.view().resolve("acme.example").unwrap();
    assert_eq!(held.len(), 1, "the account of her address");
}

#[test]
fn who_answers_colleagues_and_strangers_teaches_and_bots_do_not() {
    let mut world = <World as conformance::World>::of(0);
    for n in 0..40 {
        let asker = if n % 2 == 0 { "U1" } else { "U4" };
        let question = world.say("C2", asker, NOW - 100 * DAY + n * 2 * DAY);
        let at = seconds(&question);
        world.reply("C2", &question, "U5", at + 1);
        world.reply("C2", &question, "U2", at + 600);
        // Somebody who only talks below what a machine says.
        let alert = world.say("C1", "U5", at + 700);
        world.reply("C1", &alert, "U3", at + 800);
    }
    let concluded = Concluded::from(world);
    assert_eq!(concluded.stands("chat:ben"), ("teacher".to_owned(), None));
    assert_eq!(concluded.stands("chat:ada"), ("skeptic".to_owned(), None));
    assert_ne!(concluded.stands("chat:cho").0, "teacher");
    assert_eq!(concluded.stands("chat:answerbot").0, "unplaced");
}
