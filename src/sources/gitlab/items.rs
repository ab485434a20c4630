//! Issues and merge requests: who opened, closed and merged them. Must not know their comments.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{
    Gitlab, User,
    step::{Ask, Dated, List, Paged, Project},
};
use crate::{
    domain::{
        activity::{Activity, Kind},
        page::Page,
        text,
        time::Time,
    },
    sources::{
        filling::{self, Filling},
        remote::{Fault, Response},
    },
};

#[derive(Debug, Deserialize)]
struct Issue {
    iid: u64,
    title: Option<String>,
    state: String,
    created_at: String,
    updated_at: String,
    author: Option<User>,
    closed_at: Option<String>,
    closed_by: Option<User>,
    #[serde(default)]
    labels: Vec<String>,
    moved_to_id: Option<u64>,
    #[serde(rename = "_links", default)]
    links: Value,
}

#[derive(Debug, Deserialize)]
struct MergeRequest {
    iid: u64,
    title: Option<String>,
    state: String,
    created_at: String,
    updated_at: String,
    author: Option<User>,
    merged_at: Option<String>,
    merge_user: Option<User>,
    /// What older servers call who merged it.
    merged_by: Option<User>,
    closed_at: Option<String>,
    closed_by: Option<User>,
    #[serde(default)]
    labels: Vec<String>,
}

/// An issue (`#4`) or a merge request (`!4`) while it is read.
pub(super) struct Thread {
    /// Of the project, which outlives its name.
    project: u64,
    subject: Arc<str>,
    name: Arc<str>,
    url: Option<String>,
}

impl Thread {
    pub(super) fn issue(project: &Project, iid: u64) -> Self {
        let url = text::web(&format!("{}/-/issues/{iid}", project.web));
        Self {
            project: project.id,
            subject: Arc::from(project.subject()),
            name: Arc::from(format!("#{iid}")),
            url,
        }
    }

    pub(super) fn merge_request(project: &Project, iid: u64) -> Self {
        let url = text::web(&format!("{}/-/merge_requests/{iid}", project.web));
        Self {
            project: project.id,
            subject: Arc::from(project.subject()),
            name: Arc::from(format!("!{iid}")),
            url,
        }
    }

    /// `anchor`: where within its page (`#note_7`), or nothing.
    pub(super) fn activity(&self, kind: Kind, key: &str, by: (u32, Time), anchor: &str) -> Activity {
        Activity {
            // Numbers count within a project.
            key: format!("{}/{key}", self.project).into_bytes(),
            kind,
            actor: by.0,
            at: by.1,
            subject: Some(Arc::clone(&self.subject)),
            thread: Some(Arc::clone(&self.name)),
            counterpart: None,
            labels: Vec::new(),
            title: None,
            url: self.url.as_deref().and_then(|url| text::web(&format!("{url}{anchor}"))),
        }
    }
}

impl Gitlab {
    pub(super) fn issues(&self, response: &Response, mut paged: Paged) -> Result<Page, Fault> {
        let mut page = Filling::default();
        let (issues, count) = Self::records::<Issue>(&mut page, response, "a list of issues")?;
        for issue in &issues {
            self.issue(&mut page, &paged.project, issue);
        }
        let people = issues.iter().flat_map(|issue| [issue.author.as_ref(), issue.closed_by.as_ref()]);
        self.meet(&mut page, &mut paged, "issues", people.flatten());
        let last =
            issues.last().map(|issue| Dated { created_at: &issue.created_at, updated_at: &issue.updated_at });
        if let Some(next) = paged.next_from(response, count, last) {
            page.ask(Ask::List(List::Issues, next).step());
        }
        Ok(page.finish())
    }

    fn issue(&self, page: &mut Filling, project: &Project, issue: &Issue) {
        let thread = Thread::issue(project, issue.iid);
        let Some(at) = Time::parse(&issue.created_at) else {
            page.skip(text::name(&format!("{}#{}", project.name, issue.iid)), "it has no date");
            return;
        };
        let author = self.person(page, issue.author.as_ref());
        page.put(Activity {
            labels: labels(&issue.labels),
            title: filling::title(issue.title.as_deref()),
            ..thread.activity(Kind::IssueOpened, &format!("issue/{}", issue.iid), (author, at), "")
        });
        let closed = issue.closed_at.as_deref().and_then(Time::parse).filter(|_| issue.state == "closed");
        let Some(closed) = closed else { return };
        let by = self.person(page, issue.closed_by.as_ref());
        // GitLab knows no reasons: why an issue was closed stands in its labels (`wontfix`).
        let mut why = labels(&issue.labels);
        if issue.moved_to_id.is_some() {
            why.push("moved".to_owned());
        }
        if !issue.links["closed_as_duplicate_of"].is_null() {
            why.push("duplicate".to_owned());
        }
        page.put(Activity {
            counterpart: Some(author).filter(|author| *author != by),
            labels: why,
            ..thread.activity(Kind::IssueClosed, &format!("issue/{}/closed", issue.iid), (by, closed), "")
        });
    }

    pub(super) fn merge_requests(&self, response: &Response, mut paged: Paged) -> Result<Page, Fault> {
        let mut page = Filling::default();
        let what = "a list of merge requests";
        let (found, count) = Self::records::<MergeRequest>(&mut page, response, what)?;
        for one in &found {
            self.merge_request(&mut page, &paged, one);
        }
        let people = found.iter().flat_map(|one| {
            [&one.author, &one.merge_user, &one.merged_by, &one.closed_by].map(Option::as_ref)
        });
        self.meet(&mut page, &mut paged, "merge-requests", people.flatten());
        let last = found.last().map(|one| Dated { created_at: &one.created_at, updated_at: &one.updated_at });
        if let Some(next) = paged.next_from(response, count, last) {
            page.ask(Ask::List(List::MergeRequests, next).step());
        }
        Ok(page.finish())
    }

    fn merge_request(&self, page: &mut Filling, paged: &Paged, found: &MergeRequest) {
        let project = &paged.project;
        let thread = Thread::merge_request(project, found.iid);
        let Some(at) = Time::parse(&found.created_at) else {
            page.skip(text::name(&format!("{}!{}", project.name, found.iid)), "it has no date");
            return;
        };
        let author = self.person(page, found.author.as_ref());
        let key = format!("merge-request/{}", found.iid);
        page.put(Activity {
            labels: labels(&found.labels),
            title: filling::title(found.title.as_deref()),
            ..thread.activity(Kind::PrOpened, &key, (author, at), "")
        });
        let end = match found.state.as_str() {
            "merged" => {
                let by = found.merge_user.as_ref().or(found.merged_by.as_ref());
                found.merged_at.as_deref().and_then(Time::parse).map(|at| (Kind::PrMerged, at, by))
            }
            "closed" => {
                let by = found.closed_by.as_ref();
                found.closed_at.as_deref().and_then(Time::parse).map(|at| (Kind::PrClosed, at, by))
            }
            _ => None,
        };
        // One key for both: a merge request ends once, and an open one has not ended.
        let key = format!("{key}/ended");
        let Some((kind, at, by)) = end else {
            if paged.again {
                page.gone(format!("{}/{key}", project.id));
            }
            return;
        };
        let by = self.person(page, by);
        page.put(Activity {
            counterpart: Some(author).filter(|author| kind == Kind::PrMerged || *author != by),
            ..thread.activity(kind, &key, (by, at), "")
        });
    }
}

fn labels(labels: &[String]) -> Vec<String> {
    let mut labels: Vec<String> = labels.iter().filter_map(|label| filling::name(Some(label))).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}
