//! The same lists by REST, for who has no token: GraphQL asks for one. No reviews, no discussions and no profiles, which
//! would need a request each. Must not know GraphQL.

use serde::Deserialize;
use serde_json::Value;

use super::{
    facts::{Context, Facts, Id, Label, Repository, named},
    lists, look,
    people::Actor,
    place::{Place, Repo},
    step::{Job, Look, RestList, RestRepo, RestWhat},
    threads::{Head, Opened},
    timeline::{self, Comment, Turn},
};
use crate::{
    domain::{activity::Kind, page::Page, time::Time},
    sources::{
        SourceError, answer,
        remote::{Fault, Request, Response},
    },
};

pub(super) fn look(place: &Place, repo: &Repo<'_>) -> Request {
    place.rest(&format!("/repos/{}/{}", repo.owner, repo.name), &[])
}

/// A page of a list: the first, or the one that an answer named.
pub(super) fn request(place: &Place, repo: &Repo<'_>, list: &RestList) -> Request {
    let since = list.since.map(|since| since.to_string());
    let below = match list.what {
        RestWhat::Issues => "issues",
        RestWhat::IssueComments => "issues/comments",
        RestWhat::Events => "issues/events",
        RestWhat::ReviewComments => "pulls/comments",
        RestWhat::Releases => "releases",
        RestWhat::Forks => "forks",
        RestWhat::Stars => "stargazers",
    };
    let mut query = vec![("per_page", "100")];
    match list.what {
        RestWhat::Issues => query.push(("state", "all")),
        RestWhat::Forks => query.push(("sort", "newest")),
        _ => {}
    }
    if matches!(list.what, RestWhat::Issues | RestWhat::IssueComments | RestWhat::ReviewComments) {
        query.push(("direction", "asc"));
        match &since {
            Some(since) => query.extend([("sort", "updated"), ("since", since)]),
            None => query.push(("sort", "created")),
        }
    }
    let mut request = place.rest(&format!("/repos/{}/{}/{below}", repo.owner, repo.name), &query);
    if let Some(url) = &list.url {
        (request.path, request.query) = (url.clone(), Vec::new());
    }
    if list.what == RestWhat::Stars {
        // Without it the times are missing.
        request.headers.push(("accept", "application/vnd.github.star+json".to_owned()));
    }
    request
}

#[derive(Deserialize)]
struct Looked {
    id: i64,
    full_name: String,
    html_url: Option<String>,
    #[serde(default = "yes")]
    has_issues: bool,
    #[serde(default)]
    stargazers_count: u64,
    #[serde(default)]
    forks_count: u64,
}

fn yes() -> bool {
    true
}

/// What the repository is; asks for its lists.
pub(super) fn read_look(context: &Context<'_>, look: &Look, response: &Response) -> Result<Page, Fault> {
    let looked: Looked = answer::json(response, "a repository")?;
    let repo = RestRepo { id: looked.id, name: looked.full_name, web: looked.html_url };
    let here = Repository { id: repo.id, name: repo.name.clone(), url: repo.web.clone() };
    let mut page = look::begun(context, look.mark.as_ref(), &here, response);
    let since = look::since(context, look::known(look.mark.as_ref(), &here));
    for what in RestWhat::ALL {
        let is_on = match what {
            RestWhat::Forks => looked.forks_count > 0,
            RestWhat::Stars => looked.stargazers_count > 0,
            // Pull requests are in the list of issues also where issues are switched off.
            RestWhat::Issues => true,
            _ => looked.has_issues || what != RestWhat::IssueComments,
        };
        if is_on {
            let list = RestList { what, since, repo: repo.clone(), url: None };
            page.steps.push(Job::Rest(list).step());
        }
    }
    page.expected = Some(looked.stargazers_count + looked.forks_count);
    Ok(page)
}

