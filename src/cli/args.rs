//! What may be written on the command line. Must not know how a command is carried out.

mod decide;
mod global;
mod values;

pub use decide::{Decide, Until, Verb};
pub use global::{Color, Format, Global};
pub use values::{OnDay, UntilDay, Wait};

use std::{ffi::OsString, path::PathBuf};

use clap::{Args as Group, Parser, Subcommand, ValueEnum};

use crate::domain::{
    query::{AccountSort, PersonSort},
    why::WhyOf,
};

/// Explore the companies and people around an open source project.
#[derive(Debug, Parser)]
#[command(
    name = "buyin",
    version,
    propagate_version = false,
    disable_help_subcommand = true,
    after_help = "Without a command the explorer opens.\nExample: buyin open ~/clones/prometheus"
)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Explore local git clones now, nothing configured
    #[command(after_help = "Example: buyin open ~/clones/prometheus")]
    Open(Open),
    /// Explore a generated sample community
    #[command(after_help = "Example: buyin demo --accounts 500 --seed 7")]
    Demo(Demo),
    /// Fetch what is new from the sources
    #[command(after_help = "Example: buyin sync prometheus --full")]
    Sync(Sync),
    /// Conclude everything anew from the facts
    #[command(after_help = "Example: buyin rebuild --check")]
    Rebuild(Rebuild),
    /// List accounts
    #[command(after_help = "Example: buyin accounts relation:prospect 'last:<14d' --sort members --limit 20")]
    Accounts(Accounts),
    /// Show one account
    #[command(after_help = "Example: buyin account acme.example")]
    Account(Account),
    /// List people who belong to accounts
    #[command(after_help = "Example: buyin members account:acme -ground:inferred --format csv")]
    Members(Members),
    /// Show one person
    #[command(after_help = "Example: buyin member 'Ada Example'")]
    Member(Member),
    /// Show what a stage, a group's support or a momentum is made of
    #[command(after_help = "Example: buyin why acme.example --of momentum")]
    Why(Why),
    /// Print what matches and exit with 1 when nothing does, for cron
    #[command(after_help = "Example: buyin check relation:prospect 'last:<7d' && notify-send 'news'")]
    Check(Check),
    /// Print the rules of the journey; check or try rules of your own
    #[command(after_help = "Example: buyin rules try rules.toml")]
    Rules(Rules),
    /// Write out everything of one sort, for other programs
    #[command(after_help = "Example: buyin export activities --format csv > activities.csv")]
    Export(Export),
    /// Record a decision; it beats every automatic conclusion
    #[command(
        after_help = "Example: buyin decide relation acme.example customer --reason 'signed in May'",
        subcommand_required = true,
        arg_required_else_help = false
    )]
    Decide(Decide),
    /// Undo a decision, as if it had never been
    #[command(after_help = "Example: buyin undo d_0123456789abcdef")]
    Undo(Undo),
    /// List decisions, newest first
    #[command(after_help = "Example: buyin decisions --format jsonl")]
    Decisions,
    /// Write, check or describe the configuration
    #[command(
        after_help = "Example: buyin config init",
        subcommand_required = true,
        arg_required_else_help = false
    )]
    Config(Config),
    /// Say what is wrong with sources, store and data, and the way out
    #[command(after_help = "Example: buyin doctor")]
    Doctor,
    /// Print one frame of the explorer as text
    #[command(after_help = "Example: buyin show --screen accounts --keys 'jj<enter>' --size 120x40")]
    Show(Show),
    /// Print completions for a shell
    #[command(
        after_help = "Example: buyin completions bash > ~/.local/share/bash-completion/completions/buyin"
    )]
    Completions(Completions),
    /// Print the manual page
    #[command(after_help = "Example: buyin man | man -l -")]
    Man,
}

