//! The first request of a reading: what the repository is now, which of its lists hold news, and up to when it will
//! have been read. Must not know what is in the lists.

use serde::Deserialize;

use super::{
    facts::{Context, Repository},
    place::Repo,
    reply::Reply,
    step::{Job, List, Look, Mark, What},
};
use crate::{
    domain::{
        page::{Page, Skipped},
        text,
        time::Time,
    },
    sources::{
        SourceError, answer,
        remote::{Fault, Response},
    },
};

/// What is read again each time, for what is indexed late and clocks that differ; seconds.
const OVERLAP: i64 = 600;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Looked {
    #[serde(flatten)]
    here: Repository,
    #[serde(default = "yes")]
    has_issues_enabled: bool,
    #[serde(default)]
    has_discussions_enabled: bool,
    #[serde(default)]
    stargazer_count: u64,
    #[serde(default)]
    fork_count: u64,
    issues: Option<First>,
    pull_requests: Option<First>,
    discussions: Option<First>,
    releases: Option<First>,
    forks: Option<First>,
    stargazers: Option<First>,
}

fn yes() -> bool {
    true
}

/// The first records of a list, by their dates.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct First {
    #[serde(default)]
    total_count: u64,
    #[serde(default, alias = "edges")]
    nodes: Vec<Option<Dated>>,
}

#[derive(Deserialize)]
struct Dated {
    #[serde(alias = "updatedAt", alias = "publishedAt", alias = "createdAt", alias = "starredAt")]
    at: Option<Time>,
}

impl First {
    fn newest(&self) -> Option<Time> {
        self.nodes.iter().flatten().filter_map(|one| one.at).max()
    }
}

/// Reads what the repository is; asks for the lists with news.
pub(super) fn read(
    context: &Context<'_>,
    look: &Look,
    reply: Reply,
    response: &Response,
) -> Result<Page, Fault> {
    let looked: Looked = answer::record(&reply.data["repository"]).map_err(|reason| {
        Fault::Stream(SourceError::new(format!(
            "{}: not a repository as GitHub promises: {reason}",
            context.repo
        )))
    })?;
    let mut page = begun(context, look.mark.as_ref(), &looked.here, response);
    page.skipped.extend(reply.skipped);
    let lean = look.lean || may_not_read_emails(response);
    // Said once: when everything is read.
    if lean && look.mark.is_none() {
        page.skipped.push(Skipped {
            place: format!("{} e-mails", context.repo),
            reason: "the token may not read public e-mails of profiles: give it the scope `user:email`"
                .to_owned(),
        });
    }
    let known = known(look.mark.as_ref(), &looked.here);
    let since = since(context, known);
    let mut expected = 0;
    for what in What::ALL {
        let first = looked.first(what);
        let newest = first.and_then(First::newest);
        let is_on = match what {
            What::Issues => looked.has_issues_enabled,
            What::Discussions => looked.has_discussions_enabled,
            _ => true,
        };
        let total = looked.total(what);
        let has_news = match known {
            // How many issues changed is asked for what may have been another repository.
            None => total > 0 || what == What::Issues && look.mark.is_some(),
            Some(_) if what == What::Issues => total > 0,
            Some(since) => newest.is_some_and(|newest| newest >= since),
        };
        if is_on && has_news {
            expected += if known.is_none() || what == What::Issues { total } else { 1 };
            let list = List { what, since, after: None, size: what.most(), lean };
            page.steps.push(Job::List(list).step());
        }
    }
    page.expected = Some(expected);
    Ok(page)
}

impl Looked {
    fn first(&self, what: What) -> Option<&First> {
        let first = match what {
            What::Issues => &self.issues,
            What::Pulls => &self.pull_requests,
            What::Discussions => &self.discussions,
            What::Releases => &self.releases,
            What::Forks => &self.forks,
            What::Stars => &self.stargazers,
        };
        first.as_ref()
    }

    fn total(&self, what: What) -> u64 {
        match what {
            What::Forks => self.fork_count,
            What::Stars => self.stargazer_count,
            _ => self.first(what).map_or(0, |first| first.total_count),
        }
    }
}

/// The mark that counts once all is read, and what to say of a repository that has moved.
pub(super) fn begun(
    context: &Context<'_>,
    mark: Option<&Mark>,
    here: &Repository,
    response: &Response,
) -> Page {
    let until = Time(answer::server_time(response).0.saturating_sub(OVERLAP));
    let name = Some(here.name.as_str()).filter(|name| Repo::parse(name).is_ok()).unwrap_or(context.repo);
    let mut page =
        Page { mark: Some(Mark { until, repo: here.id, name: name.to_owned() }.text()), ..Page::default() };
    // Said once: when it is found.
    let is_known = mark.is_some_and(|mark| mark.repo == here.id && mark.name == name);
    if !name.eq_ignore_ascii_case(context.repo) && !is_known {
        page.skipped.push(Skipped {
            place: text::name(context.repo),
            reason: format!("the repository is now {name}: change its name in `repos`"),
        });
    }
    page
}

/// Up to when the repository is known; `None` where it is another one, or bears another name: what is kept of it then
/// stands under the old one.
pub(super) fn known(mark: Option<&Mark>, here: &Repository) -> Option<Time> {
    mark.filter(|mark| mark.repo == here.id && mark.name == here.name).map(|mark| mark.until)
}

/// From when on facts are wanted.
pub(super) fn since(context: &Context<'_>, known: Option<Time>) -> Option<Time> {
    known.max(context.floor)
}

/// Tokens that have scopes say so; others have permissions, and e-mails need none.
fn may_not_read_emails(response: &Response) -> bool {
    let Some(scopes) = response.header("x-oauth-scopes") else { return false };
    !scopes.split(',').any(|scope| matches!(scope.trim(), "user" | "user:email" | "read:user"))
}