/// A page of a list.
pub(super) fn read(context: &Context<'_>, list: &RestList, response: &Response) -> Result<Page, Fault> {
    let records: Vec<Value> = answer::json(response, "a list of records")?;
    let links = Links::read(response.header("link").unwrap_or_default());
    let mut facts = Facts::by_rest(context, &list.repo);
    facts.page.read = u64::try_from(records.len()).unwrap_or(u64::MAX);
    let mut goes_on = true;
    // Stars come oldest first, without a way to ask for the news: these are read from the last page backwards.
    let backwards = list.what == RestWhat::Stars && list.since.is_some();
    let to_the_end = backwards && list.url.is_none() && links.last.is_some();
    if !to_the_end {
        let is_news = |at: Option<Time>| list.since.is_none_or(|since| at.is_none_or(|at| at >= since));
        let news = records.iter().filter(|record| is_news(add(list.what, record, &mut facts))).count();
        goes_on = news == records.len() || list.what == RestWhat::Releases && news > 0;
    }
    let next = match (to_the_end, backwards) {
        (true, _) => links.last,
        (false, true) => links.prev.filter(|_| goes_on),
        (false, false) => links.next.filter(|_| goes_on),
    };
    if next.is_some() && next == list.url {
        return Err(Fault::Stream(
            SourceError::new(format!("{}: a list names the same page as its next one", context.repo))
                .hint("sync again later"),
        ));
    }
    if next.is_some() {
        facts.page.steps.push(Job::Rest(RestList { url: next, ..list.clone() }).step());
    }
    Ok(facts.finish())
}

/// The pages around one, as its `Link` header names them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Links {
    next: Option<String>,
    prev: Option<String>,
    last: Option<String>,
}

impl Links {
    fn read(header: &str) -> Self {
        let mut links = Self::default();
        for link in header.split(',') {
            let Some((url, rest)) = link.trim().strip_prefix('<').and_then(|link| link.split_once('>'))
            else {
                continue;
            };
            let place = if rest.contains("rel=\"next\"") {
                &mut links.next
            } else if rest.contains("rel=\"prev\"") {
                &mut links.prev
            } else if rest.contains("rel=\"last\"") {
                &mut links.last
            } else {
                continue;
            };
            *place = Some(url.to_owned());
        }
        links
    }
}

/// Adds a record. Its time where the list is newest first, or is read backwards.
fn add(what: RestWhat, record: &Value, facts: &mut Facts<'_>) -> Option<Time> {
    match what {
        RestWhat::Issues => {
            let issue: Issue = facts.record(record, "issue")?;
            issue.head().add(issue.is_pull(), facts);
            None
        }
        RestWhat::IssueComments | RestWhat::ReviewComments => {
            let said: Said = facts.record(record, "comment")?;
            said.add(what == RestWhat::ReviewComments, facts);
            None
        }
        RestWhat::Events => {
            let happened: Happened = facts.record(record, "happening")?;
            happened.add(facts);
            Some(happened.created_at)
        }
        RestWhat::Releases => {
            let release: Release = facts.record(record, "release")?;
            let at = release.published_at.filter(|_| !release.draft)?;
            let actor = facts.person(release.author.as_ref());
            let names = (&release.id, release.name.as_deref(), release.tag_name.as_str());
            lists::released(facts, actor, at, names, release.html_url.as_deref());
            Some(at)
        }
        RestWhat::Forks => {
            let fork: Fork = facts.record(record, "fork")?;
            let actor = facts.person(fork.owner.as_ref());
            lists::forked(
                facts,
                actor,
                fork.created_at,
                (&fork.id, &fork.full_name),
                fork.html_url.as_deref(),
            );
            Some(fork.created_at)
        }
        RestWhat::Stars => {
            let star: Star = facts.record(record, "star")?;
            lists::starred(facts, &star.user, star.starred_at);
            Some(star.starred_at)
        }
    }
}

/// An issue or a pull request, in the list of issues or in what happened to one.
#[derive(Deserialize)]
struct Issue {
    number: u64,
    #[serde(default)]
    title: String,
    created_at: Time,
    user: Option<Actor>,
    #[serde(default)]
    labels: Vec<Label>,
    pull_request: Option<InPull>,
    state_reason: Option<String>,
}

