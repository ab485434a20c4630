//! The nouns: what an account, a person, an activity, a decision *is*.
//!
//! Everything in the house may use this room; this room uses nothing of the house. It does no I/O and
//! never asks a clock: time reaches it as a value.

pub mod account;
pub mod activity;
pub mod decision;
pub mod derived;
pub mod filter;
pub mod health;
pub mod identity;
pub mod ids;
pub mod journey;
pub mod page;
pub mod person;
pub mod points;
pub mod query;
pub mod record;
pub mod rules;
pub mod settings;
pub mod stage;
pub mod sync;
pub mod text;
pub mod time;
pub mod tried;
pub mod why;
