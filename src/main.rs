//! Arguments, config, then cli or tui; exit codes.
fn main() {}
