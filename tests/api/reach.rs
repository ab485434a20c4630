//! Where requests go: through the proxy that the environment names, never in the clear by accident, and never
//! with a secret to anybody else. Proxies are tried by this test program run again, with that environment.

use std::{env, process::Command, sync::Arc};

use buyin::{
    config::SourceConfig,
    domain::page::{Page, Step},
    domain::sync::SourceState,
    sources::remote::{Asked, Fault, Remote, Request, Response, Sign},
    sources::{From, SourceError},
};
use serde_json::json;

use super::{
    desk::Desk,
    plain::{Plain, World, config, serve},
    server::{Res, Server},
};

const BASE: &str = "BUYIN_TEST_BASE_URL";

/// Not a test by itself: one sync of a base URL that the environment names.
#[test]
fn a_sync_of_some_host() {
    let Ok(base) = env::var(BASE) else { return };
    let report = Desk::new().sync(&config("chat", &base), Plain::of(&["a"]));
    assert_eq!((report.state, report.error), (SourceState::Ok, None));
}

#[test]
fn the_proxy_of_the_environment_is_used_but_not_for_this_machine() {
    let run = |base: &str, proxy: &Server| {
        let mut command = Command::new(env::current_exe().unwrap());
        for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
            command.env_remove(name).env_remove(name.to_uppercase());
        }
        let command = command.args(["api::reach::a_sync_of_some_host", "--exact"]);
        let told = command.env(BASE, base).env("http_proxy", proxy.url()).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stdout));
    };
    let world = World::of(&["a"], 5, 1);
    let proxy = Server::start(move |asked| {
        // A proxy is asked for whole addresses.
        let path = asked.path.strip_prefix("http://api.example.test").unwrap_or("/").to_owned();
        world.answer(&super::server::Req { path, ..asked.clone() })
    });
    run("http://api.example.test", &proxy);
    assert_eq!(proxy.asked()[0].path, "http://api.example.test/v1/channels/a/topics");
    proxy.forget();
    let (server, _world) = serve(World::of(&["a"], 5, 1));
    run(&server.url(), &proxy);
    assert_eq!((proxy.count(), server.count()), (0, 1));
}

#[test]
fn a_host_that_does_not_speak_tls_is_said_and_nothing_is_sent_in_the_clear() {
    let (server, _world) = serve(World::of(&["a"], 5, 1));
    let base = server.url().replace("http://", "https://");
    let report = Desk::new().sync(&config("chat", &base), Plain::of(&["a"]));
    assert_eq!(report.state, SourceState::Failed);
    assert!(report.error.unwrap().message.contains("cannot be reached"));
    let all: Vec<u8> = server.asked().iter().flat_map(|asked| format!("{asked:?}").into_bytes()).collect();
    assert!(!String::from_utf8_lossy(&all).contains("tok_secret"));
}

/// A source that asks for one path, as a next link would name it, and signs in the query.
struct Linked(String);

impl Remote for Linked {
    fn streams(&self) -> Vec<String> {
        vec!["s".to_owned()]
    }

    fn sign(&self) -> Vec<Sign> {
        vec![
            Sign::TokenQuery { name: "access_token" },
            Sign::KeyQuery { name: "key" },
            Sign::Header { name: "User-Agent", value: "Another (https://example.org, 1)".to_owned() },
        ]
    }

    fn begin(&self, _from: &From<'_>) -> Page {
        Page { steps: vec![Step(json!(0))], ..Page::default() }
    }

    fn request(&self, _stream: &str, _step: &Step) -> Result<Request, SourceError> {
        let query = vec![("q".to_owned(), "a&b=c/ü".to_owned())];
        Ok(Request { path: self.0.clone(), query, ..Request::default() })
    }

    fn read(&self, _asked: &Asked<'_>, _response: &Response) -> Result<Page, Fault> {
        Ok(Page::default())
    }
}

#[test]
fn a_next_link_is_followed_at_home_only() {
    let elsewhere = Server::start(|_| Res::new(200, "{}"));
    let home = Server::start(|_| Res::new(200, "{}"));
    let (here, there) = (home.url(), elsewhere.url());
    let host = here.trim_start_matches("http://").to_owned();
    for (path, good) in [
        ("/x".to_owned(), true),
        ("/x?page=2".to_owned(), true),
        (String::new(), true),
        (format!("{here}/other/x?page=2"), true),
        (format!("{there}/v1/x"), false),
        (format!("https://{host}/x"), false),
        (format!("http://me:pass@{host}/x"), false),
        (format!("@{}/x", there.trim_start_matches("http://")), false),
        (format!(".{host}/x"), false),
        ("http://[".to_owned(), false),
        ("https://evil.example/x".to_owned(), false),
    ] {
        home.forget();
        let report = Desk::new().sync(&config("chat", &here), Linked(path.clone()));
        assert_eq!(report.state == SourceState::Ok, good, "{path}: {report:?}");
        assert_eq!(home.count(), usize::from(good), "{path}");
        for asked in home.asked() {
            assert_eq!(asked.param("access_token"), Some("tok_secret"));
            assert_eq!((asked.param("q"), asked.param("key")), (Some("a&b=c/ü"), None));
            assert_eq!(asked.header("user-agent"), Some("Another (https://example.org, 1)"));
        }
        if let Some(error) = report.error {
            assert!(!format!("{error:?}").contains("tok_secret"), "{error:?}");
        }
    }
    assert_eq!(elsewhere.count(), 0);
}

#[test]
fn a_token_in_the_query_is_in_no_error() {
    let home =
        Server::start(|asked| Res::status_json(404, &json!({"message": format!("no {:?}", asked.query)})));
    let config: SourceConfig = config("chat", &home.url());
    let desk = Desk::new();
    let report = desk.sync_all(&[(&config, Arc::new(Linked("/x".to_owned())))], &desk.options());
    let error = report.sources[0].error.clone().unwrap();
    assert!(
        error.message.starts_with("/x: not found (404)") && !error.message.contains("tok_secret"),
        "{error:?}"
    );
}
