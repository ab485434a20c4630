//! A page of a list of a repository: its records, where it goes on, and where newest-first lists meet what is known.
//! Must not know the order of the lists.

use serde::Deserialize;
use serde_json::Value;

use super::{
    discussions,
    facts::{Context, Fact, Facts, Id, Nested, Repository, after},
    people::Actor,
    reply::Reply,
    step::{Job, List, Of, Part, What},
    threads, timeline,
};
use crate::{
    domain::{activity::Kind, page::Page, text, time::Time},
    sources::{SourceError, answer, remote::Fault},
};

/// Reads a page of a list.
pub(super) fn read(context: &Context<'_>, list: &List, reply: Reply) -> Result<Page, Fault> {
    let repository = &reply.data["repository"];
    let here: Repository = answer::record(repository).map_err(|reason| {
        Fault::Stream(SourceError::new(format!("{}: no repository in the answer: {reason}", context.repo)))
    })?;
    let mut facts = Facts::new(context, &here, list.lean);
    facts.page.skipped = reply.skipped;
    let (name, records) = match list.what {
        What::Issues => ("issues", "nodes"),
        What::Pulls => ("pullRequests", "nodes"),
        What::Discussions => ("discussions", "nodes"),
        What::Releases => ("releases", "nodes"),
        What::Forks => ("forks", "nodes"),
        What::Stars => ("stargazers", "edges"),
    };
    // A list that is switched off or not permitted is null; an error beside it says so.
    let connection = &repository[name];
    if connection.is_null() {
        return Ok(facts.finish());
    }
    let nested: Nested = answer::record(connection).map_err(|reason| broken(context, name, &reason))?;
    let records = match connection[records].as_array() {
        Some(records) => records.as_slice(),
        None => return Err(broken(context, name, "expected a list of records")),
    };
    facts.page.read = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let news = records.iter().filter(|record| add(list, record, &mut facts)).count();
    // Releases are listed by when their commit was made: one that is published late may stand among older ones.
    let goes_on = news == records.len() || list.what == What::Releases && news > 0;
    if goes_on && let Some(after) = after(&nested.page_info, list.after.as_deref(), context.repo)? {
        facts.page.steps.push(Job::List(list.next(after)).step());
    }
    Ok(facts.finish())
}

fn broken(context: &Context<'_>, name: &str, reason: &str) -> Fault {
    Fault::Stream(SourceError::new(format!("{}: {name} are not as GitHub promises: {reason}", context.repo)))
}

/// Adds a record that is news. Whether it is: lists that are newest first have no more after the first that is not.
fn add(list: &List, record: &Value, facts: &mut Facts<'_>) -> bool {
    let is_news = |at: Option<Time>| match (list.since, at) {
        (Some(since), Some(at)) => at >= since,
        _ => true,
    };
    match list.what {
        What::Issues => {
            issue(list, record, facts);
            true
        }
        What::Pulls | What::Discussions => {
            let updated = answer::record(&record["updatedAt"]).ok();
            if !is_news(updated) {
                return false;
            }
            match list.what {
                What::Pulls => pull(list, record, facts),
                _ => discussion(list, record, facts),
            }
            true
        }
        What::Releases => release(record, facts).is_none_or(|at| is_news(Some(at))),
        What::Forks => fork(record, facts).is_none_or(|at| is_news(Some(at))),
        What::Stars => star(record, facts).is_none_or(|at| is_news(Some(at))),
    }
}

fn issue(list: &List, record: &Value, facts: &mut Facts<'_>) {
    let Some(head) = facts.record::<threads::Head>(record, "issue") else { return };
    let opened = head.add(false, facts);
    let Some(items) = facts.record::<Nested>(&record["timelineItems"], "timeline") else { return };
    let moved = timeline::add(&opened, &items.nodes, facts);
    if moved && list.since.is_some() {
        facts.goes_on(Part { of: Of::Issue, node: head.id, after: None, since: None });
    } else if items.page_info.has_next_page {
        let after = items.page_info.end_cursor;
        facts.goes_on(Part { of: Of::Issue, node: head.id, after, since: list.since });
    }
}

