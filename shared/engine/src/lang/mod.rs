//! The campaign language: what files say, read into values that cannot be wrong (SPEC.md section 2).

pub mod changes;
pub mod codes;
mod diagnostic;
mod events;
pub mod flow;
mod format;
mod front;
mod mails;
mod model;
mod moves;
mod read;
mod report;
pub mod schema;
mod source;
mod yaml;

pub use diagnostic::{Diagnostic, Severity};
pub use format::fmt;
pub use front::{Named, named_texts};
pub use mails::MailFile;
pub use model::*;
pub use moves::{Choice, MOVES, choice, moves};
pub use source::{Beyond, Files, Loaded, load, load_published, load_within};

#[cfg(test)]
mod tests;
