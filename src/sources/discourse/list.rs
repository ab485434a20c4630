//! Categories and lists of topics: where the forum's topics stand, and which of them changed. Must not know what
//! their posts say.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    Discourse, PEOPLE, TOPICS, User, body, posts,
    step::{Ask, Directory, List, Names, Topic},
    subject, time,
};
use crate::{
    domain::page::Page,
    sources::{
        SourceError,
        answer::{record, shown},
        filling::Filling,
        remote::{Asked, Fault, Response},
    },
};

/// For so many days after their last post topics are watched for changes that leave no date.
const WATCHED_DAYS: i64 = 30;
/// No more topics than this are watched.
const WATCHED: usize = 2_000;

#[derive(Debug, Deserialize)]
struct Categories {
    category_list: CategoryList,
}

#[derive(Debug, Deserialize)]
struct CategoryList {
    categories: Vec<Category>,
}

#[derive(Debug, Deserialize)]
struct Category {
    id: u64,
    slug: Option<String>,
    #[serde(default)]
    subcategory_list: Option<Vec<Category>>,
}

#[derive(Debug, Deserialize)]
struct Topics {
    #[serde(default)]
    users: Vec<Value>,
    topic_list: TopicList,
}

#[derive(Debug, Deserialize)]
struct TopicList {
    topics: Vec<Value>,
    more_topics_url: Option<String>,
}

/// A topic as lists show it.
#[derive(Debug, Deserialize)]
struct Listed {
    id: u64,
    title: Option<String>,
    created_at: String,
    bumped_at: Option<String>,
    archetype: Option<String>,
    category_id: Option<u64>,
    posts_count: u64,
    highest_post_number: Option<u64>,
    pinned: Option<bool>,
    pinned_globally: Option<bool>,
    closed: Option<bool>,
    archived: Option<bool>,
    #[serde(default)]
    tags: Vec<Value>,
    /// Of the plugin that marks answers as accepted.
    has_accepted_answer: Option<bool>,
    #[serde(default)]
    posters: Vec<Poster>,
}

#[derive(Debug, Deserialize)]
struct Poster {
    user_id: Option<i64>,
}

/// The mark of a stream.
pub(super) fn mark(since: i64, seen: &BTreeMap<u64, String>) -> String {
    json!({ "since": since, "seen": seen }).to_string()
}

impl Discourse {
    pub(super) fn categories(
        &self,
        asked: &Asked<'_>,
        response: &Response,
        mut list: List,
    ) -> Result<Page, Fault> {
        let found: Categories = body(response, "a list of categories")?;
        let mut page = Filling::default();
        let mut names = Names::new();
        collect(&found.category_list.categories, None, &mut names);
        for (id, path) in &names {
            page.subject(&format!("category:{path}"), &format!("{}/c/{path}/{id}", self.base_url));
        }
        list.names = names;
        if asked.stream == PEOPLE {
            let period = period(list.since, asked.now.0).to_owned();
            let names = self.wanted(list.names);
            page.ask(Ask::Staff { offset: 0 }.step());
            if self.has_token && !self.minimise {
                page.ask(Ask::Emails { page: 1 }.step());
            }
            page.ask(Ask::Directory(Directory { period, page: 0, since: list.since, names }).step());
            return Ok(page.finish());
        }
        if let Some(slug) = asked.stream.strip_prefix("category:") {
            list.of = Some(find(&list.names, slug)?);
        } else if asked.stream != TOPICS {
            return Err(Fault::Stream(SourceError::new(format!("{} is no stream of a forum", asked.stream))));
        }
        page.ask(Ask::Topics(Box::new(list)).step());
        Ok(page.finish())
    }

