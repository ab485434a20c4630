//! The configuration file as it is written: its sections and keys, and nothing of their meaning. The JSON
//! Schema is drawn from here.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Records,
    remote::{Discord, Discourse, Github, Gitlab, Slack, StackExchange},
    rules::ThresholdsShape,
    view::Screen,
};
use crate::domain::{
    account::Zone,
    settings::{NamedAccount, You, ZoneRule},
};

/// The configuration of buyin. Relative paths are relative to this file; `~` is your home folder.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "names the sections for the schema; each is read on its own, for its errors")]
pub(super) struct File {
    #[serde(default)]
    you: You,
    #[serde(default)]
    store: Store,
    /// Organisations that you name yourself.
    #[serde(default)]
    account: Vec<NamedAccount>,
    /// Where facts come from.
    #[serde(default)]
    source: Vec<Source>,
    /// The name of a built-in theme or the path of a theme file.
    theme: Option<String>,
    /// The path of your own key map.
    keymap: Option<String>,
    /// The path of your own rules: any part of those that ship with the program (`buyin rules` prints them).
    rules: Option<String>,
    #[serde(default)]
    thresholds: ThresholdsShape,
    /// Views that you come back to.
    #[serde(default)]
    view: Vec<View>,
}

/// A filter and an order under a name.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    pub(super) name: String,
    /// In the filter language, such as `is:rising people:>=5`.
    #[serde(default)]
    pub(super) filter: String,
    /// The order; the latest activity first without it.
    pub(super) sort: Option<String>,
    /// What is listed.
    #[serde(default)]
    pub(super) screen: Screen,
}

/// Where facts are kept.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Store {
    /// `sqlite:PATH`; without it the store lies in the data folder.
    pub(super) url: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(dead_code, reason = "names the kinds for the schema; each is read on its own, for its errors")]
enum Source {
    Git(Git),
    File(FileSource),
    Command(Command),
    Github(Github),
    Gitlab(Gitlab),
    Discourse(Discourse),
    Slack(Slack),
    Discord(Discord),
    StackExchange(StackExchange),
}

/// Local clones or bare repositories.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Git {
    pub(super) name: String,
    /// One repository; or `paths`.
    pub(super) path: Option<String>,
    /// Several repositories.
    pub(super) paths: Option<Vec<String>>,
    /// Where to start from.
    #[serde(default = "head")]
    pub(super) refs: Vec<String>,
    /// Whether `.mailmap` says who is who.
    #[serde(default = "yes")]
    pub(super) mailmap: bool,
    /// Whether to read the history of OWNERS, MAINTAINERS and CODEOWNERS.
    #[serde(default = "yes")]
    pub(super) roles: bool,
    #[serde(default = "upstream")]
    pub(super) zone: Zone,
    /// Parts that lie in another zone.
    #[serde(default)]
    pub(super) zones: Vec<ZoneRule>,
}

/// A CSV or JSON lines file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSource {
    pub(super) name: String,
    pub(super) path: String,
    /// What a row is.
    #[serde(default = "activities")]
    pub(super) records: Records,
    /// Target and column header, or `=` and a text that holds for every row.
    #[serde(default)]
    pub(super) columns: BTreeMap<String, String>,
    /// A strptime format such as `%d.%m.%Y %H:%M`; without it RFC 3339 or a bare date.
    pub(super) date: Option<String>,
    /// The time zone of dates that name none, such as `Europe/Berlin`; without it UTC.
    pub(super) timezone: Option<String>,
    #[serde(default = "upstream")]
    pub(super) zone: Zone,
    /// Parts that lie in another zone.
    #[serde(default)]
    pub(super) zones: Vec<ZoneRule>,
}

/// A program that prints JSON lines.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Command {
    pub(super) name: String,
    /// The program and its arguments; no shell takes part.
    pub(super) run: Vec<String>,
    #[serde(default = "upstream")]
    pub(super) zone: Zone,
    /// Parts that lie in another zone.
    #[serde(default)]
    pub(super) zones: Vec<ZoneRule>,
}

fn head() -> Vec<String> {
    vec!["HEAD".to_owned()]
}

const fn yes() -> bool {
    true
}

const fn upstream() -> Zone {
    Zone::Upstream
}

const fn activities() -> Records {
    Records::Activities
}
