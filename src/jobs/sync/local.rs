//! Reading this machine: streams of local sources are read on a few threads, each ahead of the writer by a few
//! pages at most. Must not know what is written.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, SyncSender, sync_channel},
    },
    thread,
};

use super::Arrival;
use crate::{
    domain::{
        page::{Page, Step},
        time::Time,
    },
    sources::{From, Local, SourceError},
};

/// How many pages of a stream may wait to be written.
const AHEAD: usize = 2;
/// How many streams are read at the same time.
const READERS: usize = 2;

/// A stream to be read, with where it goes on.
pub(super) struct Stream {
    pub(super) local: Arc<dyn Local>,
    pub(super) name: String,
    pub(super) mark: Option<String>,
    pub(super) todo: Vec<Step>,
}

/// What a reading thread hands over.
pub(super) enum Read {
    Page(Box<Page>),
    /// The end: complete up to when, if that is earlier than now; or what went wrong.
    End(Result<Option<Time>, SourceError>),
}

/// Reads streams in their order; each one's pages come out of a channel of its own, and every page rings `bell`.
/// The threads end by themselves when nobody listens any more.
pub(super) fn start(streams: Vec<Stream>, bell: &Sender<Arrival>, now: Time) -> VecDeque<Receiver<Read>> {
    let (mut coming, mut work) = (VecDeque::new(), VecDeque::new());
    for stream in streams {
        let (sender, pages) = sync_channel(AHEAD);
        coming.push_back(pages);
        work.push_back((stream, Out { pages: sender, bell: bell.clone() }));
    }
    let readers = READERS.min(work.len());
    let work = Arc::new(Mutex::new(work));
    for _ in 0..readers {
        let work = Arc::clone(&work);
        thread::spawn(move || read_streams(&work, now));
    }
    coming
}

/// Where the pages of a stream go.
struct Out {
    pages: SyncSender<Read>,
    bell: Sender<Arrival>,
}

impl Out {
    fn send(&self, read: Read) -> ControlFlow<()> {
        let heard = self.pages.send(read).is_ok() && self.bell.send(Arrival::Local).is_ok();
        if heard { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Takes streams from the queue until none is left.
fn read_streams(work: &Mutex<VecDeque<(Stream, Out)>>, now: Time) {
    loop {
        let next = work.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some((Stream { local, name, mark, todo }, out)) = next else { return };
        let from = From { stream: &name, mark: mark.as_deref(), todo: &todo, now };
        let read = || local.read(&from, &mut |page| out.send(Read::Page(Box::new(page))));
        // A mistake in one source must not take the others with it.
        let end = panic::catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
            Err(SourceError::new(format!("reading {name} stopped by a mistake of buyin's own"))
                .hint("please report it with the message above"))
        });
        let covered = end.map(|()| local.covered(&name));
        // Nobody listens when the store could not be written: that error is the one to show.
        let _unheard = out.send(Read::End(covered));
    }
}
