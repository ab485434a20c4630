//! CSV and JSON lines files.
use std::ops::ControlFlow;

use super::{From, Local, SourceError};
use crate::{config::FileConfig, domain::page::Page};

pub struct File {
    config: FileConfig,
}
impl File {
    pub fn new(config: FileConfig) -> Self {
        Self { config }
    }
}
impl Local for File {
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
