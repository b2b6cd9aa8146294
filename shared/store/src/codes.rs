//! What is a code of an offer, and when two are the same: asked by uploads, claims and uses alike.

use rekindle_engine::ids::code_key;

use crate::error::StoreError;

/// Letters of the longest code. A code is found by a key, which has at most 2,048 bytes, and is not blank.
pub const CODE_LETTERS: usize = 256;

/// By what a code is found; `None` for what is blank, or too long to be one.
pub(crate) fn found_by(code: &str) -> Option<String> {
    let key = code_key(code);
    (!key.is_empty() && key.chars().count() <= CODE_LETTERS).then_some(key)
}

/// The first of these that is no code, as an error.
pub(crate) fn check(codes: &[String]) -> Result<(), StoreError> {
    match codes.iter().position(|code| found_by(code).is_none()) {
        None => Ok(()),
        Some(place) => Err(StoreError::Refused {
            operation: "upload of codes",
            reason: format!("code {} is blank or has more than {CODE_LETTERS} letters", place + 1),
        }),
    }
}
