//! The GraphQL queries, put together of fragments. Must not know what the answers mean.
//!
//! Nested lists are costed by their `first`, whatever they hold: a list below a list is asked for little, and the rest
//! of it by [`more`] where there is one.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::{
    place::Repo,
    step::{List, Look, More, Of, What},
};

/// By name; a query takes those that it spreads.
const FRAGMENTS: [(&str, &str); 11] = [
    (
        "issue",
        "on Issue { id number title createdAt author { ...who } labels(first: 100) { nodes { name } } }",
    ),
    (
        "inIssue",
        "on IssueTimelineItemsConnection {
  ...page
  nodes {
    __typename
    ... on IssueComment { fullDatabaseId createdAt author { ...who } }
    ... on ClosedEvent { createdAt stateReason actor { ...who } }
    ... on ReopenedEvent { createdAt actor { ...who } }
    ... on TransferredEvent { createdAt }
  }
}",
    ),
    (
        "pull",
        "on PullRequest {
  id number title createdAt author { ...who } mergedAt mergedBy { ...who } labels(first: 100) { nodes { name } }
}",
    ),
    (
        "inPull",
        "on PullRequestTimelineItemsConnection {
  ...page
  nodes {
    __typename
    ... on IssueComment { fullDatabaseId createdAt author { ...who } }
    ... on ClosedEvent { createdAt actor { ...who } }
    ... on PullRequestReview {
      id fullDatabaseId createdAt submittedAt state author { ...who } comments(first: 10) { ...inReview }
    }
  }
}",
    ),
    (
        "inReview",
        "on PullRequestReviewCommentConnection { ...page nodes { fullDatabaseId createdAt author { ...who } } }",
    ),
    (
        "discussion",
        "on Discussion {
  id number title createdAt author { ...who } category { name isAnswerable } labels(first: 100) { nodes { name } }
  answerChosenAt answerChosenBy { ...who } answer { author { ...who } }
}",
    ),
    (
        "inDiscussion",
        "on DiscussionCommentConnection {
  ...page
  nodes { id databaseId createdAt author { ...who } replies(first: 20) { ...inComment } }
}",
    ),
    ("inComment", "on DiscussionCommentConnection { ...page nodes { databaseId createdAt author { ...who } } }"),
    ("here", "on Repository { databaseId nameWithOwner url }"),
    (
        "who",
        "on Actor {
  __typename login
  ... on User { ...profile }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId claimant { ...profile } }
  ... on Organization { databaseId name }
  ... on EnterpriseUserAccount { user { ...profile } }
}",
    ),
    ("profile", "on User { __typename login databaseId name company $EMAIL }"),
];

const IN_ISSUE: &str = "itemTypes: [ISSUE_COMMENT, CLOSED_EVENT, REOPENED_EVENT, TRANSFERRED_EVENT]";
const IN_PULL: &str = "itemTypes: [ISSUE_COMMENT, PULL_REQUEST_REVIEW, CLOSED_EVENT]";

/// Adds the fragments that a query spreads, and those that these spread.
fn whole(mut query: String, lean: bool) -> String {
    let mut added = [false; FRAGMENTS.len()];
    loop {
        let found = FRAGMENTS
            .iter()
            .zip(&added)
            .position(|((name, _), added)| !added && query.split("...").any(|rest| word(rest) == *name));
        let Some(found) = found else { break };
        added[found] = true;
        let (name, text) = FRAGMENTS[found];
        // Writing to a string cannot fail.
        let _ = write!(query, "\nfragment {name} {text}");
    }
    // The place of a page stands in lists of many types, so that it cannot be a fragment.
    query
        .replace("...page", "pageInfo { hasNextPage endCursor }")
        .replace("$EMAIL", if lean { "" } else { "email" })
}

fn word(text: &str) -> &str {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default()
}

/// The first of every list: whether it holds news, and how much there is.
pub(super) fn look(repo: &Repo<'_>, look: &Look) -> Value {
    let query = "query($owner: String!, $name: String!, $since: DateTime) {
  rateLimit { limit cost remaining resetAt }
  repository(owner: $owner, name: $name) {
    ...here hasIssuesEnabled hasDiscussionsEnabled stargazerCount forkCount
    issues(first: 1, filterBy: {since: $since}) { totalCount }
    pullRequests(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { updatedAt } }
    discussions(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { updatedAt } }
    releases(first: 10, orderBy: {field: CREATED_AT, direction: DESC}) { totalCount nodes { publishedAt } }
    forks(first: 1, orderBy: {field: CREATED_AT, direction: DESC}) { nodes { createdAt } }
    stargazers(first: 1, orderBy: {field: STARRED_AT, direction: DESC}) { edges { starredAt } }
  }
}";
    let since = look.mark.as_ref().map(|mark| mark.until);
    let variables = json!({ "owner": repo.owner, "name": repo.name, "since": since });
    json!({ "query": whole(query.to_owned(), look.lean), "variables": variables })
}

