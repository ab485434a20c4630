//! The stable keys of what a repository says. Must not know how they are kept.

use gix::ObjectId;
use sha2::{Digest, Sha256};

use crate::domain::activity::Kind;

/// The key of a commit's n-th activity of a kind. A commit names fewer than 256 people of one kind; the
/// rest is told apart by two bytes.
pub(super) fn activity(commit: &ObjectId, kind: Kind, ordinal: usize) -> Vec<u8> {
    let id = commit.as_bytes();
    let mut key = Vec::with_capacity(id.len() + 2);
    key.extend_from_slice(id);
    key.push(kind as u8);
    match u8::try_from(ordinal) {
        Ok(ordinal) => key.push(ordinal),
        Err(_) => key.extend_from_slice(&u32::try_from(ordinal).unwrap_or(u32::MAX).to_be_bytes()),
    }
    key
}

/// The key of a role fact: what a commit gives to or takes from whom.
pub(super) fn role(commit: &ObjectId, kind: Kind, role: &str, native: &str) -> Vec<u8> {
    let mut key = commit.as_bytes().to_vec();
    key.push(kind as u8);
    key.extend_from_slice(&digest(&[role, native])[..8]);
    key
}

/// The key of a record of one stream.
pub(super) fn record(what: &str, stream: &str, parts: &[&str]) -> Vec<u8> {
    let mut all = vec![stream];
    all.extend_from_slice(parts);
    let mut key = what.as_bytes().to_vec();
    key.push(0);
    key.extend_from_slice(&digest(&all)[..12]);
    key
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0xff]);
    }
    hash.finalize().into()
}
