//! Reading answers: what a status means by HTTP alone, and JSON that says where it is not what was promised.
//! Must not know any API.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    SourceError,
    remote::{Fault, Response},
};
use crate::domain::text;

/// How much of a message from outside is shown.
const SHOWN: usize = 160;

/// The JSON of an answer. A body that is something else (HTML of a proxy, cut, empty) is an error that says
/// what was expected (`what`: "a page of issues") and what was found, and where.
pub fn json<T: DeserializeOwned>(response: &Response, what: &str) -> Result<T, Fault> {
    let body = response.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&response.body);
    let mut input = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut input).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { String::new() } else { format!(" at {place}") };
        format!("{}{place}", error.into_inner())
    });
    read.and_then(|value| input.end().map(|()| value).map_err(|error| error.to_string())).map_err(|found| {
        let found = if body.is_empty() {
            "nothing".to_owned()
        } else if body.trim_ascii_start().starts_with(b"<") {
            "a web page".to_owned()
        } else {
            shown(&found)
        };
        let error = SourceError::new(format!("expected {what} from {}, found {found}", response.path));
        Fault::Stream(error.hint("check `base_url`, and that nothing between here and there answers instead"))
    })
}

/// One record of a list, read on its own, so that an unsound one does not take the others with it; the error
/// is the reason for which it is skipped.
pub fn record<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = error.path().to_string();
        shown(&format!("{} at {place}", error.into_inner()))
    })
}

/// A message from outside, harmless and short.
pub fn shown(message: &str) -> String {
    text::line(message, SHOWN)
}

/// What a status other than 200 to 299 means by HTTP alone, for whatever API.
pub fn judge(response: &Response) -> Fault {
    let said = said(response);
    let place = &response.path;
    match response.status {
        401 => Fault::Source(
            SourceError::new(format!("{place}: the token is not accepted (401){said}"))
                .hint("make a new token and check where `token` takes it from"),
        ),
        403 => Fault::Stream(
            SourceError::new(format!("{place}: not permitted (403){said}"))
                .hint("give the token the right to read this, or take it out of the configuration"),
        ),
        404 => Fault::Stream(
            SourceError::new(format!("{place}: not found (404){said}"))
                .hint("check the name; a private one needs a token that may read it"),
        ),
        410 => Fault::Stream(
            SourceError::new(format!("{place}: gone for good (410){said}"))
                .hint("take it out of the configuration; what was read is kept"),
        ),
        451 => Fault::Stream(
            SourceError::new(format!("{place}: withheld for legal reasons (451){said}"))
                .hint("take it out of the configuration; what was read is kept"),
        ),
        429 => Fault::Throttled { wait: None, what: format!("{place}: too many requests (429)") },
        status @ (408 | 425 | 500..=599) => Fault::Again {
            error: SourceError::new(format!("{place}: the server failed ({status}){said}"))
                .hint("sync again later"),
            instead: None,
        },
        status => Fault::Stream(
            SourceError::new(format!("{place}: unexpected status {status}{said}")).hint("check `base_url`"),
        ),
    }
}

/// What a JSON error body says of itself.
fn said(response: &Response) -> String {
    let body: Option<Value> = serde_json::from_slice(&response.body).ok();
    let message = body.as_ref().and_then(|body| {
        ["message", "error_message", "error", "errors"].iter().find_map(|key| {
            let value = &body[*key];
            value.as_str().or_else(|| value.get(0)?.as_str()).or_else(|| value.get("message")?.as_str())
        })
    });
    message.map(|message| format!(": {}", shown(message))).unwrap_or_default()
}
