//! GitLab: gitlab.com or a server of one's own, by its official REST API v4 (docs.gitlab.com/api). Names requests,
//! reads answers; no I/O.
//!
//! | what | request | how often |
//! |---|---|---|
//! | the project, by its path; renamed ones redirect | `GET /projects/{path}` | once a reading |
//! | issues with labels, who closed them and when | `GET /projects/{id}/issues?sort=asc&order_by=&created_after=`, later `&updated_after=` | one for 100 |
//! | merge requests, who merged or closed them | `GET /projects/{id}/merge_requests?…` likewise | one for 100 |
//! | comments and reviews of both | `GET /projects/{id}/events?target_type=note&after=` | one for 100 |
//! | reopened issues, by whom | `GET /projects/{id}/events?target_type=issue&action=reopened&after=` | one for 100 |
//! | approvals | `GET /projects/{id}/events?action=approved&after=` | one for 100 |
//! | members from developer on | `GET /projects/{id}/members/all` | one for 100 |
//! | public e-mail and organisation | `POST /api/graphql`, `users(ids:)` | one for 100 people; needs a token |
//!
//! Comments come from the project's events and not from `/issues/{iid}/notes`, nor reopenings from
//! `/resource_state_events`: those cost a request for every issue, these one for 100 comments. Events are kept
//! by GitLab for three years; older comments are not read. Closings come from the issue itself (`closed_by`).
//!
//! Public projects are read without a token, except members and profiles. A token needs the scope `read_api` and
//! nothing more. Limits differ by server; answers say `RateLimit-Remaining`, and 429 says `Retry-After`. Each
//! server's terms of use bind its data; those of gitlab.com forbid using it for unsolicited e-mail.

mod events;
mod items;
mod people;
mod step;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::step::{Ask, Feed, List, Paged, Project};
use super::{
    From, SourceError,
    answer::{self, record, shown},
    filling::{self, Filling, encode},
    remote::{Asked, Budget, Fault, Remote, Request, Response, Sign},
};
use crate::{
    config::RemoteConfig,
    domain::{
        identity::Identity,
        page::{Page, Step},
        text,
        time::Time,
    },
};

/// Readings overlap by this many seconds.
const OVERLAP: i64 = 600;
const PAGE: usize = 100;

/// A server and some of its projects.
#[derive(Debug)]
pub struct Gitlab {
    base_url: String,
    /// Where its logins live: `gitlab`, or the host of a server of one's own.
    forge: String,
    projects: Vec<String>,
    has_token: bool,
    retain_days: Option<u32>,
}

/// What a stream's mark says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Mark {
    /// Complete up to then, in seconds.
    since: i64,
    /// What the project was called.
    name: String,
}

