//! The engine: what follows from the facts. Pure: no I/O, no clock, no store; the same input gives the
//! same output, bit for bit.

pub mod assess;
pub mod case;
mod decay;
pub mod group;
pub mod identify;
pub mod interest;
pub mod lists;
pub mod membership;
pub mod momentum;
pub mod organisation;
pub mod report;
pub mod theme;
