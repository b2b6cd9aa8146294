//! `rekindle offer`: how many codes went out, how many came back, and until when they last. `rekindle pool`: codes that a
//! shop brings along.

mod command;
mod pool;
mod show;
#[cfg(test)]
mod tests;

pub use command::{Arguments, run};
pub use pool::{Arguments as PoolArguments, run as pool};
