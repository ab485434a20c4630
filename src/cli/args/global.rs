//! What every command may be told. Must not know the commands.

use std::{ffi::OsString, path::PathBuf};

use clap::{Args as Group, ValueEnum};

use super::values;
use crate::{config::store_url, domain::time::Time};

#[derive(Debug, Clone, Default, Group)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Configuration file (or `BUYIN_CONFIG`)
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where facts are kept, `sqlite:PATH` (or `BUYIN_STORE`)
    // Read by `Global::store`: clap would repeat a wrong one, with the password that it may hold.
    #[arg(long, global = true, value_name = "URL")]
    pub store: Option<String>,
    /// How data is written
    #[arg(long, global = true, value_name = "FORMAT", hide_default_value = true)]
    pub format: Option<Format>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<Color>,
    /// Take this for the present time, for reproducible output
    #[arg(long, global = true, value_name = "TIME", value_parser = values::time)]
    pub now: Option<Time>,
    /// Say more on stderr
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

impl Global {
    /// `--config`, else `BUYIN_CONFIG`.
    pub fn config(&self) -> Option<PathBuf> {
        self.config.clone().or_else(|| set("BUYIN_CONFIG").map(PathBuf::from))
    }

    /// The path of `--store`, else of `BUYIN_STORE`.
    pub fn store(&self) -> Result<Option<PathBuf>, String> {
        let (said_by, url) = match (&self.store, set("BUYIN_STORE")) {
            (Some(url), _) => ("--store", url.clone()),
            (None, Some(url)) => ("BUYIN_STORE", url.to_string_lossy().into_owned()),
            (None, None) => return Ok(None),
        };
        store_url(&url).map(Some).map_err(|why| format!("{said_by}: {why}"))
    }
}

fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    #[default]
    Table,
    Json,
    Jsonl,
    Csv,
    Md,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}