impl Mark {
    fn text(&self) -> String {
        // A number and a text: it can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Somebody as lists name them.
#[derive(Debug, Clone, Deserialize)]
struct User {
    id: u64,
    username: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Found {
    id: u64,
    path_with_namespace: String,
    web_url: Option<String>,
    issues_enabled: Option<bool>,
    merge_requests_enabled: Option<bool>,
}

impl Gitlab {
    pub fn new(config: &RemoteConfig, projects: Vec<String>) -> Self {
        let host = config.base_url.split_once("://").map_or(config.base_url.as_str(), |(_, rest)| rest);
        let host = host.to_ascii_lowercase();
        Self {
            base_url: config.base_url.clone(),
            forge: if host == "gitlab.com" { "gitlab".to_owned() } else { host },
            projects,
            has_token: config.token.is_some(),
            retain_days: config.retain_days,
        }
    }

    /// The place of somebody in a page. Deleted accounts hand what they did to the server's own `ghost`.
    fn person(&self, page: &mut Filling, user: Option<&User>) -> u32 {
        let handle = user.and_then(|user| filling::name(user.username.as_deref()));
        let (Some(user), Some(handle)) = (user, handle.filter(|handle| !is_ghost(handle))) else {
            return page.ghost();
        };
        page.person(Identity {
            native: user.id.to_string(),
            name: filling::name(user.name.as_deref()),
            email: None,
            bot: is_token(&handle),
            handle: Some(handle),
            forge: Some(self.forge.clone()),
            account_id: Some(user.id.to_string()),
            company: None,
        })
    }

    /// The project is found: its lists are asked for, each on its own.
    fn project(&self, asked: &Asked<'_>, response: &Response, before: Option<Mark>) -> Result<Page, Fault> {
        let found: Found = answer::json(response, "a project")?;
        let mut page = Filling::default();
        let name = text::name(&found.path_with_namespace);
        let web = format!("{}/{name}", self.base_url);
        let web = found.web_url.as_deref().and_then(text::web).unwrap_or(web);
        let project = Project { id: found.id, name, web };
        page.subject(&project.subject(), &project.web);
        // What a renamed project holds is read anew under its new name.
        let since = before.filter(|mark| mark.name == project.name).map(|mark| mark.since);
        page.page().mark = Some(Mark { since: asked.now.0 - OVERLAP, name: project.name.clone() }.text());
        let floor = self.retain_days.map(|days| asked.now.plus_days(-i64::from(days)).0);
        let again = since.is_some();
        let since = since.max(floor);
        if self.has_token {
            page.ask(Ask::Members { project: project.clone(), page: 1 }.step());
        }
        let paged = Paged {
            project,
            since,
            after: since.filter(|_| again).map(|since| Time(since).to_string()),
            page: 1,
            again,
            met: BTreeSet::new(),
        };
        if found.issues_enabled != Some(false) {
            page.ask(Ask::List(List::Issues, paged.clone()).step());
            page.ask(Ask::Feed(Feed::Reopened, paged.clone().by_day()).step());
        }
        if found.merge_requests_enabled != Some(false) {
            page.ask(Ask::List(List::MergeRequests, paged.clone()).step());
            page.ask(Ask::Feed(Feed::Approved, paged.clone().by_day()).step());
        }
        page.ask(Ask::Feed(Feed::Notes, paged.by_day()).step());
        Ok(page.finish())
    }

    /// The records of a list; those that cannot be read are counted.
    fn records<T: serde::de::DeserializeOwned>(
        page: &mut Filling,
        response: &Response,
        what: &str,
    ) -> Result<(Vec<T>, usize), Fault> {
        let values: Vec<Value> = answer::json(response, what)?;
        let mut records = Vec::with_capacity(values.len());
        for value in &values {
            match record(value) {
                Ok(one) => records.push(one),
                Err(why) => page.skip(text::name(&format!("{} {}", response.path, value["id"])), why),
            }
        }
        page.page().read = u64::try_from(values.len()).unwrap_or(0);
        Ok((records, values.len()))
    }
}

impl Remote for Gitlab {
    fn streams(&self) -> Vec<String> {
        self.projects.clone()
    }

    fn sign(&self) -> Vec<Sign> {
        vec![Sign::TokenHeader { name: "private-token", prefix: "" }]
    }

    fn begin(&self, from: &From<'_>) -> Page {
        let before: Option<Mark> = from.mark.and_then(|mark| serde_json::from_str(mark).ok());
        Page { steps: vec![Ask::Project { before }.step()], ..Page::default() }
    }

    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError> {
        Ok(Ask::read(step)?.request(&encode(stream)))
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        match Ask::read(asked.step).map_err(Fault::Stream)? {
            Ask::Project { before } => self.project(asked, response, before),
            Ask::List(List::Issues, paged) => self.issues(response, paged),
            Ask::List(List::MergeRequests, paged) => self.merge_requests(response, paged),
            Ask::Feed(feed, paged) => self.feed(response, feed, paged),
            Ask::Members { project, page } => self.members(response, project, page),
            Ask::Profiles { ids, .. } => self.profiles(response, &ids),
        }
    }

    fn judge(&self, asked: &Asked<'_>, response: &Response) -> Option<Fault> {
        let ask = Ask::read(asked.step).ok()?;
        let said: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        judge(&ask, asked.stream, response.status, &said, self.has_token)
    }

    fn budget(&self, response: &Response) -> Option<Budget> {
        answer::budget(response)
    }
}

/// What a refusal means. Whatever is not told apart here means what HTTP says.
fn judge(ask: &Ask, project: &str, status: u16, said: &Value, has_token: bool) -> Option<Fault> {
    let words = ["error_description", "message", "error"].iter().find_map(|key| said[*key].as_str());
    let words = words.map(|words| format!(": {}", shown(words))).unwrap_or_default();
    let told = |what: &str, way: &str| SourceError::new(format!("{what} ({status}){words}")).hint(way);
    let scope = "make a token with the scope `read_api` and check where `token` takes it from";
    match status {
        403 if said["error"] == "insufficient_scope" => {
            Some(Fault::Source(told("the token may not read the API", scope)))
        }
        401 if has_token => Some(Fault::Source(told("the token is not accepted", scope))),
        401 | 403 | 404 => Some(match ask {
            Ask::Members { .. } => Fault::Skip(told(
                &format!("the members of {project} cannot be read"),
                "set `token` to one with the scope `read_api` of somebody who sees them; without it nobody is known to \
                 speak for the project",
            )),
            Ask::Profiles { .. } => {
                Fault::Skip(told("profiles cannot be read", "give the token the scope `read_api`"))
            }
            Ask::List(..) | Ask::Feed(..) => Fault::Skip(told(
                &format!("{} of {project} cannot be read", ask.what()),
                "let everybody see them in the project's settings, or set `token` to one of a member",
            )),
            Ask::Project { .. } if has_token => Fault::Stream(told(
                &format!("project {project} cannot be read"),
                "check its path in `projects`; a private one needs a token of a member with the scope `read_api`",
            )),
            Ask::Project { .. } => Fault::Stream(told(
                &format!("project {project} cannot be read"),
                "check its path in `projects`; a private one needs `token`, with the scope `read_api`",
            )),
        }),
        _ => None,
    }
}

fn is_ghost(handle: &str) -> bool {
    handle == "ghost" || handle.strip_prefix("ghost").is_some_and(|rest| rest.parse::<u32>().is_ok())
}

/// Whether a login belongs to an access token: `project_42_bot_6f1a…`, `group_7_bot`.
fn is_token(handle: &str) -> bool {
    let rest = ["project_", "group_"].iter().find_map(|kind| handle.strip_prefix(kind));
    rest.and_then(|rest| rest.split_once("_bot")).is_some_and(|(number, end)| {
        number.parse::<u64>().is_ok()
            && (end.is_empty() || end.starts_with('_') || end.parse::<u64>().is_ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_of_tokens_are_machines_and_the_server_has_ghosts() {
        for handle in ["project_42_bot", "project_42_bot_6f1a0c", "group_7_bot1", "group_7_bot_x"] {
            assert!(is_token(handle), "{handle}");
        }
        for handle in ["project_bot", "project_x_bot", "group_7_botany", "ada"] {
            assert!(!is_token(handle), "{handle}");
        }
        assert!(is_ghost("ghost") && is_ghost("ghost1") && !is_ghost("ghostly") && !is_ghost("ada"));
    }
}
