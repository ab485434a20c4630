//! What GitHub means by an answer that is no page: limits of both kinds, scopes, organisations behind SAML, queries too
//! heavy for the server. And what is left of the rate budget. Must not know pages.

use serde::Deserialize;
use serde_json::Value;

use super::step::Job;
use crate::{
    domain::time::Time,
    sources::{
        SourceError,
        answer::{self, shown},
        remote::{Asked, Budget, Fault, Response},
    },
};

/// What a secondary limit asks for at least where it names no time.
const PAUSE: u64 = 60;

/// A status other than 200 to 299; `None` leaves it to what HTTP says.
pub(super) fn judge(asked: &Asked<'_>, response: &Response) -> Option<Fault> {
    let stream = asked.stream;
    let said = message(response);
    let lower = said.to_lowercase();
    match response.status {
        401 => {
            Some(Fault::Source(SourceError::new(format!("the token is not accepted (401): {said}")).hint(
                "it may have expired or been revoked: make a new one and check where `token` takes it from",
            )))
        }
        403 | 429 if limited(response, &lower) => Some(throttled(response, &lower)),
        403 => Some(Fault::Stream(
            SourceError::new(format!("{stream}: not permitted (403): {said}")).hint(way_in(response)),
        )),
        404 if response.path.ends_with("/graphql") => Some(Fault::Source(
            SourceError::new(format!("no GraphQL at {} (404)", response.path)).hint("check `base_url`"),
        )),
        404 => Some(not_found(stream)),
        422 => Some(Fault::Skip(SourceError::new(format!("{}: {said}", response.path)))),
        500..=504 => {
            let error =
                SourceError::new(format!("{stream}: the server failed ({}): {said}", response.status))
                    .hint("sync again later");
            let lighter = Job::read(asked.step).ok().and_then(|job| job.lighter());
            Some(Fault::Again { error, instead: lighter.map(|job| job.step()) })
        }
        _ => None,
    }
}

pub(super) fn not_found(stream: &str) -> Fault {
    Fault::Stream(SourceError::new(format!("{stream}: not found, or private")).hint(
        "check its name in `repos`; a private repository needs a token with the scope `repo`, or a fine-grained one \
         that may read its Metadata, Issues, Pull requests, Discussions and Contents",
    ))
}

/// Why the token does not get in, as far as the answer says.
pub(super) fn way_in(response: &Response) -> String {
    let named = |header| response.header(header).map(str::trim).filter(|said| !said.is_empty());
    if named("x-github-sso").is_some() {
        return "authorise the token for the organisation's single sign-on (SAML) in the settings of your GitHub \
                account"
            .to_owned();
    }
    if let Some(permissions) = named("x-accepted-github-permissions") {
        return format!("give the fine-grained token these permissions: {}", shown(permissions));
    }
    match named("x-accepted-oauth-scopes") {
        Some(scopes) => format!("give the token one of these scopes: {}", shown(scopes)),
        None => "give the token the scope `repo`, or take the repository out of `repos`".to_owned(),
    }
}

fn limited(response: &Response, lower: &str) -> bool {
    response.status == 429
        || response.header("retry-after").is_some()
        || response.header("x-ratelimit-remaining") == Some("0")
        || is_secondary(lower)
        || lower.contains("rate limit exceeded")
}

pub(super) fn is_secondary(lower: &str) -> bool {
    lower.contains("secondary rate limit") || lower.contains("abuse detection")
}

/// A limit, primary or secondary: how long to wait, where the answer says so.
pub(super) fn throttled(response: &Response, lower: &str) -> Fault {
    let secondary = is_secondary(lower);
    let otherwise = || if secondary { Some(PAUSE) } else { answer::budget(response)?.full_in };
    let what =
        if secondary { "a secondary rate limit of GitHub" } else { "the rate limit of GitHub is used up" };
    Fault::Throttled { wait: answer::wait(response).or_else(otherwise), what: what.to_owned() }
}

/// What an error's body says of itself.
fn message(response: &Response) -> String {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let said = body.as_ref().and_then(|body| body["message"].as_str());
    said.map_or_else(|| "it does not say why".to_owned(), shown)
}

#[derive(Deserialize)]
struct Spent {
    data: Option<SpentData>,
}

#[derive(Deserialize)]
struct SpentData {
    #[serde(rename = "rateLimit")]
    limit: Option<Points>,
}

