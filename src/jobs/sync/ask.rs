//! Asking one step of a host until there is a page or a reason why there is none: turns, waiting, tries, and what
//! the host says of its budget. Must not know the store nor any API.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    panic::{self, AssertUnwindSafe},
    rc::Rc,
    sync::{Arc, mpsc::Sender},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{
    patience::{Chance, Patience, THROTTLES, TRIES, pause},
    remote::{Arrival, Ended, Place, Stream, Timing, mistake},
};
use crate::{
    domain::{
        page::{Page, Skipped, Step},
        sync::Standing,
        time::Time,
    },
    jobs::http::{Client, Unanswered},
    sources::{
        SourceError, answer,
        remote::{Asked, Fault, Method, Remote, Request, Response},
    },
};

/// How many streams of a source are read at the same time, beside those that its host is asked by: while one is
/// waited for, others go on, and the first ones still end first.
const STREAMS: usize = 2;

/// Up to here it is no waiting but the pace at which a host is asked.
const PACING: Duration = Duration::from_secs(5);

/// A source and its host, shared by its streams.
pub(super) struct Site {
    index: usize,
    pub(super) remote: Arc<dyn Remote>,
    client: Client,
    pub(super) retain_days: Option<u32>,
    pub(super) turns: Semaphore,
    /// As many requests as the host may be sent at the same time.
    host: Rc<Semaphore>,
    timing: Timing,
    to: Sender<Arrival>,
    state: RefCell<State>,
}

struct State {
    spent: BTreeMap<&'static str, Spent>,
    patience: Patience,
    chance: Chance,
    standing: Standing,
    /// Why no stream can be read on.
    dead: Option<SourceError>,
}

/// A budget that has nothing left.
#[derive(Debug, Clone, Default)]
struct Spent {
    until: Duration,
    what: String,
    /// The host has not refused anything: it only says how fast it may be asked.
    pacing: bool,
}

/// What a step brought.
pub(super) struct Told {
    pub(super) page: Page,
    pub(super) tag: Option<(Vec<u8>, String)>,
}

/// Why a try brought no page.
enum Missed {
    Fault(Fault),
    /// There is no connection at all.
    Unreachable(SourceError),
}

impl Site {
    pub(super) fn new(place: Place, host: Rc<Semaphore>, timing: Timing, to: Sender<Arrival>) -> Self {
        let state = State {
            spent: BTreeMap::new(),
            patience: Patience::new(timing.wait),
            chance: Chance::new(timing.seed.wrapping_add(place.index as u64)),
            standing: Standing::default(),
            dead: None,
        };
        Self {
            index: place.index,
            turns: Semaphore::new(place.remote.at_once().max(1) + STREAMS - 1),
            remote: place.remote,
            client: place.client,
            retain_days: place.retain_days,
            host,
            timing,
            to,
            state: RefCell::new(state),
        }
    }

    pub(super) fn now(&self) -> Time {
        self.timing.at(self.timing.pace.now())
    }

    /// Asks a step until there is a page or a reason why there is none.
    pub(super) async fn ask(&self, stream: &Stream, mut step: Step) -> Result<Told, Ended> {
        let (mut failed, mut throttled) = (0, 0);
        loop {
            let request = self.remote.request(&stream.name, &step).map_err(Ended::Failed)?;
            let missed = match self.once(stream, &step, &request).await? {
                Ok(told) => return Ok(told),
                Err(missed) => missed,
            };
            match missed {
                Missed::Fault(Fault::Skip(error)) => return Ok(skipped(&request, error)),
                Missed::Fault(Fault::Stream(error)) => return Err(Ended::Failed(self.safe(error))),
                Missed::Fault(Fault::Source(error)) => return Err(self.die(error)),
                Missed::Fault(Fault::Throttled { wait, what }) => {
                    throttled += 1;
                    let until = self.throttled(request.budget, wait, &what, throttled);
                    if throttled >= THROTTLES {
                        return Err(self.limited(until, &what));
                    }
                }
                Missed::Fault(Fault::Again { error, instead }) => {
                    failed += 1;
                    // A request that shrinks is another one each time.
                    let most = if instead.is_some() { TRIES * 2 } else { TRIES };
                    if failed >= most {
                        return Err(Ended::Failed(self.safe(error)));
                    }
                    step = instead.unwrap_or(step);
                    self.rest(failed, error).await?;
                }
                Missed::Unreachable(error) => {
                    failed += 1;
                    if failed >= TRIES - 2 {
                        return Err(self.die(error));
                    }
                    self.rest(failed, error).await?;
                }
            }
            self.tell(|standing| standing.retries += 1);
        }
    }

