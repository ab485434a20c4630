//! A made-up API, as simple as one can be, and the source that reads it: for trying the engine alone. Topics are
//! listed by the time of their last change, oldest first; each answer names the next page; a topic with many
//! posts is read by steps of its own.

use std::sync::{Arc, Mutex};

use buyin::{
    config::{Api, RemoteConfig, SecretFrom, SourceConfig},
    domain::{
        account::Zone,
        activity::{Activity, Kind},
        identity::Identity,
        page::{Page, Step},
        text,
        time::Time,
    },
    sources::{
        From, SourceError,
        answer::{self, json},
        remote::{Asked, Budget, Fault, Remote, Request, Response, Sign},
    },
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::server::{Req, Res, Server};

/// A topic of the world, with its posts.
#[derive(Debug, Clone)]
pub(crate) struct Topic {
    pub(crate) id: u64,
    pub(crate) title: String,
    pub(crate) by: u64,
    /// Seconds.
    pub(crate) at: i64,
    pub(crate) changed: i64,
    /// Who answered, and when.
    pub(crate) posts: Vec<(u64, i64)>,
}

/// What the server holds: topics by channel.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) channels: Vec<(String, Vec<Topic>)>,
    /// Topics on a page.
    pub(crate) page: usize,
    /// Posts that a topic is listed with; the rest is read by itself.
    pub(crate) inline: usize,
}

/// 2026-01-01.
pub(crate) const START: i64 = 1_767_225_600;

impl World {
    /// `count` topics with `posts` answers each, by some people, in one channel or several in turn.
    pub(crate) fn of(channels: &[&str], count: u64, posts: u64) -> Self {
        let mut world = Self { page: 20, inline: 3, ..Self::default() };
        world.channels = channels.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
        let many = world.channels.len();
        for id in 0..count {
            let at = START + i64::try_from(id).unwrap() * 60;
            let posts = (0..posts).map(|n| ((id * 7 + n * 3) % 90, at + i64::try_from(n).unwrap() + 1));
            let topic = Topic {
                id,
                title: format!("Topic {id}"),
                by: id % 97,
                at,
                changed: at + 30,
                posts: posts.collect(),
            };
            world.channels[usize::try_from(id).unwrap() % many].1.push(topic);
        }
        world
    }

    pub(crate) fn topics(&mut self, channel: &str) -> &mut Vec<Topic> {
        &mut self.channels.iter_mut().find(|(name, _)| name == channel).unwrap().1
    }

    /// How many activities the store must hold.
    pub(crate) fn activities(&self) -> usize {
        self.channels.iter().flat_map(|(_, topics)| topics).map(|topic| 1 + topic.posts.len()).sum()
    }

    /// The answer to a request; 400 to what the API does not know.
    pub(crate) fn answer(&self, asked: &Req) -> Res {
        let words: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        let number = |name: &str| asked.param(name).and_then(|value| value.parse::<i64>().ok());
        match words[..] {
            ["v1", "channels"] => {
                let names: Vec<&str> = self.channels.iter().map(|(name, _)| name.as_str()).collect();
                Res::json(&json!({ "channels": names }))
            }
            ["v1", "channels", name, "topics"] => {
                let Some((_, topics)) = self.channels.iter().find(|(known, _)| known == name) else {
                    return Res::status_json(404, &json!({"message": "no such channel"}));
                };
                let mut topics: Vec<&Topic> = topics
                    .iter()
                    .filter(|topic| topic.changed >= number("since").unwrap_or(i64::MIN))
                    .collect();
                topics.sort_by_key(|topic| (topic.changed, topic.id));
                let from = usize::try_from(number("from").unwrap_or(0)).unwrap();
                let page: Vec<Value> =
                    topics.iter().skip(from).take(self.page).map(|topic| self.listed(topic)).collect();
                let next = (from + self.page < topics.len()).then_some(from + self.page);
                Res::json(
                    &json!({"topics": page, "next": next, "total": topics.len(), "unknown": {"x": [null]}}),
                )
            }
            ["v1", "topics", id, "posts"] => {
                let all = self.channels.iter().flat_map(|(_, topics)| topics);
                match all.into_iter().find(|topic| topic.id.to_string() == id) {
                    Some(topic) => {
                        let after = usize::try_from(number("after").unwrap_or(0)).unwrap();
                        let rest: Vec<Value> = posts(topic).into_iter().skip(after).take(50).collect();
                        let next = (after + 50 < topic.posts.len()).then_some(after + 50);
                        Res::json(&json!({"posts": rest, "next": next}))
                    }
                    None => Res::status_json(404, &json!({"message": "no such topic"})),
                }
            }
            _ => Res::status_json(400, &json!({"message": "no such path"})),
        }
    }

