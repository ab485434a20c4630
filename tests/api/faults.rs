//! Everything that can go wrong between here and a host: each is waited out, tried again, or said with its way
//! out; nothing is lost or doubled, no secret goes astray, nothing panics.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use buyin::domain::sync::{SourceReport, SourceState};
use serde_json::json;

use super::{
    desk::{Desk, NOW},
    plain::{Plain, World, config, serve},
    server::{Req, Res, Server, Wire},
};

type Trouble = Box<dyn Fn(&Req) -> Res + Send + Sync>;

const SECOND: Duration = Duration::from_secs(1);

fn world() -> World {
    World::of(&["a"], 50, 1)
}

/// A server whose answer to the second page is `bad` the first `times` times (of requests for it).
fn failing(times: usize, bad: impl Fn(&Req) -> Res + Send + Sync + 'static) -> Server {
    let (world, count) = (world(), AtomicUsize::new(0));
    Server::start(move |asked| {
        let second = asked.param("from") == Some("20") && asked.path.ends_with("/a/topics");
        if second && count.fetch_add(1, Ordering::SeqCst) < times { bad(asked) } else { world.answer(asked) }
    })
}

fn sync(desk: &Desk, server: &Server) -> SourceReport {
    desk.sync(&config("chat", &server.url()), Plain::of(&["a"]))
}

/// The whole world, read from a sound server.
fn sound() -> Vec<String> {
    let (server, _world) = serve(world());
    let desk = Desk::new();
    assert_eq!(sync(&desk, &server).state, SourceState::Ok);
    desk.facts()
}

#[test]
fn passing_troubles_are_tried_again_after_growing_pauses_and_nothing_is_lost() {
    let sound = sound();
    let troubles: Vec<(&str, Trouble)> = vec![
        ("502", Box::new(|_| Res::html(502, "<html>bad gateway</html>"))),
        ("500", Box::new(|_| Res::status_json(500, &json!({"message": "oops"})))),
        ("dropped", Box::new(|_| Res::new(200, "").wire(Wire::Dropped))),
        ("cut", Box::new(|_| Res::new(200, "{\"topics\": [").wire(Wire::Cut(5)))),
        ("stuck", Box::new(|_| Res::new(200, "{}").wire(Wire::Stuck(3_000)))),
        ("silent", Box::new(|_| Res::new(200, "{}").after(SECOND * 3))),
        (
            "packed and cut",
            Box::new(|_| {
                let mut answer = Res::json(&json!({"topics": []})).gzip(true);
                answer.body.truncate(answer.body.len() - 4);
                answer
            }),
        ),
    ];
    for (name, trouble) in troubles {
        let times = if matches!(name, "stuck" | "silent") { 1 } else { 3 };
        let (desk, server) = (Desk::new(), failing(times, trouble));
        let report = sync(&desk, &server);
        assert_eq!(
            (report.state, &report.error, report.retries),
            (SourceState::Ok, &None, times as u64),
            "{name}"
        );
        assert_eq!(desk.facts(), sound, "{name}");
        let waits = desk.pace.waits();
        for (wait, whole) in waits.iter().zip([SECOND, SECOND * 2, SECOND * 4]) {
            assert!(*wait >= whole / 2 && *wait <= whole, "{name}: {waits:?}");
        }
        assert_eq!(waits.len(), times);
    }
}

#[test]
fn a_trouble_that_does_not_pass_ends_the_stream_and_the_next_sync_goes_on_where_it_stopped() {
    let sound = sound();
    let (desk, server) = (Desk::new(), failing(5, |_| Res::new(503, "")));
    let report = sync(&desk, &server);
    assert_eq!(report.error.unwrap().message, "/channels/a/topics: the server failed (503)");
    assert_eq!((report.state, report.new, report.requests), (SourceState::Failed, 40, 6));
    server.forget();
    let report = sync(&desk, &server);
    assert_eq!(server.asked()[0].param("from"), Some("20"));
    assert_eq!((report.state, report.error, desk.facts() == sound), (SourceState::Ok, None, true));
}

#[test]
fn a_host_that_cannot_be_reached_is_said_soon_and_for_all_streams_at_once() {
    let gone = Server::start(|_| Res::new(200, "")).url();
    let desk = Desk::new();
    // The server has stopped: nobody listens at its port.
    std::thread::sleep(Duration::from_millis(50));
    let report = desk.sync(&config("chat", &gone), Plain::of(&["a", "b", "c", "d"]));
    let error = report.error.unwrap();
    assert_eq!(report.state, SourceState::Failed);
    assert!(
        error.message.contains("cannot be reached: ") && error.message.contains("127.0.0.1"),
        "{error:?}"
    );
    assert!(error.hint.unwrap().contains("proxy"));
    assert!(desk.pace.waits().len() <= 6, "{:?}", desk.pace.waits());
}