    /// One try, when it is its turn. The outer error: nothing is asked any more.
    async fn once(
        &self,
        stream: &Stream,
        step: &Step,
        request: &Request,
    ) -> Result<Result<Told, Missed>, Ended> {
        let hash = request.conditional.then(|| hash(request));
        let tag = hash.as_ref().and_then(|hash| stream.tags.get(hash));
        let sent = {
            let _turn = self.turn(request.budget).await?;
            let sent = self.client.send(request, tag.map(String::as_str), || self.now()).await;
            self.tell(|standing| standing.requests += 1);
            sent
        };
        let response = match sent {
            Ok(response) => response,
            Err(Unanswered::Unreachable(error)) => return Ok(Err(Missed::Unreachable(error))),
            Err(Unanswered::Passing(error)) => {
                return Ok(Err(Missed::Fault(Fault::Again { error, instead: None })));
            }
            Err(Unanswered::Lasting(error)) => return Ok(Err(Missed::Fault(Fault::Stream(error)))),
        };
        self.note(request.budget, &response);
        let asked = Asked { stream: &stream.name, step, now: self.now() };
        let told = || match (response.status, tag) {
            (304, Some(tag)) => {
                self.tell(|standing| standing.not_modified += 1);
                let tag = hash.clone().map(|hash| (hash, tag.clone()));
                Ok(Told { page: self.remote.unchanged(&asked), tag })
            }
            (200..=299, _) => {
                let page = self.remote.read(&asked, &response)?;
                let tag = response.header("etag").filter(|tag| tag.len() <= 512).map(str::to_owned);
                Ok(Told { page, tag: hash.clone().zip(tag) })
            }
            _ => Err(self.remote.judge(&asked, &response).unwrap_or_else(|| answer::judge(&response))),
        };
        let told = panic::catch_unwind(AssertUnwindSafe(told));
        let told = told.unwrap_or_else(|_| Err(Fault::Stream(mistake(&stream.name))));
        Ok(told.map_err(Missed::Fault))
    }

