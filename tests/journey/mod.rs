//! The proof of the engine: case files that anybody can write, and properties held against an independent oracle.

mod cases;
mod eyes;
mod generated;
mod judge;
mod oracle;
mod outcome;
mod properties;
mod story;
mod world;
