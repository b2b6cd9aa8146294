//! Keyed hashes: of addresses, so that a person is found by an address that no table shows, and of claims, so that
//! nobody can guess a code; and pseudonyms of people, which can be read back. The secret never leaves this module.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use hmac::{Hmac, KeyInit, Mac};
use rekindle_engine::address::normalised;
use rekindle_engine::decide::Request;
use sha2::{Digest, Sha256};

use crate::keys::Partition;

/// Letters of codes: those of RFC 4648 in lower case without `l` and `o`, which people read as digits.
const LETTERS: &[u8; 30] = b"abcdefghijkmnpqrstuvwxyz234567";
/// Letters in a code, prefix not counted: 5.9 × 10^14 codes.
const CODE_LENGTH: usize = 10;

/// Letters of a pseudonym: what SES allows in a message tag.
const PSEUDONYM_LENGTH: usize = 256;

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
        let hash = self.hash("address", &[&normalised(address)]);
        BASE32_NOPAD.encode(hash.get(..16).unwrap_or(&hash)).to_ascii_lowercase()
    }

    /// The hash of a person's id, which is the key of everything about them.
    #[must_use]
    pub fn person(&self, id: &str) -> String {
        let hash = self.hash("person", &[id]);
        BASE32_NOPAD.encode(hash.get(..16).unwrap_or(&hash)).to_ascii_lowercase()
    }

    /// The partition of a person.
    pub(crate) fn partition(&self, id: &str) -> Partition {
        Partition::of(&self.person(id))
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

    /// A person's id as only the holder of the secret reads it, of the letters `A-Z a-z 0-9 _ -`: always the same for the
    /// same id. `None` where the id is longer than 176 bytes.
    #[must_use]
    pub fn pseudonym(&self, person: &str) -> Option<String> {
        let mut sealed = person.as_bytes().to_vec();
        self.sealing()?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut sealed).ok()?;
        let pseudonym = BASE64URL_NOPAD.encode(&sealed);
        (pseudonym.len() <= PSEUDONYM_LENGTH).then_some(pseudonym)
    }

    /// The person's id behind a pseudonym; `None` where it was not made under this secret.
    #[must_use]
    pub fn behind(&self, pseudonym: &str) -> Option<String> {
        let mut sealed = BASE64URL_NOPAD.decode(pseudonym.as_bytes()).ok()?;
        let person = self.sealing()?.open_in_place(nonce(), Aad::empty(), &mut sealed).ok()?;
        String::from_utf8(person.to_vec()).ok()
    }

    fn sealing(&self) -> Option<LessSafeKey> {
        let key = self.hash("pseudonym", &[]);
        Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, &key).ok()?))
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

/// The one nonce: with AES-GCM-SIV (RFC 8452), equal ids then have equal pseudonyms, and nothing else is given away.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_shows_nothing_and_is_read_back_under_the_same_secret_only() {
        let keyed = Keyed::new(b"secret");
        for id in ["ann", "", "김민지 <minji@example.com>/#", &"x".repeat(176)] {
            let pseudonym = keyed.pseudonym(id).unwrap();
            let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
            assert!(pseudonym.len() <= 256 && pseudonym.chars().all(fits), "{pseudonym}");
            assert_eq!(keyed.pseudonym(id).unwrap(), pseudonym);
            assert_eq!(keyed.behind(&pseudonym).as_deref(), Some(id));
            assert_eq!(Keyed::new(b"other").behind(&pseudonym), None);
        }
        assert_eq!(keyed.pseudonym(&"x".repeat(177)), None);
        for forged in ["", "YW5u", "ann", "*"] {
            assert_eq!(keyed.behind(forged), None, "{forged}");
        }
        // Each of its letters is another one: still base64, so that only the seal can tell.
        let pseudonym = keyed.pseudonym("anna").unwrap();
        for at in 0..pseudonym.len() {
            let other = if pseudonym.as_bytes()[at] == b'A' { "Q" } else { "A" };
            let forged = format!("{}{other}{}", &pseudonym[..at], &pseudonym[at + 1..]);
            assert_eq!(keyed.behind(&forged), None, "{forged} instead of {pseudonym}");
        }
    }

    #[test]
    fn an_address_is_hashed_as_anyone_with_the_secret_can() {
        // Calculated with Python's `hmac` over SHA-256("secret") and the parts with their lengths.
        let keyed = Keyed::new(b"secret");
        assert_eq!(keyed.address("Ann@Example.com"), "fcbwuf65lfnjh2ywx42aok7ofm");
        assert_ne!(Keyed::new(b"other").address("ann@example.com"), keyed.address("ann@example.com"));
        assert_eq!(format!("{keyed:?}"), "Keyed");
    }
}
