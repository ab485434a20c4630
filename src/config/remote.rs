//! Sources over HTTP as they are configured. Must not know their APIs, and holds no secret: only where one
//! comes from.

mod read;
mod shape;
mod url;

pub(super) use read::{KINDS, read};
pub(super) use shape::{Discord, Discourse, Github, Gitlab, Slack, StackExchange};

use super::secrets::SecretFrom;
use crate::domain::{account::Zone, settings::ZoneRule};

/// A `[[source]]` that is read over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteConfig {
    pub name: String,
    /// Without a slash at its end. https, or http to a loopback address, or to any with `insecure = true`.
    /// For GitLab the host alone (`https://gitlab.com`, without `/api/v4`); else the root of the API.
    pub base_url: String,
    pub token: Option<SecretFrom>,
    pub zone: Zone,
    pub zones: Vec<ZoneRule>,
    /// What no rule and no screen needs is not kept.
    pub minimise: bool,
    /// Facts that happened longer ago are neither asked for nor kept.
    pub retain_days: Option<u32>,
    pub api: Api,
}

/// Which API, with what is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Api {
    Github {
        /// `owner/name`.
        repos: Vec<String>,
    },
    Gitlab {
        /// `group/name`.
        projects: Vec<String>,
    },
    Discourse {
        /// The Api-Username that goes with the key; `None` reads what everybody can.
        user: Option<String>,
        /// Slugs; none reads all.
        categories: Vec<String>,
    },
    Slack {
        /// Names or ids; none reads those that the app has joined.
        channels: Vec<String>,
    },
    Discord {
        guild: String,
        /// Names or ids; none reads all that the bot can.
        channels: Vec<String>,
        /// The id or name of the role whose holders agreed to be kept; others are only counted.
        consent_role: String,
    },
    StackExchange {
        /// `stackoverflow`, `serverfault`, …
        site: String,
        tags: Vec<String>,
        /// Raises the daily budget.
        key: Option<SecretFrom>,
    },
}

impl Api {
    /// The word of the configuration.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Github { .. } => "github",
            Self::Gitlab { .. } => "gitlab",
            Self::Discourse { .. } => "discourse",
            Self::Slack { .. } => "slack",
            Self::Discord { .. } => "discord",
            Self::StackExchange { .. } => "stackexchange",
        }
    }
}
