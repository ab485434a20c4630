//! A page being filled: people by their place, activities under their keys, what could not be read. Must not know how
//! it was asked.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    people::{self, Actor},
    place::Repo,
    step::{Job, More, Part, RestRepo, TOGETHER},
};
use crate::{
    domain::{
        activity::{Activity, Kind},
        identity::Identity,
        page::{Page, Skipped},
        text,
        time::Time,
    },
    sources::{SourceError, answer, remote::Fault},
};

/// What is the same for all pages of a stream.
pub(super) struct Context<'a> {
    pub(super) forge: &'a str,
    /// What happened before is not kept.
    pub(super) floor: Option<Time>,
    /// As configured.
    pub(super) repo: &'a str,
}

/// A repository as GraphQL writes it (`here` in the queries).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Repository {
    #[serde(rename = "databaseId")]
    pub(super) id: i64,
    #[serde(rename = "nameWithOwner")]
    pub(super) name: String,
    pub(super) url: Option<String>,
}

/// A number that may be beyond 32 bits and is then written as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(input)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let sound = !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit());
        if sound { Ok(Self(text)) } else { Err(serde::de::Error::custom("expected a number")) }
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// `{ nodes { name } }` of labels.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Labels {
    nodes: Option<Vec<Option<Label>>>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Label {
    #[serde(default)]
    pub(super) name: String,
}

impl From<Vec<String>> for Labels {
    fn from(names: Vec<String>) -> Self {
        Self { nodes: Some(names.into_iter().map(|name| Some(Label { name })).collect()) }
    }
}

impl Labels {
    pub(super) fn names(&self) -> Vec<String> {
        named(self.nodes.iter().flatten().flatten())
    }
}

pub(super) fn named<'a>(labels: impl Iterator<Item = &'a Label>) -> Vec<String> {
    labels.map(|label| text::name(&label.name)).filter(|name| !name.is_empty()).collect()
}

/// Where in a list a page ends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    #[serde(default)]
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}

/// A nested list: its records one by one, so that an unsound one does not take the others with it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Nested {
    #[serde(default)]
    pub(super) page_info: PageInfo,
    #[serde(default)]
    pub(super) nodes: Vec<Value>,
}

/// The issue, pull request or discussion that activities belong to.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    pub(super) number: u64,
    name: Arc<str>,
    title: Option<String>,
    pub(super) opener: u32,
    /// The address below the repository's.
    path: String,
}

impl Thread {
    /// `section`: `issues`, `pull`, `discussions`.
    pub(super) fn new(number: u64, title: &str, opener: u32, section: &str) -> Self {
        let title = Some(text::title(title)).filter(|title| !title.is_empty());
        Self {
            number,
            name: format!("#{number}").into(),
            title,
            opener,
            path: format!("/{section}/{number}"),
        }
    }
}

/// One activity to be added.
pub(super) struct Fact<'a> {
    pub(super) key: String,
    pub(super) kind: Kind,
    pub(super) actor: u32,
    pub(super) at: Time,
    pub(super) thread: Option<&'a Thread>,
    pub(super) counterpart: Option<u32>,
    pub(super) labels: Vec<String>,
    /// What stands behind the thread's address: `#issuecomment-5`.
    pub(super) anchor: String,
}

