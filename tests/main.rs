//! One binary for all tests that see buyin from outside.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod config;
mod file_source;
