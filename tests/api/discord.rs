//! A made-up server of Discord, served in the form of the official API v10, and what a reading of it must hold: only
//! what members with the consent role did.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use buyin::{
    config::{Api, RemoteConfig, SecretFrom, SourceConfig},
    domain::{account::Zone, sync::SourceState, time::Time},
    sources::{self, Source, discord::Discord, remote::Remote},
};
use serde_json::{Value, json};

use super::{
    conformance::{self, everything},
    desk::Desk,
    drive::{Drive, Fact, Ledger, stamp},
    outcome::Concluded,
    server::{Req, Res, Server, Wire},
};

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 1_795_176_000;
const DAY: i64 = 86_400;
const TOKEN: &str = "made-up.bot.token";
const GUILD: u64 = 700;
const ROLE: u64 = 71;
/// A text channel, another for questions, a forum, one that the bot cannot see, and a category.
const LOUNGE: u64 = 801;
const HELP: u64 = 802;
const FORUM: u64 = 803;
const HIDDEN: u64 = 804;
const ADA: u64 = 11;
const BEN: u64 = 12;
const CHO: u64 = 13;
/// Never agreed to be kept.
const SAM: u64 = 990_000_000_000_000_017;
const BOT: u64 = 990_000_000_000_000_099;
/// Left the server.
const DEE: u64 = 990_000_000_000_000_055;

#[derive(Debug, Clone)]
struct User {
    id: u64,
    login: String,
    shown: String,
    holds: bool,
    bot: bool,
}

#[derive(Debug, Clone)]
struct Thread {
    id: u64,
    parent: u64,
    owner: u64,
    name: String,
    archived: Option<i64>,
    tags: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Message {
    id: u64,
    /// A channel or a thread.
    place: u64,
    by: u64,
    kind: u64,
    to: Option<u64>,
    webhook: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    users: Vec<User>,
    lounge: String,
    threads: Vec<Thread>,
    messages: Vec<Message>,
    refused: Vec<String>,
    /// Whether the bot may list the members.
    intent: bool,
    next: u64,
}

fn user(id: u64, login: &str, shown: &str, holds: bool) -> User {
    User { id, login: login.to_owned(), shown: shown.to_owned(), holds, bot: false }
}

/// The first id of a second.
fn first_id(at: i64) -> u64 {
    (u64::try_from(at).unwrap() * 1_000 - 1_420_070_400_000) << 22
}

fn second(id: u64) -> i64 {
    i64::try_from(((id >> 22) + 1_420_070_400_000) / 1_000).unwrap()
}

impl World {
    fn bare() -> Self {
        let mut users = vec![
            user(ADA, "ada", "Ada Example", true),
            user(BEN, "ben", "Ben Example", true),
            user(CHO, "cho", "Cho Example", true),
            User { bot: true, ..user(BOT, "answerbot", "Answer Bot", false) },
        ];
        // More machines than a page has members.
        users.extend((0..1_100).map(|n| User { bot: true, ..user(5_000 + n, "machine", "Machine", false) }));
        Self {
            users,
            lounge: "lounge".to_owned(),
            threads: Vec::new(),
            messages: Vec::new(),
            refused: Vec::new(),
            intent: true,
            next: 0,
        }
    }

    fn new() -> Self {
        let mut world = Self::bare();
        world.users.push(user(SAM, "sam_secret", "Secretive Sam", false));
        world.say(LOUNGE, ADA, NOW - 50 * DAY);
        let question = world.say(HELP, ADA, NOW - 40 * DAY);
        let answer = world.reply(HELP, BEN, question, NOW - 40 * DAY + 60);
        world.reply(HELP, ADA, answer, NOW - 40 * DAY + 120);
        world.reply(HELP, SAM, question, NOW - 40 * DAY + 180);
        world.reply(HELP, BOT, question, NOW - 40 * DAY + 181);
        world.reply(HELP, DEE, question, NOW - 40 * DAY + 182);
        let unseen = world.say(HELP, SAM, NOW - 30 * DAY);
        world.reply(HELP, BEN, unseen, NOW - 30 * DAY + 60);
        world.reply(HELP, CHO, 123, NOW - 30 * DAY + 70);
        // A thread that began with a message.
        world.thread(HELP, question, ADA, "From a message");
        world.starter(question);
        world.say(question, BEN, NOW - 39 * DAY);
        // One that did not.
        let alone = world.thread(LOUNGE, first_id(NOW - 20 * DAY), CHO, "Alone");
        world.say(alone, CHO, NOW - 20 * DAY + 1);
        world.say(alone, BEN, NOW - 20 * DAY + 2);
        world.say(alone, SAM, NOW - 20 * DAY + 3);
        // Posts.
        let post = world.post(ADA, "It does not sync", NOW - 15 * DAY);
        world.find(post).tags = vec![91, 92, 99];
        world.say(post, BEN, NOW - 14 * DAY);
        world.find(post).archived = Some(NOW - 10 * DAY);
        let hers = world.post(SAM, "A hidden title", NOW - 5 * DAY);
        world.say(hers, BEN, NOW - 4 * DAY);
        world.small_print(LOUNGE, 7, NOW - 3 * DAY);
        world.say(LOUNGE, ADA, NOW - 2 * DAY);
        world.messages.last_mut().unwrap().webhook = true;
        world.say(HIDDEN, ADA, NOW - DAY);
        world
    }

