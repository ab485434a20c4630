//! Discord: one server ("guild") by a bot, through the REST API v10 (docs.discord.com). Names requests, reads
//! answers; no I/O.
//!
//! | what | request | the bot needs | how often |
//! |---|---|---|---|
//! | the consent role | `GET /guilds/{guild}/roles` | to be on the server | once a sync |
//! | who holds it | `GET /guilds/{guild}/members?limit=1000&after=` | the intent Server Members | one for 1,000 members |
//! | channels | `GET /guilds/{guild}/channels` | | once a sync |
//! | tags of a forum | `GET /channels/{forum}` | View Channels | once a forum |
//! | messages | `GET /channels/{channel}/messages?limit=100&after=` | Read Message History | one for 100 messages |
//! | threads and posts | `GET /guilds/{guild}/threads/active`, `GET /channels/{channel}/threads/archived/public?limit=100&before=` | Read Message History | each once a channel |
//! | what is said in them | `GET /channels/{thread}/messages?limit=100&after=` | Read Message History | one for each thread with something new |
//!
//! Texts are not kept: the intent Message Content is not needed. Limits: 50 requests a second, and those of each
//! route by its headers; 10,000 refusals (401, 403, 429) in ten minutes shut an address out, so a 401 stops the
//! source and a 403 is not repeated. The Developer Terms and Policy bind what is read: only with consent, no
//! profiling, not to train models, deleted on request.
//!
//! **Consent**: only who holds the consent role is kept. Of all others no id, no name and no act leaves this
//! module; how many they are is said once a sync. Who holds it is read anew by every sync before any channel is,
//! and is held in memory: a channel cannot be read without it.

mod guild;
mod messages;
mod step;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Deserialize;

use self::step::{Ask, Span};
use super::{
    From, SourceError, answer,
    answer::shown,
    remote::{Asked, Budget, Fault, Remote, Request, Response, Sign},
};
use crate::{
    config::RemoteConfig,
    domain::{
        page::{Page, Step},
        time::Time,
    },
};

/// The stream that reads who consents and finds the channels.
const GUILD: &str = "guild";
/// Readings overlap by this many seconds.
const OVERLAP: i64 = 600;
/// Ids count milliseconds from here.
const EPOCH: i64 = 1_420_070_400_000;
const AGENT: &str =
    concat!("DiscordBot (", env!("CARGO_PKG_REPOSITORY"), ", ", env!("CARGO_PKG_VERSION"), ")");

/// A server.
#[derive(Debug)]
pub struct Discord {
    guild: String,
    /// Names or ids; none reads all that the bot can.
    channels: Vec<String>,
    role: String,
    retain_days: Option<u32>,
    known: Mutex<Known>,
}

/// What this sync was told of the members. It is held in memory only; a reading that has lost it begins anew.
#[derive(Debug, Default)]
struct Known {
    /// Who holds the consent role, once all members were listed.
    holders: Option<Arc<BTreeSet<u64>>>,
    coming: guild::Coming,
}

impl Discord {
    pub fn new(config: &RemoteConfig, guild: String, channels: Vec<String>, consent_role: String) -> Self {
        let (retain_days, known) = (config.retain_days, Mutex::default());
        Self { guild, channels, role: consent_role, retain_days, known }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holders(&self) -> Result<Arc<BTreeSet<u64>>, Fault> {
        self.known().holders.clone().ok_or_else(|| {
            let error = SourceError::new("who holds the consent role is not known, so nothing is read");
            Fault::Stream(error.hint("sync again"))
        })
    }
}

/// A channel by the name of its stream: `channel/ID/name` or `forum/ID/name`. The name is part of it, so that a
/// renamed channel is read anew under its new name.
struct Channel<'a> {
    forum: bool,
    id: u64,
    name: &'a str,
}

impl<'a> Channel<'a> {
    fn of(stream: &'a str) -> Result<Self, SourceError> {
        if let Some(name) = stream.strip_prefix("missing/") {
            let error = SourceError::new(format!("the server shows no channel `{name}` to the bot"));
            return Err(error.hint("check `channels`, and give the bot View Channels there"));
        }
        let mut parts = stream.splitn(3, '/');
        let forum = match parts.next() {
            Some("channel") => Some(false),
            Some("forum") => Some(true),
            _ => None,
        };
        let id = parts.next().and_then(id);
        forum
            .zip(id)
            .zip(parts.next())
            .map(|((forum, id), name)| Self { forum, id, name })
            .ok_or_else(|| SourceError::new(format!("{stream} is no channel")))
    }
}

