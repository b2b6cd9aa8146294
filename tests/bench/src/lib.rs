//! What Rekindle costs, measured: what the commands `bench` and `scale` and the count of instructions share.

pub mod page;
pub mod serve;
pub mod subjects;