#[derive(Deserialize)]
struct Points {
    limit: Option<u64>,
    remaining: u64,
    #[serde(rename = "resetAt")]
    reset: Option<Time>,
}

/// From the headers, else from what the query asked for. An Enterprise Server may have no limits.
pub(super) fn budget(response: &Response) -> Option<Budget> {
    answer::budget(response).or_else(|| {
        let points = serde_json::from_slice::<Spent>(&response.body).ok()?.data?.limit?;
        let seconds = |reset: Time| reset.0.saturating_sub(answer::server_time(response).0);
        let full_in = points.reset.map(|reset| u64::try_from(seconds(reset)).unwrap_or(0));
        Some(Budget { left: points.remaining, of: points.limit, full_in })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::page::Step,
        sources::github::step::{List, What},
    };

    const DATE: (&str, &str) = ("date", "Sun, 22 Nov 2026 08:00:00 GMT");
    /// 2026-11-22T08:00:00Z
    const NOW: i64 = 1_795_334_400;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().chain([&DATE]);
        Response {
            status,
            headers: headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.as_bytes().to_vec(),
            path: "/graphql".to_owned(),
            at: Time(0),
        }
    }

    fn judged(status: u16, headers: &[(&str, &str)], body: &str) -> Fault {
        let list = List { what: What::Pulls, since: None, after: None, size: 50, lean: false };
        let step = Job::List(list).step();
        let asked = Asked { stream: "acme/tool", step: &step, now: Time(0) };
        judge(&asked, &answer(status, headers, body)).unwrap()
    }

    #[test]
    fn every_limit_says_how_long_to_wait_by_the_clock_of_the_server() {
        let reset = (NOW + 90).to_string();
        let secondary = r#"{"message": "You have exceeded a secondary rate limit."}"#;
        for (status, headers, body, wait) in [
            (403, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], "{}", Some(90)),
            (429, vec![("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], "{}", Some(90)),
            (403, vec![("retry-after", "17"), ("x-ratelimit-remaining", "0")], "{}", Some(17)),
            (403, vec![("retry-after", "Sun, 22 Nov 2026 08:02:00 GMT")], "{}", Some(120)),
            (403, vec![("x-ratelimit-remaining", "4000")], secondary, Some(60)),
            (429, vec![], "try later", None),
        ] {
            let Fault::Throttled { wait: found, .. } = judged(status, &headers, body) else {
                panic!("{body}")
            };
            assert_eq!(found, wait, "{status} {headers:?} {body}");
        }
    }

    #[test]
    fn a_refusal_names_the_scope_or_the_permission_that_is_missing() {
        for (headers, named) in [
            (vec![("x-accepted-oauth-scopes", "repo, public_repo")], "repo, public_repo"),
            (vec![("x-accepted-github-permissions", "issues=read")], "issues=read"),
            (vec![("x-github-sso", "required; url=https://x.example")], "SAML"),
            (vec![], "`repo`"),
        ] {
            let Fault::Stream(error) = judged(403, &headers, r#"{"message": "Forbidden"}"#) else { panic!() };
            assert!(error.hint.unwrap().contains(named), "{named}");
        }
        let Fault::Source(error) = judged(401, &[], r#"{"message": "Bad credentials"}"#) else { panic!() };
        assert!(error.message.contains("Bad credentials") && error.hint.unwrap().contains("expired"));
    }

    #[test]
    fn a_query_that_is_too_heavy_is_asked_for_half() {
        for status in [502, 504] {
            let Fault::Again { instead: Some(Step(step)), .. } = judged(status, &[], "<html>") else {
                panic!()
            };
            assert_eq!(step["size"], 25);
        }
    }

    #[test]
    fn the_budget_is_read_from_headers_or_from_the_body() {
        let reset = (NOW + 600).to_string();
        let headers =
            [("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "4321"), ("x-ratelimit-reset", &reset)];
        let expected = Some(Budget { left: 4321, of: Some(5000), full_in: Some(600) });
        assert_eq!(budget(&answer(200, &headers, "")), expected);
        let body = r#"{"data": {"rateLimit": {"limit": 5000, "cost": 2, "remaining": 4321,
            "resetAt": "2026-11-22T08:10:00Z"}, "repository": null}}"#;
        assert_eq!(budget(&answer(200, &[], body)), expected);
        assert_eq!(budget(&answer(200, &[], r#"{"data": {"rateLimit": null}}"#)), None);
    }
}
