//! The engine of sources over HTTP, by a made-up API: paging, going on, changes, streams that are found, what is
//! asked of hosts and what is told of it.

use std::sync::Arc;

use buyin::{
    config::SourceConfig,
    domain::page::{Page, Step},
    domain::{sync::SourceState, time::Time},
    sources::{
        From, SourceError,
        remote::{Asked, Fault, Remote, Request, Response, Sign},
    },
    store::{State, Store},
};

use super::{
    desk::{Desk, NOW},
    plain::{Plain, World, config, serve},
    server::{Res, Server},
};

#[test]
fn a_source_is_read_to_its_end_and_then_only_what_is_new() {
    let (server, world) = serve(World::of(&["general"], 50, 5));
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let first = desk.sync(&config, Plain::of(&["general"]));
    assert_eq!((first.state, first.error), (SourceState::Ok, None));
    let all = world.lock().unwrap().activities();
    assert_eq!((first.new, desk.facts().len()), (all as u64, all));
    // 3 pages, and the rest of the posts of each topic.
    assert_eq!(first.requests, 53);
    assert_eq!(server.count(), 53);
    for asked in server.asked() {
        assert_eq!(asked.header("x-plain-token"), Some("tok_secret"));
        assert_eq!(asked.header("user-agent"), Some("buyin/0.1.0 (+https://github.com/buyin-dev/buyin)"));
        assert_eq!(asked.header("referer"), None);
    }
    server.forget();
    {
        let mut world = world.lock().unwrap();
        let topics = world.topics("general");
        topics[3].title = "Another title".to_owned();
        topics[3].changed = NOW.0 + 5;
        topics[7].posts.push((5, NOW.0 + 6));
        topics[7].changed = NOW.0 + 6;
    }
    let second = desk.sync(&config, Plain::of(&["general"]));
    assert_eq!((second.new, second.changed, second.requests), (1, 1, 3));
    let since = (NOW.0 - 300).to_string();
    assert_eq!(server.asked()[0].param("since"), Some(since.as_str()));
    assert_eq!(desk.facts().len(), all + 1);
}

#[test]
fn channels_that_a_listing_finds_are_read_in_the_same_sync_and_none_is_read_twice() {
    let (server, world) = serve(World::of(&["general", "help", "off"], 90, 4));
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let finding = Plain { channels: None, ..Plain::of(&[]) };
    let report = desk.sync(&config, finding.clone());
    assert_eq!((report.state, report.error), (SourceState::Ok, None));
    assert_eq!(desk.facts().len(), world.lock().unwrap().activities());
    assert_eq!(server.most_at_once(), 1, "one request at a time");
    assert_eq!(report.requests, 1 + 3 * 2 + 90);
    server.forget();
    assert_eq!(desk.sync(&config, finding).requests, 4);
}

#[test]
fn more_requests_at_a_time_are_sent_only_where_the_source_says_so() {
    let world = World::of(&["a", "b", "c", "d", "e"], 100, 4);
    let server = Server::start(move |asked| world.answer(asked).after(std::time::Duration::from_millis(5)));
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let several = Plain { at_once: 3, ..Plain::of(&["a", "b", "c", "d", "e"]) };
    assert_eq!(desk.sync(&config, several).new, 500);
    assert!((2..=3).contains(&server.most_at_once()), "{}", server.most_at_once());
}

#[test]
fn two_sources_of_one_host_share_its_turns_and_their_facts_stay_apart() {
    let (server, _world) = serve(World::of(&["a"], 20, 2));
    let desk = Desk::new();
    let (one, two) = (config("one", &server.url()), config("two", &server.url()));
    let plain = || Arc::new(Plain::of(&["a"])) as Arc<dyn Remote>;
    let report = desk.sync_all(&[(&one, plain()), (&two, plain())], &desk.options());
    let news: Vec<_> = report.sources.iter().map(|source| (source.name.as_str(), source.new)).collect();
    assert_eq!(news, [("one", 60), ("two", 60)]);
    assert_eq!((server.most_at_once(), desk.facts().len()), (1, 120));
}

