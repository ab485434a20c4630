//! Effects carried out, and the loop that waits for what happens next. It sleeps on one channel: nothing
//! happens, nothing runs. Must not know what an effect is good for.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process::{self, Stdio},
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

use ratatui::Terminal;
use signal_hook::{consts::SIGTSTP, low_level::emulate_default_handler};

use super::{
    app::{App, Choices},
    effect::Effect,
    listen,
    msg::{Input, Msg, Notice, Progress},
    painter::Painter,
    terminal::{self, Taken},
    update::update,
    view::{links, view},
};
use crate::{
    domain::{decision::Verb, time::Day},
    jobs::read::{Query, Reply},
};

/// All that the explorer needs from outside.
pub struct Setup {
    pub choices: Choices,
    /// Which UTC day it is; asked whenever something happens, never in between.
    pub today: Box<dyn Fn() -> Day>,
    /// Sends a question to the store's reader; it must not block. Every question is answered on `replies`
    /// under its ticket, or another one has superseded it.
    pub ask: Box<dyn FnMut(u64, Query) + Send>,
    pub replies: Receiver<(u64, Reply)>,
    /// Waits until the store is open; why it cannot be, if it cannot.
    pub ready: Box<dyn FnOnce() -> Result<(), String>>,
    /// How far a sync is, whoever started it.
    pub progress: Option<Receiver<Progress>>,
    /// Starts a sync, which reports on `progress`. Called on a thread of its own. `None`: nothing to sync.
    pub sync: Option<Box<dyn FnMut() -> Result<(), String> + Send>>,
    /// Carries out a decision and says in one line what was done, or why not. Called on a thread of its own.
    pub decide: Option<Decide>,
    /// The store's file; writes to it and to its log are noticed.
    pub store: Option<PathBuf>,
    /// Where exported files go.
    pub export_to: PathBuf,
    /// Inside tmux, copying goes through it to the terminal outside.
    pub tmux: bool,
}

/// Carries out a decision.
pub type Decide = Box<dyn FnMut(Deed) -> Result<String, String> + Send>;

/// What is to be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// With the reason that was given.
    Verb(Verb, Option<String>),
    /// Undo the last decision of this user.
    UndoLast,
}

#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    #[error("the terminal cannot be used: {0}; buyin accounts prints without one")]
    Terminal(#[from] io::Error),
    /// A store that cannot be opened.
    #[error("{0}")]
    Store(String),
    /// A wrong theme or keymap.
    #[error("{0}")]
    Choice(String),
    #[error("buyin has stopped because of a mistake of its own; the message above tells where")]
    Panicked,
}

/// How long a frame waits for rows that are on their way: no flicker when they come soon, no silence when
/// they do not.
const PATIENCE: Duration = Duration::from_millis(25);

/// Work that may take long.
enum Job {
    Sync,
    Deed(Deed),
    Export { name: String, text: String },
    Open(String),
}

/// Runs the explorer until the user leaves it. The terminal is put right on every way out.
pub fn run(setup: Setup) -> Result<(), TuiError> {
    let Setup { choices, today, mut ask, replies, ready, progress, sync, decide, store, export_to, tmux } =
        setup;
    let size = crossterm::terminal::size()?;
    let mut app = App::new(&choices, size).map_err(TuiError::Choice)?;
    let (to, happened) = mpsc::channel();
    // The store is asked before the terminal is prepared, so that both work at the same time.
    let (asked, first): (Vec<_>, Vec<_>) =
        app.start().into_iter().partition(|effect| matches!(effect, Effect::Ask { .. }));
    for effect in asked {
        if let Effect::Ask { ticket, query } = effect {
            ask(ticket, query);
        }
    }
    terminal::on_panic(to.clone());
    listen::signals(to.clone())?;
    ready().map_err(TuiError::Store)?;
    let taken = Taken::take()?;
    forward(replies, to.clone(), |(ticket, reply)| Msg::Reply { ticket, reply });
    if let Some(progress) = progress {
        forward(progress, to.clone(), Msg::Progress);
    }
    listen::input(to.clone());
    if let Some(file) = store {
        // Without the notice other programs' writes are seen late; that is no reason not to start.
        if let Err(error) = listen::store(&file, to.clone()) {
            app.notice = Some(Notice::bad(format!("changes by others will not be noticed: {error}")));
        }
    }
    let jobs = work(to, sync, decide, export_to);
    let mut outside = Outside {
        terminal: Terminal::new(Painter::new(terminal::out()?, size))?,
        today,
        ask,
        jobs,
        tmux,
        quit: false,
        pending: Vec::new(),
    };
    let ended = outside.live(&mut app, &happened, first);
    let lost = terminal::is_lost();
    drop(taken);
    if lost { Err(TuiError::Panicked) } else { ended.map_err(TuiError::from) }
}

struct Outside {
    terminal: Terminal<Painter<File>>,
    today: Box<dyn Fn() -> Day>,
    ask: Box<dyn FnMut(u64, Query) + Send>,
    jobs: Sender<Job>,
    tmux: bool,
    quit: bool,
    /// What performing effects has itself caused.
    pending: Vec<Msg>,
}

impl Outside {
    fn live(&mut self, app: &mut App, happened: &Receiver<Msg>, first: Vec<Effect>) -> io::Result<()> {
        self.perform_all(app, first)?;
        self.gather(app, happened)?;
        while !self.quit && !terminal::is_lost() {
            self.measure(app)?;
            self.draw(app)?;
            let Ok(msg) = happened.recv() else { return Ok(()) };
            self.take(app, msg)?;
            self.gather(app, happened)?;
        }
        Ok(())
    }

