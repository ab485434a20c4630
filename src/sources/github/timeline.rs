//! What happened in an issue or a pull request: comments, reviews, closings. Must not know lists of threads.

use serde::Deserialize;
use serde_json::Value;

use super::{
    facts::{Fact, Facts, Id, Nested},
    people::Actor,
    step::{Of, Part},
    threads::{Opened, why},
};
use crate::domain::{activity::Kind, time::Time};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Comment {
    pub(super) full_database_id: Id,
    pub(super) created_at: Time,
    pub(super) author: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    #[serde(default)]
    id: String,
    full_database_id: Id,
    created_at: Time,
    submitted_at: Option<Time>,
    #[serde(default)]
    state: String,
    author: Option<Actor>,
    comments: Option<Nested>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Turn {
    pub(super) created_at: Time,
    pub(super) state_reason: Option<String>,
    pub(super) actor: Option<Actor>,
}

/// Adds the items of a timeline. Whether the issue has come from another repository: what happened in it before is
/// news then.
pub(super) fn add(opened: &Opened, items: &[Value], facts: &mut Facts<'_>) -> bool {
    let place = format!("#{}", opened.thread.number);
    let mut moved = false;
    for item in items {
        match item["__typename"].as_str() {
            Some("IssueComment") => {
                if let Some(said) = facts.record(item, &place) {
                    comment(opened, &said, facts);
                }
            }
            Some("PullRequestReview") => {
                if let Some(review) = facts.record(item, &place) {
                    reviewed(opened, &review, facts);
                }
            }
            Some("ClosedEvent") => {
                if let Some(turn) = facts.record(item, &place) {
                    closed(opened, &turn, facts);
                }
            }
            Some("ReopenedEvent") if !opened.is_pull => {
                if let Some(turn) = facts.record(item, &place) {
                    turned(opened, &turn, Kind::IssueReopened, Vec::new(), facts);
                }
            }
            Some("TransferredEvent") => moved = true,
            _ => {}
        }
    }
    moved
}

/// Whom a comment answers: the opener, unless it is theirs.
fn answers(opened: &Opened, actor: u32) -> Option<u32> {
    Some(opened.thread.opener).filter(|opener| *opener != actor)
}

pub(super) fn comment(opened: &Opened, comment: &Comment, facts: &mut Facts<'_>) {
    let kind = if opened.is_pull { Kind::PrCommented } else { Kind::IssueCommented };
    commented(opened, comment, ("comment", "#issuecomment-", kind), facts);
}

/// A comment of a review.
pub(super) fn remark(opened: &Opened, comment: &Comment, facts: &mut Facts<'_>) {
    commented(opened, comment, ("review-comment", "#discussion_r", Kind::PrCommented), facts);
}

fn commented(
    opened: &Opened,
    comment: &Comment,
    (key, anchor, kind): (&str, &str, Kind),
    facts: &mut Facts<'_>,
) {
    let actor = facts.person(comment.author.as_ref());
    facts.push(Fact {
        key: format!("{key}/{}", comment.full_database_id),
        kind,
        actor,
        at: comment.created_at,
        thread: Some(&opened.thread),
        counterpart: answers(opened, actor),
        labels: Vec::new(),
        anchor: format!("{anchor}{}", comment.full_database_id),
    });
}

/// A review, its verdict as a label. What the author of the change answers in a review is no review.
fn reviewed(opened: &Opened, review: &Review, facts: &mut Facts<'_>) {
    if review.state == "PENDING" {
        return;
    }
    let actor = facts.person(review.author.as_ref());
    if actor != opened.thread.opener {
        facts.push(Fact {
            key: format!("review/{}", review.full_database_id),
            kind: Kind::PrReviewed,
            actor,
            at: review.submitted_at.unwrap_or(review.created_at),
            thread: Some(&opened.thread),
            counterpart: Some(opened.thread.opener),
            labels: match review.state.as_str() {
                "APPROVED" => vec!["approved".to_owned()],
                "CHANGES_REQUESTED" => vec!["changes requested".to_owned()],
                "DISMISSED" => vec!["dismissed".to_owned()],
                _ => Vec::new(),
            },
            anchor: format!("#pullrequestreview-{}", review.full_database_id),
        });
    }
    let Some(comments) = &review.comments else { return };
    remarks(opened, &comments.nodes, facts);
    if comments.page_info.has_next_page {
        let after = comments.page_info.end_cursor.clone();
        facts.goes_on(Part { of: Of::Review, node: review.id.clone(), after, since: None });
    }
}

/// The comments of a review.
pub(super) fn remarks(opened: &Opened, nodes: &[Value], facts: &mut Facts<'_>) {
    for value in nodes {
        if let Some(comment) = facts.record::<Comment>(value, &format!("#{}", opened.thread.number)) {
            remark(opened, &comment, facts);
        }
    }
}

pub(super) fn closed(opened: &Opened, turn: &Turn, facts: &mut Facts<'_>) {
    // A merge closes too, in the same moment.
    if opened.merged_at.is_some_and(|merged| turn.created_at.0 + 60 >= merged.0) {
        return;
    }
    let labels = why(turn.state_reason.as_deref(), turn.actor.as_ref(), &opened.labels);
    turned(opened, turn, if opened.is_pull { Kind::PrClosed } else { Kind::IssueClosed }, labels, facts);
}

pub(super) fn turned(opened: &Opened, turn: &Turn, kind: Kind, labels: Vec<String>, facts: &mut Facts<'_>) {
    let actor = facts.person(turn.actor.as_ref());
    let what = if kind == Kind::IssueReopened { "reopened" } else { "closed" };
    facts.push(Fact {
        key: format!("{}/{}/{what}/{}", facts.repo, opened.thread.number, turn.created_at.0),
        kind,
        actor,
        at: turn.created_at,
        thread: Some(&opened.thread),
        counterpart: Some(opened.thread.opener),
        labels,
        anchor: String::new(),
    });
}
