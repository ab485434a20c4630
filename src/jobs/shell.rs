//! One store and its configuration: what every command and the explorer do with them. Opens the store for each
//! write and lets go of it, so that two buyins get along. Must not know who asks nor how answers are shown.

use std::{ops::ControlFlow, thread};

use crate::{
    config::{Config, SourceConfig, nearest},
    domain::{
        activity::ExportedActivity,
        decision::{Decision, Verb},
        health::Rebuilt,
        person::PersonDetail,
        query::When,
        rules::Rules,
        settings::Settings,
        sync::{Manner, Progress, SyncReport},
        text,
        time::{Day, Time},
        tried::Tried,
    },
    jobs::{
        adopt,
        clock::Clock,
        derive,
        error::JobError,
        keep,
        read::{self, Query, Reply},
        sync, try_rules,
    },
    journey::lists,
    store::{Store, StoreError, View},
};

/// Is asked before conclusions are drawn with other settings than those adopted; is shown the difference.
pub type Consent<'a> = dyn FnMut(&[String]) -> bool + 'a;

/// The hands of buyin.
pub struct Shell {
    pub config: Config,
    pub clock: Clock,
    /// Who decides.
    pub author: String,
    /// Stops the sync that runs.
    pub stop: sync::Stop,
    view: Option<View>,
}

impl Shell {
    /// `author` may come from anywhere: it is made harmless here, before it enters the ledger.
    pub fn new(config: Config, clock: Clock, author: impl Into<String>) -> Self {
        let author = Some(text::name(&author.into())).filter(|name| !name.is_empty());
        let author = author.unwrap_or_else(|| "unknown".to_owned());
        Self { config, clock, author, stop: sync::Stop::default(), view: None }
    }

    /// A second pair of hands for the same store, for another thread.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::new(self.config.clone(), self.clock, self.author.as_str())
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn today(&self) -> Day {
        self.now().day()
    }

    /// Opens the store for writing, with the decisions that are kept beside a cache.
    pub fn store(&self) -> Result<Store, JobError> {
        keep::before(&self.config)?;
        let mut store = Store::open(&self.config.store)?;
        keep::after(&self.config, &mut store)?;
        Ok(store)
    }

    /// A read-only connection of its own, for the explorer: makes the store when there is none yet.
    pub fn view(&self) -> Result<View, JobError> {
        if !self.config.store.exists() {
            self.store()?;
        }
        Ok(View::open(&self.config.store)?)
    }

    fn reading(&mut self) -> Result<&mut View, JobError> {
        if self.view.is_none() {
            // Whoever only asks makes no store: a mistyped name is said.
            self.view = Some(View::open(&self.config.store)?);
        }
        Ok(self.view.as_mut().expect("just opened"))
    }

    /// Answers a question from what is kept.
    pub fn ask(&mut self, query: &Query) -> Reply {
        match self.reading() {
            Ok(view) => read::answer(view, query),
            Err(error) => Reply::Failed(error.to_string()),
        }
    }

    /// All decisions, oldest first.
    pub fn decisions(&mut self) -> Result<Vec<Decision>, JobError> {
        Ok(self.reading()?.decisions()?)
    }

    /// Appends a decision and concludes what follows from it.
    pub fn decide(&mut self, verb: Verb, reason: Option<&str>) -> Result<Decision, JobError> {
        let mut store = self.store()?;
        self.settings_in_force(&mut store)?;
        let decision = store.decide(self.now(), &self.author, reason, verb)?;
        keep::save(&self.config, &store)?;
        // A sync that is under way draws its conclusions at its end, from this decision too.
        if !store.is_syncing() {
            let settings = self.adopted(&store)?;
            derive::run(&mut store, &settings, self.today())?;
        }
        Ok(decision)
    }

    /// Undoes this author's last decision that still holds; `None` when there is none.
    pub fn undo_last(&mut self) -> Result<Option<Decision>, JobError> {
        let author = self.author.clone();
        let mine = |decision: &Decision| {
            let by_hand =
                !matches!(decision.verb, Verb::Undo { .. } | Verb::Adopt { .. } | Verb::Export { .. });
            by_hand && decision.author == author && decision.undone_by.is_none()
        };
        let Some(last) = self.decisions()?.into_iter().rfind(mine) else { return Ok(None) };
        self.decide(Verb::Undo { decision: last.id }, None)?;
        Ok(Some(last))
    }

