//! Configuration.

use std::path::PathBuf;

use crate::domain::{
    account::Zone,
    settings::{Settings, ZoneRule},
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
}

/// One `[[source]]`.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceConfig {
    Git(GitConfig),
    File(FileConfig),
    Command(CommandConfig),
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

#[derive(Debug, Clone, PartialEq)]
pub struct FileConfig {
    pub name: String,
    pub path: PathBuf,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CommandConfig {
    pub name: String,
    pub run: Vec<String>,
}
