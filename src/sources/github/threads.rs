//! Issues and pull requests, opened and merged. Must not know what else happened in them.

use serde::Deserialize;

use super::{
    facts::{Fact, Facts, Labels, Thread},
    people::Actor,
};
use crate::domain::{activity::Kind, time::Time};

/// An issue as `fragment issue` asks for it, or a pull request as `fragment pull` does.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    #[serde(default)]
    pub(super) id: String,
    pub(super) number: u64,
    #[serde(default)]
    title: String,
    created_at: Time,
    author: Option<Actor>,
    merged_at: Option<Time>,
    merged_by: Option<Actor>,
    /// Null for who may not see them.
    labels: Option<Labels>,
}

/// An issue or a pull request of a page.
pub(super) struct Opened {
    pub(super) thread: Thread,
    pub(super) is_pull: bool,
    pub(super) labels: Vec<String>,
    pub(super) merged_at: Option<Time>,
}

impl Opened {
    pub(super) fn merged(&self, at: Time, by: Option<&Actor>, facts: &mut Facts<'_>) {
        let actor = facts.person(by);
        facts.push(Fact {
            key: format!("{}/{}/merged", facts.repo, self.thread.number),
            kind: Kind::PrMerged,
            actor,
            at,
            thread: Some(&self.thread),
            counterpart: Some(self.thread.opener),
            labels: Vec::new(),
            anchor: String::new(),
        });
    }
}

impl Head {
    /// As REST tells it.
    pub(super) fn told(
        number: u64,
        title: &str,
        created_at: Time,
        author: Option<Actor>,
        labels: Vec<String>,
    ) -> Self {
        let (title, labels) = (title.to_owned(), Some(labels.into()));
        let (id, merged_at, merged_by) = (String::new(), None, None);
        Self { id, number, title, created_at, author, merged_at, merged_by, labels }
    }

    /// Adds the opening and the merge.
    pub(super) fn add(&self, is_pull: bool, facts: &mut Facts<'_>) -> Opened {
        let opened = self.opened(is_pull, facts);
        let thread = &opened.thread;
        facts.push(Fact {
            key: format!("{}/{}/opened", facts.repo, self.number),
            kind: if is_pull { Kind::PrOpened } else { Kind::IssueOpened },
            actor: thread.opener,
            at: self.created_at,
            thread: Some(thread),
            counterpart: None,
            labels: opened.labels.clone(),
            anchor: String::new(),
        });
        if let Some(at) = self.merged_at {
            opened.merged(at, self.merged_by.as_ref(), facts);
        }
        opened
    }

    /// The thread alone.
    pub(super) fn opened(&self, is_pull: bool, facts: &mut Facts<'_>) -> Opened {
        let opener = facts.person(self.author.as_ref());
        let section = if is_pull { "pull" } else { "issues" };
        Opened {
            thread: Thread::new(self.number, &self.title, opener, section),
            is_pull,
            labels: self.labels.as_ref().map(Labels::names).unwrap_or_default(),
            merged_at: self.merged_at,
        }
    }
}

/// Why an issue was closed, as labels: by the reason that was given, or because it had gone stale: a machine closed it
/// and it bears a label that says so, or that is what the machine is for.
pub(super) fn why(reason: Option<&str>, by: Option<&Actor>, labels: &[String]) -> Vec<String> {
    let stale = |text: &str| {
        let text = text.to_lowercase();
        ["stale", "rotten", "inactive", "no-activity", "no activity", "autoclose", "auto-close"]
            .iter()
            .any(|word| text.contains(word))
    };
    let completed = reason.is_some_and(|reason| reason.eq_ignore_ascii_case("completed"));
    let gone_stale = by.is_some_and(|by| {
        by.seems_machine() && (labels.iter().any(|label| stale(label)) || by.login().contains("stale"))
    });
    // A machine closes as completed what a merge closes.
    if gone_stale && !completed {
        return vec!["stale".to_owned()];
    }
    let reason = reason.map(str::to_lowercase);
    let word = match reason.as_deref() {
        Some("completed") => "resolved",
        Some("not_planned") => "declined",
        Some("duplicate") => "duplicate",
        _ => return Vec::new(),
    };
    vec![word.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_says_why_and_a_stale_one_says_so() {
        let actor = |kind: &str, login: &str| -> Actor {
            serde_json::from_value(serde_json::json!({"__typename": kind, "login": login, "databaseId": 1}))
                .unwrap()
        };
        let (ada, stale) = (actor("User", "ada"), actor("Bot", "stale"));
        let (robot, renovate) = (actor("User", "triage-robot"), actor("Bot", "renovate"));
        for (reason, by, labels, why_) in [
            (Some("COMPLETED"), &ada, vec![], vec!["resolved"]),
            (Some("NOT_PLANNED"), &ada, vec!["stale"], vec!["declined"]),
            (Some("DUPLICATE"), &ada, vec![], vec!["duplicate"]),
            (None, &ada, vec![], vec![]),
            (Some("A_NEW_REASON"), &ada, vec![], vec![]),
            (Some("NOT_PLANNED"), &stale, vec![], vec!["stale"]),
            (None, &robot, vec!["lifecycle/rotten"], vec!["stale"]),
            (Some("NOT_PLANNED"), &renovate, vec!["bug"], vec!["declined"]),
            (Some("COMPLETED"), &renovate, vec!["stale"], vec!["resolved"]),
            (Some("completed"), &ada, vec![], vec!["resolved"]),
        ] {
            let labels: Vec<String> = labels.into_iter().map(str::to_owned).collect();
            assert_eq!(why(reason, Some(by), &labels), why_, "{reason:?} {by:?}");
        }
    }
}
