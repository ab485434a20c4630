//! CSV and JSON lines files. The whole file is one stream, read as a full listing whenever its content has
//! changed: what vanished from it is gone. Must not know what a fact is good for.
//!
//! Reading costs one pass for the hash and, when the content is new, one more. Memory grows with the number
//! of distinct people and rows (some 50 bytes a row, for the keys), never with the length of a field.

mod columns;
mod csv;
pub(super) mod dates;
pub(super) mod facts;
pub(super) mod json;
pub(super) mod lines;
pub(super) mod pages;
mod row;
pub(super) mod who;

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Seek},
    ops::ControlFlow,
    path::Path,
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};

use self::{columns::Columns, dates::Dates, lines::Line, pages::Pages, row::Reader};
use super::{From, Local, SourceError};
use crate::{
    config::FileConfig,
    domain::{page::Page, text, time::Time},
};

/// How much of the start of a file is looked at to see what it is.
const START: usize = 64 << 10;
/// Changes when the same file would be read differently, so that it is read again.
const FORMAT: u32 = 1;

/// A file of rows.
pub struct File {
    config: FileConfig,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Separated(u8),
    JsonLines,
}

/// A file as the first pass finds it.
struct Known {
    file: fs::File,
    /// Stands for the content and for how it is read.
    mark: String,
    start: Vec<u8>,
    lines: u64,
}

impl File {
    pub fn new(config: FileConfig) -> Self {
        Self { config }
    }

    fn look(&self) -> Result<Known, SourceError> {
        let failed = |error: io::Error| unreadable(&self.config.path, &error);
        let mut file = fs::File::open(&self.config.path).map_err(failed)?;
        let kind = file.metadata().map_err(failed)?;
        if kind.is_dir() {
            return Err(unreadable(&self.config.path, &io::ErrorKind::IsADirectory.into()));
        }
        if !kind.is_file() {
            return Err(SourceError::new(format!("{} is no regular file", shown(&self.config.path)))
                .hint("use a source of kind `command` to read what a program prints"));
        }
        let config = &self.config;
        let how = (FORMAT, config.records.text(), &config.columns, &config.date, &config.timezone);
        let mut hash = Sha256::new();
        hash.update(format!("{how:?}\n"));
        let (mut start, mut lines) = (Vec::new(), 0);
        let mut buffer = vec![0; 256 << 10];
        loop {
            let count = match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            let bytes = &buffer[..count];
            hash.update(bytes);
            lines += bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            start.extend_from_slice(&bytes[..count.min(START.saturating_sub(start.len()))]);
        }
        file.rewind().map_err(failed)?;
        let mut mark = [0; 16];
        mark.copy_from_slice(&hash.finalize()[..16]);
        let mark = format!("{:032x}", u128::from_be_bytes(mark));
        Ok(Known { file, mark, start, lines })
    }

