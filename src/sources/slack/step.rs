//! The steps of a reading: what is asked next, as it is kept in the store, and the request that it stands for.
//! Must not know what the answers hold.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::{
    domain::page::Step,
    sources::{SourceError, remote::Request},
};

/// How many channels or people come at once.
const LIST: usize = 500;
/// How many messages come at once.
const MESSAGES: usize = 999;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ask {
    Workspace,
    List(List),
    Users { cursor: Option<String> },
    History(History),
    Replies(Replies),
}

/// The public channels, then the private ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct List {
    pub(super) private: bool,
    pub(super) cursor: Option<String>,
    /// Where the workspace lives on the web, without a slash at its end.
    pub(super) web: Option<String>,
    /// Channels of the configuration that no page has brought so far.
    pub(super) missing: Vec<String>,
    /// Whether any was found.
    pub(super) found: bool,
}

/// The messages of a channel that stand in no thread, newest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct History {
    /// What the channel was complete up to before, in seconds.
    pub(super) since: Option<i64>,
    /// Messages after this are listed.
    pub(super) oldest: Option<i64>,
    /// What the channel is complete up to afterwards.
    pub(super) next: i64,
    pub(super) cursor: Option<String>,
    /// Some page was small.
    pub(super) small: bool,
    /// Threads with replies that the channel was shown, whose parents are too old to be listed.
    pub(super) older: BTreeSet<String>,
}

/// The replies of a thread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Replies {
    pub(super) ts: String,
    pub(super) oldest: Option<i64>,
    pub(super) cursor: Option<String>,
}

impl Ask {
    pub(super) fn step(&self) -> Step {
        // Texts, numbers and lists of them: they can always be written.
        Step(serde_json::to_value(self).unwrap_or_default())
    }

    pub(super) fn read(step: &Step) -> Result<Self, SourceError> {
        Self::deserialize(&step.0).map_err(|error| {
            SourceError::new(format!("a step that an earlier reading left cannot be understood: {error}"))
                .hint("sync this source with --full")
        })
    }

    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Workspace => "auth.test",
            Self::List(_) => "conversations.list",
            Self::Users { .. } => "users.list",
            Self::History(_) => "conversations.history",
            Self::Replies(_) => "conversations.replies",
        }
    }

    /// The scope that it needs.
    pub(super) fn scope(&self) -> &'static str {
        match self {
            Self::Workspace => "",
            Self::List(list) if list.private => "groups:read",
            Self::List(_) => "channels:read",
            Self::Users { .. } => "users:read",
            Self::History(_) | Self::Replies(_) => "channels:history",
        }
    }

    pub(super) fn has_cursor(&self) -> bool {
        match self {
            Self::Workspace => false,
            Self::List(List { cursor, .. })
            | Self::Users { cursor }
            | Self::History(History { cursor, .. })
            | Self::Replies(Replies { cursor, .. }) => cursor.is_some(),
        }
    }

    /// The same from the beginning of its list.
    pub(super) fn anew(self) -> Self {
        match self {
            Self::Workspace => Self::Workspace,
            Self::List(list) => Self::List(List { cursor: None, ..list }),
            Self::Users { .. } => Self::Users { cursor: None },
            Self::History(history) => Self::History(History { cursor: None, ..history }),
            Self::Replies(replies) => Self::Replies(Replies { cursor: None, ..replies }),
        }
    }

    pub(super) fn request(self, stream: &str) -> Result<Request, SourceError> {
        let method = self.method();
        let channel = || {
            let channel = Channel::of(stream).map(|channel| channel.id.to_owned());
            channel.ok_or_else(|| SourceError::new(format!("{stream} is no channel")))
        };
        let oldest = |oldest: Option<i64>| oldest.map(|oldest| format!("{oldest}.000000"));
        let mut query: Vec<(&str, Option<String>)> = Vec::new();
        match self {
            Self::Workspace => {}
            Self::List(list) => {
                let types = if list.private { "private_channel" } else { "public_channel" };
                query.push(("types", Some(types.to_owned())));
                query.push(("exclude_archived", Some("true".to_owned())));
                query.push(("limit", Some(LIST.to_string())));
                query.push(("cursor", list.cursor));
            }
            Self::Users { cursor } => {
                query.push(("limit", Some(LIST.to_string())));
                query.push(("cursor", cursor));
            }
            Self::History(history) => {
                query.push(("channel", Some(channel()?)));
                query.push(("oldest", oldest(history.oldest)));
                query.push(("limit", Some(MESSAGES.to_string())));
                query.push(("cursor", history.cursor));
            }
            Self::Replies(replies) => {
                query.push(("channel", Some(channel()?)));
                query.push(("ts", Some(replies.ts)));
                query.push(("oldest", oldest(replies.oldest)));
                query.push(("limit", Some(MESSAGES.to_string())));
                query.push(("cursor", replies.cursor));
            }
        }
        let query = query.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        // Slack counts each method on its own.
        Ok(Request { path: format!("/{method}"), query, budget: method, ..Request::default() })
    }
}
