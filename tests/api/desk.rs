//! A store and the engine, for sources over HTTP.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use buyin::{
    config::SourceConfig,
    domain::{
        sync::{Manner, SourceReport, SyncReport, Unwatched},
        time::Time,
    },
    jobs::{
        http::Limits,
        sync::{self, Options, Pace, Wanted},
    },
    sources::{Source, remote::Remote},
    store::{Store, View},
};

/// The day of the tests.
pub(crate) const NOW: Time = Time(1_795_305_600);

/// A store in a folder of its own.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) pace: Pace,
    pub(crate) wait: Duration,
    pub(crate) limits: Limits,
    pub(crate) now: Time,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The same ids in every store, so that stores can be compared.
        std::fs::write(folder.path().join("buyin.db.key"), [7; 32]).unwrap();
        let short = Duration::from_millis(400);
        Self {
            folder,
            pace: Pace::made(),
            wait: Duration::from_mins(2),
            limits: Limits { read: short, whole: short * 4, body: 1 << 20, ..Limits::default() },
            now: NOW,
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("buyin.db")
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(&self.path()).unwrap()
    }

    pub(crate) fn view(&self) -> View {
        View::open(&self.path()).unwrap()
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            manner: Manner { full: false, wait: self.wait },
            pace: self.pace.clone(),
            limits: self.limits,
            seed: 7,
            ..Options::default()
        }
    }

    /// Reads several sources.
    pub(crate) fn sync_all(
        &self,
        sources: &[(&SourceConfig, Arc<dyn Remote>)],
        options: &Options,
    ) -> SyncReport {
        let wanted = sources
            .iter()
            .map(|(config, remote)| Wanted { config, source: Ok(Source::Remote(Arc::clone(remote))) });
        let wanted = wanted.collect();
        let report = sync::run(&mut self.store(), wanted, options, self.now, &mut Unwatched).unwrap();
        check(&self.path());
        report
    }

    /// Reads one source.
    pub(crate) fn sync(&self, config: &SourceConfig, remote: impl Remote + 'static) -> SourceReport {
        self.sync_all(&[(config, Arc::new(remote))], &self.options()).sources.remove(0)
    }

    pub(crate) fn sync_full(&self, config: &SourceConfig, remote: impl Remote + 'static) -> SourceReport {
        let mut options = self.options();
        options.manner.full = true;
        self.sync_all(&[(config, Arc::new(remote))], &options).sources.remove(0)
    }

    /// All facts that hold, in the order of their keys, without what differs from one way of reading to another.
    pub(crate) fn facts(&self) -> Vec<String> {
        facts(&self.path())
    }
}

/// All facts that hold, one a line, sorted.
pub(crate) fn facts(store: &Path) -> Vec<String> {
    let mut facts = Vec::new();
    View::open(store)
        .unwrap()
        .export_activities(true, &mut |row| {
            let a = row.activity;
            facts.push(format!(
                "{} {} {} {:?} {:?} {} {:?} {:?} {:?} {:?}",
                a.id,
                a.kind.text(),
                a.at,
                a.subject,
                a.thread,
                a.actor,
                a.counterpart,
                a.labels,
                a.title,
                a.url
            ));
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    facts.sort();
    facts
}

/// The store is sound: no step is left over twice, no key counts twice.
fn check(store: &Path) {
    let facts = facts(store);
    for pair in facts.windows(2) {
        let key = |fact: &str| fact.split(' ').next().unwrap_or_default().to_owned();
        assert_ne!(key(&pair[0]), key(&pair[1]), "a fact counts twice");
    }
}