#[derive(Debug, Group)]
pub struct Open {
    /// Git clones or bare repositories
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

#[derive(Debug, Group)]
pub struct Demo {
    /// How many accounts it has
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub accounts: u32,
    /// The same seed makes the same community
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Make it and print where it is kept
    #[arg(long)]
    pub no_open: bool,
}

#[derive(Debug, Clone, Copy, Default, Group)]
pub struct AsOf {
    /// As of the end of this day: 2026-03-12, or -30d, -4w before today (UTC)
    #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = values::on_day)]
    pub as_of: Option<OnDay>,
}

#[derive(Debug, Group)]
pub struct Why {
    /// Id, domain, source:handle or name of an account or a person
    pub name: String,
    /// Which number; `stage` for a person, `support` for an account without it
    #[arg(long, value_name = "NUMBER", value_parser = values::numbers())]
    pub of: Option<WhyOf>,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Check {
    /// Terms that must all hold; over accounts, or over people where they fit only those
    #[arg(value_name = "FILTER", required = true)]
    pub filter: Vec<String>,
    /// Look among people
    #[arg(long)]
    pub members: bool,
    /// Also what the default view leaves out
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Rules {
    #[command(subcommand)]
    pub what: Option<RulesCommand>,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Read a rules file and say what is wrong with it
    #[command(after_help = "Example: buyin rules check rules.toml")]
    Check { file: PathBuf },
    /// Show who would stand elsewhere under a rules file, and why; nothing is adopted
    #[command(after_help = "Example: buyin rules try rules.toml --format csv")]
    Try { file: PathBuf },
}

#[derive(Debug, Group)]
pub struct Sync {
    /// Names of sources; all without any
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Read everything again
    #[arg(long)]
    pub full: bool,
    /// How long to wait for each source whose host limits requests, such as 10m or 1h [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = values::wait)]
    pub wait: Option<Wait>,
    /// Adopt changed settings without asking
    #[arg(long)]
    pub adopt: bool,
}

#[derive(Debug, Group)]
pub struct Rebuild {
    /// Compare with what is kept and change nothing; exit 4 when it differs
    #[arg(long, conflicts_with = "adopt")]
    pub check: bool,
    /// Adopt changed settings without asking
    #[arg(long)]
    pub adopt: bool,
}

#[derive(Debug, Group)]
pub struct Accounts {
    /// Terms that must all hold, such as relation:prospect or acme
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// The order
    #[arg(long, value_name = "KEY", default_value = "last", value_parser = values::account_sorts())]
    pub sort: AccountSort,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Unconfirmed ones and every relation too
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Account {
    /// Id, domain or name
    pub name: String,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Members {
    /// Terms that must all hold, such as account:acme or 'last:<14d'
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// The order
    #[arg(long, value_name = "KEY", default_value = "last", value_parser = values::person_sorts())]
    pub sort: PersonSort,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// People without an account, your own people and bots too
    #[arg(long)]
    pub all: bool,
    /// Fill in e-mail addresses
    #[arg(long)]
    pub with_emails: bool,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Member {
    /// Id, source:handle, e-mail or name
    pub name: String,
    /// Fill in e-mail addresses
    #[arg(long)]
    pub with_emails: bool,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Export {
    pub what: What,
    /// Fill in e-mail addresses
    #[arg(long)]
    pub with_emails: bool,
    /// Also what the default view leaves out
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    Accounts,
    Activities,
    Decisions,
    People,
}

#[derive(Debug, Group)]
pub struct Undo {
    /// The decision's id, as `buyin decisions` shows it
    pub id: String,
}

#[derive(Debug, Group)]
pub struct Config {
    #[command(subcommand)]
    pub what: ConfigCommand,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigCommand {
    /// Write a commented configuration to start from
    Init,
    /// Read the configuration and say what is wrong with it
    Check,
    /// Print the path of the configuration
    Path,
    /// Print the JSON Schema of the configuration
    Schema,
}

#[derive(Debug, Group)]
pub struct Show {
    /// The screen to begin with
    #[arg(long, value_name = "SCREEN")]
    pub screen: Option<String>,
    /// Keys to press first, such as `jj<enter>`
    #[arg(long, value_name = "KEYS", allow_hyphen_values = true)]
    pub keys: Option<String>,
    /// Columns and rows
    #[arg(long, value_name = "WxH", default_value = "80x24", value_parser = values::size)]
    pub size: (u16, u16),
    #[command(flatten)]
    pub at: AsOf,
}

#[derive(Debug, Group)]
pub struct Completions {
    pub shell: clap_complete::Shell,
}

/// Reads the command line. The error is help, version or wrong usage: see [`super::usage::refuse`].
pub fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Args, clap::Error> {
    Args::try_parse_from(negations_last(line.into_iter().collect()))
}

/// A filter's `-domain:example.com` looks like a row of flags: such words go behind a `--`.
fn negations_last(line: Vec<OsString>) -> Vec<OsString> {
    let filtered = line.iter().skip(1).any(|word| word == "accounts" || word == "members" || word == "check");
    if !filtered || line.iter().any(|word| word == "--") {
        return line;
    }
    let negation = |word: &OsString| {
        let word = word.to_string_lossy();
        word.strip_prefix('-').is_some_and(|rest| {
            !rest.is_empty() && !rest.starts_with('-') && !rest.chars().all(|flag| "vh".contains(flag))
        })
    };
    let (mut last, mut first): (Vec<OsString>, Vec<OsString>) = (Vec::new(), Vec::new());
    for word in line {
        let is_day = first.last().is_some_and(|before| before == "--as-of");
        if negation(&word) && !is_day { last.push(word) } else { first.push(word) }
    }
    if !last.is_empty() {
        first.push("--".into());
        first.extend(last);
    }
    first
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::{Exit, usage::refuse};

    fn read(line: &str) -> Result<Args, clap::Error> {
        parse(std::iter::once("buyin").chain(line.split(' ').filter(|w| !w.is_empty())).map(OsString::from))
    }

    #[test]
    fn the_definitions_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_negated_term_is_a_term_and_options_may_follow_it() {
        let args = read("accounts acme -domain:example.com --limit 5 -v -owner:x").unwrap();
        assert!(args.global.verbose);
        let Some(Command::Accounts(accounts)) = args.command else { panic!("not accounts") };
        assert_eq!(accounts.filter, ["acme", "-domain:example.com", "-owner:x"]);
        assert_eq!(accounts.limit, Some(5));
        let args = read("accounts acme --as-of -30d -owner:x").unwrap();
        let Some(Command::Accounts(accounts)) = args.command else { panic!("not accounts") };
        assert_eq!((accounts.filter.len(), accounts.at.as_of), (2, Some(OnDay::Before(30))));
    }

    #[test]
    fn wrong_usage_is_told_in_two_lines_with_the_nearest_valid_word() {
        for (line, said) in [
            ("acounts", "did you mean `accounts`?"),
            ("accounts --limt 5", "did you mean `--limit`?"),
            ("accounts --sort nam", "did you mean `name`?"),
            ("accounts --sort zzz", "last, name, members, people, activities, first"),
            ("accounts --limit many", "'many'"),
            ("accounts --format xml", "table, json, jsonl, csv, md"),
            ("account", "<NAME>"),
            ("decide relation acme customr", "did you mean `customer`?"),
            ("decide", "relation, note, link, veto, pin, climber, leave-alone, moved-on, correct"),
            ("decide pin ada teachr", "did you mean `teacher`?"),
            ("decide pin ada teacher --until soon", "2027-03-01"),
            ("decide moved-on ada --on soon", "2026-03-12"),
            ("accounts --as-of yesterday", "2026-03-12"),
            ("why acme --of sup", "did you mean `support`?"),
            ("rules chek x", "did you mean `check`?"),
            ("check", "<FILTER>"),
            ("demo --accounts 0", "1..=100000"),
            ("export deals", "accounts, activities, decisions, people"),
            ("show --size 10", "120x40"),
            ("doctor --now soon", "2026-11-22"),
            ("sync --wait long", "90s, 10m or 1h"),
            ("sync --wait 200h", "168h at most"),
        ] {
            let error = read(line).expect_err(line);
            let (mut out, mut err) = (Vec::new(), Vec::new());
            assert_eq!(refuse(&error, &mut out, &mut err), Exit::Usage, "{line}");
            let err = String::from_utf8(err).unwrap();
            assert!(out.is_empty(), "{line}");
            assert!(err.contains(said), "{line}: {err}");
            assert!(err.lines().count() <= 2, "{line}: {err}");
        }
    }

    #[test]
    fn help_goes_to_stdout_and_is_fine() {
        for line in ["--help", "accounts --help", "decide note --help", "--version"] {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            assert_eq!(refuse(&read(line).expect_err(line), &mut out, &mut err), Exit::Fine);
            assert!(err.is_empty() && !out.is_empty(), "{line}");
        }
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Args::command().get_subcommands() {
            let example = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let begins = format!("Example: buyin {}", command.get_name());
            assert!(example.starts_with(&begins), "{}: {example}", command.get_name());
        }
    }

    #[test]
    fn a_store_is_a_sqlite_path() {
        let args = read("doctor --store sqlite:a/b.db").unwrap();
        assert_eq!(args.global.store(), Ok(Some(PathBuf::from("a/b.db"))));
        let why = read("doctor --store postgres://me:secret@host/db").unwrap().global.store().unwrap_err();
        assert!(why.contains("`sqlite:PATH`") && !why.contains("secret"), "{why}");
    }
}
