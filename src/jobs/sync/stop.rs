//! Stopping a sync from outside: the running transaction is finished, nothing more is begun. Must not know who
//! asks, nor what stops.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
    mpsc::Sender,
};

use super::Arrival;

/// A way to stop a sync; clones stop the same one.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    asked: AtomicBool,
    /// Where the writer of the running sync listens.
    bell: Mutex<Option<Sender<Arrival>>>,
}

impl Stop {
    /// Asks the running sync to stop. `false`: none is running that would, or it was asked already.
    pub fn ask(&self) -> bool {
        let bell = self.0.bell.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !self.0.asked.swap(true, Ordering::SeqCst);
        first && bell.as_ref().is_some_and(|bell| bell.send(Arrival::Stop).is_ok())
    }

    pub(super) fn is_asked(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// From now on it is listened; until the guard is dropped.
    pub(super) fn listen(&self, bell: Sender<Arrival>) -> Listening<'_> {
        *self.0.bell.lock().unwrap_or_else(PoisonError::into_inner) = Some(bell);
        Listening(self)
    }
}

pub(super) struct Listening<'a>(&'a Stop);

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        *self.0.0.bell.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
