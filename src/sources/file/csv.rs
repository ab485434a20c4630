//! Rows of separated values, with their line numbers and a bound on their size. The `csv` crate grows a
//! record without bound and takes a quote that never closes for a field that ends with the file; both
//! would lose rows in silence. Must not know what a column means.

use std::io::{self, BufRead};

use super::lines::LONGEST;

/// One row: its fields in one buffer.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The line on which it starts, from 1.
    pub(super) line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// It is longer than [`LONGEST`]; its fields are not kept.
    pub(super) is_too_long: bool,
}

impl Row {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn field(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..end)
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).filter_map(|index| self.field(index))
    }

    fn clear(&mut self, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        (self.line, self.is_too_long) = (line, false);
    }

    fn push(&mut self, byte: u8) {
        if self.bytes.len() >= LONGEST {
            self.is_too_long = true;
        } else {
            self.bytes.push(byte);
        }
    }

    fn end_field(&mut self) {
        if self.ends.len() >= LONGEST {
            self.is_too_long = true;
        } else {
            self.ends.push(self.bytes.len());
        }
    }

    fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.ends.is_empty() && !self.is_too_long
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of the field has been read.
    Start,
    Plain,
    Quoted,
    /// After a quote inside a quoted field: its end, or half of a doubled quote.
    Quote,
}

/// Why no further row can be read.
#[derive(Debug)]
pub(super) enum Broken {
    Io(io::Error),
    /// A quote that opens in the row that starts on this line never closes.
    Unclosed(u64),
}

pub(super) struct Rows<R> {
    input: R,
    separator: u8,
    line: u64,
    /// The last row ended with CR; an LF that follows belongs to it.
    after_cr: bool,
}

impl<R: BufRead> Rows<R> {
    pub(super) fn new(input: R, separator: u8) -> Self {
        Self { input, separator, line: 1, after_cr: false }
    }

    /// Reads the next row that is not an empty line; `false` at the end.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, Broken> {
        row.clear(self.line);
        let mut state = State::Start;
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Broken::Io(error)),
            };
            if bytes.is_empty() {
                if state == State::Quoted {
                    return Err(Broken::Unclosed(row.line));
                }
                let is_row = !row.is_empty() || state == State::Quote;
                row.end_field();
                return Ok(is_row);
            }
            let mut used = 0;
            let mut is_done = false;
            for byte in bytes {
                used += 1;
                let is_second_half = self.after_cr && *byte == b'\n';
                self.after_cr = *byte == b'\r';
                if is_second_half {
                    if state == State::Quoted {
                        row.push(*byte);
                    } else if row.is_empty() {
                        row.line = self.line;
                    }
                    continue;
                }
                self.line += u64::from(matches!(byte, b'\n' | b'\r'));
                state = match (state, *byte) {
                    (State::Quoted, b'"') => State::Quote,
                    (State::Quoted, byte) => {
                        row.push(byte);
                        State::Quoted
                    }
                    (State::Quote, b'"') => {
                        row.push(b'"');
                        State::Quoted
                    }
                    (State::Start, b'"') => State::Quoted,
                    (state, b'\n' | b'\r') => {
                        if row.is_empty() && state == State::Start {
                            row.line = self.line;
                            continue;
                        }
                        is_done = true;
                        break;
                    }
                    (_, byte) if byte == self.separator => {
                        row.end_field();
                        State::Start
                    }
                    (_, byte) => {
                        row.push(byte);
                        State::Plain
                    }
                };
            }
            self.input.consume(used);
            if is_done {
                row.end_field();
                return Ok(true);
            }
        }
    }
}