impl Remote for Discord {
    fn streams(&self) -> Vec<String> {
        vec![GUILD.to_owned()]
    }

    fn sign(&self) -> Vec<Sign> {
        vec![
            Sign::TokenHeader { name: "authorization", prefix: "Bot " },
            Sign::Header { name: "user-agent", value: AGENT.to_owned() },
            Sign::Header { name: "accept", value: "application/json".to_owned() },
        ]
    }

    fn begin(&self, from: &From<'_>) -> Page {
        if from.stream == GUILD {
            let ever = from.mark.and_then(|mark| serde_json::from_str(mark).ok()).unwrap_or_default();
            return Page { steps: vec![Ask::Roles { ever }.step()], ..Page::default() };
        }
        let since: Option<i64> = from.mark.and_then(|mark| mark.parse().ok());
        let floor = self.retain_days.map(|days| from.now.plus_days(-i64::from(days)).0);
        let span = Span { since, floor, next: from.now.0 - OVERLAP };
        // A stream whose name cannot be read says so with its first request.
        let is_forum = Channel::of(from.stream).is_ok_and(|channel| channel.forum);
        let first = if is_forum {
            Ask::Forum { span }
        } else {
            Ask::Messages { after: span.oldest().map_or(0, snowflake), span }
        };
        // The mark comes with the last answer: a channel that is shut today is read from its beginning when it opens.
        Page { steps: vec![first.step()], ..Page::default() }
    }

    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError> {
        let ask = Ask::read(step)?;
        let after = match &ask {
            Ask::Members(members) => self.known().coming.after(members.page),
            _ => 0,
        };
        ask.request(&self.guild, stream, after)
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        match Ask::read(asked.step).map_err(Fault::Stream)? {
            Ask::Roles { ever } => self.roles(response, ever),
            Ask::Members(members) => self.members(response, &members),
            Ask::Channels { ever } => self.list(response, ever),
            Ask::Forum { span } => guild::forum(response, span),
            Ask::Messages { after, span } => self.channel(asked, response, after, span),
            Ask::Active { span, tags } => self.active(asked, response, span, tags),
            Ask::Archived(archived) => self.archived(asked, response, archived),
            Ask::Thread(thread) => self.thread(asked, response, *thread),
        }
    }

    fn judge(&self, asked: &Asked<'_>, response: &Response) -> Option<Fault> {
        let ask = Ask::read(asked.step).ok()?;
        let said: Refusal = serde_json::from_slice(&response.body).unwrap_or_default();
        let is_named = !self.channels.is_empty();
        judge(&ask, asked.stream, response.status, &said, is_named)
    }

    fn budget(&self, response: &Response) -> Option<Budget> {
        answer::budget(response)
    }
}

/// What a refusal says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: Option<String>,
    code: Option<i64>,
    /// Seconds, with a fraction.
    retry_after: Option<serde_json::Number>,
    global: Option<bool>,
}

/// What a refusal means. Whatever is not told apart here means what HTTP says.
fn judge(ask: &Ask, stream: &str, status: u16, said: &Refusal, is_named: bool) -> Option<Fault> {
    let words = said.message.as_deref().map(|words| format!(": {}", shown(words))).unwrap_or_default();
    let code = said.code.map(|code| format!(", code {code}")).unwrap_or_default();
    let what = ask.what(stream);
    let error = || SourceError::new(format!("{what} cannot be read ({status}{code}){words}"));
    match status {
        429 => {
            let wait = whole_seconds(said.retry_after.as_ref()?)?;
            let of = if said.global == Some(true) { "all requests" } else { "requests" };
            Some(Fault::Throttled { wait: Some(wait), what: format!("{of} to discord") })
        }
        401 => Some(Fault::Source(
            SourceError::new(format!("discord does not accept the token (401){words}"))
                .hint("reset the token under Bot in the developer portal and check where `token` takes it from"),
        )),
        404 if matches!(ask, Ask::Roles { .. } | Ask::Members(_) | Ask::Channels { .. }) => Some(Fault::Source(
            error().hint("check `guild`, the id of the server, and invite the bot there"),
        )),
        403 if matches!(ask, Ask::Members(_)) => Some(Fault::Source(error().hint(
            "switch on Server Members Intent under Bot in the developer portal: it is how buyin knows who consents",
        ))),
        403 if matches!(ask, Ask::Roles { .. } | Ask::Channels { .. }) => {
            Some(Fault::Source(error().hint("invite the bot to the server with the scope `bot`")))
        }
        403 | 404 if matches!(ask, Ask::Thread(_)) => Some(Fault::Skip(
            error().hint("it was deleted, or is private; the bot needs View Channels and Read Message History"),
        )),
        403 => {
            let hint = "give the bot View Channels and Read Message History there, or leave it out of `channels`";
            // Without a list of channels those that the bot cannot see are not wanted.
            Some(if is_named { Fault::Stream(error().hint(hint)) } else { Fault::Skip(error().hint(hint)) })
        }
        _ => None,
    }
}

