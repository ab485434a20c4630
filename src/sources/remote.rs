//! Sources over HTTP: what they are asked and what they answer, as plain data. A source names requests and
//! reads answers; it does no I/O, holds no secret and never waits. Sending, credentials, retry, waiting,
//! conditional requests, limits and redirects exist once, in `jobs`.
//!
//! A reading of a stream is a queue of steps that lives in the store. [`Remote::begin`] gives the first page:
//! no facts, the first steps, and the mark that counts when nothing is left to do. Each step is one request;
//! its answer becomes one page, which is applied in one transaction together with the steps that it asks for
//! and the crossing-out of its own. So a cut at any point repeats one request at most and loses nothing.

use std::sync::Arc;

use super::{
    From, SourceError, discord::Discord, discourse::Discourse, github::Github, gitlab::Gitlab, slack::Slack,
    stackexchange::StackExchange,
};
use crate::{
    config::{Api, RemoteConfig},
    domain::{
        page::{Page, Step},
        time::Time,
    },
};

/// A source over HTTP.
pub trait Remote: Send + Sync {
    /// The streams that the configuration names; one at least. Further ones may be named by
    /// [`Page::streams`] (the channels that a listing finds).
    fn streams(&self) -> Vec<String>;

    /// How requests carry the secrets of the source, and what every one of them says.
    fn sign(&self) -> Vec<Sign>;

    /// Where a new reading of a stream begins; only asked when no step of an earlier one is left.
    fn begin(&self, from: &From<'_>) -> Page;

    /// The request that a step stands for. Steps come from the store: one that cannot be understood is an error.
    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError>;

    /// Reads an answer with status 200 to 299, or the [`Fault`] in it. All text of the page has passed
    /// `domain::text`. Never panics, whatever the body holds.
    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault>;

    /// What an answer with any other status means, where the API has ways of its own; `None` leaves it to
    /// what HTTP says ([`super::answer::judge`]).
    fn judge(&self, _asked: &Asked<'_>, _response: &Response) -> Option<Fault> {
        None
    }

    /// What an unchanged answer (304) to a conditional request stands for. The steps that its pages asked for
    /// are not repeated unless this says so.
    fn unchanged(&self, _asked: &Asked<'_>) -> Page {
        Page::default()
    }

    /// How many requests the host may be sent at the same time. More than one only where its documentation
    /// says that they are welcome.
    fn at_once(&self) -> usize {
        1
    }

    /// What is left of the rate budget, where the answer says so.
    fn budget(&self, _response: &Response) -> Option<Budget> {
        None
    }
}

/// The source over HTTP that a `[[source]]` describes.
pub(super) fn open(config: &RemoteConfig) -> Arc<dyn Remote> {
    match config.api.clone() {
        Api::Discourse { user, categories } => Arc::new(Discourse::new(config, user, categories)),
        Api::Github { repos } => Arc::new(Github::new(config, repos)),
        Api::Gitlab { projects } => Arc::new(Gitlab::new(config, projects)),
        Api::StackExchange { site, tags, .. } => Arc::new(StackExchange::new(config, site, tags)),
        Api::Slack { channels } => Arc::new(Slack::new(config, channels)),
        Api::Discord { guild, channels, consent_role } => {
            Arc::new(Discord::new(config, guild, channels, consent_role))
        }
    }
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub stream: &'a str,
    pub step: &'a Step,
    pub now: Time,
}

/// What a request carries beside what it says itself. It is only ever sent to the source's own origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// The token in a header, after `prefix` (`Bearer `). Left out where no token is configured.
    TokenHeader { name: &'static str, prefix: &'static str },
    /// The token in the query. Left out where no token is configured.
    TokenQuery { name: &'static str },
    /// The second secret (`key`) in the query. Left out where none is configured.
    KeyQuery { name: &'static str },
    /// A header without a secret.
    Header { name: &'static str, value: String },
}

/// A request as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub method: Method,
    /// Below the source's base URL (`/repos/o/n/issues`), already encoded; or a whole URL that an answer
    /// named, which is refused unless it lies at the same origin.
    pub path: String,
    /// Not yet encoded.
    pub query: Vec<(String, String)>,
    pub headers: Vec<(&'static str, String)>,
    /// A JSON body.
    pub body: Option<serde_json::Value>,
    /// Whether an unchanged answer may be answered by 304. Only for requests that come again the same.
    pub conditional: bool,
    /// Which of the host's budgets it takes from; waiting for one does not hold up the others. `""` is the
    /// host's own.
    pub budget: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    #[default]
    Get,
    Post,
}

/// An answer, whole and unpacked, within the size limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    pub status: u16,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Where the answer came from after redirects, as a path below the base URL where it lies there.
    pub path: String,
    /// When it came, by this machine's clock.
    pub at: Time,
}

impl Response {
    /// The first header of that (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What is left of a rate budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub left: u64,
    pub of: Option<u64>,
    /// Seconds until it is full again, by the server's own clock.
    pub full_in: Option<u64>,
}

/// Why an answer is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Wait, then ask the same again. Within the bound on waiting; beyond it the source is `limited`.
    Throttled {
        /// Seconds; `None` where the answer does not say.
        wait: Option<u64>,
        /// What is throttled; one line, lower case.
        what: String,
    },
    /// A passing trouble: ask the same again after a pause, or `instead` (fewer records) where the server
    /// found the request too heavy.
    Again { error: SourceError, instead: Option<Step> },
    /// This step can never be answered, but the rest of the stream is sound: the step is crossed out and
    /// counted as skipped.
    Skip(SourceError),
    /// This stream cannot be read on; the others can.
    Stream(SourceError),
    /// No stream of this source can be read on: the token is wrong, the host refuses.
    Source(SourceError),
}