/// The separator of a file that starts like this: the commonest of `,`, `;` and tab in its first line,
/// outside of quotes.
pub(super) fn separator(start: &[u8]) -> u8 {
    let mut counts = [(0_u32, b','), (0, b';'), (0, b'\t')];
    let mut is_quoted = false;
    for byte in start {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            _ if !is_quoted => {
                for (count, separator) in &mut counts {
                    *count += u32::from(byte == separator);
                }
            }
            _ => {}
        }
    }
    let mut best = counts[0];
    for other in &counts[1..] {
        if other.0 > best.0 {
            best = *other;
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], capacity: usize) -> Vec<(u64, Vec<String>)> {
        let mut rows = Rows::new(io::BufReader::with_capacity(capacity, text), b',');
        let (mut row, mut out) = (Row::default(), Vec::new());
        while rows.next(&mut row).unwrap() {
            let fields = row.fields().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect();
            out.push((row.line, fields));
        }
        out
    }

    #[test]
    fn rows_are_read_with_their_lines_however_the_input_is_cut() {
        let text = b"a,b\r\n\r\n\"x,\"\"y\"\"\r\nz\",1\n,\n\"\"\r3,a\"b\n\"q\"r,last";
        let expected: Vec<(u64, Vec<String>)> = [
            (1, vec!["a", "b"]),
            (3, vec!["x,\"y\"\r\nz", "1"]),
            (5, vec!["", ""]),
            (6, vec![""]),
            (7, vec!["3", "a\"b"]),
            (8, vec!["qr", "last"]),
        ]
        .into_iter()
        .map(|(line, fields)| (line, fields.into_iter().map(str::to_owned).collect()))
        .collect();
        for capacity in 1..40 {
            assert_eq!(rows(text, capacity), expected, "in pieces of {capacity}");
        }
        assert_eq!(rows(b"", 9), []);
        assert_eq!(rows(b"\n\r\n", 9), []);
    }

    #[test]
    fn plain_rows_agree_with_the_csv_crate() {
        let text = b"a,b,c\n1,\"2\",3\n\"x\ny\",,\"\"\"\"\n\"\",z,\n";
        let mut crates = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
        let theirs: Vec<Vec<String>> =
            crates.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        let ours: Vec<Vec<String>> = rows(text, 7).into_iter().map(|(_, fields)| fields).collect();
        assert_eq!(ours, theirs);
    }

    proptest::proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(
            table in proptest::collection::vec(proptest::collection::vec("[a-c,;\"\r\n é]{0,6}", 1..5), 0..6),
            capacity in 1_usize..20,
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let read: Vec<_> = rows(&text, capacity).into_iter().map(|(_, fields)| fields).collect();
            proptest::prop_assert_eq!(read, table);
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_named_by_its_line() {
        let mut rows = Rows::new(&b"a,b\nc,\"d\ne,f\n"[..], b',');
        let mut row = Row::default();
        assert!(rows.next(&mut row).unwrap());
        assert!(matches!(rows.next(&mut row), Err(Broken::Unclosed(2))));
    }

    #[test]
    fn a_row_too_long_is_marked_and_costs_no_more_than_the_bound() {
        let mut text = b"a,".to_vec();
        text.resize(10 << 20, b'x');
        text.extend_from_slice(b"\nb,c\n");
        let mut rows = Rows::new(io::BufReader::new(&text[..]), b',');
        let mut row = Row::default();
        assert!(rows.next(&mut row).unwrap() && row.is_too_long);
        assert!(row.bytes.capacity() <= 2 * LONGEST);
        assert!(rows.next(&mut row).unwrap() && !row.is_too_long);
        assert_eq!((row.line, row.field(1)), (2, Some(&b"c"[..])));
    }

    #[test]
    fn the_separator_is_the_commonest_one_outside_of_quotes() {
        for (start, found) in [
            (&b"a,b;c,d\n;;;;"[..], b','),
            (b"\"a,b,c\";d;e", b';'),
            (b"a\tb\tc,d", b'\t'),
            (b"alone", b','),
            (b"", b','),
        ] {
            assert_eq!(separator(start), found, "{start:?}");
        }
    }
}
