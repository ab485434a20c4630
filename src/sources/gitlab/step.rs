//! The steps of a reading: what is asked next, as it is kept in the store, and the request that it stands for.
//! Must not know what the answers hold.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Mark, PAGE};
use crate::{
    domain::{page::Step, time::Time},
    sources::{
        SourceError,
        remote::{Method, Request, Response},
    },
};

/// Offsets are refused from 50,000 on: a feed starts anew at the day that it has reached.
const LAST_PAGE: u32 = 400;

const PROFILES: &str = "query profiles($ids: [ID!]) { users(ids: $ids, first: 100) { nodes { id name publicEmail \
                        organization } } }";

/// A project that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Project {
    pub(super) id: u64,
    /// Its path as it is now.
    pub(super) name: String,
    pub(super) web: String,
}

impl Project {
    pub(super) fn subject(&self) -> String {
        format!("repo:{}", self.name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum List {
    Issues,
    MergeRequests,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Feed {
    Notes,
    Reopened,
    Approved,
}

impl Feed {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::Reopened => "reopened",
            Self::Approved => "approved",
        }
    }
}

/// A page of a list or a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Paged {
    pub(super) project: Project,
    /// What the stream was complete up to before, in seconds.
    pub(super) since: Option<i64>,
    /// Lists: changed (or at the first reading created) at or after this moment. Feeds: happened after this day.
    pub(super) after: Option<String>,
    pub(super) page: u32,
    /// Whether an earlier reading may have brought what is missing now.
    pub(super) again: bool,
    /// People whose profiles were asked for.
    pub(super) met: BTreeSet<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ask {
    /// `before`: what the last reading left.
    Project {
        before: Option<Mark>,
    },
    List(List, Paged),
    Feed(Feed, Paged),
    Members {
        project: Project,
        page: u32,
    },
    /// `by`: the request whose answer named these people.
    Profiles {
        ids: Vec<u64>,
        by: String,
    },
}

/// When the last record of a page was made and last changed, as the API writes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated<'a> {
    pub(super) created_at: &'a str,
    pub(super) updated_at: &'a str,
}

impl Paged {
    /// From a moment to the day before it: feeds begin after a day.
    pub(super) fn by_day(self) -> Self {
        let after = self.since.map(|since| Time(since).day().plus(-1).to_string());
        Self { after, ..self }
    }

    /// The next page of a list, from the last moment of this one: by creation, or by change, where whatever changes
    /// while it is read moves to its end.
    pub(super) fn next_from(
        self,
        response: &Response,
        count: usize,
        last: Option<Dated<'_>>,
    ) -> Option<Self> {
        let next = more(response, count)?;
        let last = last.map(|last| if self.again { last.updated_at } else { last.created_at });
        match last.filter(|last| self.after.as_deref() != Some(*last)) {
            Some(last) => Some(Self { after: Some(last.to_owned()), page: 1, ..self }),
            None => Some(Self { page: next.max(self.page + 1), ..self }),
        }
    }

    /// The next page of a feed that is ordered by time.
    pub(super) fn next_by_day(self, response: &Response, count: usize, last: Option<Time>) -> Option<Self> {
        let next = more(response, count)?;
        let day = last.map(|last| last.day().plus(-1).to_string());
        if self.page >= LAST_PAGE && day.is_some() && day > self.after {
            return Some(Self { after: day, page: 1, ..self });
        }
        Some(Self { page: next.max(self.page + 1), ..self })
    }
}

/// The number of the next page; empty at the end, and left out by some servers.
fn more(response: &Response, count: usize) -> Option<u32> {
    match response.header("x-next-page") {
        Some(next) => next.trim().parse().ok(),
        None => (count >= PAGE).then_some(0),
    }
}

impl Ask {
    pub(super) fn step(&self) -> Step {
        // Texts and numbers: they can always be written.
        Step(serde_json::to_value(self).unwrap_or_default())
    }

    pub(super) fn read(step: &Step) -> Result<Self, SourceError> {
        Self::deserialize(&step.0).map_err(|error| {
            SourceError::new(format!("a step that an earlier reading left cannot be understood: {error}"))
                .hint("sync this source with --full")
        })
    }

    /// How an error names it.
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Project { .. } => "the project",
            Self::List(List::Issues, _) => "the issues",
            Self::List(List::MergeRequests, _) => "the merge requests",
            Self::Feed(..) => "the activity",
            Self::Members { .. } => "the members",
            Self::Profiles { .. } => "the profiles",
        }
    }

    /// `encoded`: the project's path as one part of a path.
    pub(super) fn request(&self, encoded: &str) -> Request {
        let api = |rest: &str| format!("/api/v4/projects/{rest}");
        let (path, query) = match self {
            Self::Project { .. } => (api(encoded), Vec::new()),
            Self::List(list, paged) => {
                let name = if *list == List::Issues { "issues" } else { "merge_requests" };
                let mut query = vec![("sort", "asc".to_owned())];
                // What was created when stands still while a long list is read; later readings ask for changes.
                if paged.again {
                    query.push(("order_by", "updated_at".to_owned()));
                    query.extend(paged.after.clone().map(|after| ("updated_after", after)));
                } else {
                    query.push(("order_by", "created_at".to_owned()));
                    query.extend(paged.after.clone().map(|after| ("created_after", after)));
                    query.extend(paged.since.map(|since| ("updated_after", Time(since).to_string())));
                }
                (api(&format!("{}/{name}", paged.project.id)), pages(query, paged.page))
            }
            Self::Feed(feed, paged) => {
                let mut query = vec![("sort", "asc".to_owned())];
                let only = match feed {
                    Feed::Notes => vec![("target_type", "note")],
                    Feed::Reopened => vec![("target_type", "issue"), ("action", "reopened")],
                    Feed::Approved => vec![("action", "approved")],
                };
                query.extend(only.into_iter().map(|(name, value)| (name, value.to_owned())));
                query.extend(paged.after.clone().map(|after| ("after", after)));
                (api(&format!("{}/events", paged.project.id)), pages(query, paged.page))
            }
            Self::Members { project, page } => {
                (api(&format!("{}/members/all", project.id)), pages(Vec::new(), *page))
            }
            Self::Profiles { ids, .. } => {
                let ids: Vec<String> = ids.iter().map(|id| format!("gid://gitlab/User/{id}")).collect();
                let body = json!({ "query": PROFILES, "variables": { "ids": ids } });
                let path = "/api/graphql".to_owned();
                return Request { method: Method::Post, path, body: Some(body), ..Request::default() };
            }
        };
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Request { path, query, ..Request::default() }
    }
}

fn pages(mut query: Vec<(&'static str, String)>, page: u32) -> Vec<(&'static str, String)> {
    query.extend([("per_page", PAGE.to_string()), ("page", page.to_string())]);
    query
}
