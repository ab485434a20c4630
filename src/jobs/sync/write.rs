//! The one writer of a sync: takes what arrives and applies it, page by page, each in one transaction. Must not
//! know how streams are read.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc,
        mpsc::{Receiver, Sender, TryRecvError},
    },
};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{
    Stop,
    local::{self, Read},
    remote::{self, Answer, Arrival, Ended, Place, Timing},
    report::{Account, End},
};
use crate::{
    config::SourceConfig,
    domain::{
        page::Step,
        sync::{Progress, SyncReport},
        time::Time,
    },
    sources::{Local, SourceError},
    store::{Answers, Store, StoreError},
};

/// A source that could be opened.
pub(super) enum Opened {
    Local(Arc<dyn Local>),
    /// With the streams that it names.
    Remote(Vec<String>),
}

pub(super) struct Writer<'a> {
    store: &'a mut Store,
    now: Time,
    full: bool,
    progress: &'a mut dyn Progress,
    sources: Vec<Account<'a>>,
    /// To be read, in the order of the configuration.
    local: Vec<local::Stream>,
    /// Of each local stream in that order: whose it is, and the steps that an earlier reading left.
    coming: VecDeque<Coming>,
    remote: Vec<Stream>,
    orders: Option<UnboundedSender<remote::Stream>>,
}

/// A local stream whose pages are waited for.
struct Coming {
    source: usize,
    place: usize,
    name: String,
    todo: VecDeque<i64>,
    pages: Option<Receiver<Read>>,
}

/// A stream over HTTP.
struct Stream {
    source: usize,
    place: usize,
    name: String,
    /// The numbers of the steps that wait, in their order.
    todo: VecDeque<i64>,
    /// It goes on with an earlier reading, and begins anew after it.
    resumed: bool,
    /// It was ended here: what is still to come of it is not wanted.
    broken: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(store: &'a mut Store, now: Time, full: bool, progress: &'a mut dyn Progress) -> Self {
        let (sources, local, coming, remote) = (Vec::new(), Vec::new(), VecDeque::new(), Vec::new());
        Self { store, now, full, progress, sources, local, coming, remote, orders: None }
    }

    /// Takes up a source, or why it cannot be read.
    pub(super) fn open(
        &mut self,
        config: &'a SourceConfig,
        opened: Result<Opened, SourceError>,
    ) -> Result<(), StoreError> {
        let number = self.store.source(config.name(), config.kind())?;
        let source = self.sources.len();
        self.sources.push(Account::new(config, number));
        match opened {
            Ok(Opened::Local(local)) => {
                self.store.opened(number)?;
                for name in local.streams() {
                    let state = self.store.stream(number, &name)?;
                    let (mark, todo) = if self.full { (None, Vec::new()) } else { (state.mark, state.todo) };
                    let (numbers, todo): (VecDeque<i64>, Vec<Step>) = todo.into_iter().unzip();
                    let place = self.sources[source].stream();
                    self.coming.push_back(Coming {
                        source,
                        place,
                        name: name.clone(),
                        todo: numbers,
                        pages: None,
                    });
                    self.local.push(local::Stream { local: Arc::clone(&local), name, mark, todo });
                }
            }
            Ok(Opened::Remote(streams)) => {
                self.store.opened(number)?;
                for name in streams {
                    self.remote_stream(source, name);
                }
            }
            Err(error) => self.sources[source].settle(self.store, "", &End::Failed(error), self.now)?,
        }
        Ok(())
    }

    fn remote_stream(&mut self, source: usize, name: String) -> usize {
        let place = self.sources[source].stream();
        self.remote.push(Stream {
            source,
            place,
            name,
            todo: VecDeque::new(),
            resumed: false,
            broken: false,
        });
        self.remote.len() - 1
    }

