//! What the explorer can do to any list, whatever its rows are. Must not know where rows come from.

use super::command::Move;

/// A list that a marker moves through.
pub trait Scroll {
    fn go(&mut self, movement: Move);
    fn resize(&mut self, height: u16);
    /// Asks for the rows anew; the selected row stays.
    fn refresh(&mut self);
    /// Asks from the first row: another filter or order.
    fn restart(&mut self);
    /// Which row is selected, counted from 1, and of how many, where those are known.
    fn position(&self) -> Option<(u64, Option<u64>)>;
    /// Rows that would be seen now are asked for and not here.
    fn is_waiting(&self) -> bool;
    /// The rows are about to be replaced, or a movement goes on: which row will be selected is not known yet.
    fn is_settling(&self) -> bool;
}
