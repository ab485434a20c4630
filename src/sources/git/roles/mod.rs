//! The stream of roles: what the history of OWNERS, MAINTAINERS and CODEOWNERS gives and takes along the
//! first-parent line of the first ref. The files are compared from week to week; where they differ, each
//! commit of the week is looked at. So what comes and goes within one week may go unnoticed, which is no role
//! that anybody held. Must not know the commits' messages.

mod codeowners;
mod folder;
mod lists;
mod maintainers;
mod owners;

use std::{ops::ControlFlow, path::Path};

use gix::ObjectId;
use serde::{Deserialize, Serialize};

use self::{
    folder::Folder,
    lists::{Lists, Table},
};
use super::{
    super::{From, SourceError},
    keys,
    repository::{Lack, Repository},
    signature::People,
};
use crate::{
    config::GitConfig,
    domain::{
        activity::{Activity, Kind},
        identity::Identity,
        page::{Listing, Page, Skipped},
        record::{Affiliation, Claim, ClaimRule, Record},
        text,
        time::{Day, Time},
    },
};

/// Changes when the same files would be read differently: then everything is read again.
const VERSION: u32 = 2;
/// What was read of a pack stays in memory as long as it is open: it is opened anew after so many weeks.
const WEEKS_OPEN: usize = 52;
/// More skipped files than these are only counted.
const NAMED_SKIPS: usize = 20;

/// Somebody whom a file names in a role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Holder {
    /// `approver`, `reviewer`, `maintainer`, `owner`, …
    pub role: &'static str,
    /// The part of the repository it is about, where the line says one.
    pub part: Option<String>,
    pub login: Option<String>,
    pub name: Option<String>,
    pub emails: Vec<String>,
    pub company: Option<String>,
}

/// What an earlier reading has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    version: u32,
    subject: String,
    tip: Option<String>,
    edge: Option<String>,
    /// Who is at which company since when, as the files at `tip` say.
    employed: Vec<(String, String, Day)>,
    /// Damage was met on the way: all is read again, until it is mended.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    broken: bool,
}

/// A commit of the first-parent line.
struct Link {
    id: ObjectId,
    tree: ObjectId,
    at: Time,
}

type Emit<'e> = &'e mut dyn FnMut(Page) -> ControlFlow<()>;

/// Reads the stream `from.stream` of the repository at `path`, in pages of about `size` activities.
pub(super) fn read(
    config: &GitConfig,
    path: &Path,
    size: u64,
    from: &From<'_>,
    emit: Emit<'_>,
) -> Result<(), SourceError> {
    let repository = Repository::open(path)?;
    let tip = repository.tips(&config.refs)?.ids.first().copied();
    let mut mark = Mark {
        version: VERSION,
        subject: repository.origin.subject(),
        tip: tip.map(|tip| tip.to_string()),
        edge: repository.edge_mark(),
        employed: Vec::new(),
        broken: false,
    };
    let before = from.mark.and_then(|mark| serde_json::from_str::<Mark>(mark).ok()).filter(|before| {
        let same = before.subject == mark.subject && before.edge == mark.edge;
        before.version == VERSION && same && !before.broken
    });
    let old = before.as_ref().and_then(|mark| ObjectId::from_hex(mark.tip.as_ref()?.as_bytes()).ok());
    let mut history = History::new(repository, path, from.stream);
    if let (Some(before), true) = (&before, old == tip) {
        let page = Page { mark: serde_json::to_string(before).ok(), expected: Some(0), ..Page::default() };
        let _ = emit(page);
        return Ok(());
    }
    let (mut line, found) = match tip {
        Some(tip) => history.line(tip, old)?,
        None => (Vec::new(), false),
    };
    match (before, old) {
        (Some(before), Some(old)) if found => history.resume(&old, before.employed)?,
        // The first reading, or a line that was rewritten: a full listing, if all of it is here.
        _ => {
            history.starts_cut |= mark.edge.is_some();
            history.listed = (!history.starts_cut).then_some(false);
        }
    }
    history.expected = line.len() as u64;
    while !line.is_empty() {
        history.week(&take_week(&mut line));
        if history.page.activities.len() as u64 >= size && history.flush(None, emit).is_break() {
            return Ok(());
        }
    }
    mark.employed.clone_from(&history.employed);
    mark.broken = history.broken;
    let _ = history.flush(serde_json::to_string(&mark).ok(), emit);
    Ok(())
}

