//! The session of the real program: what commands ask for, done by the jobs. Must not know how output looks.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    ops::ControlFlow,
};

use super::{
    Exit,
    session::{Failure, Session},
};
use crate::{
    domain::{
        activity::ExportedActivity,
        decision::{Decision, Verb},
        health::{Finding, Rebuilt},
        person::PersonDetail,
        query::When,
        rules::Rules,
        settings::Settings,
        sync::{Manner, Progress, SyncReport},
        time::Time,
        tried::Tried,
    },
    jobs::{
        doctor,
        error::JobError,
        read::{Query, Reply},
        shell::Shell,
    },
};

/// A shell, and whether changed settings are adopted without asking (`--adopt`).
pub struct Live {
    pub shell: Shell,
    pub adopt: bool,
}

impl Session for Live {
    fn ask(&mut self, query: Query) -> Reply {
        self.shell.ask(&query)
    }

    fn decide(&mut self, verb: Verb, reason: Option<String>) -> Result<Decision, Failure> {
        Ok(self.shell.decide(verb, reason.as_deref())?)
    }

    fn decisions(&mut self) -> Result<Vec<Decision>, Failure> {
        let mut decisions = self.shell.decisions()?;
        decisions.reverse();
        Ok(decisions)
    }

    fn activities(
        &mut self,
        all: bool,
        each: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        Ok(self.shell.activities(all, each)?)
    }

    fn people(
        &mut self,
        all: bool,
        when: When,
        each: &mut dyn FnMut(PersonDetail) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        if when.as_of.is_none() {
            return Ok(self.shell.people(all, each)?);
        }
        let view = self.shell.view()?;
        view.export_people(all, when, each).map_err(|error| Failure::failed(error.to_string()))
    }

    fn rules(&mut self) -> Result<Rules, Failure> {
        if !self.shell.config.store.exists() {
            return Ok(self.shell.config.settings.rules.clone());
        }
        let adopted = self.shell.view()?.adopted().map_err(|error| Failure::failed(error.to_string()))?;
        let Some((_, body)) = adopted else { return Ok(self.shell.config.settings.rules.clone()) };
        let settings: Settings = serde_json::from_str(&body).map_err(|error| {
            Failure::failed(format!("the adopted settings cannot be read: {error}"))
                .hint("`buyin rebuild --adopt` adopts those of the configuration")
        })?;
        Ok(settings.rules)
    }

    fn try_rules(&mut self, rules: &Rules) -> Result<Vec<Tried>, Failure> {
        Ok(self.shell.try_rules(rules)?)
    }

    fn rebuild(&mut self, check: bool, progress: &mut dyn Progress) -> Result<Rebuilt, Failure> {
        if check {
            return Ok(self.shell.check(progress)?);
        }
        let adopt = self.adopt;
        Ok(self.shell.rebuild(&mut |lines| consent(adopt, lines), progress)?)
    }

    fn sync(
        &mut self,
        names: &[String],
        manner: Manner,
        progress: &mut dyn Progress,
    ) -> Result<SyncReport, Failure> {
        if self.shell.config.sources.is_empty() {
            return Err(Failure::usage("the configuration has no source to sync")
                .hint("add a [[source]]: `buyin config init` shows how; `buyin open PATH` needs none"));
        }
        let adopt = self.adopt;
        Ok(self.shell.sync(names, manner, &mut |lines| consent(adopt, lines), progress)?)
    }

    fn doctor(&mut self) -> Result<Vec<Finding>, Failure> {
        Ok(doctor::look(&mut self.shell)?)
    }

    fn now(&self) -> Time {
        self.shell.now()
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        let exit = match error {
            JobError::NoSource { .. } => Exit::Usage,
            _ => Exit::Failed,
        };
        Self { message: error.to_string(), hint: None, exit }
    }
}

/// Shows how the settings differ from those that conclusions are drawn with, and asks. Where nobody can be
/// asked, nothing is adopted and it says how to.
fn consent(adopt: bool, lines: &[String]) -> bool {
    let mut err = io::stderr().lock();
    // Nobody may be reading stderr; then nobody answers either.
    let _closed = writeln!(err, "the settings differ from those that conclusions are drawn with:");
    for line in lines {
        let _closed = writeln!(err, "  {line}");
    }
    if adopt {
        return true;
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let _closed = writeln!(err, "the earlier ones stay in force; `buyin rebuild --adopt` adopts these");
        return false;
    }
    let _closed = write!(err, "adopt these and conclude everything anew? [y/N] ");
    let _closed = err.flush();
    drop(err);
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
