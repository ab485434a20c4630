//! The source of `buyin demo`: an invented community around an invented project, generated account by account. The
//! same accounts, seed and day bring the same facts on every machine; all names are made up. Must not know what is
//! concluded from them.
//!
//! `people` and `accounts` say as data who there is, `scene` and `stories` tell what happens, `plan` keeps it as small plain
//! facts, `names` and `cast` say who is who, `pages` writes it all down.

mod accounts;
mod cast;
mod names;
mod numbers;
mod pages;
mod people;
mod plan;
mod random;
mod scene;
mod stories;
mod titles;
mod world;

use std::ops::ControlFlow;

use super::{From, Local, SourceError};
use crate::{
    config::DemoConfig,
    domain::{page::Page, time::Time},
};

use numbers::Counts;
use pages::Pages;
use world::{World, in_part};

/// One part of the invented community.
pub struct Demo {
    config: DemoConfig,
}

impl Demo {
    pub const fn new(config: DemoConfig) -> Self {
        Self { config }
    }
}

impl Local for Demo {
    fn streams(&self) -> Vec<String> {
        vec!["history".to_owned()]
    }

    /// All of the history, as a full listing; nothing when it was already read on the same day.
    fn read(
        &self,
        from: &From<'_>,
        emit: &mut dyn FnMut(Page) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mark = self.config.now.day().to_string();
        if from.mark == Some(&mark) {
            return Ok(());
        }
        let world = World::new(&self.config);
        let (mut counts, mut expected) = (Counts::default(), 0);
        counts.day(World::release_day());
        for account in 0..=world.accounts {
            let plan = world.plan(account);
            counts.plan(&plan);
            expected += plan.facts.iter().filter(|fact| in_part(fact, self.config.part)).count() as u64;
        }
        let mut numbers = counts.numbers();
        let release = numbers.take(World::release_day());
        let mut pages = Pages::new(world, self.config.part, release, expected, emit);
        // The project first: everybody meets those who made it.
        for account in (0..=world.accounts).rev().take(1).chain(0..world.accounts) {
            let plan = world.plan(account);
            let numbers = numbers.plan(&plan);
            if pages.account(&plan, &numbers).is_break() {
                return Ok(());
            }
        }
        // Whoever listens has stopped or has it all: both are an end.
        let _ = pages.finish(mark);
        Ok(())
    }

    fn covered(&self, _stream: &str) -> Option<Time> {
        Some(self.config.now)
    }
}
