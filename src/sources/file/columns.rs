//! Which column fills which target, and the values of a row by target. Must not know what becomes of them.

use serde_json::{Map, Value};

use super::{csv::Row, who::Who};
use crate::{
    config::{Column, FileConfig, Records, nearest},
    domain::text,
    sources::SourceError,
};

enum Slot {
    Absent,
    Index(usize),
    Key(String),
    Always(String),
}

pub(super) struct Columns {
    targets: &'static [&'static str],
    slots: Vec<Slot>,
    /// Which keys an object has had.
    seen: Vec<bool>,
}

/// The texts of one row; empty ones count as absent.
pub(super) struct Values {
    targets: &'static [&'static str],
    texts: Vec<Option<String>>,
}

impl Values {
    pub(super) fn take(&mut self, target: &str) -> Option<String> {
        let index = self.targets.iter().position(|known| *known == target)?;
        self.texts.get_mut(index)?.take()
    }

    /// The pieces of a list in one field.
    pub(super) fn list(&mut self, target: &str, separators: &[char]) -> Vec<String> {
        let text = self.take(target).unwrap_or_default();
        text.split(separators).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn who(&mut self) -> Who {
        Who {
            email: self.take("email"),
            login: self.take("login"),
            forge: self.take("forge"),
            name: self.take("name"),
            ..Who::default()
        }
    }
}

/// Of each group, one target at least must have a column.
fn needs(records: Records) -> &'static [&'static [&'static str]] {
    const WHO: &[&str] = &["email", "login", "name"];
    match records {
        Records::Activities => &[&["at"], &["kind"], WHO],
        Records::Accounts => &[&["name", "domains"]],
        Records::Contacts => &[WHO],
        Records::Affiliations | Records::Roster => &[WHO, &["company"]],
    }
}

impl Columns {
    /// For a file whose first row names its columns.
    pub(super) fn of_header(config: &FileConfig, header: &[String]) -> Result<Self, SourceError> {
        let file = file_name(config);
        let slots = config.records.targets().iter().map(|target| match config.columns.get(*target) {
            Some(Column::Always(text)) => Ok(Slot::Always(text.clone())),
            Some(Column::Header(name)) => match find(header, name)? {
                Some(index) => Ok(Slot::Index(index)),
                None => Err(missing(name, target, &file, header)),
            },
            None => Ok(find(header, target)?.map_or(Slot::Absent, Slot::Index)),
        });
        let slots = slots.collect::<Result<_, _>>()?;
        let columns = Self { targets: config.records.targets(), slots, seen: Vec::new() };
        for group in needs(config.records) {
            if !group.iter().any(|target| columns.has(target)) {
                let found = list(header);
                let target = group.join("`, `");
                return Err(SourceError::new(format!("no column for `{target}` in {file}; it has {found}"))
                    .hint(format!("name the column: columns = {{ {} = \"…\" }}", group[0])));
            }
        }
        Ok(columns)
    }

    /// For a file of JSON objects, which may differ from each other.
    pub(super) fn of_keys(config: &FileConfig) -> Self {
        let slots = config.records.targets().iter().map(|target| match config.columns.get(*target) {
            Some(Column::Always(text)) => Slot::Always(text.clone()),
            Some(Column::Header(name)) => Slot::Key(name.clone()),
            None => Slot::Key((*target).to_owned()),
        });
        let slots: Vec<_> = slots.collect();
        Self { targets: config.records.targets(), seen: vec![false; slots.len()], slots }
    }

    /// A key that the configuration names must be in one object at least; `found` are the keys of the last one.
    pub(super) fn check_seen(&self, config: &FileConfig, found: &[String]) -> Result<(), SourceError> {
        for ((target, slot), seen) in self.targets.iter().zip(&self.slots).zip(&self.seen) {
            if let (Slot::Key(name), false, true) = (slot, seen, config.columns.contains_key(*target)) {
                return Err(missing(name, target, &file_name(config), found));
            }
        }
        Ok(())
    }

    fn has(&self, target: &str) -> bool {
        let slot = self.targets.iter().position(|known| *known == target).map(|index| &self.slots[index]);
        slot.is_some_and(|slot| !matches!(slot, Slot::Absent))
    }

    pub(super) fn row(&self, row: &Row) -> Values {
        let texts = self.slots.iter().map(|slot| match slot {
            Slot::Always(text) => Some(text.clone()),
            Slot::Index(index) => {
                let text = String::from_utf8_lossy(row.field(*index)?);
                let text = text.trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
            Slot::Absent | Slot::Key(_) => None,
        });
        Values { targets: self.targets, texts: texts.collect() }
    }

    pub(super) fn object(&mut self, object: &Map<String, Value>) -> Result<Values, String> {
        for (slot, seen) in self.slots.iter().zip(&mut self.seen) {
            *seen |= matches!(slot, Slot::Key(key) if object.contains_key(key));
        }
        let texts = self.slots.iter().map(|slot| match slot {
            Slot::Always(text) => Ok(Some(text.clone())),
            Slot::Key(key) => object.get(key).map_or(Ok(None), |value| plain(key, value)),
            Slot::Absent | Slot::Index(_) => Ok(None),
        });
        Ok(Values { targets: self.targets, texts: texts.collect::<Result<_, String>>()? })
    }
}

/// A JSON value as a column would hold it.
fn plain(key: &str, value: &Value) -> Result<Option<String>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(values) => {
            let texts = values.iter().map(|value| plain(key, value)).collect::<Result<Vec<_>, _>>()?;
            texts.into_iter().flatten().collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => return Err(format!("`{}` is an object, not a text", text::line(key, 80))),
    };
    Ok((!text.is_empty()).then_some(text))
}

/// The column with this header; case, accents and spaces around make no difference unless they must.
fn find(header: &[String], name: &str) -> Result<Option<usize>, SourceError> {
    let places = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|(_, found)| same(found)).map(|(index, _)| index).collect()
    };
    let exact = places(&|found| found == name.trim());
    let found = if exact.is_empty() { places(&|found| text::fold(found) == text::fold(name)) } else { exact };
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(SourceError::new(format!("two columns are named `{}`", text::line(name, 80)))
            .hint("rename one of them in the file")),
    }
}

fn missing(name: &str, target: &str, file: &str, header: &[String]) -> SourceError {
    let words: Vec<&str> = header.iter().map(String::as_str).collect();
    let error =
        SourceError::new(format!("no column `{name}` (for `{target}`) in {file}; it has {}", list(header)));
    match nearest(name, &words) {
        Some(word) => error.hint(format!("did you mean `{word}`?")),
        None => error.hint(format!("name one of them: columns = {{ {target} = \"…\" }}")),
    }
}

fn list(header: &[String]) -> String {
    text::line(&header.join(", "), 200)
}

pub(super) fn file_name(config: &FileConfig) -> String {
    let name = config.path.file_name().map(|name| name.to_string_lossy().into_owned());
    text::line(&name.unwrap_or_default(), 200)
}
