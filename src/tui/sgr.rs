//! The terminal's pen: which colours and attributes the next letter will have, changed with as few bytes as
//! it takes. Must not know what is written.

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// What the pen is set to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

const MODIFIERS: &[(Modifier, u8)] = &[
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl Pen {
    /// Whether the pen writes as this cell is to look. A blank shows no foreground colour.
    pub(super) fn is(self, cell: &Cell) -> bool {
        self.bg == cell.bg && self.modifier == cell.modifier && (self.fg == cell.fg || is_unseen(cell))
    }

    /// Sets the pen to what the cell needs.
    pub(super) fn take(&mut self, cell: &Cell, out: &mut Vec<u8>) {
        if self.is(cell) {
            return;
        }
        let want = Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let mut codes = Vec::new();
        let mut now = *self;
        let lost = !(now.modifier - want.modifier).is_empty();
        let bare = want == Self::default();
        if lost || bare {
            codes.push("0".to_owned());
            now = Self::default();
        }
        for (modifier, code) in MODIFIERS {
            if want.modifier.contains(*modifier) && !now.modifier.contains(*modifier) {
                codes.push(code.to_string());
            }
        }
        if want.fg != now.fg {
            codes.push(colour(want.fg, 30, 90));
        }
        if want.bg != now.bg {
            codes.push(colour(want.bg, 40, 100));
        }
        *self = want;
        let codes = codes.join(";");
        let codes = if codes == "0" { "" } else { &codes };
        out.extend_from_slice(format!("\x1b[{codes}m").as_bytes());
    }

    /// Sets the pen to plain text.
    pub(super) fn reset(&mut self, out: &mut Vec<u8>) {
        if *self != Self::default() {
            *self = Self::default();
            out.extend_from_slice(b"\x1b[m");
        }
    }
}

fn is_unseen(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.modifier.is_empty()
}

fn colour(colour: Color, dark: u8, light: u8) -> String {
    let number = match colour {
        Color::Reset => return (dark + 9).to_string(),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", dark + 8),
        Color::Indexed(index) => return format!("{};5;{index}", dark + 8),
        Color::Black => dark,
        Color::Red => dark + 1,
        Color::Green => dark + 2,
        Color::Yellow => dark + 3,
        Color::Blue => dark + 4,
        Color::Magenta => dark + 5,
        Color::Cyan => dark + 6,
        Color::Gray => dark + 7,
        Color::DarkGray => light,
        Color::LightRed => light + 1,
        Color::LightGreen => light + 2,
        Color::LightYellow => light + 3,
        Color::LightBlue => light + 4,
        Color::LightMagenta => light + 5,
        Color::LightCyan => light + 6,
        Color::White => light + 7,
    };
    number.to_string()
}