    pub(super) fn topics(
        &self,
        asked: &Asked<'_>,
        response: &Response,
        mut list: List,
    ) -> Result<Page, Fault> {
        let found: Topics = body(response, "a list of topics")?;
        let users: Vec<User> = found.users.iter().filter_map(|user| record(user).ok()).collect();
        let mut page = Filling::default();
        let watched = asked.now.plus_days(-WATCHED_DAYS).0;
        let floor = self.floor(asked.now).unwrap_or(i64::MIN);
        let cut = list.since.map_or(i64::MIN, |since| since.min(watched)).max(floor);
        let mut is_last = found.topic_list.topics.is_empty();
        let mut first = None;
        for value in &found.topic_list.topics {
            let topic: Listed = match record(value) {
                Ok(topic) => topic,
                Err(why) => {
                    page.skip(format!("{} {}", response.path, shown(&value["id"].to_string())), why);
                    continue;
                }
            };
            first = first.or(Some(topic.id));
            let bumped = topic.bumped_at.as_deref().unwrap_or(&topic.created_at);
            let Some(bumped) = time(bumped) else {
                page.skip(format!("topic {}", topic.id), "its last activity has no date");
                continue;
            };
            let is_pinned = topic.pinned == Some(true) || topic.pinned_globally == Some(true);
            if bumped.0 < cut {
                is_last |= !is_pinned;
                continue;
            }
            if topic.archetype.as_deref() == Some("private_message") {
                continue;
            }
            let imprint = imprint(&topic);
            let before = list.known.get(&topic.id);
            let is_new = list.since.is_none_or(|since| bumped.0 >= since);
            if is_new || before.is_none_or(|before| *before != imprint) {
                self.changed(&mut page, &list, &topic, &users, before, &imprint);
            }
            if bumped.0 >= watched && list.seen.len() < WATCHED {
                list.seen.insert(topic.id, imprint);
            }
        }
        is_last |= found.topic_list.more_topics_url.is_none();
        if !is_last && first.is_some() && first == list.first {
            return Err(Fault::Stream(
                SourceError::new(format!("{}: the same page of topics came twice", response.path))
                    .hint("sync again later"),
            ));
        }
        page.page().read = u64::try_from(found.topic_list.topics.len()).unwrap_or(0);
        if is_last {
            page.page().mark = Some(mark(list.next, &list.seen));
        } else {
            list.page += 1;
            list.first = first;
            // The list goes first: the sooner it is read, the less it shifts.
            page.page().steps.insert(0, Ask::Topics(Box::new(list)).step());
        }
        Ok(page.finish())
    }

    /// Takes a new or changed topic: from the list where nobody replied, else it is asked for.
    fn changed(
        &self,
        page: &mut Filling,
        list: &List,
        topic: &Listed,
        users: &[User],
        before: Option<&String>,
        imprint: &str,
    ) {
        let category = topic.category_id.and_then(|id| list.names.get(&id)).cloned();
        let opener = topic.posters.first().and_then(|poster| poster.user_id);
        let opener = users.iter().find(|user| Some(user.id) == opener);
        let is_plain = topic.posts_count <= 1 && topic.highest_post_number.unwrap_or(1) <= 1;
        let is_closed = topic.closed == Some(true) || topic.archived == Some(true);
        if let (true, None, Some(opener)) = (is_plain && !is_closed, before, opener) {
            let subject = subject(&list.names, topic.category_id);
            let opening = posts::Opened {
                id: topic.id,
                title: topic.title.as_deref(),
                created_at: &topic.created_at,
                tags: &topic.tags,
                subject: subject.as_deref(),
            };
            self.opened(page, &opening, Some(opener));
            return;
        }
        let since = list.since.filter(|_| before.is_some_and(|before| grew(before, imprint)));
        let again = list.since.is_some();
        page.ask(Ask::Topic(Topic { id: topic.id, category, since, again }).step());
    }

