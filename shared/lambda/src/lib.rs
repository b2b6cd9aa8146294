//! What every function shares: time, settings, logs, batches, queues, the live campaigns and the way to decide.

pub mod account;
pub mod addresses;
pub mod batch;
pub mod campaigns;
pub mod clock;
pub mod config;
pub mod dead_letters;
pub mod deadline;
pub mod deciding;
pub mod erasing;
mod https;
mod leaving;
pub mod limits;
pub mod logging;
pub mod metrics;
pub mod passes;
pub mod queue;
pub mod recording;
pub mod seen;
pub mod tags;
pub mod wiring;
