//! Ids that survive rebuild, merge and undo: 80 bits of a keyed hash, written `i_`, `p_`, `a_`, `d_` and
//! sixteen letters. Must not know where the key is kept.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const BYTES: usize = 10;

/// The secret that makes ids meaningless outside this store. It lives in a file of its own beside the store.
#[derive(Clone)]
pub struct IdKey(pub [u8; 32]);

impl fmt::Debug for IdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey(…)")
    }
}

impl IdKey {
    fn hash(&self, what: &str, parts: &[&str]) -> [u8; BYTES] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any key length serves HMAC");
        mac.update(what.as_bytes());
        for part in parts {
            mac.update(&[0]);
            mac.update(part.as_bytes());
        }
        let digest = mac.finalize().into_bytes();
        let mut id = [0; BYTES];
        id.copy_from_slice(&digest[..BYTES]);
        id
    }

    /// The id of the identity that `source` knows as `native`.
    pub fn identity(&self, source: &str, native: &str) -> IdentityId {
        IdentityId(self.hash("identity", &[source, native]))
    }

    /// The id of the account whose first domain (or, without any, whose name) is `first`.
    pub fn account(&self, first: &str) -> AccountId {
        AccountId(self.hash("account", &[first]))
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; BYTES]);

        impl $name {
            /// Reads the written form; `None` for anything else.
            pub fn parse(text: &str) -> Option<Self> {
                decode(text.strip_prefix($prefix)?).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                encode(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = String::deserialize(input)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("not an id: {text}")))
            }
        }
    };
}

id!(
    /// One handle or e-mail at one source.
    IdentityId,
    "i_"
);
id!(
    /// One human. The bytes are those of the person's earliest identity, so that the id of any of the
    /// person's identities resolves to the person for ever.
    PersonId,
    "p_"
);
id!(
    /// A company or other organisation, from its first domain.
    AccountId,
    "a_"
);
id!(
    /// One decision of the ledger.
    DecisionId,
    "d_"
);

impl From<IdentityId> for PersonId {
    fn from(identity: IdentityId) -> Self {
        Self(identity.0)
    }
}

fn encode(bytes: &[u8; BYTES], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for half in bytes.chunks(5) {
        let bits = half.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for letter in (0..8).rev() {
            let index = usize::try_from(bits >> (letter * 5) & 31).unwrap_or(0);
            f.write_str(char::from(LETTERS[index]).encode_utf8(&mut [0; 4]))?;
        }
    }
    Ok(())
}

fn decode(text: &str) -> Option<[u8; BYTES]> {
    if text.len() != 16 {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (half, out) in text.as_bytes().chunks(8).zip(bytes.chunks_mut(5)) {
        let mut bits = 0_u64;
        for letter in half {
            bits = bits << 5 | u64::try_from(LETTERS.iter().position(|l| l == letter)?).ok()?;
        }
        out.copy_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written() {
        let id = IdKey([7; 32]).identity("gh", "42");
        let text = id.to_string();
        assert_eq!(text.len(), 18);
        assert_eq!(IdentityId::parse(&text), Some(id));
        assert_eq!(IdentityId::parse("i_short"), None);
        assert_eq!(IdentityId::parse(&text.replace("i_", "p_")), None);
    }

    #[test]
    fn the_parts_of_an_id_cannot_run_into_each_other() {
        let key = IdKey([7; 32]);
        assert_ne!(key.identity("ab", "c"), key.identity("a", "bc"));
        assert_ne!(key.identity("a", "b"), IdKey([8; 32]).identity("a", "b"));
    }

    #[test]
    fn the_key_never_shows_in_debug_output() {
        assert_eq!(format!("{:?}", IdKey([7; 32])), "IdKey(…)");
    }
}