    fn listed(&self, topic: &Topic) -> Value {
        let posts: Vec<Value> = posts(topic).into_iter().take(self.inline).collect();
        json!({"id": topic.id, "title": topic.title, "by": topic.by, "at": topic.at, "posts": posts,
               "count": topic.posts.len(), "extra": null})
    }
}

fn posts(topic: &Topic) -> Vec<Value> {
    let all = topic.posts.iter().enumerate();
    all.map(|(n, (by, at))| json!({"id": format!("{}-{n}", topic.id), "by": by, "at": at})).collect()
}

/// A world that can change while it is served.
pub(crate) fn serve(world: World) -> (Server, Arc<Mutex<World>>) {
    let world = Arc::new(Mutex::new(world));
    let served = Arc::clone(&world);
    (Server::start(move |asked| served.lock().unwrap().answer(asked)), world)
}

/// The source.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    /// `None`: the channels are found by a stream of their own.
    pub(crate) channels: Option<Vec<String>>,
    /// Whether pages are asked for only where they have changed.
    pub(crate) conditional: bool,
    pub(crate) at_once: usize,
}

impl Plain {
    pub(crate) fn of(channels: &[&str]) -> Self {
        let channels = channels.iter().map(|name| (*name).to_owned()).collect();
        Self { channels: Some(channels), conditional: false, at_once: 1 }
    }
}

/// How far back a reading looks behind its beginning.
const OVERLAP: i64 = 300;
const FINDS: &str = "channels";

/// What a `[[source]]` of this API would be.
pub(crate) fn config(name: &str, url: &str) -> SourceConfig {
    SourceConfig::Remote(RemoteConfig {
        name: name.to_owned(),
        base_url: format!("{url}/v1"),
        token: Some(SecretFrom::Command(vec!["echo".to_owned(), "tok_secret".to_owned()])),
        zone: Zone::Upstream,
        zones: Vec::new(),
        minimise: true,
        retain_days: None,
        api: Api::Slack { channels: Vec::new() },
    })
}

#[derive(Deserialize)]
struct TopicPage {
    topics: Vec<Value>,
    next: Option<u64>,
    total: u64,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
    title: String,
    by: u64,
    at: i64,
    posts: Vec<Post>,
    count: u64,
}

#[derive(Deserialize)]
struct Posts {
    posts: Vec<Post>,
    next: Option<u64>,
}

#[derive(Deserialize)]
struct Post {
    id: String,
    by: u64,
    at: i64,
}

/// A page under construction.
#[derive(Default)]
struct Filling {
    page: Page,
    people: Vec<u64>,
}

impl Filling {
    fn person(&mut self, id: u64) -> u32 {
        let place = self.people.iter().position(|known| *known == id).unwrap_or_else(|| {
            self.people.push(id);
            self.page.identities.push(Identity {
                native: id.to_string(),
                handle: Some(format!("user{id}")),
                forge: Some("plain.example".to_owned()),
                email: Some(format!("user{id}@company{}.example", id % 11)),
                ..Identity::default()
            });
            self.people.len() - 1
        });
        u32::try_from(place).unwrap()
    }

    fn act(
        &mut self,
        key: String,
        kind: Kind,
        by: u64,
        at: i64,
        (channel, topic): (&str, u64),
    ) -> &mut Activity {
        let actor = self.person(by);
        self.page.activities.push(Activity {
            key: key.into_bytes(),
            kind,
            actor,
            at: Time(at),
            subject: Some(format!("channel:{channel}").into()),
            thread: Some(format!("topic/{topic}").into()),
            counterpart: None,
            labels: Vec::new(),
            title: None,
            url: None,
        });
        self.page.activities.last_mut().unwrap()
    }

