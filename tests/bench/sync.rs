//! What a sync over HTTP costs: serves a made-up forum on loopback, reads it into an empty store, and draws the
//! conclusions; prints activities a second beside the budget, and beside the floor of one run: the same bytes, fetched
//! and parsed as JSON and nothing else. Prints the number of requests for 1,000 topics.
//! `cargo bench --bench sync -- [TOPICS]`. Ends with 1 below the budget divided by 1.25.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../api/plain.rs"]
mod plain;
#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../api/server.rs"]
mod server;

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use buyin::{
    domain::{
        settings::Settings,
        sync::Unwatched,
        time::{Day, Time},
    },
    jobs::{
        derive,
        sync::{self, Options, Wanted},
    },
    sources::Source,
    store::Store,
};

/// Activities a second, from the bytes of an answer to committed and derived rows.
const BUDGET: f64 = 20_000.0;
/// Answers to a topic; all are listed with it.
const POSTS: u64 = 9;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let topics: u64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(20_000);
    let channels = ["general", "help", "show", "off-topic"];
    let world = plain::World { page: 100, inline: 10, ..plain::World::of(&channels, topics, POSTS) };
    let activities = world.activities();
    let (server, _world) = plain::serve(world);
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("buyin.db")).unwrap();
    let config = plain::config("forum", &server.url());
    let wanted =
        vec![Wanted { config: &config, source: Ok(Source::Remote(Arc::new(plain::Plain::of(&channels)))) }];
    let now = Time(plain::START).plus_days(60);
    let start = Instant::now();
    let report = sync::run(&mut store, wanted, &Options::default(), now, &mut Unwatched).unwrap();
    let read = start.elapsed().as_secs_f64();
    derive::run(&mut store, &Settings::default(), Day(now.day().0)).unwrap();
    let whole = start.elapsed().as_secs_f64();
    let requests = report.sources[0].requests;
    assert_eq!(report.sources[0].new, activities as u64, "{:?}", report.sources[0].error);
    let floor = floor(&server);
    let rate = |seconds: f64| activities as f64 / seconds;
    println!(
        "{activities} activities, {requests} requests ({:.0} for 1,000 topics)",
        requests as f64 * 1000.0 / topics as f64
    );
    println!(
        "{:58} {floor:8.2} s {:9.0} a second",
        "floor: the same answers, fetched and parsed",
        rate(floor)
    );
    println!("{:58} {read:8.2} s {:9.0} a second", "fetched, parsed, committed", rate(read));
    println!("{:58} {whole:8.2} s {:9.0} a second (budget {BUDGET:.0})", "and derived", rate(whole));
    if rate(whole) * 1.25 >= BUDGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Fetches everything that was asked once more and parses it; seconds.
fn floor(server: &server::Server) -> f64 {
    let asked = server.asked();
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    let start = Instant::now();
    for request in asked {
        let query: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(stream, "GET {}?{} HTTP/1.1\r\nhost: x\r\n\r\n", request.path, query.join("&")).unwrap();
        let (mut answer, mut piece) = (Vec::new(), vec![0; 1 << 16]);
        let body = loop {
            let count = stream.read(&mut piece).unwrap();
            answer.extend_from_slice(&piece[..count]);
            let text = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
            let Some(head) = text.find("\r\n\r\n") else { continue };
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if answer.len() >= head + 4 + length.trim().parse::<usize>().unwrap() {
                break answer.split_off(head + 4);
            }
        };
        std::hint::black_box(serde_json::from_slice::<serde_json::Value>(&body).unwrap());
    }
    start.elapsed().as_secs_f64()
}
