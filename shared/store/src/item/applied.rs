//! The ids of applied events in 13 bytes each: eight of hash, which nothing makes smaller, and five of seconds.

use rekindle_engine::person::Applied;
use rekindle_engine::time::Instant;

/// Added to seconds, so that those before 1970 are positive too: all instants fit into five bytes then.
const OFFSET: i64 = 1 << 39;

/// Bytes of one.
const WIDTH: usize = 13;

pub(super) fn to_bytes(applied: &[Applied]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(applied.len() * WIDTH);
    for Applied { event, at } in applied {
        bytes.extend(event.to_be_bytes());
        bytes.extend((at.seconds() + OFFSET).to_be_bytes().iter().skip(3));
    }
    bytes
}

pub(super) fn from_bytes(bytes: &[u8]) -> Vec<Applied> {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let applied = bytes.chunks_exact(WIDTH).map(|one| {
        let (hash, seconds) = one.split_at(8);
        let seconds = i64::try_from(number(seconds)).unwrap_or(OFFSET) - OFFSET;
        Applied { event: number(hash), at: Instant::from_seconds(seconds) }
    });
    applied.collect()
}
