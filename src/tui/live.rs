//! The explorer on a real store: its questions go to the reading thread, its syncs and decisions to the jobs.
//! Must not know the screens.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
};

use super::{
    app::Choices,
    msg::{Live, Progress},
    perform::{Deed, Setup, TuiError, run},
};
use crate::domain::query::When;
use crate::{
    domain::{
        decision::{About, Decision, Verb},
        ids::AccountId,
        sync::{self, SourceReport, SourceState, SyncReport},
    },
    jobs::{
        error::JobError,
        read::{Query, Reader, Reply},
        shell::Shell,
    },
};

/// Explores what a shell keeps until the user leaves. `export_to`: the folder of exported files.
pub fn explore(shell: &Shell, choices: Choices, export_to: PathBuf, tmux: bool) -> Result<(), ExploreError> {
    // The first time there is no store yet; the shell makes one.
    if !shell.config.store.exists() {
        shell.view()?;
    }
    let (deliver, replies) = channel();
    let clock = shell.clock;
    let (path, for_sync, mut for_decisions) = (shell.config.store.clone(), shell.another(), shell.another());
    let reader = Reader::start(
        move || crate::jobs::read::open(&path),
        // The explorer has gone when nobody listens.
        move |ticket, reply| drop(deliver.send((ticket, reply))),
    );
    let (tell, progress) = channel();
    let reader = Arc::new(reader);
    let opening = Arc::clone(&reader);
    let setup = Setup {
        choices,
        today: Box::new(move || clock.now().day()),
        ask: Box::new(move |ticket, query| reader.ask(ticket, query)),
        replies,
        // Before the terminal is touched: a store that cannot be used is said in the shell.
        ready: Box::new(move || opening.opened()),
        progress: Some(progress),
        sync: (!shell.config.sources.is_empty()).then(|| sync_with(for_sync, tell)),
        decide: Some(Box::new(move |deed| decide(&mut for_decisions, deed))),
        store: Some(shell.config.store.clone()),
        export_to,
        tmux,
    };
    Ok(run(setup)?)
}

/// Why the explorer could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Screen(#[from] TuiError),
}

fn sync_with(mut shell: Shell, tell: Sender<Progress>) -> Box<dyn FnMut() -> Result<(), String> + Send> {
    Box::new(move || {
        let mut teller = Teller { tell: tell.clone(), live: BTreeMap::new() };
        // Changed settings are not adopted behind the user's back: `buyin sync` shows and asks.
        let done = shell.sync(&[], sync::Manner::default(), &mut |_| false, &mut teller);
        let told = match &done {
            Ok(report) => summary(report),
            Err(error) => Progress::Failed(error.to_string()),
        };
        drop(tell.send(told));
        done.map(drop).map_err(|error| error.to_string())
    })
}

/// A sync in one line.
fn summary(report: &SyncReport) -> Progress {
    let failed = report.sources.iter().find(|source| source.state == SourceState::Failed);
    if let Some((source, error)) = failed.and_then(|source| Some((source, source.error.as_ref()?))) {
        let hint = error.hint.as_ref().map_or(String::new(), |hint| format!("; {hint}"));
        return Progress::Failed(format!("{}: {}{hint}", source.name, error.message));
    }
    let new: u64 = report.sources.iter().map(|source| source.new + source.changed).sum();
    Progress::Done(if new == 0 {
        "synced: nothing new".to_owned()
    } else {
        format!("synced: {new} new facts")
    })
}

fn decide(shell: &mut Shell, deed: Deed) -> Result<String, String> {
    let failed = |error: JobError| error.to_string();
    match deed {
        Deed::Verb(verb, reason) => {
            let decision = shell.decide(verb, reason.as_deref()).map_err(failed)?;
            Ok(kept(&decision))
        }
        Deed::UndoLast => match shell.undo_last().map_err(failed)? {
            Some(decision) => {
                Ok(format!("undid {}, made {}", said(shell, &decision.verb), decision.at.day()))
            }
            None => Err("there is no decision of yours to undo".to_owned()),
        },
    }
}

