//! Arguments -> configuration -> command or explorer; exit codes.

use std::{
    env,
    ffi::OsString,
    fs, io,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    thread,
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use buyin::{
    cli::{
        Exit,
        args::{self, Args, Color, Command, ConfigCommand, Demo, Open},
        dispatch,
        live::Live,
        progress,
        session::{CliError, Failure, Session, when},
        show, usage,
    },
    config::{self, Config},
    domain::{
        sync::{Manner, SourceReport, SourceState, Trouble},
        text,
        time::Day,
    },
    jobs::{clock::Clock, shell::Shell, sync::Stop},
    tui::{self, Charset, Choices},
};

fn main() -> ExitCode {
    outlive_file_limits();
    let args = match args::parse(env::args_os()) {
        Ok(args) => args,
        Err(error) => return usage::refuse(&error, &mut io::stdout(), &mut io::stderr()).into(),
    };
    let signal = Arc::new(AtomicI32::new(0));
    let exit =
        dispatch::alone(&args).unwrap_or_else(|| dispatch::end(run(&args, &signal).map_err(CliError::from)));
    if exit == Exit::Stopped {
        // Whoever waits for the program shall see what has ended it.
        let _unknown = signal_hook::low_level::emulate_default_handler(signal.load(Ordering::SeqCst));
    }
    exit.into()
}

/// The first signal stops a sync in good order; one at another time, or the next, ends the program at once.
fn stop_on_signals(stop: Stop, last: &Arc<AtomicI32>) {
    match Signals::new([SIGINT, SIGTERM, SIGHUP]) {
        Ok(mut signals) => {
            let last = Arc::clone(last);
            thread::spawn(move || {
                for signal in signals.forever() {
                    last.store(signal, Ordering::SeqCst);
                    if !stop.ask() {
                        let _unknown = signal_hook::low_level::emulate_default_handler(signal);
                    }
                }
            });
        }
        Err(error) => {
            // Then they end the program at once, as they usually do.
            let _closed = writeln!(io::stderr(), "buyin: signals cannot be watched: {error}");
        }
    }
}

/// A limit on file sizes shall be an error of the write, not the end of the program.
fn outlive_file_limits() {
    #[cfg(unix)]
    if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default()) {
        // Only the words at such a limit are lost.
        let _closed = writeln!(io::stderr(), "buyin: file size limits cannot be watched: {error}");
    }
}

fn run(args: &Args, signal: &Arc<AtomicI32>) -> Result<Exit, Failure> {
    match &args.command {
        Some(Command::Config(asked)) => configure(args, asked.what),
        Some(Command::Open(asked)) => open(args, asked),
        Some(Command::Demo(asked)) => demo(args, asked),
        None => {
            let shell = shell(args, load(args)?)?;
            explore(args, &shell, None)
        }
        Some(command) => {
            let adopt = matches!(command, Command::Sync(asked) if asked.adopt)
                || matches!(command, Command::Rebuild(asked) if asked.adopt);
            let mut live = Live { shell: shell(args, load(args)?)?, adopt };
            if matches!(command, Command::Sync(_)) {
                stop_on_signals(live.shell.stop.clone(), signal);
            }
            let (config, today) = (live.shell.config.clone(), live.shell.today());
            let mut frame = |session: &mut dyn Session, show: &args::Show| {
                let when = when(show.at, today)?;
                let label = when.as_of.map(|day| format!("buyin as of {day}"));
                let choices = choices(args, &config, today, label)?;
                let (screen, keys) = (show.screen.as_deref(), show.keys.as_deref());
                let mut ask = |query| session.ask(show::at(query, when));
                tui::frame(
                    &choices,
                    &mut ask,
                    screen.unwrap_or_default(),
                    keys.unwrap_or_default(),
                    show.size,
                )
                .map_err(Failure::usage)
            };
            // Without a terminal the question for its width would start programs to answer it.
            let width = io::stdout().is_terminal().then(tui::width).flatten();
            Ok(dispatch::run(args, &mut live, &mut frame, width))
        }
    }
}

