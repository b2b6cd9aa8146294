//! The command as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod asked;
mod closed;
mod demo;
mod folders;
mod kill;
mod links;
mod logged;
mod reports;
mod systems;