    /// Waits until the budget has something left and the host is free; the guard keeps it for this request.
    async fn turn(&self, budget: &'static str) -> Result<tokio::sync::SemaphorePermit<'_>, Ended> {
        loop {
            self.wait(budget).await?;
            let Ok(turn) = self.host.acquire().await else {
                return Err(Ended::Failed(SourceError::new("the sync is over")));
            };
            let (now, state) = (self.timing.pace.now(), self.state.borrow());
            // While it was waited for the host, another stream may have spent the budget.
            if state.dead.is_none() && state.spent.get(budget).is_none_or(|spent| spent.until <= now) {
                return Ok(turn);
            }
        }
    }

    /// Waits until a budget has something left.
    async fn wait(&self, budget: &'static str) -> Result<(), Ended> {
        loop {
            if let Some(error) = self.state.borrow().dead.clone() {
                return Err(Ended::Failed(error));
            }
            let spent = self.state.borrow().spent.get(budget).cloned();
            match spent {
                Some(spent) if spent.until > self.timing.pace.now() => self.pass(&spent).await?,
                _ => return Ok(()),
            }
        }
    }

    /// Waits until a budget is full again. Keeping pace costs no patience.
    async fn pass(&self, spent: &Spent) -> Result<(), Ended> {
        let wait = spent.until.saturating_sub(self.timing.pace.now());
        if spent.pacing && wait <= PACING {
            self.timing.pace.until(spent.until).await;
            return Ok(());
        }
        self.sleep(spent.until, &spent.what).await
    }

    /// Waits until a point of the pace, where there is patience for it.
    async fn sleep(&self, until: Duration, what: &str) -> Result<(), Ended> {
        let granted = self.state.borrow_mut().patience.grant(self.timing.pace.now(), until);
        if !granted {
            return Err(self.limited(until, what));
        }
        let time = self.timing.at(until);
        self.tell(|standing| standing.waits = Some((time, what.to_owned())));
        self.timing.pace.until(until).await;
        self.tell(|standing| standing.waits = None);
        Ok(())
    }

    /// The pause after a try that met a passing trouble. Without patience for it the trouble is what is told.
    async fn rest(&self, failed: u32, error: SourceError) -> Result<(), Ended> {
        let pause = pause(failed, &mut self.state.borrow_mut().chance);
        let what = error.message.clone();
        let rested = self.sleep(self.timing.pace.now() + pause, &what).await;
        rested.map_err(|_| Ended::Failed(self.safe(error)))
    }

    /// Keeps that a budget is spent; until when.
    fn throttled(&self, budget: &'static str, wait: Option<u64>, what: &str, times: u32) -> Duration {
        let mut state = self.state.borrow_mut();
        let pause = pause(times, &mut state.chance);
        let asked = wait.map_or(Duration::ZERO, Duration::from_secs);
        // Who throttles again asks for more than it says; and who says nothing, for a growing pause.
        let wait = if wait.is_none() || times > 1 { asked.max(pause) } else { asked };
        let until = self.timing.pace.now().saturating_add(wait);
        let spent = state.spent.entry(budget).or_default();
        let (until, what) = (until.max(spent.until), self.client.text_without_secrets(what));
        *spent = Spent { until, what, pacing: false };
        until
    }

    /// What the host says of its budget: a spent one is not asked before it is full again.
    fn note(&self, budget: &'static str, response: &Response) {
        let Some(told) = self.remote.budget(response) else { return };
        if let (0, Some(seconds)) = (told.left, told.full_in) {
            let until = self.timing.pace.now().saturating_add(Duration::from_secs(seconds));
            let what = "its rate limit is spent".to_owned();
            let mut state = self.state.borrow_mut();
            let spent = state.spent.entry(budget).or_default();
            if until > spent.until {
                *spent = Spent { until, what, pacing: true };
            }
        }
        self.tell(|standing| (standing.left, standing.of) = (Some(told.left), told.of.or(standing.of)));
    }

    fn limited(&self, until: Duration, what: &str) -> Ended {
        let (host, time) = (self.client.host(), self.timing.at(until));
        let error = SourceError::new(format!("{host} wants to be asked again after {time}: {what}"));
        Ended::Limited(error.hint("what was read is kept; sync again then, or wait longer with --wait 1h"))
    }

    /// No stream of this source is read on.
    fn die(&self, error: SourceError) -> Ended {
        let error = self.safe(error);
        let dead = self.state.borrow_mut().dead.get_or_insert(error).clone();
        Ended::Failed(dead)
    }

    fn safe(&self, error: SourceError) -> SourceError {
        self.client.without_secrets(error)
    }

    fn tell(&self, change: impl FnOnce(&mut Standing)) {
        let mut state = self.state.borrow_mut();
        change(&mut state.standing);
        let standing = state.standing.clone();
        // Nobody listens when the sync is over before its end.
        let _over = self.to.send(Arrival::Standing { source: self.index, standing });
    }
}

/// A step that can never be answered is left out, and said.
fn skipped(request: &Request, error: SourceError) -> Told {
    let place = request.path.split('?').next().unwrap_or_default();
    let skipped = Skipped { place: crate::domain::text::line(place, 200), reason: error.message };
    Told { page: Page { skipped: vec![skipped], ..Page::default() }, tag: None }
}

/// What a request is recognised by; no secret is part of it.
fn hash(request: &Request) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(text);
    };
    add(if request.method == Method::Post { "POST" } else { "GET" });
    add(&request.path);
    for (name, value) in &request.query {
        add(name);
        add(value);
    }
    add("");
    for (name, value) in &request.headers {
        add(name);
        add(value);
    }
    add(&request.body.as_ref().map(ToString::to_string).unwrap_or_default());
    hash.finalize()[..16].to_vec()
}
