//! Lists on stdout in the asked format, row by row. Must not know what the rows are.

use std::io::Write;

use serde::Serialize;

use crate::domain::text;

use super::{
    args::Format,
    session::CliError,
    table::{Column, Style, Table},
};

/// A row that can be listed.
pub trait Row: Sized + 'static {
    /// Columns for people: table and Markdown.
    fn table() -> &'static [Column<Self>];

    /// Columns for programs: CSV. Times in RFC 3339, ids, nothing shortened.
    fn file() -> &'static [Column<Self>];

    /// The row of the JSON contract.
    fn json(&self) -> impl Serialize + '_;
}

/// A list that is being written. Tables wait for their last row, the other formats do not.
pub struct Listing<'a, R: Row> {
    style: Style,
    out: Writer<'a>,
    rows: u64,
    row: std::marker::PhantomData<R>,
}

enum Writer<'a> {
    Table(&'a mut dyn Write, Table),
    Json(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
}

impl<'a, R: Row> Listing<'a, R> {
    pub fn new(style: Style, out: &'a mut dyn Write) -> Result<Self, CliError> {
        let out = match style.format {
            Format::Table | Format::Md => Writer::Table(out, Table::new(R::table())),
            Format::Json | Format::Jsonl => Writer::Json(out),
            Format::Csv => {
                let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
                csv.write_record(R::file().iter().map(|column| column.title))?;
                Writer::Csv(Box::new(csv))
            }
        };
        Ok(Self { style, out, rows: 0, row: std::marker::PhantomData })
    }

    pub fn row(&mut self, row: &R) -> Result<(), CliError> {
        self.rows += 1;
        let today = self.style.today;
        match &mut self.out {
            Writer::Table(_, table) => {
                table.rows.push(R::table().iter().map(|column| (column.cell)(row, today)).collect());
            }
            Writer::Json(out) => {
                if self.style.format == Format::Json {
                    out.write_all(if self.rows == 1 { b"[\n" } else { b",\n" })?;
                }
                serde_json::to_writer(&mut **out, &row.json())?;
                if self.style.format == Format::Jsonl {
                    out.write_all(b"\n")?;
                }
            }
            Writer::Csv(csv) => {
                csv.write_record(
                    R::file().iter().map(|column| text::no_formula(&(column.cell)(row, today))),
                )?;
            }
        }
        Ok(())
    }

    /// Ends the list and says how many rows it has.
    pub fn end(self) -> Result<u64, CliError> {
        match self.out {
            Writer::Table(out, table) if self.style.format == Format::Md => {
                table.write_markdown(out)?;
                out.flush()?;
            }
            Writer::Table(out, table) => {
                if self.rows > 0 {
                    table.write(out, &self.style)?;
                }
                out.flush()?;
            }
            Writer::Json(out) => {
                if self.style.format == Format::Json {
                    out.write_all(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?;
                }
                out.flush()?;
            }
            Writer::Csv(mut csv) => csv.flush()?,
        }
        Ok(self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::table::{left, right};

    #[derive(Serialize)]
    struct Word {
        word: &'static str,
        count: u32,
    }

    const COLUMNS: &[Column<Word>] =
        &[left("word", |w, _| w.word.to_owned()), right("count", |w, _| w.count.to_string())];

    impl Row for Word {
        fn table() -> &'static [Column<Self>] {
            COLUMNS
        }

        fn file() -> &'static [Column<Self>] {
            COLUMNS
        }

        fn json(&self) -> impl Serialize + '_ {
            self
        }
    }

    fn written(format: Format, words: &[&'static str]) -> String {
        let mut out = Vec::new();
        let style = Style { format, ..Style::default() };
        let mut list = Listing::new(style, &mut out).unwrap();
        for (count, word) in (0..).zip(words) {
            list.row(&Word { word, count }).unwrap();
        }
        assert_eq!(list.end().unwrap(), words.len() as u64);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_format_writes_no_one_and_two_rows() {
        for (format, none, one, two) in [
            (Format::Table, "", "WORD  COUNT\na         0\n", "WORD  COUNT\na         0\nb         1\n"),
            (
                Format::Json,
                "[]\n",
                "[\n{\"word\":\"a\",\"count\":0}\n]\n",
                "[\n{\"word\":\"a\",\"count\":0},\n{\"word\":\"b\",\"count\":1}\n]\n",
            ),
            (
                Format::Jsonl,
                "",
                "{\"word\":\"a\",\"count\":0}\n",
                "{\"word\":\"a\",\"count\":0}\n{\"word\":\"b\",\"count\":1}\n",
            ),
            (Format::Csv, "word,count\r\n", "word,count\r\na,0\r\n", "word,count\r\na,0\r\nb,1\r\n"),
            (
                Format::Md,
                "| word | count |\n| --- | ---: |\n",
                "| word | count |\n| --- | ---: |\n| a | 0 |\n",
                "| word | count |\n| --- | ---: |\n| a | 0 |\n| b | 1 |\n",
            ),
        ] {
            assert_eq!(written(format, &[]), none, "{format:?}");
            assert_eq!(written(format, &["a"]), one, "{format:?}");
            assert_eq!(written(format, &["a", "b"]), two, "{format:?}");
        }
    }

    #[test]
    fn a_cell_of_csv_is_never_a_formula() {
        for (word, cell) in [
            ("=1+2", "'=1+2"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@a", "'@a"),
            ("\ta", "'\ta"),
            ("\ra", "\"'\ra\""),
            ("a,\"b\"\n", "\"a,\"\"b\"\"\n\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(
                written(Format::Csv, &[word]),
                format!("word,count\r\n{}{cell},0\r\n", ""),
                "{word:?}"
            );
        }
    }

    #[test]
    fn a_closed_pipe_is_told_apart_from_a_failure() {
        struct Shut(std::io::ErrorKind);
        impl Write for Shut {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Err(self.0.into())
            }
        }
        for format in [Format::Table, Format::Json, Format::Jsonl, Format::Csv, Format::Md] {
            let run = |kind| -> Result<u64, CliError> {
                let mut out = Shut(kind);
                let mut list = Listing::new(Style { format, ..Style::default() }, &mut out)?;
                list.row(&Word { word: "a", count: 1 })?;
                list.end()
            };
            assert!(matches!(run(std::io::ErrorKind::BrokenPipe), Err(CliError::Closed)), "{format:?}");
            assert!(matches!(run(std::io::ErrorKind::StorageFull), Err(CliError::Failure(_))), "{format:?}");
        }
    }
}
