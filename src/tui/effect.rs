//! What the outside should do, as plain data. Must not know how it is done (`perform` does).

use serde::{Deserialize, Serialize};

use crate::{domain::decision::Verb, jobs::read::Query};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Ask the store; the answer comes back with the ticket.
    Ask {
        ticket: u64,
        query: Query,
    },
    /// Open an http or https link in the user's browser.
    OpenLink(String),
    /// Put a text on the user's clipboard.
    Copy(String),
    /// Write a CSV file whose name begins so.
    Export {
        name: String,
        text: String,
    },
    StartSync,
    /// Carry out a decision.
    Decide {
        verb: Verb,
        reason: Option<String>,
    },
    /// Undo the last decision of this user.
    UndoLast,
    /// Catch the mouse, or let it go.
    Mouse(bool),
    /// Forget what is on the terminal and draw it anew.
    Redraw,
    Suspend,
    Quit,
}
