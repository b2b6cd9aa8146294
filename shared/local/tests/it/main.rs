//! The local AWS as its clients know it: through the real SDKs, in process and over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like the tests themselves"
)]

mod bus;
mod faults;
mod mappings;
mod ports;
mod queues;
mod restart;
mod sink;
mod support;
mod tables;
