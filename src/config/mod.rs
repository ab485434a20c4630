//! The configuration: which sources there are, where the store lies, and the settings. Must not know how
//! sources read nor what follows from the settings.

mod check;
pub mod demo;
mod error;
mod paths;
mod read;
pub mod remote;
mod rules;
pub mod secrets;
mod shape;
mod view;

pub use demo::{DemoConfig, DemoPart};
pub use error::ConfigError;
pub(crate) use error::nearest;
pub use paths::store_url;
pub use remote::{Api, RemoteConfig};
pub use secrets::{Secret, SecretFrom};
pub use view::{List, Screen, View};

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::domain::{
    account::{Zone, words},
    rules::Rules,
    settings::{Settings, ZoneRule},
    time::Time,
};

/// A configuration, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where it came from; `None` for built-in defaults (`buyin open`).
    pub path: Option<PathBuf>,
    pub settings: Settings,
    pub store: PathBuf,
    pub sources: Vec<SourceConfig>,
    /// The name of a built-in theme or the path of a theme file.
    pub theme: Option<String>,
    /// Where decisions are kept beside a store that is only a cache.
    pub keep: Option<PathBuf>,
    /// The path of the user's own key map.
    pub keymap: Option<PathBuf>,
    /// Saved views, in the order of the file.
    pub views: Vec<View>,
}

impl Config {
    /// Reads and checks a configuration file.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = paths::text(path, "no such file: `buyin config init` writes one")?;
        Self::parse(&text, path)
    }

    /// Checks the text of a configuration file that lies (or would lie) at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        read::read(text, path)
    }

    /// The configuration file to use: the one named by `--config` or `BUYIN_CONFIG`, else the one in the
    /// platform's folder. It exists, or the error says how to get one.
    pub fn find(explicit: Option<&Path>) -> Result<PathBuf, ConfigError> {
        paths::find(explicit)
    }

    /// Where the configuration file lies when nobody names one, whether it exists or not.
    pub fn default_path() -> Result<PathBuf, ConfigError> {
        paths::config_file()
    }

    /// What the sources name and is not there (or cannot be run): one line each.
    pub fn absent(&self) -> Vec<String> {
        self.sources.iter().flat_map(SourceConfig::absent).collect()
    }

    /// No sources and no settings: enough to look into a store that somebody names.
    pub fn bare(store: PathBuf) -> Self {
        let (settings, sources) = (Settings::default(), Vec::new());
        let views = Vec::new();
        Self { path: None, settings, store, sources, theme: None, keep: None, keymap: None, views }
    }

    /// The configuration of `buyin open PATH...`: one git source for each path, a store of their own in the
    /// cache folder. The order and the spelling of the paths make no difference.
    pub fn default_for_open(paths: &[PathBuf]) -> Result<Self, ConfigError> {
        paths::open(paths)
    }

    /// The configuration of `buyin demo`: a sample community of so many accounts that ends at the day of `now`, with
    /// a store of its own in the cache folder.
    pub fn demo(accounts: u32, seed: u64, now: Time) -> Result<Self, ConfigError> {
        demo::config(accounts, seed, now)
    }
}

/// Reads and checks a file with rules of your own: they are merged over those that ship with the program.
pub fn rules(path: &Path) -> Result<Rules, ConfigError> {
    rules::load(path)
}

/// Checks the text of a rules file that lies (or would lie) at `path`.
pub fn parse_rules(text: &str, path: &Path) -> Result<Rules, ConfigError> {
    rules::parse(text, path)
}

/// A commented configuration to start from.
pub const fn template() -> &'static str {
    include_str!("template.toml")
}

/// The JSON Schema of the configuration file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(shape::File).to_value()
}

/// One `[[source]]`.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceConfig {
    Git(GitConfig),
    File(FileConfig),
    Command(CommandConfig),
    /// Read over HTTP.
    Remote(RemoteConfig),
    /// Made up; never read from a file.
    Demo(DemoConfig),
}

