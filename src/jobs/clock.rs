//! The clock: asked here and in `main` only, so that everything below gets the time as a value. `--now` stops it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::time::Time;

/// The present time, or the one that `--now` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    pub fixed: Option<Time>,
}

impl Clock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that asks")]
    pub fn now(self) -> Time {
        self.fixed.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Time(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
        })
    }
}