/// Rounded up.
fn whole_seconds(number: &serde_json::Number) -> Option<u64> {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let more = u64::from(part.bytes().any(|byte| byte != b'0'));
    Some(whole.parse::<u64>().ok()?.saturating_add(more))
}

/// An id; above 0.
fn id(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?.filter(|id| *id > 0)
}

/// When something with this id was made.
fn made(id: u64) -> Time {
    let milliseconds = i64::try_from(id >> 22).unwrap_or(i64::MAX).saturating_add(EPOCH);
    Time(milliseconds / 1_000)
}

/// The first id of a second.
fn snowflake(seconds: i64) -> u64 {
    let milliseconds = seconds.saturating_mul(1_000).saturating_sub(EPOCH);
    u64::try_from(milliseconds.max(0)).unwrap_or(0) << 22
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_when_and_a_time_gives_the_first_id_of_its_second() {
        // The example of the documentation.
        assert_eq!(made(175_928_847_299_117_063), Time(1_462_015_105));
        for seconds in [1_462_015_105, 1_795_176_000] {
            assert_eq!(made(snowflake(seconds)), Time(seconds));
            assert_eq!(made(snowflake(seconds) - 1), Time(seconds - 1));
        }
        assert_eq!((snowflake(0), made(u64::MAX).0 > 0), (0, true));
        for bad in ["", "0", "-1", "1.5", "99999999999999999999", "\u{1b}1"] {
            assert_eq!(id(bad), None, "{bad}");
        }
    }

    #[test]
    fn refusals_name_the_intent_the_permission_or_the_setting() {
        let said = Refusal {
            message: Some("Missing \u{1b}[1mAccess".to_owned()),
            code: Some(50_001),
            ..Refusal::default()
        };
        let judged = |ask: Ask, status, named| judge(&ask, "channel/5/help", status, &said, named).unwrap();
        let members = Ask::Members(step::Members::default());
        let Fault::Source(error) = judged(members, 403, false) else { panic!() };
        assert_eq!(error.message, "the members cannot be read (403, code 50001): Missing Access");
        assert!(error.hint.unwrap().contains("Server Members Intent"));
        let span = Span { since: None, floor: None, next: 0 };
        let messages = || Ask::Messages { after: 0, span };
        assert!(matches!(judged(messages(), 403, false), Fault::Skip(_)));
        let Fault::Stream(error) = judged(messages(), 403, true) else { panic!() };
        assert!(error.message.starts_with("#help ") && error.hint.unwrap().contains("Read Message History"));
        assert!(matches!(judged(messages(), 401, true), Fault::Source(_)));
        let roles = Ask::Roles { ever: BTreeSet::new() };
        assert!(
            matches!(judged(roles, 404, true), Fault::Source(error) if error.hint.as_ref().unwrap().contains("`guild`"))
        );
    }

    #[test]
    fn a_limit_says_how_long_to_wait_with_a_fraction() {
        for (body, wait) in [
            (r#"{"message":"You are being rate limited.","retry_after":64.57,"global":false}"#, Some(65)),
            (r#"{"retry_after":3,"global":true}"#, Some(3)),
            (r#"{"retry_after":0.0,"global":null}"#, Some(0)),
            (r#"{"retry_after":"soon"}"#, None),
            ("{}", None),
        ] {
            let said: Refusal = serde_json::from_str(body).unwrap_or_default();
            let fault = judge(&Ask::Members(step::Members::default()), "channel/5/x", 429, &said, true);
            let waited = fault.map(|fault| match fault {
                Fault::Throttled { wait, .. } => wait.unwrap(),
                other => panic!("{other:?}"),
            });
            assert_eq!(waited, wait, "{body}");
        }
    }
}
