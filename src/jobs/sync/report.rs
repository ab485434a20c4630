//! What became of a source and its streams: counted for the report, and kept in the store. Must not know how a
//! stream was read.

use crate::{
    config::SourceConfig,
    domain::{
        page::Page,
        sync::{SourceReport, SourceState, Standing, Trouble},
        time::Time,
    },
    sources::SourceError,
    store::{Applied, Outcome, State, Store, StoreError},
};

/// How a reading of a stream ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Complete up to then.
    Complete(Time),
    /// The host asks for more patience than there is.
    Limited(SourceError),
    Failed(SourceError),
}

/// A source of this sync, while it is read.
pub(super) struct Account<'a> {
    pub(super) config: &'a SourceConfig,
    /// Its number in the store.
    pub(super) number: u16,
    pub(super) report: SourceReport,
    /// How many of its streams have not ended.
    pub(super) open: usize,
    /// What its streams have read, and of how much.
    read: Vec<(u64, Option<u64>)>,
}

impl<'a> Account<'a> {
    pub(super) fn new(config: &'a SourceConfig, number: u16) -> Self {
        let report = SourceReport {
            name: config.name().to_owned(),
            kind: config.kind().to_owned(),
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
        Self { config, number, report, open: 0, read: Vec::new() }
    }

    /// A further stream; its place among them.
    pub(super) fn stream(&mut self) -> usize {
        self.open += 1;
        self.read.push((0, None));
        self.read.len() - 1
    }

    pub(super) fn applied(&mut self, stream: usize, page: &Page, applied: &Applied) {
        let report = &mut self.report;
        report.new += applied.new;
        report.changed += applied.changed;
        report.gone += applied.gone;
        report.fetched += applied.new + applied.changed + applied.unchanged;
        report.skipped += applied.skipped;
        if let Some((read, expected)) = self.read.get_mut(stream) {
            *read += page.read;
            *expected = page.expected.max(*expected);
        }
    }

    /// How much has been read, and of how much, as far as the streams that have begun know.
    pub(super) fn progress(&self) -> (u64, Option<u64>) {
        let read = self.read.iter().map(|(read, _)| read).sum();
        let any = self.read.iter().any(|(_, expected)| expected.is_some());
        let all = self.read.iter().map(|(read, expected)| expected.unwrap_or(0).max(*read)).sum();
        (read, any.then_some(all))
    }

    pub(super) fn stand(&mut self, standing: &Standing) {
        let report = &mut self.report;
        report.requests = standing.requests;
        report.retries = standing.retries;
        report.not_modified = standing.not_modified;
    }

    /// Keeps how a stream ended: what it is complete up to only where it is.
    pub(super) fn settle(
        &mut self,
        store: &mut Store,
        stream: &str,
        end: &End,
        now: Time,
    ) -> Result<(), StoreError> {
        let (state, until, error) = match end {
            End::Complete(until) => (State::Ok, Some((*until).min(now)), None),
            End::Limited(error) => (State::Limited, None, Some(error)),
            End::Failed(error) => (State::Failed, None, Some(error)),
        };
        if let Some(error) = error {
            self.trouble(state, error);
        }
        let message = error.map(|error| error.message.clone());
        let hint = error.and_then(|error| error.hint.clone());
        let outcome = Outcome { state, until, checked_at: now, error: message, hint };
        store.settle(self.number, stream, &outcome)
    }

    /// The worst trouble is the one that is told, the first of its kind.
    fn trouble(&mut self, state: State, error: &SourceError) {
        let failed = state == State::Failed;
        let worse = failed && self.report.state != SourceState::Failed;
        if worse || self.report.error.is_none() {
            let SourceError { message, hint } = error.clone();
            self.report.error = Some(Trouble { message, hint });
            self.report.state = if failed { SourceState::Failed } else { SourceState::Limited };
        }
    }
}
