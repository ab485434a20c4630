//! Room: journey.
pub mod report;
