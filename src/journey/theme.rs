//! What a cause is about, by its labels, else by the words of its title. Must not know what it blocks.

use crate::domain::stage::Theme;

use super::assess::Engine;

/// The theme of a thread.
pub fn theme(_engine: &Engine, _labels: &[String], _title: Option<&str>) -> Theme {
    Theme::Other
}
