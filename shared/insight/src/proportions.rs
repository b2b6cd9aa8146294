//! Shares and their differences, with intervals that hold for small numbers and for shares near 0 and 1, where the
//! textbook's plain interval does not.

use crate::estimate::{Estimate, Share, Z, number};

/// A share with Wilson's score interval; `None` of nothing.
///
/// E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209–212; method 3 of R. G. Newcombe, Stat. Med. 17 (1998), 857–872.
#[must_use]
pub fn wilson(share: Share) -> Option<Estimate> {
    if share.whole == 0 {
        return None;
    }
    let (n, p) = (number(share.whole), number(share.part.min(share.whole)) / number(share.whole));
    let z2 = Z * Z;
    let middle = 2.0 * n * p + z2;
    let reach = Z * (z2 + 4.0 * n * p * (1.0 - p)).max(0.0).sqrt();
    let bound = |sum: f64| (sum / (2.0 * (n + z2))).clamp(0.0, 1.0);
    // At the ends the formula is exact, and its rounding would leave 3e-18 for 0.
    let low = if share.part == 0 { 0.0 } else { bound(middle - reach) };
    let high = if share.part >= share.whole { 1.0 } else { bound(middle + reach) };
    Some(Estimate { value: p, low, high })
}

/// The first share less the second, with Newcombe's interval of two of Wilson's; `None` where one of them is of nothing.
///
/// R. G. Newcombe, Stat. Med. 17 (1998), 873–890, method 10.
#[must_use]
pub fn difference(first: Share, second: Share) -> Option<Estimate> {
    let (first, second) = (wilson(first)?, wilson(second)?);
    let value = first.value - second.value;
    let reach = |one: f64, other: f64| (one * one + other * other).sqrt();
    let low = value - reach(first.value - first.low, second.high - second.value);
    let high = value + reach(first.high - first.value, second.value - second.low);
    Some(Estimate { value, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(part: u64, whole: u64) -> Share {
        Share { part, whole }
    }

    /// Newcombe 1998, table I, method 3.
    #[test]
    fn shares_are_those_of_newcombes_examples() {
        for (part, whole, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let found = wilson(of(part, whole)).unwrap();
            assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{part} of {whole}: {found:?}");
        }
        assert_eq!(wilson(of(0, 0)), None);
    }

    #[test]
    fn none_and_all_have_exact_ends() {
        for whole in 1..200 {
            assert_eq!(wilson(of(0, whole)).unwrap().low, 0.0);
            assert_eq!(wilson(of(whole, whole)).unwrap().high, 1.0);
        }
    }

    /// Newcombe 1998, table II, method 10.
    #[test]
    fn differences_are_those_of_newcombes_examples() {
        for (first, second, low, high) in [
            (of(56, 70), of(48, 80), 0.0524, 0.3339),
            (of(9, 10), of(3, 10), 0.1705, 0.8090),
            (of(5, 56), of(0, 29), -0.0381, 0.1926),
            (of(10, 10), of(0, 20), 0.6791, 1.0),
        ] {
            let found = difference(first, second).unwrap();
            assert!(
                (found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5,
                "{first:?} {second:?}: {found:?}"
            );
        }
        assert_eq!(difference(of(1, 2), of(0, 0)), None);
    }
}
