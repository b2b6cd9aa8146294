//! What crosses crates: one binary, so that there is one link.

mod bad_input;
mod restart;
mod support;
