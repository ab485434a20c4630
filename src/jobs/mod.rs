//! The shell: the only place where sources, journey and store meet.
pub mod read;
