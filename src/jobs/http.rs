//! The one client: sends the requests of sources and hands back whole answers within limits of time and size.
//! Credentials go to the source's own origin and nowhere else. Must not know any API, nor what an answer means.

mod unpack;

use std::{sync::Once, time::Duration};

use reqwest::{
    StatusCode, Url,
    header::{
        ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH,
        LOCATION, USER_AGENT,
    },
    redirect::Policy,
};

use crate::{
    config::Secret,
    domain::{text, time::Time},
    sources::{
        SourceError,
        remote::{Method, Request, Response, Sign},
    },
};
use unpack::{Unpacked, is_packed, unpack};

/// How long an answer may take and how large it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// From the request to the end of its answer.
    pub whole: Duration,
    /// Bytes of a body, packed or unpacked.
    pub body: usize,
    /// How many redirects lead to an answer.
    pub redirects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            read: Duration::from_secs(30),
            whole: Duration::from_mins(2),
            body: 64 << 20,
            redirects: 5,
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// There is no connection to the host.
    Unreachable(SourceError),
    /// It may go better next time.
    Passing(SourceError),
    /// It will not.
    Lasting(SourceError),
}

/// Secrets with the names of the parameters that carry them.
type Secrets = Vec<(&'static str, Secret)>;

/// The client of one source.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    headers: HeaderMap,
    /// Secrets that go into the query.
    query: Secrets,
    secrets: Vec<Secret>,
    limits: Limits,
}

/// Who asks, for hosts that want to know.
const AGENT: &str = concat!("buyin/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")");

