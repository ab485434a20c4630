//! Messages of a channel, replies in their threads, reactions. Their text is never read. Must not know how they are
//! asked for.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Channel, Mark, OVERLAP, SMALL,
    people::{SLACKBOT, id},
    step::{Ask, History, Replies},
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

#[derive(Debug, Deserialize)]
struct Messages {
    messages: Vec<Value>,
    has_more: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Message {
    /// The time, and what it is known by in its channel: never a number.
    ts: String,
    subtype: Option<String>,
    user: Option<String>,
    hidden: Option<bool>,
    /// The parent's, for whatever stands in a thread.
    thread_ts: Option<String>,
    parent_user_id: Option<String>,
    reply_count: Option<u64>,
    latest_reply: Option<String>,
    reactions: Option<Vec<Reaction>>,
}

#[derive(Debug, Deserialize)]
struct Reaction {
    users: Option<Vec<String>>,
}

/// Where messages belong while they are read.
struct Place<'a> {
    channel: Channel<'a>,
    subject: Arc<str>,
}

pub(super) fn history(
    asked: &Asked<'_>,
    response: &Response,
    mut history: History,
    next: Option<String>,
) -> Result<Page, Fault> {
    let found: Messages = answer::json(response, "a page of messages")?;
    let place = Place::of(asked.stream)?;
    let mut page = Filling::default();
    if history.cursor.is_none() {
        // Neither clock may be ahead of what is known.
        history.next = history.next.min(answer::server_time(response).0 - OVERLAP);
    }
    for value in &found.messages {
        let Some((message, at)) = read(&mut page, &place, value) else { continue };
        let thread = message.thread_ts.as_deref().filter(|thread| *thread != message.ts);
        if let Some(parent) = thread.and_then(moment) {
            // A reply that the channel was shown as well: it is read with its thread.
            if history.oldest.is_some_and(|oldest| parent.0 <= oldest) {
                history.older.extend(message.thread_ts);
            }
            continue;
        }
        if message.subtype.as_deref() == Some("tombstone") {
            page.gone(place.key(&message.ts));
        } else if let Some(author) = author(&message) {
            let actor = person(&mut page, author);
            let labels = place.labels();
            page.put(Activity {
                labels,
                ..place.activity(Kind::MessagePosted, &message.ts, (actor, at), &message.ts)
            });
            place.reactions(&mut page, &message, (actor, at), &message.ts);
        }
        let last = message.latest_reply.as_deref().and_then(moment);
        let is_new = history.since.is_none_or(|since| last.is_none_or(|last| last.0 >= since));
        if message.reply_count.is_some_and(|count| count > 0) && is_new {
            let oldest = history.since.filter(|since| at.0 < *since);
            page.ask(Ask::Replies(Replies { ts: message.ts, oldest, cursor: None }).step());
        }
    }
    page.page().read = u64::try_from(found.messages.len()).unwrap_or(0);
    goes_on(&found, next.as_ref())?;
    history.small |= next.is_some() && found.messages.len() <= SMALL;
    if next.is_some() {
        page.ask(Ask::History(History { cursor: next, ..history }).step());
        return Ok(page.finish());
    }
    for ts in history.older {
        let oldest = history.since.or(history.oldest);
        page.ask(Ask::Replies(Replies { ts, oldest, cursor: None }).step());
    }
    page.page().mark = Some(Mark { since: history.next, small: history.small }.written());
    Ok(page.finish())
}

pub(super) fn replies(
    asked: &Asked<'_>,
    response: &Response,
    replies: &Replies,
    next: Option<String>,
) -> Result<Page, Fault> {
    let found: Messages = answer::json(response, "the replies of a thread")?;
    let place = Place::of(asked.stream)?;
    let mut page = Filling::default();
    for value in &found.messages {
        let Some((message, at)) = read(&mut page, &place, value) else { continue };
        // The parent comes with every page; the channel's list has brought it.
        if message.ts == replies.ts {
            continue;
        }
        let Some(author) = author(&message) else { continue };
        let actor = person(&mut page, author);
        let parent = message.parent_user_id.as_deref().and_then(id);
        let parent = parent.filter(|parent| *parent != SLACKBOT && *parent != author);
        let counterpart = parent.map(|parent| person(&mut page, parent));
        page.put(Activity {
            counterpart,
            ..place.activity(Kind::MessageReplied, &message.ts, (actor, at), &replies.ts)
        });
        place.reactions(&mut page, &message, (actor, at), &replies.ts);
    }
    page.page().read = u64::try_from(found.messages.len()).unwrap_or(0);
    goes_on(&found, next.as_ref())?;
    if next.is_some() {
        page.ask(Ask::Replies(Replies { cursor: next, ..replies.clone() }).step());
    }
    Ok(page.finish())
}

