//! The `.mailmap` of a repository as records. It is handed on, never applied: what was committed stays as it was.
//! Must not know commits.

use std::collections::BTreeMap;

use super::{keys, signature::decode};
use crate::domain::{
    page::Skipped,
    record::{Alias, Record},
    text,
};

/// A larger `.mailmap` is not read.
pub(super) const LARGEST: usize = 4 << 20;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mailmap {
    /// One alias for each old address (and name); later lines add to earlier ones, as in git.
    pub aliases: Vec<Alias>,
    pub skipped: Vec<Skipped>,
}

impl Mailmap {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut known: BTreeMap<(String, Option<String>), Alias> = BTreeMap::new();
        for line in gix::mailmap::parse(bytes) {
            let entry = match line {
                Ok(entry) => entry,
                Err(error) => {
                    map.skipped.push(Skipped {
                        place: ".mailmap".to_owned(),
                        reason: super::repository::one(&error),
                    });
                    continue;
                }
            };
            let name = |field: &[u8]| text::name(&decode(field, false));
            let email = |field: &[u8]| name(field).to_lowercase();
            let old_email = email(entry.old_email());
            let old_name = entry.old_name().map(|field| name(field));
            // Git compares names without regard to case.
            let key = (old_email.clone(), old_name.as_ref().map(|name| name.to_lowercase()));
            let alias = known.entry(key).or_insert(Alias { old_email, old_name, name: None, email: None });
            if let Some(field) = entry.new_name() {
                alias.name = Some(name(field));
            }
            if let Some(field) = entry.new_email() {
                alias.email = Some(email(field));
            }
        }
        map.aliases = known.into_values().collect();
        map
    }

    pub(super) fn records(&self, stream: &str) -> Vec<(Vec<u8>, Record)> {
        self.aliases.iter().map(|alias| (key(stream, alias), Record::Alias(alias.clone()))).collect()
    }

    /// The keys of what this one had and `now` has no more.
    pub(super) fn vanished(&self, now: &Self, stream: &str) -> Vec<Vec<u8>> {
        let kept: Vec<_> = now.aliases.iter().map(|alias| key(stream, alias)).collect();
        self.aliases.iter().map(|alias| key(stream, alias)).filter(|key| !kept.contains(key)).collect()
    }
}

fn key(stream: &str, alias: &Alias) -> Vec<u8> {
    let name = alias.old_name.as_ref().map(|name| name.to_lowercase());
    keys::record("alias", stream, &[&alias.old_email, name.as_deref().unwrap_or("\u{0}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_line_is_an_alias_and_later_lines_add() {
        let map = Mailmap::parse(
            b"# comment\nAda Example <ada@example.com>\n<ada@example.com> <Ada@Old.example>\n\
              Ada Example <ada@example.com> ada <root@localhost>\nnonsense\nAda E. Example <ada@example.com>\n",
        );
        let alias = |old: &str, old_name: Option<&str>, name: Option<&str>, email: Option<&str>| Alias {
            old_email: old.to_owned(),
            old_name: old_name.map(str::to_owned),
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
        };
        assert_eq!(
            map.aliases,
            [
                alias("ada@example.com", None, Some("Ada E. Example"), None),
                alias("ada@old.example", None, None, Some("ada@example.com")),
                alias("root@localhost", Some("ada"), Some("Ada Example"), Some("ada@example.com")),
            ]
        );
        assert_eq!(map.skipped.len(), 1);
    }
}
