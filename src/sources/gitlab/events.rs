//! Feeds of a project's activity: comments, reviews, approvals, reopenings. Must not know issues and merge requests
//! beyond their numbers.

use serde::Deserialize;

use super::{
    Gitlab, User,
    items::Thread,
    step::{Ask, Feed, Paged, Project},
};
use crate::{
    domain::{activity::Kind, page::Page, time::Time},
    sources::{
        filling::Filling,
        remote::{Fault, Response},
    },
};

#[derive(Debug, Deserialize)]
struct Event {
    id: u64,
    target_type: Option<String>,
    target_iid: Option<u64>,
    created_at: String,
    author: Option<User>,
    note: Option<Note>,
}

#[derive(Debug, Deserialize)]
struct Note {
    id: u64,
    /// `DiffNote` where it stands beside a changed line.
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    system: bool,
    /// Seen by members only.
    internal: Option<bool>,
    /// What older servers call it.
    confidential: Option<bool>,
    noteable_type: Option<String>,
    noteable_iid: Option<u64>,
    created_at: Option<String>,
    author: Option<User>,
}

impl Gitlab {
    pub(super) fn feed(&self, response: &Response, feed: Feed, mut paged: Paged) -> Result<Page, Fault> {
        let mut page = Filling::default();
        let (events, count) = Self::records::<Event>(&mut page, response, "a list of a project's activity")?;
        for event in &events {
            match (feed, &event.note) {
                (Feed::Notes, Some(note)) => self.note(&mut page, &paged.project, event, note),
                (Feed::Notes, None) => {}
                (Feed::Reopened, _) => self.turned(&mut page, &paged.project, event, "Issue"),
                (Feed::Approved, _) => self.turned(&mut page, &paged.project, event, "MergeRequest"),
            }
        }
        self.meet(
            &mut page,
            &mut paged,
            feed.name(),
            events.iter().filter_map(|event| event.author.as_ref()),
        );
        let last = events.iter().filter_map(|event| Time::parse(&event.created_at)).max();
        if let Some(next) = paged.next_by_day(response, count, last) {
            page.ask(Ask::Feed(feed, next).step());
        }
        Ok(page.finish())
    }

    /// A comment on an issue or a merge request; one beside a changed line is part of a review.
    fn note(&self, page: &mut Filling, project: &Project, event: &Event, note: &Note) {
        if note.system || note.internal == Some(true) || note.confidential == Some(true) {
            return;
        }
        let (Some(of), Some(iid)) = (note.noteable_type.as_deref(), note.noteable_iid) else { return };
        let (thread, kind) = match of {
            "Issue" => (Thread::issue(project, iid), Kind::IssueCommented),
            "MergeRequest" if note.kind.as_deref() == Some("DiffNote") => {
                (Thread::merge_request(project, iid), Kind::PrReviewed)
            }
            "MergeRequest" => (Thread::merge_request(project, iid), Kind::PrCommented),
            // On commits, snippets and epics.
            _ => return,
        };
        let Some(at) = Time::parse(note.created_at.as_deref().unwrap_or(&event.created_at)) else {
            page.skip(format!("note {}", note.id), "it has no date");
            return;
        };
        let by = self.person(page, note.author.as_ref().or(event.author.as_ref()));
        let anchor = format!("#note_{}", note.id);
        page.put(thread.activity(kind, &format!("note/{}", note.id), (by, at), &anchor));
    }

    /// An issue that was reopened, a merge request that was approved.
    fn turned(&self, page: &mut Filling, project: &Project, event: &Event, wanted: &str) {
        let Some(iid) = event.target_iid.filter(|_| event.target_type.as_deref() == Some(wanted)) else {
            return;
        };
        let (thread, kind) = if wanted == "Issue" {
            (Thread::issue(project, iid), Kind::IssueReopened)
        } else {
            (Thread::merge_request(project, iid), Kind::PrReviewed)
        };
        let Some(at) = Time::parse(&event.created_at) else {
            page.skip(format!("event {}", event.id), "it has no date");
            return;
        };
        let by = self.person(page, event.author.as_ref());
        page.put(thread.activity(kind, &format!("event/{}", event.id), (by, at), ""));
    }
}
