//! buyin.

pub mod cli;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod journey;
pub mod sources;
pub mod store;
pub mod tui;
