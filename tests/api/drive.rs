//! Drives a source over HTTP without a network: requests go straight to a world's handler, pages into a plain
//! ledger. Shares nothing with the engine of the sync but the contract.

use std::collections::BTreeMap;

use buyin::{
    domain::{activity::Activity, identity::Identity, page::Page, time::Time},
    sources::{
        From, answer,
        remote::{Asked, Fault, Method, Remote, Request, Response, Sign},
    },
};

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
                    query.push((name.to_owned(), token.to_owned()))
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