/// A page of a list, with as much of what hangs below it as there is room for.
pub(super) fn list(repo: &Repo<'_>, list: &List) -> Value {
    let mut variables = json!({
        "owner": repo.owner, "name": repo.name, "size": list.size, "after": list.after,
    });
    let (declared, selected) = match list.what {
        What::Issues => (
            ", $order: IssueOrder!, $since: DateTime",
            format!(
                "issues(first: $size, after: $after, orderBy: $order, filterBy: {{since: $since}}) {{
      ...page nodes {{ ...issue timelineItems(first: 50, since: $since, {IN_ISSUE}) {{ ...inIssue }} }}
    }}"
            ),
        ),
        What::Pulls => (
            ", $order: IssueOrder!, $since: DateTime",
            format!(
                "pullRequests(first: $size, after: $after, orderBy: $order) {{
      ...page nodes {{ updatedAt ...pull timelineItems(first: 30, since: $since, {IN_PULL}) {{ ...inPull }} }}
    }}"
            ),
        ),
        What::Discussions => (
            ", $order: DiscussionOrder!",
            "discussions(first: $size, after: $after, orderBy: $order) {
      ...page nodes { updatedAt ...discussion comments(first: 30) { ...inDiscussion } }
    }"
            .to_owned(),
        ),
        What::Releases => ("", newest("releases", "CREATED_AT", RELEASE)),
        What::Forks => ("", newest("forks", "CREATED_AT", FORK)),
        What::Stars => ("", newest("stargazers", "STARRED_AT", STAR)),
    };
    for (name, value) in [("order", order(list)), ("since", json!(list.since))] {
        if declared.contains(&format!("${name}:")) {
            variables[name] = value;
        }
    }
    let query = format!(
        "query($owner: String!, $name: String!, $size: Int!, $after: String{declared}) {{
  rateLimit {{ limit cost remaining resetAt }}
  repository(owner: $owner, name: $name) {{
    ...here
    {selected}
  }}
}}"
    );
    json!({ "query": whole(query, list.lean), "variables": variables })
}

/// All of it: oldest first, so that what comes meanwhile comes at the end. What changed: newest first, until it is
/// known; issues can be asked for by when they changed.
fn order(list: &List) -> Value {
    match (list.since.is_some(), list.what) {
        (false, _) => json!({ "field": "CREATED_AT", "direction": "ASC" }),
        (true, What::Issues) => json!({ "field": "UPDATED_AT", "direction": "ASC" }),
        (true, _) => json!({ "field": "UPDATED_AT", "direction": "DESC" }),
    }
}

const RELEASE: &str = "nodes { databaseId tagName name isDraft publishedAt url author { ...who } }";
const FORK: &str = "nodes { databaseId nameWithOwner url createdAt owner { ...who } }";
const STAR: &str = "edges { starredAt node { ...who } }";

fn newest(list: &str, field: &str, selected: &str) -> String {
    format!(
        "{list}(first: $size, after: $after, orderBy: {{field: {field}, direction: DESC}}) {{
      ...page {selected}
    }}"
    )
}

/// The rest of several nested lists at once.
pub(super) fn more(more: &More) -> Value {
    let mut variables = Map::new();
    variables.insert("size".to_owned(), json!(more.size));
    let (mut declared, mut selected) = ("$size: Int!".to_owned(), String::new());
    for (number, part) in more.parts.iter().enumerate() {
        variables.insert(format!("node{number}"), json!(part.node));
        variables.insert(format!("after{number}"), json!(part.after));
        let page = format!("first: $size, after: $after{number}");
        let since = format!("since: $since{number}");
        let on = match part.of {
            Of::Issue => format!(
                "... on Issue {{ ...issue repository {{ ...here }}
      timelineItems({page}, {since}, {IN_ISSUE}) {{ ...inIssue }} }}"
            ),
            Of::Pull => format!(
                "... on PullRequest {{ ...pull repository {{ ...here }}
      timelineItems({page}, {since}, {IN_PULL}) {{ ...inPull }} }}"
            ),
            Of::Review => format!(
                "... on PullRequestReview {{ pullRequest {{ ...pull repository {{ ...here }} }}
      comments({page}) {{ ...inReview }} }}"
            ),
            Of::Discussion => format!(
                "... on Discussion {{ ...discussion repository {{ ...here }}
      comments({page}) {{ ...inDiscussion }} }}"
            ),
            Of::Comment => format!(
                "... on DiscussionComment {{ author {{ ...who }} discussion {{ ...discussion repository {{ ...here }} }}
      replies({page}) {{ ...inComment }} }}"
            ),
        };
        let _ = write!(declared, ", $node{number}: ID!, $after{number}: String");
        if matches!(part.of, Of::Issue | Of::Pull) {
            let _ = write!(declared, ", $since{number}: DateTime");
            variables.insert(format!("since{number}"), json!(part.since));
        }
        let _ = write!(selected, "\n  part{number}: node(id: $node{number}) {{ {on} }}");
    }
    let query = format!("query({declared}) {{\n  rateLimit {{ limit cost remaining resetAt }}{selected}\n}}");
    json!({ "query": whole(query, more.lean), "variables": variables })
}
