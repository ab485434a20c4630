//! A store that is filled from a made-up GitHub, and what it then holds.

use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

use buyin::{
    config::{Api, RemoteConfig, SecretFrom},
    domain::{
        account::Zone,
        activity::ActivityRow,
        page::{Page, Skipped},
        time::Time,
    },
    sources::{
        From, SourceError, answer,
        github::Github,
        remote::{Asked, Fault, Method, Remote, Request, Response, Sign},
    },
    store::{Store, View},
};

use super::{
    serve::{Hub, NOW},
    world::World,
};
use crate::api::server::Req;

pub(super) struct Site {
    folder: tempfile::TempDir,
    pub(super) hub: Arc<Hub>,
    pub(super) config: RemoteConfig,
}

/// What a reading came to.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) requests: u64,
    pub(super) skipped: Vec<Skipped>,
    pub(super) errors: Vec<SourceError>,
    /// How long the source was asked to wait.
    pub(super) waited: Vec<Option<u64>>,
    pub(super) changed: u64,
    pub(super) gone: u64,
}

impl Site {
    /// Reads these repositories with a token.
    pub(super) fn new(world: World) -> Self {
        let repos = world.repos.iter().map(|repo| repo.name.clone()).collect();
        let config = RemoteConfig {
            name: "gh".to_owned(),
            base_url: "https://api.github.com".to_owned(),
            token: Some(SecretFrom::Env("UNUSED".to_owned())),
            zone: Zone::Upstream,
            zones: Vec::new(),
            minimise: true,
            retain_days: None,
            api: Api::Github { repos },
        };
        Self { folder: tempfile::tempdir().unwrap(), hub: Hub::new(world), config }
    }

    pub(super) fn store(&self) -> Store {
        Store::open(&self.folder.path().join("buyin.db")).unwrap()
    }

    pub(super) fn github(&self) -> Github {
        let Api::Github { repos } = &self.config.api else { panic!() };
        Github::new(&self.config, repos.clone())
    }

    pub(super) fn sync(&self) -> Told {
        self.read(false)
    }

    pub(super) fn sync_full(&self) -> Told {
        self.read(true)
    }

    /// One request after the other, each page applied with its step.
    fn read(&self, full: bool) -> Told {
        let (github, mut store, mut told) = (self.github(), self.store(), Told::default());
        let number = store.source("gh", "github").unwrap();
        for stream in github.streams() {
            let known = store.stream(number, &stream).unwrap();
            if known.todo.is_empty() || full {
                let from = From {
                    stream: &stream,
                    mark: known.mark.as_deref().filter(|_| !full),
                    todo: &[],
                    now: Time(NOW),
                };
                store.apply(number, &stream, &github.begin(&from), None, Time(NOW)).unwrap();
            }
            while let Some((place, step)) = store.stream(number, &stream).unwrap().todo.into_iter().next() {
                let asked = Asked { stream: &stream, step: &step, now: Time(NOW) };
                let request = github.request(&stream, &step).unwrap();
                let response = self.send(&github, request);
                told.requests += 1;
                assert!(told.requests < 5_000, "a reading without an end");
                let read = match response.status {
                    200..=299 => github.read(&asked, &response),
                    _ => Err(github.judge(&asked, &response).unwrap_or_else(|| answer::judge(&response))),
                };
                let page = match read {
                    Ok(page) => page,
                    Err(Fault::Again { instead: Some(step), .. }) => {
                        Page { steps: vec![step], ..Page::default() }
                    }
                    Err(
                        Fault::Again { instead: None, error } | Fault::Stream(error) | Fault::Source(error),
                    ) => {
                        told.errors.push(error);
                        break;
                    }
                    Err(Fault::Throttled { wait, .. }) => {
                        told.waited.push(wait);
                        continue;
                    }
                    Err(Fault::Skip(error)) => {
                        told.skipped.push(Skipped { place: String::new(), reason: error.message });
                        Page::default()
                    }
                };
                told.skipped.extend(page.skipped.clone());
                let applied = store.apply(number, &stream, &page, Some(place), Time(NOW)).unwrap();
                told.changed += applied.changed;
                told.gone += applied.gone;
            }
        }
        self.hub.understood_all();
        told
    }

    fn send(&self, github: &Github, request: Request) -> Response {
        let mut headers: Vec<(String, String)> = Vec::new();
        for sign in github.sign() {
            match sign {
                Sign::TokenHeader { name, prefix } if self.config.token.is_some() => {
                    headers.push((name.to_owned(), format!("{prefix}made-up-token")));
                }
                Sign::Header { name, value } => headers.push((name.to_owned(), value)),
                _ => {}
            }
        }
        for (name, value) in request.headers {
            headers.retain(|(known, _)| known != name);
            headers.push((name.to_owned(), value));
        }
        let path = request.path.strip_prefix("http://127.0.0.1").unwrap_or(&request.path);
        let (path, named) = path.split_once('?').unwrap_or((path, ""));
        let named = named.split('&').filter_map(|pair| pair.split_once('='));
        let named = named.map(|(name, value)| (name.to_owned(), value.replace("%3A", ":")));
        let asked = Req {
            number: 0,
            method: if request.method == Method::Post { "POST" } else { "GET" }.to_owned(),
            path: path.to_owned(),
            query: request.query.into_iter().chain(named).collect(),
            headers,
            body: request.body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        };
        let answer = self.hub.answer(&asked);
        Response {
            status: answer.status,
            headers: answer.headers,
            body: answer.body,
            path: path.to_owned(),
            at: Time(NOW),
        }
    }

    /// Everything that the store holds.
    pub(super) fn rows(&self) -> Vec<ActivityRow> {
        drop(self.store());
        let view = View::open(&self.folder.path().join("buyin.db")).unwrap();
        let mut rows = Vec::new();
        view.export_activities(true, &mut |row| {
            rows.push(row.activity);
            ControlFlow::Continue(())
        })
        .unwrap();
        rows
    }

    /// How many activities of each kind.
    pub(super) fn count(&self) -> BTreeMap<&'static str, u64> {
        let mut count = BTreeMap::new();
        for row in self.rows() {
            *count.entry(row.kind.text()).or_insert(0) += 1;
        }
        count
    }

    /// The names, handles and e-mails that the store knows people by: handle, name, e-mail, company, bot.
    pub(super) fn people(&self) -> BTreeMap<String, buyin::domain::identity::Identity> {
        let all = self.store().identities().unwrap();
        all.into_iter().map(|one| (one.profile.native.clone(), one.profile)).collect()
    }
}
