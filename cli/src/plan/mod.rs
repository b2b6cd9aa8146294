//! `rekindle plan`: what publishing a folder would change, in words, and what would happen to the people inside.
//!
//! It changes nothing. Exit code 0: nothing changes; 2: something does; 1: it cannot be published as it is.

mod command;
mod resumption;
mod show;
#[cfg(test)]
mod tests;

pub use command::{Arguments, run};
pub use resumption::{resumption_json, resumption_text};
pub use show::text as plan_text;
