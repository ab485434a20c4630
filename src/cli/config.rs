//! `buyin config`: writes, checks, finds and describes the configuration. Must not know what it means.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    Exit,
    args::ConfigCommand,
    session::{CliError, Failure},
};
use crate::config::{Config, ConfigError, schema, template};

/// `named` is `--config` or `BUYIN_CONFIG`.
pub fn run(
    asked: ConfigCommand,
    named: Option<&Path>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Exit, CliError> {
    match asked {
        ConfigCommand::Init => init(&place(named)?, err)?,
        ConfigCommand::Check => {
            let path = Config::find(named).map_err(wrong)?;
            let config = Config::load(&path).map_err(wrong)?;
            writeln!(err, "{}: fine, {} sources", path.display(), config.sources.len())?;
        }
        ConfigCommand::Path => writeln!(out, "{}", place(named)?.display())?,
        ConfigCommand::Schema => {
            serde_json::to_writer_pretty(&mut *out, &schema())?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Where the configuration lies, or would.
fn place(named: Option<&Path>) -> Result<PathBuf, Failure> {
    named.map_or_else(|| Config::default_path().map_err(wrong), |path| Ok(path.to_owned()))
}

/// Never writes over anything.
fn init(path: &Path, err: &mut dyn Write) -> Result<(), CliError> {
    let failed = |error: io::Error| {
        let path = path.display();
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                Failure::usage(format!("{path} is there already")).hint("edit it, or name another with --config")
            }
            _ => Failure::failed(format!("{path} cannot be written: {error}")),
        }
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(template().as_bytes()).map_err(failed)?;
    writeln!(err, "{} is written: name your sources in it, then `buyin sync`", path.display())?;
    Ok(())
}

/// A configuration that cannot be used is wrong usage.
fn wrong(error: ConfigError) -> Failure {
    Failure::usage(error.to_string())
}
