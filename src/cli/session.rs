//! What a command needs of the rest of the house. Filled by the shell; in tests by a made-up one. Must not
//! know how it is done.

use std::{io::Write, ops::ControlFlow};

use super::{Exit, args::AsOf, table::Style};
use crate::{
    domain::{
        activity::ExportedActivity,
        decision::{Decision, Verb},
        health::{Finding, Rebuilt},
        person::PersonDetail,
        query::When,
        rules::Rules,
        sync::{Manner, Progress, SyncReport},
        time::{Day, Time},
        tried::Tried,
    },
    jobs::read::{Query, Reply},
};

/// What the jobs do for a command. Everything is synchronous.
pub trait Session {
    /// Answers a question from what is kept.
    fn ask(&mut self, query: Query) -> Reply;

    /// Appends a decision to the ledger and concludes what follows from it.
    fn decide(&mut self, verb: Verb, reason: Option<String>) -> Result<Decision, Failure>;

    /// All decisions, newest first.
    fn decisions(&mut self) -> Result<Vec<Decision>, Failure>;

    /// All activities in the ledger's order, until `each` breaks. Without `all`: only people's, and only those
    /// whose dates can be used.
    fn activities(
        &mut self,
        all: bool,
        each: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> Result<(), Failure>;

    /// All people with identities and memberships, by id, until `each` breaks. Without `all`: only those who
    /// belong or belonged to an account.
    fn people(
        &mut self,
        all: bool,
        when: When,
        each: &mut dyn FnMut(PersonDetail) -> ControlFlow<()>,
    ) -> Result<(), Failure>;

    /// The rules that conclusions are drawn with.
    fn rules(&mut self) -> Result<Rules, Failure>;

    /// Who would stand elsewhere today under other rules; nothing is adopted. By account and name.
    fn try_rules(&mut self, rules: &Rules) -> Result<Vec<Tried>, Failure>;

    /// Concludes everything anew; with `check` compares and changes nothing.
    fn rebuild(&mut self, check: bool, progress: &mut dyn Progress) -> Result<Rebuilt, Failure>;

    /// Reads the named sources, or all without any name. An unknown name is wrong usage.
    fn sync(
        &mut self,
        names: &[String],
        manner: Manner,
        progress: &mut dyn Progress,
    ) -> Result<SyncReport, Failure>;

    /// Looks at configuration, sources, store and data.
    fn doctor(&mut self) -> Result<Vec<Finding>, Failure>;

    fn now(&self) -> Time;

    fn today(&self) -> Day {
        self.now().day()
    }
}

/// Why a command could not be carried out, and the way out; one line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub message: String,
    pub hint: Option<String>,
    /// [`Exit::Usage`] for wrong usage, configuration or name, else [`Exit::Failed`].
    pub exit: Exit,
}

impl Failure {
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit: Exit::Failed }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit: Exit::Usage }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How a command stops before its end.
#[derive(Debug)]
pub enum CliError {
    Failure(Failure),
    /// Whoever reads the output has read enough.
    Closed,
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::Closed;
        }
        Self::Failure(Failure::failed(format!("the output cannot be written: {error}")))
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        Self::from(std::io::Error::from(error))
    }
}

impl From<csv::Error> for CliError {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Self::from(error),
            other => Self::Failure(Failure::failed(format!("the output cannot be written: {other:?}"))),
        }
    }
}

/// The day that a command looks at: `--as-of`, else now.
pub fn when(at: AsOf, today: Day) -> Result<When, Failure> {
    let Some(day) = at.as_of.map(|day| day.day(today)) else { return Ok(When::now(today)) };
    if day > today {
        return Err(Failure::usage(format!("--as-of {day} lies in the future; today is {today}")));
    }
    Ok(When { today, as_of: (day < today).then_some(day) })
}

/// Where a command works: the session, where data and all else go, and how data is written.
pub struct Desk<'a> {
    pub session: &'a mut dyn Session,
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
    pub style: Style,
}
