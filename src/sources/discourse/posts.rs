//! Topics and their posts: who opened, replied, closed and reopened, and which answer was accepted. Must not know
//! which topics are asked for.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Discourse, Filling, User, body,
    step::{Accepted, Ask, Rest, Topic},
    time,
};
use crate::{
    domain::{
        activity::{Activity, Kind},
        page::Page,
        text,
        time::Time,
    },
    sources::{
        answer::{record, shown},
        filling,
        remote::{Fault, Response},
    },
};

/// Small print of the forum itself: closed, pinned, moved.
const SMALL_ACTION: u8 = 3;
/// Seen by staff only.
const WHISPER: u8 = 4;

#[derive(Debug, Deserialize)]
struct Shown {
    title: Option<String>,
    created_at: String,
    #[serde(default)]
    tags: Vec<Value>,
    deleted_at: Option<String>,
    highest_post_number: Option<u64>,
    details: Option<Details>,
    post_stream: PostStream,
    /// Of the plugin that marks answers as accepted.
    accepted_answer: Option<Answer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    created_by: Option<User>,
    participants: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct PostStream {
    posts: Vec<Value>,
    #[serde(default)]
    stream: Vec<u64>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    post_number: u64,
    accepter_username: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Posts {
    post_stream: PostStream,
}

#[derive(Debug, Deserialize)]
struct Post {
    #[serde(rename = "post_number")]
    number: u64,
    #[serde(rename = "post_type")]
    kind: Option<u8>,
    user_id: Option<i64>,
    username: Option<String>,
    name: Option<String>,
    created_at: String,
    deleted_at: Option<String>,
    #[serde(default)]
    user_deleted: bool,
    reply_to_post_number: Option<u64>,
    action_code: Option<String>,
}

/// What opened a topic, from a list or from the topic itself.
pub(super) struct Opened<'a> {
    pub(super) id: u64,
    pub(super) title: Option<&'a str>,
    pub(super) created_at: &'a str,
    pub(super) tags: &'a [Value],
    pub(super) subject: Option<&'a str>,
}

impl Post {
    fn user(&self) -> Option<User> {
        let id = self.user_id?;
        Some(User { id, username: self.username.clone(), name: self.name.clone() })
    }

    fn is_gone(&self) -> bool {
        self.deleted_at.is_some() || self.user_deleted
    }
}

/// Where posts belong while they are read.
struct Thread<'a> {
    topic: &'a Topic,
    subject: Option<Arc<str>>,
    name: Arc<str>,
    opener: Option<&'a User>,
    accepted: Option<&'a Accepted>,
}

impl Discourse {
    /// The opening of a topic: its labels are its tags and the slugs of its category.
    pub(super) fn opened(&self, page: &mut Filling, opened: &Opened<'_>, by: Option<&User>) {
        let Some(at) = time(opened.created_at) else {
            page.skip(format!("topic {}", opened.id), "it has no date");
            return;
        };
        let actor = self.person(page, by);
        let path = opened.subject.and_then(|subject| subject.strip_prefix("category:")).unwrap_or_default();
        let slugs = path.split('/').filter(|slug| !slug.is_empty()).map(str::to_owned);
        // Older forums name tags, newer ones describe them.
        let tags = opened.tags.iter().filter_map(|tag| tag.as_str().or_else(|| tag["name"].as_str()));
        let mut labels: Vec<String> = tags.filter_map(|tag| filling::name(Some(tag))).chain(slugs).collect();
        labels.sort_unstable();
        labels.dedup();
        page.put(Activity {
            key: format!("topic/{}", opened.id).into_bytes(),
            kind: Kind::TopicOpened,
            actor,
            at,
            subject: opened.subject.map(Arc::from),
            thread: Some(Arc::from(format!("topic/{}", opened.id))),
            counterpart: None,
            labels,
            title: filling::title(opened.title),
            url: self.topic_url(opened.id),
        });
    }

