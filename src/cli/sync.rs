//! `buyin sync`: reads the sources and says what became of each. Must not know how they are read.

use serde::Serialize;

use super::{
    Exit,
    accounts::written,
    args::{Format, Sync},
    output::{Listing, Row},
    session::{CliError, Desk},
    table::{Column, left, right},
};
use crate::domain::sync::{Manner, Progress, SourceReport, SourceState, SyncReport};

pub fn run(args: &Sync, progress: &mut dyn Progress, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let usual = Manner::default();
    let manner = Manner { full: args.full, wait: args.wait.map_or(usual.wait, |wait| wait.0) };
    let report = desk.session.sync(&args.sources, manner, progress)?;
    if report.stopped {
        let kept: u64 = report.sources.iter().map(|source| source.new + source.changed).sum();
        writeln!(desk.err, "stopped: {kept} new or changed facts are kept; `buyin sync` goes on from there")?;
        return Ok(Exit::Stopped);
    }
    match desk.style.format {
        // The report is one thing, not a list of things.
        Format::Json | Format::Jsonl => {
            serde_json::to_writer(&mut *desk.out, &report)?;
            desk.out.write_all(b"\n")?;
            desk.out.flush()?;
        }
        _ => {
            let mut list = Listing::new(desk.style, &mut *desk.out)?;
            for source in &report.sources {
                list.row(source)?;
            }
            list.end()?;
            let SyncReport { accounts, people, activities, .. } = report;
            writeln!(desk.err, "{accounts} accounts, {people} people, {activities} activities")?;
        }
    }
    for source in &report.sources {
        if let Some(error) = &source.error {
            let hint = error.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            writeln!(desk.err, "{}: {}{hint}", source.name, error.message)?;
        }
        if source.skipped > 0 {
            writeln!(
                desk.err,
                "{}: {} could not be read; `buyin doctor` names them",
                source.name, source.skipped
            )?;
        }
    }
    Ok(ending(&report))
}

/// All failed: failed. Some failed: partly.
fn ending(report: &SyncReport) -> Exit {
    let failed = report.sources.iter().filter(|source| source.state == SourceState::Failed).count();
    match failed {
        0 => Exit::Fine,
        all if all == report.sources.len() => Exit::Failed,
        _ => Exit::Partly,
    }
}

const TABLE: &[Column<SourceReport>] = &[
    left("source", |source, _| source.name.clone()),
    left("kind", |source, _| source.kind.clone()),
    left("state", |source, _| source.state.to_string()),
    right("fetched", |source, _| source.fetched.to_string()),
    right("new", |source, _| source.new.to_string()),
    right("changed", |source, _| source.changed.to_string()),
    right("gone", |source, _| source.gone.to_string()),
    right("skipped", |source, _| source.skipped.to_string()),
];

const FILE: &[Column<SourceReport>] = &[
    left("name", |source, _| source.name.clone()),
    left("kind", |source, _| source.kind.clone()),
    left("state", |source, _| source.state.to_string()),
    right("fetched", |source, _| source.fetched.to_string()),
    right("new", |source, _| source.new.to_string()),
    right("changed", |source, _| source.changed.to_string()),
    right("gone", |source, _| source.gone.to_string()),
    right("skipped", |source, _| source.skipped.to_string()),
    right("requests", |source, _| source.requests.to_string()),
    right("retries", |source, _| source.retries.to_string()),
    right("not_modified", |source, _| source.not_modified.to_string()),
    left("error", |source, _| source.error.as_ref().map(|error| error.message.clone()).unwrap_or_default()),
    left("synced_at", |source, _| written(source.synced_at)),
];

impl Row for SourceReport {
    fn table() -> &'static [Column<Self>] {
        TABLE
    }

    fn file() -> &'static [Column<Self>] {
        FILE
    }

    fn json(&self) -> impl Serialize + '_ {
        self
    }
}
