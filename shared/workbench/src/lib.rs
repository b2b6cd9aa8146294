//! What marketers and operators do, as functions that return data: a command line draws it, a console answers with it.
//!
//! It works on ports that it is given (the store, `Deciding`, queues, a clock) and must never open a system by itself, print,
//! or read a terminal. It knows no function, no system on a laptop and no command.

pub mod check;
pub mod doctor;
pub mod example;
pub mod files;
pub mod named;
pub mod offer;
pub mod operate;
pub mod person;
pub mod plain;
pub mod plan;
pub mod preview;
pub mod privacy;
pub mod publish;
pub mod simulate;
pub mod stats;
pub mod survey;
pub mod unread;

/// Is told how many people were looked at so far, where that may take long.
pub type Watch<'w> = &'w (dyn Fn(u64) + Sync);

/// Tells nobody.
pub const UNWATCHED: Watch<'static> = &|_| {};
