//! A list as it was before it was filtered, so that dropping the filter comes back to the same row. Must not
//! know what a row or a filter is.

use serde::{Deserialize, Serialize};

use super::list::{List, Scroll};

/// The list without a filter, while there is one; empty where its order or its view is another by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept<T>(Option<Box<List<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone> Kept<T> {
    /// The filter has changed: `was` and `is` say whether there was one before and whether there is one now.
    pub fn turn(&mut self, list: &mut List<T>, was: bool, is: bool) {
        match (was, is) {
            (false, true) => {
                self.0 = Some(Box::new(list.clone()));
                list.restart();
            }
            (true, false) => match self.0.take() {
                Some(kept) => {
                    *list = *kept;
                    list.refresh();
                }
                None => list.restart(),
            },
            _ => list.restart(),
        }
    }

    /// Another order or view: the rows begin anew, with or without the filter.
    pub fn restart(&mut self, list: &mut List<T>) {
        self.0 = None;
        list.restart();
    }
}
