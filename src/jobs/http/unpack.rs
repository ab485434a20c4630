//! Compressed answers: unpacked within a limit, so that a small answer cannot fill the memory. Must not know
//! who sent them.

use std::io::Read;

use flate2::read::MultiGzDecoder;

/// Why an answer could not be unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unpacked {
    TooLarge,
    Broken,
}

/// Whether bytes are gzip, whatever the headers say: some hosts compress and do not say so. No JSON begins
/// like that.
pub(super) fn is_packed(body: &[u8]) -> bool {
    body.starts_with(&[0x1f, 0x8b])
}

/// Unpacks gzip to at most `limit` bytes.
pub(super) fn unpack(body: &[u8], limit: usize) -> Result<Vec<u8>, Unpacked> {
    let mut unpacked = Vec::with_capacity(body.len().saturating_mul(4).min(limit));
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(body).take(bound).read_to_end(&mut unpacked).map_err(|_| Unpacked::Broken)?;
    if unpacked.len() > limit { Err(Unpacked::TooLarge) } else { Ok(unpacked) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn pack(body: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(body).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn what_is_unpacked_is_limited_and_what_is_cut_is_said() {
        let body = vec![b'x'; 5_000_000];
        let packed = pack(&body);
        assert!(is_packed(&packed) && packed.len() < 10_000);
        assert_eq!(unpack(&packed, 5_000_000), Ok(body));
        assert_eq!(unpack(&packed, 4_999_999), Err(Unpacked::TooLarge));
        assert_eq!(unpack(&packed[..packed.len() - 9], 5_000_000), Err(Unpacked::Broken));
        assert_eq!(unpack(b"{}", 10), Err(Unpacked::Broken));
        assert!(!is_packed(b"{}") && !is_packed(b""));
    }
}
