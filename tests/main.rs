//! All tests that need more than one room, in one binary: it links once.

mod architecture;
mod made;
mod pty;
mod terminal;
