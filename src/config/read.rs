//! From the text of a configuration file to a checked [`Config`]. Each section is read on its own, so that
//! an error can name it.

use std::path::Path;

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{
    Column, CommandConfig, Config, ConfigError, FileConfig, GitConfig, SourceConfig, check,
    error::{Input, unknown},
    paths, remote, rules, shape, view,
};
use crate::domain::{
    account::Relation,
    rules::Rules,
    settings::{NamedAccount, Settings, You},
};

const SECTIONS: &[&str] =
    &["you", "store", "account", "source", "theme", "keymap", "rules", "thresholds", "view"];
const LATER_SECTIONS: &[&str] = &["resource", "rates", "asks"];
const LOCAL_KINDS: &[&str] = &["git", "file", "command"];
const LATER_KINDS: &[&str] = &["hubspot", "salesforce", "rest"];
/// Of sources over HTTP only.
const REMOTE_KEYS: &[&str] = &["minimise", "retain_days"];

/// A table of the file, with the place of everything in it.
pub(super) type Table<'a> = Spanned<DeValue<'a>>;

pub(super) fn read(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let input = Input { path, text };
    let base = paths::base(path);
    let file = DeTable::parse(text).map_err(|error| input.toml(&error, ""))?.into_inner();
    let mut sections: Vec<_> = file.into_iter().collect();
    sections.sort_by_key(|(key, _)| key.span().start);
    let (mut you, mut accounts, mut sources) = (You::default(), Vec::new(), Vec::new());
    let (mut store, mut theme, mut keymap) = (None, None, None);
    let (mut rules, mut thresholds, mut views) = (Rules::default(), None, Vec::new());
    for (key, value) in sections {
        match key.get_ref().as_ref() {
            "you" => {
                let at = value.clone();
                you = section(&input, value, "[you]")?;
                check::you(&mut you)
                    .map_err(|(key, why)| input.error(Some(check::place(&at, &[key])), why))?;
            }
            "store" => store = Some(store_of(&input, value, &base)?),
            "account" => accounts = accounts_of(&input, value)?,
            "source" => sources = sources_of(&input, value, &base)?,
            "theme" => theme = Some(theme_of(section(&input, value, "")?, &base)),
            "keymap" => keymap = Some(paths::resolve(&base, &section::<String>(&input, value, "")?)),
            "rules" => rules = rules_of(&input, value, &base)?,
            "thresholds" => thresholds = Some(value),
            "view" => views = view::read(&input, value)?,
            other => return Err(input.error(Some(key.span()), unknown_section(other, value.get_ref()))),
        }
    }
    // They stand above the rules' own, wherever in the file they stand.
    if let Some(table) = thresholds {
        rules::thresholds(&input, table, &mut rules.thresholds)?;
    }
    let mut zones: Vec<_> = sources.iter().map(paths::zones_of).collect();
    zones.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(Config {
        keep: None,
        path: Some(path.to_owned()),
        settings: Settings { you, accounts, zones, rules },
        store: store.map_or_else(paths::store, Ok)?,
        sources,
        theme,
        keymap,
        views,
    })
}

/// The rules of the named file over ours.
fn rules_of(input: &Input<'_>, value: Table<'_>, base: &Path) -> Result<Rules, ConfigError> {
    let span = value.span();
    let path: String = section(input, value, "")?;
    if path.trim().is_empty() {
        return Err(
            input.error(Some(span), "`rules` names no file: leave it out for the rules that ship with buyin")
        );
    }
    rules::load(&paths::resolve(base, &path))
}

fn unknown_section(name: &str, value: &DeValue<'_>) -> String {
    if !LATER_SECTIONS.contains(&name) {
        return unknown("section or key", name, "", SECTIONS);
    }
    let written = match value {
        DeValue::Array(_) => format!("[[{name}]]"),
        DeValue::Table(_) => format!("[{name}]"),
        _ => format!("`{name}`"),
    };
    format!("{written} is not supported by this version of buyin")
}