impl Client {
    /// `base` has been checked by the configuration: https, or http where that is allowed.
    pub(super) fn new(
        base: &str,
        sign: &[Sign],
        token: Option<Secret>,
        key: Option<Secret>,
        limits: Limits,
    ) -> Result<Self, SourceError> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Only fails where one is installed already, which serves as well.
            drop(rustls::crypto::ring::default_provider().install_default());
        });
        let wrong = |why: String| SourceError::new(format!("{base}: {why}")).hint("check `base_url`");
        let base_url = Url::parse(base).map_err(|error| wrong(error.to_string()))?;
        let (headers, query) = signed(sign, token.as_ref(), key.as_ref())?;
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(limits.connect)
            .read_timeout(limits.read)
            .timeout(limits.whole);
        if is_here(&base_url) {
            // What never leaves this machine goes through no proxy.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| wrong(said(error)))?;
        let secrets = token.into_iter().chain(key).collect();
        Ok(Self { http, base: base_url, headers, query, secrets, limits })
    }

    /// Scheme, host and port: the only place where credentials go.
    pub(super) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The host, as errors name it.
    pub(super) fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Sends a request and reads its whole answer, whatever its status, following redirects at the same origin.
    /// `tag` makes it conditional; `now` is asked when the answer is there.
    pub(super) async fn send(
        &self,
        request: &Request,
        tag: Option<&str>,
        now: impl Fn() -> Time,
    ) -> Result<Response, Unanswered> {
        let answered = self.follow(request, tag, now).await;
        answered.map_err(|unanswered| match unanswered {
            Unanswered::Unreachable(error) => Unanswered::Unreachable(self.without_secrets(error)),
            Unanswered::Passing(error) => Unanswered::Passing(self.without_secrets(error)),
            Unanswered::Lasting(error) => Unanswered::Lasting(self.without_secrets(error)),
        })
    }

    /// A host may repeat in its answer what it was sent.
    pub(super) fn without_secrets(&self, error: SourceError) -> SourceError {
        SourceError {
            message: self.text_without_secrets(&error.message),
            hint: error.hint.map(|hint| self.text_without_secrets(&hint)),
        }
    }

    pub(super) fn text_without_secrets(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), "…"))
    }

    async fn follow(
        &self,
        request: &Request,
        tag: Option<&str>,
        now: impl Fn() -> Time,
    ) -> Result<Response, Unanswered> {
        let mut url = self.url(&request.path)?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut method = request.method;
        let mut seen = Vec::new();
        loop {
            let answer = self.once(&url, method, request, tag).await?;
            let Some(to) = redirect(&answer) else {
                return self.whole(answer, &url, now()).await;
            };
            seen.push(url.clone());
            let from = self.place(&url);
            let next =
                url.join(&to).map_err(|_| lasting(format!("{from}: redirects to what is no address")))?;
            self.same_origin(&next, &format!("{from}: redirects"))?;
            if seen.contains(&next) {
                return Err(lasting(format!("{from}: redirects in a loop")));
            }
            if seen.len() > self.limits.redirects {
                return Err(lasting(format!("{from}: redirects more than {} times", self.limits.redirects)));
            }
            // As everybody does: only 307 and 308 repeat a POST.
            if !matches!(answer.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                method = Method::Get;
            }
            url = next;
        }
    }

    async fn once(
        &self,
        url: &Url,
        method: Method,
        request: &Request,
        tag: Option<&str>,
    ) -> Result<reqwest::Response, Unanswered> {
        let mut url = url.clone();
        for (name, secret) in &self.query {
            if !url.query_pairs().any(|(known, _)| known == *name) {
                url.query_pairs_mut().append_pair(name, secret.expose());
            }
        }
        let mut headers = self.headers.clone();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        for (name, value) in &request.headers {
            headers.insert(
                header_name(name).map_err(Unanswered::Lasting)?,
                plain(value).map_err(Unanswered::Lasting)?,
            );
        }
        if let Some(tag) = tag {
            headers.insert(IF_NONE_MATCH, plain(tag).map_err(Unanswered::Lasting)?);
        }
        let mut asking = match method {
            Method::Get => self.http.get(url),
            Method::Post => self.http.post(url),
        };
        if let Some(body) = request.body.as_ref().filter(|_| method == Method::Post) {
            asking = asking.header(CONTENT_TYPE, "application/json").body(body.to_string());
        }
        asking.headers(headers).send().await.map_err(|error| self.unanswered(error))
    }

    /// The address of a path below the base, or of what an answer named.
    fn url(&self, path: &str) -> Result<Url, Unanswered> {
        let whole = path.starts_with("https://") || path.starts_with("http://");
        let text = match path.strip_prefix('/') {
            _ if whole => path.to_owned(),
            Some(below) => format!("{}/{below}", self.base.as_str().trim_end_matches('/')),
            None if path.is_empty() => self.base.to_string(),
            None => return Err(lasting(format!("{}: no path of it", text::line(path, 120)))),
        };
        let url = Url::parse(&text).map_err(|_| lasting(format!("{}: no address", text::line(path, 120))))?;
        self.same_origin(&url, "the next page")?;
        Ok(url)
    }

    fn same_origin(&self, url: &Url, what: &str) -> Result<(), Unanswered> {
        let plain = url.username().is_empty() && url.password().is_none();
        if url.origin() == self.base.origin() && plain {
            return Ok(());
        }
        let to = text::line(&url.origin().ascii_serialization(), 120);
        Err(Unanswered::Lasting(
            SourceError::new(format!("{what} leads away from {} to {to}, which is not asked", self.origin()))
                .hint("set `base_url` to where the API lives now"),
        ))
    }

    /// An address as errors and pages name it: below the base where it lies there, never with its query.
    fn place(&self, url: &Url) -> String {
        let base = self.base.path().trim_end_matches('/');
        let path = url.path();
        let below = path.strip_prefix(base).filter(|below| below.starts_with('/')).unwrap_or(path);
        text::line(below, 200)
    }

    /// Reads the answer to its end.
    async fn whole(
        &self,
        mut answer: reqwest::Response,
        url: &Url,
        at: Time,
    ) -> Result<Response, Unanswered> {
        let path = self.place(url);
        let too_large = || {
            let error = format!("{path}: the answer is larger than {} MiB", self.limits.body >> 20);
            Unanswered::Lasting(SourceError::new(error).hint("check `base_url`"))
        };
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| self.unanswered(error))? {
            if body.len() + piece.len() > self.limits.body {
                return Err(too_large());
            }
            body.extend_from_slice(&piece);
        }
        let encoding = answer.headers().get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let encoding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
        if is_packed(&body) || matches!(encoding.as_str(), "gzip" | "x-gzip") && !body.is_empty() {
            body = unpack(&body, self.limits.body).map_err(|why| match why {
                Unpacked::TooLarge => too_large(),
                Unpacked::Broken => Unanswered::Passing(
                    SourceError::new(format!("{path}: the compressed answer is cut or broken"))
                        .hint("sync again"),
                ),
            })?;
        } else if !matches!(encoding.as_str(), "" | "identity") {
            let encoding = text::line(&encoding, 40);
            return Err(lasting(format!(
                "{path}: the answer is packed as {encoding}, which was not asked for"
            )));
        }
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        Ok(Response { status: answer.status().as_u16(), headers: headers.collect(), body, path, at })
    }

    fn unanswered(&self, error: reqwest::Error) -> Unanswered {
        let host = self.host();
        let (what, hint) = if error.is_connect() {
            let error = SourceError::new(format!("{host} cannot be reached: {}", said(error)));
            return Unanswered::Unreachable(
                error.hint("check the network, `base_url` and the proxy settings"),
            );
        } else if error.is_timeout() {
            (format!("{host} did not answer in time"), "sync again later")
        } else if error.is_builder() {
            let error = SourceError::new(format!("{host} cannot be asked: {}", said(error)));
            return Unanswered::Lasting(error.hint("check `base_url`"));
        } else {
            (format!("the connection to {host} broke"), "sync again")
        };
        Unanswered::Passing(SourceError::new(format!("{what}: {}", said(error))).hint(hint))
    }
}