    fn say(&mut self, place: u64, by: u64, at: i64) -> u64 {
        self.next += 1;
        let id = first_id(at) + self.next;
        self.messages.push(Message { id, place, by, kind: 0, to: None, webhook: false });
        id
    }

    fn reply(&mut self, place: u64, by: u64, to: u64, at: i64) -> u64 {
        let id = self.say(place, by, at);
        let said = self.messages.last_mut().unwrap();
        (said.kind, said.to) = (19, Some(to));
        id
    }

    fn small_print(&mut self, place: u64, kind: u64, at: i64) {
        self.say(place, ADA, at);
        self.messages.last_mut().unwrap().kind = kind;
    }

    fn thread(&mut self, parent: u64, id: u64, owner: u64, name: &str) -> u64 {
        self.threads.push(Thread {
            id,
            parent,
            owner,
            name: name.to_owned(),
            archived: None,
            tags: Vec::new(),
        });
        id
    }

    fn starter(&mut self, thread: u64) {
        self.small_print(thread, 21, second(thread) + 1);
    }

    fn post(&mut self, by: u64, title: &str, at: i64) -> u64 {
        self.next += 1;
        let id = self.thread(FORUM, first_id(at) + self.next, by, title);
        self.messages.push(Message { id, place: id, by, kind: 0, to: None, webhook: false });
        id
    }

    fn rename(&mut self, thread: u64, title: &str, at: i64) {
        title.clone_into(&mut self.find(thread).name);
        self.small_print(thread, 4, at);
    }

    fn find(&mut self, thread: u64) -> &mut Thread {
        self.threads.iter_mut().find(|one| one.id == thread).unwrap()
    }

    fn holds(&self, id: u64) -> bool {
        self.users.iter().any(|user| user.id == id && user.holds && !user.bot)
    }

    fn name(&self, channel: u64) -> &str {
        match channel {
            LOUNGE => &self.lounge,
            HELP => "help-me",
            FORUM => "posts",
            _ => "hidden",
        }
    }

    fn tags() -> [(u64, &'static str); 2] {
        [(91, "Bug"), (92, "needs \u{202e}care")]
    }

    /// What must be known.
    fn truth(&self) -> BTreeMap<String, Fact> {
        let mut facts = BTreeMap::new();
        for message in &self.messages {
            let thread = self.threads.iter().find(|thread| thread.id == message.place);
            let channel = thread.map_or(message.place, |thread| thread.parent);
            let said = matches!(message.kind, 0 | 19) && !message.webhook;
            if channel == HIDDEN || !said || !self.holds(message.by) {
                continue;
            }
            let answered = message.to.map(|to| (to, self.messages.iter().find(|one| one.id == to)));
            let other = answered.and_then(|(_, one)| one).map(|one| one.by);
            let other = other.filter(|other| *other != message.by && self.holds(*other));
            let (opens, name) = match (thread, answered) {
                (Some(thread), _) => {
                    let mut all = self.messages.iter().filter(|one| one.place == thread.id);
                    let alone = all.clone().all(|one| one.kind != 21);
                    let first = all.find(|one| matches!(one.kind, 0 | 19));
                    let opens = first.is_some_and(|first| first.id == message.id) && alone;
                    (opens, thread.id)
                }
                (None, Some((to, one))) => (false, one.and_then(|one| one.to).unwrap_or(to)),
                (None, None) => (true, message.id),
            };
            let mut labels = Vec::new();
            if opens {
                let tags = thread.map_or(&[][..], |thread| &thread.tags);
                let bug = tags.contains(&91).then_some("bug");
                let care = tags.contains(&92).then_some("needs care");
                let question = (channel == HELP).then_some("question");
                labels.extend([bug, care, question].into_iter().flatten().map(str::to_owned));
            }
            let title = thread.filter(|thread| opens && channel == FORUM && self.holds(thread.owner));
            let clean = |name: &String| {
                name.replace("\u{1b}[31m", "").replace(['\u{202e}', '\u{200b}'], "").replace("\r\n", " ")
            };
            facts.insert(
                format!("message/{}", message.id),
                Fact {
                    kind: match (channel == FORUM, opens) {
                        (true, true) => "topic.opened",
                        (true, false) => "post.replied",
                        (false, true) => "message.posted",
                        (false, false) => "message.replied",
                    },
                    actor: message.by.to_string(),
                    counterpart: other.filter(|_| !opens).map(|other| other.to_string()),
                    at: second(message.id),
                    subject: Some(format!("channel:{}", self.name(channel))),
                    thread: Some(name.to_string()),
                    labels,
                    title: title.map(|thread| clean(&thread.name)),
                    url: Some(format!(
                        "https://discord.com/channels/{GUILD}/{}/{}",
                        message.place, message.id
                    )),
                },
            );
        }
        facts
    }

    pub(crate) fn serve(&mut self, asked: &Req) -> Res {
        if asked.method != "GET" || !asked.body.is_empty() {
            return self.wrong("only GET without a body");
        }
        if !asked.header("user-agent").is_some_and(|agent| {
            agent
                .strip_prefix("DiscordBot (https://")
                .is_some_and(|rest| rest.ends_with(')') && rest.contains(", "))
        }) {
            return self.wrong("the user agent is not of Discord's form");
        }
        if asked.header("authorization") != Some(&format!("Bot {TOKEN}")) {
            return Res::status_json(401, &json!({"message": "401: Unauthorized", "code": 0}));
        }
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let known: &[&str] = match parts.as_slice() {
            ["guilds", _, "roles" | "channels"] | ["guilds", _, "threads", "active"] | ["channels", _] => &[],
            ["guilds", _, "members"] => &["after", "limit"],
            ["channels", _, "messages"] => &["after", "around", "before", "limit"],
            ["channels", _, "threads", "archived", "public"] => &["before", "limit"],
            _ => return self.wrong(&format!("unknown path {}", asked.path)),
        };
        if let Some((name, _)) = asked.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            return self.wrong(&format!("unknown parameter {name} of {}", asked.path));
        }
        let number = parts[1].parse().unwrap_or(0);
        let res = if parts[0] == "guilds" {
            self.guild(asked, number, parts[2])
        } else {
            self.channel(asked, number, &parts)
        };
        res.with("x-ratelimit-limit", 5)
            .with("x-ratelimit-remaining", 4)
            .with("x-ratelimit-reset-after", "1.250")
            .with("x-ratelimit-bucket", "made-up")
    }