fn pull(list: &List, record: &Value, facts: &mut Facts<'_>) {
    let Some(head) = facts.record::<threads::Head>(record, "pull request") else { return };
    let opened = head.add(true, facts);
    let Some(items) = facts.record::<Nested>(&record["timelineItems"], "timeline") else { return };
    timeline::add(&opened, &items.nodes, facts);
    if items.page_info.has_next_page {
        let after = items.page_info.end_cursor;
        facts.goes_on(Part { of: Of::Pull, node: head.id, after, since: list.since });
    }
}

fn discussion(list: &List, record: &Value, facts: &mut Facts<'_>) {
    let Some(head) = facts.record::<discussions::Head>(record, "discussion") else { return };
    let opened = head.add(list.since.is_some(), facts);
    let Some(nested) = facts.record::<Nested>(&record["comments"], "comments") else { return };
    discussions::comments(&opened, &nested.nodes, facts);
    if nested.page_info.has_next_page {
        let after = nested.page_info.end_cursor;
        facts.goes_on(Part { of: Of::Discussion, node: head.id, after, since: None });
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    database_id: Id,
    #[serde(default)]
    tag_name: String,
    name: Option<String>,
    #[serde(default)]
    is_draft: bool,
    published_at: Option<Time>,
    url: Option<String>,
    author: Option<Actor>,
}

/// When it was published. Drafts are nobody's business yet.
fn release(record: &Value, facts: &mut Facts<'_>) -> Option<Time> {
    let release: Release = facts.record(record, "release")?;
    let at = release.published_at.filter(|_| !release.is_draft)?;
    let actor = facts.person(release.author.as_ref());
    released(
        facts,
        actor,
        at,
        (&release.database_id, release.name.as_deref(), &release.tag_name),
        release.url.as_deref(),
    );
    Some(at)
}

pub(super) fn released(
    facts: &mut Facts<'_>,
    actor: u32,
    at: Time,
    (id, name, tag): (&Id, Option<&str>, &str),
    url: Option<&str>,
) {
    let title = name.map(text::title).filter(|name| !name.is_empty()).unwrap_or_else(|| text::title(tag));
    let url = url.and_then(text::web);
    facts.add(bare(format!("release/{id}"), Kind::ReleasePublished, actor, at), Some(title), url);
}

fn bare(key: String, kind: Kind, actor: u32, at: Time) -> Fact<'static> {
    Fact { key, kind, actor, at, thread: None, counterpart: None, labels: Vec::new(), anchor: String::new() }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fork {
    database_id: Id,
    name_with_owner: String,
    url: Option<String>,
    created_at: Time,
    owner: Option<Actor>,
}

fn fork(record: &Value, facts: &mut Facts<'_>) -> Option<Time> {
    let fork: Fork = facts.record(record, "fork")?;
    let actor = facts.person(fork.owner.as_ref());
    forked(facts, actor, fork.created_at, (&fork.database_id, &fork.name_with_owner), fork.url.as_deref());
    Some(fork.created_at)
}

pub(super) fn forked(
    facts: &mut Facts<'_>,
    actor: u32,
    at: Time,
    (id, name): (&Id, &str),
    url: Option<&str>,
) {
    let url = url.and_then(text::web);
    facts.add(bare(format!("fork/{id}"), Kind::RepoForked, actor, at), Some(text::title(name)), url);
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Star {
    starred_at: Time,
    node: Actor,
}

fn star(record: &Value, facts: &mut Facts<'_>) -> Option<Time> {
    let star: Star = facts.record(record, "star")?;
    starred(facts, &star.node, star.starred_at);
    Some(star.starred_at)
}

/// A star has no number of its own: it is one of somebody upon a repository.
pub(super) fn starred(facts: &mut Facts<'_>, by: &Actor, at: Time) {
    let actor = facts.person(Some(by));
    let key = format!("star/{}/{}", facts.repo, facts.native(actor));
    facts.add(bare(key, Kind::RepoStarred, actor, at), None, None);
}
