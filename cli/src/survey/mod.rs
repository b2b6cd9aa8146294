//! `rekindle survey`: what a survey found out, how surely, and of whom.

mod command;
mod show;
#[cfg(test)]
mod tests;

pub use command::{Arguments, run};
