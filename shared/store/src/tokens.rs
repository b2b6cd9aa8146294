//! Tokens of commits, by which a process recognises its own after a lost reply.
//!
//! Invariant: no two processes that ever wrote to a table give out the same token. A process draws its name and is not given
//! one: whatever names it from outside, such as a log stream of Lambda, outlives it, and the next process of that name would
//! take the commits of this one for its own.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::NoRandomBits;
use crate::ports::CommitToken;

/// Gives out the tokens of one process.
#[derive(Debug)]
pub struct Tokens {
    process: u128,
    next: AtomicU64,
}

impl Tokens {
    /// Under a name of 128 bits that nothing else has or will have.
    ///
    /// # Errors
    /// Where the system has no random bits. A retry may help.
    pub fn draw() -> Result<Self, NoRandomBits> {
        let mut process = [0; 16];
        aws_lc_rs::rand::fill(&mut process).map_err(|_| NoRandomBits)?;
        Ok(Self { process: u128::from_ne_bytes(process), next: AtomicU64::new(0) })
    }

    /// Of a store that one process has to itself.
    pub(crate) const fn alone() -> Self {
        Self { process: 0, next: AtomicU64::new(0) }
    }

    /// The process's name.
    pub(crate) const fn process(&self) -> u128 {
        self.process
    }

    /// The next commit's.
    #[must_use]
    pub fn next(&self) -> CommitToken {
        CommitToken::of(self.process, self.next.fetch_add(1, Ordering::Relaxed))
    }
}