/// Reads a value as it is written in the file; `name` is how an error names the section.
pub(super) fn section<T: DeserializeOwned>(
    input: &Input<'_>,
    value: Table<'_>,
    name: &str,
) -> Result<T, ConfigError> {
    T::deserialize(ValueDeserializer::from(value)).map_err(|error| input.toml(&error, name))
}

/// The tables of `[[name]]`.
pub(super) fn tables<'a>(
    input: &Input<'_>,
    value: Table<'a>,
    name: &str,
) -> Result<Vec<Table<'a>>, ConfigError> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Array(tables) => Ok(tables.into_iter().collect()),
        _ => Err(input.error(Some(span), format!("expected a list of tables: write [[{name}]]"))),
    }
}

fn store_of(input: &Input<'_>, value: Table<'_>, base: &Path) -> Result<std::path::PathBuf, ConfigError> {
    let place = check::place(&value, &["url"]);
    match section::<shape::Store>(input, value, "[store]")?.url {
        None => paths::store(),
        Some(url) => {
            let path = paths::store_url(&url).map_err(|error| input.error(Some(place), error.message))?;
            Ok(paths::resolve(base, &path.to_string_lossy()))
        }
    }
}

/// A name of a built-in theme, or the path of a theme file.
fn theme_of(text: String, base: &Path) -> String {
    let is_path = text.contains(['/', '\\']) || Path::new(&text).extension().is_some_and(|end| end == "toml");
    if is_path { paths::resolve(base, &text).to_string_lossy().into_owned() } else { text }
}

/// In the order of their names, so that moving a section changes no conclusion.
fn accounts_of(input: &Input<'_>, value: Table<'_>) -> Result<Vec<NamedAccount>, ConfigError> {
    let mut accounts: Vec<NamedAccount> = Vec::new();
    for table in tables(input, value, "account")? {
        let at = table.clone();
        let name = check::named(&table, "[[account]]");
        check::word(input, &table, "relation", Relation::ALL, Relation::text, &name)?;
        let mut account: NamedAccount = section(input, table, &name)?;
        check::account(&mut account, &accounts)
            .map_err(|(key, why)| input.error(Some(check::place(&at, &[key])), why))?;
        accounts.push(account);
    }
    accounts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(accounts)
}

fn sources_of(input: &Input<'_>, value: Table<'_>, base: &Path) -> Result<Vec<SourceConfig>, ConfigError> {
    let mut sources: Vec<SourceConfig> = Vec::new();
    for table in tables(input, value, "source")? {
        let place = check::place(&table, &["name"]);
        let source = source_of(input, table, base)?;
        let name = source.name();
        if let Some(why) = check::source_name(name) {
            return Err(input.error(Some(place), why));
        }
        if sources.iter().any(|other| other.name() == name) {
            return Err(input.error(Some(place), format!("two sources are named \"{name}\"")));
        }
        sources.push(source);
    }
    Ok(sources)
}

fn source_of(input: &Input<'_>, table: Table<'_>, base: &Path) -> Result<SourceConfig, ConfigError> {
    let name = check::named(&table, "[[source]]");
    let kind = check::text(&table, "kind").map(str::to_owned);
    let at_kind = check::place(&table, &["kind"]);
    let kinds = [LOCAL_KINDS, remote::KINDS].concat();
    let Some(kind) = kind else {
        let why = format!("missing key `kind` in {name}: {}", kinds.join(", "));
        return Err(input.error(Some(at_kind), why));
    };
    if LATER_KINDS.contains(&kind.as_str()) {
        let known = kinds.join(", ");
        let why = format!("kind \"{kind}\" is not supported by this version of buyin (it knows {known})");
        return Err(input.error(Some(at_kind), why));
    }
    if !kinds.contains(&kind.as_str()) {
        return Err(input.error(Some(at_kind), unknown("kind", &kind, &format!(" in {name}"), &kinds)));
    }
    if remote::KINDS.contains(&kind.as_str()) {
        check::zones(input, &table, &name)?;
        return remote::read(input, table, &kind, &name).map(SourceConfig::Remote);
    }
    for later in REMOTE_KEYS {
        if let Some(span) = check::key_place(&table, later) {
            let why = format!("key `{later}` in {name} is not supported by this version of buyin for {kind}");
            return Err(input.error(Some(span), why));
        }
    }
    check::zones(input, &table, &name)?;
    match kind.as_str() {
        "git" => git(input, table, base, &name).map(SourceConfig::Git),
        "file" => file(input, table, base, &name).map(SourceConfig::File),
        _ => command(input, table, base, &name).map(SourceConfig::Command),
    }
}

