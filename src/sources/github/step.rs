//! The steps of a reading as plain data, and the mark that it leaves. Must not know how they are asked.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{page::Step, time::Time},
    sources::SourceError,
};

/// How many of the nested lists that a page had no room for are asked in one request.
pub(super) const TOGETHER: usize = 20;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "read", rename_all = "kebab-case")]
pub(super) enum Job {
    /// What the repository is, and which of its lists hold news.
    Look(Look),
    /// A page of a list.
    List(List),
    /// The rest of nested lists.
    More(More),
    /// A page of a list by REST.
    Rest(RestList),
}

impl Job {
    pub(super) fn step(&self) -> Step {
        // A plain tree of strings and numbers always serialises.
        Step(serde_json::to_value(self).unwrap_or_default())
    }

    pub(super) fn read(step: &Step) -> Result<Self, SourceError> {
        serde_json::from_value(step.0.clone()).map_err(|error| {
            SourceError::new(format!("a step that an earlier version left cannot be understood: {error}"))
                .hint("sync with --full")
        })
    }

    /// The same for half as many, or in halves; `None` where it cannot be less.
    pub(super) fn lighter(&self) -> Option<Self> {
        match self {
            Self::List(list) if list.size > 1 => {
                Some(Self::List(List { size: list.size / 2, ..list.clone() }))
            }
            Self::More(more) if more.size > 1 => {
                Some(Self::More(More { size: more.size / 2, ..more.clone() }))
            }
            _ => None,
        }
    }

    /// The same without the e-mails of profiles; `None` where they are not asked.
    pub(super) fn leaner(&self) -> Option<Self> {
        let mut lean = self.clone();
        let flag = match &mut lean {
            Self::Look(look) => &mut look.lean,
            Self::List(list) => &mut list.lean,
            Self::More(more) => &mut more.lean,
            Self::Rest(_) => return None,
        };
        let was = std::mem::replace(flag, true);
        (!was).then_some(lean)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    /// `None`: everything is read.
    pub(super) mark: Option<Mark>,
    /// The token may not read e-mails.
    #[serde(default)]
    pub(super) lean: bool,
    /// By REST.
    #[serde(default)]
    pub(super) rest: bool,
}

/// The lists of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum What {
    Issues,
    Pulls,
    Discussions,
    Releases,
    Forks,
    Stars,
}

impl What {
    pub(super) const ALL: [Self; 6] =
        [Self::Issues, Self::Pulls, Self::Discussions, Self::Releases, Self::Forks, Self::Stars];

    /// The most that are asked for in one request.
    pub(super) const fn most(self) -> u32 {
        match self {
            Self::Pulls | Self::Discussions => 50,
            _ => 100,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct List {
    pub(super) what: What,
    /// Only what changed since, and in it only what happened since; `None`: everything, oldest first where the list
    /// can be had so.
    pub(super) since: Option<Time>,
    pub(super) after: Option<String>,
    pub(super) size: u32,
    #[serde(default)]
    pub(super) lean: bool,
}

impl List {
    /// The next page: a little larger again after the server had asked for less.
    pub(super) fn next(&self, after: String) -> Self {
        let most = self.what.most();
        Self { after: Some(after), size: (self.size + most / 10).min(most), ..self.clone() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct More {
    pub(super) parts: Vec<Part>,
    /// Of each.
    pub(super) size: u32,
    #[serde(default)]
    pub(super) lean: bool,
}

/// The rest of one nested list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) of: Of,
    /// The node that the list belongs to.
    pub(super) node: String,
    pub(super) after: Option<String>,
    /// Only what happened since.
    pub(super) since: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Of {
    Issue,
    Pull,
    Review,
    Discussion,
    Comment,
}

/// A page of a list by REST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RestList {
    pub(super) what: RestWhat,
    pub(super) since: Option<Time>,
    pub(super) repo: RestRepo,
    /// The page, as an answer named it; `None`: the first.
    #[serde(default)]
    pub(super) url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RestWhat {
    Issues,
    IssueComments,
    Events,
    ReviewComments,
    Releases,
    Forks,
    Stars,
}

impl RestWhat {
    pub(super) const ALL: [Self; 7] = [
        Self::Issues,
        Self::IssueComments,
        Self::Events,
        Self::ReviewComments,
        Self::Releases,
        Self::Forks,
        Self::Stars,
    ];
}

/// The repository that a page of REST does not name by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RestRepo {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) web: Option<String>,
}

/// What a repository has been read up to. The repository stands beside it: under the same name another one may lie,
/// and the same may lie under another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) until: Time,
    pub(super) repo: i64,
    pub(super) name: String,
}

impl Mark {
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_comes_back_from_the_store_as_it_was() {
        let list = List { what: What::Pulls, since: Some(Time(7)), after: None, size: 50, lean: true };
        let part =
            Part { of: Of::Review, node: "PRR_1".to_owned(), after: Some("c".to_owned()), since: None };
        for job in [
            Job::Look(Look { mark: None, lean: false, rest: true }),
            Job::List(list),
            Job::More(More { parts: vec![part], size: 100, lean: false }),
        ] {
            assert_eq!(Job::read(&job.step()).unwrap(), job);
        }
        assert!(Job::read(&Step(serde_json::json!({"read": "minds"}))).is_err());
    }

    #[test]
    fn what_is_too_heavy_is_halved_down_to_one_and_grows_again() {
        let mut list = List { what: What::Issues, since: None, after: None, size: 100, lean: false };
        let mut halves = 0;
        while let Some(Job::List(less)) = Job::List(list.clone()).lighter() {
            list = less;
            halves += 1;
        }
        assert_eq!((halves, list.size), (6, 1));
        assert_eq!(list.next("c".to_owned()).size, 11);
        assert_eq!(List { size: 95, ..list }.next("c".to_owned()).size, 100);
    }
}
