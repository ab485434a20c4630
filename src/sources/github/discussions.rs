//! Discussions: opened, answered, accepted, replied to. Must not know lists of them.

use serde::Deserialize;
use serde_json::Value;

use super::{
    facts::{Fact, Facts, Id, Labels, Nested, Thread},
    people::Actor,
    step::{Of, Part},
};
use crate::domain::{activity::Kind, text, time::Time};

/// A discussion as `fragment discussion` asks for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    #[serde(default)]
    pub(super) id: String,
    number: u64,
    #[serde(default)]
    title: String,
    created_at: Time,
    author: Option<Actor>,
    category: Option<Category>,
    labels: Option<Labels>,
    answer_chosen_at: Option<Time>,
    answer_chosen_by: Option<Actor>,
    answer: Option<Answer>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Category {
    #[serde(default)]
    name: String,
    #[serde(default)]
    is_answerable: bool,
}

#[derive(Debug, Clone, Deserialize)]
struct Answer {
    author: Option<Actor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    #[serde(default)]
    id: String,
    database_id: Id,
    created_at: Time,
    author: Option<Actor>,
    replies: Option<Nested>,
}

/// A discussion of a page.
pub(super) struct Opened {
    thread: Thread,
    /// Its comments are answers, of which one can be accepted.
    is_question: bool,
}

impl Head {
    pub(super) fn opened(&self, facts: &mut Facts<'_>) -> Opened {
        let opener = facts.person(self.author.as_ref());
        Opened {
            thread: Thread::new(self.number, &self.title, opener, "discussions"),
            is_question: self.category.as_ref().is_some_and(|category| category.is_answerable),
        }
    }

    /// Adds the opening, labelled with its category too, and the accepted answer. `again`: it may have been read
    /// before, so that an answer which is no longer accepted is to be taken back.
    pub(super) fn add(&self, again: bool, facts: &mut Facts<'_>) -> Opened {
        let opened = self.opened(facts);
        let (repo, thread) = (facts.repo, &opened.thread);
        let mut labels = self.labels.as_ref().map(Labels::names).unwrap_or_default();
        let category = self.category.as_ref().map(|category| text::name(&category.name));
        labels.extend(category.filter(|category| !category.is_empty()));
        facts.push(Fact {
            key: format!("{repo}/{}/opened", self.number),
            kind: Kind::TopicOpened,
            actor: thread.opener,
            at: self.created_at,
            thread: Some(thread),
            counterpart: None,
            labels,
            anchor: String::new(),
        });
        let key = format!("{repo}/{}/accepted", self.number);
        if let (Some(answer), Some(at)) = (&self.answer, self.answer_chosen_at) {
            let actor = facts.person(self.answer_chosen_by.as_ref());
            let counterpart = Some(facts.person(answer.author.as_ref()));
            facts.push(Fact {
                key,
                kind: Kind::AnswerAccepted,
                actor,
                at,
                thread: Some(thread),
                counterpart,
                labels: Vec::new(),
                anchor: String::new(),
            });
        } else if again && opened.is_question {
            facts.page.gone.push(key.into_bytes());
        }
        opened
    }
}

/// Adds the comments of a discussion, with their replies.
pub(super) fn comments(opened: &Opened, nodes: &[Value], facts: &mut Facts<'_>) {
    let place = format!("#{}", opened.thread.number);
    for value in nodes {
        let Some(comment) = facts.record::<Comment>(value, &place) else { continue };
        let kind = if opened.is_question { Kind::AnswerPosted } else { Kind::PostReplied };
        let author = commented(opened, &comment, (kind, opened.thread.opener), facts);
        let Some(replies) = &comment.replies else { continue };
        replied(opened, author, &replies.nodes, facts);
        if replies.page_info.has_next_page {
            let after = replies.page_info.end_cursor.clone();
            facts.goes_on(Part { of: Of::Comment, node: comment.id.clone(), after, since: None });
        }
    }
}

/// Adds the replies to a comment of this author.
pub(super) fn replies(opened: &Opened, author: &Value, nodes: &[Value], facts: &mut Facts<'_>) {
    let author = facts.record::<Actor>(author, "author");
    let author = facts.person(author.as_ref());
    replied(opened, author, nodes, facts);
}

fn replied(opened: &Opened, author: u32, nodes: &[Value], facts: &mut Facts<'_>) {
    for value in nodes {
        if let Some(reply) = facts.record::<Comment>(value, &format!("#{}", opened.thread.number)) {
            commented(opened, &reply, (Kind::PostReplied, author), facts);
        }
    }
}

/// Adds a comment that answers somebody; gives who wrote it.
fn commented(opened: &Opened, comment: &Comment, (kind, answers): (Kind, u32), facts: &mut Facts<'_>) -> u32 {
    let actor = facts.person(comment.author.as_ref());
    // Who adds to their own question does not answer it.
    let kind = if actor == opened.thread.opener { Kind::PostReplied } else { kind };
    facts.push(Fact {
        key: format!("discussion-comment/{}", comment.database_id),
        kind,
        actor,
        at: comment.created_at,
        thread: Some(&opened.thread),
        counterpart: Some(answers).filter(|other| *other != actor),
        labels: Vec::new(),
        anchor: format!("#discussioncomment-{}", comment.database_id),
    });
    actor
}
