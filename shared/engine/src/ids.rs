//! Identifiers and shares that anyone can recompute (SPEC.md sections 6, 7 and 11).

use data_encoding::{BASE32_NOPAD, Encoding, Specification};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// RFC 4648 base32 in lower case.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification: Specification = BASE32_NOPAD.specification();
    specification.symbols = specification.symbols.to_ascii_lowercase();
    specification.encoding().unwrap_or(BASE32_NOPAD)
});

/// The deterministic id of one planned mail: lower-case base32 of the first 20 bytes of SHA-256 of
/// `campaign/step/person/entry`. The version is no part of it, so no edit can send a step twice.
#[must_use]
pub fn send_id(campaign: &str, step: &str, person: &str, entry: u32) -> String {
    let entry = entry.to_string();
    let mut hash = Sha256::new();
    for part in [campaign, "/", step, "/", person, "/", &entry] {
        hash.update(part);
    }
    BASE32.encode(hash.finalize().get(..20).unwrap_or_default())
}

/// Lower-case base32 of the first `bytes` bytes of SHA-256 of `text`.
#[must_use]
pub fn short_hash(text: &str, bytes: usize) -> String {
    let digest = Sha256::digest(text.as_bytes());
    BASE32.encode(digest.get(..bytes).unwrap_or(&digest))
}

/// The first 8 bytes of SHA-256 of `text` as a big-endian integer: by it, one of the few thousand things that a person holds
/// is recognised again.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// What of a code counts when two are compared: people type them in any case and with blanks around them.
#[must_use]
pub fn code_key(code: &str) -> String {
    code.trim().to_uppercase()
}

/// The first 8 bytes of SHA-256 of `campaign/step/person` as a big-endian integer: a person's place in a split.
#[must_use]
pub fn share(campaign: &str, step: &str, person: &str) -> u64 {
    fingerprint(&format!("{campaign}/{step}/{person}"))
}

/// Whether a share falls into a holdout of `percent`: h × 100 < percent × 2⁶⁴, in integers.
#[must_use]
pub fn is_held_out(share: u64, percent: u8) -> bool {
    u128::from(share) * 100 < u128::from(percent) << 64
}

/// The arm a share falls into: the first whose running weight sum × 2⁶⁴ > h × total, in integers.
#[must_use]
pub fn arm_of(share: u64, weights: impl Iterator<Item = u32> + Clone) -> Option<usize> {
    let total: u128 = weights.clone().map(u128::from).sum();
    let mut sum = 0_u128;
    for (arm, weight) in weights.enumerate() {
        sum += u128::from(weight);
        if sum << 64 > u128::from(share) * total {
            return Some(arm);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_send_id_is_that_of_the_specifications_example() {
        assert_eq!(send_id("welcome", "send-1", "ann", 1), "zynxgscgsmbqt7p5z6sbazrbuuqqdb5p");
        assert_eq!(send_id("w", "nps", "bob", 1), "2ipvuaoj5m6hnaokvwa3oqmmddewamj3");
    }

    #[test]
    fn holdouts_and_arms_are_exact_at_their_borders() {
        assert!(!is_held_out(0, 0) && is_held_out(0, 1) && is_held_out(u64::MAX, 100));
        assert_eq!(arm_of(u64::MAX / 2, [1, 1].into_iter()), Some(0));
        assert_eq!(arm_of(u64::MAX / 2 + 1, [1, 1].into_iter()), Some(1));
        assert_eq!(arm_of(0, [0, 1].into_iter()), Some(1));
        assert_eq!(arm_of(u64::MAX, [1, 0].into_iter()), Some(0));
    }
}