/// The oldest commits of a line, up to the last one of their week.
fn take_week(line: &mut Vec<Link>) -> Vec<Link> {
    let week = |link: &Link| link.at.day().week();
    let Some(first) = line.last().map(week) else { return Vec::new() };
    let from = line.iter().rposition(|link| week(link) != first).map_or(0, |before| before + 1);
    let mut links = line.split_off(from);
    links.reverse();
    links
}

struct History<'r> {
    repository: Repository,
    path: &'r Path,
    /// Since the repository was opened.
    weeks: usize,
    stream: &'r str,
    root: Folder,
    lists: Lists,
    /// The lists are behind the folders.
    behind: bool,
    table: Table,
    /// Who is at which company since when.
    employed: Vec<(String, String, Day)>,
    people: People,
    page: Page,
    skips: usize,
    broken: bool,
    /// The line does not reach back to the first commit: who holds a role there held it before.
    starts_cut: bool,
    listed: Option<bool>,
    read: u64,
    expected: u64,
}

impl<'r> History<'r> {
    fn new(repository: Repository, path: &'r Path, stream: &'r str) -> Self {
        Self {
            repository,
            path,
            weeks: WEEKS_OPEN,
            stream,
            root: Folder::default(),
            lists: Lists::default(),
            behind: false,
            table: Table::default(),
            employed: Vec::new(),
            people: People::default(),
            page: Page::default(),
            skips: 0,
            broken: false,
            starts_cut: false,
            listed: None,
            read: 0,
            expected: 0,
        }
    }

    /// The first-parent line from `tip` back to `old` (without it), newest first, and whether it was found.
    fn line(&mut self, tip: ObjectId, old: Option<ObjectId>) -> Result<(Vec<Link>, bool), SourceError> {
        let (mut line, mut buffer, mut next) = (Vec::new(), Vec::new(), Some(tip));
        while let Some(id) = next {
            if Some(id) == old {
                return Ok((line, true));
            }
            match self.repository.commit(&id, &mut buffer) {
                Ok(commit) => {
                    line.push(Link { id, tree: commit.tree, at: commit.at() });
                    next = commit.parents.first().copied();
                }
                Err(lack) if line.is_empty() => {
                    let place = &self.repository.place;
                    let message = format!("cannot read commit {id} of {place}: {}", lack.reason());
                    return Err(
                        SourceError::new(message).hint("run `git fsck` there; a fresh clone mends it")
                    );
                }
                Err(lack) => {
                    (self.starts_cut, self.broken) = (true, true);
                    self.skip(
                        id.to_string(),
                        format!("role files before it are not read: {}", lack.reason()),
                    );
                    next = None;
                }
            }
        }
        Ok((line, false))
    }

    /// Takes up the state at the commit of the mark.
    fn resume(&mut self, old: &ObjectId, employed: Vec<(String, String, Day)>) -> Result<(), SourceError> {
        let mut buffer = Vec::new();
        let tree = self.repository.commit(old, &mut buffer).map(|commit| commit.tree).map_err(|lack| {
            SourceError::new(format!("cannot read commit {old}: {}", lack.reason()))
                .hint("run `git fsck` there")
        })?;
        self.look(old, &tree);
        self.table = self.lists.table();
        self.employed = employed;
        Ok(())
    }

    /// Brings the lists up to the tree of a commit; whether one of them changed.
    fn look(&mut self, commit: &ObjectId, tree: &ObjectId) -> bool {
        match self.root.update_root(&self.repository, tree) {
            Ok(false) if !self.behind => return false,
            Ok(_) => self.behind = false,
            Err(lack) => {
                self.broken = true;
                self.skip(commit.to_string(), format!("its role files are not read: {}", lack.reason()));
                return false;
            }
        }
        for (path, reason) in self.lists.update(&self.root.files(), &self.repository) {
            self.skip(format!("{} {path}", commit.to_hex_with_len(10)), reason);
        }
        true
    }

    fn skip(&mut self, place: String, reason: String) {
        self.skips += 1;
        if self.skips <= NAMED_SKIPS {
            self.page.skipped.push(Skipped { place, reason });
        }
    }

    /// Adds what the commits of a week give and take, oldest first.
    fn week(&mut self, links: &[Link]) {
        let Some(last) = links.last() else { return };
        self.weeks += 1;
        if self.weeks > WEEKS_OPEN
            && let Ok(again) = Repository::open(self.path)
        {
            (self.repository, self.weeks) = (again, 0);
        }
        if let Ok(false) = self.root.update_root(&self.repository, &last.tree)
            && !self.behind
        {
            self.read += links.len() as u64;
            return;
        }
        self.behind = true;
        for link in links {
            self.step(link);
        }
    }

