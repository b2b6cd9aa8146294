//! What a person has a right to: what they agreed to, everything that is kept about them, and to be forgotten. And the way in
//! for people who agreed elsewhere, with where that was.

mod around;
mod consent;
mod erase;
mod export;
mod holdings;
mod import;
mod letters;
mod marks;
#[cfg(test)]
mod tests;

pub use around::{Around, Beside};
pub use consent::now as consent_now;
pub use erase::{Counts, Done, Outcome, erase, look};
pub use export::export;
pub use import::{Imported, events, import};