    fn wrong(&mut self, why: &str) -> Res {
        self.refused.push(why.to_owned());
        Res::status_json(400, &json!({"message": "Invalid Form Body", "code": 50_035}))
    }

    fn guild(&mut self, asked: &Req, guild: u64, what: &str) -> Res {
        if guild != GUILD {
            return Res::status_json(404, &json!({"message": "Unknown Guild", "code": 10_004}));
        }
        let role =
            |id: u64, name: &str| json!({"id": id.to_string(), "name": name, "color": 0, "icon": null});
        match what {
            "roles" => Res::json(&json!([role(GUILD, "@everyone"), role(70, "mods"), role(ROLE, "keep me")])),
            "channels" => {
                let channel = |id: u64, kind: u8| {
                    json!({"id": id.to_string(), "guild_id": GUILD.to_string(), "type": kind, "name": self.name(id),
                           "position": 1, "permission_overwrites": [], "topic": null, "parent_id": "800",
                           "last_message_id": null, "nsfw": false})
                };
                let category = json!({"id": "800", "type": 4, "name": "All", "parent_id": null});
                let voice = json!({"id": "805", "type": 2, "name": "Voice", "bitrate": 64_000});
                let text = [channel(LOUNGE, 0), channel(HELP, 5), channel(FORUM, 15), channel(HIDDEN, 0)];
                Res::json(&json!([category, voice, text[0], text[1], text[2], text[3]]))
            }
            "threads" => {
                let active = self.threads.iter().rev().filter(|thread| thread.archived.is_none());
                let active: Vec<Value> = active.map(|thread| self.thread_json(thread)).collect();
                Res::json(&json!({"threads": active, "members": []}))
            }
            _ => self.members(asked),
        }
    }

    fn members(&mut self, asked: &Req) -> Res {
        if !self.intent {
            return Res::status_json(403, &json!({"message": "Missing Access", "code": 50_001}));
        }
        // One by default.
        let limit = asked.param("limit").unwrap_or("1").parse().unwrap();
        if !(1..=1_000).contains(&limit) {
            return self.wrong("limit of members");
        }
        let after: u64 = asked.param("after").unwrap_or("0").parse().unwrap();
        let mut found: Vec<&User> = self.users.iter().filter(|user| user.id > after).collect();
        found.sort_by_key(|user| user.id);
        let members = found.into_iter().take(limit).map(|user| {
            let roles = if user.holds { vec!["70".to_owned(), ROLE.to_string()] } else { vec![] };
            json!({"user": {"id": user.id.to_string(), "username": user.login, "global_name": user.shown,
                            "discriminator": "0", "avatar": null, "bot": user.bot, "public_flags": 0},
                   "nick": null, "roles": roles, "joined_at": "2024-01-01T00:00:00.000000+00:00",
                   "premium_since": null, "deaf": false, "mute": false, "flags": 0, "of_a_later_version": {}})
        });
        Res::json(&Value::Array(members.collect()))
    }

