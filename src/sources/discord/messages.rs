//! Messages of channels, and threads with what is said in them. Their text is never read, and nobody without consent
//! leaves this file: not as author, not as whom somebody answers. Must not know how they are asked for.

use std::{collections::BTreeSet, sync::Arc};

use serde::Deserialize;
use serde_json::Value;

use super::{
    Channel, Discord, OVERLAP, id, made, snowflake,
    step::{Archived, Ask, PAGE, Span, Tags, Thread},
};
use crate::{
    domain::{
        activity::{Activity, Kind},
        identity::Identity,
        page::Page,
        text,
        time::Time,
    },
    sources::{
        SourceError,
        answer::{self, record},
        filling::{self, Filling},
        remote::{Asked, Fault, Response},
    },
};

/// What somebody says, and what somebody answers; all else is the server's small print or a machine's.
const SAID: u64 = 0;
const ANSWERED: u64 = 19;
/// The first of a thread that began with a message of its channel; it stands for that message.
const STARTER: u64 = 21;
/// Threads that everybody sees.
const PUBLIC: [u8; 2] = [10, 11];
/// A thread's first message comes with it; after so many seconds it has come.
const YOUNG: i64 = 86_400;
/// A thread of no more messages is read whole when something in it is new: it may have a new title.
const SHORT: u64 = 300;

#[derive(Debug, Deserialize)]
struct Message {
    id: String,
    #[serde(rename = "type")]
    kind: u64,
    author: Option<Author>,
    webhook_id: Option<String>,
    #[serde(rename = "message_reference")]
    reference: Option<Reference>,
    #[serde(rename = "referenced_message")]
    answered: Option<Box<Referenced>>,
}

#[derive(Debug, Deserialize)]
struct Author {
    id: String,
    bot: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    message_id: Option<String>,
}

/// A message with its id.
type Numbered = (u64, Message);

/// What is answered, where it still exists.
#[derive(Debug, Deserialize)]
struct Referenced {
    author: Option<Author>,
    message_reference: Option<Reference>,
}

#[derive(Debug, Deserialize)]
struct Threads {
    threads: Vec<Value>,
    has_more: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Listed {
    id: String,
    #[serde(rename = "type")]
    kind: u8,
    parent_id: Option<String>,
    owner_id: Option<String>,
    name: Option<String>,
    last_message_id: Option<String>,
    message_count: Option<u64>,
    applied_tags: Option<Vec<String>>,
    thread_metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    archive_timestamp: Option<String>,
}

/// Where messages belong while they are read.
struct Place<'a> {
    guild: &'a str,
    /// The channel, or the thread.
    channel: u64,
    subject: Arc<str>,
    holders: Arc<BTreeSet<u64>>,
}

