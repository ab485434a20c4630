//! All tests that need more than one room, in one binary: it links once.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod architecture;
mod cli;
mod config;
mod coverage;
mod demo;
mod derivation;
mod faults;
mod file_source;
mod filter;
mod git_source;
mod groups;
mod journey;
mod made;
mod pty;
mod store_journey;
mod store_story;
mod store_views;
mod terminal;
mod time_travel;
mod tui_keys;
mod tui_screens;
mod who_is_who;
