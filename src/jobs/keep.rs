//! `buyin open` keeps facts in a cache that may be deleted, and decisions in the data folder, where they are
//! safe: after a lost cache they are made again, in the same order and with the same ids. Must not know
//! what they mean.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::error::JobError;
use crate::{
    config::Config,
    domain::decision::{Decision, Verb},
    store::Store,
};

/// A decision, with the settings that it adopts.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    decision: Decision,
    settings: Option<String>,
}

/// Puts the key back beside a lost cache: ids must mean the same again.
pub(super) fn before(config: &Config) -> Result<(), JobError> {
    let Some(keep) = &config.keep else { return Ok(()) };
    let (kept, wanted) = (key(keep), Store::key_path(&config.store));
    if kept.exists() && !wanted.exists() {
        copy(&kept, &wanted).map_err(at(&wanted))?;
    }
    Ok(())
}

/// Makes the kept decisions again that a new cache does not hold.
pub(super) fn after(config: &Config, store: &mut Store) -> Result<(), JobError> {
    let Some(keep) = &config.keep else { return Ok(()) };
    let text = match fs::read_to_string(keep) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(keep)(error)),
    };
    let held = store.decisions()?.len();
    for line in text.lines().skip(held) {
        let Kept { decision, settings } =
            serde_json::from_str(line).map_err(|error| at(keep)(io::Error::other(error)))?;
        match (&decision.verb, settings) {
            (Verb::Adopt { settings: hash }, Some(body)) => {
                store.adopt(hash, &body, decision.at, &decision.author)?;
            }
            _ => {
                store.decide(decision.at, &decision.author, decision.reason.as_deref(), decision.verb)?;
            }
        }
    }
    Ok(())
}

/// Keeps all decisions of a cache.
pub(super) fn save(config: &Config, store: &Store) -> Result<(), JobError> {
    let Some(keep) = &config.keep else { return Ok(()) };
    let mut lines = String::new();
    for decision in store.decisions()? {
        let settings = match &decision.verb {
            Verb::Adopt { settings } => store.settings(settings)?,
            _ => None,
        };
        lines.push_str(&serde_json::to_string(&Kept { decision, settings }).unwrap_or_default());
        lines.push('\n');
    }
    let new = keep.with_extension("new");
    write(&new, lines.as_bytes()).and_then(|()| fs::rename(&new, keep)).map_err(at(keep))?;
    let (from, to) = (Store::key_path(&config.store), key(keep));
    if from.exists() && !to.exists() {
        copy(&from, &to).map_err(at(&to))?;
    }
    Ok(())
}

fn key(keep: &Path) -> PathBuf {
    keep.with_extension("key")
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    write(to, &fs::read(from)?)
}

/// Writes a file for the owner alone.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(content)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> JobError {
    move |cause| JobError::Keep { path: path.display().to_string(), cause }
}