    /// The terminal's size as it is now: the notice of a change can be late, or lost between two of them.
    fn measure(&mut self, app: &mut App) -> io::Result<()> {
        match crossterm::terminal::size() {
            Ok((width, height)) if (width, height) != (app.width, app.height) => {
                self.take(app, Msg::Input(vec![Input::Resize { width, height }]))
            }
            _ => Ok(()),
        }
    }

    /// Takes all that has happened already, and waits a little for rows that are to be seen.
    fn gather(&mut self, app: &mut App, happened: &Receiver<Msg>) -> io::Result<()> {
        while let Ok(msg) = happened.try_recv() {
            self.take(app, msg)?;
        }
        for _ in 0..4 {
            if self.quit || !app.is_waiting() {
                break;
            }
            let Ok(msg) = happened.recv_timeout(PATIENCE) else { break };
            self.take(app, msg)?;
            while let Ok(msg) = happened.try_recv() {
                self.take(app, msg)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, app: &mut App, msg: Msg) -> io::Result<()> {
        let today = (self.today)();
        if today != app.options.today {
            let effects = update(app, Msg::Today(today));
            self.perform_all(app, effects)?;
        }
        let effects = update(app, msg);
        self.perform_all(app, effects)
    }

    fn perform_all(&mut self, app: &mut App, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            self.perform(effect)?;
        }
        for msg in std::mem::take(&mut self.pending) {
            self.take(app, msg)?;
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Ask { ticket, query } => (self.ask)(ticket, query),
            Effect::OpenLink(link) => self.job(Job::Open(link)),
            Effect::Export { name, text } => self.job(Job::Export { name, text }),
            Effect::StartSync => self.job(Job::Sync),
            Effect::Decide { verb, reason } => self.job(Job::Deed(Deed::Verb(verb, reason))),
            Effect::UndoLast => self.job(Job::Deed(Deed::UndoLast)),
            Effect::Copy(text) => match terminal::clipboard(&text, self.tmux) {
                Some(sequence) => self.out().write_all(sequence.as_bytes())?,
                None => self.pending.push(Msg::Said(Notice::bad("that is too long to be copied"))),
            },
            Effect::Mouse(on) => self.out().write_all(terminal::mouse(on))?,
            Effect::Redraw => self.terminal.clear()?,
            Effect::Suspend => self.suspend()?,
            Effect::Quit => self.quit = true,
        }
        Ok(())
    }

    fn out(&mut self) -> &mut File {
        self.terminal.backend_mut().out()
    }

    fn job(&mut self, job: Job) {
        if self.jobs.send(job).is_err() {
            self.pending.push(Msg::Said(Notice::bad("nothing works in the background any more; start anew")));
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        terminal::give_back();
        emulate_default_handler(SIGTSTP)?;
        terminal::take()?;
        let (width, height) = crossterm::terminal::size()?;
        self.pending.push(Msg::Resumed { width, height });
        Ok(())
    }

    fn draw(&mut self, app: &App) -> io::Result<()> {
        self.terminal.backend_mut().resize((app.width, app.height));
        self.terminal.backend_mut().link(links(app));
        self.terminal.draw(|frame| view(app, frame)).map(|_| ())
    }
}

fn forward<T: Send + 'static>(from: Receiver<T>, to: Sender<Msg>, msg: impl Fn(T) -> Msg + Send + 'static) {
    thread::spawn(move || {
        for one in from {
            if to.send(msg(one)).is_err() {
                return;
            }
        }
    });
}

/// The thread for work that may take long: it never holds up a key.
fn work(
    to: Sender<Msg>,
    mut sync: Option<Box<dyn FnMut() -> Result<(), String> + Send>>,
    mut decide: Option<Decide>,
    export_to: PathBuf,
) -> Sender<Job> {
    let (jobs, todo) = mpsc::channel();
    thread::spawn(move || {
        for job in todo {
            let said = match job {
                Job::Sync => match &mut sync {
                    Some(sync) => sync().map(|()| None),
                    None => Err("there is nothing to sync: no source is configured".to_owned()),
                },
                Job::Deed(deed) => match &mut decide {
                    Some(decide) => decide(deed).map(Some),
                    None => Err("decisions cannot be kept in this store".to_owned()),
                },
                Job::Export { name, text } => export(&export_to, &name, &text)
                    .map(|path| Some(format!("written to {}", path.display())))
                    .map_err(|error| format!("{} cannot be written: {error}", export_to.display())),
                Job::Open(link) => open(&link).map(|()| Some(format!("opened {link}"))),
            };
            let notice = match said {
                Ok(None) => continue,
                Ok(Some(text)) => Notice::good(text),
                Err(text) => Notice::bad(text),
            };
            let changed = to.send(Msg::Said(notice)).and_then(|()| to.send(Msg::StoreChanged));
            if changed.is_err() {
                return;
            }
        }
    });
    jobs
}

/// Writes a new file for the owner only; never over another one.
fn export(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    use std::os::unix::fs::OpenOptionsExt;
    for number in 1..1_000 {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{name}{suffix}.csv"));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => return file.write_all(text.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "too many files of that name"))
}

/// Opens a link that has been checked, without a shell.
fn open(link: &str) -> Result<(), String> {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut child = process::Command::new(opener)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{opener} cannot be started ({error}); the link can be copied instead"))?;
    thread::spawn(move || child.wait());
    Ok(())
}
