//! What every function shares: time, settings, logs, batches, queues, the live campaigns and the way to decide.

pub mod account;
pub mod addresses;
pub mod batch;
pub mod campaigns;
pub mod config;
pub mod dead_letters;
pub mod deadline;
pub mod deciding;
pub mod envelope;
pub mod erasing;
pub mod findings;
mod https;
mod leaving;
pub mod limits;
pub mod logging;
pub mod machine;
pub mod mails;
pub mod messages;
pub mod metrics;
pub mod queue;
pub mod recording;
pub mod seen;
pub mod tags;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wiring;

pub use rekindle_clock as clock;
