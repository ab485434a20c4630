//! The shell: the only place where sources, journey and store meet. It has the clock.

pub mod adopt;
mod answers;
pub mod clock;
pub mod derive;
pub mod doctor;
pub mod error;
pub mod http;
mod keep;
pub mod read;
mod secrets;
pub mod shell;
pub mod sync;
pub mod try_rules;
pub mod why;
