//! Answers of GraphQL: the data, and what the errors beside it mean. They come with HTTP 200. Must not know what the
//! data holds.

use serde::Deserialize;
use serde_json::Value;

use super::{
    fault::{self, not_found, way_in},
    step::{Job, Look},
};
use crate::{
    domain::page::Skipped,
    sources::{
        SourceError,
        answer::{self, shown},
        remote::{Fault, Response},
    },
};

/// What an answer holds.
pub(super) struct Reply {
    pub(super) data: Value,
    /// What the server could not tell; the rest is sound.
    pub(super) skipped: Vec<Skipped>,
}

#[derive(Deserialize)]
struct Envelope {
    data: Option<Value>,
    errors: Option<Vec<Problem>>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    message: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    path: Option<Vec<Value>>,
    #[serde(default)]
    extensions: Value,
}

impl Problem {
    fn place(&self) -> String {
        let path = self.path.as_deref().unwrap_or_default();
        let parts: Vec<String> =
            path.iter().map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned)).collect();
        parts.join(".")
    }
}

/// The data of an answer, or the fault in it.
pub(super) fn read(job: &Job, stream: &str, response: &Response) -> Result<Reply, Fault> {
    let mut envelope: Envelope = answer::json(response, "an answer of GitHub's GraphQL")?;
    let data = envelope.data.take().unwrap_or_default();
    let mut errors = envelope.errors.take().unwrap_or_default();
    if let Some(message) = envelope.message.take() {
        errors.push(Problem { message, kind: None, path: None, extensions: Value::Null });
    }
    let mut skipped = Vec::new();
    for problem in &errors {
        if let Some(fault) = judge(job, stream, problem, &data, response) {
            return Err(fault);
        }
        let place = format!("{stream} {}", problem.place());
        skipped.push(Skipped { place: shown(place.trim_end()), reason: shown(&problem.message) });
    }
    if data.is_null() {
        let error = SourceError::new(format!("{stream}: an answer of GraphQL without data"));
        return Err(Fault::Stream(error.hint("check `base_url`")));
    }
    Ok(Reply { data, skipped })
}

/// What an error means for the whole answer; `None`: what is beside it can be used.
fn judge(job: &Job, stream: &str, problem: &Problem, data: &Value, response: &Response) -> Option<Fault> {
    let lower = problem.message.to_lowercase();
    let kind = problem.kind.as_deref().unwrap_or_default();
    // The path names the list that is not permitted: `repository.discussions`.
    let list = problem.place().rsplit_once('.').map(|(_, list)| format!(" {list}")).unwrap_or_default();
    let error = || SourceError::new(format!("{stream}{list}: {}", shown(&problem.message)));
    let again = |job: Option<Job>| Fault::Again {
        error: error().hint("sync again later"),
        instead: job.map(|job| job.step()),
    };
    match kind {
        "RATE_LIMITED" | "RATE_LIMIT" => return Some(fault::throttled(response, &lower)),
        "INSUFFICIENT_SCOPES" => {
            if lower.contains("email")
                && let Some(lean) = job.leaner()
            {
                return Some(again(Some(lean)));
            }
            return Some(Fault::Stream(error().hint(way_in(response))));
        }
        "RESOURCE_LIMITS_EXCEEDED" | "MAX_NODE_LIMIT_EXCEEDED" => {
            return job.lighter().map(|job| again(Some(job)));
        }
        "NOT_FOUND" if problem.place() == "repository" => {
            return Some(not_found(stream));
        }
        _ => {}
    }
    if fault::is_secondary(&lower) {
        return Some(fault::throttled(response, &lower));
    }
    if problem.extensions["saml_failure"] == true {
        let hint = "authorise the token for the organisation's single sign-on (SAML) in the settings of your GitHub \
                    account";
        return Some(Fault::Stream(error().hint(hint)));
    }
    if problem.extensions["code"] == "undefinedField" || problem.extensions["code"] == "argumentNotAccepted" {
        // An Enterprise Server that is older than the query.
        return Some(match job {
            Job::Look(look) => again(Some(Job::Look(Look { rest: true, ..look.clone() }))),
            _ => Fault::Stream(
                error().hint("this GitHub Enterprise Server is too old for the query: update it"),
            ),
        });
    }
    let nothing = data.is_null() || data.get("repository").is_some_and(Value::is_null);
    if !nothing {
        return None;
    }
    Some(match kind {
        "FORBIDDEN" => Fault::Stream(error().hint(way_in(response))),
        "NOT_FOUND" => not_found(stream),
        // "Something went wrong", time-outs: less may do.
        _ => again(job.lighter()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::github::step::{List, What};

    fn told(body: &Value) -> Result<Reply, Fault> {
        let list = List { what: What::Issues, since: None, after: None, size: 100, lean: false };
        let response = Response { status: 200, body: body.to_string().into_bytes(), ..Response::default() };
        read(&Job::List(list), "acme/tool", &response)
    }

    fn instead(body: &Value) -> Value {
        match told(body) {
            Err(Fault::Again { instead: Some(step), .. }) => step.0,
            Err(other) => panic!("{other:?}"),
            Ok(_) => panic!("taken for a page"),
        }
    }

    #[test]
    fn data_beside_an_error_is_used_and_the_error_is_kept() {
        let reply = told(&serde_json::json!({
            "data": {"repository": {"issues": {"nodes": [null]}}},
            "errors": [{"type": "FORBIDDEN", "path": ["repository", "issues", "nodes", 0], "message": "no \u{1b}[31mway"}],
        }));
        let reply = reply.map_err(|fault| format!("{fault:?}")).unwrap();
        assert_eq!(reply.skipped[0].place, "acme/tool repository.issues.nodes.0");
        assert_eq!(reply.skipped[0].reason, "no way");
    }

    #[test]
    fn what_went_wrong_is_asked_again_for_less() {
        let wrong = serde_json::json!({"data": null, "errors": [{"message": "Something went wrong while executing your query"}]});
        assert_eq!(instead(&wrong)["size"], 50);
        let heavy = serde_json::json!({"data": {"repository": {}}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "x"}]});
        assert_eq!(instead(&heavy)["size"], 50);
        let bare = serde_json::json!({"message": "Something went wrong"});
        assert_eq!(instead(&bare)["size"], 50);
    }

    #[test]
    fn without_the_scope_for_e_mails_the_rest_is_read() {
        let body = serde_json::json!({"errors": [{"type": "INSUFFICIENT_SCOPES",
            "message": "Your token has not been granted the required scopes to execute this query. The 'email' field requires one of the following scopes: ['user:email', 'read:user']"}]});
        assert_eq!(instead(&body)["lean"], true);
    }

    #[test]
    fn limits_and_missing_repositories_are_told_apart() {
        let limited = serde_json::json!({"data": null, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]});
        assert!(matches!(told(&limited), Err(Fault::Throttled { .. })));
        let missing = serde_json::json!({"data": {"repository": null}, "errors": [{"type": "NOT_FOUND", "path": ["repository"],
            "message": "Could not resolve to a Repository"}]});
        assert!(
            matches!(told(&missing), Err(Fault::Stream(error)) if error.hint.as_ref().unwrap().contains("`repo`"))
        );
        let page = Response { status: 200, body: b"<html>".to_vec(), ..Response::default() };
        let list = List { what: What::Issues, since: None, after: None, size: 100, lean: false };
        assert!(read(&Job::List(list), "acme/tool", &page).is_err());
    }
}
