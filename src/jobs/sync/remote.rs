//! Reading over HTTP: one thread sends for all sources, a few streams of each at the same time, one request at a
//! time for each host unless its source says that more are welcome. Must not know the store.

use std::{
    collections::BTreeMap,
    panic::{self, AssertUnwindSafe},
    rc::Rc,
    sync::{Arc, mpsc::Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc::UnboundedReceiver},
    task::LocalSet,
};

use super::{
    ask::{Site, Told},
    pace::Pace,
    reading::Reading,
    retain::retain,
};
use crate::{
    domain::{
        page::{Page, Step},
        sync::Standing,
        time::Time,
    },
    jobs::http::Client,
    sources::{From, SourceError, remote::Remote},
};

/// What reaches the writer.
#[derive(Debug)]
pub(super) enum Arrival {
    /// A local stream has something in a channel of its own.
    Local,
    Answer(Box<Answer>),
    /// A stream over HTTP has ended; whether it is complete, or what it met.
    End {
        stream: usize,
        end: Ended,
    },
    Standing {
        source: usize,
        standing: Standing,
    },
    Stop,
}

/// A page of a stream over HTTP.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) stream: usize,
    pub(super) page: Page,
    /// It begins a reading, and answers no step.
    pub(super) begins: bool,
    /// By what the host recognises the answer.
    pub(super) tag: Option<(Vec<u8>, String)>,
    /// Given back when the page is applied: the next one waits for it.
    pub(super) _turn: OwnedSemaphorePermit,
    /// Closed to end the stream: nothing more of it is wanted.
    pub(super) room: Arc<Semaphore>,
}

/// How a reading over HTTP ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Complete,
    /// The host asks for more patience than there is.
    Limited(SourceError),
    Failed(SourceError),
}

/// A source, with where it is asked.
pub(super) struct Place {
    /// Among the sources of this sync.
    pub(super) index: usize,
    pub(super) remote: Arc<dyn Remote>,
    pub(super) client: Client,
    pub(super) retain_days: Option<u32>,
}

/// How time passes and how long hosts are waited for.
#[derive(Debug, Clone)]
pub(super) struct Timing {
    pub(super) pace: Pace,
    /// What time it was when the pace began.
    pub(super) start: Time,
    pub(super) wait: Duration,
    pub(super) seed: u64,
}

impl Timing {
    /// The time at some point of the pace.
    pub(super) fn at(&self, point: Duration) -> Time {
        Time(self.start.0.saturating_add(i64::try_from(point.as_secs()).unwrap_or(i64::MAX)))
    }
}

/// A stream to be read, with where it goes on.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    /// Its number in this sync.
    pub(super) number: usize,
    pub(super) source: usize,
    pub(super) name: String,
    pub(super) mark: Option<String>,
    /// Steps of an earlier reading, which is gone on with; without any a reading begins.
    pub(super) todo: Vec<Step>,
    pub(super) tags: BTreeMap<Vec<u8>, String>,
}

/// Reads the streams that `orders` names until nobody can name any more; whatever is under way then is left.
pub(super) fn start(
    places: Vec<Place>,
    timing: Timing,
    orders: UnboundedReceiver<Stream>,
    to: Sender<Arrival>,
) -> JoinHandle<()> {
    thread::spawn(move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return refuse_all(orders, &to, &error.to_string()),
        };
        LocalSet::new().block_on(&runtime, serve(places, timing, orders, to));
        // A name that is being looked up is not waited for.
        runtime.shutdown_background();
    })
}

fn refuse_all(mut orders: UnboundedReceiver<Stream>, to: &Sender<Arrival>, why: &str) {
    while let Some(stream) = orders.blocking_recv() {
        let error = SourceError::new(format!("the network cannot be used: {why}"));
        let end = Arrival::End { stream: stream.number, end: Ended::Failed(error) };
        if to.send(end).is_err() {
            return;
        }
    }
}

async fn serve(
    places: Vec<Place>,
    timing: Timing,
    mut orders: UnboundedReceiver<Stream>,
    to: Sender<Arrival>,
) {
    let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
    for place in &places {
        let most = hosts.entry(place.client.origin()).or_default();
        *most = place.remote.at_once().max(1).max(*most);
    }
    let hosts: BTreeMap<_, _> =
        hosts.into_iter().map(|(origin, most)| (origin, Rc::new(Semaphore::new(most)))).collect();
    let sites: BTreeMap<usize, Rc<Site>> = places
        .into_iter()
        .filter_map(|place| {
            let host = Rc::clone(hosts.get(&place.client.origin())?);
            Some((place.index, Rc::new(Site::new(place, host, timing.clone(), to.clone()))))
        })
        .collect();
    while let Some(stream) = orders.recv().await {
        let mut ending =
            Ending { to: to.clone(), stream: stream.number, end: Ended::Failed(mistake(&stream.name)) };
        let Some(site) = sites.get(&stream.source).map(Rc::clone) else { continue };
        tokio::task::spawn_local(async move {
            ending.end = read(&site, stream, &ending.to).await;
        });
    }
}

/// Says how a stream has ended, on whatever way: the writer waits for it.
struct Ending {
    to: Sender<Arrival>,
    stream: usize,
    end: Ended,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let end = self.end.clone();
        // Nobody listens when the sync is over before its end.
        let _over = self.to.send(Arrival::End { stream: self.stream, end });
    }
}

/// Reads one stream to its end.
async fn read(site: &Site, stream: Stream, to: &Sender<Arrival>) -> Ended {
    let Ok(_turn) = site.turns.acquire().await else { return Ended::Complete };
    let room = Arc::new(Semaphore::new(1));
    let hand_over = async |page: Page, begins: bool, tag| {
        let Ok(turn) = Arc::clone(&room).acquire_owned().await else { return false };
        let room = Arc::clone(&room);
        let answer = Answer { stream: stream.number, page, begins, tag, _turn: turn, room };
        // Nobody listens when the sync is over before its end.
        to.send(Arrival::Answer(Box::new(answer))).is_ok()
    };
    let mut reading = if stream.todo.is_empty() {
        let begun = begin(site, &stream)
            .and_then(|mut page| Ok((Reading::begun(&mut page, stream.mark.is_none())?, page)));
        match begun {
            Ok((reading, page)) => {
                if !hand_over(page, true, None).await {
                    return Ended::Complete;
                }
                reading
            }
            Err(error) => return Ended::Failed(error),
        }
    } else {
        Reading::resumed(stream.todo.clone())
    };
    while let Some(step) = reading.next().cloned() {
        let Told { mut page, tag } = match site.ask(&stream, step).await {
            Ok(told) => told,
            Err(end) => return end,
        };
        if let Err(error) = reading.answered(&mut page) {
            return Ended::Failed(SourceError {
                message: format!("{}: {}", stream.name, error.message),
                ..error
            });
        }
        if let Some(days) = site.retain_days {
            retain(&mut page, site.now().plus_days(-i64::from(days)));
        }
        if !hand_over(page, false, tag).await {
            break;
        }
    }
    Ended::Complete
}

/// Where a reading begins.
fn begin(site: &Site, stream: &Stream) -> Result<Page, SourceError> {
    let from = From { stream: &stream.name, mark: stream.mark.as_deref(), todo: &[], now: site.now() };
    panic::catch_unwind(AssertUnwindSafe(|| site.remote.begin(&from))).map_err(|_| mistake(&stream.name))
}

/// A mistake in one source must not take the others with it.
pub(super) fn mistake(stream: &str) -> SourceError {
    SourceError::new(format!("reading {stream} stopped by a mistake of buyin's own"))
        .hint("please report it with the message above")
}