    pub(super) fn topic(&self, response: &Response, topic: Topic) -> Result<Page, Fault> {
        let shown: Shown = body(response, "a topic")?;
        let mut page = Filling::default();
        page.page().read = 1;
        if shown.deleted_at.is_some() {
            // Whoever may see what was deleted is told so.
            if topic.again {
                page.gone(format!("topic/{}", topic.id));
                page.gone(format!("topic/{}/accepted", topic.id));
                let numbers = 2..=shown.highest_post_number.unwrap_or(1).min(100_000);
                numbers.for_each(|number| page.gone(format!("topic/{}/{number}", topic.id)));
            }
            return Ok(page.finish());
        }
        let subject = topic.category.as_ref().map(|path| format!("category:{path}"));
        let details = shown.details.unwrap_or_default();
        let posts = read_posts(&mut page, &topic, &shown.post_stream.posts);
        let first = posts.iter().find(|post| post.number == 1).and_then(Post::user);
        let opener = details.created_by.or(first);
        let opening = Opened {
            id: topic.id,
            title: shown.title.as_deref(),
            created_at: &shown.created_at,
            tags: &shown.tags,
            subject: subject.as_deref(),
        };
        self.opened(&mut page, &opening, opener.as_ref());
        let accepted = shown.accepted_answer.map(|answer| {
            let by = answer.accepter_username.as_deref();
            let people = details.participants.iter().filter_map(|person| record::<User>(person).ok());
            let people = people.chain(posts.iter().filter_map(Post::user));
            let by = people.into_iter().find(|user| by.is_some() && user.username.as_deref() == by);
            Accepted { number: answer.post_number, by }
        });
        if accepted.is_none() && topic.again {
            page.gone(format!("topic/{}/accepted", topic.id));
        }
        let thread = Thread::new(&topic, opener.as_ref(), accepted.as_ref());
        self.replies(&mut page, &thread, &posts);
        let known = shown.post_stream.posts.len();
        let ids: Vec<u64> = shown.post_stream.stream.get(known..).unwrap_or_default().to_vec();
        if !ids.is_empty() {
            page.ask(Ask::Posts(Box::new(Rest { topic, opener, accepted, ids })).step());
        }
        Ok(page.finish())
    }

    pub(super) fn posts(&self, response: &Response, mut rest: Rest) -> Result<Page, Fault> {
        let found: Posts = body(response, "posts of a topic")?;
        let mut page = Filling::default();
        let posts = read_posts(&mut page, &rest.topic, &found.post_stream.posts);
        let thread = Thread::new(&rest.topic, rest.opener.as_ref(), rest.accepted.as_ref());
        self.replies(&mut page, &thread, &posts);
        let left = rest.ids.len() - rest.last().len();
        let oldest = posts.iter().filter_map(|post| time(&post.created_at)).min();
        let is_known = oldest.is_some_and(|oldest| rest.topic.since.is_some_and(|since| oldest.0 < since));
        // The accepted answer may be an old one.
        let has_answer = rest.accepted.as_ref().is_none_or(|accepted| {
            posts.iter().any(|post| post.number <= accepted.number) || accepted.number <= 20
        });
        if left > 0 && !(is_known && has_answer) {
            rest.ids.truncate(left);
            page.ask(Ask::Posts(Box::new(rest)).step());
        }
        Ok(page.finish())
    }

    fn replies(&self, page: &mut Filling, thread: &Thread<'_>, posts: &[Post]) {
        let topic = thread.topic.id;
        if thread.topic.again {
            // Numbers are given once and in order: what is missing between two was deleted or moved.
            let has = |number: u64| posts.iter().any(|post| post.number == number && !post.is_gone());
            let numbers = posts.iter().map(|post| post.number);
            if let (Some(first), Some(last)) = (numbers.clone().min(), numbers.max()) {
                let missing =
                    (first.max(2)..=last.min(first.saturating_add(10_000))).filter(|number| !has(*number));
                missing.for_each(|number| page.gone(format!("topic/{topic}/{number}")));
            }
        }
        for post in posts.iter().filter(|post| post.number > 1 && !post.is_gone()) {
            let Some(at) = time(&post.created_at) else {
                page.skip(format!("topic/{topic}/{}", post.number), "it has no date");
                continue;
            };
            let user = post.user();
            let actor = self.person(page, user.as_ref());
            match (post.kind, post.action_code.as_deref()) {
                (Some(WHISPER), _) => {}
                (_, Some(code)) if turn(code).is_some() => {
                    if let Some((kind, why)) = turn(code) {
                        self.turned(page, thread, post, (kind, why), (actor, at));
                    }
                }
                (Some(SMALL_ACTION), _) => {}
                _ => self.replied(page, thread, posts, post, (actor, at)),
            }
        }
    }

