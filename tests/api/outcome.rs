//! What is concluded of people from what a source brought, through the store and the rules that ship with the
//! program.

use std::sync::{Arc, Mutex};

use buyin::{
    domain::{
        query::{Meaning, When},
        settings::Settings,
    },
    jobs::derive,
};

use super::{
    conformance::World,
    desk::Desk,
    server::{Req, Server},
};

/// A store that a world was read into, with its conclusions drawn.
pub(crate) struct Concluded(Desk);

impl Concluded {
    pub(crate) fn from<W: World>(world: W) -> Self {
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        let server = Server::start(move |asked: &Req| shared.lock().unwrap().answer(asked));
        let (config, remote) = W::source(&server.url());
        let desk = Desk::new();
        let report = desk.sync_all(&[(&config, remote)], &desk.options()).sources.remove(0);
        assert_eq!((report.error, report.skipped), (None, 0));
        derive::run(&mut desk.store(), &Settings::default(), desk.now.day()).unwrap();
        Self(desk)
    }

    /// Where somebody stands, and the link of what blocks them.
    pub(crate) fn stands(&self, name: &str) -> (String, Option<String>) {
        let view = self.0.view();
        let id = view.resolve(name).unwrap().into_iter().find_map(|meaning| match meaning {
            Meaning::Person { id, .. } => Some(id),
            Meaning::Account { .. } => None,
        });
        let id = id.unwrap_or_else(|| panic!("nobody is called {name}"));
        let detail = view.person(id, When::now(self.0.now.day())).unwrap().unwrap();
        (detail.row.standing.stage.text().to_owned(), detail.cause.and_then(|cause| cause.url))
    }
}
