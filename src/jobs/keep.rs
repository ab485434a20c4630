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
    /// Another word than the decision's own `settings`, which is their hash.
    adopted: Option<String>,
}

/// Puts the key back beside a lost cache: ids must mean the same again.
pub(super) fn before(config: &Config) -> Result<(), JobError> {
    let Some(keep) = &config.keep else { return Ok(()) };
    let (kept, wanted) = (key(keep), Store::key_path(&config.store));
    match (kept.exists(), wanted.exists()) {
        (true, false) => copy(&kept, &wanted)
            .map_err(|cause| JobError::Cache { path: wanted.display().to_string(), cause }),
        // A new key would give other ids: what was decided would be about nobody.
        (false, false) if fs::metadata(keep).is_ok_and(|kept| kept.len() > 0) => {
            Err(JobError::KeptKey { key: kept.display().to_string(), keep: keep.display().to_string() })
        }
        _ => Ok(()),
    }
}

/// Makes the kept decisions again that a new cache does not hold.
pub(super) fn after(config: &Config, store: &mut Store) -> Result<(), JobError> {
    let Some(keep) = &config.keep else { return Ok(()) };
    let text = match fs::read_to_string(keep) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(at(keep)(error)),
    };
    let held = store.decisions()?.len();
    if held > text.lines().count() {
        // The last one was made, but not kept any more.
        return save(config, store);
    }
    for (number, line) in text.lines().enumerate().skip(held) {
        let Kept { decision, adopted } = serde_json::from_str(line).map_err(|error| {
            at(keep)(io::Error::other(format!("line {} cannot be read ({error})", number + 1)))
        })?;
        match (&decision.verb, adopted) {
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
        let adopted = match &decision.verb {
            Verb::Adopt { settings } => store.settings(settings)?,
            _ => None,
        };
        let line = serde_json::to_string(&Kept { decision, adopted });
        lines.push_str(&line.map_err(|error| at(keep)(error.into()))?);
        lines.push('\n');
    }
    write(keep, lines.as_bytes()).map_err(at(keep))?;
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

/// Writes a file for the owner alone: whole, or not at all.
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
    let draft = path.with_extension(format!("new.{}", std::process::id()));
    let written = options.open(&draft).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    });
    if written.is_err() {
        // It may never have been made; what matters is why.
        let _gone = fs::remove_file(&draft);
    }
    written
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> JobError {
    move |cause| JobError::Keep { path: path.display().to_string(), cause }
}

#[cfg(test)]
mod tests {
    use crate::{
        config::Config,
        domain::{
            decision::{About, Verb},
            ids::AccountId,
            time::Time,
        },
        jobs::{clock::Clock, shell::Shell},
    };

    #[test]
    fn a_lost_cache_gets_every_decision_back_with_its_id_and_the_settings_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let mut config = Config::bare(cache.join("open.db"));
        config.keep = Some(folder.path().join("data/open.jsonl"));
        let clock = Clock { fixed: Time::parse("2026-11-22T12:00:00Z") };
        let hands = || Shell::new(config.clone(), clock, "dana");
        let note =
            |text: &str| Verb::Note { about: About::Account(AccountId([1; 10])), text: text.to_owned() };
        hands().decide(note("first"), Some("for a reason")).unwrap();
        let second = hands().decide(note("second"), None).unwrap();
        hands().decide(Verb::Undo { decision: second.id }, None).unwrap();
        let (made, adopted) = (hands().decisions().unwrap(), hands().store().unwrap().adopted().unwrap());
        assert_eq!(made.len(), 4, "with the adoption of the first settings");

        std::fs::remove_dir_all(&cache).unwrap();
        let store = hands().store().unwrap();
        assert_eq!(store.decisions().unwrap(), made);
        assert_eq!(store.adopted().unwrap(), adopted);
        assert!(adopted.is_some());
    }
}