#[test]
fn a_host_that_asks_for_patience_gets_it_in_whatever_form_it_asks() {
    let sound = sound();
    // The server's clock is wrong by a year.
    let date = ("date", "Sat, 22 Nov 2025 00:00:00 GMT");
    let reset = 1_763_769_600 + 50;
    for (status, headers, seconds) in [
        (429, vec![("retry-after", "30".to_owned())], 30),
        (
            429,
            vec![date, ("retry-after", "Sat, 22 Nov 2025 00:00:45 GMT")]
                .into_iter()
                .map(|(a, b)| (a, b.to_string()))
                .collect(),
            45,
        ),
        (503, vec![("retry-after", "20".to_owned())], 20),
        (
            429,
            vec![
                ("date", date.1.to_owned()),
                ("x-ratelimit-remaining", "0".to_owned()),
                ("x-ratelimit-reset", reset.to_string()),
            ],
            50,
        ),
        (429, vec![("ratelimit-remaining", "0".to_owned()), ("ratelimit-reset", "15".to_owned())], 15),
    ] {
        let told = headers.clone();
        let server = failing(1, move |_| {
            let answer = Res::new(status, "Retry later");
            told.iter().fold(answer, |answer, (name, value)| answer.with(name, value))
        });
        let desk = Desk::new();
        let report = sync(&desk, &server);
        assert_eq!(
            (report.state, report.retries, desk.facts() == sound),
            (SourceState::Ok, 1, true),
            "{headers:?}"
        );
        assert_eq!(desk.pace.waits(), [SECOND * seconds], "{headers:?}");
    }
    // Without a word about how long: growing pauses.
    let (desk, server) = (Desk::new(), failing(3, |_| Res::new(429, "")));
    assert_eq!(sync(&desk, &server).state, SourceState::Ok);
    let waits = desk.pace.waits();
    assert!(waits.len() == 3 && waits[2] >= SECOND * 2, "{waits:?}");
}

#[test]
fn a_spent_budget_is_not_asked_again_before_it_is_full() {
    let world = world();
    let server = Server::start(move |asked| {
        let left = 1 - (asked.number % 2);
        world.answer(asked).with("x-ratelimit-remaining", left).with("x-ratelimit-reset-after", 40)
    });
    let desk = Desk::new();
    let report = sync(&desk, &server);
    assert_eq!((report.state, report.requests, desk.pace.waits()), (SourceState::Ok, 3, vec![SECOND * 40]));
    let impatient = Desk { wait: SECOND * 20, ..Desk::new() };
    server.forget();
    let report = sync(&impatient, &server);
    assert_eq!((report.state, report.requests, impatient.pace.waits()), (SourceState::Limited, 2, vec![]));
    assert!(report.error.unwrap().message.contains("its rate limit is spent"));
}

#[test]
fn keeping_the_pace_that_a_host_asks_for_costs_no_patience() {
    let world = World::of(&["a"], 300, 1);
    let server = Server::start(move |asked| {
        let left = 1 - (asked.number % 2);
        world.answer(asked).with("x-ratelimit-remaining", left).with("x-ratelimit-reset-after", "2.5")
    });
    let desk = Desk { wait: Duration::ZERO, ..Desk::new() };
    let report = sync(&desk, &server);
    assert_eq!((report.state, report.requests, report.retries), (SourceState::Ok, 15, 0));
    assert_eq!(desk.pace.waits(), [SECOND * 3; 7]);
}

#[test]
fn beyond_the_bound_on_waiting_a_source_is_limited_keeps_what_it_has_and_says_until_when() {
    let sound = sound();
    for (wait, tries) in [(120, 1), (3_700, 2)] {
        let server = failing(1, |_| Res::new(429, "").with("retry-after", 3_600));
        let desk = Desk { wait: SECOND * wait, ..Desk::new() };
        let report = sync(&desk, &server);
        if tries == 2 {
            assert_eq!((report.state, desk.facts() == sound), (SourceState::Ok, true));
            continue;
        }
        assert_eq!((report.state, report.new, report.synced_at), (SourceState::Limited, 40, None));
        let error = report.error.unwrap();
        let host = server.url().replace("http://", "");
        let until = buyin::domain::time::Time(NOW.0 + 3_600);
        assert_eq!(
            error.message,
            format!("{host} wants to be asked again after {until}: too many requests (429)")
        );
        assert!(error.hint.unwrap().contains("--wait 1h"));
        assert!(desk.pace.waits().is_empty());
        let row = desk.view().sources().unwrap().remove(0);
        assert_eq!((row.state.as_str(), row.covered_until), ("limited", None));
        assert_eq!((sync(&desk, &server).state, desk.facts() == sound), (SourceState::Ok, true));
    }
}

