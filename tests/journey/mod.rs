//! The proof of the engine: case files that anybody can write, and properties held against an independent oracle.

mod cases;
mod judge;
mod oracle;
mod outcome;
mod story;
mod world;
