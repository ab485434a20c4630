//! A real HTTP server on loopback, on threads and std only. It shares no code with `src`. What it answers is a
//! function of the request; how badly it answers is said by the answer itself. It remembers every request.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;

/// A request as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Req {
    /// From 0, in the order of arrival.
    pub(crate) number: usize,
    pub(crate) method: String,
    /// Without the query, as written (percent signs and all).
    pub(crate) path: String,
    /// Decoded, in their order.
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case, in their order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Req {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter of the query.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What goes wrong with an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wire {
    #[default]
    Sound,
    /// The connection closes before any answer.
    Dropped,
    /// The connection closes after so many bytes of the body, of which more were promised.
    Cut(usize),
    /// The body is followed by spaces without an end.
    Endless,
    /// The head of an answer, then nothing for so many milliseconds.
    Stuck(u64),
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Res {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delay: Duration,
    pub(crate) wire: Wire,
}

impl Res {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let (headers, body) = (Vec::new(), body.into());
        Self { status, headers, body, delay: Duration::ZERO, wire: Wire::Sound }
    }

    /// 200 with JSON.
    pub(crate) fn json(value: &Value) -> Self {
        Self::status_json(200, value)
    }

    pub(crate) fn status_json(status: u16, value: &Value) -> Self {
        Self::new(status, value.to_string()).with("content-type", "application/json; charset=utf-8")
    }

    pub(crate) fn html(status: u16, text: &str) -> Self {
        Self::new(status, text).with("content-type", "text/html")
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::new(status, "").with("location", to)
    }

    #[must_use]
    #[allow(clippy::needless_pass_by_value, reason = "numbers and texts alike")]
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    #[must_use]
    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    #[must_use]
    pub(crate) fn wire(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    /// Compressed; `said`: with a Content-Encoding that says so.
    #[must_use]
    pub(crate) fn gzip(mut self, said: bool) -> Self {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&self.body).unwrap();
        self.body = packed.finish().unwrap();
        if said { self.with("content-encoding", "gzip") } else { self }
    }
}

type Handler = dyn Fn(&Req) -> Res + Send + Sync;

/// What the server's threads share.
struct Shared {
    handler: Box<Handler>,
    asked: Mutex<Vec<Req>>,
    /// Requests being answered now, and the most that ever were at the same time.
    open: AtomicUsize,
    most: AtomicUsize,
    stop: AtomicBool,
}

/// A running server; it stops when dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Serves on a free port of 127.0.0.1. The handler is called on a thread for each connection.
    pub(crate) fn start(handler: impl Fn(&Req) -> Res + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            asked: Mutex::default(),
            open: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let shared = Arc::clone(&serving);
                // A broken connection is the client's affair.
                thread::spawn(move || drop(serve(&stream, &shared)));
            }
        });
        Self { address, shared }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in the order of arrival.
    pub(crate) fn asked(&self) -> Vec<Req> {
        self.shared.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.asked.lock().unwrap().len()
    }

    /// Forgets the requests so far.
    pub(crate) fn forget(&self) {
        self.shared.asked.lock().unwrap().clear();
    }

    /// The most requests that were being answered at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
    }
}

/// Answers one connection until it closes.
fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let mut input = BufReader::new(stream);
    while let Some(mut request) = read(&mut input)? {
        {
            let mut asked = shared.asked.lock().unwrap();
            request.number = asked.len();
            asked.push(request.clone());
        }
        let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(open, Ordering::SeqCst);
        let answer = (shared.handler)(&request);
        thread::sleep(answer.delay);
        shared.open.fetch_sub(1, Ordering::SeqCst);
        if !write(stream, &request, &answer)? {
            return stream.shutdown(std::net::Shutdown::Both);
        }
    }
    Ok(())
}

/// `None`: the client has closed.
fn read(input: &mut impl BufRead) -> io::Result<Option<Req>> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        input.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)];
    input.read_exact(&mut body)?;
    Ok(Some(Req { number: 0, method, path: path.to_owned(), query: decode_query(query), headers, body }))
}

/// Whether the connection can be used for another request.
#[allow(clippy::disallowed_methods, reason = "a server has a clock of its own")]
fn write(mut out: &TcpStream, request: &Req, answer: &Res) -> io::Result<bool> {
    if answer.wire == Wire::Dropped {
        return Ok(false);
    }
    let mut head = format!("HTTP/1.1 {} Status\r\n", answer.status);
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let has = |wanted: &str| answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    if !has("date") {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let _ = write!(head, "date: {}\r\n", now.strftime("%a, %d %b %Y %H:%M:%S GMT"));
    }
    let bodyless = answer.status == 304 || answer.status == 204 || request.method == "HEAD";
    if answer.wire == Wire::Endless {
        head.push_str("transfer-encoding: chunked\r\n");
    } else if !bodyless {
        let _ = write!(head, "content-length: {}\r\n", answer.body.len());
    }
    head.push_str("\r\n");
    if answer.wire == Wire::Sound && !bodyless {
        // One write: nothing waits for the client's acknowledgement.
        out.write_all(&[head.as_bytes(), &answer.body].concat())?;
        return Ok(true);
    }
    out.write_all(head.as_bytes())?;
    match answer.wire {
        Wire::Cut(bytes) => {
            out.write_all(&answer.body[..bytes.min(answer.body.len())])?;
            return Ok(false);
        }
        Wire::Stuck(milliseconds) => {
            thread::sleep(Duration::from_millis(milliseconds));
            return Ok(false);
        }
        Wire::Endless => {
            write!(out, "{:x}\r\n", answer.body.len())?;
            out.write_all(&answer.body)?;
            let more = vec![b' '; 65_536];
            // Ends when the client has had enough and closes.
            loop {
                write!(out, "\r\n{:x}\r\n", more.len())?;
                out.write_all(&more)?;
            }
        }
        Wire::Sound | Wire::Dropped => {}
    }
    Ok(true)
}

fn decode_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        })
        .collect()
}

/// Percent signs decoded.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let code = (*first == b'%').then(|| others.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        if let Some(code) = code {
            bytes.push(code);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn the_server_says_what_it_was_asked_and_answers_as_told() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/packed" => Res::new(200, "packed").gzip(true),
        "/cut" => Res::new(200, "0123456789").wire(Wire::Cut(4)),
        "/dropped" => Res::new(200, "").wire(Wire::Dropped),
        _ => Res::json(&serde_json::json!({"n": asked.number})),
    });
    let ask = |target: &str| {
        let mut stream = TcpStream::connect(server.address).unwrap();
        let text = format!("GET {target} HTTP/1.1\r\nhost: x\r\nX-One: 1\r\nconnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        answer
    };
    let answer = String::from_utf8(ask("/a%20b?q=x%2By+z&e=")).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\n{\"n\":0}"), "{answer}");
    assert!(ask("/cut").ends_with(b"content-length: 10\r\n\r\n0123"));
    assert_eq!(ask("/dropped"), b"");
    assert!(ask("/packed").windows(2).any(|pair| pair == [0x1f, 0x8b]));
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].path.as_str(), asked[0].header("x-one")), (4, "/a%20b", Some("1")));
    assert_eq!((asked[0].param("q"), asked[0].param("e")), (Some("x+y z"), Some("")));
    assert_eq!((server.most_at_once(), server.count()), (1, 4));
    server.forget();
    assert_eq!(server.count(), 0);
}