    fn channel(&mut self, asked: &Req, id: u64, parts: &[&str]) -> Res {
        let thread = self.threads.iter().any(|thread| thread.id == id);
        if id == HIDDEN {
            return Res::status_json(403, &json!({"message": "Missing Access", "code": 50_001}));
        }
        if !thread && ![LOUNGE, HELP, FORUM].contains(&id) {
            return Res::status_json(404, &json!({"message": "Unknown Channel", "code": 10_003}));
        }
        let limit: usize = asked.param("limit").unwrap_or("50").parse().unwrap();
        if !(1..=100).contains(&limit) {
            return self.wrong("limit of a channel");
        }
        if parts.len() == 2 {
            let tags = Self::tags().map(|(id, name)| {
                json!({"id": id.to_string(), "name": name, "moderated": false, "emoji_id": null, "emoji_name": "x"})
            });
            return Res::json(&json!({"id": id.to_string(), "type": 15, "name": self.name(id),
                                     "available_tags": tags, "default_sort_order": null}));
        }
        if parts[2] == "threads" {
            let before = asked.param("before").unwrap_or("9999");
            let time = |thread: &Thread| thread.archived.map(stamp);
            let mut found: Vec<&Thread> = self.threads.iter().filter(|thread| thread.parent == id).collect();
            found.retain(|thread| time(thread).is_some_and(|time| time.as_str() < before));
            found.sort_by_key(|thread| std::cmp::Reverse(thread.archived));
            let threads: Vec<Value> =
                found.iter().take(limit).map(|thread| self.thread_json(thread)).collect();
            return Res::json(&json!({"threads": threads, "members": [], "has_more": found.len() > limit}));
        }
        if id == FORUM {
            return self.wrong("a forum has no messages of its own");
        }
        let bounds = ["after", "around", "before"].map(|name| asked.param(name).is_some());
        if bounds.iter().filter(|is_given| **is_given).count() != 1 || !bounds[0] {
            return self.wrong("one bound at a time");
        }
        let after: u64 = asked.param("after").unwrap().parse().unwrap();
        let mut found: Vec<&Message> =
            self.messages.iter().filter(|message| message.place == id && message.id > after).collect();
        found.sort_by_key(|message| message.id);
        found.truncate(limit);
        // Newest first, whatever was asked.
        let messages = found.iter().rev().map(|message| self.message_json(message, true));
        Res::json(&Value::Array(messages.collect()))
    }

    fn thread_json(&self, thread: &Thread) -> Value {
        let last = self.messages.iter().filter(|message| message.place == thread.id).map(|one| one.id).max();
        let count = self.messages.iter().filter(|message| message.place == thread.id).count();
        let archived = thread.archived.unwrap_or(NOW - 100 * DAY);
        json!({"id": thread.id.to_string(), "guild_id": GUILD.to_string(), "type": 11, "name": thread.name,
               "parent_id": thread.parent.to_string(), "owner_id": thread.owner.to_string(),
               "last_message_id": last.map(|last| last.to_string()), "message_count": count, "member_count": 2,
               "rate_limit_per_user": 0, "flags": 0,
               "applied_tags": thread.tags.iter().map(ToString::to_string).collect::<Vec<_>>(),
               "thread_metadata": {"archived": thread.archived.is_some(), "archive_timestamp": stamp(archived),
                                   "auto_archive_duration": 1_440, "locked": false}})
    }

