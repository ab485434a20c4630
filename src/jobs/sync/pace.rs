//! Time that passes while hosts are waited for: the real one, or a made-up one that jumps, so that an hour's
//! waiting can be tried in a moment. Must not know what is waited for.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How time passes.
#[derive(Debug, Clone)]
pub struct Pace(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Real(Instant),
    Made(Arc<Mutex<Made>>),
}

#[derive(Debug, Default)]
struct Made {
    now: Duration,
    waits: Vec<Duration>,
}

impl Default for Pace {
    #[allow(clippy::disallowed_methods, reason = "jobs have the clock; this one only measures waiting")]
    fn default() -> Self {
        Self(Kind::Real(Instant::now()))
    }
}

impl Pace {
    /// A time that only passes by waiting, and then at once.
    pub fn made() -> Self {
        Self(Kind::Made(Arc::default()))
    }

    /// How long this has been going on.
    pub fn now(&self) -> Duration {
        match &self.0 {
            Kind::Real(start) => start.elapsed(),
            Kind::Made(made) => made.lock().unwrap_or_else(PoisonError::into_inner).now,
        }
    }

    /// What was waited for so far, one by one; only of a made-up time.
    pub fn waits(&self) -> Vec<Duration> {
        match &self.0 {
            Kind::Real(_) => Vec::new(),
            Kind::Made(made) => made.lock().unwrap_or_else(PoisonError::into_inner).waits.clone(),
        }
    }

    /// Waits until `now` is at least `time`.
    pub(super) async fn until(&self, time: Duration) {
        match &self.0 {
            Kind::Real(start) => tokio::time::sleep(time.saturating_sub(start.elapsed())).await,
            Kind::Made(made) => {
                {
                    let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
                    let wait = time.saturating_sub(made.now);
                    if !wait.is_zero() {
                        made.waits.push(wait);
                        made.now = time;
                    }
                }
                tokio::task::yield_now().await;
            }
        }
    }
}