#[test]
fn a_host_that_never_has_enough_patience_ends_the_stream() {
    let (desk, server) = (
        Desk { wait: SECOND * 100_000, ..Desk::new() },
        failing(usize::MAX, |_| Res::new(429, "").with("retry-after", 0)),
    );
    let report = sync(&desk, &server);
    assert_eq!((report.state, report.new), (SourceState::Limited, 40));
    assert!(report.requests < 30, "{}", report.requests);
}

#[test]
fn answers_that_are_too_large_end_the_stream_packed_or_not() {
    let bomb = Res::new(200, vec![b' '; 40 << 20]).gzip(true);
    let unsaid = Res::new(200, vec![b' '; 40 << 20]).gzip(false);
    assert!(bomb.body.len() < 1 << 18);
    for (name, answer) in [
        ("bomb", bomb),
        ("unsaid bomb", unsaid),
        ("endless", Res::new(200, "{\"topics\": []}").wire(Wire::Endless)),
        ("large", Res::new(200, vec![b' '; 2 << 20])),
    ] {
        let (desk, server) = (Desk::new(), failing(usize::MAX, move |_| answer.clone()));
        let report = sync(&desk, &server);
        let error = report.error.unwrap().message;
        assert_eq!((report.state, report.new, report.retries), (SourceState::Failed, 40, 0), "{name}");
        assert_eq!(error, "/channels/a/topics: the answer is larger than 1 MiB", "{name}");
    }
}

#[test]
fn packed_answers_are_read_whether_they_say_so_or_not() {
    for said in [true, false] {
        let world = world();
        let server = Server::start(move |asked| world.answer(asked).gzip(said));
        let desk = Desk::new();
        assert_eq!((sync(&desk, &server).state, desk.facts() == sound()), (SourceState::Ok, true));
        assert_eq!(server.asked()[0].header("accept-encoding"), Some("gzip"));
    }
    let (desk, server) = (Desk::new(), failing(9, |_| Res::new(200, "x").with("content-encoding", "br")));
    assert!(sync(&desk, &server).error.unwrap().message.contains("packed as br, which was not asked for"));
}

#[test]
fn redirects_are_followed_at_home_and_no_secret_leaves_it() {
    let sound = sound();
    let elsewhere = Server::start(|_| Res::json(&json!({"topics": [], "next": null, "total": 0})));
    let inside = world();
    let home = Server::start(move |asked| {
        if let Some(rest) = asked.path.strip_prefix("/moved") {
            return inside.answer(&Req { path: rest.to_owned(), ..asked.clone() });
        }
        let query: Vec<String> = asked.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Res::redirect(301, &format!("/moved{}?{}", asked.path, query.join("&")))
    });
    let desk = Desk::new();
    assert_eq!((sync(&desk, &home).state, desk.facts() == sound), (SourceState::Ok, true));
    assert!(home.asked().iter().all(|asked| asked.header("x-plain-token") == Some("tok_secret")));
    for (status, to, said) in [
        (302, format!("{}/v1/x", elsewhere.url()), "redirects leads away from"),
        (307, "https://evil.example/".to_owned(), "redirects leads away from"),
        (302, "//evil.example/x".to_owned(), "redirects leads away from"),
        (302, "http://[".to_owned(), "redirects to what is no address"),
        (302, "?from=20".to_owned(), "redirects in a loop"),
        (302, "LOOP".to_owned(), "redirects more than 5 times"),
    ] {
        let target = to.clone();
        let server = failing(usize::MAX, move |asked| {
            let to = if target == "LOOP" { format!("?from=20&n={}", asked.number) } else { target.clone() };
            Res::redirect(status, &to)
        });
        let desk = Desk::new();
        let report = sync(&desk, &server);
        let error = report.error.unwrap();
        assert_eq!((report.state, report.new, report.retries), (SourceState::Failed, 40, 0), "{to}");
        assert!(error.message.contains(said), "{error:?}");
        assert!(!format!("{error:?}").contains("tok_secret") && error.hint.is_some(), "{error:?}");
    }
    assert_eq!(elsewhere.count(), 0, "nobody else is asked");
}