    fn message_json(&self, message: &Message, whole: bool) -> Value {
        let user = self.users.iter().find(|user| user.id == message.by);
        let login = user.map_or("Deleted User", |user| &user.login);
        let mut value = json!({
            "id": message.id.to_string(), "channel_id": message.place.to_string(), "type": message.kind,
            "author": {"id": message.by.to_string(), "username": login, "avatar": null, "discriminator": "0",
                       "global_name": user.map(|user| &user.shown), "bot": user.is_some_and(|user| user.bot)},
            // Without the intent for it.
            "content": "", "embeds": [], "mentions": [], "pinned": false, "tts": false, "edited_timestamp": null,
            "timestamp": stamp(second(message.id)), "reactions": [{"count": 2, "me": false, "emoji": {"id": null}}],
            "of_a_later_version": null});
        if message.webhook {
            value["webhook_id"] = json!("600");
        }
        if let Some(to) = message.to {
            value["message_reference"] =
                json!({"type": 0, "message_id": to.to_string(), "channel_id": message.place.to_string()});
            if whole {
                let answered = self.messages.iter().find(|one| one.id == to);
                value["referenced_message"] =
                    answered.map_or(Value::Null, |one| self.message_json(one, false));
            }
        }
        value
    }
}

fn config(url: &str, channels: &[&str], role: &str) -> RemoteConfig {
    RemoteConfig {
        name: "voice".to_owned(),
        base_url: url.to_owned(),
        token: Some(SecretFrom::Command(vec!["echo".to_owned(), TOKEN.to_owned()])),
        zone: Zone::Upstream,
        zones: Vec::new(),
        minimise: true,
        retain_days: None,
        api: Api::Discord {
            guild: GUILD.to_string(),
            channels: channels.iter().map(|name| (*name).to_owned()).collect(),
            consent_role: role.to_owned(),
        },
    }
}

fn source_of(channels: &[&str], role: &str) -> Discord {
    let config = config("https://discord.example/api/v10", channels, role);
    let channels = channels.iter().map(|name| (*name).to_owned()).collect();
    Discord::new(&config, GUILD.to_string(), channels, role.to_owned())
}

/// Those that the bot can see, so that nothing is left out.
const SEEN: &[&str] = &["lounge", "802", "posts"];

fn source() -> Discord {
    source_of(SEEN, "keep me")
}

fn sync(ledger: &mut Ledger, world: &Arc<Mutex<World>>, remote: &Discord, now: i64) -> usize {
    let before = ledger.requests.len();
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote, serve: &serve, token: Some(TOKEN), key: None }, now);
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

fn start() -> (Arc<Mutex<World>>, Ledger) {
    (Arc::new(Mutex::new(World::new())), Ledger::default())
}

#[test]
fn a_server_is_read_with_threads_and_posts_and_only_holders_of_the_role_are_kept() {
    let (world, mut ledger) = start();
    // Roles, two pages of members, channels; two text channels and a forum with 3 each; 4 threads.
    assert_eq!(sync(&mut ledger, &world, &source(), NOW), 4 + 9 + 4);
    same(&ledger, &world);
    assert_eq!((ledger.faults.len(), ledger.changed.len()), (0, 0));
    let counted = ("members".to_owned(), "1 of 4 do not hold the consent role: counted, not kept".to_owned());
    assert_eq!(ledger.skipped, [counted]);
    assert_eq!(ledger.people.keys().collect::<Vec<_>>(), ["11", "12", "13"]);
    let ada = &ledger.people["11"];
    assert_eq!((ada.name.as_deref(), ada.handle.as_deref()), (Some("Ada Example"), Some("ada")));
    assert_eq!(ledger.subjects["channel:posts"], format!("https://discord.com/channels/{GUILD}/{FORUM}"));
    // By its id, too.
    let mut again = Ledger::default();
    sync(&mut again, &world, &source_of(SEEN, "71"), NOW);
    assert_eq!(again.facts, ledger.facts);
}

#[test]
fn a_later_reading_finds_what_is_new_wherever_it_is() {
    let (world, mut ledger) = start();
    sync(&mut ledger, &world, &source(), NOW);
    {
        let mut world = world.lock().unwrap();
        let post = world.threads.iter().find(|thread| thread.archived.is_some()).unwrap().id;
        // Whoever writes in an archived thread takes it out of the archive.
        world.find(post).archived = None;
        world.say(post, CHO, NOW + 60);
        world.rename(post, "It does sync", NOW + 70);
        world.say(LOUNGE, BEN, NOW + 80);
        // Opened and archived since.
        let quick = world.post(BEN, "A quick one", NOW + 90);
        world.find(quick).archived = Some(NOW + 3_600);
    }
    // The lists, and two threads.
    assert_eq!(sync(&mut ledger, &world, &source(), NOW + DAY), 4 + 9 + 2);
    same(&ledger, &world);
    assert_eq!(ledger.changed.len(), 1, "the title: {:?}", ledger.changed);
    assert_eq!(sync(&mut ledger, &world, &source(), NOW + 2 * DAY), 4 + 9);
    same(&ledger, &world);
}

#[test]
fn long_channels_threads_and_archives_are_read_to_their_ends() {
    let world = Arc::new(Mutex::new(World::bare()));
    let mut ledger = Ledger::default();
    {
        let mut world = world.lock().unwrap();
        for n in 0..1_000 {
            world.say(LOUNGE, [ADA, BEN][usize::try_from(n).unwrap() % 2], NOW - 20 * DAY + n);
        }
        let long = world.post(CHO, "Long", NOW - 90 * DAY);
        for n in 0..450 {
            world.say(long, BEN, NOW - 80 * DAY + n);
        }
        for n in 0..250 {
            let post = world.post(ADA, "Archived", NOW - 300 * DAY + n * DAY);
            world.find(post).archived = Some(NOW - 290 * DAY + n * DAY);
        }
    }
    let requests = sync(&mut ledger, &world, &source(), NOW);
    same(&ledger, &world);
    let channel = ledger.requests.iter().filter(|request| request.contains("/801/messages")).count();
    println!("discord: {channel} requests for 1,000 messages of a channel, {requests} with 251 posts");
    assert_eq!(channel, 11);
    let post = world.lock().unwrap().threads[0].id;
    world.lock().unwrap().say(post, ADA, NOW + 60);
    // A long thread is not read again from its beginning.
    sync(&mut ledger, &world, &source(), NOW + DAY);
    same(&ledger, &world);
    let again =
        ledger.requests.iter().filter(|request| request.contains(&format!("/{post}/messages"))).count();
    assert_eq!(again, 5 + 1);
}

