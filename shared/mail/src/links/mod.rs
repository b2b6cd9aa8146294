//! Signed links: what a mail's reader may do without logging in.
//!
//! Must never act on, nor even parse, what has not been verified, and must never tell why a token was refused.

mod claim;
mod counted;
mod token;

use std::fmt;

use secrecy::SecretSlice;
use serde::Deserialize;

use crate::url;

pub use claim::{Claim, LinkKind};

/// The shortest secret: as long as the hash.
const MIN_SECRET: usize = 32;

/// A signing key.
pub struct Key {
    id: u8,
    secret: SecretSlice<u8>,
}

impl Key {
    /// A key with its number, which stands in every token that it signs. A number must never get a second secret.
    ///
    /// # Errors
    /// [`LinkError::WeakKey`] for a secret of less than 32 bytes.
    pub fn new(id: u8, secret: Vec<u8>) -> Result<Self, LinkError> {
        let long_enough = secret.len() >= MIN_SECRET;
        let secret = SecretSlice::from(secret);
        if long_enough { Ok(Self { id, secret }) } else { Err(LinkError::WeakKey) }
    }

    /// A key as a secret store keeps it: `{"id": 1, "key": "..."}`. Whoever changes the key counts `id` up.
    ///
    /// # Errors
    /// [`LinkError::UnreadableKey`]; [`LinkError::WeakKey`] for a key of less than 32 bytes.
    pub fn read(json: &str) -> Result<Self, LinkError> {
        #[derive(Deserialize)]
        struct Kept {
            id: u8,
            key: String,
        }
        // What serde would say of it could show a part of the key.
        let Kept { id, key } = serde_json::from_str(json).map_err(|_| LinkError::UnreadableKey)?;
        Self::new(id, key.into_bytes())
    }
}

/// Signs links with one key and verifies them with up to two, so that keys can be changed while old mails still work.
///
/// Links to unsubscribe do not expire; a key retires when the mails it signed are no longer of interest.
pub struct Links {
    base_url: String,
    current: Key,
    previous: Option<Key>,
}

/// Why a link could not be made or was refused. Trying again does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Not a token of ours for this purpose. Deliberately says no more.
    #[error("not a valid link")]
    Invalid,
    /// The secret is too short.
    #[error("a link key needs at least 32 bytes")]
    WeakKey,
    /// A key is not kept as it should be.
    #[error("a link key must be kept as {{\"id\": <1 to 255>, \"key\": \"<at least 32 letters>\"}}")]
    UnreadableKey,
    /// Both keys have the same number.
    #[error("two link keys have the same number")]
    SameKey,
    /// The address of the public pages is not `https` (or `http` on this machine).
    #[error("the address of the public pages must be https")]
    BaseUrl,
    /// The link would be too long for a header.
    #[error("the link would be too long")]
    TooLong,
}

impl Links {
    /// Links below `base_url`, signed with `current`; those signed with `previous` are still accepted.
    ///
    /// # Errors
    /// [`LinkError::BaseUrl`] unless `base_url` is `https` (or `http` on this machine) without query;
    /// [`LinkError::SameKey`].
    pub fn new(base_url: &str, current: Key, previous: Option<Key>) -> Result<Self, LinkError> {
        let base_url = base_url.trim_end_matches('/');
        let is_page = base_url.starts_with("http") && base_url.is_ascii() && !base_url.contains(['?', '#']);
        if !is_page || !url::is_own(base_url) {
            return Err(LinkError::BaseUrl);
        }
        if previous.as_ref().is_some_and(|previous| previous.id == current.id) {
            return Err(LinkError::SameKey);
        }
        Ok(Self { base_url: base_url.to_owned(), current, previous })
    }

    /// The link by which `claim` can be used for `purpose`: base URL, a letter for the purpose, token.
    ///
    /// # Errors
    /// [`LinkError::TooLong`] if a `List-Unsubscribe` header could not hold it.
    pub fn url(&self, purpose: LinkKind, claim: &Claim) -> Result<String, LinkError> {
        let url = format!("{}/{}/{}", self.base_url, purpose.path(), self.sign(purpose, claim));
        if url.len() > token::MAX_URL { Err(LinkError::TooLong) } else { Ok(url) }
    }

    /// The token alone: URL-safe, without padding.
    #[must_use]
    pub fn sign(&self, purpose: LinkKind, claim: &Claim) -> String {
        token::sign(&self.current, purpose, claim)
    }

    /// The claim of a token that one of our keys signed for exactly this purpose.
    ///
    /// # Errors
    /// [`LinkError::Invalid`] for everything else. Takes the same time wherever the signature differs, and reads
    /// nothing outside of the token.
    pub fn verify(&self, purpose: LinkKind, token: &str) -> Result<Claim, LinkError> {
        token::verify([Some(&self.current), self.previous.as_ref()], purpose, token)
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Links").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
