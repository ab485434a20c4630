//! A commit's raw bytes cut into their parts, without a copy. Must not know what the parts mean to buyin.

use gix::{ObjectId, bstr::ByteSlice};

use super::signature::Signature;
use crate::domain::time::Time;

#[derive(Debug, Clone)]
pub(super) struct Commit<'a> {
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author: Signature<'a>,
    pub committer: Signature<'a>,
    /// The header says that its texts are Latin-1.
    pub latin1: bool,
    pub message: &'a [u8],
}

/// Who wrote a commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author<'a> {
    pub signature: Signature<'a>,
    pub latin1: bool,
}

impl<'a> Author<'a> {
    /// From the raw part of a signature.
    pub(super) fn new(raw: &'a [u8], latin1: bool) -> Self {
        Self { signature: Signature::parse(raw), latin1 }
    }
}

impl<'a> Commit<'a> {
    /// `None`: not the form of a commit. A missing author or committer is an empty one.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (mut rest, tree) = id_line(bytes, b"tree ")?;
        let mut parents = Vec::new();
        while let Some((after, parent)) = id_line(rest, b"parent ") {
            parents.push(parent);
            rest = after;
        }
        let nobody = Signature::parse(b"");
        let mut commit =
            Self { tree, parents, author: nobody, committer: nobody, latin1: false, message: b"" };
        loop {
            let end = rest.find_byte(b'\n').unwrap_or(rest.len());
            let (line, after) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
            if let Some(who) = line.strip_prefix(b"author ") {
                commit.author = Signature::parse(who);
            } else if let Some(who) = line.strip_prefix(b"committer ") {
                commit.committer = Signature::parse(who);
            } else if let Some(encoding) = line.strip_prefix(b"encoding ") {
                commit.latin1 = is_latin1(encoding);
            } else if line.is_empty() {
                commit.message = after;
                return Some(commit);
            }
            rest = after;
        }
    }

    /// The parents alone; none where the form is not that of a commit.
    pub(super) fn parents(bytes: &[u8]) -> Vec<ObjectId> {
        let mut rest = id_line(bytes, b"tree ").map_or(bytes, |(rest, _)| rest);
        std::iter::from_fn(|| {
            let (after, parent) = id_line(rest, b"parent ")?;
            rest = after;
            Some(parent)
        })
        .collect()
    }

    /// When it was committed, in seconds.
    pub(super) fn committed(bytes: &[u8]) -> i64 {
        let line = bytes.find(b"\ncommitter ").and_then(|at| bytes[at + 1..].lines().next());
        line.map_or(0, |line| Signature::parse(line).at.0)
    }

    pub(super) fn written_by(&self) -> Author<'a> {
        Author { signature: self.author, latin1: self.latin1 }
    }

    /// The earlier of the author's and the committer's time: when the work was there at the latest.
    pub(super) fn at(&self) -> Time {
        self.author.at.min(self.committer.at)
    }
}

fn id_line<'a>(bytes: &'a [u8], word: &[u8]) -> Option<(&'a [u8], ObjectId)> {
    let rest = bytes.strip_prefix(word)?;
    let end = rest.find_byte(b'\n')?;
    Some((&rest[end + 1..], ObjectId::from_hex(&rest[..end]).ok()?))
}

fn is_latin1(encoding: &[u8]) -> bool {
    let mut name = encoding.trim().to_ascii_lowercase();
    name.retain(u8::is_ascii_alphanumeric);
    matches!(name.as_slice(), b"iso88591" | b"latin1" | b"iso885915" | b"latin9" | b"cp1252" | b"windows1252")
}
