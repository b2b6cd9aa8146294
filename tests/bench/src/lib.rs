//! What Rekindle costs, measured: what the command `bench` and the count of instructions share.

pub mod subjects;
