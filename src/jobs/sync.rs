//! A sync: sources are read on threads of their own while this one writes. Local streams are applied in the order
//! of the configuration, so that the ledgers come out the same on every machine; pages of streams over HTTP in the
//! order of their arrival. One failing stream stops no other. Must not know what is concluded.

mod ask;
mod local;
mod pace;
mod patience;
mod reading;
mod remote;
mod report;
mod retain;
mod stop;
mod write;

use std::sync::mpsc::channel;

use super::{
    http::{Client, Limits},
    secrets,
};
use crate::{
    config::{Api, RemoteConfig, SourceConfig},
    domain::{
        sync::{Manner, Progress, SyncReport},
        time::Time,
    },
    sources::{self, Source, SourceError, remote::Remote},
    store::{Store, StoreError},
};

pub use pace::Pace;
pub use stop::Stop;

use remote::Arrival;

/// How a sync goes about it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub manner: Manner,
    pub stop: Stop,
    /// How the time passes that hosts are waited for.
    pub pace: Pace,
    pub limits: Limits,
    /// What the length of pauses is drawn from.
    pub seed: u64,
}

/// A source to be read: as configured, and opened or not.
pub struct Wanted<'a> {
    pub config: &'a SourceConfig,
    pub source: Result<Source, SourceError>,
}

impl<'a> Wanted<'a> {
    pub fn open(config: &'a SourceConfig) -> Self {
        Self { config, source: sources::open(config) }
    }
}

/// Reads `wanted` sources and applies what they bring. A source that fails is in the report; only a store
/// that cannot be written is an error. Whoever calls holds the lock of the sync.
pub fn run(
    store: &mut Store,
    wanted: Vec<Wanted<'_>>,
    options: &Options,
    now: Time,
    progress: &mut dyn Progress,
) -> Result<SyncReport, StoreError> {
    let (to, arrivals) = channel();
    let listening = options.stop.listen(to.clone());
    let mut writer = write::Writer::new(store, now, options.manner.full, progress);
    let mut sites = Vec::new();
    for (index, Wanted { config, source }) in wanted.into_iter().enumerate() {
        let site = source.and_then(|source| match (source, config) {
            (Source::Local(local), _) => Ok(write::Opened::Local(local)),
            (Source::Remote(remote), SourceConfig::Remote(config)) => {
                let streams = remote.streams();
                let client = client(config, &*remote, options.limits)?;
                sites.push(remote::Place { index, remote, client, retain_days: config.retain_days });
                Ok(write::Opened::Remote(streams))
            }
            (Source::Remote(_), _) => Err(SourceError::new("a source over HTTP needs a place to ask")),
        });
        writer.open(config, site)?;
    }
    let timing = remote::Timing {
        pace: options.pace.clone(),
        start: now,
        wait: options.manner.wait,
        seed: options.seed,
    };
    let done = writer.write(&arrivals, to, sites, timing, &options.stop);
    drop(listening);
    done
}

/// The client of a source, with its secrets.
fn client(config: &RemoteConfig, remote: &dyn Remote, limits: Limits) -> Result<Client, SourceError> {
    let token = config.token.as_ref().map(|from| secrets::read(from, "the token")).transpose()?;
    let key = match &config.api {
        Api::StackExchange { key: Some(from), .. } => Some(secrets::read(from, "the key")?),
        _ => None,
    };
    Client::new(&config.base_url, &remote.sign(), token, key, limits)
}
