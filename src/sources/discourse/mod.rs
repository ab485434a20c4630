//! Discourse: any forum, by its official API (docs.discourse.org). Names requests, reads answers; no I/O.
//!
//! | what | request | how often |
//! |---|---|---|
//! | categories, sub-categories | `GET /categories.json?include_subcategories=true` | once a stream |
//! | topics | `GET /latest.json?order=activity&per_page=100&page=`, or `GET /c/{slug}/{id}.json` for `categories` | one for 100 topics |
//! | posts, closings, the accepted answer | `GET /t/{id}.json` | one for each new or changed topic with replies |
//! | posts beyond the first 20 | `GET /t/{id}/posts.json?post_ids[]=` | one for 100 posts, newest first |
//! | staff | `GET /groups/staff/members.json?limit=50&offset=` | one for 50 |
//! | who likes | `GET /directory_items.json?period=&order=likes_given&page=` | one for 50 people |
//! | likes given | `GET /user_actions.json?username=&filter=1&offset=` | one for 30 likes, only of people who gave some |
//! | e-mail addresses | `GET /admin/users/list/active.json?show_emails=true&page=`, with `minimise = false` only | one for 100 people |
//!
//! Public forums are read without a key. A key needs the scopes `topics: read, read lists`, `users: list` (or is
//! a global read-only one); hidden directories, hidden staff and private categories need a `user` who sees them.
//! Limits: 60 requests a minute for all keys of a forum, 200 a minute for an address without one; 429 says how
//! long to wait. The terms of service of each forum bind what is read from it, and its privacy policy its
//! members' data.
//!
//! A later reading lists the topics of the last 30 days and asks again for those that changed: the mark keeps a
//! short imprint of each, since closing, accepting, retitling and moving leave no date behind.

mod list;
mod people;
mod posts;
mod step;

use std::collections::BTreeMap;

use serde::Deserialize;

use self::step::{Ask, List, Names};
use super::{
    From, SourceError,
    answer::{self, shown},
    filling::{self, Filling},
    remote::{Asked, Fault, Remote, Request, Response, Sign},
};
use crate::{
    config::RemoteConfig,
    domain::{
        identity::Identity,
        page::{Page, Step},
        text,
        time::Time,
    },
};

/// The stream of all topics; `category:SLUG` where the configuration names categories.
const TOPICS: &str = "topics";
/// Staff and likes.
const PEOPLE: &str = "people";
/// Readings overlap by this many seconds.
const OVERLAP: i64 = 600;

/// A forum.
#[derive(Debug)]
pub struct Discourse {
    base_url: String,
    host: String,
    user: Option<String>,
    categories: Vec<String>,
    has_token: bool,
    minimise: bool,
    retain_days: Option<u32>,
}

/// What a stream's mark says.
#[derive(Debug, Default, Deserialize)]
struct Mark {
    /// Complete up to then, in seconds.
    since: i64,
    /// Imprints of the topics of the last days.
    #[serde(default)]
    seen: BTreeMap<u64, String>,
}

/// Somebody as the API names them in passing.
#[derive(Debug, Clone, PartialEq, Deserialize, serde::Serialize)]
struct User {
    id: i64,
    username: Option<String>,
    name: Option<String>,
}

impl Discourse {
    pub fn new(config: &RemoteConfig, user: Option<String>, categories: Vec<String>) -> Self {
        let rest = config.base_url.split_once("://").map_or(config.base_url.as_str(), |(_, rest)| rest);
        Self {
            base_url: config.base_url.clone(),
            host: rest.to_ascii_lowercase(),
            user,
            categories,
            has_token: config.token.is_some(),
            minimise: config.minimise,
            retain_days: config.retain_days,
        }
    }

    /// The oldest moment that is asked for.
    fn floor(&self, now: Time) -> Option<i64> {
        self.retain_days.map(|days| now.plus_days(-i64::from(days)).0)
    }

    /// The place of somebody in a page. The forum's own accounts have numbers below 0.
    fn person(&self, page: &mut Filling, user: Option<&User>) -> u32 {
        let handle = user.and_then(|user| filling::name(user.username.as_deref()));
        let (Some(user), Some(handle)) = (user, handle) else { return page.ghost() };
        page.person(Identity {
            native: user.id.to_string(),
            name: filling::name(user.name.as_deref()),
            email: None,
            handle: Some(handle),
            forge: Some(self.host.clone()),
            account_id: Some(user.id.to_string()),
            company: None,
            bot: user.id < 0,
        })
    }

    fn topic_url(&self, topic: u64) -> Option<String> {
        text::web(&format!("{}/t/{topic}", self.base_url))
    }

    fn post_url(&self, topic: u64, number: u64) -> Option<String> {
        text::web(&format!("{}/t/{topic}/{number}", self.base_url))
    }
}

impl Remote for Discourse {
    fn streams(&self) -> Vec<String> {
        let topics = if self.categories.is_empty() {
            vec![TOPICS.to_owned()]
        } else {
            self.categories.iter().map(|slug| format!("category:{slug}")).collect()
        };
        topics.into_iter().chain([PEOPLE.to_owned()]).collect()
    }