/// The table without its `kind`, which has been read.
pub(super) fn rest(mut table: Table<'_>) -> Table<'_> {
    if let DeValue::Table(keys) = table.get_mut() {
        keys.remove("kind");
    }
    table
}

fn git(input: &Input<'_>, table: Table<'_>, base: &Path, name: &str) -> Result<GitConfig, ConfigError> {
    let whole = table.span();
    let (path, paths, refs) =
        (check::place(&table, &["path"]), check::place(&table, &["paths"]), check::place(&table, &["refs"]));
    let shape: shape::Git = section(input, rest(table), name)?;
    let clones = match (shape.path, shape.paths) {
        (Some(_), Some(_)) => {
            return Err(
                input.error(Some(path), format!("both `path` and `paths` in {name}: keep one of them"))
            );
        }
        (None, None) => return Err(input.error(Some(whole), format!("missing key `path` in {name}"))),
        (Some(path), None) => vec![path],
        (None, Some(paths)) => paths,
    };
    if clones.is_empty() || clones.iter().any(String::is_empty) {
        return Err(input.error(Some(paths), format!("an empty path in {name}")));
    }
    if shape.refs.is_empty() || shape.refs.iter().any(String::is_empty) {
        return Err(input.error(Some(refs), format!("`refs` is empty in {name}: leave it out to read HEAD")));
    }
    Ok(GitConfig {
        name: shape.name,
        paths: clones.iter().map(|path| paths::resolve(base, path)).collect(),
        refs: shape.refs,
        mailmap: shape.mailmap,
        roles: shape.roles,
        zone: shape.zone,
        zones: shape.zones,
    })
}

fn file(input: &Input<'_>, table: Table<'_>, base: &Path, name: &str) -> Result<FileConfig, ConfigError> {
    check::records(input, &table, name)?;
    let copy = table.clone();
    let shape: shape::FileSource = section(input, rest(table), name)?;
    let at = |key: &str| Some(check::place(&copy, &[key]));
    if shape.path.is_empty() {
        return Err(input.error(at("path"), format!("an empty path in {name}")));
    }
    check::columns(input, &copy, shape.records, name)?;
    if let Some(format) = &shape.date {
        check::date(format, name).map_err(|why| input.error(at("date"), why))?;
    }
    if let Some(zone) = &shape.timezone {
        check::timezone(zone, name).map_err(|why| input.error(at("timezone"), why))?;
    }
    let columns = shape.columns.into_iter().map(|(target, column)| match column.strip_prefix('=') {
        Some(text) => (target, Column::Always(text.to_owned())),
        None => (target, Column::Header(column)),
    });
    Ok(FileConfig {
        name: shape.name,
        path: paths::resolve(base, &shape.path),
        records: shape.records,
        columns: columns.collect(),
        date: shape.date,
        timezone: shape.timezone,
        zone: shape.zone,
        zones: shape.zones,
    })
}

fn command(
    input: &Input<'_>,
    table: Table<'_>,
    base: &Path,
    name: &str,
) -> Result<CommandConfig, ConfigError> {
    let place = check::place(&table, &["run"]);
    let mut shape: shape::Command = section(input, rest(table), name)?;
    match shape.run.first_mut() {
        Some(program) if !program.is_empty() => {
            if program.contains('/') {
                *program = paths::resolve(base, program).to_string_lossy().into_owned();
            }
        }
        _ => return Err(input.error(Some(place), format!("`run` names no program in {name}"))),
    }
    Ok(CommandConfig {
        name: shape.name,
        run: shape.run,
        dir: base.to_owned(),
        zone: shape.zone,
        zones: shape.zones,
    })
}
