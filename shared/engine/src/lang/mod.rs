//! The campaign language: what files say, read into values that cannot be wrong (SPEC.md section 2).

mod model;

pub use model::*;
