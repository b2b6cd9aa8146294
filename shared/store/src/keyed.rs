//! Keyed hashes: of addresses, so that a person is found by an address that no table shows, and of claims, so that
//! nobody can guess a code. The secret never leaves this module.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use rekindle_engine::decide::Request;
use sha2::{Digest, Sha256};

/// Letters of codes: those of RFC 4648 in lower case without `l` and `o`, which people read as digits.
const LETTERS: &[u8; 30] = b"abcdefghijkmnpqrstuvwxyz234567";
/// Letters in a code, prefix not counted: 5.9 × 10^14 codes.
const CODE_LENGTH: usize = 10;

/// Hashes under one secret.
#[derive(Clone)]
pub struct Keyed(Hmac<Sha256>);

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyed")
    }
}

impl Keyed {
    /// Under a secret of any length. Another secret finds no address and derives other codes.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        // A key of exactly one block, which HMAC takes without a possible failure.
        let mut block = [0_u8; 64];
        block.iter_mut().zip(Sha256::digest(secret)).for_each(|(to, from)| *to = from);
        Self(Hmac::new(&block.into()))
    }

    /// The hash of an address, by which the index `address` finds it; letter case makes no difference.
    #[must_use]
    pub fn address(&self, address: &str) -> String {
        let hash = self.hash("address", &[&address.to_lowercase()]);
        BASE32_NOPAD.encode(hash.get(..16).unwrap_or(&hash)).to_ascii_lowercase()
    }

    /// The code that is derived from what it is for.
    #[must_use]
    pub fn code(&self, request: &Request) -> String {
        let entry = request.entry.to_string();
        let hash = self.hash("code", &[&request.campaign, &request.offer, &request.person, &entry]);
        // 128 bits hold ten letters of thirty so amply that each letter is as likely as another.
        let mut rest = hash.iter().take(16).fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
        let mut code = request.prefix.clone().unwrap_or_default();
        for _ in 0..CODE_LENGTH {
            let letter = usize::try_from(rest % 30).ok().and_then(|at| LETTERS.get(at));
            code.extend(letter.map(|letter| char::from(*letter)));
            rest /= 30;
        }
        code
    }

    /// Each part with its length before it, so that no two lists of parts are hashed alike.
    fn hash(&self, purpose: &str, parts: &[&str]) -> Vec<u8> {
        let mut mac = self.0.clone();
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_hashed_as_anyone_with_the_secret_can() {
        // Calculated with Python's `hmac` over SHA-256("secret") and the parts with their lengths.
        let keyed = Keyed::new(b"secret");
        assert_eq!(keyed.address("Ann@Example.com"), "fcbwuf65lfnjh2ywx42aok7ofm");
        assert_ne!(Keyed::new(b"other").address("ann@example.com"), keyed.address("ann@example.com"));
        assert_eq!(format!("{keyed:?}"), "Keyed");
    }
}