    /// Reads the named sources, or all without any name, and concludes what follows. A stopped one concludes
    /// nothing; the next one does.
    pub fn sync(
        &mut self,
        names: &[String],
        manner: Manner,
        consent: &mut Consent<'_>,
        progress: &mut dyn Progress,
    ) -> Result<SyncReport, JobError> {
        let wanted = self.wanted(names)?;
        let mut store = self.store()?;
        let held = store.lock_sync()?;
        self.agree(&mut store, consent)?;
        let wanted = wanted.into_iter().map(sync::Wanted::open).collect();
        let options = sync::Options { manner, stop: self.stop.clone(), ..sync::Options::default() };
        let mut report = sync::run(&mut store, wanted, &options, self.now(), progress)?;
        if report.stopped {
            return Ok(report);
        }
        progress.step("drawing conclusions");
        let settings = self.adopted(&store)?;
        conclude(&mut store, &settings, &report, self.today())?;
        store.checkpoint()?;
        drop(held);
        // What was decided while the sync was at its end has been left to it.
        derive::run(&mut store, &settings, self.today())?;
        let overview = View::open(&self.config.store)?.overview()?;
        (report.accounts, report.people) = (overview.accounts, overview.people);
        report.activities = overview.activities;
        Ok(report)
    }

    fn wanted(&self, names: &[String]) -> Result<Vec<&SourceConfig>, JobError> {
        if names.is_empty() {
            return Ok(self.config.sources.iter().collect());
        }
        let known: Vec<&str> = self.config.sources.iter().map(SourceConfig::name).collect();
        for name in names {
            if !known.contains(&name.as_str()) {
                let nearest = nearest(name, &known).map(ToOwned::to_owned);
                return Err(JobError::NoSource { name: name.clone(), nearest });
            }
        }
        Ok(self.config.sources.iter().filter(|one| names.iter().any(|name| name == one.name())).collect())
    }

    /// Throws away what was concluded and concludes it anew.
    pub fn rebuild(
        &mut self,
        consent: &mut Consent<'_>,
        progress: &mut dyn Progress,
    ) -> Result<Rebuilt, JobError> {
        let mut store = self.store()?;
        let _held = store.lock_sync()?;
        self.agree(&mut store, consent)?;
        progress.step("drawing all conclusions anew");
        let before = store.digests()?;
        let settings = self.adopted(&store)?;
        store.clear_derived()?;
        derive::run(&mut store, &settings, self.today())?;
        let after = store.digests()?;
        self.rebuilt(&before, &after)
    }

    /// Concludes everything anew in a copy and compares; the store itself is not touched.
    pub fn check(&mut self, progress: &mut dyn Progress) -> Result<Rebuilt, JobError> {
        let mut store = self.store()?;
        let _held = store.lock_sync()?;
        progress.step("drawing all conclusions anew in a copy");
        let (settings, today) = (self.adopted(&store)?, self.today());
        // What the days since the last sync have brought is no difference.
        derive::run(&mut store, &settings, today)?;
        let before = store.digests()?;
        let after = store.in_a_copy(|copy| {
            copy.clear_derived()?;
            derive::run(copy, &settings, today)?;
            copy.digests()
        })?;
        self.rebuilt(&before, &after)
    }

    fn rebuilt(&self, before: &[(String, String)], after: &[(String, String)]) -> Result<Rebuilt, JobError> {
        let of = |digests: &[(String, String)]| {
            digests
                .iter()
                .find(|(table, _)| table == "all")
                .map(|(_, digest)| digest.clone())
                .unwrap_or_default()
        };
        let differs = |((table, a), (_, b)): (&(String, String), &(String, String))| {
            (a != b && table != "all").then(|| table.clone())
        };
        let overview = View::open(&self.config.store)?.overview()?;
        Ok(Rebuilt {
            kept: of(before),
            derived: of(after),
            differing: before.iter().zip(after).filter_map(differs).collect(),
            accounts: overview.accounts,
            people: overview.people,
            activities: overview.activities,
        })
    }

