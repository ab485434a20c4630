//! Any program that prints our JSON lines.
use std::ops::ControlFlow;

use super::{From, Local, SourceError};
use crate::{config::CommandConfig, domain::page::Page};

pub struct Command {
    config: CommandConfig,
}
impl Command {
    pub fn new(config: CommandConfig) -> Self {
        Self { config }
    }
}
impl Local for Command {
    fn streams(&self) -> Vec<String> {
        let _ = &self.config;
        Vec::new()
    }
    fn read(
        &self,
        _from: &From<'_>,
        _emit: &mut dyn FnMut(Page) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        todo!()
    }
}
