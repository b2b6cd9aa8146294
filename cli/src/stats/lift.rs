//! How much a campaign adds: the difference of two shares, and how far chance alone may have moved it.
//!
//! Intervals at 95 %: Wilson's score interval for one share (J. Am. Stat. Assoc. 22, 1927, 209–212) and Newcombe's hybrid
//! of two of them for a difference (method 10 in Stat. Med. 17, 1998, 873–890), which hold for small numbers and shares
//! near 0 and 1, where the textbook's interval does not.

/// The standard normal's quantile at 97.5 %.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many did.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

/// An estimate and the bounds of its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// A share with Wilson's interval; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "no campaign has 2^52 entries")]
pub fn wilson(share: Share) -> Option<Estimate> {
    if share.whole == 0 {
        return None;
    }
    let (n, p) = (share.whole as f64, share.part as f64 / share.whole as f64);
    let z2 = Z * Z;
    let middle = 2.0 * n * p + z2;
    let reach = Z * (z2 + 4.0 * n * p * (1.0 - p)).max(0.0).sqrt();
    let bound = |sum: f64| (sum / (2.0 * (n + z2))).clamp(0.0, 1.0);
    Some(Estimate { value: p, low: bound(middle - reach), high: bound(middle + reach) })
}

/// The first share less the second, with Newcombe's interval; `None` where one of them is of nothing.
pub fn difference(first: Share, second: Share) -> Option<Estimate> {
    let (first, second) = (wilson(first)?, wilson(second)?);
    let value = first.value - second.value;
    let low = (first.value - first.low).hypot(second.high - second.value);
    let high = (first.high - first.value).hypot(second.value - second.low);
    Some(Estimate { value, low: value - low, high: value + high })
}
