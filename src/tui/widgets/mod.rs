//! Pieces that screens are drawn from. They know values and places, never the app.

pub mod lanes;
pub mod line;
pub mod table;
pub mod text;
