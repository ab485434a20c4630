//! Local clones and bare repositories, read through gix.
use std::ops::ControlFlow;

use super::{From, Local, SourceError};
use crate::{config::GitConfig, domain::page::Page};

pub struct Git {
    config: GitConfig,
}
impl Git {
    pub fn new(config: GitConfig) -> Self {
        Self { config }
    }
}
impl Local for Git {
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
