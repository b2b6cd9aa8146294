//! `rekindle stats CAMPAIGN`: what came of a campaign, in numbers that were counted as it happened; `--recount` counts
//! again from the ledger and compares.
//!
//! It shows what was counted and decides nothing.

mod command;
mod show;
#[cfg(test)]
mod tests;

pub use command::{Arguments, run};