    /// Reads and applies everything.
    pub(super) fn write(
        mut self,
        arrivals: &Receiver<Arrival>,
        to: Sender<Arrival>,
        places: Vec<Place>,
        timing: Timing,
        stop: &Stop,
    ) -> Result<SyncReport, StoreError> {
        if !self.local.is_empty() {
            self.store.begin_load()?;
        }
        for source in 0..self.sources.len() {
            self.begun(source);
        }
        for (coming, pages) in
            self.coming.iter_mut().zip(local::start(std::mem::take(&mut self.local), &to, self.now))
        {
            coming.pages = Some(pages);
        }
        let mut sending = None;
        if !places.is_empty() {
            let (orders, taken) = unbounded_channel();
            sending = Some(remote::start(places, timing, taken, to));
            self.orders = Some(orders);
            for stream in 0..self.remote.len() {
                self.order(stream)?;
            }
        }
        let done = self.take_all(arrivals, stop);
        self.orders = None;
        if let Some(sending) = sending {
            // Its own mistakes have ended its streams; there is nothing else to be said here.
            let _ended = sending.join();
        }
        self.store.finish_load()?;
        done?;
        let sources = self.sources.into_iter().map(|source| source.report).collect();
        Ok(SyncReport { sources, stopped: stop.is_asked(), ..SyncReport::default() })
    }

