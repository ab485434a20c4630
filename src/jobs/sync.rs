//! A sync: sources are read on threads of their own while this one writes. Pages are applied stream by stream
//! in the order of the configuration, so that the ledgers come out the same on every machine; reading runs
//! ahead by at most two pages a stream. One failing stream stops no other. Must not know what is concluded.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use crate::{
    config::SourceConfig,
    domain::{
        page::{Page, Step},
        sync::{Progress, SourceReport, SourceState, SyncReport, Trouble},
        time::Time,
    },
    sources::{self, From, Local, SourceError},
    store::{Outcome, State, Store, StoreError, StreamState},
};

/// How many pages of a stream may wait to be written.
const AHEAD: usize = 2;
/// How many streams are read at the same time.
const READERS: usize = 2;

/// Reads `wanted` sources and applies what they bring. A source that fails is in the report; only a store
/// that cannot be written is an error. Whoever calls holds the lock of the sync.
pub fn run(
    store: &mut Store,
    wanted: &[&SourceConfig],
    full: bool,
    now: Time,
    progress: &mut dyn Progress,
) -> Result<SyncReport, StoreError> {
    let mut report = SyncReport::default();
    let mut opened = Vec::new();
    for config in wanted {
        let number = store.source(config.name(), config.kind())?;
        let source = sources::open(config);
        opened.push(Opened { config, number, source });
    }
    store.begin_load()?;
    let mut streams = Vec::new();
    for source in &opened {
        if let Ok(local) = &source.source {
            for name in local.streams() {
                let state = store.stream(source.number, &name)?;
                streams.push(Reading::new(local.as_ref(), name, state, full));
            }
        }
    }
    let written = write(store, &opened, streams, now, progress, &mut report);
    store.finish_load()?;
    written?;
    Ok(report)
}

/// A source of this sync: as configured, its number in the store, and whether it could be opened.
struct Opened<'a> {
    config: &'a SourceConfig,
    number: u16,
    source: Result<Box<dyn Local>, SourceError>,
}

/// A stream to be read, with where it goes on.
struct Reading<'a> {
    local: &'a dyn Local,
    stream: String,
    mark: Option<String>,
    todo: Vec<(i64, Step)>,
}

impl<'a> Reading<'a> {
    fn new(local: &'a dyn Local, stream: String, state: StreamState, full: bool) -> Self {
        let (mark, todo) = if full { (None, Vec::new()) } else { (state.mark, state.todo) };
        Self { local, stream, mark, todo }
    }
}

/// What a reading thread hands over.
enum Read {
    Page(Box<Page>),
    /// The end: complete up to when, if that is earlier than now; or what went wrong.
    End(Result<Option<Time>, SourceError>),
}

/// A stream being read: its name, the steps that an earlier reading left, and where its pages come out.
struct Coming {
    stream: String,
    todo: Vec<i64>,
    pages: Receiver<Read>,
}

fn write(
    store: &mut Store,
    opened: &[Opened<'_>],
    streams: Vec<Reading<'_>>,
    now: Time,
    progress: &mut dyn Progress,
    report: &mut SyncReport,
) -> Result<(), StoreError> {
    let mut coming = VecDeque::new();
    let mut work = VecDeque::new();
    for reading in streams {
        let (sender, pages) = sync_channel(AHEAD);
        let todo = reading.todo.iter().map(|(number, _)| *number).collect();
        coming.push_back(Coming { stream: reading.stream.clone(), todo, pages });
        work.push_back((reading, sender));
    }
    let work = Mutex::new(work);
    thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| read_streams(&work, now));
        }
        for source in opened {
            let done = one_source(store, source, &mut coming, now, progress);
            if done.is_err() {
                // Readers stop at their next page, when they find nobody listening.
                coming.clear();
                work.lock().unwrap_or_else(PoisonError::into_inner).clear();
            }
            let done = done?;
            progress.finish(&done);
            report.sources.push(done);
        }
        Ok(())
    })
}