    /// The categories that the configuration names, with what lies below them; all where it names none.
    fn wanted(&self, names: Names) -> Names {
        if self.categories.is_empty() {
            return names;
        }
        let roots: Vec<String> =
            self.categories.iter().filter_map(|slug| find(&names, slug).ok()).map(|(path, _)| path).collect();
        let is_below = |path: &str| {
            roots.iter().any(|root| {
                path.strip_prefix(root.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        names.into_iter().filter(|(_, path)| is_below(path)).collect()
    }
}

/// Slugs by number, sub-categories below their parents.
fn collect(categories: &[Category], parent: Option<&str>, names: &mut Names) {
    for category in categories {
        let slug = super::filling::name(category.slug.as_deref());
        // How the forum itself names a category whose name has no letters of the alphabet.
        let slug = slug.unwrap_or_else(|| format!("{}-category", category.id));
        let path = parent.map_or_else(|| slug.clone(), |parent| format!("{parent}/{slug}"));
        collect(category.subcategory_list.as_deref().unwrap_or_default(), Some(&path), names);
        names.insert(category.id, path);
    }
}

/// The category of a configured slug: its whole path, or its own slug where only one bears it.
fn find(names: &Names, slug: &str) -> Result<(String, u64), Fault> {
    let wanted = slug.trim_matches('/');
    let of = |fits: &dyn Fn(&str) -> bool| {
        let mut found = names.iter().filter(|(_, path)| fits(path));
        match (found.next(), found.next()) {
            (Some((id, path)), None) => Some((path.clone(), *id)),
            _ => None,
        }
    };
    let whole = of(&|path| path.eq_ignore_ascii_case(wanted));
    let own = || of(&|path| path.rsplit('/').next().is_some_and(|own| own.eq_ignore_ascii_case(wanted)));
    whole.or_else(own).ok_or_else(|| {
        let known: Vec<&str> = names.values().map(String::as_str).take(20).collect();
        Fault::Stream(SourceError::new(format!("the forum shows no category `{wanted}`")).hint(format!(
            "in `categories` write one of: {}; a private one needs `token` and `user`",
            shown(&known.join(", "))
        )))
    })
}

/// All of a topic that may change without a date: its category, the number of its posts, then the rest.
fn imprint(topic: &Listed) -> String {
    let rest = json!([
        topic.title,
        topic.highest_post_number,
        topic.closed,
        topic.archived,
        topic.tags,
        topic.has_accepted_answer
    ]);
    let hash = Sha256::digest(rest.to_string());
    let hash = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    format!("{}.{}.{hash:x}", topic.category_id.unwrap_or(0), topic.posts_count)
}

/// Whether between two imprints a topic stayed where it was and lost no post: its old posts need not be read again.
fn grew(before: &str, now: &str) -> bool {
    let parts = |imprint: &str| {
        let mut parts = imprint.split('.').map(|part| part.parse::<u64>().ok());
        Some((parts.next()??, parts.next()??))
    };
    match (parts(before), parts(now)) {
        (Some((category, posts)), Some((category_now, posts_now))) => {
            category == category_now && posts <= posts_now
        }
        _ => false,
    }
}

/// The shortest period of the directory that reaches back to a moment; it is counted once a day.
fn period(since: Option<i64>, now: i64) -> &'static str {
    let days = since.map_or(i64::MAX, |since| (now - since).max(0) / 86_400);
    match days {
        0..=5 => "weekly",
        6..=28 => "monthly",
        29..=88 => "quarterly",
        89..=360 => "yearly",
        _ => "all",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_found_by_its_path_or_by_its_own_slug_where_only_one_bears_it() {
        let names: Names = [(1, "help"), (2, "help/windows"), (3, "dev"), (4, "dev/windows"), (5, "dev/mac")]
            .map(|(id, path)| (id, path.to_owned()))
            .into();
        for (slug, id) in [("help", Some(1)), ("dev/windows", Some(4)), ("Mac", Some(5)), ("/help/", Some(1))]
        {
            assert_eq!(find(&names, slug).ok().map(|found| found.1), id, "{slug}");
        }
        for slug in ["windows", "nowhere", ""] {
            let Err(Fault::Stream(error)) = find(&names, slug) else { panic!("{slug}") };
            assert!(error.hint.unwrap().contains("help, help/windows"), "{slug}");
        }
    }

    #[test]
    fn old_posts_are_read_again_when_a_topic_moved_or_lost_one() {
        assert!(grew("5.3.aa", "5.4.bb") && grew("5.3.aa", "5.3.bb"));
        assert!(!grew("5.3.aa", "6.4.bb") && !grew("5.3.aa", "5.2.aa") && !grew("x", "5.2.aa"));
    }

    #[test]
    fn the_period_of_the_directory_reaches_back_to_the_last_reading() {
        let day = 86_400;
        for (days, period) in
            [(0, "weekly"), (5, "weekly"), (6, "monthly"), (40, "quarterly"), (200, "yearly"), (400, "all")]
        {
            assert_eq!(super::period(Some(1_000 * day - days * day), 1_000 * day), period, "{days}");
        }
        assert_eq!(super::period(None, 0), "all");
    }
}