    /// Until all streams have ended, or it is to stop.
    fn take_all(&mut self, arrivals: &Receiver<Arrival>, stop: &Stop) -> Result<(), StoreError> {
        while !stop.is_asked() && self.sources.iter().any(|source| source.open > 0) {
            match arrivals.recv() {
                Ok(Arrival::Local) => self.take_local(stop)?,
                Ok(Arrival::Answer(answer)) => self.take_answer(*answer)?,
                Ok(Arrival::End { stream, end }) => self.take_end(stream, end)?,
                Ok(Arrival::Standing { source, standing }) => {
                    self.sources[source].stand(&standing);
                    self.progress.stand(self.sources[source].config.name(), &standing);
                }
                Ok(Arrival::Stop) | Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// The progress of a source has begun; one that could not be opened is at its end.
    fn begun(&mut self, source: usize) {
        let account = &mut self.sources[source];
        self.progress.advance(account.config.name(), 0, None);
        if account.open == 0 {
            self.finished(source);
        }
    }

    fn advance(&mut self, source: usize) {
        let (done, expected) = self.sources[source].progress();
        self.progress.advance(self.sources[source].config.name(), done, expected);
    }

    /// Applies what has come of the local stream whose turn it is, and of the next ones when it has ended.
    fn take_local(&mut self, stop: &Stop) -> Result<(), StoreError> {
        while !stop.is_asked() {
            let Some(coming) = self.coming.front_mut() else { return Ok(()) };
            let read = match coming.pages.as_ref().map(Receiver::try_recv) {
                Some(Ok(read)) => read,
                Some(Err(TryRecvError::Empty)) => return Ok(()),
                // The reading thread ended without a word: it can only have been stopped from outside.
                Some(Err(TryRecvError::Disconnected)) | None => {
                    Read::End(Err(SourceError::new("reading stopped before its end").hint("sync again")))
                }
            };
            let (source, place) = (coming.source, coming.place);
            match read {
                Read::Page(page) => {
                    let done = coming.todo.pop_front();
                    let number = self.sources[source].number;
                    match self.store.apply(number, &coming.name, &page, done, self.now) {
                        Ok(applied) => {
                            self.sources[source].applied(place, &page, &applied);
                            self.advance(source);
                        }
                        Err(error) => self.end_local(&End::Failed(bad_page(error)?))?,
                    }
                }
                Read::End(end) => {
                    let end = match end {
                        Ok(covered) => End::Complete(covered.unwrap_or(self.now)),
                        Err(error) => End::Failed(error),
                    };
                    self.end_local(&end)?;
                }
            }
        }
        Ok(())
    }

    /// The local stream whose turn it was has ended; its reader stops when nobody listens.
    fn end_local(&mut self, end: &End) -> Result<(), StoreError> {
        let Some(coming) = self.coming.pop_front() else { return Ok(()) };
        self.ended(coming.source, &coming.name, end)?;
        if self.coming.is_empty() {
            // What is still to come over HTTP comes slowly, and its rows are found meanwhile.
            self.store.finish_load()?;
        }
        Ok(())
    }

    fn take_answer(&mut self, answer: Answer) -> Result<(), StoreError> {
        let Answer { stream, page, begins, tag, _turn, room } = answer;
        let of = &mut self.remote[stream];
        if of.broken {
            return Ok(());
        }
        let answers = Answers {
            done: if begins { None } else { of.todo.pop_front() },
            begins,
            tag: tag.as_ref().map(|(request, tag)| (&request[..], tag.as_str())),
        };
        let (source, place) = (of.source, of.place);
        let number = self.sources[source].number;
        let (applied, steps) = match self.store.apply_answer(number, &of.name, &page, answers, self.now) {
            Ok(done) => done,
            Err(error) => {
                let (error, name) = (bad_page(error)?, of.name.clone());
                of.broken = true;
                room.close();
                return self.ended(source, &name, &End::Failed(error));
            }
        };
        of.todo.extend(steps);
        self.sources[source].applied(place, &page, &applied);
        for name in &page.streams {
            if !self.remote.iter().any(|known| known.source == source && known.name == *name) {
                let stream = self.remote_stream(source, name.clone());
                self.order(stream)?;
            }
        }
        self.advance(source);
        Ok(())
    }

    fn take_end(&mut self, stream: usize, end: Ended) -> Result<(), StoreError> {
        let of = &self.remote[stream];
        if of.broken {
            return Ok(());
        }
        let (source, name, resumed) = (of.source, of.name.clone(), of.resumed);
        let end = match end {
            Ended::Complete => {
                let begun = self.store.stream(self.sources[source].number, &name)?.begun;
                End::Complete(begun.unwrap_or(self.now))
            }
            Ended::Limited(error) => End::Limited(error),
            Ended::Failed(error) => End::Failed(error),
        };
        if resumed && matches!(end, End::Complete(_)) {
            // What an earlier sync left is done; now comes what has happened since.
            self.sources[source].settle(self.store, &name, &end, self.now)?;
            return self.order(stream);
        }
        self.ended(source, &name, &end)
    }

    /// Has a stream over HTTP read on from where it stands.
    fn order(&mut self, stream: usize) -> Result<(), StoreError> {
        let of = &mut self.remote[stream];
        let number = self.sources[of.source].number;
        if self.full {
            self.store.restart(number, &of.name)?;
        }
        let state = self.store.stream(number, &of.name)?;
        let (numbers, todo): (VecDeque<i64>, Vec<Step>) = state.todo.into_iter().unzip();
        let tags = if self.full { BTreeMap::default() } else { self.store.tags(number, &of.name)? };
        of.resumed = !todo.is_empty();
        of.todo = numbers;
        let order = remote::Stream {
            number: stream,
            source: of.source,
            name: of.name.clone(),
            mark: state.mark.filter(|_| !self.full),
            todo,
            tags,
        };
        // Whoever sends has ended by a mistake of its own; then all its streams end.
        if self.orders.as_ref().is_none_or(|orders| orders.send(order).is_err()) {
            let (source, name) = (of.source, of.name.clone());
            let error = SourceError::new("nothing can be sent any more: a mistake of buyin's own");
            return self.ended(source, &name, &End::Failed(error.hint("please report it")));
        }
        Ok(())
    }

    fn ended(&mut self, source: usize, stream: &str, end: &End) -> Result<(), StoreError> {
        let account = &mut self.sources[source];
        account.settle(self.store, stream, end, self.now)?;
        account.open = account.open.saturating_sub(1);
        if account.open == 0 {
            self.forget_others(source)?;
            self.finished(source);
        }
        Ok(())
    }

    /// Streams that the source no longer has hold nothing back.
    fn forget_others(&mut self, source: usize) -> Result<(), StoreError> {
        let account = &self.sources[source];
        let names: Vec<&str> =
            self.remote.iter().filter(|of| of.source == source).map(|of| of.name.as_str()).collect();
        // Only of what names its streams in full: a source over HTTP that was read without trouble.
        if account.report.error.is_none() && !names.is_empty() {
            self.store.only_streams(account.number, &names)?;
        }
        Ok(())
    }

    fn finished(&mut self, source: usize) {
        let report = &mut self.sources[source].report;
        if report.error.is_none() {
            report.synced_at = Some(self.now);
        }
        self.progress.finish(report);
    }
}

/// A page that breaks its contract ends its stream; whatever else the store says ends the sync.
fn bad_page(error: StoreError) -> Result<SourceError, StoreError> {
    match error {
        StoreError::BadPage { .. } => Ok(SourceError::new(error.to_string()).hint("please report it")),
        other => Err(other),
    }
}