    fn post(&mut self, post: &Post, place: (&str, u64)) {
        self.act(format!("post/{}", post.id), Kind::PostReplied, post.by, post.at, place);
    }
}

impl Remote for Plain {
    fn streams(&self) -> Vec<String> {
        self.channels.clone().unwrap_or_else(|| vec![FINDS.to_owned()])
    }

    fn sign(&self) -> Vec<Sign> {
        vec![
            Sign::TokenHeader { name: "X-Plain-Token", prefix: "" },
            Sign::Header { name: "Accept", value: "application/json".to_owned() },
        ]
    }

    fn at_once(&self) -> usize {
        self.at_once
    }

    fn begin(&self, from: &From<'_>) -> Page {
        if from.stream == FINDS && self.channels.is_none() {
            return Page { steps: vec![Step(json!({ "find": 0 }))], ..Page::default() };
        }
        let since: Option<i64> = from.mark.and_then(|mark| mark.parse().ok());
        let mark = Some((from.now.0 - OVERLAP).to_string());
        Page { steps: vec![Step(json!({"from": 0, "since": since}))], mark, ..Page::default() }
    }

    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError> {
        let Some(step) = step.0.as_object() else { return Err(SourceError::new("no step of this source")) };
        let number = |name: &str| step.get(name).and_then(Value::as_i64);
        let conditional = self.conditional;
        if step.contains_key("find") {
            return Ok(Request { path: "/channels".to_owned(), conditional, ..Request::default() });
        }
        if let Some(topic) = number("topic") {
            let query = vec![("after".to_owned(), number("after").unwrap_or(0).to_string())];
            return Ok(Request { path: format!("/topics/{topic}/posts"), query, ..Request::default() });
        }
        let mut query = vec![("from".to_owned(), number("from").unwrap_or(0).to_string())];
        query.extend(number("since").map(|since| ("since".to_owned(), since.to_string())));
        Ok(Request { path: format!("/channels/{stream}/topics"), query, conditional, ..Request::default() })
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        let step = &asked.step.0;
        if step.get("find").is_some() {
            #[derive(Deserialize)]
            struct Found {
                channels: Vec<String>,
            }
            let found: Found = json(response, "a list of channels")?;
            return Ok(Page { streams: found.channels, ..Page::default() });
        }
        let mut filling = Filling::default();
        if let Some(topic) = step["topic"].as_u64() {
            let posts: Posts = json(response, "the posts of a topic")?;
            posts.posts.iter().for_each(|post| filling.post(post, (asked.stream, topic)));
            let next = posts.next.map(|after| Step(json!({"topic": topic, "after": after})));
            filling.page.steps.extend(next);
            return Ok(filling.page);
        }
        let topics: TopicPage = json(response, "a page of topics")?;
        filling.page.expected = Some(topics.total);
        filling.page.read = topics.topics.len() as u64;
        for value in &topics.topics {
            let topic: Listed = match answer::record(value) {
                Ok(topic) => topic,
                Err(reason) => {
                    let place = format!("topic {}", value["id"]);
                    filling.page.skipped.push(buyin::domain::page::Skipped { place, reason });
                    continue;
                }
            };
            let place = (asked.stream, topic.id);
            filling.act(format!("topic/{}", topic.id), Kind::TopicOpened, topic.by, topic.at, place).title =
                Some(text::title(&topic.title));
            topic.posts.iter().for_each(|post| filling.post(post, place));
            if topic.count > topic.posts.len() as u64 {
                filling.page.steps.push(Step(json!({"topic": topic.id, "after": topic.posts.len()})));
            }
        }
        let next = topics.next.map(|next| Step(json!({"from": next, "since": step["since"]})));
        filling.page.steps.extend(next);
        Ok(filling.page)
    }

    fn judge(&self, asked: &Asked<'_>, response: &Response) -> Option<Fault> {
        // A topic that is gone is no reason not to read on.
        (response.status == 404 && asked.step.0.get("topic").is_some())
            .then(|| Fault::Skip(SourceError::new("the topic is gone")))
    }

    fn budget(&self, response: &Response) -> Option<Budget> {
        answer::budget(response)
    }
}
