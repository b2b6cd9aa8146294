//! One contract for every store: in memory, in the embedded DynamoDB, and at whatever endpoint the environment names.

mod contract;
mod embedded;
mod endpoint;
mod faulty;
mod memory;
mod sample;
