//! Groups and momentum as tables and cases, and against naive oracles that share no code with them.
//!
//! Mutations that these tests were seen to catch are named in [`oracle`] and [`chance`].

mod cases;
mod chance;
mod files;
mod oracle;
mod past;
mod why;
