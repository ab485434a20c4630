//! Drives a source over HTTP without a network: requests go straight to a world's handler, pages into a plain
//! ledger. Shares nothing with the engine of the sync but the contract.

use std::collections::BTreeMap;

use buyin::{
    domain::{
        activity::Activity,
        identity::Identity,
        page::{Page, Step},
        time::Time,
    },
    sources::{
        From, answer,
        remote::{Asked, Fault, Method, Remote, Request, Response, Sign},
    },
};

use serde_json::{Value, json};

use super::server::{Req, Res};

/// A fact as a reader of the ledger would tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) kind: &'static str,
    /// Native names.
    pub(crate) actor: String,
    pub(crate) counterpart: Option<String>,
    pub(crate) at: i64,
    pub(crate) subject: Option<String>,
    pub(crate) thread: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
}

/// What readings have left behind.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) facts: BTreeMap<String, Fact>,
    pub(crate) people: BTreeMap<String, Identity>,
    pub(crate) subjects: BTreeMap<String, String>,
    pub(crate) marks: BTreeMap<String, String>,
    pub(crate) skipped: Vec<(String, String)>,
    /// Every request: its path and its query.
    pub(crate) requests: Vec<String>,
    /// Faults that ended a stream or dropped a step, as they are told.
    pub(crate) faults: Vec<String>,
    /// Facts that came again in another form.
    pub(crate) changed: Vec<String>,
    /// Seconds that the source was told to wait.
    pub(crate) waited: u64,
    /// Every answer that was read: of which stream and step.
    answers: Vec<(String, Step, Response)>,
}

/// A source, who answers it, and with which secrets.
pub(crate) struct Drive<'a> {
    pub(crate) remote: &'a dyn Remote,
    pub(crate) serve: &'a dyn Fn(&Req) -> Res,
    pub(crate) token: Option<&'a str>,
    pub(crate) key: Option<&'a str>,
}

impl Ledger {
    /// Reads all streams to their ends.
    pub(crate) fn sync(&mut self, drive: &Drive<'_>, now: i64) {
        let mut streams = drive.remote.streams();
        let mut position = 0;
        while let Some(stream) = streams.get(position).cloned() {
            for more in self.stream(drive, &stream, Time(now)) {
                if !streams.contains(&more) {
                    streams.push(more);
                }
            }
            position += 1;
        }
    }

    fn stream(&mut self, drive: &Drive<'_>, stream: &str, now: Time) -> Vec<String> {
        let mark = self.marks.get(stream).cloned();
        let from = From { stream, mark: mark.as_deref(), todo: &[], now };
        let first = drive.remote.begin(&from);
        let mut todo: std::collections::VecDeque<_> = first.steps.clone().into();
        let mut pending = first.mark.clone();
        let mut streams = first.streams.clone();
        let mut tries = 0;
        while let Some(step) = todo.front().cloned() {
            let request = match drive.remote.request(stream, &step) {
                Ok(request) => request,
                Err(error) => {
                    self.faults.push(format!("end: {error} ({})", error.hint.clone().unwrap_or_default()));
                    return streams;
                }
            };
            let asked = Asked { stream, step: &step, now };
            let response = drive.send(&request, now, self.requests.len());
            self.requests.push(shown(&request));
            assert!(self.requests.len() < 100_000, "this reading never ends");
            self.answers.push((stream.to_owned(), step.clone(), response.clone()));
            let read = if (200..300).contains(&response.status) {
                drive.remote.read(&asked, &response)
            } else {
                let fault = drive.remote.judge(&asked, &response);
                Err(fault.unwrap_or_else(|| answer::judge(&response)))
            };
            match read {
                Ok(page) => {
                    todo.pop_front();
                    todo.extend(page.steps.iter().cloned());
                    pending = page.mark.clone().or(pending);
                    streams.extend(page.streams.iter().cloned());
                    self.apply(page);
                }
                Err(Fault::Skip(error)) => {
                    self.faults.push(format!("skip: {error} ({})", error.hint.clone().unwrap_or_default()));
                    todo.pop_front();
                }
                Err(Fault::Throttled { wait, .. }) => {
                    self.waited += wait.unwrap_or(60);
                    tries += 1;
                    assert!(tries < 100, "throttled for ever");
                }
                Err(Fault::Again { error, instead }) => {
                    tries += 1;
                    assert!(tries < 100, "{error}");
                    if let Some(instead) = instead {
                        todo[0] = instead;
                    }
                }
                Err(Fault::Stream(error) | Fault::Source(error)) => {
                    self.faults.push(format!("end: {error} ({})", error.hint.clone().unwrap_or_default()));
                    return streams;
                }
            }
        }
        if let Some(mark) = pending {
            self.marks.insert(stream.to_owned(), mark);
        }
        streams
    }

