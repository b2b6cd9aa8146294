//! One contract for every store: in memory, in the embedded DynamoDB, and at whatever endpoint the environment names.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may end in a panic")]

mod contract;
mod embedded;
mod endpoint;
mod faulty;
mod memory;
mod sample;
