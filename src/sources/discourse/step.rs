//! The steps of a reading: what is asked next, as it is kept in the store, and the request that it stands for.
//! Must not know what the answers hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::User;
use crate::{
    domain::page::Step,
    sources::{SourceError, filling::encode, remote::Request},
};

/// How many topics a page may hold.
pub(super) const TOPICS_A_PAGE: usize = 100;
/// How many posts are asked for by their numbers at once.
pub(super) const POSTS_A_PAGE: usize = 100;
/// How many members of a group come at once.
pub(super) const MEMBERS_A_PAGE: usize = 50;

/// Slugs of categories by number, a sub-category below its parent: `support/windows`.
pub(super) type Names = BTreeMap<u64, String>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Ask {
    Categories { since: Option<i64>, known: BTreeMap<u64, String>, next: i64 },
    Topics(Box<List>),
    Topic(Topic),
    Posts(Box<Rest>),
    Staff { offset: usize },
    Directory(Directory),
    Likes(Likes),
    Emails { page: u32 },
}

/// A list of topics, most recently active first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct List {
    pub(super) page: u32,
    /// The category that is listed, by its path and number; all without one.
    pub(super) of: Option<(String, u64)>,
    /// What the stream was complete up to before.
    pub(super) since: Option<i64>,
    /// The mark of this reading.
    pub(super) next: i64,
    pub(super) names: Names,
    /// Imprints that the last reading left, and those of this one.
    pub(super) known: BTreeMap<u64, String>,
    pub(super) seen: BTreeMap<u64, String>,
    /// The first topic of the page before.
    pub(super) first: Option<u64>,
}

impl List {
    pub(super) fn new(since: Option<i64>, known: BTreeMap<u64, String>, next: i64) -> Self {
        let (names, seen) = (Names::new(), BTreeMap::new());
        Self { page: 0, of: None, since, next, names, known, seen, first: None }
    }
}

/// A topic with its first posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Topic {
    pub(super) id: u64,
    /// The path of its category.
    pub(super) category: Option<String>,
    /// Posts before this are known; `None`: all are read.
    pub(super) since: Option<i64>,
    /// Whether the topic was read before, so that what is missing is gone.
    pub(super) again: bool,
}

/// The posts of a topic beyond its first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rest {
    pub(super) topic: Topic,
    pub(super) opener: Option<User>,
    pub(super) accepted: Option<Accepted>,
    /// What is left, oldest first; asked for from the end.
    pub(super) ids: Vec<u64>,
}

/// Which post of a topic is its answer, and who said so, where that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Accepted {
    pub(super) number: u64,
    pub(super) by: Option<User>,
}

/// A page of people, those first who gave most likes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Directory {
    pub(super) period: String,
    pub(super) page: u32,
    pub(super) since: Option<i64>,
    pub(super) names: Names,
}

/// Likes that somebody gave, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Likes {
    pub(super) username: String,
    pub(super) offset: usize,
    pub(super) since: Option<i64>,
    pub(super) names: Names,
}

impl Ask {
    pub(super) fn step(&self) -> Step {
        // Numbers, texts, lists and maps with numbers as keys: they can always be written.
        Step(serde_json::to_value(self).unwrap_or_default())
    }

    pub(super) fn read(step: &Step) -> Result<Self, SourceError> {
        Self::deserialize(&step.0).map_err(|error| {
            SourceError::new(format!("a step that an earlier reading left cannot be understood: {error}"))
                .hint("sync this source with --full")
        })
    }

    /// How an error names it.
    pub(super) fn what(&self) -> String {
        match self {
            Self::Categories { .. } => "the categories".to_owned(),
            Self::Topics(list) => match &list.of {
                Some((path, _)) => format!("category {path}"),
                None => "the topics".to_owned(),
            },
            Self::Topic(topic) => format!("topic {}", topic.id),
            Self::Posts(rest) => format!("topic {}", rest.topic.id),
            Self::Staff { .. } => "the group staff".to_owned(),
            Self::Directory(_) => "the user directory".to_owned(),
            Self::Likes(likes) => format!("what {} likes", likes.username),
            Self::Emails { .. } => "the e-mail addresses".to_owned(),
        }
    }

    pub(super) fn request(&self) -> Request {
        let (path, query): (String, Vec<(&str, String)>) = match self {
            Self::Categories { .. } => {
                ("/categories.json".to_owned(), vec![("include_subcategories", "true".to_owned())])
            }
            Self::Topics(list) => (
                match &list.of {
                    Some((path, id)) => {
                        let path: Vec<String> = path.split('/').map(encode).collect();
                        format!("/c/{}/{id}.json", path.join("/"))
                    }
                    None => "/latest.json".to_owned(),
                },
                vec![
                    ("order", "activity".to_owned()),
                    ("per_page", TOPICS_A_PAGE.to_string()),
                    ("page", list.page.to_string()),
                ],
            ),
            Self::Topic(topic) => (format!("/t/{}.json", topic.id), Vec::new()),
            Self::Posts(rest) => (
                format!("/t/{}/posts.json", rest.topic.id),
                rest.last().iter().map(|id| ("post_ids[]", id.to_string())).collect(),
            ),
            Self::Staff { offset } => (
                "/groups/staff/members.json".to_owned(),
                vec![("limit", MEMBERS_A_PAGE.to_string()), ("offset", offset.to_string())],
            ),
            Self::Directory(directory) => (
                "/directory_items.json".to_owned(),
                vec![
                    ("period", directory.period.clone()),
                    ("order", "likes_given".to_owned()),
                    ("page", directory.page.to_string()),
                ],
            ),
            Self::Likes(likes) => (
                "/user_actions.json".to_owned(),
                vec![
                    ("username", likes.username.clone()),
                    ("filter", "1".to_owned()),
                    ("offset", likes.offset.to_string()),
                ],
            ),
            Self::Emails { page } => (
                "/admin/users/list/active.json".to_owned(),
                vec![("show_emails", "true".to_owned()), ("page", page.to_string())],
            ),
        };
        let query = query.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Request { path, query, ..Request::default() }
    }
}

impl Rest {
    /// The posts that are asked for now. Cut from the front, so that a growing topic is always cut alike.
    pub(super) fn last(&self) -> &[u64] {
        &self.ids[self.ids.len().saturating_sub(1) / POSTS_A_PAGE * POSTS_A_PAGE..]
    }
}