#[test]
fn refusals_name_the_intent_the_permission_and_the_setting() {
    let faults = |change: &dyn Fn(&mut World), remote: Discord| {
        let (world, mut ledger) = start();
        change(&mut world.lock().unwrap());
        sync(&mut ledger, &world, &remote, NOW);
        (ledger.faults.join(" | "), ledger.facts.len())
    };
    let told = |faults: (String, usize), hint: &str| {
        assert!(faults.0.contains(hint) && faults.1 == 0, "{faults:?}, not {hint}");
    };
    told(faults(&|world| world.intent = false, source()), "Server Members Intent");
    told(faults(&|_| {}, source_of(SEEN, "nobody has it")), "no role `nobody has it`");
    told(faults(&|_| {}, source_of(SEEN, "@everyone")), "that is no consent");
    // What the bot cannot see is an error where it was named, and left out else; the others are read.
    let (all, count) = faults(&|_| {}, source_of(&["hidden", "lounge", "nowhere"], "keep me"));
    assert!(all.contains("#hidden cannot be read (403, code 50001): Missing Access"), "{all}");
    assert!(
        all.contains("Read Message History") && all.contains("no channel `nowhere`") && count > 0,
        "{all}"
    );
    let (all, count) = faults(&|_| {}, source_of(&[], "keep me"));
    assert!(all.starts_with("skip: #hidden") && !all.contains("end:") && count > 0, "{all}");
    let (world, mut ledger) = start();
    let serve = |asked: &Req| world.lock().unwrap().serve(asked);
    ledger.sync(&Drive { remote: &source(), serve: &serve, token: Some("wrong"), key: None }, NOW);
    assert!(ledger.faults[0].contains("reset the token under Bot"), "{:?}", ledger.faults);
    assert_eq!(ledger.requests.len(), 1, "a refused token is not tried again");
}