/// Where an answer redirects to.
fn redirect(answer: &reqwest::Response) -> Option<String> {
    let moved = matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let to = answer.headers().get(LOCATION).filter(|_| moved)?;
    Some(String::from_utf8_lossy(to.as_bytes()).into_owned())
}

/// What every request carries: headers, and secrets for the query.
fn signed(
    sign: &[Sign],
    token: Option<&Secret>,
    key: Option<&Secret>,
) -> Result<(HeaderMap, Secrets), SourceError> {
    let (mut headers, mut query) = (HeaderMap::new(), Vec::new());
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    for sign in sign {
        match sign {
            Sign::Header { name, value } => {
                headers.insert(header_name(name)?, plain(value)?);
            }
            Sign::TokenHeader { name, prefix } => {
                let Some(token) = token else { continue };
                let mut value = HeaderValue::from_str(&format!("{prefix}{}", token.expose()))
                    .map_err(|_| SourceError::new("the token cannot be sent: it is no printable ASCII"))?;
                value.set_sensitive(true);
                headers.insert(header_name(name)?, value);
            }
            Sign::TokenQuery { name } => query.extend(token.map(|token| (*name, token.clone()))),
            Sign::KeyQuery { name } => query.extend(key.map(|key| (*name, key.clone()))),
        }
    }
    Ok((headers, query))
}

fn header_name(name: &str) -> Result<HeaderName, SourceError> {
    name.parse().map_err(|_| SourceError::new(format!("`{}` is no name of a header", text::line(name, 60))))
}

fn plain(value: &str) -> Result<HeaderValue, SourceError> {
    let shown = || SourceError::new(format!("`{}` cannot be sent in a header", text::line(value, 60)));
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| shown())
}

fn lasting(message: String) -> Unanswered {
    Unanswered::Lasting(SourceError::new(message).hint("check `base_url`"))
}

/// An error and what is behind it, on one line, without any address: it may hold a secret.
fn said(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut last: &dyn std::error::Error = &error;
    while let Some(behind) = last.source() {
        last = behind;
    }
    text::line(&last.to_string(), 160)
}

/// Whether an address can only be this machine.
fn is_here(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}
