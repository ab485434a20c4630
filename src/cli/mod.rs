//! Quick checks: one file per command, data on stdout, all else on stderr. Must not know how facts are kept.

pub mod account;
pub mod accounts;
pub mod args;
pub mod check;
pub mod decide;
pub mod decisions;
pub mod dispatch;
pub mod doctor;
pub mod export;
pub mod filters;
pub mod live;
pub mod manual;
pub mod member;
pub mod members;
pub mod names;
pub mod output;
pub mod pages;
pub mod progress;
pub mod rebuild;
pub mod rules;
pub mod session;
pub mod sheet;
pub mod show;
pub mod standing;
pub mod sync;
pub mod table;
pub mod usage;
pub mod why;

/// How a command ends: the process' exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Fine = 0,
    /// Nothing matched (`check` alone).
    NoMatch = 1,
    /// Wrong usage, configuration or name.
    Usage = 2,
    /// Some sources failed; the rest was applied.
    Partly = 3,
    Failed = 4,
    /// Stopped from outside; the program ends by that signal, where there are signals.
    Stopped = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests;
