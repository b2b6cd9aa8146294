//! SPEC.md as code: the campaign language, time, people, decisions and their journal.
//!
//! Pure: no AWS, no I/O, no clock, no randomness. The same inputs give the same journal, on a laptop and in Lambda.

pub mod address;
pub mod catalog;
pub mod decide;
pub mod event;
pub mod expr;
pub mod ids;
pub mod journal;
pub mod lang;
pub mod notices;
pub mod person;
pub mod program;
pub mod reason;
pub mod sends;
pub mod simulate;
pub mod suggest;
pub mod time;
