//! Reading answers: what a status means by HTTP alone, how long to wait, and JSON that says where it is not what
//! was promised. Must not know any API.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    SourceError,
    remote::{Budget, Fault, Response},
};
use crate::domain::{text, time::Time};

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
        429 => Fault::Throttled { wait: wait(response), what: format!("too many requests (429){said}") },
        503 if retry_after(response).is_some() => {
            Fault::Throttled { wait: wait(response), what: format!("the server is busy (503){said}") }
        }
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

/// The server's own time: what it says in `Date`, so that a wrong clock on either side does no harm; else ours.
pub fn server_time(response: &Response) -> Time {
    response.header("date").and_then(date).unwrap_or(response.at)
}

/// How many seconds an answer asks to wait: `Retry-After`, else until a spent budget is full again.
pub fn wait(response: &Response) -> Option<u64> {
    retry_after(response).or_else(|| budget(response).filter(|budget| budget.left == 0)?.full_in)
}

/// `Retry-After` in seconds, whether it is given as seconds or as a date; a date that is past is 0.
pub fn retry_after(response: &Response) -> Option<u64> {
    let value = response.header("retry-after")?.trim();
    if let Some(seconds) = seconds(value) {
        return Some(seconds);
    }
    Some(until(date(value)?, response))
}

/// The rate budget as most hosts tell it: `x-ratelimit-` or `ratelimit-` with `limit`, `remaining` and `reset`
/// (a time, or seconds from now) or `reset-after`.
pub fn budget(response: &Response) -> Option<Budget> {
    let header = |name: &str| {
        let found = response.header(&format!("x-ratelimit-{name}"));
        found.or_else(|| response.header(&format!("ratelimit-{name}"))).map(str::trim)
    };
    let left = seconds(header("remaining")?)?;
    let full_in = match header("reset-after").and_then(seconds) {
        Some(after) => Some(after),
        None => header("reset").and_then(seconds).map(|reset| match i64::try_from(reset) {
            // Nobody waits for years: so large a number is a time.
            Ok(time) if time > 100_000_000 => until(Time(time), response),
            _ => reset,
        }),
    };
    Some(Budget { left, of: header("limit").and_then(seconds), full_in })
}

/// Whole seconds; a fraction is rounded up.
fn seconds(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let more = u64::from(part.bytes().any(|byte| byte != b'0'));
    Some(whole.parse::<u64>().unwrap_or(u64::MAX).saturating_add(more))
}

/// Seconds from the server's now to a time; 0 when it is past.
fn until(time: Time, response: &Response) -> u64 {
    u64::try_from(time.0.saturating_sub(server_time(response).0)).unwrap_or(0)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn date(text: &str) -> Option<Time> {
    let zoned = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(Time(zoned.as_second()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        // Our clock is a day behind the server's.
        let at = Time::parse("2026-11-21T12:00:00Z").unwrap();
        Response { status: 429, headers: headers.collect(), at, path: "/x".to_owned(), ..Response::default() }
    }

    #[test]
    fn how_long_to_wait_is_read_from_every_form_and_a_wrong_clock_does_not_matter() {
        let now = ("date", "Sun, 22 Nov 2026 12:00:00 GMT");
        let reset = Time::parse("2026-11-22T12:10:00Z").unwrap().0.to_string();
        for (headers, seconds) in [
            (vec![now, ("retry-after", "7")], Some(7)),
            (vec![now, ("retry-after", " 0.25 ")], Some(1)),
            (vec![now, ("retry-after", "Sun, 22 Nov 2026 12:01:30 GMT")], Some(90)),
            (vec![now, ("retry-after", "Sun, 22 Nov 2026 11:01:30 GMT")], Some(0)),
            (vec![("retry-after", "Sat, 21 Nov 2026 12:00:05 GMT")], Some(5)),
            (vec![now, ("retry-after", "soon")], None),
            (vec![now, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], Some(600)),
            (vec![now, ("ratelimit-remaining", "0"), ("ratelimit-reset", "30")], Some(30)),
            (vec![now, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset-after", "1.5")], Some(2)),
            (vec![now, ("x-ratelimit-remaining", "5"), ("x-ratelimit-reset", &reset)], None),
            (
                vec![
                    now,
                    ("retry-after", "3"),
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", &reset),
                ],
                Some(3),
            ),
            (vec![now, ("retry-after", "99999999999999999999")], Some(u64::MAX)),
            (vec![], None),
        ] {
            assert_eq!(wait(&answer(&headers)), seconds, "{headers:?}");
        }
    }

    #[test]
    fn a_budget_is_read_with_its_bound() {
        let headers = [("x-ratelimit-limit", "5000"), ("x-ratelimit-remaining", "4987")];
        let known = Budget { left: 4987, of: Some(5000), full_in: None };
        assert_eq!(budget(&answer(&headers)), Some(known));
        assert_eq!(budget(&answer(&[("x-ratelimit-remaining", "many")])), None);
    }

    #[test]
    fn each_status_is_a_fault_with_its_way_out() {
        let judged = |status: u16, body: &str| {
            judge(&Response { status, body: body.into(), ..answer(&[("retry-after", "4")]) })
        };
        assert!(matches!(judged(401, ""), Fault::Source(error) if error.hint.is_some()));
        assert!(matches!(judged(403, r#"{"message":"no \u001b[31mscope"}"#),
            Fault::Stream(error) if error.message == "/x: not permitted (403): no scope"));
        for status in [404, 410, 451, 418, 302] {
            assert!(
                matches!(judged(status, "<html>"), Fault::Stream(error) if error.hint.is_some()),
                "{status}"
            );
        }
        for status in [429, 503] {
            assert!(matches!(judged(status, ""), Fault::Throttled { wait: Some(4), .. }), "{status}");
        }
        for status in [500, 502, 504, 408] {
            assert!(matches!(judged(status, ""), Fault::Again { instead: None, .. }), "{status}");
        }
    }

    #[test]
    fn a_body_that_is_not_what_was_promised_says_what_was_expected_and_found() {
        let said = |body: &[u8]| {
            let response = Response { body: body.to_vec(), path: "/x".to_owned(), ..Response::default() };
            match json::<Vec<u32>>(&response, "a list of numbers") {
                Err(Fault::Stream(error)) => error.message,
                other => format!("{other:?}"),
            }
        };
        assert_eq!(said(b"\xef\xbb\xbf[1, 2]"), "Ok([1, 2])");
        for (body, found) in [
            (&b""[..], "found nothing"),
            (b" \n<!DOCTYPE html>", "found a web page"),
            (b"[1, 2", "found EOF while parsing"),
            (b"[1, \"a\"]", "expected u32"),
            (b"[1] trailing", "trailing characters"),
            (b"null", "invalid type: null"),
        ] {
            let message = said(body);
            assert!(message.starts_with("expected a list of numbers from /x, found "), "{message}");
            assert!(message.contains(found), "{message}");
        }
        let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
        assert!(said(&deep).contains("expected a list of numbers"), "{}", said(&deep));
    }
}
