//! The proof of the engine: case files that anybody can write, and properties held against an independent oracle.
//!
//! Mutations of the engine, made by hand, that must not survive:
//! - `assess/tally.rs` without the hard gate (`is_internal || !rule.internal` always true): fails
//!   `nobody_becomes_a_go_getter_without_an_internal_act` and the case `usage_is_not_advocacy`.
//! - `assess/evidence/threads.rs`, an unanswered bug counts from its deadline on, whenever somebody came back
//!   (`entry.day = deadline`): fails `the_engine_says_what_the_oracle_says` and the case `came_back_after_two_months`.
//! - `assess/presence.rs`, people lapse beyond the horizon too (`if true` for `if day <= horizon`): fails
//!   `an_outage_moves_nobody_by_time` and `the_engine_says_what_the_oracle_says`.
//! - `assess/blocking.rs`, a block fades (the standing objections weighed with decay): fails
//!   `the_engine_says_what_the_oracle_says` and the case `two_points_of_success_do_not_free_a_blocker`.

mod cases;
mod eyes;
mod fates;
mod generated;
mod judge;
mod oracle;
mod outcome;
mod properties;
mod story;
mod sums;
mod world;
