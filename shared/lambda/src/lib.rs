//! What every function shares.

pub mod clock;