#[test]
fn limits_are_read_from_headers_and_bodies() {
    let (world, mut ledger) = start();
    let count = AtomicUsize::new(0);
    let serve = |asked: &Req| {
        if count.fetch_add(1, Ordering::SeqCst) % 4 == 1 {
            let body =
                json!({"message": "You are being rate limited.", "retry_after": 1.336, "global": true});
            return Res::status_json(429, &body).with("retry-after", 65);
        }
        world.lock().unwrap().serve(asked)
    };
    ledger.sync(&Drive { remote: &source(), serve: &serve, token: Some(TOKEN), key: None }, NOW);
    same(&ledger, &world);
    assert!((2..=20).contains(&ledger.waited) && ledger.waited % 2 == 0, "{}", ledger.waited);
    let headers =
        [("x-ratelimit-limit", "5"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "0.27")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let response = buyin::sources::remote::Response { headers, ..Default::default() };
    let budget = source().budget(&response).unwrap();
    assert_eq!((budget.left, budget.of, budget.full_in), (0, Some(5), Some(1)));
}

#[test]
fn a_record_that_is_not_sound_is_counted_without_a_word_of_it() {
    let (world, mut ledger) = start();
    let broken = |asked: &Req| {
        let mut res = world.lock().unwrap().serve(asked);
        let mut value: Value = serde_json::from_slice(&res.body).unwrap();
        for record in
            value.as_array_mut().into_iter().flatten().filter(|record| record["author"]["id"] == "11")
        {
            record["author"] = json!("sam_secret");
        }
        for member in value.as_array_mut().into_iter().flatten().filter(|member| member["nick"].is_null()) {
            if member["user"]["id"] == "13" {
                member["roles"] = json!("sam_secret");
            }
        }
        res.body = value.to_string().into_bytes();
        res
    };
    ledger.sync(&Drive { remote: &source(), serve: &broken, token: Some(TOKEN), key: None }, NOW);
    assert!(ledger.skipped.len() >= 3 && !ledger.facts.is_empty(), "{:?}", ledger.skipped);
    assert!(!format!("{ledger:?}").contains("sam_secret"));
    for body in ["", "<html>", "{}", "[]", "[4]", "{\"threads\": null}"] {
        let mut ledger = Ledger::default();
        let serve = |_: &Req| Res::new(200, body);
        ledger.sync(&Drive { remote: &source(), serve: &serve, token: Some(TOKEN), key: None }, NOW);
        assert!(!ledger.faults.is_empty() && ledger.facts.is_empty(), "{body}");
    }
}

/// Whatever would tell of somebody who never agreed.
fn tells(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let words =
        ["sam_secret", "Secretive Sam", "A hidden title", "answerbot", "Deleted User"].map(str::to_owned);
    let ids = [SAM, BOT, DEE].map(|id| id.to_string());
    let bytes: Vec<(String, Vec<u8>)> =
        words.into_iter().chain(ids).map(|word| (word.clone(), word.into_bytes())).collect();
    let numbers = [SAM, DEE].map(|id| (format!("{id} as a number"), id.to_be_bytes().to_vec()));
    let bytes: Vec<(String, Vec<u8>)> = bytes.into_iter().chain(numbers).collect();
    for file in std::fs::read_dir(folder).unwrap() {
        let held = std::fs::read(file.unwrap().path()).unwrap();
        for (word, wanted) in &bytes {
            if held.windows(wanted.len()).any(|window| window == &wanted[..]) {
                found.push(word.clone());
            }
        }
    }
    found
}

#[test]
fn no_byte_of_the_store_tells_of_who_did_not_agree_however_the_sync_was_cut() {
    let calm = Desk::new();
    let world = Arc::new(Mutex::new(World::new()));
    let left = Arc::new(AtomicUsize::new(usize::MAX / 2));
    let (shared, down) = (Arc::clone(&world), Arc::clone(&left));
    let server = Server::start(move |asked| {
        let up = down.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if up { shared.lock().unwrap().serve(asked) } else { Res::new(200, "").wire(Wire::Dropped) }
    });
    let config = SourceConfig::Remote(config(&server.url(), SEEN, "keep me"));
    let report = calm.sync(&config, source());
    assert_eq!((report.state, &report.error, report.skipped), (SourceState::Ok, &None, 1), "{report:#?}");
    let requests = server.count();
    assert_eq!(calm.facts().len(), world.lock().unwrap().truth().len());
    assert_eq!(tells(calm.folder.path()), Vec::<String>::new());
    // The scan itself finds what is there.
    std::fs::write(calm.folder.path().join("told"), format!("x{SAM}y")).unwrap();
    assert_eq!(tells(calm.folder.path()), [SAM.to_string()]);
    for before in 0..requests {
        let desk = Desk::new();
        left.store(before, Ordering::SeqCst);
        assert_eq!(desk.sync(&config, source()).state, SourceState::Failed, "cut after {before} answers");
        assert_eq!(tells(desk.folder.path()), Vec::<String>::new(), "cut after {before} answers");
        left.store(usize::MAX / 2, Ordering::SeqCst);
        // Another process: whatever was held in memory is lost.
        let report = desk.sync(&config, source());
        assert_eq!((report.state, &report.error), (SourceState::Ok, &None), "cut after {before} answers");
        assert_eq!(desk.facts(), calm.facts(), "cut after {before} answers");
        assert_eq!(tells(desk.folder.path()), Vec::<String>::new(), "cut after {before} answers");
    }
    assert_eq!(world.lock().unwrap().refused, Vec::<String>::new());
}

#[test]
fn who_gives_the_role_back_is_told_of_and_gone_with_full() {
    let world = Arc::new(Mutex::new(World::new()));
    let shared = Arc::clone(&world);
    let server = Server::start(move |asked| shared.lock().unwrap().serve(asked));
    let config = SourceConfig::Remote(config(&server.url(), SEEN, "keep me"));
    let mut desk = Desk::new();
    desk.sync(&config, source());
    let before = desk.facts().len();
    world.lock().unwrap().users[1].holds = false;
    world.lock().unwrap().say(LOUNGE, BEN, desk.now.0 + 60);
    desk.now = desk.now.plus_days(1);
    for _ in 0..2 {
        let report = desk.sync(&config, source());
        assert_eq!(
            (report.new, report.skipped, desk.facts().len()),
            (0, 2, before),
            "nothing of him is added"
        );
    }
    let full = desk.sync_full(&config, source());
    assert_eq!(full.error, None);
    assert_eq!(desk.facts().len(), world.lock().unwrap().truth().len());
    assert!(full.gone > 0);
    assert_eq!(desk.sync(&config, source()).skipped, 1);
}

#[test]
fn whatever_an_answer_holds_reading_it_never_panics() {
    let (world, mut ledger) = start();
    let remote = source();
    world.lock().unwrap().users.retain(|user| user.login != "machine");
    sync(&mut ledger, &world, &remote, NOW);
    sync(&mut ledger, &world, &remote, NOW + DAY);
    assert!(ledger.shake(&remote) > 100);
}

impl conformance::World for World {
    fn of(threads: usize) -> Self {
        let mut world = Self::bare();
        let users = [ADA, BEN, CHO];
        for n in 0..threads {
            let at = NOW - 20 * DAY + i64::try_from(n).unwrap() * 900;
            let by = users[n % 3];
            match n % 4 {
                0 => {
                    let post = world.post(by, "A post", at);
                    world.find(post).tags = vec![91];
                    for reply in 0..n % 5 {
                        world.say(post, users[(n + reply) % 3], at + 60);
                    }
                    if n % 8 == 0 {
                        world.find(post).archived = Some(at + 7_200);
                    }
                }
                1 => {
                    let question = world.say(HELP, by, at);
                    world.thread(HELP, question, by, "From a message");
                    world.starter(question);
                    world.say(question, users[(n + 1) % 3], at + 90);
                    world.say(question, BOT, at + 91);
                }
                _ => {
                    let question = world.say(LOUNGE, by, at);
                    let answer = world.reply(LOUNGE, users[(n + 1) % 3], question, at + 60);
                    world.reply(LOUNGE, by, answer, at + 70);
                }
            }
        }
        world
    }

    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
        let seen: &[&str] = &["801", "802", "803"];
        let config = SourceConfig::Remote(config(url, seen, "keep me"));
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
        self.truth().len()
    }

    fn change(&mut self, at: Time) -> (usize, usize) {
        let posts: Vec<u64> =
            self.threads.iter().filter(|thread| thread.parent == FORUM).map(|thread| thread.id).collect();
        self.find(posts[2]).archived = None;
        self.rename(posts[2], "Edited", at.0);
        self.find(posts[4]).archived = None;
        self.say(posts[4], BEN, at.0);
        (1, 1)
    }

    fn delete(&mut self) -> usize {
        let before = self.truth().len();
        let post = self.threads.iter().rfind(|thread| thread.parent == FORUM).unwrap().id;
        self.threads.retain(|thread| thread.id != post);
        self.messages.retain(|message| message.place != post);
        before - self.truth().len()
    }

    fn hostile(&mut self) {
        for thread in &mut self.threads {
            thread.name = format!("\u{1b}[31m\u{202e}evil\r\n\u{200b}{}", "x".repeat(2_000));
        }
        for user in &mut self.users {
            user.shown = format!("\u{202e}{}\r\n", "n".repeat(500));
        }
        self.lounge = format!("\u{1b}]0;evil\u{7}loun/ge\u{2066}{}", "x".repeat(500));
    }

    fn forbidden() -> Res {
        Res::status_json(403, &json!({"message": "Missing \u{1b}[1mAccess", "code": 50_001}))
    }

    fn throttled(seconds: u64) -> Res {
        let body = json!({"message": "You are being rate limited.", "retry_after": seconds, "global": false});
        Res::status_json(429, &body).with("retry-after", seconds)
    }
}