#[test]
fn an_answer_that_has_not_changed_is_not_sent_again_and_full_asks_for_all() {
    let world = World::of(&["general"], 30, 3);
    let server = Server::start(move |asked| {
        let answer = world.answer(asked);
        // The tag says what the body is.
        let tag = format!("W/\"{}\"", answer.body.len());
        if asked.header("if-none-match") == Some(&tag) { Res::new(304, "") } else { answer.with("etag", tag) }
    });
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let plain = Plain { channels: None, conditional: true, ..Plain::of(&[]) };
    assert_eq!(desk.sync(&config, plain.clone()).not_modified, 0);
    let facts = desk.facts();
    // What is asked since another time is another request; the list of channels is the same.
    let again = desk.sync(&config, plain.clone());
    assert_eq!((again.requests, again.not_modified, again.state), (1, 1, SourceState::Ok));
    assert_eq!(desk.sync_full(&config, plain).not_modified, 0);
    assert_eq!(desk.facts(), facts);
}

#[test]
fn what_has_vanished_is_gone_after_a_full_reading_and_only_after_a_sound_one() {
    let (server, world) = serve(World::of(&["a", "b"], 60, 4));
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let plain = || Plain::of(&["a", "b"]);
    desk.sync(&config, plain());
    world.lock().unwrap().topics("a").remove(4);
    world.lock().unwrap().topics("b").clear();
    assert_eq!(desk.sync(&config, plain()).gone, 0);
    assert_eq!(desk.facts().len(), 300);
    let full = desk.sync_full(&config, plain());
    assert_eq!((full.gone, full.state), (5 + 30 * 5, SourceState::Ok));
    assert_eq!(desk.facts().len(), world.lock().unwrap().activities());
}

#[test]
fn a_full_reading_that_leaves_something_out_infers_nothing() {
    let (desk, before) = (Desk::new(), World::of(&["a"], 60, 4));
    let (server, world) = serve(before.clone());
    let config = config("chat", &server.url());
    desk.sync(&config, Plain::of(&["a"]));
    let facts = desk.facts();
    world.lock().unwrap().topics("a").truncate(30);
    let shorter = world.lock().unwrap().clone();
    // One topic is listed without its author; another cannot be asked for; a third reading breaks off.
    for broken in ["author", "topic", "page"] {
        let shorter = shorter.clone();
        let server = Server::start(move |asked| {
            let answer = shorter.answer(asked);
            let body = String::from_utf8(answer.body.clone()).unwrap();
            match broken {
                "author" if asked.path.ends_with("topics") => {
                    Res::new(200, body.replacen("\"by\":", "\"bi\":", 1))
                }
                "topic" if asked.path.contains("/topics/7/") => Res::status_json(404, &serde_json::json!({})),
                "page" if asked.param("from") == Some("20") => Res::new(200, "<html>"),
                _ => answer,
            }
        });
        let config = super::plain::config("chat", &server.url());
        let report = desk.sync_full(&config, Plain::of(&["a"]));
        assert_eq!((report.gone, desk.facts() == facts), (0, true), "{broken}: {report:?}");
        assert_eq!(report.state == SourceState::Failed, broken == "page");
        assert_eq!(report.skipped > 0, broken != "page");
    }
    assert!(desk.sync_full(&config, Plain::of(&["a"])).gone > 0);
}

/// What is known of a stream: how far it is complete, and how it was last read.
fn covered(desk: &Desk, stream: &str) -> Option<Time> {
    let mut store: Store = desk.store();
    let source = store.source("chat", "slack").unwrap();
    store.stream(source, stream).unwrap().covered_until
}

