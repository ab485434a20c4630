//! Commits gathered into a page: activities, the identities they name, and the claims of merges. Must not
//! know which commits are read.

use std::{collections::HashSet, sync::Arc};

use gix::ObjectId;

use super::{
    commit::{Author, Commit},
    keys,
    lines::{Line, Lines},
    message::{self, Credit, Named},
    origin::Origin,
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
    lines: Lines,
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
            lines: Lines::default(),
            claimed: HashSet::new(),
        }
    }

    /// The keys of all that a commit said.
    pub(super) fn keys(origin: &Origin, stream: &str, id: &ObjectId, commit: &Commit<'_>) -> Vec<Vec<u8>> {
        let mut batch = Batch::new(origin, stream);
        batch.commit(id, commit, None);
        batch.page.activities.into_iter().map(|activity| activity.key).collect()
    }

    /// Begins at the tips, the main one first.
    pub(super) fn begin(&mut self, tips: &[ObjectId]) {
        self.lines.begin(tips);
    }

    /// Adds what a commit says. Children come before their parents. `tip`: of a merge, who wrote the tip of the
    /// branch that it brings in.
    pub(super) fn commit(&mut self, id: &ObjectId, commit: &Commit<'_>, tip: Option<Author<'_>>) {
        let author = self.people.signature(&commit.author, commit.latin1);
        let first = commit.message.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
        let title =
            first.map(|line| text::title(&decode(line, commit.latin1))).filter(|title| !title.is_empty());
        let line = self.lines.take(id);
        let mut shared = Shared { id, at: commit.at(), title, thread: line.thread.clone() };
        if commit.parents.len() >= 2 {
            self.merge(author, commit, tip, &line, &mut shared);
        } else {
            // A request that the commit itself names is its own; who merged that one is not known.
            let own: Option<Arc<str>> = shared.title.as_deref().and_then(message::squash).map(Into::into);
            let merger = line.merger.filter(|merger| *merger != author && own.is_none());
            shared.thread = own.or(shared.thread);
            self.push(&shared, Kind::CommitAuthored, 0, author, merger);
        }
        if !commit.committer.is_same(&commit.author) && !commit.committer.is_machine() {
            let committer = self.people.signature(&commit.committer, commit.latin1);
            self.push(&shared, Kind::CommitMerged, 1, committer, Some(author));
        }
        self.credits(author, commit, &shared);
        if let Some(parent) = commit.parents.first() {
            self.lines.goes_on(*parent, line);
        }
    }

    /// Adds what a merge says: its author merged the change of whoever wrote the branch, or of the login that it
    /// names, where the merger's own commit is the tip.
    fn merge(
        &mut self,
        author: u32,
        commit: &Commit<'_>,
        tip: Option<Author<'_>>,
        line: &Line,
        shared: &mut Shared<'_>,
    ) {
        let text = decode(commit.message, commit.latin1);
        let request = message::merge(&text);
        let login = request.login.filter(|login| !self.origin.is_owner(login));
        let login = login.map(|login| self.people.number(self.login(login)));
        let thread: Option<Arc<str>> = request.thread.map(Into::into);
        let mut changed = login;
        if let Some(tip) = tip {
            let wrote = self.people.signature(&tip.signature, tip.latin1);
            if let Some(login) = login {
                self.claim(wrote, login);
            }
            if thread.is_some() && !tip.signature.is_same(&commit.author) {
                changed = Some(wrote);
            }
        }
        let merger = Some(author).filter(|_| !commit.author.is_machine());
        let branch = line.branch(*shared.id, commit.committer.at.0, thread.clone().map(|own| (own, merger)));
        for parent in commit.parents.iter().skip(1) {
            self.lines.goes_on(*parent, branch.clone());
        }
        shared.thread = thread.or_else(|| shared.thread.take());
        self.push(shared, Kind::CommitMerged, 0, author, changed);
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
                if is_same(self.people.get(author), &identity) {
                    continue;
                }
                let is_known = |(other, known): &(Credit, u32)| {
                    *other == credit && is_same(self.people.get(*known), &identity)
                };
                if credited.iter().any(is_known) {
                    continue;
                }
                let person = self.people.number(identity);
                let ordinal = credited.iter().filter(|(other, _)| *other == credit).count();
                credited.push((credit, person));
                match credit {
                    Credit::Coauthor => {
                        self.push(shared, Kind::CommitCoauthored, ordinal, person, Some(author));
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

    fn claim(&mut self, author: u32, login: u32) {
        if self.claimed.insert((author, login)) {
            self.people.place(author);
            self.people.place(login);
            let (a, b) = (self.people.get(author).native.clone(), self.people.get(login).native.clone());
            let key = keys::record("merge-login", self.stream, &[&a, &b]);
            self.page.records.push((key, Record::Claim(Claim { a, b, rule: ClaimRule::MergeLogin })));
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

/// Whether two identities that one commit names are one person: by name, address or login.
fn is_same(one: &Identity, other: &Identity) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    };
    one.native == other.native
        || same(&one.email, &other.email)
        || same(&one.name, &other.name)
        || one.forge == other.forge && same(&one.handle, &other.handle)
}
