//! Sources over HTTP as they are written in the file: keys, and nothing of their meaning. The JSON Schema is
//! drawn from here.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::{account::Zone, settings::ZoneRule};

/// Where a secret comes from; never the secret itself.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::config) struct Secret {
    /// The name of an environment variable.
    pub(super) env: Option<String>,
    /// A program that prints it on its first line; no shell takes part.
    pub(super) command: Option<Words>,
}

/// A command: one text that is split at white space, or a list.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum Words {
    Line(String),
    List(Vec<String>),
}

/// What every source over HTTP may say.
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) base_url: Option<String>,
    pub(super) insecure: bool,
    pub(super) token: Option<Secret>,
    pub(super) zone: Zone,
    pub(super) zones: Vec<ZoneRule>,
    pub(super) minimise: bool,
    pub(super) retain_days: Option<u32>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident { $($(#[$attribute:meta])* $key:ident: $of:ty),* $(,)? })+) => { $(
        $(#[$doc])*
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(in crate::config) struct $kind {
            name: String,
            $($(#[$attribute])* pub(super) $key: $of,)*
            /// Where its token or key comes from.
            token: Option<Secret>,
            /// Where its API lives, if not at its usual place.
            base_url: Option<String>,
            /// Plain http to another machine is allowed: whoever listens on the way reads the token.
            #[serde(default)]
            insecure: bool,
            #[serde(default = "upstream")]
            zone: Zone,
            /// Parts that lie in another zone.
            #[serde(default)]
            zones: Vec<ZoneRule>,
            /// What no rule and no screen needs is not kept.
            #[serde(default = "yes")]
            minimise: bool,
            /// Facts that happened longer ago are neither asked for nor kept.
            retain_days: Option<u32>,
        }

        impl $kind {
            pub(super) fn shared(&mut self) -> Shared {
                Shared {
                    name: std::mem::take(&mut self.name),
                    base_url: self.base_url.take(),
                    insecure: self.insecure,
                    token: self.token.take(),
                    zone: self.zone,
                    zones: std::mem::take(&mut self.zones),
                    minimise: self.minimise,
                    retain_days: self.retain_days,
                }
            }
        }
    )+ };
}

kinds! {
    /// GitHub, or GitHub Enterprise by `base_url` (`https://HOST/api/v3`).
    Github {
        /// `owner/name`.
        repos: Vec<String>,
    }

    /// GitLab, or one of your own by `base_url` (`https://HOST`).
    Gitlab {
        /// `group/name`.
        projects: Vec<String>,
    }

    /// A Discourse forum at `base_url`.
    Discourse {
        /// The Api-Username that goes with the key.
        user: Option<String>,
        /// Slugs of categories; all without any.
        #[serde(default)]
        categories: Vec<String>,
    }

    /// A Slack workspace, by the bot token of an app of your own.
    Slack {
        /// Names or ids of channels; without any those that the app has joined.
        #[serde(default)]
        channels: Vec<String>,
    }

    /// A Discord server, by a bot token. Only members who hold the consent role are kept.
    Discord {
        /// The id of the server.
        guild: String,
        /// Names or ids of channels; without any all that the bot can read.
        #[serde(default)]
        channels: Vec<String>,
        /// The name or id of the role whose holders agreed to be kept; others are only counted.
        consent_role: String,
    }

    /// A site of Stack Exchange.
    StackExchange {
        /// `stackoverflow`, `serverfault`, …
        site: String,
        /// Questions with any of these tags are read.
        tags: Vec<String>,
        /// A key of your app, which raises the daily budget.
        key: Option<Secret>,
    }
}

const fn yes() -> bool {
    true
}

const fn upstream() -> Zone {
    Zone::Upstream
}
