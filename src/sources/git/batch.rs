//! Commits gathered into a page: activities, the identities they name, and the claims of merges. Must not
//! know which commits are read.

use std::{collections::HashSet, sync::Arc};

use gix::{ObjectId, hashtable};

use super::{
    commit::Commit,
    keys,
    message::{self, Credit, Named},
    origin::Origin,
    repository::Repository,
    signature::{People, by_email, by_login, decode},
};
use crate::domain::{
    activity::{Activity, Kind},
    identity::Identity,
    page::Page,
    record::{Claim, ClaimRule, Record},
    text,
    time::Time,
};

pub(super) struct Batch<'r> {
    pub page: Page,
    origin: &'r Origin,
    stream: &'r str,
    subject: Arc<str>,
    place: keys::Place,
    people: People,
    /// Tips of merged branches whose author is not read yet, and the logins that their merges name.
    awaited: hashtable::HashMap<ObjectId, Vec<u32>>,
    /// The same in the order of reading.
    asked: Vec<ObjectId>,
    claimed: HashSet<(u32, u32)>,
}

/// What the activities of one commit share.
struct Shared<'c> {
    id: &'c ObjectId,
    at: Time,
    title: Option<String>,
    thread: Option<Arc<str>>,
}

impl<'r> Batch<'r> {
    pub(super) fn new(origin: &'r Origin, stream: &'r str) -> Self {
        Self {
            page: Page::default(),
            subject: origin.subject().into(),
            place: keys::place(&origin.subject()),
            origin,
            stream,
            people: People::default(),
            awaited: hashtable::HashMap::default(),
            asked: Vec::new(),
            claimed: HashSet::new(),
        }
    }

    /// The keys of all that a commit said.
    pub(super) fn keys(origin: &Origin, stream: &str, id: &ObjectId, commit: &Commit<'_>) -> Vec<Vec<u8>> {
        let mut batch = Batch::new(origin, stream);
        batch.commit(id, commit);
        batch.page.activities.into_iter().map(|activity| activity.key).collect()
    }

    /// Adds what a commit says.
    pub(super) fn commit(&mut self, id: &ObjectId, commit: &Commit<'_>) {
        let author = self.people.signature(&commit.author, commit.latin1);
        if !self.awaited.is_empty()
            && let Some(logins) = self.awaited.remove(id)
        {
            self.claim(author, &logins);
        }
        let first = commit.message.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
        let title =
            first.map(|line| text::title(&decode(line, commit.latin1))).filter(|title| !title.is_empty());
        let mut shared = Shared { id, at: commit.at(), title, thread: None };
        if commit.parents.len() >= 2 {
            self.merge(author, commit, &mut shared);
        } else {
            shared.thread = shared.title.as_deref().and_then(message::squash).map(Into::into);
            self.push(&shared, Kind::CommitAuthored, 0, author, None);
        }
        if !commit.committer.is_same(&commit.author) && !commit.committer.is_machine() {
            let committer = self.people.signature(&commit.committer, commit.latin1);
            self.push(&shared, Kind::CommitMerged, 1, committer, Some(author));
        }
        self.credits(author, commit, &shared);
    }

    fn merge(&mut self, author: u32, commit: &Commit<'_>, shared: &mut Shared<'_>) {
        let text = decode(commit.message, commit.latin1);
        let request = message::merge(&text);
        shared.thread = request.thread.map(Into::into);
        let login = request.login.filter(|login| !self.origin.is_owner(login));
        let login = login.map(|login| self.people.number(self.login(login)));
        self.push(shared, Kind::CommitMerged, 0, author, login);
        if let (Some(login), [_, tip]) = (login, commit.parents.as_slice()) {
            let logins = self.awaited.entry(*tip).or_default();
            if logins.is_empty() {
                self.asked.push(*tip);
            }
            logins.push(login);
        }
    }

    fn login(&self, login: &str) -> Identity {
        by_login(login, self.origin.forge.as_deref().unwrap_or("github"))
    }

    fn credits(&mut self, author: u32, commit: &Commit<'_>, shared: &Shared<'_>) {
        let mut credited: Vec<(Credit, u32)> = Vec::new();
        for (credit, value) in message::credits(commit.message) {
            let value = decode(value, commit.latin1);
            for person in message::named(&value) {
                let identity = match person {
                    Named::Email { name, email } => by_email(name, email),
                    Named::Login(login) => self.login(login),
                };
                let is_author = |known: &Identity| {
                    known.native == identity.native || known.email.is_some() && known.email == identity.email
                };
                if is_author(self.people.get(author)) {
                    continue;
                }
                let person = self.people.number(identity);
                if credited.contains(&(credit, person)) {
                    continue;
                }
                let ordinal = credited.iter().filter(|(other, _)| *other == credit).count();
                credited.push((credit, person));
                match credit {
                    Credit::Coauthor => {
                        self.push(shared, Kind::CommitCoauthored, ordinal, person, None);
                    }
                    Credit::Reviewer => {
                        self.push(shared, Kind::CommitReviewed, ordinal, person, Some(author));
                    }
                }
            }
        }
    }

    fn push(
        &mut self,
        shared: &Shared<'_>,
        kind: Kind,
        ordinal: usize,
        actor: u32,
        counterpart: Option<u32>,
    ) {
        self.page.activities.push(Activity {
            key: keys::activity(shared.id, kind, ordinal, self.place),
            kind,
            actor: self.people.place(actor),
            at: shared.at,
            subject: Some(self.subject.clone()),
            thread: shared.thread.clone(),
            counterpart: counterpart.map(|person| self.people.place(person)),
            labels: Vec::new(),
            title: shared.title.clone(),
            url: None,
        });
    }

    fn claim(&mut self, author: u32, logins: &[u32]) {
        for login in logins {
            if self.claimed.insert((author, *login)) {
                self.people.place(author);
                self.people.place(*login);
                let (a, b) = (self.people.get(author).native.clone(), self.people.get(*login).native.clone());
                let key = keys::record("merge-login", self.stream, &[&a, &b]);
                self.page.records.push((key, Record::Claim(Claim { a, b, rule: ClaimRule::MergeLogin })));
            }
        }
    }

    /// Looks up the authors of merged branches that this reading has not met.
    pub(super) fn close(&mut self, repository: &Repository) {
        let mut buffer = Vec::new();
        for tip in std::mem::take(&mut self.asked) {
            if let Some(logins) = self.awaited.remove(&tip)
                && let Ok(commit) = repository.commit(&tip, &mut buffer)
            {
                let author = self.people.signature(&commit.author, commit.latin1);
                self.claim(author, &logins);
            }
        }
    }

    /// The page so far, in the order of its keys; the next one begins.
    pub(super) fn take(&mut self) -> Page {
        let mut page = std::mem::take(&mut self.page);
        page.activities.sort_by_cached_key(|activity| keys::rank(&activity.key));
        page.records.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        page.gone.sort_unstable();
        page.identities = self.people.take();
        if let Some(web) = &self.origin.web {
            page.subjects.push((self.subject.to_string(), web.clone()));
        }
        page
    }
}
