//! The border: text from outside becomes harmless here, once, before anything is stored or shown.
//! Must not know where a text comes from.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest text that a name, a handle or an address may have, in characters.
pub const NAME: usize = 120;
/// The longest title that is kept, in characters.
pub const TITLE: usize = 240;

/// One harmless line of at most `limit` characters: no control codes, escape sequences, bidirectional
/// overrides, zero-width or tag characters; white space is folded; a cut is marked with `…`.
pub fn line(text: &str, limit: usize) -> String {
    if text.len() <= limit && text.bytes().all(|b| (b' '..0x7f).contains(&b)) && is_folded(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(limit * 4));
    let (mut kept, mut gap, mut marks) = (0, false, 0);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            skip_escape(&mut letters);
            continue;
        }
        if letter.is_whitespace() || letter.is_control() && letter != '\u{7f}' {
            gap = kept > 0;
            continue;
        }
        if is_hidden(letter) {
            continue;
        }
        marks = if is_combining_mark(letter) { marks + 1 } else { 0 };
        if marks > 4 {
            continue;
        }
        if kept + usize::from(gap) >= limit {
            out.pop();
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            kept += 1;
            gap = false;
        }
        out.push(letter);
        kept += 1;
    }
    out
}

/// [`line()`] with the length of a name.
pub fn name(text: &str) -> String {
    line(text, NAME)
}

/// [`line()`] with the length of a title.
pub fn title(text: &str) -> String {
    line(text, TITLE)
}

/// A web link that may be kept and opened: http or https, printable ASCII, no spaces; else `None`.
pub fn web(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let harmless = text.len() <= 2_000
        && !rest.is_empty()
        && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'`'));
    harmless.then(|| text.to_owned())
}

/// A cell that a spreadsheet would take for a formula gets a quote before it. A lone `-` stands for nothing.
pub fn no_formula(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell != "-";
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// Folded for comparison only, never for display: lower case, without accents, white space folded.
/// Scripts stay apart: Han is never turned into Latin.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = line(text, usize::MAX / 8);
        folded.make_ascii_lowercase();
        return folded;
    }
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let lower: String = plain.to_lowercase().chars().map(unaccent).collect();
    line(&lower, usize::MAX / 8)
}

/// Letters that carry a stroke or are written joined, which decomposition leaves alone.
fn unaccent(letter: char) -> char {
    match letter {
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        other => other,
    }
}

fn is_folded(text: &str) -> bool {
    !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ")
}

/// Skips the rest of an escape sequence (CSI, OSC, DCS and their like) after its ESC.
fn skip_escape(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match letters.next() {
        Some('[') => {
            for letter in letters.by_ref() {
                if ('@'..='~').contains(&letter) {
                    break;
                }
            }
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(letter) = letters.next() {
                if letter == '\u{7}' || letter == '\u{9c}' {
                    break;
                }
                if letter == '\u{1b}' {
                    letters.next_if_eq(&'\\');
                    break;
                }
            }
        }
        _ => {}
    }
}

/// Characters that are not seen but change what is seen or how it is compared.
fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{7f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_becomes_one_harmless_line() {
        for (input, harmless) in [
            ("  Ada\tLovelace \n", "Ada Lovelace"),
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}]52;c;aGk=\u{7}clip", "clip"),
            ("\u{1b}]8;;http://x\u{1b}\\link", "link"),
            ("a\u{202e}b\u{200b}c\u{feff}", "abc"),
            ("\u{9b}31mc1", "31mc1"),
            ("x\r\ny", "x y"),
            ("José", "José"),
            ("", ""),
            ("\u{1b}", ""),
        ] {
            assert_eq!(line(input, 100), harmless, "{input:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_and_the_cut_is_marked() {
        assert_eq!(line("abcdef", 4), "abc…");
        assert_eq!(line("abcd", 4), "abcd");
        assert_eq!(name(&"x".repeat(400)).chars().count(), NAME);
    }

    #[test]
    fn a_tower_of_combining_marks_is_cut() {
        let tower = format!("a{}", "\u{301}".repeat(50));
        assert_eq!(line(&tower, 100).chars().count(), 5);
    }

    #[test]
    fn folding_ignores_case_accents_and_spaces_but_keeps_scripts_apart() {
        assert_eq!(fold("  José  GARCÍA "), "jose garcia");
        assert_eq!(fold("Øyvind Łukasz"), "oyvind lukasz");
        assert_ne!(fold("王伟"), fold("Wang Wei"));
    }

    #[test]
    fn a_cell_is_no_formula() {
        for (cell, safe) in
            [("=cmd()", "'=cmd()"), ("-1", "'-1"), ("@x", "'@x"), ("-", "-"), ("a=b", "a=b"), ("", "")]
        {
            assert_eq!(no_formula(cell), safe);
        }
    }

    #[test]
    fn only_plain_web_links_are_kept() {
        assert_eq!(web("https://example.com/a?b=c#d").as_deref(), Some("https://example.com/a?b=c#d"));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "https://", "https://a b", "http://x/\u{7}"]
        {
            assert_eq!(web(bad), None, "{bad:?}");
        }
    }
}