impl Discord {
    fn place(&self, channel: &Channel<'_>, holds: u64) -> Result<Place<'_>, Fault> {
        let subject = Arc::from(format!("channel:{}", channel.name));
        Ok(Place { guild: &self.guild, channel: holds, subject, holders: self.holders()? })
    }

    pub(super) fn channel(
        &self,
        asked: &Asked<'_>,
        response: &Response,
        after: u64,
        span: Span,
    ) -> Result<Page, Fault> {
        let channel = Channel::of(asked.stream).map_err(Fault::Stream)?;
        let place = self.place(&channel, channel.id)?;
        let mut page = Filling::default();
        let (messages, last) = messages(&mut page, channel.name, response)?;
        for (number, message) in &messages {
            let Some(author) = place.author(message) else { continue };
            let actor = person(&mut page, author);
            let activity = place.answer(&mut page, message, (actor, author)).map_or_else(
                || Activity {
                    labels: labels(channel.name, Vec::new()),
                    ..place.activity(Kind::MessagePosted, *number, actor, *number)
                },
                |(thread, counterpart)| Activity {
                    counterpart,
                    ..place.activity(Kind::MessageReplied, *number, actor, thread)
                },
            );
            page.put(activity);
        }
        page.ask(match last.map(|last| last.max(after)) {
            Some(after) => Ask::Messages { after, span }.step(),
            None => Ask::Active { span, tags: Tags::new() }.step(),
        });
        Ok(page.finish())
    }

    pub(super) fn thread(
        &self,
        asked: &Asked<'_>,
        response: &Response,
        thread: Thread,
    ) -> Result<Page, Fault> {
        let channel = Channel::of(asked.stream).map_err(Fault::Stream)?;
        let place = self.place(&channel, thread.id)?;
        let mut page = Filling::default();
        let (messages, last) = messages(&mut page, channel.name, response)?;
        let starts = thread.first && messages.iter().all(|(_, message)| message.kind != STARTER);
        // A post in a forum is a topic.
        let (opening, reply) = if channel.forum {
            (Kind::TopicOpened, Kind::PostReplied)
        } else {
            (Kind::MessagePosted, Kind::MessageReplied)
        };
        let said = messages.iter().filter(|(_, message)| matches!(message.kind, SAID | ANSWERED));
        for (position, (number, message)) in said.enumerate() {
            let Some(author) = place.author(message) else { continue };
            let actor = person(&mut page, author);
            if *number == thread.id || (starts && position == 0) {
                let labels = labels(channel.name, thread.labels.clone());
                let activity = place.activity(opening, *number, actor, thread.id);
                page.put(Activity { labels, title: thread.title.clone(), ..activity });
            } else {
                let counterpart =
                    place.answer(&mut page, message, (actor, author)).and_then(|(_, other)| other);
                let activity = place.activity(reply, *number, actor, thread.id);
                page.put(Activity { counterpart, ..activity });
            }
        }
        if let Some(last) = last.map(|last| last.max(thread.after)) {
            page.ask(Ask::Thread(Box::new(Thread { after: last, first: false, ..thread })).step());
        }
        Ok(page.finish())
    }

    pub(super) fn active(
        &self,
        asked: &Asked<'_>,
        response: &Response,
        span: Span,
        tags: Tags,
    ) -> Result<Page, Fault> {
        let found: Threads = answer::json(response, "a list of threads")?;
        let channel = Channel::of(asked.stream).map_err(Fault::Stream)?;
        let mut page = Filling::default();
        self.threads(&mut page, &channel, &found.threads, span, &tags)?;
        // Neither clock may be ahead of what is known.
        let next = span.next.min(answer::server_time(response).0 - OVERLAP);
        page.ask(Ask::Archived(Archived { span: Span { next, ..span }, tags, before: None }).step());
        Ok(page.finish())
    }

    pub(super) fn archived(
        &self,
        asked: &Asked<'_>,
        response: &Response,
        archived: Archived,
    ) -> Result<Page, Fault> {
        let found: Threads = answer::json(response, "a list of archived threads")?;
        let channel = Channel::of(asked.stream).map_err(Fault::Stream)?;
        let mut page = Filling::default();
        let last = self.threads(&mut page, &channel, &found.threads, archived.span, &archived.tags)?;
        let at = last.as_deref().and_then(Time::parse);
        match (found.has_more, last, at) {
            // Whoever writes in an archived thread takes it out of the archive: what is older holds nothing new.
            (Some(true), Some(before), Some(at))
                if archived.span.oldest().is_none_or(|oldest| at.0 >= oldest) =>
            {
                page.ask(Ask::Archived(Archived { before: Some(before), ..archived }).step());
            }
            (Some(true), _, None) => {
                let error =
                    SourceError::new("discord has more archived threads, but does not say since when");
                return Err(Fault::Stream(error.hint("sync again later")));
            }
            _ => page.page().mark = Some(archived.span.next.to_string()),
        }
        Ok(page.finish())
    }

    /// Asks for the threads of a channel with something new; gives when the last of them was archived.
    fn threads(
        &self,
        page: &mut Filling,
        channel: &Channel<'_>,
        values: &[Value],
        span: Span,
        tags: &Tags,
    ) -> Result<Option<String>, Fault> {
        let holders = self.holders()?;
        let mut archived = None;
        for value in values {
            let Ok(thread) = record::<Listed>(value) else {
                page.skip(format!("#{}", channel.name), "a thread cannot be read");
                continue;
            };
            archived = thread.thread_metadata.and_then(|metadata| metadata.archive_timestamp).or(archived);
            let Some(number) = id(&thread.id).filter(|_| PUBLIC.contains(&thread.kind)) else { continue };
            if thread.parent_id.as_deref().and_then(id) != Some(channel.id) {
                continue;
            }
            let last = made(thread.last_message_id.as_deref().and_then(id).unwrap_or(number)).0;
            if span.oldest().is_some_and(|oldest| last < oldest) {
                continue;
            }
            // Which message opened it shows only from its beginning.
            let is_young = span.since.is_none_or(|since| made(number).0 >= since - YOUNG);
            let is_short = thread.message_count.is_some_and(|count| count <= SHORT);
            let after = if is_young || is_short { span.floor } else { span.oldest() }.map_or(0, snowflake);
            let owner = thread.owner_id.as_deref().and_then(id);
            let consents = owner.is_some_and(|owner| holders.contains(&owner));
            let applied = thread.applied_tags.into_iter().flatten();
            let step = Thread {
                id: number,
                after,
                first: after < number,
                title: filling::title(thread.name.as_deref()).filter(|_| consents && channel.forum),
                labels: applied.filter_map(|tag| tags.get(&id(&tag)?).cloned()).collect(),
            };
            page.ask(Ask::Thread(Box::new(step)).step());
        }
        Ok(archived)
    }
}

/// The messages of a page with their ids, oldest first, and where the next page begins.
fn messages(
    page: &mut Filling,
    name: &str,
    response: &Response,
) -> Result<(Vec<Numbered>, Option<u64>), Fault> {
    let found: Vec<Value> = answer::json(response, "a page of messages")?;
    let mut messages = Vec::with_capacity(found.len());
    for value in &found {
        // What is wrong with it might name somebody who does not consent.
        let message = record::<Message>(value).ok();
        match message.and_then(|message| Some((id(&message.id)?, message))) {
            Some(message) => messages.push(message),
            None => page.skip(format!("#{name}"), "a message cannot be read"),
        }
    }
    messages.sort_by_key(|(number, _)| *number);
    page.page().read = u64::try_from(found.len()).unwrap_or(0);
    let last = messages.last().map(|(number, _)| *number).filter(|_| found.len() >= PAGE);
    Ok((messages, last))
}

/// Tags of the post, and whether its channel is one for questions.
fn labels(channel: &str, mut labels: Vec<String>) -> Vec<String> {
    if filling::is_for_questions(channel) {
        labels.push("question".to_owned());
    }
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// Somebody who consents, by their id; the list of members says the rest.
fn person(page: &mut Filling, id: u64) -> u32 {
    page.person(Identity { native: id.to_string(), ..Identity::default() })
}

impl Place<'_> {
    /// Who said it, if they consent.
    fn author(&self, message: &Message) -> Option<u64> {
        let said = matches!(message.kind, SAID | ANSWERED) && message.webhook_id.is_none();
        self.consents(message.author.as_ref()).filter(|_| said)
    }

    fn consents(&self, author: Option<&Author>) -> Option<u64> {
        let author = author.filter(|author| author.bot != Some(true))?;
        id(&author.id).filter(|author| self.holders.contains(author))
    }

    /// What a message answers: the first message of its chain, as far as the answer tells, and who wrote the one
    /// that it answers, if they consent.
    fn answer(
        &self,
        page: &mut Filling,
        message: &Message,
        (actor, author): (u32, u64),
    ) -> Option<(u64, Option<u32>)> {
        let to = |reference: &Option<Reference>| reference.as_ref()?.message_id.as_deref().and_then(id);
        let answered = to(&message.reference).filter(|_| message.kind == ANSWERED)?;
        let before = message.answered.as_ref();
        let root = before.and_then(|before| to(&before.message_reference)).unwrap_or(answered);
        let other = before.and_then(|before| self.consents(before.author.as_ref()));
        let other = other.filter(|other| *other != author).map(|other| person(page, other));
        Some((root, other.filter(|other| *other != actor)))
    }

    fn activity(&self, kind: Kind, message: u64, actor: u32, thread: u64) -> Activity {
        Activity {
            key: format!("message/{message}").into_bytes(),
            kind,
            actor,
            at: made(message),
            subject: Some(Arc::clone(&self.subject)),
            thread: Some(Arc::from(thread.to_string())),
            counterpart: None,
            labels: Vec::new(),
            title: None,
            url: text::web(&format!(
                "https://discord.com/channels/{}/{}/{message}",
                self.guild, self.channel
            )),
        }
    }
}
