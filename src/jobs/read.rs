//! Questions to the store, as plain data, and their answers: the one way in which screens and commands
//! see what is kept. [`Reader`] answers them on a thread of its own, so that input never waits.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use serde::{Deserialize, Serialize};

use super::{answers, why};
use crate::store::{InterruptHandle, StoreError, View};

pub use crate::domain::{
    account::{AccountDetail, AccountRow},
    activity::{ActivityRow, Of, TimelineRow},
    person::{MemberRow, PersonDetail, PersonRow},
    query::{Meaning, Overview, SourceRow},
};
use crate::domain::{
    filter::Filter,
    ids::{AccountId, PersonId},
    query::{AccountSort, PersonSort, Slice, When, Window},
    time::Day,
    why::{Why, WhyAbout, WhyOf},
};

/// A question. It carries all that its answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    Overview,
    Accounts {
        filter: Filter,
        sort: AccountSort,
        all: bool,
        when: When,
        window: Window,
    },
    Account {
        id: AccountId,
        when: When,
    },
    /// What lists leave out, of a page of accounts.
    Details {
        rows: Vec<AccountRow>,
        when: When,
    },
    /// Whether a source behind an account is not in order.
    Stale {
        account: AccountId,
    },
    /// The people of an account, members and former ones.
    Members {
        account: AccountId,
        sort: PersonSort,
        when: When,
        window: Window,
    },
    People {
        filter: Filter,
        sort: PersonSort,
        when: When,
        window: Window,
    },
    Person {
        id: PersonId,
        when: When,
    },
    /// Newest first.
    Activities {
        of: Of,
        when: When,
        window: Window,
    },
    Sources,
    /// The ledger behind a number.
    Why {
        about: WhyAbout,
        of: WhyOf,
        when: When,
    },
    /// The nearest day after (or before) one on which something happened: to anybody, an account, a person.
    Change {
        of: Option<Of>,
        from: Day,
        forward: bool,
    },
    /// What a NAME of the command line may mean.
    Resolve {
        name: String,
    },
}

/// The answer to the [`Query`] of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    Overview(Overview),
    Accounts(Slice<AccountRow>),
    /// `None`: no such account (any more).
    Account(Option<Box<AccountDetail>>),
    /// In the order of the question, without decisions.
    Details(Vec<AccountDetail>),
    Stale(bool),
    Members(Slice<MemberRow>),
    People(Slice<PersonRow>),
    Person(Option<Box<PersonDetail>>),
    Activities(Slice<TimelineRow>),
    Sources(Vec<SourceRow>),
    /// `None`: there is no such number.
    Why(Option<Box<Why>>),
    Change(Option<Day>),
    Resolve(Vec<Meaning>),
    /// The store could not answer; one line with the way out.
    Failed(String),
}

impl Query {
    /// Whether an answer to `older` is no longer wanted once this is asked: the same list in another order or
    /// with another filter, as when letters of a filter are typed faster than they can be answered.
    fn supersedes(&self, older: &Self) -> bool {
        match (self, older) {
            (Self::Accounts { filter, sort, all, .. }, Self::Accounts { filter: f, sort: s, all: a, .. }) => {
                (filter, sort, all) != (f, s, a)
            }
            (Self::People { filter, sort, .. }, Self::People { filter: f, sort: s, .. }) => {
                (filter, sort) != (f, s)
            }
            _ => false,
        }
    }
}

/// Answers one question. A store that cannot answer says so in [`Reply::Failed`].
pub fn answer(view: &mut View, query: &Query) -> Reply {
    try_answer(view, query).unwrap_or_else(|error| Reply::Failed(error.to_string()))
}

fn try_answer(view: &mut View, query: &Query) -> Result<Reply, StoreError> {
    Ok(match query {
        Query::Overview => Reply::Overview(view.overview()?),
        Query::Accounts { filter, sort, all, when, window } => {
            answers::momentum_of(view, *when)?;
            Reply::Accounts(view.accounts(filter, *sort, *all, *when, window)?)
        }
        Query::Account { id, when } => {
            answers::momentum_of(view, *when)?;
            let mut detail = view.account(*id, *when)?.map(Box::new);
            answers::theme_all(view, detail.iter_mut().flat_map(|detail| &mut detail.causes))?;
            Reply::Account(detail)
        }
        Query::Details { rows, when } => {
            let mut details = view.details(rows, *when)?;
            answers::theme_all(view, details.iter_mut().flat_map(|detail| &mut detail.causes))?;
            Reply::Details(details)
        }
        Query::Stale { account } => Reply::Stale(view.is_stale(*account)?),
        Query::Members { account, sort, when, window } => {
            let mut slice = view.members(*account, *sort, *when, window)?;
            answers::theme_all(view, slice.rows.iter_mut().filter_map(|(_, row)| row.cause.as_mut()))?;
            Reply::Members(slice)
        }
        Query::People { filter, sort, when, window } => {
            Reply::People(view.people(filter, *sort, *when, window)?)
        }
        Query::Person { id, when } => {
            let mut detail = view.person(*id, *when)?.map(Box::new);
            let causes = detail.iter_mut().flat_map(|detail| {
                detail.cause.iter_mut().chain(detail.moves.iter_mut().filter_map(|row| row.cause.as_mut()))
            });
            answers::theme_all(view, causes)?;
            Reply::Person(detail)
        }
        Query::Activities { of, when, window } => Reply::Activities(view.activities(*of, *when, window)?),
        Query::Sources => Reply::Sources(view.sources()?),
        Query::Why { about, of, when } => {
            answers::momentum_of(view, *when)?;
            Reply::Why(why::answer(view, *about, *of, *when)?.map(Box::new))
        }
        Query::Change { of, from, forward } => Reply::Change(view.change(*of, *from, *forward)?),
        Query::Resolve { name } => Reply::Resolve(view.resolve(name)?),
    })
}

