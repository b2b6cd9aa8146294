//! Who may ask: whoever presents the shop's key as a bearer token (RFC 6750), which every HTTP client of every checkout can.
//!
//! Two keys hold, so that one can be changed while the shop still uses the other. A comparison takes as long wherever a
//! wrong key differs.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use thiserror::Error;

/// The shortest key: 32 letters of 62 are 190 bits, which nobody guesses.
const SHORTEST: usize = 32;
/// The longest that is compared.
const LONGEST: usize = 1_024;
/// Separates these MACs from any other use of the same secret.
const CONTEXT: &[u8] = b"rekindle-offers";

/// The keys that open the API.
pub struct Keys {
    current: SecretString,
    previous: Option<SecretString>,
}

/// A key that must not be used. The deployment has to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the key of the offers' API must have 32 to 1024 letters")]
pub struct KeyError;

impl Keys {
    /// The present key, and the one before it where that still holds.
    ///
    /// # Errors
    /// Where one is too short or too long.
    pub fn new(current: String, previous: Option<String>) -> Result<Self, KeyError> {
        let fits = |key: &String| (SHORTEST..=LONGEST).contains(&key.len());
        if !fits(&current) || !previous.iter().all(fits) {
            return Err(KeyError);
        }
        Ok(Self { current: current.into(), previous: previous.map(Into::into) })
    }

    /// Whether a request presents one of the keys, in exactly one `Authorization` header.
    #[must_use]
    pub fn open(&self, headers: &HeaderMap) -> bool {
        let mut presented = headers.get_all(AUTHORIZATION).iter();
        let (Some(header), None) = (presented.next(), presented.next()) else { return false };
        let Some((scheme, token)) = header.to_str().ok().and_then(|header| header.split_once(' ')) else {
            return false;
        };
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || token.len() > LONGEST {
            return false;
        }
        // Both are compared, so that time does not tell which was nearly right.
        let is_current = same(&self.current, token);
        let is_previous = self.previous.as_ref().is_some_and(|previous| same(previous, token));
        is_current | is_previous
    }
}

/// Whether two texts are the same, in a time that depends on neither: their MACs under one key are compared as MACs are.
fn same(key: &SecretString, token: &str) -> bool {
    let mac = |text: &str| Some(Hmac::<Sha256>::new_from_slice(CONTEXT).ok()?.chain_update(text.as_bytes()));
    let (Some(key), Some(token)) = (mac(key.expose_secret()), mac(token)) else { return false };
    key.verify(&token.finalize().into_bytes()).is_ok()
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keys")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "the-key-of-the-shop-that-has-enough-letters";
    const LAST: &str = "the-key-before-it-which-still-holds-for-now";

    fn opens(values: &[&str]) -> bool {
        let keys = Keys::new(KEY.to_owned(), Some(LAST.to_owned())).unwrap();
        let headers = values.iter().map(|value| (AUTHORIZATION, value.parse().unwrap())).collect();
        keys.open(&headers)
    }

    #[test]
    fn only_one_of_the_two_keys_opens_and_only_as_a_bearer_token() {
        assert!(opens(&[&format!("Bearer {KEY}")]) && opens(&[&format!("bearer  {LAST}")]));
        let wrong = [KEY.to_owned(), format!("Basic {KEY}"), "Bearer ".to_owned(), format!("Bearer {}", &KEY[1..])];
        for wrong in wrong.iter().chain(&[format!("Bearer {KEY}x"), format!("Bearer {}", KEY.to_uppercase())]) {
            assert!(!opens(&[wrong]), "{wrong}");
        }
        assert!(!opens(&[]) && !opens(&[&format!("Bearer {KEY}"), &format!("Bearer {KEY}")]));
    }

    #[test]
    fn a_key_that_could_be_guessed_is_refused() {
        assert_eq!(Keys::new("short".to_owned(), None).unwrap_err(), KeyError);
        assert_eq!(Keys::new(KEY.to_owned(), Some(String::new())).unwrap_err(), KeyError);
    }
}
