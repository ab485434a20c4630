//! One file per API: names requests, reads answers. Local sources (git, files, commands) read by themselves;
//! nothing here touches the network or the store.

pub mod answer;
pub mod command;
pub mod demo;
pub mod discord;
pub mod discourse;
pub mod file;
mod filling;
pub mod git;
pub mod github;
pub mod gitlab;
pub mod remote;
pub mod slack;
pub mod stackexchange;

use std::{ops::ControlFlow, sync::Arc};

use remote::Remote;

use crate::{
    config::SourceConfig,
    domain::{
        page::{Page, Step},
        time::Time,
    },
};

/// A source that reads this machine. It yields the same pages as one over HTTP.
pub trait Local: Send + Sync {
    /// The parts that are read and marked on their own; one at least. They may be read at the same time.
    fn streams(&self) -> Vec<String>;

    /// Reads a stream on from where `from` says, handing pages in order to `emit` until it breaks.
    fn read(&self, from: &From<'_>, emit: &mut dyn FnMut(Page) -> ControlFlow<()>)
    -> Result<(), SourceError>;

    /// What a stream that was read to its end is known to be complete up to, where that is earlier than the
    /// moment of reading: silence after it is not absence.
    fn covered(&self, _stream: &str) -> Option<Time> {
        None
    }
}

/// Where a stream goes on.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    pub stream: &'a str,
    /// What the last page of an earlier reading said; `None` at the first reading and with `--full`.
    pub mark: Option<&'a str>,
    /// Steps that an interrupted reading left behind.
    pub todo: &'a [Step],
    pub now: Time,
}

/// Why a source or a stream could not be read, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What happened and where; one line, lower case.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl SourceError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A source that can be read.
pub enum Source {
    Local(Arc<dyn Local>),
    Remote(Arc<dyn Remote>),
}

impl Source {
    /// The source, where it reads this machine.
    pub fn local(self) -> Option<Arc<dyn Local>> {
        match self {
            Self::Local(local) => Some(local),
            Self::Remote(_) => None,
        }
    }
}

/// The source that a `[[source]]` describes.
pub fn open(config: &SourceConfig) -> Result<Source, SourceError> {
    let local: Arc<dyn Local> = match config {
        SourceConfig::Git(git) => Arc::new(git::Git::new(git.clone())),
        SourceConfig::File(file) => Arc::new(file::File::new(file.clone())),
        SourceConfig::Demo(demo) => Arc::new(demo::Demo::new(demo.clone())),
        SourceConfig::Command(command) => Arc::new(command::Command::new(command.clone())),
        SourceConfig::Remote(remote) => return Ok(Source::Remote(remote::open(remote))),
    };
    Ok(Source::Local(local))
}
