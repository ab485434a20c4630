//! From the read command line to its end: output, errors, exit code. Must not know what a command does.

use std::io::{self, BufWriter, IsTerminal, Write};

use super::{
    Exit, account, accounts,
    args::{Args, AsOf, Color, Command, Format, Global, Rules, RulesCommand},
    check, decide, decisions, doctor, export, manual, member, members, progress, rebuild, rules,
    session::{CliError, Desk, Failure, Session},
    show, sync,
    table::Style,
    why,
};

/// What is known of where the output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Stdout is a terminal.
    pub terminal: bool,
    /// Its columns, where they are known.
    pub width: Option<usize>,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
}

impl Place {
    /// Looks at stdout and the environment; the width comes from whoever can ask the terminal.
    pub fn of_stdout(width: Option<usize>) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { terminal: io::stdout().is_terminal(), width, no_color }
    }
}

impl Style {
    /// How the data of a command is written: exports are CSV unless another format is asked for.
    pub fn of(args: &Args, place: Place) -> Self {
        let Global { format, color, .. } = args.global;
        let usual = match args.command {
            Some(Command::Export(_)) => Format::Csv,
            _ => Format::Table,
        };
        let color = match color.unwrap_or_default() {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => place.terminal && !place.no_color,
        };
        Self {
            format: format.unwrap_or(usual),
            color,
            width: place.width.filter(|_| place.terminal),
            today: crate::domain::time::Day::default(),
        }
    }
}

/// Carries out the commands that need neither configuration nor store; `None`: it is none of these.
pub fn alone(args: &Args) -> Option<Exit> {
    let mut out = io::stdout().lock();
    let written = |done: io::Result<()>| done.map(|()| Exit::Fine).map_err(CliError::from);
    let done = match &args.command {
        Some(Command::Completions(asked)) => written(manual::completions(asked.shell, &mut out)),
        Some(Command::Man) => written(manual::man(&mut out)),
        Some(Command::Rules(Rules { what: Some(RulesCommand::Check { file }) })) => {
            rules::check(file, &mut out)
        }
        _ => return None,
    };
    Some(end(done))
}

/// Carries out a command on stdout and stderr. `open`, `config` and the explorer itself are not commands of a
/// session.
pub fn run(args: &Args, session: &mut dyn Session, frame: show::Frame<'_>, width: Option<usize>) -> Exit {
    let style = Style { today: session.today(), ..Style::of(args, Place::of_stdout(width)) };
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let mut err = io::stderr();
    let mut desk = Desk { session, out: &mut out, err: &mut err, style };
    let done = carry_out(args, frame, &mut desk);
    if let Err(CliError::Closed) = done {
        // What is still buffered has no reader.
        let (_out, _unread) = out.into_parts();
    }
    end(done)
}

/// Carries out a command at a desk.
pub fn carry_out(args: &Args, frame: show::Frame<'_>, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let watch = || progress::watch(io::stderr().is_terminal());
    match &args.command {
        Some(Command::Sync(asked)) => sync::run(asked, &mut *watch(), desk),
        Some(Command::Rebuild(asked)) => rebuild::run(asked, &mut *watch(), desk),
        Some(Command::Accounts(asked)) => accounts::run(asked, desk),
        Some(Command::Account(asked)) => account::run(asked, desk),
        Some(Command::Members(asked)) => members::run(asked, desk),
        Some(Command::Member(asked)) => member::run(asked, desk),
        Some(Command::Export(asked)) => export::run(asked, desk),
        Some(Command::Decide(asked)) => decide::run(asked, desk),
        Some(Command::Undo(asked)) => decide::undo(asked, desk),
        Some(Command::Decisions) => decisions::run(AsOf::default(), desk),
        Some(Command::Why(asked)) => why::run(asked, desk),
        Some(Command::Check(asked)) => check::run(asked, desk),
        Some(Command::Rules(asked)) => rules::run(asked, desk),
        Some(Command::Doctor) => doctor::run(desk),
        Some(Command::Show(asked)) => show::run(asked, frame, desk),
        Some(Command::Completions(asked)) => {
            Ok(manual::completions(asked.shell, desk.out).map(|()| Exit::Fine)?)
        }
        Some(Command::Man) => Ok(manual::man(desk.out).map(|()| Exit::Fine)?),
        None | Some(Command::Open(_) | Command::Demo(_) | Command::Config(_)) => {
            Err(Failure::usage("this command needs no session; please report this").into())
        }
    }
}

/// Says on stderr what went wrong and the way out; the exit code.
pub fn end(done: Result<Exit, CliError>) -> Exit {
    match done {
        Ok(exit) => exit,
        Err(CliError::Closed) => Exit::Fine,
        Err(CliError::Failure(failure)) => {
            let hint = failure.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
            // Nobody may be reading stderr; the exit code tells.
            let _closed = writeln!(io::stderr(), "buyin: {}{hint}", failure.message);
            failure.exit
        }
    }
}
