//! Room: tui.