#[test]
fn a_stream_that_fails_keeps_what_it_was_complete_up_to_and_stops_no_other() {
    let (server, world) = serve(World::of(&["a", "b", "c"], 30, 1));
    let config = config("chat", &server.url());
    let mut desk = Desk::new();
    let plain = || Plain::of(&["a", "b", "c"]);
    desk.sync(&config, plain());
    assert_eq!(covered(&desk, "b"), Some(NOW));
    world.lock().unwrap().channels.remove(1);
    world.lock().unwrap().topics("c")[0].posts.push((1, NOW.0 + 1));
    world.lock().unwrap().topics("c")[0].changed = NOW.0 + 1;
    desk.now = NOW.plus_days(3);
    let report = desk.sync(&config, plain());
    let error = report.error.clone().unwrap();
    assert_eq!(error.message, "/channels/b/topics: not found (404): no such channel");
    assert_eq!((report.state, report.new, report.synced_at), (SourceState::Failed, 1, None));
    assert_eq!((covered(&desk, "a"), covered(&desk, "b")), (Some(desk.now), Some(NOW)));
    let row = desk.view().sources().unwrap().remove(0);
    assert_eq!(
        (row.state, row.covered_until, row.error),
        (State::Failed.to_string(), Some(NOW), Some(error.message))
    );
    // It is taken out of the configuration: nothing holds the others back any more.
    let report = desk.sync(&config, Plain::of(&["a", "c"]));
    assert_eq!(report.state, SourceState::Ok);
    let row = desk.view().sources().unwrap().remove(0);
    assert_eq!((row.state.as_str(), row.covered_until, row.error), ("ok", Some(desk.now), None));
}

#[test]
fn what_happened_too_long_ago_is_not_kept() {
    let mut world = World::of(&["a"], 100, 0);
    world.topics("a").iter_mut().take(40).for_each(|topic| topic.at -= 86_400);
    let (server, _world) = serve(world);
    let desk = Desk::new();
    let SourceConfig::Remote(mut remote) = config("chat", &server.url()) else { unreachable!() };
    remote.retain_days = u32::try_from(Time(super::plain::START).days_before(NOW)).ok();
    let report = desk.sync(&SourceConfig::Remote(remote), Plain::of(&["a"]));
    assert_eq!((report.new, desk.facts().len()), (60, 60));
}

/// A source with a mistake: pages of one stream name people that they do not hold, another one panics.
struct Mistaken(Plain);

impl Remote for Mistaken {
    fn streams(&self) -> Vec<String> {
        self.0.streams()
    }

    fn sign(&self) -> Vec<Sign> {
        self.0.sign()
    }

    fn begin(&self, from: &From<'_>) -> Page {
        self.0.begin(from)
    }

    fn request(&self, stream: &str, step: &Step) -> Result<Request, SourceError> {
        self.0.request(stream, step)
    }

    fn read(&self, asked: &Asked<'_>, response: &Response) -> Result<Page, Fault> {
        let mut page = self.0.read(asked, response)?;
        match asked.stream {
            "b" => page.activities[0].counterpart = Some(4_000),
            "c" => panic!("a mistake that is meant"),
            _ => {}
        }
        Ok(page)
    }
}

#[test]
fn a_mistake_in_one_source_ends_its_stream_and_no_other() {
    let (server, _world) = serve(World::of(&["a", "b", "c", "d"], 200, 1));
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let report = desk.sync(&config, Mistaken(Plain::of(&["a", "b", "c", "d"])));
    assert_eq!((report.state, report.new), (SourceState::Failed, 200));
    assert!(report.error.is_some_and(|error| error.hint.is_some()));
    assert_eq!((covered(&desk, "a"), covered(&desk, "d")), (Some(NOW), Some(NOW)));
    assert_eq!((covered(&desk, "b"), covered(&desk, "c")), (None, None));
    // The stream of the first page that was refused was not read on for long.
    assert!(server.asked().iter().filter(|asked| asked.path.contains("/b/")).count() <= 3);
}
