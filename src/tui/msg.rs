//! What happened: everything that can reach the explorer, as one serialisable enum, so that a session can be
//! written down and replayed. Must not know what follows from it.

use serde::{Deserialize, Serialize};

use super::key::Key;
use crate::{
    domain::{sync::Standing, time::Day},
    jobs::read::Reply,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Msg {
    /// All input that was waiting, in order.
    Input(Vec<Input>),
    /// The store's answer to the question of that ticket.
    Reply {
        ticket: u64,
        reply: Reply,
    },
    /// A sync that this program runs goes on.
    Progress(Progress),
    /// Somebody has written to the store.
    StoreChanged,
    /// It is another UTC day than when the rows were read.
    Today(Day),
    /// An effect has done its work, or could not.
    Said(Notice),
    Signal(Signal),
    /// The terminal is ours again after a pause in the shell.
    Resumed {
        width: u16,
        height: u16,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    Key(Key),
    Paste(String),
    Resize { width: u16, height: u16 },
    Click { x: u16, y: u16 },
    WheelUp,
    WheelDown,
}

/// How far a sync is; the texts are one line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    Running(String),
    /// How the reading of a source goes on.
    Source(String, Box<Live>),
    Done(String),
    /// With the way out.
    Failed(String),
}

/// A source while it is read, and what was last known of it after that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Live {
    /// Units that were read, of how many expected.
    pub done: u64,
    pub expected: Option<u64>,
    pub standing: Standing,
    pub over: bool,
}

/// One line for the user, shown until the next key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub text: String,
    pub bad: bool,
}

impl Notice {
    pub fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), bad: false }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), bad: true }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// TERM, HUP, INT, or the terminal is gone.
    Quit,
    /// TSTP.
    Suspend,
}