    fn form(&self, start: &[u8]) -> Result<Form, SourceError> {
        let path = &self.config.path;
        let refused =
            |what: &str, hint: &str| Err(SourceError::new(format!("{} {what}", shown(path))).hint(hint));
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return refused("is UTF-16", "save it as UTF-8; in a spreadsheet: `CSV UTF-8`");
        }
        if start.starts_with(b"PK\x03\x04") {
            return refused("is a spreadsheet or an archive", "save it as CSV");
        }
        if start.starts_with(&[0x1f, 0x8b]) {
            return refused("is compressed", "decompress it with gunzip");
        }
        if start.contains(&0) {
            return refused("is no text: it holds bytes of zero", "save it as CSV in UTF-8");
        }
        let start = start.strip_prefix(BOM).unwrap_or(start);
        let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
        let extension = path.extension().map(|end| end.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("json" | "jsonl" | "ndjson") if first == Some(&b'[') => {
                refused("is one JSON list", "write one object on each line, as by `jq -c '.[]'`")
            }
            Some("json" | "jsonl" | "ndjson") => Ok(Form::JsonLines),
            Some("tsv") => Ok(Form::Separated(b'\t')),
            Some("csv") => Ok(Form::Separated(csv::separator(start))),
            _ if first == Some(&b'{') => Ok(Form::JsonLines),
            _ => Ok(Form::Separated(csv::separator(start))),
        }
    }

    fn place(&self, line: u64) -> String {
        format!("{}:{line}", columns::file_name(&self.config))
    }

    /// Answers whether the end was reached.
    fn separated(
        &self,
        input: impl BufRead,
        separator: u8,
        reader: &mut Reader,
        pages: &mut Pages<'_>,
    ) -> Result<ControlFlow<()>, SourceError> {
        let mut rows = csv::Rows::new(input, separator);
        let mut row = csv::Row::default();
        // Spreadsheets may declare the separator in a line of its own before the header: `sep=;`
        let mut has_header = rows.next(&mut row).map_err(|why| self.broken(why))?;
        if has_header && row.fields().eq([&b"sep="[..], b""]) {
            has_header = rows.next(&mut row).map_err(|why| self.broken(why))?;
        }
        if !has_header {
            // As an export leaves it that failed: what it listed before is not gone by that.
            return Err(SourceError::new(format!("{} is empty", shown(&self.config.path)))
                .hint("write it again; without any row it still names its columns in the first line"));
        }
        if row.is_too_long {
            return Err(SourceError::new(format!("the header of {} is too long", shown(&self.config.path)))
                .hint("the first line must name the columns"));
        }
        let header: Vec<String> =
            row.fields().map(|field| text::line(&String::from_utf8_lossy(field), text::TITLE)).collect();
        let columns = Columns::of_header(&self.config, &header)?;
        while rows.next(&mut row).map_err(|why| self.broken(why))? {
            if pages.row().is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let done = match check(&row, header.len()) {
                Ok(()) => reader.put(row.line, columns.row(&row), pages),
                Err(why) => Err(why),
            };
            if let Err(why) = done {
                pages.skip(self.place(row.line), why);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Answers whether the end was reached.
    fn json_lines(
        &self,
        mut input: impl BufRead,
        reader: &mut Reader,
        pages: &mut Pages<'_>,
    ) -> Result<ControlFlow<()>, SourceError> {
        let mut columns = Columns::of_keys(&self.config);
        let (mut line, mut number, mut found) = (Vec::new(), 0, None);
        loop {
            let state =
                lines::next(&mut input, &mut line).map_err(|error| unreadable(&self.config.path, &error))?;
            number += 1;
            match state {
                Line::End => {
                    let found: Option<serde_json::Map<_, _>> = found;
                    let found =
                        found.map(|object| object.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
                    found.map_or(Ok(()), |found| columns.check_seen(&self.config, &found))?;
                    return Ok(ControlFlow::Continue(()));
                }
                Line::Read if line.trim_ascii().is_empty() => continue,
                _ => {}
            }
            if pages.row().is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let done = match state {
                Line::TooLong => Err(too_long()),
                _ => json::object(&line).and_then(|object| {
                    if self.config.columns.is_empty() && object.contains_key("record") {
                        json::put(object, pages).map(|_| ())
                    } else {
                        let values = columns.object(&object);
                        found = Some(object);
                        reader.put(number, values?, pages)
                    }
                }),
            };
            if let Err(why) = done {
                pages.skip(self.place(number), why);
            }
        }
    }

    fn broken(&self, why: csv::Broken) -> SourceError {
        match why {
            csv::Broken::Io(error) => unreadable(&self.config.path, &error),
            csv::Broken::Unclosed(line) => {
                SourceError::new(format!("{}: a quote that opens here never closes", self.place(line)))
                    .hint("close it, or double it if it is part of the text")
            }
        }
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl Local for File {
    fn streams(&self) -> Vec<String> {
        vec!["rows".to_owned()]
    }

    fn read(
        &self,
        from: &From<'_>,
        emit: &mut dyn FnMut(Page) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let dates = Dates::new(self.config.date.as_deref(), self.config.timezone.as_deref())?;
        let known = self.look()?;
        if from.mark == Some(&known.mark) {
            return Ok(());
        }
        let form = self.form(&known.start)?;
        let mut input = BufReader::with_capacity(256 << 10, known.file);
        if known.start.starts_with(BOM) {
            input
                .seek(io::SeekFrom::Start(BOM.len() as u64))
                .map_err(|error| unreadable(&self.config.path, &error))?;
        }
        let mut pages = Pages::new(emit, true, Some(known.lines));
        let mut reader = Reader::new(self.config.records, dates);
        let end = match form {
            Form::Separated(separator) => self.separated(input, separator, &mut reader, &mut pages)?,
            Form::JsonLines => self.json_lines(input, &mut reader, &mut pages)?,
        };
        if end.is_continue() {
            pages.finish(Some(known.mark));
        }
        Ok(())
    }

    /// Up to when it was written.
    fn covered(&self, _stream: &str) -> Option<Time> {
        let written = fs::metadata(&self.config.path).ok()?.modified().ok()?;
        let since = written.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok().map(Time)
    }
}

/// Fields beyond the header may be there if they are empty, as spreadsheets write them.
fn check(row: &csv::Row, expected: usize) -> Result<(), String> {
    if row.is_too_long {
        return Err(too_long());
    }
    let found = row.len();
    if found < expected || row.fields().skip(expected).any(|field| !field.trim_ascii().is_empty()) {
        return Err(format!("expected {expected} fields, found {found}"));
    }
    Ok(())
}

pub(super) fn too_long() -> String {
    format!("is longer than {} MB", lines::LONGEST >> 20)
}

fn shown(path: &Path) -> String {
    text::line(&path.to_string_lossy(), 400)
}

fn unreadable(path: &Path, error: &io::Error) -> SourceError {
    let path = shown(path);
    match error.kind() {
        io::ErrorKind::NotFound => SourceError::new(format!("no such file: {path}"))
            .hint("correct `path`; it is relative to the configuration file"),
        io::ErrorKind::PermissionDenied => {
            SourceError::new(format!("{path} may not be read")).hint("check its permissions")
        }
        io::ErrorKind::IsADirectory => SourceError::new(format!("{path} is a folder"))
            .hint("name the file in it; for a repository: kind = \"git\""),
        _ => SourceError::new(format!("{path} cannot be read: {error}")).hint("check the disk and try again"),
    }
}