/// A page being filled.
pub(super) struct Facts<'a> {
    pub(super) page: Page,
    context: &'a Context<'a>,
    people: HashMap<String, u32>,
    subject: Arc<str>,
    pub(super) repo: i64,
    web: Option<String>,
    /// Nested lists that have more.
    more: Vec<Part>,
    lean: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn new(context: &'a Context<'a>, repo: &Repository, lean: bool) -> Self {
        let name = Some(repo.name.as_str()).filter(|name| Repo::parse(name).is_ok()).unwrap_or(context.repo);
        let subject: Arc<str> = format!("repo:{name}").into();
        let web = repo.url.as_deref().and_then(text::web).map(|web| web.trim_end_matches('/').to_owned());
        let mut page = Page::default();
        page.subjects.extend(web.clone().map(|web| (subject.to_string(), web)));
        Self { page, context, people: HashMap::new(), subject, repo: repo.id, web, more: Vec::new(), lean }
    }

    pub(super) fn by_rest(context: &'a Context<'a>, repo: &RestRepo) -> Self {
        let repo = Repository { id: repo.id, name: repo.name.clone(), url: repo.web.clone() };
        Self::new(context, &repo, false)
    }

    /// The place of somebody in the page; nobody is who deleted their account.
    pub(super) fn person(&mut self, actor: Option<&Actor>) -> u32 {
        let identity: Identity =
            actor.map_or_else(people::nobody, |actor| actor.identity(self.context.forge));
        if let Some(place) = self.people.get(&identity.native) {
            return *place;
        }
        let place = u32::try_from(self.page.identities.len()).unwrap_or(u32::MAX);
        self.people.insert(identity.native.clone(), place);
        self.page.identities.push(identity);
        place
    }

    pub(super) fn native(&self, place: u32) -> &str {
        usize::try_from(place).ok().and_then(|at| self.page.identities.get(at)).map_or("", |one| &one.native)
    }

    pub(super) fn push(&mut self, fact: Fact<'_>) {
        let url = match (&self.web, fact.thread) {
            (Some(web), Some(thread)) => Some(format!("{web}{}{}", thread.path, fact.anchor)),
            _ => None,
        };
        // The opening alone bears the title: what happened later is not read again when somebody edits it.
        let is_opening = matches!(fact.kind, Kind::IssueOpened | Kind::PrOpened | Kind::TopicOpened);
        let title = fact.thread.filter(|_| is_opening).and_then(|thread| thread.title.clone());
        self.add(fact, title, url);
    }

    /// An activity of no thread, with a title and an address of its own.
    pub(super) fn add(&mut self, fact: Fact<'_>, title: Option<String>, url: Option<String>) {
        if self.context.floor.is_some_and(|floor| fact.at < floor) {
            return;
        }
        self.page.activities.push(Activity {
            key: fact.key.into_bytes(),
            kind: fact.kind,
            actor: fact.actor,
            at: fact.at,
            subject: Some(self.subject.clone()),
            thread: fact.thread.map(|thread| thread.name.clone()),
            counterpart: fact.counterpart,
            labels: fact.labels,
            title,
            url,
        });
    }

    /// Reads one record; an unsound one is skipped, said where it stands.
    pub(super) fn record<T: serde::de::DeserializeOwned>(&mut self, value: &Value, place: &str) -> Option<T> {
        // What may not be seen comes as null, with an error beside it that is kept already.
        if value.is_null() {
            return None;
        }
        match answer::record(value) {
            Ok(record) => Some(record),
            Err(reason) => {
                let place = text::name(&format!("{} {place}", self.context.repo));
                self.page.skipped.push(Skipped { place, reason });
                None
            }
        }
    }

    /// A nested list goes on.
    pub(super) fn goes_on(&mut self, part: Part) {
        self.more.push(part);
    }

    /// The page, with the people that its activities name, and with steps for the nested lists that have more.
    pub(super) fn finish(mut self) -> Page {
        self.drop_unnamed();
        let lean = self.lean;
        let steps = self
            .more
            .chunks(TOGETHER)
            .map(|parts| Job::More(More { parts: parts.to_vec(), size: 100, lean }).step());
        self.page.steps.extend(steps);
        self.page
    }

    /// Who is in no activity (all of theirs are too long ago) is not kept.
    fn drop_unnamed(&mut self) {
        let mut places = vec![None; self.page.identities.len()];
        let mut kept = Vec::new();
        for activity in &mut self.page.activities {
            for place in std::iter::once(&mut activity.actor).chain(&mut activity.counterpart) {
                let Some(new) = usize::try_from(*place).ok().and_then(|at| places.get_mut(at)) else {
                    continue;
                };
                let next = u32::try_from(kept.len()).unwrap_or(u32::MAX);
                let at = *place;
                *place = *new.get_or_insert_with(|| {
                    kept.push(at);
                    next
                });
            }
        }
        let all = std::mem::take(&mut self.page.identities);
        let find = |at: u32| usize::try_from(at).ok().and_then(|at| all.get(at).cloned());
        self.page.identities = kept.into_iter().filter_map(find).collect();
    }
}

/// The step after a page: an error where the list does not go on though it says so.
pub(super) fn after(page: &PageInfo, before: Option<&str>, stream: &str) -> Result<Option<String>, Fault> {
    match page.end_cursor.as_deref() {
        _ if !page.has_next_page => Ok(None),
        Some(next) if Some(next) != before => Ok(Some(next.to_owned())),
        _ => Err(Fault::Stream(
            SourceError::new(format!(
                "{stream}: a list says that it goes on, and names the same place again"
            ))
            .hint("sync again later"),
        )),
    }
}
