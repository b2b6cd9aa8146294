//! What counts say, and how surely: pure functions from numbers to estimates and verdicts.
//!
//! Only additions, multiplications, divisions and square roots, which IEEE 754 rounds exactly: the same numbers give the
//! same bits on every processor. This crate never reads a table, a clock or a file, and never prints.

mod estimate;
mod fisher;
mod proportions;
mod scores;
mod verdict;

pub use estimate::{Estimate, Share};
pub use fisher::fisher_exact;
pub use proportions::{difference, wilson};
pub use scores::{ENOUGH_ANSWERS, mean, net_promoter};
pub use verdict::{LEAST_EXPECTED, LEAST_PEOPLE, TooFew, Verdict, judge};
