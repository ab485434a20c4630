//! Where things lie: the configuration file, the store, and what `~` and relative paths mean.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use directories::{BaseDirs, ProjectDirs};
use sha2::{Digest, Sha256};

use super::{Config, ConfigError, GitConfig, SourceConfig};
use crate::domain::{
    account::Zone,
    settings::{Settings, SourceZones},
};

fn folders() -> Result<ProjectDirs, ConfigError> {
    ProjectDirs::from("", "", "buyin")
        .ok_or_else(|| ConfigError::new("no home folder is known: set HOME, or name --config and --store"))
}

pub(super) fn config_file() -> Result<PathBuf, ConfigError> {
    Ok(folders()?.config_dir().join("config.toml"))
}

/// The store of a configuration that names none.
pub(super) fn store() -> Result<PathBuf, ConfigError> {
    Ok(folders()?.data_dir().join("buyin.db"))
}

/// A file in the platform's folder for what can be made again.
pub(super) fn cache(file: &str) -> Result<PathBuf, ConfigError> {
    Ok(folders()?.cache_dir().join(file))
}

pub(super) fn find(explicit: Option<&Path>) -> Result<PathBuf, ConfigError> {
    let path = match explicit {
        Some(path) => expand(&path.to_string_lossy(), path),
        None => config_file()?,
    };
    match (path.exists(), explicit) {
        (true, _) => Ok(path),
        (false, Some(_)) => Err(ConfigError::file(&path, "no such file: `buyin config init` writes one")),
        (false, None) => Err(ConfigError::file(
            &path,
            "there is no configuration yet: `buyin config init` writes one, `buyin open PATH` needs none",
        )),
    }
}

/// The text of a file; `missing` is what to say when there is none.
pub(super) fn text(path: &Path, missing: &str) -> Result<String, ConfigError> {
    let bytes = fs::read(path).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => missing.to_owned(),
            io::ErrorKind::IsADirectory => "is a folder: name the file in it".to_owned(),
            io::ErrorKind::PermissionDenied => "may not be read: check its permissions".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        ConfigError::file(path, why)
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].split(|byte| *byte == b'\n').count();
        ConfigError { place: Some((line, 1)), ..ConfigError::file(path, "is not UTF-8: save it as UTF-8") }
    })
}

/// Reads `sqlite:PATH`. A relative path stays relative.
pub fn store_url(text: &str) -> Result<PathBuf, ConfigError> {
    let text = text.trim();
    let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Err(ConfigError::new(format!("the store `{text}` names no kind: write `sqlite:{text}`")));
    };
    if scheme != "sqlite" {
        // The rest may hold a password: never repeat it.
        return Err(ConfigError::new(format!(
            "a store of kind `{scheme}` is not supported by this version of buyin: write `sqlite:PATH`"
        )));
    }
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() || path == ":memory:" {
        return Err(ConfigError::new(format!("the store `{text}` names no file: write `sqlite:PATH`")));
    }
    Ok(expand(path, Path::new(path)))
}

/// Whether a text can be the scheme of a URL; one letter is a drive of Windows.
fn is_scheme(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// `~` and `~/…` become the home folder; all else is `other`.
fn expand(text: &str, other: &Path) -> PathBuf {
    let rest = match text {
        "~" => Some(""),
        _ => text.strip_prefix("~/"),
    };
    match rest.zip(BaseDirs::new()) {
        Some((rest, home)) => home.home_dir().join(rest),
        None => other.to_owned(),
    }
}

/// The path that `text` means in a file that lies in `base`.
pub(super) fn resolve(base: &Path, text: &str) -> PathBuf {
    let path = expand(text, Path::new(text));
    if path.is_absolute() { path } else { base.join(path) }
}

pub(super) fn open(paths: &[PathBuf]) -> Result<Config, ConfigError> {
    let mut clones = paths
        .iter()
        .map(|path| {
            fs::canonicalize(path)
                .map_err(|error| ConfigError::file(path, format!("cannot be opened: {}", os_words(&error))))
        })
        .collect::<Result<Vec<_>, _>>()?;
    clones.sort();
    clones.dedup();
    if clones.is_empty() {
        return Err(ConfigError::new("name at least one git repository: `buyin open PATH...`"));
    }
    let mut hash = Sha256::new();
    for clone in &clones {
        hash.update(clone.as_os_str().as_encoded_bytes());
        hash.update([0]);
    }
    let mut name = [0; 8];
    name.copy_from_slice(&hash.finalize()[..8]);
    let name = format!("{:016x}", u64::from_be_bytes(name));
    let mut taken = BTreeMap::new();
    let sources: Vec<_> = clones.into_iter().map(|path| git(path, &mut taken)).collect();
    let zones = sources.iter().map(zones_of).collect();
    Ok(Config {
        path: None,
        settings: Settings { zones, ..Settings::default() },
        store: cache(&format!("open-{name}.db"))?,
        sources,
        theme: None,
        views: Vec::new(),
        keep: Some(folders()?.data_dir().join(format!("open-{name}.jsonl"))),
        keymap: None,
    })
}

pub(super) fn zones_of(source: &SourceConfig) -> SourceZones {
    SourceZones { source: source.name().to_owned(), zone: source.zone(), parts: source.zones().to_vec() }
}

/// What the system says, without its number.
fn os_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission".to_owned(),
        _ => error.to_string(),
    }
}

/// A git source with the defaults, named after its folder.
fn git(path: PathBuf, taken: &mut BTreeMap<String, u32>) -> SourceConfig {
    let folder = if path.ends_with(".git") { path.parent().unwrap_or(&path) } else { &path };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".git").unwrap_or(&name);
    let name: String =
        name.chars().map(|c| if super::check::in_name(c) { c } else { '-' }).take(60).collect();
    let name = if name.is_empty() { "repository".to_owned() } else { name };
    let count = taken.entry(name.clone()).and_modify(|count| *count += 1).or_insert(1);
    let name = if *count == 1 { name } else { format!("{name}-{count}") };
    SourceConfig::Git(GitConfig {
        name,
        paths: vec![path],
        refs: vec!["HEAD".to_owned()],
        mailmap: true,
        roles: true,
        zone: Zone::Upstream,
        zones: Vec::new(),
    })
}

/// The folder that relative paths of the file at `path` start from.
pub(super) fn base(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    if folder.is_absolute() {
        return folder.to_owned();
    }
    env::current_dir().map_or_else(|_| folder.to_owned(), |here| here.join(folder))
}
