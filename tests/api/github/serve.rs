//! A GitHub that is made up: it answers for a world, counts what it costs, and remembers what it would not have
//! understood.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::{execute, graph, rest, world::World};
use crate::api::server::{Req, Res};

/// The hour that the server lives in.
pub(super) const NOW: i64 = 1_795_348_800;

#[derive(Default)]
pub(super) struct Hub {
    world: Mutex<World>,
    /// The world as a graph, until it changes.
    graph: Mutex<Option<Arc<execute::Graph>>>,
    /// What GitHub would not have understood.
    refused: Mutex<Vec<String>>,
    points: Mutex<u64>,
    /// Every query and every path, for the official descriptions.
    asked: Mutex<Vec<Value>>,
    /// Answers that come instead of the next ones; `None` lets one through.
    troubles: Mutex<VecDeque<Option<Res>>>,
    /// Beyond so many nodes the server gives up.
    patience: Mutex<Option<u64>>,
    /// The scopes of the token.
    scopes: Mutex<Option<&'static str>>,
}

impl Hub {
    pub(super) fn new(world: World) -> Arc<Self> {
        let hub = Self { world: Mutex::new(world), ..Self::default() };
        *hub.scopes.lock().unwrap() = Some("repo, user:email");
        Arc::new(hub)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.world.lock().unwrap());
        *self.graph.lock().unwrap() = None;
    }

    pub(super) fn world(&self) -> World {
        self.world.lock().unwrap().clone()
    }

    pub(super) fn trouble(&self, answers: impl IntoIterator<Item = Option<Res>>) {
        self.troubles.lock().unwrap().extend(answers);
    }

    pub(super) fn give_up_beyond(&self, nodes: u64) {
        *self.patience.lock().unwrap() = Some(nodes);
    }

    pub(super) fn with_scopes(&self, scopes: Option<&'static str>) {
        *self.scopes.lock().unwrap() = scopes;
    }

    pub(super) fn points(&self) -> u64 {
        *self.points.lock().unwrap()
    }

    pub(super) fn asked(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn forget(&self) {
        self.asked.lock().unwrap().clear();
        *self.points.lock().unwrap() = 0;
    }

    pub(super) fn refused(&self) -> Vec<String> {
        self.refused.lock().unwrap().clone()
    }

    /// Fails the test where anything was asked that GitHub would not have understood.
    pub(super) fn understood_all(&self) {
        assert_eq!(self.refused(), Vec::<String>::new());
    }

    pub(super) fn answer(&self, request: &Req) -> Res {
        let answer = self.troubles.lock().unwrap().pop_front().flatten();
        let answer = answer.unwrap_or_else(|| self.told(request));
        let reset = NOW + 1_800;
        answer
            .with("date", "Sun, 22 Nov 2026 12:00:00 GMT")
            .with("x-ratelimit-limit", 5_000)
            .with("x-ratelimit-remaining", 4_321)
            .with("x-ratelimit-reset", reset)
    }

    fn told(&self, request: &Req) -> Res {
        if request.header("x-github-api-version") != Some("2022-11-28") {
            return self.refuse(&format!("{}: no version of the API", request.path));
        }
        if !request.header("accept").is_some_and(|accept| accept.starts_with("application/vnd.github")) {
            return self.refuse(&format!("{}: no type that GitHub knows is accepted", request.path));
        }
        let answer = match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/graphql" | "/api/graphql") => self.query(request),
            ("GET", path) => {
                let below = path.strip_prefix("/api/v3").unwrap_or(path);
                let names: Vec<&str> = request.query.iter().map(|(name, _)| name.as_str()).collect();
                self.asked.lock().unwrap().push(json!({"path": below, "query": names}));
                let answered = rest::answer(&self.world.lock().unwrap(), below, request);
                answered.unwrap_or_else(|refused| self.refuse(&refused))
            }
            (method, path) => self.refuse(&format!("{method} {path}")),
        };
        match *self.scopes.lock().unwrap() {
            Some(scopes) if request.header("authorization").is_some() => {
                answer.with("x-oauth-scopes", scopes)
            }
            _ => answer,
        }
    }

    fn query(&self, request: &Req) -> Res {
        if request.header("authorization") != Some("Bearer made-up-token") {
            return Res::status_json(401, &json!({"message": "Bad credentials", "status": "401"}));
        }
        let body = request.json();
        self.asked.lock().unwrap().push(body.clone());
        let graph = Arc::clone(self.graph.lock().unwrap().get_or_insert_with(|| {
            Arc::new(graph::graph(&self.world.lock().unwrap(), "https://forge.example"))
        }));
        let done = execute::run(&graph, &body);
        *self.points.lock().unwrap() += done.cost;
        if let Some(refused) = done.refused {
            self.refused.lock().unwrap().push(refused.clone());
            return Res::json(
                &json!({"errors": [{"message": refused, "extensions": {"code": "undefinedField"}}]}),
            );
        }
        if self.patience.lock().unwrap().is_some_and(|most| done.nodes > most) {
            return Res::html(502, "<html>Unicorn!</html>");
        }
        let emails = body["query"].as_str().is_some_and(|query| query.contains("email"));
        let scopes = self.scopes.lock().unwrap().unwrap_or("user:email");
        if emails && !scopes.contains("user:email") {
            return Res::json(
                &json!({"errors": [{"type": "INSUFFICIENT_SCOPES", "message": "Your token has not been \
                granted the required scopes to execute this query. The 'email' field requires one of the following \
                scopes: ['user:email', 'read:user'], but your token has only been granted the: ['repo'] scopes."}]}),
            );
        }
        let mut answer = json!({"data": done.data});
        if !done.errors.is_empty() {
            answer["errors"] = Value::Array(done.errors);
        }
        Res::json(&answer)
    }

    fn refuse(&self, what: &str) -> Res {
        self.refused.lock().unwrap().push(what.to_owned());
        Res::status_json(404, &json!({"message": what}))
    }
}
