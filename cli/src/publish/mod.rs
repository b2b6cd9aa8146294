//! `rekindle publish`: a folder becomes live as a whole, or not at all.
//!
//! Nothing is published that `rekindle plan` would not have shown, and nobody loses their place by it.

mod command;
mod compiled;

pub use command::{Arguments, run};
pub use compiled::compiled;
pub(crate) use compiled::compiled_for;