/// What is said of a decision; that an account leaves the default view is never left for the user to find out.
fn kept(decision: &Decision) -> String {
    let word = decision.verb.text();
    match decision.verb {
        Verb::Relation { relation, .. } if !relation.is_market() => {
            format!("{word} kept; u undoes it; hidden now, a shows it ({})", decision.id)
        }
        _ => format!("{word} kept; u undoes it ({})", decision.id),
    }
}

/// A decision in words: what it says of whom.
fn said(shell: &mut Shell, verb: &Verb) -> String {
    let when = When::now(shell.today());
    let mut account = |id: AccountId| match shell.ask(&Query::Account { id, when }) {
        Reply::Account(Some(detail)) => detail.row.name,
        _ => id.to_string(),
    };
    match verb {
        Verb::Relation { account: id, relation } => return format!("{} is {relation}", account(*id)),
        Verb::Note { about: About::Account(id), text } => {
            return format!("the note on {}: {text}", account(*id));
        }
        _ => {}
    }
    let Some(id) = verb.person() else { return format!("a {}: {}", verb.text(), verb.what()) };
    let name = match shell.ask(&Query::Person { id, when }) {
        Reply::Person(Some(detail)) => detail.row.name,
        _ => id.to_string(),
    };
    match verb {
        Verb::Note { text, .. } => format!("the note on {name}: {text}"),
        Verb::Pin { .. } => format!("{name} pinned as {}", verb.what()),
        Verb::Climber { .. } | Verb::LeaveAlone { .. } | Verb::MovedOn { .. } => {
            format!("{name}: {}", verb.what())
        }
        Verb::Correct { .. } => format!("{name} belongs to {}", verb.what()),
        other => format!("a {} on {name}", other.text()),
    }
}

/// Tells the explorer how a sync goes on.
struct Teller {
    tell: Sender<Progress>,
    live: BTreeMap<String, Live>,
}

impl Teller {
    fn say(&self, text: String) {
        // The explorer may have been left meanwhile; the sync goes on to its end.
        drop(self.tell.send(Progress::Running(text)));
    }

    fn live(&mut self, source: &str, change: impl FnOnce(&mut Live)) {
        let live = self.live.entry(source.to_owned()).or_default();
        change(live);
        drop(self.tell.send(Progress::Source(source.to_owned(), Box::new(live.clone()))));
    }
}

impl sync::Progress for Teller {
    fn advance(&mut self, source: &str, done: u64, expected: Option<u64>) {
        self.say(match expected {
            Some(expected) => format!("{source} {done} of {expected}"),
            None => format!("{source} {done}"),
        });
        self.live(source, |live| (live.done, live.expected) = (done, expected));
    }

    fn stand(&mut self, source: &str, standing: &sync::Standing) {
        let waits = standing.waits.clone();
        let waited = self.live.get(source).is_some_and(|live| live.standing.waits.is_some());
        self.live(source, |live| live.standing = standing.clone());
        match waits {
            Some((until, what)) => self.say(format!("{source} waits until {until}: {what}")),
            None if waited => self.say(format!("{source} goes on")),
            None => {}
        }
    }

    fn finish(&mut self, report: &SourceReport) {
        self.say(format!("{} {}", report.name, report.state));
        self.live(&report.name, |live| (live.over, live.standing.waits) = (true, None));
    }

    fn step(&mut self, what: &str) {
        self.say(what.to_owned());
    }
}

/// The columns of the terminal that stdout is, for tables.
pub fn width() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        account::Relation,
        ids::{AccountId, DecisionId},
        time::Time,
    };

    #[test]
    fn a_relation_outside_the_market_is_said_to_hide_the_account() {
        for relation in Relation::ALL.iter().copied() {
            let verb = Verb::Relation { account: AccountId::default(), relation };
            let text = kept(&Decision {
                id: DecisionId::default(),
                at: Time::default(),
                author: "dana".to_owned(),
                reason: None,
                verb,
                undone_by: None,
            });
            assert!(text.starts_with("relation kept; u undoes it"), "{text}");
            assert_eq!(text.contains("; hidden now, a shows it"), !relation.is_market(), "{text}");
        }
    }
}
