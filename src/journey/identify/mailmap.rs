//! `.mailmap`: whom a committed name and address mean, by git's precedence. Each file speaks for its own
//! source. Must not know how people are linked.

use std::collections::HashMap;

use crate::domain::record::{Alias, Record};

use super::face::clean;

/// All aliases, by source and old address.
pub(crate) struct Mailmap<'a> {
    by_address: HashMap<(u16, String), Vec<&'a Alias>>,
    lines: Vec<(u16, &'a Alias)>,
}

/// Whom an identity means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proper<'a> {
    pub(crate) name: Option<&'a str>,
    /// The proper address, followed through further lines.
    pub(crate) email: String,
}

impl<'a> Mailmap<'a> {
    /// Later lines beat earlier ones; the records' keys stand for the order in the file.
    pub(crate) fn read(records: &'a [(u16, Vec<u8>, Record)]) -> Self {
        let mut lines: Vec<(u16, &Vec<u8>, &Alias)> = records
            .iter()
            .filter_map(|(source, key, record)| match record {
                Record::Alias(alias) => Some((*source, key, alias)),
                _ => None,
            })
            .collect();
        lines.sort_unstable_by_key(|(source, key, _)| (*source, *key));
        let mut by_address: HashMap<_, Vec<&Alias>> = HashMap::new();
        for (source, _, alias) in &lines {
            by_address.entry((*source, clean(&alias.old_email))).or_default().push(*alias);
        }
        Self { by_address, lines: lines.into_iter().map(|(source, _, alias)| (source, alias)).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_address.is_empty()
    }

    /// Whom `name <email>` means at `source`; `None` when no line speaks of it.
    pub(crate) fn proper(&self, source: u16, name: Option<&str>, email: &str) -> Option<Proper<'a>> {
        let alias = self.line(source, name, email)?;
        let mut address = alias.email.as_deref().map_or_else(|| email.to_owned(), clean);
        for _ in 0..4 {
            let Some(next) = self.line(source, None, &address).and_then(|line| line.email.as_deref()) else {
                break;
            };
            address = clean(next);
        }
        Some(Proper { name: alias.name.as_deref(), email: address })
    }

    fn line(&self, source: u16, name: Option<&str>, email: &str) -> Option<&'a Alias> {
        let lines = self.by_address.get(&(source, email.to_owned()))?;
        let exact = |alias: &&&Alias| match (&alias.old_name, name) {
            (Some(old), Some(name)) => old.to_lowercase() == name.to_lowercase(),
            _ => false,
        };
        let any = |alias: &&&Alias| alias.old_name.is_none();
        lines.iter().rev().find(exact).or_else(|| lines.iter().rev().find(any)).copied()
    }

    /// Every proper address, with its source.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = (u16, String)> {
        self.lines
            .iter()
            .map(|(source, alias)| (*source, clean(alias.email.as_deref().unwrap_or(&alias.old_email))))
    }
}
