//! Slack: the channels of one workspace, by the Web API (docs.slack.dev). Names requests, reads answers; no I/O.
//!
//! | what | method | scope of the bot token | how often |
//! |---|---|---|---|
//! | whose token it is, where the workspace lives | `auth.test` | none | once a sync |
//! | channels | `conversations.list` | `channels:read`; `groups:read` for private ones | one for 500 channels |
//! | people | `users.list` | `users:read`; `users:read.email` for addresses | one for 500 people |
//! | messages and reactions | `conversations.history` | `channels:history`, `groups:history` | one for 999 messages |
//! | replies | `conversations.replies` | the same | one for each thread with new replies |
//!
//! Limits: 20 and more lists a minute, 50 and more pages of messages; for distributed apps outside the Marketplace
//! one page of 15 messages a minute. 429 says how long to wait, for each method on its own. Slack's API terms bind
//! what is read: only for the workspace's own purposes, deleted when the app is removed, not to train models.
//!
//! Texts are not kept, so an edited message is the same fact. A late reply shows only in its old parent: a later
//! reading lists the last 30 days again (7 where pages hold 15 messages) and asks for the threads with replies since. Replies to older parents, and deletions, are found by `--full`.

mod messages;
mod people;
mod step;

use serde::{Deserialize, Serialize};

use self::step::{Ask, History};
use super::{
    From, SourceError,
    answer::{self, shown},
    remote::{Asked, Fault, Remote, Request, Response, Sign},
};
use crate::{
    config::RemoteConfig,
    domain::page::{Page, Step},
};

/// The stream that finds the channels.
const CHANNELS: &str = "channels";
const PEOPLE: &str = "people";
/// Parents of so many seconds are looked at again for late replies.
const WATCHED: i64 = 30 * 86_400;
/// The same where a page holds [`SMALL`] messages and comes once a minute.
const WATCHED_SLOWLY: i64 = 7 * 86_400;
/// So many messages a page has for distributed apps outside the Marketplace.
const SMALL: usize = 15;
/// Readings overlap by this many seconds.
const OVERLAP: i64 = 600;

/// A workspace.
#[derive(Debug)]
pub struct Slack {
    channels: Vec<String>,
    retain_days: Option<u32>,
}

/// What the mark of a channel says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Mark {
    /// Complete up to then, in seconds.
    since: i64,
    /// Pages were small.
    #[serde(default)]
    small: bool,
}

/// What every answer says beside its content. A refusal has status 200, too.
#[derive(Debug, Deserialize)]
struct Wrapper {
    ok: bool,
    error: Option<String>,
    /// The scope that is missing.
    needed: Option<String>,
    response_metadata: Option<More>,
}

#[derive(Debug, Deserialize)]
struct More {
    next_cursor: Option<String>,
}

impl Wrapper {
    /// Where the list goes on; `""` stands for its end.
    fn next(&self) -> Option<String> {
        let cursor = self.response_metadata.as_ref()?.next_cursor.as_ref()?;
        Some(cursor.clone()).filter(|cursor| !cursor.is_empty())
    }
}

impl Mark {
    fn written(self) -> String {
        // Two numbers: they can always be written.
        serde_json::to_string(&self).unwrap_or_default()
    }
}

impl Slack {
    pub fn new(config: &RemoteConfig, channels: Vec<String>) -> Self {
        Self { channels, retain_days: config.retain_days }
    }
}

/// A channel by the name of its stream: `channel/ID/name`. The name is part of it, so that a renamed channel is
/// read anew under its new name; without an id it is one that no list has.
struct Channel<'a> {
    id: &'a str,
    name: &'a str,
}

impl<'a> Channel<'a> {
    fn of(stream: &'a str) -> Option<Self> {
        let (id, name) = stream.strip_prefix("channel/")?.split_once('/')?;
        Some(Self { id: if id.is_empty() { name } else { id }, name })
    }
}

impl Remote for Slack {
    fn streams(&self) -> Vec<String> {
        vec![CHANNELS.to_owned(), PEOPLE.to_owned()]
    }

    fn sign(&self) -> Vec<Sign> {
        vec![
            Sign::TokenHeader { name: "authorization", prefix: "Bearer " },
            Sign::Header { name: "accept", value: "application/json".to_owned() },
        ]
    }

    fn begin(&self, from: &From<'_>) -> Page {
        let (ask, mark) = match from.stream {
            // These are asked for in full every time.
            CHANNELS => (Ask::Workspace, None),
            PEOPLE => (Ask::Users { cursor: None }, None),
            _ => {
                let mark: Option<Mark> = from.mark.and_then(|mark| serde_json::from_str(mark).ok());
                let next = Mark { since: from.now.0 - OVERLAP, small: false };
                let watched = mark.map(|mark| {
                    let days = if mark.small { WATCHED_SLOWLY } else { WATCHED };
                    mark.since.min(from.now.0 - days)
                });
                let floor = self.retain_days.map(|days| from.now.plus_days(-i64::from(days)).0);
                let history = History {
                    since: mark.map(|mark| mark.since),
                    oldest: watched.max(floor),
                    next: next.since,
                    ..History::default()
                };
                (Ask::History(history), Some(next.written()))
            }
        };
        Page { steps: vec![ask.step()], mark, ..Page::default() }
    }

    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError> {
        Ask::read(step)?.request(stream)
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        let ask = Ask::read(asked.step).map_err(Fault::Stream)?;
        let wrapper: Wrapper = answer::json(response, "an answer of Slack")?;
        if !wrapper.ok {
            return self.refused(asked.stream, ask, &wrapper, response);
        }
        match ask {
            Ask::Workspace => people::workspace(response, &self.channels),
            Ask::List(list) => self.list(response, list, wrapper.next()),
            Ask::Users { .. } => people::users(response, wrapper.next()),
            Ask::History(history) => messages::history(asked, response, history, wrapper.next()),
            Ask::Replies(replies) => messages::replies(asked, response, &replies, wrapper.next()),
        }
    }
}

