//! What the user means, whichever key said so. Must not know keys, screens or the terminal.

use serde::{Deserialize, Serialize};

/// A command with all that it needs. Screens see only these, never keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    Move(Move),
    Open,
    Back,
    /// To what stands beside, else back or on.
    Left,
    Right,
    /// The reasons of a number.
    Why,
    Travel(Travel),
    /// Begins a typed command with this word.
    Begin(Word),
    /// Takes the row together with others.
    Mark,
    /// Marks all rows from one to another.
    Range,
    NextTab,
    PreviousTab,
    /// Counted from 0.
    Tab(usize),
    Filter,
    Sort,
    All,
    Palette,
    OpenLink,
    Yank,
    YankLink,
    Export,
    Sync,
    Undo,
    Help,
    Mouse,
    Redraw,
    Suspend,
    Quit,
}

/// A movement in a list. The numbers are counts, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Move {
    Down(u32),
    Up(u32),
    HalfDown(u32),
    HalfUp(u32),
    PageDown(u32),
    PageUp(u32),
    First,
    Last,
    /// To the row that stands so far below the first visible one.
    Visible(u16),
}

/// A step through time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Travel {
    /// So many days on, or back when negative.
    Days(i32),
    /// To the next (else the previous) day on which something happened.
    Change { forward: bool },
}

/// A typed command that a key begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    Time,
    Note,
    Pin,
    Relation,
    View,
}

impl Word {
    pub const fn text(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Note => "note",
            Self::Pin => "pin",
            Self::Relation => "relation",
            Self::View => "view",
        }
    }
}

impl Command {
    /// The command that the keymap calls `name`; `None` when there is none of that name.
    pub fn named(name: &str, count: u32) -> Option<Self> {
        let count = count.max(1);
        Some(match name {
            "down" => Self::Move(Move::Down(count)),
            "up" => Self::Move(Move::Up(count)),
            "half-down" => Self::Move(Move::HalfDown(count)),
            "half-up" => Self::Move(Move::HalfUp(count)),
            "page-down" => Self::Move(Move::PageDown(count)),
            "page-up" => Self::Move(Move::PageUp(count)),
            "first" => Self::Move(Move::First),
            "last" => Self::Move(Move::Last),
            "left" => Self::Left,
            "right" => Self::Right,
            "why" => Self::Why,
            "time" => Self::Begin(Word::Time),
            "note" => Self::Begin(Word::Note),
            "pin" => Self::Begin(Word::Pin),
            "relation" => Self::Begin(Word::Relation),
            "view" => Self::Begin(Word::View),
            "day-back" => Self::Travel(Travel::Days(days(count, -1))),
            "day-on" => Self::Travel(Travel::Days(days(count, 1))),
            "week-back" => Self::Travel(Travel::Days(days(count, -7))),
            "week-on" => Self::Travel(Travel::Days(days(count, 7))),
            "change-back" => Self::Travel(Travel::Change { forward: false }),
            "change-on" => Self::Travel(Travel::Change { forward: true }),
            "mark" => Self::Mark,
            "range" => Self::Range,
            "open" => Self::Open,
            "back" => Self::Back,
            "next-tab" => Self::NextTab,
            "previous-tab" => Self::PreviousTab,
            "filter" => Self::Filter,
            "sort" => Self::Sort,
            "all" => Self::All,
            "palette" => Self::Palette,
            "open-link" => Self::OpenLink,
            "yank" => Self::Yank,
            "yank-link" => Self::YankLink,
            "export" => Self::Export,
            "sync" => Self::Sync,
            "undo" => Self::Undo,
            "help" => Self::Help,
            "mouse" => Self::Mouse,
            "redraw" => Self::Redraw,
            "suspend" => Self::Suspend,
            "quit" => Self::Quit,
            _ => return None,
        })
    }
}

/// So many times so many days, within what a calendar holds.
fn days(count: u32, each: i32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).saturating_mul(each).clamp(-100_000, 100_000)
}
