//! GitHub, GitHub Enterprise Cloud and Enterprise Server: issues, pull requests, reviews, discussions, stars, forks
//! and releases of the configured repositories. Names requests and reads answers; must not know the network, the
//! store nor what follows from the facts.
//!
//! | what | asked | a page holds |
//! |---|---|---|
//! | is there news? | `POST /graphql`: `repository`, newest date of every list | 1 request a repository and sync |
//! | issues, comments, closings | `issues { timelineItems }` | 100 issues with 50 comments and closings each |
//! | pull requests, reviews | `pullRequests { timelineItems }` | 50 with 30 comments and reviews each |
//! | discussions, answers | `discussions { comments { replies } }` | 50 with 30 comments, 20 replies each |
//! | releases, forks, stars | `releases`, `forks`, `stargazers { starredAt }` | 100 |
//! | what a page had no room for | `node(id)`, twenty lists in one request | 100 each |
//! | the same without a token | REST: `/repos/{o}/{r}`, `…/issues`, `…/issues/comments`, `…/issues/events`, `…/pulls/comments`, `…/releases`, `…/forks`, `…/stargazers` | 100 |
//!
//! **Permissions.** Public repositories: any token, of no scope. Public e-mails of profiles: scope `user:email` or
//! `read:user`; without it all but the e-mails is read. Private repositories: scope `repo`; a fine-grained token
//! needs Metadata, Issues, Pull requests, Discussions and Contents (read-only). Organisations with SAML: the token
//! authorised for them.
//!
//! **Limits.** 5,000 points an hour by GraphQL (a page of issues costs 2 or 3, of pull requests about 16), 60 requests
//! an hour by REST without a token. Secondary limits come as 403, 429 or 200 and are waited out. A query that is too
//! heavy for the server (502, 504, `RESOURCE_LIMITS_EXCEEDED`) is asked again for half as many.
//!
//! **Terms of use.** GitHub's Acceptable Use Policies ("Information Usage Restrictions") forbid to use what its API tells
//! for spamming, unsolicited e-mails and selling personal information, to recruiters and job boards for instance; the
//! use of personal information must comply with its Privacy Statement.
//!
//! Lists come without what was deleted or moved away: a full listing finds what is gone.

mod discussions;
mod facts;
mod fault;
mod lists;
mod look;
mod more;
mod people;
mod place;
mod query;
mod reply;
mod rest;
mod step;
mod threads;
mod timeline;

use super::{
    From, SourceError,
    remote::{Asked, Budget, Fault, Remote, Request, Response, Sign},
};
use crate::{
    config::RemoteConfig,
    domain::{
        page::{Page, Step},
        time::Time,
    },
};
use place::Place;
use step::{Job, Look, Mark};

/// A configured GitHub.
pub struct Github {
    repos: Vec<String>,
    place: Place,
    /// Without a token there is no GraphQL.
    signed: bool,
    retain_days: Option<u32>,
}

impl Github {
    pub fn new(config: &RemoteConfig, repos: Vec<String>) -> Self {
        Self {
            repos,
            place: Place::new(&config.base_url),
            signed: config.token.is_some(),
            retain_days: config.retain_days,
        }
    }

    /// Before it nothing is kept.
    fn floor(&self, now: Time) -> Option<Time> {
        self.retain_days.map(|days| now.plus_days(-i64::from(days)))
    }
}

impl Remote for Github {
    fn streams(&self) -> Vec<String> {
        self.repos.clone()
    }

    fn sign(&self) -> Vec<Sign> {
        vec![
            Sign::TokenHeader { name: "authorization", prefix: "Bearer " },
            Sign::Header { name: "accept", value: "application/vnd.github+json".to_owned() },
            Sign::Header { name: "x-github-api-version", value: "2022-11-28".to_owned() },
        ]
    }

    fn begin(&self, from: &From<'_>) -> Page {
        // A mark of another making is none: everything is read anew.
        let mark = from.mark.and_then(Mark::read);
        let job = Job::Look(Look { mark, lean: false, rest: !self.signed });
        Page { steps: vec![job.step()], ..Page::default() }
    }

    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError> {
        let repo = place::Repo::parse(stream)?;
        match Job::read(step)? {
            Job::Look(look) if look.rest => Ok(rest::look(&self.place, &repo)),
            Job::Look(look) => Ok(self.place.graphql(query::look(&repo, &look))),
            Job::List(list) => Ok(self.place.graphql(query::list(&repo, &list))),
            Job::More(more) => Ok(self.place.graphql(query::more(&more))),
            Job::Rest(list) => Ok(rest::request(&self.place, &repo, &list)),
        }
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        let job = Job::read(asked.step).map_err(Fault::Skip)?;
        let context =
            facts::Context { forge: &self.place.forge, floor: self.floor(asked.now), repo: asked.stream };
        if let Job::Rest(list) = &job {
            return rest::read(&context, list, response);
        }
        if let Job::Look(look) = &job
            && look.rest
        {
            return rest::read_look(&context, look, response);
        }
        let reply = reply::read(&job, asked.stream, response)?;
        match job {
            Job::Look(look) => look::read(&context, &look, reply, response),
            Job::List(list) => lists::read(&context, &list, reply),
            Job::More(more) => more::read(&context, &more, reply),
            Job::Rest(_) => Ok(Page::default()),
        }
    }

    fn judge(&self, asked: &Asked<'_>, response: &Response) -> Option<Fault> {
        fault::judge(asked, response)
    }

    fn budget(&self, response: &Response) -> Option<Budget> {
        fault::budget(response)
    }
}
