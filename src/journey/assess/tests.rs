//! What the engine concludes, as tables.