#[derive(Debug, Clone, PartialEq)]
pub struct GitConfig {
    pub name: String,
    pub paths: Vec<PathBuf>,
    pub refs: Vec<String>,
    pub mailmap: bool,
    pub roles: bool,
    pub zone: Zone,
    pub zones: Vec<ZoneRule>,
}

/// A CSV or JSON lines file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileConfig {
    pub name: String,
    pub path: PathBuf,
    /// What a row is.
    pub records: Records,
    /// Which column fills which target; targets that are not named are read from a column of their own name.
    pub columns: BTreeMap<String, Column>,
    /// A strptime format; `None` reads RFC 3339 or a bare date.
    pub date: Option<String>,
    /// An IANA time zone for dates that name none; `None` is UTC.
    pub timezone: Option<String>,
    pub zone: Zone,
    pub zones: Vec<ZoneRule>,
}

/// Where the value of a target comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The column with this header.
    Header(String),
    /// The same text in every row (`=text` in the file).
    Always(String),
}

words! {
    /// What the rows of a file are.
    Records {
        Activities = "activities", Accounts = "accounts", Contacts = "contacts",
        Affiliations = "affiliations", Roster = "roster",
    }
}

impl Records {
    /// What a column can fill.
    pub const fn targets(self) -> &'static [&'static str] {
        match self {
            Self::Activities => &[
                "email",
                "login",
                "forge",
                "name",
                "at",
                "kind",
                "key",
                "subject",
                "thread",
                "counterpart",
                "labels",
                "title",
                "url",
                "company",
            ],
            Self::Accounts => &["name", "domains", "relation", "owner"],
            Self::Contacts => &["email", "login", "forge", "name", "company", "role"],
            Self::Affiliations => &["email", "login", "forge", "name", "company", "from", "to", "project"],
            Self::Roster => &["project", "name", "company", "login", "forge", "email", "from", "to"],
        }
    }
}

/// A program that prints JSON lines.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandConfig {
    pub name: String,
    /// The program and its arguments; never through a shell.
    pub run: Vec<String>,
    /// Where it runs: the folder of the configuration file.
    pub dir: PathBuf,
    pub zone: Zone,
    pub zones: Vec<ZoneRule>,
}

impl SourceConfig {
    pub fn name(&self) -> &str {
        match self {
            Self::Git(git) => &git.name,
            Self::File(file) => &file.name,
            Self::Command(command) => &command.name,
            Self::Remote(remote) => &remote.name,
            Self::Demo(demo) => demo.part.name(),
        }
    }

    fn absent(&self) -> Vec<String> {
        let name = self.name();
        let missing = |path: &Path| {
            (!path.exists())
                .then(|| format!("source {name}: {} does not exist: check the path", path.display()))
        };
        match self {
            Self::Git(git) => git.paths.iter().filter_map(|path| missing(path)).collect(),
            Self::File(file) => missing(&file.path).into_iter().collect(),
            Self::Demo(_) | Self::Remote(_) => Vec::new(),
            // A bare word is looked up in PATH when it is run.
            Self::Command(command) => {
                let program = command.run.first().map(Path::new).filter(|path| path.components().count() > 1);
                program.and_then(|path| missing(&command.dir.join(path))).into_iter().collect()
            }
        }
    }

    /// The word of the configuration for what it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Git(_) => "git",
            Self::File(_) => "file",
            Self::Command(_) => "command",
            Self::Remote(remote) => remote.api.kind(),
            Self::Demo(_) => "demo",
        }
    }

    pub const fn zone(&self) -> Zone {
        match self {
            Self::Git(git) => git.zone,
            Self::File(file) => file.zone,
            Self::Command(command) => command.zone,
            Self::Remote(remote) => remote.zone,
            Self::Demo(demo) => demo.part.zone(),
        }
    }

    pub fn zones(&self) -> &[ZoneRule] {
        match self {
            Self::Git(git) => &git.zones,
            Self::File(file) => &file.zones,
            Self::Command(command) => &command.zones,
            Self::Remote(remote) => &remote.zones,
            Self::Demo(_) => &[],
        }
    }
}
