//! `buyin rules`: the rules in force as a file; checks a file, shows who would move under it. Must not know what
//! follows from rules.

mod file;
mod trial;

use std::{io::Write, path::Path};

use super::{
    Exit,
    args::{Format, Rules as Asked, RulesCommand},
    output::Listing,
    session::{CliError, Desk, Failure},
};
use crate::{
    config,
    domain::{
        rules::Rules,
        tried::{Trial, Tried},
    },
};

pub fn run(args: &Asked, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    match &args.what {
        None => print(&desk.session.rules()?, desk),
        Some(RulesCommand::Check { file }) => check(file, desk.out),
        Some(RulesCommand::Try { file }) => {
            let trial = desk.session.try_rules(&read(file)?)?;
            list(&trial, file, desk)
        }
    }
}

/// Checks a file; asks for neither configuration nor store.
pub(super) fn check(file: &Path, out: &mut dyn Write) -> Result<Exit, CliError> {
    let rules = read(file)?;
    let (signals, moves) = (rules.signals.len(), rules.moves.len());
    writeln!(out, "fine: {signals} signals, {moves} moves with those that ship with buyin")?;
    out.flush()?;
    Ok(Exit::Fine)
}

fn read(path: &Path) -> Result<Rules, Failure> {
    config::rules(path).map_err(|error| Failure::usage(error.to_string()))
}

fn print(rules: &Rules, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    match desk.style.format {
        Format::Json | Format::Jsonl => {
            serde_json::to_writer(&mut *desk.out, rules)?;
            desk.out.write_all(b"\n")?;
        }
        _ => desk.out.write_all(file::text(rules).as_bytes())?,
    }
    desk.out.flush()?;
    Ok(Exit::Fine)
}

/// A command that adopts what the configuration says, after its rules were tried.
const ADOPT: &str = "buyin rebuild --adopt";

fn list(trial: &Trial, path: &Path, desk: &mut Desk<'_>) -> Result<Exit, CliError> {
    let mut list = Listing::new(desk.style, &mut *desk.out)?;
    for one in &trial.changes {
        list.row(one)?;
    }
    list.end()?;
    if trial.is_same {
        writeln!(desk.err, "these rules are in force already: nothing would change")?;
        return Ok(Exit::Fine);
    }
    let members = trial.changes.iter().filter(|one| matches!(one, Tried::Member(_))).count();
    match (members, trial.changes.len() - members) {
        (0, 0) => writeln!(
            desk.err,
            "nothing would change today: everybody stands where they would, active or lapsed as they would be, and no group \
             would be judged otherwise"
        )?,
        (members, groups) => writeln!(
            desk.err,
            "today {} would stand elsewhere and {} would be judged otherwise; momentum is not compared",
            counted(members, "member"),
            counted(groups, "group")
        )?,
    }
    let path = path.display();
    writeln!(
        desk.err,
        "nothing is adopted; to adopt, write `rules = \"{path}\"` in the configuration, then `{ADOPT}`"
    )?;
    Ok(Exit::Fine)
}

/// `1 member`, `12 members`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