/// Reads the clones with a progress bar, then explores them.
fn open(args: &Args, asked: &Open) -> Result<Exit, Failure> {
    let config = Config::default_for_open(&asked.paths).map_err(wrong)?;
    let names: Vec<&str> = config.sources.iter().map(config::SourceConfig::name).collect();
    let label = names.join(", ");
    let mut live = Live { shell: shell(args, config)?, adopt: true };
    let failed = read_all(&mut live)?;
    explore(args, &live.shell, Some(label))?;
    // Said last: it stands in the shell when the explorer has gone.
    for source in &failed {
        say(source);
    }
    Ok(if failed.is_empty() { Exit::Fine } else { Exit::Partly })
}

/// Generates the sample community, then explores it; `--no-open` prints where it is kept.
fn demo(args: &Args, asked: &Demo) -> Result<Exit, Failure> {
    let config =
        Config::demo(asked.accounts, asked.seed, Clock { fixed: args.global.now }.now()).map_err(wrong)?;
    let mut live = Live { shell: shell(args, config)?, adopt: true };
    read_all(&mut live)?;
    if !asked.no_open {
        return explore(args, &live.shell, Some(DEMO.to_owned()));
    }
    print(&format!("sqlite:{}\n", live.shell.config.store.display()))?;
    // Nobody may be reading stderr; the data is what counts.
    let _closed = writeln!(io::stderr(), "a sample community; look at it with --store and this URL");
    Ok(Exit::Fine)
}

/// What stands on every screen of the sample community.
const DEMO: &str = "DEMO";

/// Reads all sources with a progress bar; those that failed, unless all of them did.
fn read_all(live: &mut Live) -> Result<Vec<SourceReport>, Failure> {
    let mut watch = progress::watch(io::stderr().is_terminal());
    let report = live.sync(&[], Manner::default(), &mut *watch)?;
    drop(watch);
    let all = report.sources.len();
    let failed: Vec<_> =
        report.sources.into_iter().filter(|source| source.state == SourceState::Failed).collect();
    if let Some((first, others)) = failed.split_first()
        && failed.len() == all
    {
        for source in others {
            say(source);
        }
        let Trouble { message, hint } = first
            .error
            .clone()
            .unwrap_or_else(|| Trouble { message: format!("{} cannot be read", first.name), hint: None });
        return Err(Failure { message, hint, exit: Exit::Failed });
    }
    Ok(failed)
}

/// Why a source could not be read, on one line.
fn say(source: &SourceReport) {
    let Some(Trouble { message, hint }) = &source.error else { return };
    let hint = hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    // Nobody may be reading stderr; the exit code tells.
    let _closed = writeln!(io::stderr(), "{}: {message}{hint}", source.name);
}

/// Without one, what was read can still be looked at: it says how.
fn needs_a_terminal(shell: &Shell) -> Result<(), Failure> {
    if io::stdout().is_terminal() && io::stdin().is_terminal() {
        return Ok(());
    }
    let store = match &shell.config.keep {
        Some(_) => format!(" --store 'sqlite:{}'", shell.config.store.display()),
        None => String::new(),
    };
    Err(Failure::usage("the explorer needs a terminal")
        .hint(format!("`buyin accounts{store}` prints without one, `buyin show{store}` draws one frame")))
}

fn explore(args: &Args, shell: &Shell, label: Option<String>) -> Result<Exit, Failure> {
    needs_a_terminal(shell)?;
    let choices = choices(args, &shell.config, shell.today(), label)?;
    let here = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    tui::explore(shell, choices, here, env::var_os("TMUX").is_some())
        .map_err(|error| Failure::failed(error.to_string()))?;
    Ok(Exit::Fine)
}