#[derive(Deserialize)]
struct InPull {
    merged_at: Option<Time>,
}

impl Issue {
    fn is_pull(&self) -> bool {
        self.pull_request.is_some()
    }

    /// Who merged it comes with what happened to it.
    fn head(&self) -> Head {
        Head::told(self.number, &self.title, self.created_at, self.user.clone(), named(self.labels.iter()))
    }

    fn opened(&self, facts: &mut Facts<'_>) -> Opened {
        let merged_at = self.pull_request.as_ref().and_then(|pull| pull.merged_at);
        Opened { merged_at, ..self.head().opened(self.is_pull(), facts) }
    }
}

/// A comment of an issue or of a review.
#[derive(Deserialize)]
struct Said {
    id: Id,
    created_at: Time,
    user: Option<Actor>,
    #[serde(default)]
    html_url: String,
    issue_url: Option<String>,
    pull_request_url: Option<String>,
}

impl Said {
    fn add(&self, in_review: bool, facts: &mut Facts<'_>) {
        let url = self.pull_request_url.as_deref().or(self.issue_url.as_deref()).unwrap_or_default();
        let Some(number) = url.rsplit('/').next().and_then(|number| number.parse().ok()) else { return };
        let is_pull = in_review || self.html_url.contains("/pull/");
        // Who opened the thread is not told here; the facts of the thread say it.
        let head = Head::told(number, "", self.created_at, self.user.clone(), Vec::new());
        let opened = head.opened(is_pull, facts);
        let comment = Comment {
            full_database_id: self.id.clone(),
            created_at: self.created_at,
            author: self.user.clone(),
        };
        if in_review {
            timeline::remark(&opened, &comment, facts);
        } else {
            timeline::comment(&opened, &comment, facts);
        }
    }
}

/// Something that happened to an issue or a pull request.
#[derive(Deserialize)]
struct Happened {
    #[serde(default)]
    event: String,
    actor: Option<Actor>,
    created_at: Time,
    issue: Option<Issue>,
}

impl Happened {
    fn add(&self, facts: &mut Facts<'_>) {
        let Some(issue) = &self.issue else { return };
        let turn = || Turn {
            created_at: self.created_at,
            // The reason of the last closing; earlier ones are not told.
            state_reason: issue.state_reason.clone(),
            actor: self.actor.clone(),
        };
        match self.event.as_str() {
            "closed" => {
                let opened = issue.opened(facts);
                timeline::closed(&opened, &turn(), facts);
            }
            "reopened" if !issue.is_pull() => {
                let opened = issue.opened(facts);
                timeline::turned(&opened, &turn(), Kind::IssueReopened, Vec::new(), facts);
            }
            "merged" => {
                let opened = issue.opened(facts);
                opened.merged(self.created_at, self.actor.as_ref(), facts);
            }
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Release {
    id: Id,
    #[serde(default)]
    tag_name: String,
    name: Option<String>,
    #[serde(default)]
    draft: bool,
    published_at: Option<Time>,
    html_url: Option<String>,
    author: Option<Actor>,
}

#[derive(Deserialize)]
struct Fork {
    id: Id,
    full_name: String,
    html_url: Option<String>,
    created_at: Time,
    owner: Option<Actor>,
}

#[derive(Deserialize)]
struct Star {
    starred_at: Time,
    user: Actor,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_around_one_are_read_from_its_links() {
        let links = Links::read(
            "<https://api.example.com/x?page=1>; rel=\"prev\", <https://api.example.com/x?page=3>; rel=\"next\", \
             <https://api.example.com/x?page=9>; rel=\"last\"",
        );
        let page = |number| Some(format!("https://api.example.com/x?page={number}"));
        assert_eq!(links, Links { next: page(3), prev: page(1), last: page(9) });
        assert_eq!(Links::read(""), Links::default());
        assert_eq!(Links::read("nonsense, <cut"), Links::default());
    }
}