    /// Reads all answers again with every value in them replaced by what it must not be: whatever comes of it, nothing
    /// panics, no unsound text gets through, and people are named by their places. Gives how many answers were read.
    pub(crate) fn shake(&self, remote: &dyn Remote) -> usize {
        let mut read = 0;
        for (stream, step, response) in &self.answers {
            let Ok(sound) = serde_json::from_slice::<Value>(&response.body) else { continue };
            for wrong in
                [json!(null), json!([]), json!({}), json!(-1), json!(u64::MAX), json!("\u{1b}[1m\u{202e}")]
            {
                for leaf in 0..leaves(&sound).min(400) {
                    let mut body = sound.clone();
                    replace(&mut body, &mut leaf.clone(), &wrong);
                    let response = Response { body: body.to_string().into_bytes(), ..response.clone() };
                    let asked = Asked { stream, step, now: response.at };
                    let _ = (remote.judge(&asked, &response), remote.budget(&response));
                    let Ok(page) = remote.read(&asked, &response) else { continue };
                    sound_page(&page);
                    read += 1;
                }
            }
        }
        read
    }

    fn apply(&mut self, page: Page) {
        for key in &page.gone {
            self.facts.remove(&String::from_utf8(key.clone()).unwrap());
        }
        let native = |place: u32| page.identities[place as usize].native.clone();
        for activity in &page.activities {
            let key = String::from_utf8(activity.key.clone()).unwrap();
            let fact = fact(activity, &native);
            if let Some(before) = self.facts.insert(key.clone(), fact.clone())
                && before != fact
            {
                self.changed.push(key);
            }
        }
        for identity in page.identities {
            // Who is only named keeps what is known of them.
            let says_nothing =
                identity == Identity { native: identity.native.clone(), ..Identity::default() };
            if says_nothing && self.people.contains_key(&identity.native) {
                continue;
            }
            self.people.insert(identity.native.clone(), identity);
        }
        self.subjects.extend(page.subjects);
        self.skipped.extend(page.skipped.into_iter().map(|skipped| (skipped.place, skipped.reason)));
    }
}

/// How many values a value holds, itself one of them.
fn leaves(value: &Value) -> usize {
    1 + match value {
        Value::Array(all) => all.iter().take(3).map(leaves).sum(),
        Value::Object(all) => all.values().map(leaves).sum(),
        _ => 0,
    }
}

/// Replaces one of them by its number.
fn replace(value: &mut Value, number: &mut usize, wrong: &Value) {
    if *number == 0 {
        *value = wrong.clone();
        *number = usize::MAX;
        return;
    }
    *number -= 1;
    let below: Vec<&mut Value> = match value {
        Value::Array(all) => all.iter_mut().take(3).collect(),
        Value::Object(all) => all.values_mut().collect(),
        _ => Vec::new(),
    };
    for one in below {
        if *number != usize::MAX {
            replace(one, number, wrong);
        }
    }
}

fn sound_page(page: &Page) {
    let count = page.identities.len();
    for activity in &page.activities {
        let people = [Some(activity.actor), activity.counterpart];
        assert!(people.into_iter().flatten().all(|place| (place as usize) < count));
        let subject = activity.subject.as_deref().into_iter();
        let texts =
            subject.chain(activity.title.as_deref()).chain(activity.labels.iter().map(String::as_str));
        for text in texts {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        }
    }
    for identity in &page.identities {
        for text in
            [&identity.name, &identity.handle, &identity.email, &identity.company].into_iter().flatten()
        {
            assert!(!text.is_empty() && !text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        }
    }
    for skipped in &page.skipped {
        assert!(!skipped.place.contains('\u{1b}') && !skipped.reason.contains('\u{1b}'), "{skipped:?}");
    }
}

impl Drive<'_> {
    fn send(&self, request: &Request, now: Time, number: usize) -> Response {
        let mut query = request.query.clone();
        let mut headers: Vec<(String, String)> =
            request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        for sign in self.remote.sign() {
            match (sign, self.token, self.key) {
                (Sign::TokenHeader { name, prefix }, Some(token), _) => {
                    headers.push((name.to_lowercase(), format!("{prefix}{token}")));
                }
                (Sign::TokenQuery { name }, Some(token), _) => {
                    query.push((name.to_owned(), token.to_owned()));
                }
                (Sign::KeyQuery { name }, _, Some(key)) => query.push((name.to_owned(), key.to_owned())),
                (Sign::Header { name, value }, _, _) => headers.push((name.to_lowercase(), value)),
                _ => {}
            }
        }
        let method = if request.method == Method::Post { "POST" } else { "GET" };
        let body = request.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let (path, inline) = request.path.split_once('?').unwrap_or((&request.path, ""));
        assert!(inline.is_empty(), "a query within a path: {}", request.path);
        let (path, method) = (path.to_owned(), method.to_owned());
        let Res { status, headers, body, .. } =
            (self.serve)(&Req { number, method, path, query, headers, body });
        Response { status, headers, body, path: request.path.clone(), at: now }
    }
}

fn shown(request: &Request) -> String {
    let query: Vec<String> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}?{}", request.path, query.join("&"))
}

fn fact(activity: &Activity, native: &dyn Fn(u32) -> String) -> Fact {
    Fact {
        kind: activity.kind.text(),
        actor: native(activity.actor),
        counterpart: activity.counterpart.map(native),
        at: activity.at.0,
        subject: activity.subject.as_deref().map(str::to_owned),
        thread: activity.thread.as_deref().map(str::to_owned),
        labels: activity.labels.clone(),
        title: activity.title.clone(),
        url: activity.url.clone(),
    }
}

/// A moment as most APIs write it.
pub(crate) fn stamp(at: i64) -> String {
    let moment = jiff::Timestamp::from_second(at).unwrap();
    moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}