impl Slack {
    fn refused(&self, stream: &str, ask: Ask, wrapper: &Wrapper, response: &Response) -> Result<Page, Fault> {
        match (wrapper.error.as_deref().unwrap_or("an error without a name"), ask) {
            // Private channels are wanted only by those who gave the scope for them.
            ("missing_scope", Ask::List(list)) if list.private => self.listed(list, &[], None),
            // The parent has vanished since it was listed.
            ("thread_not_found", Ask::Replies(_)) => Ok(Page::default()),
            // A cursor of long ago: the list begins anew.
            ("invalid_cursor", ask) if ask.has_cursor() => Err(Fault::Again {
                error: SourceError::new("slack no longer knows where the list was left"),
                instead: Some(ask.anew().step()),
            }),
            (error, ask) => Err(refusal(error, stream, &ask, wrapper, response)),
        }
    }
}

/// What a refusal means, and its way out.
fn refusal(error: &str, stream: &str, ask: &Ask, wrapper: &Wrapper, response: &Response) -> Fault {
    let what = match Channel::of(stream) {
        Some(channel) => format!("#{}", channel.name),
        None => stream.to_owned(),
    };
    let word = shown(error);
    let told = |message: &str| SourceError::new(format!("{what}: {message} ({word})"));
    match error {
        "ratelimited" | "rate_limited" => {
            Fault::Throttled { wait: answer::retry_after(response), what: format!("requests to {}", ask.method()) }
        }
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" | "team_added_to_org" => {
            Fault::Again { error: told("slack failed").hint("sync again later"), instead: None }
        }
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => Fault::Source(
            told("slack does not accept the token").hint(
                "install your app in the workspace again and check where `token` takes its bot token (xoxb-…) from",
            ),
        ),
        "not_allowed_token_type" => Fault::Source(
            told("slack wants another kind of token").hint("give the bot token of your app (xoxb-…) in `token`"),
        ),
        "missing_scope" => {
            let scope = shown(wrapper.needed.as_deref().unwrap_or(ask.scope()));
            Fault::Stream(told(&format!("the token lacks the scope `{scope}`")).hint(format!(
                "add the scope `{scope}` under OAuth & Permissions of your app, and install it again"
            )))
        }
        "not_in_channel" => Fault::Stream(
            told("the app is not in the channel").hint("invite it there: /invite @ and the name of your app"),
        ),
        "channel_not_found" => Fault::Stream(told("slack shows no such channel").hint(
            "check `channels`; a private one needs the scopes `groups:read` and `groups:history`, and the app in it",
        )),
        _ => Fault::Stream(
            told("slack refuses").hint("look the word in parentheses up at docs.slack.dev/reference/methods"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(error: &str, needed: Option<&str>) -> Fault {
        let wrapper = Wrapper {
            ok: false,
            error: Some(error.to_owned()),
            needed: needed.map(str::to_owned),
            response_metadata: None,
        };
        let response =
            Response { headers: vec![("retry-after".to_owned(), "30".to_owned())], ..Response::default() };
        refusal(error, "channel/C1/general", &Ask::History(History::default()), &wrapper, &response)
    }

    #[test]
    fn every_refusal_names_its_way_out() {
        assert!(matches!(refused("ratelimited", None), Fault::Throttled { wait: Some(30), .. }));
        assert!(matches!(refused("internal_error", None), Fault::Again { instead: None, .. }));
        assert!(matches!(refused("token_revoked", None), Fault::Source(_)));
        for (error, needed, hint) in [
            ("missing_scope", Some("groups:history"), "`groups:history`"),
            ("missing_scope", None, "`channels:history`"),
            ("missing_scope", Some("\u{1b}[31mx"), "`x`"),
            ("not_in_channel", None, "/invite"),
            ("channel_not_found", None, "check `channels`"),
            ("of_a_later_version", None, "docs.slack.dev"),
        ] {
            let Fault::Stream(told) = refused(error, needed) else { panic!("{error}") };
            assert!(told.message.starts_with("#general: "), "{told}");
            assert!(told.hint.as_ref().unwrap().contains(hint), "{error}: {:?}", told.hint);
        }
    }

    #[test]
    fn a_stream_is_named_by_id_and_name() {
        let known = |stream| Channel::of(stream).map(|channel| (channel.id, channel.name));
        assert_eq!(known("channel/C1/general"), Some(("C1", "general")));
        assert_eq!(known("channel//nowhere"), Some(("nowhere", "nowhere")));
        assert_eq!(known("people"), None);
    }
}