#[test]
fn a_body_that_is_not_what_the_api_promises_is_said_and_nothing_of_it_is_kept() {
    for (body, said) in [
        ("<html>log in</html>", "expected a page of topics from /channels/a/topics, found a web page"),
        ("", "found nothing"),
        ("{\"topics\": [", "found EOF while parsing"),
        ("{\"topics\": null, \"next\": null, \"total\": 1}", "invalid type: null"),
        ("{\"next\": null, \"total\": 1}", "missing field `topics`"),
        ("[]", "expected struct"),
        (&format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)), "found"),
    ] {
        let sent = body.to_owned();
        let (desk, server) = (Desk::new(), failing(usize::MAX, move |_| Res::html(200, &sent)));
        let report = sync(&desk, &server);
        let error = report.error.unwrap();
        assert!(
            error.message.contains("expected a page of topics") || error.message.contains(said),
            "{error:?}"
        );
        assert!(error.message.contains(said), "{body:.40}: {error:?}");
        assert_eq!((report.state, report.new, desk.facts().len()), (SourceState::Failed, 40, 40));
    }
}

#[test]
fn one_unsound_record_is_left_out_and_counted_and_the_rest_is_kept() {
    let (world, desk) = (world(), Desk::new());
    let server = Server::start(move |asked| {
        let body = String::from_utf8(world.answer(asked).body).unwrap();
        Res::new(
            200,
            body.replace("\"title\":\"Topic 9\"", "\"title\":null").replace("\"id\":31,", "\"id\":-1,"),
        )
    });
    let report = sync(&desk, &server);
    assert_eq!((report.state, report.skipped, report.new), (SourceState::Ok, 2, 96));
    let row = desk.view().sources().unwrap().remove(0);
    assert_eq!(row.error.as_deref(), Some("2 rows could not be read"));
}

#[test]
fn a_next_page_that_repeats_ends_the_stream_with_an_error() {
    let world = world();
    let server = Server::start(move |asked| {
        let body = String::from_utf8(world.answer(asked).body).unwrap();
        Res::new(200, body.replace("\"next\":null", "\"next\":20"))
    });
    let (desk, config) = (Desk::new(), config("chat", &server.url()));
    let report = desk.sync(&config, Plain::of(&["a"]));
    assert_eq!(report.state, SourceState::Failed);
    let error = report.error.unwrap();
    assert!(error.message.starts_with("a: the list goes in a circle") && error.hint.is_some(), "{error:?}");
    assert!(report.requests < 10 && desk.facts().len() == 100);
}

#[test]
fn a_wrong_token_stops_all_streams_of_its_source_and_no_other_source_and_is_never_shown() {
    let refusing = Server::start(|asked| {
        let token = asked.header("x-plain-token").unwrap_or_default();
        Res::status_json(401, &json!({"message": format!("bad credentials: {token}")}))
    });
    let (server, _world) = serve(world());
    let desk = Desk::new();
    let (bad, good) = (config("bad", &refusing.url()), config("good", &server.url()));
    let report = desk.sync_all(
        &[(&bad, Arc::new(Plain::of(&["a", "b", "c", "d"]))), (&good, Arc::new(Plain::of(&["a"])))],
        &desk.options(),
    );
    let error = report.sources[0].error.clone().unwrap();
    assert_eq!(error.message, "/channels/a/topics: the token is not accepted (401): bad credentials: …");
    assert_eq!(refusing.count(), 1);
    assert_eq!((report.sources[1].state, report.sources[1].new), (SourceState::Ok, 100));
    let kept = std::fs::read(desk.path()).unwrap();
    assert!(!kept.windows(10).any(|bytes| bytes == b"tok_secret"));
}

#[test]
fn a_source_that_cannot_be_opened_is_said_and_the_trouble_is_past_when_it_can() {
    let (server, _world) = serve(world());
    let desk = Desk::new();
    let buyin::config::SourceConfig::Remote(mut remote) = config("chat", &server.url()) else {
        unreachable!()
    };
    let good = buyin::config::SourceConfig::Remote(remote.clone());
    remote.token = Some(buyin::config::SecretFrom::Env("BUYIN_NO_SUCH_TOKEN".to_owned()));
    let report = desk.sync(&buyin::config::SourceConfig::Remote(remote), Plain::of(&["a"]));
    assert_eq!((report.state, report.requests), (SourceState::Failed, 0));
    assert!(report.error.unwrap().message.contains("BUYIN_NO_SUCH_TOKEN is not set"));
    assert_eq!(desk.view().sources().unwrap()[0].state, "failed");
    assert_eq!(desk.sync(&good, Plain::of(&["a"])).state, SourceState::Ok);
    assert_eq!(desk.view().sources().unwrap()[0].state, "ok");
}
