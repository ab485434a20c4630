//! How a sync tells on stderr: a bar for each source on a terminal, plain lines elsewhere. Must not know what
//! is read.

use std::{collections::BTreeMap, io::Write};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::{
    sync::{Progress, SourceReport, Standing},
    time::Time,
};

/// Bars on a terminal, lines elsewhere.
pub fn watch(terminal: bool) -> Box<dyn Progress> {
    if terminal { Box::new(Bars::new()) } else { Box::new(Lines::new(std::io::stderr())) }
}

/// One bar for each source, gone when dropped.
pub struct Bars {
    all: MultiProgress,
    each: BTreeMap<String, ProgressBar>,
    step: Option<ProgressBar>,
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        Self { all, each: BTreeMap::new(), step: None }
    }

    fn add(&self, template: &str, name: &str) -> ProgressBar {
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.all.add(ProgressBar::no_length());
        bar.set_style(style.progress_chars("━━╌"));
        bar.set_prefix(name.to_owned());
        bar
    }
}

const KNOWN: &str = "{prefix:20!} {bar:30} {human_pos}/{human_len} {eta} {wide_msg}";
const UNKNOWN: &str = "{prefix:20!} {human_pos} {wide_msg}";
const STEP: &str = "{prefix}";

impl Progress for Bars {
    fn advance(&mut self, source: &str, done: u64, expected: Option<u64>) {
        if !self.each.contains_key(source) {
            let template = if expected.is_some() { KNOWN } else { UNKNOWN };
            self.each.insert(source.to_owned(), self.add(template, source));
        }
        let Some(bar) = self.each.get(source) else { return };
        if let Some(expected) = expected {
            if bar.length().is_none()
                && let Ok(style) = ProgressStyle::with_template(KNOWN)
            {
                bar.set_style(style.progress_chars("━━╌"));
            }
            bar.set_length(expected.max(done));
        }
        bar.set_position(done);
    }

    fn stand(&mut self, source: &str, standing: &Standing) {
        if let Some(bar) = self.each.get(source) {
            bar.set_message(told(standing));
        }
    }

    fn finish(&mut self, report: &SourceReport) {
        if let Some(bar) = self.each.remove(&report.name) {
            bar.finish_and_clear();
        }
    }

    fn step(&mut self, what: &str) {
        if let Some(bar) = self.step.take() {
            bar.finish_and_clear();
        }
        let bar = self.add(STEP, what);
        bar.tick();
        self.step = Some(bar);
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that is gone.
        let _gone = self.all.clear();
    }
}

/// How a source stands with its host: what it waits for, else what is left of its budget.
fn told(standing: &Standing) -> String {
    match (&standing.waits, standing.left, standing.of) {
        (Some((until, what)), _, _) => format!("waits until {until}: {what}"),
        (None, Some(left), Some(of)) => format!("{left} of {of} requests left"),
        (None, Some(left), None) => format!("{left} requests left"),
        (None, None, _) => String::new(),
    }
}

/// A line when a source waits or is done, and when a step begins.
pub struct Lines<W: Write> {
    err: W,
    /// Until when each source was last said to wait.
    waiting: BTreeMap<String, Time>,
}

impl<W: Write> Lines<W> {
    pub fn new(err: W) -> Self {
        Self { err, waiting: BTreeMap::new() }
    }
}

impl<W: Write> Progress for Lines<W> {
    fn advance(&mut self, _: &str, _: u64, _: Option<u64>) {}

    fn stand(&mut self, source: &str, standing: &Standing) {
        let Some((until, _)) = standing.waits else { return };
        if self.waiting.insert(source.to_owned(), until) != Some(until) {
            // Nobody may be reading stderr; the data is what counts.
            let _closed = writeln!(self.err, "{source}: {}", told(standing));
        }
    }

    fn finish(&mut self, report: &SourceReport) {
        let SourceReport { name, state, fetched, new, changed, gone, skipped, .. } = report;
        // Nobody may be reading stderr; the data is what counts.
        let _closed = writeln!(
            self.err,
            "{name}: {state}, {fetched} fetched, {new} new, {changed} changed, {gone} gone, {skipped} skipped"
        );
    }

    fn step(&mut self, what: &str) {
        let _closed = writeln!(self.err, "{what}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_said_once_with_its_end_and_its_reason() {
        let mut lines = Lines::new(Vec::new());
        let until = Time::parse("2026-11-22T09:14:00Z");
        let standing = |waits: bool| Standing {
            left: Some(0),
            waits: until.filter(|_| waits).map(|until| (until, "its rate limit is spent".to_owned())),
            ..Standing::default()
        };
        for waits in [false, true, true, false, true] {
            lines.stand("gh", &standing(waits));
        }
        let said = String::from_utf8(lines.err).unwrap();
        assert_eq!(said, "gh: waits until 2026-11-22T09:14:00Z: its rate limit is spent\n");
    }

    #[test]
    fn a_bar_tells_what_is_left_of_the_budget() {
        let told = |left, of| told(&Standing { left, of, ..Standing::default() });
        assert_eq!(told(Some(4_987), Some(5_000)), "4987 of 5000 requests left");
        assert_eq!(told(Some(3), None), "3 requests left");
        assert_eq!(told(None, None), "");
    }
}