    fn sign(&self) -> Vec<Sign> {
        let mut sign = vec![
            Sign::TokenHeader { name: "api-key", prefix: "" },
            Sign::Header { name: "accept", value: "application/json".to_owned() },
        ];
        if let Some(user) = self.user.as_ref().filter(|_| self.has_token) {
            sign.push(Sign::Header { name: "api-username", value: user.clone() });
        }
        sign
    }

    fn begin(&self, from: &From<'_>) -> Page {
        let mark: Option<Mark> = from.mark.and_then(|mark| serde_json::from_str(mark).ok());
        let (since, known) = mark.map_or((None, BTreeMap::new()), |mark| (Some(mark.since), mark.seen));
        let next = from.now.0 - OVERLAP;
        Page {
            steps: vec![Ask::Categories { since, known, next }.step()],
            mark: Some(list::mark(next, &BTreeMap::new())),
            ..Page::default()
        }
    }

    fn request(&self, _stream: &str, step: &Step) -> Result<Request, SourceError> {
        Ok(Ask::read(step)?.request())
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        match Ask::read(asked.step).map_err(Fault::Stream)? {
            Ask::Categories { since, known, next } => {
                self.categories(asked, response, List::new(since, known, next))
            }
            Ask::Topics(list) => self.topics(asked, response, *list),
            Ask::Topic(topic) => self.topic(response, topic),
            Ask::Posts(rest) => self.posts(response, *rest),
            Ask::Staff { offset } => self.staff(response, offset),
            Ask::Directory(directory) => Self::directory(response, directory),
            Ask::Likes(likes) => self.likes(asked, response, likes),
            Ask::Emails { page } => self.emails(response, page),
        }
    }

    fn judge(&self, asked: &Asked<'_>, response: &Response) -> Option<Fault> {
        let ask = Ask::read(asked.step).ok()?;
        let said: Refusal = serde_json::from_slice(&response.body).unwrap_or_default();
        judge(&ask, response.status, &said, self.has_token)
    }
}

/// What a refusal says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    errors: Vec<String>,
    error_type: Option<String>,
    extras: Option<Extras>,
}

#[derive(Debug, Deserialize)]
struct Extras {
    wait_seconds: Option<u64>,
}

/// What a refusal means. Whatever is not told apart here means what HTTP says.
fn judge(ask: &Ask, status: u16, said: &Refusal, has_token: bool) -> Option<Fault> {
    let kind = said.error_type.as_deref().unwrap_or_default();
    let words = said.errors.first().map(|words| format!(": {}", shown(words))).unwrap_or_default();
    if status == 429 || kind == "rate_limit" {
        let wait = said.extras.as_ref().and_then(|extras| extras.wait_seconds);
        return wait
            .map(|wait| Fault::Throttled { wait: Some(wait), what: "requests to the forum".to_owned() });
    }
    if !matches!(status, 400 | 403 | 404 | 410) {
        return None;
    }
    if words.contains("API username or key") {
        let error = SourceError::new(format!("the forum does not accept the key ({status}){words}"));
        return Some(Fault::Source(error.hint(
            "make a key under admin > API with the scopes `topics: read, read lists` and `users: list`, for the user \
             named in `user`",
        )));
    }
    if kind == "not_logged_in" && !matches!(ask, Ask::Emails { .. }) {
        let error = SourceError::new(format!("the forum shows nothing to strangers ({status}){words}"));
        return Some(Fault::Source(error.hint("set `token` to an API key and `user` to whom it belongs")));
    }
    let way = match ask {
        Ask::Topic(_) | Ask::Posts(_) => {
            "it was deleted, or moved to where this key cannot see; `--full` forgets it"
        }
        Ask::Staff { .. } => "let everybody see the members of the group `staff`, or set `token` and `user`",
        Ask::Directory(_) => {
            "switch on the forum's setting `enable user directory`, or set `token` and `user`; without it no likes \
             are read"
        }
        Ask::Likes(_) => "this member hides their activity",
        Ask::Emails { .. } => "give the key of an admin, or set `minimise = true` to read no addresses",
        Ask::Categories { .. } | Ask::Topics(_) => {
            let error = SourceError::new(format!("{} cannot be read ({status}){words}", ask.what()));
            let way = if has_token {
                "give the key the scopes `topics: read, read lists`, and name a `user` who may see it"
            } else {
                "check `base_url` and `categories`; a private one needs `token` and `user`"
            };
            return Some(Fault::Stream(error.hint(way)));
        }
    };
    let error = SourceError::new(format!("{} cannot be read ({status}){words}", ask.what()));
    Some(Fault::Skip(error.hint(way)))
}

/// A moment as the API writes it.
fn time(text: &str) -> Option<Time> {
    Time::parse(text)
}

/// The subject of a category, by the names of the categories.
fn subject(names: &Names, category: Option<u64>) -> Option<String> {
    category.and_then(|id| names.get(&id)).map(|path| format!("category:{path}"))
}

/// Reads a body or says what was expected.
fn body<T: serde::de::DeserializeOwned>(response: &Response, what: &str) -> Result<T, Fault> {
    answer::json(response, what)
}
