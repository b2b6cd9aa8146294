//! The two shapes that every figure has: a count of a count, and a value with its interval.

/// The standard normal's quantile at 97.5 %: intervals of this crate hold at 95 %.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many did.
    pub part: u64,
    /// Of how many; at least `part`.
    pub whole: u64,
}

/// An estimate and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// What the sample says.
    pub value: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// A count as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "nobody counts 2⁵³ people")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