    fn replied(
        &self,
        page: &mut Filling,
        thread: &Thread<'_>,
        posts: &[Post],
        post: &Post,
        (actor, at): (u32, Time),
    ) {
        let number = post.number;
        let to = post.reply_to_post_number;
        let to = posts.iter().find(|other| Some(other.number) == to).and_then(Post::user);
        let counterpart = to.as_ref().or(thread.opener).map(|to| self.person(page, Some(to)));
        let activity = thread.activity(Kind::PostReplied, &number.to_string(), (actor, at));
        page.put(Activity {
            counterpart: counterpart.filter(|other| *other != actor),
            url: self.post_url(thread.topic.id, number),
            ..activity
        });
        let Some(accepted) = thread.accepted.filter(|accepted| accepted.number == number) else { return };
        // Nobody says when it was accepted: not before it was written.
        let by = accepted.by.as_ref().or(thread.opener);
        let by = self.person(page, by);
        let activity = thread.activity(Kind::AnswerAccepted, "accepted", (by, at));
        let url = self.post_url(thread.topic.id, number);
        page.put(Activity { counterpart: Some(actor), url, ..activity });
    }

    fn turned(
        &self,
        page: &mut Filling,
        thread: &Thread<'_>,
        post: &Post,
        (kind, why): (Kind, Option<&str>),
        by: (u32, Time),
    ) {
        let opener = thread.opener.map(|opener| self.person(page, Some(opener)));
        let is_closing = kind == Kind::IssueClosed;
        let why = if thread.accepted.is_some() && is_closing { Some("resolved") } else { why };
        let activity = thread.activity(kind, &post.number.to_string(), by);
        page.put(Activity {
            counterpart: opener.filter(|opener| *opener != by.0),
            labels: why.map(str::to_owned).into_iter().collect(),
            url: self.post_url(thread.topic.id, post.number),
            ..activity
        });
    }
}

impl<'a> Thread<'a> {
    fn new(topic: &'a Topic, opener: Option<&'a User>, accepted: Option<&'a Accepted>) -> Self {
        let subject = topic.category.as_ref().map(|path| Arc::from(format!("category:{path}")));
        Self { topic, subject, name: Arc::from(format!("topic/{}", topic.id)), opener, accepted }
    }

    fn activity(&self, kind: Kind, key: &str, (actor, at): (u32, Time)) -> Activity {
        Activity {
            key: format!("topic/{}/{key}", self.topic.id).into_bytes(),
            kind,
            actor,
            at,
            subject: self.subject.clone(),
            thread: Some(Arc::clone(&self.name)),
            counterpart: None,
            labels: Vec::new(),
            title: None,
            url: None,
        }
    }
}

/// What the forum's small print says of a topic: closed or open again, and why.
fn turn(code: &str) -> Option<(Kind, Option<&'static str>)> {
    match code {
        "closed.enabled" => Some((Kind::IssueClosed, None)),
        "archived.enabled" => Some((Kind::IssueClosed, Some("archived"))),
        // By a timer, not by anybody's judgement.
        "autoclosed.enabled" => Some((Kind::IssueClosed, Some("stale"))),
        "closed.disabled" | "archived.disabled" | "autoclosed.disabled" => Some((Kind::IssueReopened, None)),
        _ => None,
    }
}

/// The posts that can be read; the others are counted.
fn read_posts(page: &mut Filling, topic: &Topic, values: &[Value]) -> Vec<Post> {
    let mut posts = Vec::with_capacity(values.len());
    for value in values {
        match record(value) {
            Ok(post) => posts.push(post),
            Err(why) => {
                let number = text::name(&value["post_number"].to_string());
                page.skip(format!("topic/{}/{}", topic.id, shown(&number)), why);
            }
        }
    }
    posts
}
