//! Text in columns: cut by what is seen (graphemes, East Asian width), every cut marked. Must not know what
//! the text says.

use ratatui::{buffer::Buffer, style::Style};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Which characters the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Charset {
    #[default]
    Unicode,
    /// For `TERM=linux` and locales that are not UTF-8.
    Ascii,
}

impl Charset {
    /// Marks a cut.
    pub const fn more(self) -> &'static str {
        match self {
            Self::Unicode => "…",
            Self::Ascii => "~",
        }
    }

    /// Stands between the screens of the breadcrumb.
    pub const fn crumb(self) -> &'static str {
        match self {
            Self::Unicode => " › ",
            Self::Ascii => " > ",
        }
    }

    /// Stands between facts on one line.
    pub const fn dot(self) -> &'static str {
        match self {
            Self::Unicode => " · ",
            Self::Ascii => " - ",
        }
    }

    /// Stands between where a move begins and where it ends.
    pub const fn arrow(self) -> &'static str {
        match self {
            Self::Unicode => " → ",
            Self::Ascii => " -> ",
        }
    }

    /// Stands between the ends of a period.
    pub const fn to(self) -> &'static str {
        match self {
            Self::Unicode => " – ",
            Self::Ascii => " - ",
        }
    }

    /// Marks the column that orders a list.
    pub const fn order(self, rising: bool) -> &'static str {
        match (self, rising) {
            (Self::Unicode, true) => "▴",
            (Self::Unicode, false) => "▾",
            (Self::Ascii, true) => "^",
            (Self::Ascii, false) => "v",
        }
    }

    /// One bar for each figure, the highest full, none for nothing.
    pub fn spark(self, figures: &[u32]) -> String {
        let bars: &[char] = match self {
            Self::Unicode => &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
            Self::Ascii => &['.', ':', '-', '=', '+', '*', '%', '#'],
        };
        let top = figures.iter().copied().max().unwrap_or(0).max(1);
        let last = bars.len() as u64 - 1;
        figures
            .iter()
            .map(|figure| match figure {
                0 if self == Self::Ascii => ' ',
                0 => bars[0],
                _ => {
                    let height = (u64::from(*figure) * last).div_ceil(u64::from(top)).min(last);
                    bars[usize::try_from(height).unwrap_or(0)]
                }
            })
            .collect()
    }

    /// Text as this terminal can show it: in ASCII, what it lacks becomes `?`.
    pub fn fit(self, text: &str) -> String {
        match self {
            Self::Unicode => text.to_owned(),
            Self::Ascii => text
                .graphemes(true)
                .map(|g| if g.is_ascii() { g.to_owned() } else { "?".repeat(width(g).max(1)) })
                .collect(),
        }
    }
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// The text in at most `room` columns; a cut is marked.
pub fn cut(text: &str, room: usize, charset: Charset) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    if room == 0 {
        return String::new();
    }
    let (mut kept, mut taken) = (String::new(), 0);
    for grapheme in text.graphemes(true) {
        let wide = grapheme.width();
        if taken + wide > room - 1 {
            break;
        }
        kept.push_str(grapheme);
        taken += wide;
    }
    kept + charset.more()
}

/// The text in lines of at most `room` columns, broken between words where that is possible.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for word in words(text) {
        for piece in if width(word) > room { word.graphemes(true).collect() } else { vec![word] } {
            let wide = width(piece);
            if taken + wide > room {
                lines.push(String::new());
                taken = 0;
            }
            if taken == 0 && piece.trim().is_empty() {
                continue;
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(piece);
            }
            taken += wide;
        }
    }
    lines
}

/// The words of a text and what stands between them; a mark that closes stays with the word before it, one that opens with
/// the word after it.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = Vec::new();
    let mut from = 0;
    let mut opened = false;
    for (at, word) in text.split_word_bound_indices() {
        let closing = word.len() == 1 && ",.:;!?)".contains(word);
        let stays = opened || closing;
        opened = word == "(";
        match words.last_mut() {
            Some(last) if stays && !last.trim().is_empty() => *last = &text[from..at + word.len()],
            _ => {
                words.push(word);
                from = at;
            }
        }
    }
    words
}

/// Writes a text of at most `room` columns at a place and says how many columns it took.
pub fn put(
    buffer: &mut Buffer,
    (x, y): (u16, u16),
    text: &str,
    room: u16,
    style: Style,
    charset: Charset,
) -> u16 {
    let shown = cut(&charset.fit(text), usize::from(room), charset);
    if y < buffer.area.bottom() && x < buffer.area.right() {
        buffer.set_stringn(x, y, &shown, usize::from(room), style);
    }
    u16::try_from(width(&shown)).unwrap_or(room)
}

/// Writes a text so that it ends right before `right`, in at most `room` columns, and says where it begins.
pub fn put_right(
    buffer: &mut Buffer,
    (right, y): (u16, u16),
    text: &str,
    room: u16,
    style: Style,
    charset: Charset,
) -> u16 {
    let shown = cut(&charset.fit(text), usize::from(room), charset);
    let x = right.saturating_sub(u16::try_from(width(&shown)).unwrap_or(room));
    put(buffer, (x, y), &shown, room, style, charset);
    x
}

/// A whole number with its thousands apart.
pub fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_columns_and_never_splits_what_is_seen_as_one() {
        for (text, room, shown) in [
            ("Acme", 4, "Acme"),
            ("Acme", 3, "Ac…"),
            ("王伟明", 6, "王伟明"),
            ("王伟明", 5, "王伟…"),
            ("王伟明", 4, "王…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("x", 0, ""),
            ("xy", 1, "…"),
        ] {
            assert_eq!(cut(text, room, Charset::Unicode), shown, "{text} {room}");
            assert!(width(&cut(text, room, Charset::Unicode)) <= room);
        }
        assert_eq!(cut("Acme", 3, Charset::Ascii), "Ac~");
    }

    #[test]
    fn a_sparkline_shows_nothing_lowest_and_the_most_full() {
        assert_eq!(Charset::Unicode.spark(&[0, 1, 4, 8]), "▁▂▅█");
        assert_eq!(Charset::Unicode.spark(&[0, 0]), "▁▁");
        assert_eq!(Charset::Ascii.spark(&[0, 1, 2]), " +#");
        assert_eq!(Charset::Unicode.spark(&[u32::MAX]), "█");
    }

    #[test]
    fn a_wrapped_text_fits_and_loses_no_letter() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("one two: three", 7), ["one ", "two: ", "three"]);
        assert_eq!(wrap("one (two three)", 7), ["one ", "(two ", "three)"]);
        for line in wrap("https://code.example/a/b/c?d=e 王伟明 and more", 9) {
            assert!(width(&line) <= 9, "{line}");
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(figure(0), "0");
        assert_eq!(figure(999), "999");
        assert_eq!(figure(1_234_567), "1,234,567");
    }
}
