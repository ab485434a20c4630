//! The role files at one commit, and the table of roles, companies and claims that they make together. Must not
//! know history.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;

use super::{
    Holder, Repository, codeowners, maintainers,
    owners::{self, Aliases},
};
use crate::domain::{identity::Identity, text};
use crate::sources::git::signature::{by_email, by_login, decode};

/// A larger role file is not read.
const LARGEST: u64 = 1 << 20;

/// An identity, ordered by its native name.
#[derive(Debug, Clone)]
pub(super) struct Person(pub Identity);

impl PartialEq for Person {
    fn eq(&self, other: &Self) -> bool {
        self.0.native == other.0.native
    }
}
impl Eq for Person {}
impl PartialOrd for Person {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Person {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.native.cmp(&other.0.native)
    }
}

#[derive(Debug, Default)]
pub(super) struct Lists {
    files: BTreeMap<String, (ObjectId, Vec<Holder>)>,
    aliases: Option<(ObjectId, Aliases)>,
    forge: Option<String>,
}

/// A role held, as it is shown.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// `approver in pkg/storage (OWNERS)`.
    pub title: String,
    pub who: Identity,
}

/// What all lists of one commit say together.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// By role and native name; the first list that names them, in the order of paths.
    pub roles: BTreeMap<(&'static str, String), Grant>,
    /// Address and login that one line names.
    pub claims: BTreeSet<(Person, Person)>,
    /// Native name and company.
    pub companies: BTreeSet<(String, String)>,
}

impl Lists {
    /// Reads the files that changed; hands back those that could not be read, which stay as they were.
    pub(super) fn update(
        &mut self,
        files: &[(String, ObjectId)],
        repository: &Repository,
    ) -> Vec<(String, String)> {
        self.forge.clone_from(&repository.origin.forge);
        let mut skipped = Vec::new();
        self.files.retain(|path, _| files.iter().any(|(other, _)| other == path));
        if !files.iter().any(|(path, _)| path == "OWNERS_ALIASES") {
            self.aliases = None;
        }
        for (path, blob) in files {
            let is_known = if path == "OWNERS_ALIASES" {
                self.aliases.as_ref().is_some_and(|(id, _)| id == blob)
            } else {
                self.files.get(path).is_some_and(|(id, _)| id == blob)
            };
            if is_known {
                continue;
            }
            match contents(repository, blob) {
                Ok(contents) if path == "OWNERS_ALIASES" => {
                    self.aliases = Some((*blob, owners::aliases(&contents)));
                }
                Ok(contents) => {
                    self.files.insert(path.clone(), (*blob, parse(path, &contents)));
                }
                Err(reason) => skipped.push((path.clone(), reason)),
            }
        }
        skipped
    }

    pub(super) fn table(&self) -> Table {
        let mut table = Table::default();
        for (path, (_, holders)) in &self.files {
            for holder in holders {
                match self.members(holder) {
                    Some(members) => members.iter().for_each(|member| {
                        self.add(&mut table, path, &Holder { role: holder.role, ..member.clone() });
                    }),
                    None => self.add(&mut table, path, holder),
                }
            }
        }
        table
    }

    /// Those for whom an entry of an OWNERS file stands, when it is an alias.
    fn members(&self, holder: &Holder) -> Option<&Vec<Holder>> {
        self.aliases.as_ref()?.1.get(&holder.login.as_ref()?.to_lowercase())
    }

    fn add(&self, table: &mut Table, path: &str, holder: &Holder) {
        let forge = self.forge.as_deref().unwrap_or("github");
        let name = holder.name.as_deref().unwrap_or_default();
        let mails: Vec<_> = holder.emails.iter().map(|email| by_email(name, email)).collect();
        let login = holder.login.as_ref().map(|login| by_login(login, forge));
        let Some(who) = login.clone().or_else(|| mails.first().cloned()) else { return };
        if let Some(login) = &login {
            for mail in &mails {
                table.claims.insert((Person(mail.clone()), Person(login.clone())));
            }
        }
        if let Some(company) = &holder.company {
            table.companies.insert((who.native.clone(), text::name(company)));
        }
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let part = holder.part.as_deref().unwrap_or(if file == "OWNERS" { folder } else { "" });
        let part = if part.is_empty() { String::new() } else { format!(" in {part}") };
        let title = text::title(&format!("{}{part} ({file})", holder.role));
        table.roles.entry((holder.role, who.native.clone())).or_insert(Grant { title, who });
    }
}

fn contents(repository: &Repository, blob: &ObjectId) -> Result<String, String> {
    match repository.gix.try_find_header(*blob) {
        Ok(Some(header)) if header.size() > LARGEST => return Err("larger than 1 MB".to_owned()),
        _ => {}
    }
    let mut buffer = Vec::new();
    let bytes = repository.object(blob, gix::objs::Kind::Blob, &mut buffer).map_err(|lack| lack.reason())?;
    Ok(decode(bytes, false).into_owned())
}

fn parse(path: &str, contents: &str) -> Vec<Holder> {
    match path.rsplit('/').next() {
        Some("OWNERS") => owners::parse(contents),
        Some("CODEOWNERS") => codeowners::parse(contents),
        _ => maintainers::parse(contents),
    }
}