/// Takes streams from the queue until none is left.
fn read_streams(work: &Mutex<VecDeque<(Reading<'_>, SyncSender<Read>)>>, now: Time) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some((reading, sender)) = next else { return };
        let todo: Vec<Step> = reading.todo.into_iter().map(|(_, step)| step).collect();
        let from = From { stream: &reading.stream, mark: reading.mark.as_deref(), todo: &todo, now };
        let read = || {
            reading.local.read(&from, &mut |page| match sender.send(Read::Page(Box::new(page))) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        };
        // A mistake in one source must not take the others with it.
        let end = panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
            Err(SourceError::new(format!("reading {} stopped by a mistake of buyin's own", reading.stream))
                .hint("please report it with the message above"))
        });
        let covered = end.map(|()| reading.local.covered(&reading.stream));
        // Nobody listens when the store could not be written: that error is the one to show.
        let _ = sender.send(Read::End(covered));
    }
}

fn one_source(
    store: &mut Store,
    source: &Opened<'_>,
    coming: &mut VecDeque<Coming>,
    now: Time,
    progress: &mut dyn Progress,
) -> Result<SourceReport, StoreError> {
    let name = source.config.name();
    let mut report = SourceReport {
        name: name.to_owned(),
        kind: source.config.kind().to_owned(),
        state: SourceState::Ok,
        fetched: 0,
        new: 0,
        changed: 0,
        gone: 0,
        skipped: 0,
        requests: 0,
        retries: 0,
        not_modified: 0,
        error: None,
        synced_at: None,
    };
    progress.advance(name, 0, None);
    match &source.source {
        Ok(local) => {
            let count = local.streams().len();
            let mut done = (0, None);
            for stream in coming.drain(..count) {
                one_stream(store, source.number, stream, now, &mut report, &mut |read, expected| {
                    done = (done.0 + read, add(done.1, expected));
                    progress.advance(name, done.0, done.1);
                })?;
            }
        }
        Err(error) => {
            fail(&mut report, error);
            settle(store, source.number, "", Err(error), now)?;
        }
    }
    if report.error.is_none() {
        report.synced_at = Some(now);
    }
    Ok(report)
}

fn add(known: Option<u64>, more: Option<u64>) -> Option<u64> {
    match (known, more) {
        (Some(known), Some(more)) => Some(known.max(more)),
        (known, more) => more.or(known),
    }
}

fn one_stream(
    store: &mut Store,
    number: u16,
    coming: Coming,
    now: Time,
    report: &mut SourceReport,
    advance: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), StoreError> {
    let mut todo = coming.todo.into_iter();
    for read in coming.pages {
        match read {
            Read::Page(page) => {
                let applied = store.apply(number, &coming.stream, &page, todo.next(), now)?;
                report.new += applied.new;
                report.changed += applied.changed;
                report.gone += applied.gone;
                report.fetched += applied.new + applied.changed + applied.unchanged;
                report.skipped += applied.skipped;
                advance(page.read, page.expected);
            }
            Read::End(end) => {
                if let Err(error) = &end {
                    fail(report, error);
                }
                return settle(store, number, &coming.stream, end.as_ref().copied(), now);
            }
        }
    }
    // The reading thread ended without a word: it can only have been stopped from outside.
    let error = SourceError::new("reading stopped before its end").hint("sync again");
    fail(report, &error);
    settle(store, number, &coming.stream, Err(&error), now)
}

fn fail(report: &mut SourceReport, error: &SourceError) {
    report.state = SourceState::Failed;
    report.error.get_or_insert(Trouble { message: error.message.clone(), hint: error.hint.clone() });
}

fn settle(
    store: &mut Store,
    number: u16,
    stream: &str,
    end: Result<Option<Time>, &SourceError>,
    now: Time,
) -> Result<(), StoreError> {
    let outcome = match end {
        Ok(covered) => {
            let until = Some(covered.unwrap_or(now).min(now));
            Outcome { state: State::Ok, until, checked_at: now, error: None, hint: None }
        }
        Err(error) => Outcome {
            state: State::Failed,
            until: None,
            checked_at: now,
            error: Some(error.message.clone()),
            hint: error.hint.clone(),
        },
    };
    store.settle(number, stream, &outcome)
}
