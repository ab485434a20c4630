//! Room: journey.
