//! What every source over HTTP passes, of GitHub by GraphQL and by REST.

use std::sync::Arc;

use buyin::{
    config::{Api, RemoteConfig, SecretFrom, SourceConfig},
    domain::{account::Zone, time::Time},
    sources::{github::Github, remote::Remote},
};
use serde_json::json;

use super::{
    serve::{Hub, NOW},
    world::{What, World},
};
use crate::api::{
    conformance::{self, everything},
    server::{Req, Res},
};

const DAY: i64 = 86_400;

/// The same world, asked with a token or without one.
#[derive(Clone)]
struct Made<const SIGNED: bool> {
    hub: Arc<Hub>,
}

impl<const SIGNED: bool> conformance::World for Made<SIGNED> {
    fn of(threads: usize) -> Self {
        let mut world = World::default();
        let people: Vec<usize> =
            (0..7).map(|number| world.user(&format!("dev{number}"), Some("acme"))).collect();
        let tool = world.repo("sample/tool");
        for number in 0..threads {
            let at = NOW - 300 * DAY + i64::try_from(number).unwrap() * 3_600;
            let by = Some(people[number % 7]);
            let other = Some(people[(number + 3) % 7]);
            if number % 10 == 9 {
                let pull = (tool, world.pull(tool, by, at));
                world.add(pull, other, at + 60, What::Comment);
                world.merge(pull, other, at + 120);
            } else {
                let issue = (tool, world.issue(tool, by, at, &["bug"]));
                world.add(issue, other, at + 60, What::Comment);
                world.add(issue, other, at + 120, What::Closed(Some("COMPLETED")));
            }
        }
        if threads > 0 {
            world.repos[tool].stars.push((people[0], NOW - DAY * 200));
            world.fork(tool, people[1], NOW - DAY * 200);
            world.release(tool, "v1", Some(people[2]), Some(NOW - DAY * 200));
        }
        Self { hub: Hub::new(world) }
    }

    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
        let repos = vec!["sample/tool".to_owned()];
        let token = SecretFrom::Command(vec!["echo".to_owned(), "made-up-token".to_owned()]);
        let config = RemoteConfig {
            name: "gh".to_owned(),
            base_url: format!("{url}/api/v3"),
            token: SIGNED.then_some(token),
            zone: Zone::Upstream,
            zones: Vec::new(),
            minimise: true,
            retain_days: None,
            api: Api::Github { repos: repos.clone() },
        };
        let source = Github::new(&config, repos);
        (SourceConfig::Remote(config), Arc::new(source))
    }

    fn answer(&mut self, asked: &Req) -> Res {
        self.hub.answer(asked)
    }

    fn wrong(&self) -> Vec<String> {
        self.hub.refused()
    }

    fn facts(&self) -> usize {
        usize::try_from(self.hub.world().count().values().sum::<u64>()).unwrap()
    }

    fn change(&mut self, at: Time) -> (usize, usize) {
        self.hub.change(|world| {
            let edited = &mut world.repos[0].threads[2];
            (edited.title, edited.touched) = ("Edited".to_owned(), at.0);
            world.add((0, 5), Some(3), at.0, What::Comment);
        });
        (1, 1)
    }

    fn delete(&mut self) -> usize {
        let before = self.facts();
        self.hub.change(|world| {
            world.repos[0].threads.remove(3);
        });
        before - self.facts()
    }

    fn hostile(&mut self) {
        self.hub.change(|world| {
            let hostile = format!("\u{1b}[31m\u{202e}evil\r\n\u{200b}{}", "x".repeat(2_000));
            for person in &mut world.people {
                (person.name, person.company) = (Some(hostile.clone()), Some(hostile.clone()));
            }
            for thread in &mut world.repos[0].threads {
                (thread.title, thread.labels) = (hostile.clone(), vec![hostile.clone()]);
            }
        });
    }

    fn forbidden() -> Res {
        Res::status_json(403, &json!({"message": "Resource not accessible by \u{1b}[1mtoken\u{7}"}))
            .with("x-accepted-github-permissions", "issues=read")
    }

    fn throttled(seconds: u64) -> Res {
        Res::status_json(403, &json!({"message": "You have exceeded a secondary rate limit."}))
            .with("retry-after", seconds)
    }
}

#[test]
fn github_by_graphql_passes_what_every_source_passes() {
    everything::<Made<true>>();
}

#[test]
fn github_by_rest_passes_what_every_source_passes() {
    everything::<Made<false>>();
}
