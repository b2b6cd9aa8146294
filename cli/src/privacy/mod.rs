//! What a person has a right to, for whoever answers for the shop: what they agreed to and how, everything that is kept
//! about them, and to be forgotten. And the way in for people who agreed elsewhere, with where that was.

mod consent;
mod erase;
mod export;
mod import;
#[cfg(test)]
mod tests;

pub use consent::{ConsentArguments, consent};
pub use erase::{EraseArguments, erase, run as erase_person};
pub use export::{ExportArguments, export, export_person};
pub use import::{ImportArguments, import};
pub use rekindle_workbench::privacy::{Done, Outcome};