#[test]
fn discord_passes_what_every_source_passes() {
    everything::<World>();
}

#[test]
fn who_answers_a_colleagues_question_teaches_and_machines_do_not() {
    let mut world = <World as conformance::World>::of(0);
    for n in 0..40 {
        let at = NOW - 100 * DAY + n * 2 * DAY;
        let post = world.post(if n % 2 == 0 { ADA } else { CHO }, "How?", at);
        world.say(post, BOT, at + 1);
        world.say(post, BEN, at + 600);
    }
    let concluded = Concluded::from(world);
    assert_eq!(concluded.stands("voice:ben"), ("teacher".to_owned(), None));
    assert_eq!(concluded.stands("voice:ada"), ("skeptic".to_owned(), None));
    assert_eq!(concluded.stands("voice:cho"), ("skeptic".to_owned(), None));
}

#[test]
fn bugs_that_only_machines_answered_block_and_those_that_somebody_answered_do_not() {
    let mut world = <World as conformance::World>::of(0);
    for n in 0..3 {
        let at = NOW - 100 * DAY + n;
        let left = world.post(ADA, "Left alone", at);
        world.say(left, BOT, at + 60);
        world.say(left, ADA, at + 3 * DAY);
        let answered = world.post(CHO, "Answered", at);
        world.say(answered, BEN, at + 60);
        world.say(answered, CHO, at + 3 * DAY);
        for post in [left, answered] {
            world.find(post).tags = vec![91];
        }
    }
    world.say(LOUNGE, BEN, NOW - 200 * DAY);
    let concluded = Concluded::from(world);
    let (stage, cause) = concluded.stands("voice:ada");
    assert_eq!(stage, "blocker");
    assert!(cause.unwrap().starts_with(&format!("https://discord.com/channels/{GUILD}/")));
    assert_eq!(concluded.stands("voice:cho"), ("skeptic".to_owned(), None));
}