    /// All activities in the ledger's order, until `each` breaks.
    pub fn activities(
        &mut self,
        all: bool,
        each: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> Result<(), JobError> {
        Ok(self.reading()?.export_activities(all, each)?)
    }

    /// All people by id, until `each` breaks.
    pub fn people(
        &mut self,
        all: bool,
        each: &mut dyn FnMut(PersonDetail) -> ControlFlow<()>,
    ) -> Result<(), JobError> {
        let when = When::now(self.today());
        Ok(self.reading()?.export_people(all, when, each)?)
    }

    /// Who would stand elsewhere under other rules; nothing is adopted. By account and name.
    pub fn try_rules(&mut self, rules: &Rules) -> Result<Vec<Tried>, JobError> {
        let today = self.today();
        Ok(try_rules::differing(self.reading()?, rules, today)?)
    }

    /// The settings that conclusions are drawn with.
    fn adopted(&self, store: &Store) -> Result<Settings, JobError> {
        let Some((_, body)) = store.adopted()? else { return Ok(self.config.settings.clone()) };
        self.read_settings(&body)
    }

    fn read_settings(&self, body: &str) -> Result<Settings, JobError> {
        serde_json::from_str(body).map_err(|error| JobError::Settings {
            store: self.config.store.display().to_string(),
            detail: error.to_string(),
        })
    }

    /// The first settings of a store need no consent.
    fn settings_in_force(&self, store: &mut Store) -> Result<(), JobError> {
        if store.adopted()?.is_none() {
            self.adopt(store)?;
        }
        Ok(())
    }

    fn adopt(&self, store: &mut Store) -> Result<(), JobError> {
        let body = serde_json::to_string(&self.config.settings).unwrap_or_default();
        store.adopt(&self.hash(), &body, self.now(), &self.author)?;
        keep::save(&self.config, store)
    }

    fn hash(&self) -> String {
        self.config.settings.hash(lists::TEXTS)
    }

    /// How the present settings differ from those that conclusions are drawn with; empty when they do not.
    pub fn difference(&self, adopted: Option<(String, String)>) -> Result<Vec<String>, JobError> {
        let Some((hash, body)) = adopted else { return Ok(Vec::new()) };
        // Whoever only names a store says nothing about how to conclude.
        let says_nothing = self.config.path.is_none() && self.config.sources.is_empty();
        if says_nothing || hash == self.hash() {
            return Ok(Vec::new());
        }
        let mut lines = match self.read_settings(&body) {
            Ok(adopted) => adopt::difference(&adopted, &self.config.settings),
            Err(JobError::Settings { detail, .. }) => vec![format!("- cannot be read: {detail}")],
            Err(error) => return Err(error),
        };
        if lines.is_empty() {
            lines.push("~ the rules and lists of this version of buyin".to_owned());
        }
        Ok(lines)
    }

    fn agree(&self, store: &mut Store, consent: &mut Consent<'_>) -> Result<(), JobError> {
        self.settings_in_force(store)?;
        let adopted = store.adopted()?;
        let lines = self.difference(adopted.clone())?;
        let only_more = adopted.is_some_and(|(_, body)| {
            self.read_settings(&body)
                .is_ok_and(|adopted| adopt::only_adds_sources(&adopted, &self.config.settings))
        });
        if !lines.is_empty() && (only_more || consent(&lines)) {
            self.adopt(store)?;
        }
        Ok(())
    }
}

/// From so many new rows on it is worth while to move them into the store's file by a thread of its own.
const MANY: u64 = 1_000;

/// Concludes what a sync brought; much of it goes into the file meanwhile.
fn conclude(
    store: &mut Store,
    settings: &Settings,
    report: &SyncReport,
    today: Day,
) -> Result<(), StoreError> {
    let brought: u64 = report.sources.iter().map(|source| source.new + source.changed).sum();
    let path = store.path().to_owned();
    thread::scope(|scope| {
        // What it does not manage the next one does, which also says why it cannot be done.
        let moving = (brought >= MANY).then(|| scope.spawn(|| Store::checkpoint_beside(&path).is_ok()));
        let done = derive::run(store, settings, today).map(|_| ());
        let _moved = moving.map(thread::ScopedJoinHandle::join);
        done
    })
}