    /// Adds what one commit gives and takes.
    fn step(&mut self, link: &Link) {
        self.read += 1;
        if !self.look(&link.id, &link.tree) {
            return;
        }
        let was = std::mem::replace(&mut self.table, self.lists.table());
        let now = std::mem::take(&mut self.table);
        let held = if self.starts_cut && self.read == 1 { ", held by then" } else { "" };
        for (key, grant) in now.roles.iter().filter(|(key, _)| !was.roles.contains_key(*key)) {
            self.push(link, Kind::RoleGranted, key.0, &format!("{}{held}", grant.title), &grant.who);
        }
        for (key, grant) in was.roles.iter().filter(|(key, _)| !now.roles.contains_key(*key)) {
            self.push(link, Kind::RoleRemoved, key.0, &grant.title, &grant.who);
        }
        for (a, b) in now.claims.difference(&was.claims) {
            self.claim(a, b);
        }
        self.employ(&was, &now, link.at.day());
        self.table = now;
    }

    fn push(&mut self, link: &Link, kind: Kind, role: &str, title: &str, who: &Identity) {
        let person = self.people.number(who.clone());
        self.page.activities.push(Activity {
            key: keys::role(&link.id, kind, role, &who.native, &self.repository.origin.subject()),
            kind,
            actor: self.people.place(person),
            at: link.at,
            subject: Some(self.repository.origin.subject().into()),
            thread: None,
            counterpart: None,
            labels: vec![role.to_owned()],
            title: Some(text::title(title)),
            url: None,
        });
    }

    fn claim(&mut self, mail: &lists::Person, login: &lists::Person) {
        for person in [mail, login] {
            let number = self.people.number(person.0.clone());
            self.people.place(number);
        }
        let (a, b) = (mail.0.native.clone(), login.0.native.clone());
        let key = keys::record("role-file", self.stream, &[&a, &b]);
        let record = Record::Claim(Claim { a, b, rule: ClaimRule::RoleFile });
        if !self.page.records.iter().any(|(known, _)| *known == key) {
            self.page.records.push((key, record));
        }
    }

    /// Opens and closes the periods at companies that the files name.
    fn employ(&mut self, was: &Table, now: &Table, day: Day) {
        for (native, company) in now.companies.difference(&was.companies) {
            if !self.employed.iter().any(|(who, at, _)| who == native && at == company) {
                self.employed.push((native.clone(), company.clone(), day));
                self.affiliate(native, company, day, None);
            }
        }
        for (native, company) in was.companies.difference(&now.companies) {
            if let Some(at) = self.employed.iter().position(|(who, at, _)| who == native && at == company) {
                let (_, _, from) = self.employed.remove(at);
                self.affiliate(native, company, from, Some(day));
            }
        }
    }

    fn affiliate(&mut self, native: &str, company: &str, from: Day, to: Option<Day>) {
        let key = keys::record("affiliation", self.stream, &[native, company, &from.0.to_string()]);
        self.page.records.retain(|(known, _)| *known != key);
        let record = Affiliation {
            identity: native.to_owned(),
            company: company.to_owned(),
            from: Some(from),
            to,
            project: Some(self.repository.origin.project.clone()),
        };
        self.page.records.push((key, Record::Affiliation(record)));
    }

    fn flush(&mut self, mark: Option<String>, emit: Emit<'_>) -> ControlFlow<()> {
        let mut page = std::mem::take(&mut self.page);
        let is_last = mark.is_some();
        if is_last && self.skips > NAMED_SKIPS {
            let reason = format!("{} more role files or commits could not be read", self.skips - NAMED_SKIPS);
            page.skipped.push(Skipped { place: self.repository.place.clone(), reason });
        }
        // What could not be read may still hold: then nothing is inferred.
        let is_sure = self.skips == 0;
        page.listing = self.listed.map(|later| match (later, is_last && is_sure) {
            (false, true) => Listing::Whole,
            (true, true) => Listing::Last,
            (false, false) => Listing::First,
            (true, false) => Listing::Middle,
        });
        self.listed = self.listed.map(|_| true);
        page.activities.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        page.records.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        page.identities = self.people.take();
        if let Some(web) = &self.repository.origin.web {
            page.subjects.push((self.repository.origin.subject(), web.clone()));
        }
        (page.mark, page.read, page.expected) = (mark, self.read, Some(self.expected));
        emit(page)
    }
}
