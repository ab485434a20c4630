//! The steps of a reading: what is asked next, as it is kept in the store, and the request that it stands for.
//! Must not know what the answers hold. No step names anybody without consent.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::{
    domain::page::Step,
    sources::{SourceError, remote::Request},
};

/// How many members come at once.
pub(super) const MEMBERS: usize = 1_000;
/// How many messages or threads come at once.
pub(super) const PAGE: usize = 100;

/// Names of a forum's tags by their ids.
pub(super) type Tags = BTreeMap<u64, String>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ask {
    /// Which role is meant. `ever`: who held it when this or an earlier sync looked.
    Roles {
        ever: BTreeSet<u64>,
    },
    Members(Members),
    Channels {
        ever: BTreeSet<u64>,
    },
    /// What the tags of a forum are called.
    Forum {
        span: Span,
    },
    /// Messages of a channel, oldest first.
    Messages {
        after: u64,
        span: Span,
    },
    Active {
        span: Span,
        tags: Tags,
    },
    Archived(Archived),
    Thread(Box<Thread>),
}

/// The members of the server, in the order of their ids. Where a page begins is held in memory: the id there is
/// somebody's who may not consent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Members {
    pub(super) role: u64,
    /// From 0.
    pub(super) page: u32,
    pub(super) ever: BTreeSet<u64>,
}

/// What a reading of a channel is to bring; in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Span {
    /// What the channel was complete up to before.
    pub(super) since: Option<i64>,
    /// Nothing before this is kept.
    pub(super) floor: Option<i64>,
    /// What it is complete up to afterwards.
    pub(super) next: i64,
}

impl Span {
    /// From when on something is new.
    pub(super) fn oldest(&self) -> Option<i64> {
        self.since.max(self.floor)
    }
}

/// Archived threads of a channel, last archived first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Archived {
    pub(super) span: Span,
    pub(super) tags: Tags,
    /// As the API writes it.
    pub(super) before: Option<String>,
}

/// What is said in a thread, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Thread {
    pub(super) id: u64,
    pub(super) after: u64,
    /// Nothing of it was read in this reading, and it is read from its beginning.
    pub(super) first: bool,
    /// Of a post by somebody who consents.
    pub(super) title: Option<String>,
    pub(super) labels: Vec<String>,
}

impl Ask {
    pub(super) fn step(&self) -> Step {
        // Numbers, texts, lists, and maps with numbers as keys: they can always be written.
        Step(serde_json::to_value(self).unwrap_or_default())
    }

    pub(super) fn read(step: &Step) -> Result<Self, SourceError> {
        Self::deserialize(&step.0).map_err(|error| {
            SourceError::new(format!("a step that an earlier reading left cannot be understood: {error}"))
                .hint("sync this source with --full")
        })
    }

    /// How an error names it.
    pub(super) fn what(&self, stream: &str) -> String {
        match self {
            Self::Roles { .. } => "the roles".to_owned(),
            Self::Members(_) => "the members".to_owned(),
            Self::Channels { .. } => "the channels".to_owned(),
            Self::Forum { .. } | Self::Messages { .. } | Self::Active { .. } | Self::Archived(_) => {
                Channel::of(stream).map_or_else(|_| stream.to_owned(), |channel| format!("#{}", channel.name))
            }
            Self::Thread(thread) => format!("thread {}", thread.id),
        }
    }

    /// `after`: where the page of members begins.
    pub(super) fn request(self, guild: &str, stream: &str, after: u64) -> Result<Request, SourceError> {
        let messages = |channel: u64, after: u64| {
            let query = vec![("limit", PAGE.to_string()), ("after", after.to_string())];
            (format!("/channels/{channel}/messages"), query, "messages")
        };
        let (path, query, budget) = match self {
            Self::Roles { .. } => (format!("/guilds/{guild}/roles"), Vec::new(), "guild"),
            Self::Members(_) => (
                format!("/guilds/{guild}/members"),
                vec![("limit", MEMBERS.to_string()), ("after", after.to_string())],
                "members",
            ),
            Self::Channels { .. } => (format!("/guilds/{guild}/channels"), Vec::new(), "guild"),
            Self::Forum { .. } => (format!("/channels/{}", Channel::of(stream)?.id), Vec::new(), "guild"),
            Self::Messages { after, .. } => messages(Channel::of(stream)?.id, after),
            Self::Active { .. } => (format!("/guilds/{guild}/threads/active"), Vec::new(), "threads"),
            Self::Archived(archived) => {
                let mut query = vec![("limit", PAGE.to_string())];
                query.extend(archived.before.map(|before| ("before", before)));
                (format!("/channels/{}/threads/archived/public", Channel::of(stream)?.id), query, "threads")
            }
            Self::Thread(thread) => messages(thread.id, thread.after),
        };
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Request { path, query, budget, ..Request::default() })
    }
}
