//! The token: `version · key · purpose · claim · MAC`, base64url.
//!
//! The MAC is HMAC-SHA256 over everything before it, truncated to 128 bits: forging one takes 2¹²⁷ tries on our own
//! servers, and every byte counts in a mail. Must never look at the claim before the MAC held.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;

use super::claim::{self, Claim, LinkKind};
use super::{Key, LinkError};

const VERSION: u8 = 1;
const HEAD: usize = 3;
const MAC: usize = 16;
/// The longest link: what SES takes as a header's value, less the angle brackets.
pub(super) const MAX_URL: usize = 993;
/// Separates these MACs from any other use of the same secret.
const CONTEXT: &[u8] = b"rekindle-link";

pub(super) fn sign(key: &Key, purpose: LinkKind, claim: &Claim) -> String {
    let mut bytes = vec![VERSION, key.id, purpose.number()];
    bytes.extend(claim.encode());
    let tag = mac(key, &bytes).map(|mac| mac.finalize().into_bytes());
    // HMAC takes keys of any length, so there always is a tag; without one the token would verify nowhere.
    bytes.extend(tag.iter().flatten().take(MAC));
    claim::to_text(&bytes)
}

pub(super) fn verify(keys: [Option<&Key>; 2], purpose: LinkKind, token: &str) -> Result<Claim, LinkError> {
    read(keys, purpose, token).ok_or(LinkError::Invalid)
}

fn read(keys: [Option<&Key>; 2], purpose: LinkKind, token: &str) -> Option<Claim> {
    if token.len() > MAX_URL {
        return None;
    }
    let bytes = claim::from_text(token)?;
    let (signed, tag) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
    let (head, payload) = signed.split_at_checked(HEAD)?;
    let &[version, key_id, number] = head else {
        return None;
    };
    let key = keys.into_iter().flatten().find(|key| key.id == key_id)?;
    mac(key, signed)?.verify_truncated_left(tag).ok()?;
    if version != VERSION || number != purpose.number() {
        return None;
    }
    Claim::decode(payload)
}

fn mac(key: &Key, signed: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.expose_secret()).ok()?;
    mac.update(CONTEXT);
    mac.update(signed);
    Some(mac)
}
