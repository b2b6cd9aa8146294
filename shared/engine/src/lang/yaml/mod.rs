//! YAML 1.2 as nodes that know where they stand (SPEC.md section 2).
//!
//! Leniently read, so that a later pass can report every problem of a file at once; but never beyond the budgets, so
//! that no file costs more than a moment and a few megabytes.

mod build;
mod locate;
mod measure;
mod node;
mod scalar;
mod words;

pub(crate) use build::read;
pub(crate) use node::{Node, Position, Style, Value};
pub(crate) use scalar::Kind;

#[cfg(test)]
mod tests;