/// A list that has more must say where.
fn goes_on(found: &Messages, next: Option<&String>) -> Result<(), Fault> {
    if found.has_more == Some(true) && next.is_none() {
        let error = SourceError::new("slack says that there are more messages, but not where");
        return Err(Fault::Stream(error.hint("sync again later")));
    }
    Ok(())
}

/// A message with its time; one that cannot be read is counted.
fn read(page: &mut Filling, place: &Place<'_>, value: &Value) -> Option<(Message, Time)> {
    let read = record::<Message>(value).and_then(|message| {
        let at = moment(&message.ts).ok_or("`ts` is no time")?;
        Ok((message, at))
    });
    read.map_err(|why| {
        let ts = text::name(value["ts"].as_str().unwrap_or_default());
        page.skip(format!("#{} {ts}", place.channel.name), why);
    })
    .ok()
}

/// Who said something; `None` for machines without an account and for what Slack itself says of a channel.
fn author(message: &Message) -> Option<&str> {
    let said =
        matches!(message.subtype.as_deref(), None | Some("thread_broadcast" | "file_share" | "me_message"));
    let author = message.user.as_deref().and_then(id)?;
    (said && message.hidden != Some(true) && author != SLACKBOT).then_some(author)
}

/// Somebody by their id; the list of people says the rest.
fn person(page: &mut Filling, id: &str) -> u32 {
    page.person(Identity { native: id.to_owned(), ..Identity::default() })
}

/// The time in a `ts`: `1483037603.017503`.
fn moment(ts: &str) -> Option<Time> {
    let (seconds, part) = ts.split_once('.')?;
    let digits =
        |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    (digits(seconds) && digits(part)).then(|| seconds.parse().ok().map(Time))?
}

impl<'a> Place<'a> {
    fn of(stream: &'a str) -> Result<Self, Fault> {
        let channel = Channel::of(stream);
        let channel =
            channel.ok_or_else(|| Fault::Stream(SourceError::new(format!("{stream} is no channel"))))?;
        Ok(Self { subject: Arc::from(format!("channel:{}", channel.name)), channel })
    }

    fn key(&self, ts: &str) -> String {
        format!("message/{}/{ts}", self.channel.id)
    }

    /// What is said in a channel for questions is taken for one: the text is not read.
    fn labels(&self) -> Vec<String> {
        let asks = filling::is_for_questions(self.channel.name);
        if asks { vec!["question".to_owned()] } else { Vec::new() }
    }

    fn activity(&self, kind: Kind, ts: &str, (actor, at): (u32, Time), thread: &str) -> Activity {
        Activity {
            key: self.key(ts).into_bytes(),
            kind,
            actor,
            at,
            subject: Some(Arc::clone(&self.subject)),
            thread: Some(Arc::from(thread)),
            counterpart: None,
            labels: Vec::new(),
            title: None,
            // Follows from the channel's address and the key.
            url: None,
        }
    }

    /// One for everybody who reacted. Nobody says when: not before it was said.
    fn reactions(&self, page: &mut Filling, message: &Message, (author, at): (u32, Time), thread: &str) {
        let users = message.reactions.iter().flatten().flat_map(|reaction| reaction.users.iter().flatten());
        let mut users: Vec<&str> = users.filter_map(|user| id(user)).collect();
        users.sort_unstable();
        users.dedup();
        for user in users.into_iter().filter(|user| *user != SLACKBOT) {
            let actor = person(page, user);
            if actor == author {
                continue;
            }
            let activity = self.activity(Kind::ReactionGiven, &message.ts, (actor, at), thread);
            page.put(Activity {
                key: format!("reaction/{}/{}/{user}", self.channel.id, message.ts).into_bytes(),
                counterpart: Some(author),
                ..activity
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_from_text_and_from_nothing_else() {
        assert_eq!(moment("1483037603.017503"), Some(Time(1_483_037_603)));
        for bad in ["", "1483037603", "now.1", "1.", ".5", "-1.5", "9999999999999999999.1", "1.\u{1b}"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_channel_for_questions_is_known_by_a_part_of_its_name() {
        let labels = |name: &str| Place::of(&format!("channel/C1/{name}")).unwrap().labels();
        for name in ["help", "help-kubernetes", "project_support", "ask-anything", "qa"] {
            assert_eq!(labels(name), ["question"], "{name}");
        }
        for name in ["general", "helpers", "task-force", "mask"] {
            assert_eq!(labels(name), [""; 0], "{name}");
        }
    }
}
