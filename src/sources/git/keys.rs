//! The stable keys of what a repository says. Must not know how they are kept.

use gix::ObjectId;
use sha2::{Digest, Sha256};

use crate::domain::activity::Kind;

/// What tells the same commit in two repositories of one source apart: clones of one origin share it, forks
/// do not.
pub(super) type Place = [u8; 4];

pub(super) fn place(subject: &str) -> Place {
    let [a, b, c, d, ..] = digest(&[subject]);
    [a, b, c, d]
}

/// The key of a commit's n-th activity of a kind: the commit, the kind, the ordinal (a byte; four beyond
/// 255) and the place.
pub(super) fn activity(commit: &ObjectId, kind: Kind, ordinal: usize, place: Place) -> Vec<u8> {
    let id = commit.as_bytes();
    let mut key = Vec::with_capacity(id.len() + 6);
    key.extend_from_slice(id);
    key.push(kind as u8);
    match u8::try_from(ordinal) {
        Ok(ordinal) => key.push(ordinal),
        Err(_) => key.extend_from_slice(&u32::try_from(ordinal).unwrap_or(u32::MAX).to_be_bytes()),
    }
    key.extend_from_slice(&place);
    key
}

/// The order of two activities' keys of one page in a form that compares without following it: the first
/// bytes of the commit (no two of a page share eight) and what stands behind it.
pub(super) fn rank(key: &[u8]) -> (u64, u128) {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let hash = if key.len() < 32 { 20 } else { 32 };
    let (id, mut tail) = (key.get(..8).unwrap_or(key), [0; 9]);
    tail.iter_mut().zip(key.iter().skip(hash)).for_each(|(to, from)| *to = *from);
    (u64::try_from(number(id)).unwrap_or(u64::MAX), number(&tail))
}

/// The key of a role fact: what a commit gives to or takes from whom.
pub(super) fn role(commit: &ObjectId, kind: Kind, role: &str, native: &str, subject: &str) -> Vec<u8> {
    let mut key = commit.as_bytes().to_vec();
    key.push(kind as u8);
    key.extend_from_slice(&digest(&[subject, role, native])[..8]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_in_the_order_of_the_keys() {
        let ids = ["1111111111111111111111111111111111111111", "11111111111111aa111111111111111111111111"];
        let long = ["22".repeat(32), "23".repeat(32)];
        for ids in [ids, [long[0].as_str(), long[1].as_str()]] {
            let mut keys = Vec::new();
            for id in ids.map(|id| ObjectId::from_hex(id.as_bytes()).unwrap()) {
                for kind in [Kind::CommitAuthored, Kind::CommitReviewed] {
                    let of = |ordinal| activity(&id, kind, ordinal, place("repo:acme/tool"));
                    keys.extend([0, 1, 255, 256, 70_000].map(of));
                }
            }
            keys.sort_unstable();
            assert!(keys.is_sorted_by(|a, b| rank(a) < rank(b)));
        }
    }
}