fn configure(args: &Args, what: ConfigCommand) -> Result<Exit, Failure> {
    let named = args.global.config();
    let path = || named.clone().map_or_else(Config::default_path, Ok).map_err(wrong);
    match what {
        ConfigCommand::Init => {
            let path = path()?;
            write_new(&path, config::template())?;
            print(&format!("{}\n", path.display()))?;
        }
        ConfigCommand::Check => {
            let config = load(args)?;
            let choices = choices(args, &config, Day::default(), None)?;
            // A theme or a keymap that cannot be used would stop the explorer.
            tui::App::new(&choices, (80, 24))
                .map_err(|why| Failure::usage(text::line(&why, 400)).hint(CHOICES_HINT))?;
            if let Some((first, others)) = config.absent().split_first() {
                return Err(Failure {
                    hint: (!others.is_empty()).then(|| others.join("\n")),
                    ..Failure::usage(first)
                });
            }
            let (sources, accounts) = (config.sources.len(), config.settings.accounts.len());
            print(&format!(
                "fine: {sources} sources, {accounts} named accounts, store {}\n",
                config.store.display()
            ))?;
        }
        ConfigCommand::Path => print(&format!("{}\n", path()?.display()))?,
        ConfigCommand::Schema => print(&format!("{:#}\n", config::schema()))?,
    }
    Ok(Exit::Fine)
}

/// Never writes over a configuration.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::usage(format!("{} exists already", path.display()))
            .hint("edit it, or name another file with --config"),
        _ => Failure::failed(format!("{}: cannot be written: {error}", path.display())),
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}

/// Whoever closed the pipe has read enough.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::failed(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

fn load(args: &Args) -> Result<Config, Failure> {
    if let Some(store) = args.global.store().map_err(Failure::usage)?
        && args.global.config().is_none()
        && !Config::default_path().is_ok_and(|path| path.exists())
    {
        return Ok(Config::bare(store));
    }
    let path = Config::find(args.global.config().as_deref()).map_err(wrong)?;
    Config::load(&path).map_err(wrong)
}

fn shell(args: &Args, mut config: Config) -> Result<Shell, Failure> {
    if let Some(store) = args.global.store().map_err(Failure::usage)? {
        config.store = store;
        // A store that somebody names is no cache: it keeps its decisions itself.
        config.keep = None;
    }
    let author = ["BUYIN_AUTHOR", "USER", "LOGNAME", "USERNAME"].into_iter().find_map(set);
    let author = author.unwrap_or_default();
    let shell = Shell::new(config, Clock { fixed: args.global.now }, author.to_string_lossy());
    if args.global.verbose {
        let of = shell.config.path.as_deref().map_or("none".to_owned(), |path| path.display().to_string());
        let store = shell.config.store.display();
        // Nobody may be reading stderr; the data is what counts.
        let _closed = writeln!(io::stderr(), "configuration {of}, store {store}, author {}", shell.author);
    }
    Ok(shell)
}

const CHOICES_HINT: &str = "correct `theme` or `keymap` in the configuration, or the file that it names";

/// How the explorer looks and which keys it knows, with the files that the configuration names for that.
fn choices(args: &Args, config: &Config, today: Day, label: Option<String>) -> Result<Choices, Failure> {
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| {
            Failure::usage(format!("{}: cannot be read: {error}", path.display())).hint(CHOICES_HINT)
        })
    };
    let theme_is_file = config.theme.as_ref().is_some_and(|theme| Path::new(theme).extension().is_some());
    let colours = match args.global.color.unwrap_or_default() {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => set("NO_COLOR").is_none(),
    };
    Ok(Choices {
        label,
        theme: config.theme.clone().filter(|_| !theme_is_file),
        theme_file: match &config.theme {
            Some(path) if theme_is_file => Some(read(Path::new(path))?),
            _ => None,
        },
        keymap: config.keymap.as_deref().map(read).transpose()?,
        colours,
        charset: charset(),
        tz: "UTC".to_owned(),
        ..Choices::on(today)
    })
}

/// Plain ASCII for the Linux console and for locales that are not UTF-8.
fn charset() -> Charset {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
    let locale = locale.to_string_lossy().to_lowercase();
    let unicode = locale.contains("utf-8") || locale.contains("utf8");
    let console = set("TERM").is_some_and(|term| term == "linux" || term == "dumb");
    if unicode && !console { Charset::Unicode } else { Charset::Ascii }
}

fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[allow(clippy::needless_pass_by_value, reason = "it stands where an error is handed over")]
fn wrong(error: config::ConfigError) -> Failure {
    Failure::usage(error.to_string())
}
