//! Lines of bounded length, whatever the input holds. Must not know what a line means.

use std::io::{self, BufRead};

/// The longest line or row that is read, in bytes.
pub(in crate::sources) const LONGEST: usize = 1 << 20;

/// What stands at the next line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sources) enum Line {
    Read,
    /// Longer than [`LONGEST`]; skipped to its end.
    TooLong,
    End,
}

/// Reads the next line into `line`, without its ending.
pub(in crate::sources) fn next(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let mut too_long = false;
    loop {
        let bytes = match input.fill_buf() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if bytes.is_empty() {
            return Ok(match (too_long, line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Read,
            });
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        too_long |= line.len() + part.len() > LONGEST;
        if too_long {
            line.clear();
        } else {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(if too_long { Line::TooLong } else { Line::Read });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_too_long_is_skipped_and_the_next_one_is_read() {
        let mut text = vec![b'x'; 3 * LONGEST];
        text.extend_from_slice(b"\r\n\nlast");
        let mut input = io::BufReader::with_capacity(4096, &text[..]);
        let mut line = Vec::new();
        let mut seen = Vec::new();
        loop {
            let state = next(&mut input, &mut line).unwrap();
            seen.push((state, String::from_utf8(line.clone()).unwrap()));
            if state == Line::End {
                break;
            }
        }
        let text = |text: &str| text.to_owned();
        assert_eq!(
            seen,
            [
                (Line::TooLong, text("")),
                (Line::Read, text("")),
                (Line::Read, text("last")),
                (Line::End, text(""))
            ]
        );
        assert!(line.capacity() <= LONGEST * 2);
    }
}
