//! The sources over HTTP, against a real server on loopback.

pub(crate) mod conformance;
pub(crate) mod desk;
mod discord;
mod discourse;
mod drive;
mod engine;
mod faults;
mod github;
mod gitlab;
mod kill;
pub(crate) mod outcome;
pub(crate) mod plain;
mod reach;
#[allow(dead_code, reason = "not every way to answer badly is needed by the sources that exist yet")]
pub(crate) mod server;
mod slack;
mod stackexchange;