/// A thread with a read-only connection of its own. Questions are answered in order; those that a newer one
/// supersedes are dropped or interrupted and get no answer.
pub struct Reader {
    line: Arc<Line>,
}

/// The waiting line between those who ask and the thread that answers.
#[derive(Default)]
struct Line {
    state: Mutex<Waiting>,
    arrived: Condvar,
    opened: Condvar,
}

#[derive(Default)]
struct Waiting {
    questions: VecDeque<(u64, Query)>,
    /// What is being answered, and how to stop it.
    running: Option<Query>,
    interrupt: Option<InterruptHandle>,
    /// Whether the store could be opened, as soon as that is known.
    opened: Option<Result<(), String>>,
    closed: bool,
}

impl Reader {
    /// Starts the thread; `open` runs on it, so that a slow disk holds nobody up.
    pub fn start<O, D>(open: O, deliver: D) -> Self
    where
        O: FnOnce() -> Result<View, StoreError> + Send + 'static,
        D: Fn(u64, Reply) + Send + 'static,
    {
        let line = Arc::new(Line::default());
        let theirs = Arc::clone(&line);
        thread::spawn(move || {
            let _end = End(&theirs);
            match open() {
                Ok(view) => serve(&theirs, view, &deliver),
                Err(error) => refuse(&theirs, &error.to_string(), &deliver),
            }
        });
        Self { line }
    }

    /// Waits until the store is open; says why it cannot be opened.
    pub fn opened(&self) -> Result<(), String> {
        let mut waiting = self.line.lock();
        loop {
            if let Some(opened) = &waiting.opened {
                return opened.clone();
            }
            waiting = self.line.opened.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn ask(&self, ticket: u64, query: Query) {
        let mut waiting = self.line.lock();
        waiting.questions.retain(|(_, older)| !query.supersedes(older));
        if waiting.running.as_ref().is_some_and(|running| query.supersedes(running))
            && let Some(interrupt) = &waiting.interrupt
        {
            interrupt.interrupt();
        }
        waiting.questions.push_back((ticket, query));
        self.line.arrived.notify_one();
    }
}

/// The end of the thread, also by a panic: nobody waits for its store any more.
struct End<'a>(&'a Line);

impl Drop for End<'_> {
    fn drop(&mut self) {
        if self.0.lock().opened.is_none() {
            self.0.tell(Err("the store could not be opened: the reading thread has ended".to_owned()));
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.line.lock().closed = true;
        self.line.arrived.notify_one();
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A panic of the other side leaves plain data behind: it can still be used.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, opened: Result<(), String>) {
        self.lock().opened = Some(opened);
        self.opened.notify_all();
    }

    /// The next question; waits without waking up. `None`: nobody will ask any more.
    fn next(&self) -> Option<(u64, Query)> {
        let mut waiting = self.lock();
        waiting.running = None;
        loop {
            if waiting.closed {
                return None;
            }
            if let Some((ticket, query)) = waiting.questions.pop_front() {
                waiting.running = Some(query.clone());
                return Some((ticket, query));
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn serve(line: &Line, mut view: View, deliver: &dyn Fn(u64, Reply)) {
    line.lock().interrupt = Some(view.interrupt_handle());
    line.tell(Ok(()));
    while let Some((ticket, query)) = line.next() {
        match try_answer(&mut view, &query) {
            Ok(reply) => deliver(ticket, reply),
            Err(StoreError::Interrupted) => {}
            Err(error) => deliver(ticket, Reply::Failed(error.to_string())),
        }
    }
}

fn refuse(line: &Line, error: &str, deliver: &dyn Fn(u64, Reply)) {
    line.tell(Err(error.to_owned()));
    while let Some((ticket, _)) = line.next() {
        deliver(ticket, Reply::Failed(error.to_owned()));
    }
}

/// Opens a store for reading.
pub fn open(path: &std::path::Path) -> Result<View, StoreError> {
    View::open(path)
}
