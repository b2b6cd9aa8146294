//! Fisher's exact test of two shares: how often chance alone would divide the same conversions at least so unevenly.

use crate::estimate::{Share, number};

/// Two divisions that are equally likely differ by rounding only; R's `fisher.test` allows the same.
const SAME: f64 = 1.0 + 1e-7;

/// The two-sided p-value: the chance of all divisions that are no likelier than the one seen. 1 where a side is of nothing.
///
/// R. A. Fisher, "The Design of Experiments" (1935), section 11. Steps: as many as the smaller of the four totals.
#[must_use]
pub fn fisher_exact(first: Share, second: Share) -> f64 {
    let (first_part, second_part) = (first.part.min(first.whole), second.part.min(second.whole));
    let parts = first_part + second_part;
    let (least, most) = (parts.saturating_sub(second.whole), parts.min(first.whole));
    // Relative to the likeliest division, so that no factorial is ever computed: the ratio of neighbours is a fraction.
    let ratio = |part: u64| {
        let up = number(first.whole - part) * number(parts - part);
        let down = number(part + 1) * number((second.whole + part + 1).saturating_sub(parts));
        up / down
    };
    let mode = mode(first.whole, second.whole, parts).clamp(least, most);
    let mut weights = vec![(mode, 1.0_f64)];
    let mut weight = 1.0;
    for part in mode..most {
        weight *= ratio(part);
        weights.push((part + 1, weight));
    }
    weight = 1.0;
    for part in (least..mode).rev() {
        weight /= ratio(part);
        weights.push((part, weight));
    }
    let seen = weights.iter().find(|(part, _)| *part == first_part).map_or(0.0, |(_, weight)| *weight);
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let extreme: f64 = weights.iter().map(|(_, weight)| weight).filter(|weight| **weight <= seen * SAME).sum();
    (extreme / total).min(1.0)
}

/// The likeliest number of the first side's, of a hypergeometric distribution.
fn mode(first: u64, second: u64, parts: u64) -> u64 {
    let product = (u128::from(first) + 1) * (u128::from(parts) + 1);
    u64::try_from(product / (u128::from(first) + u128::from(second) + 2)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(a: u64, n: u64, b: u64, m: u64) -> f64 {
        fisher_exact(Share { part: a, whole: n }, Share { part: b, whole: m })
    }

    /// Fisher's lady tasting tea: 3 of 4 and 1 of 4 give 34/70; all right gives 2/70. The others: exact integers, by hand.
    #[test]
    fn p_values_are_those_of_the_book_and_of_exact_integers() {
        for (found, expected) in [
            (p(3, 4, 1, 4), 34.0 / 70.0),
            (p(4, 4, 0, 4), 2.0 / 70.0),
            (p(2, 17, 13, 15), 4.396_500_108_745_853_6e-5),
            (p(8, 10, 1, 6), 0.034_965_034_965_034_97),
            (p(25, 162, 6, 17), 0.083_291_109_381_495_02),
        ] {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
    }

    #[test]
    fn nothing_to_compare_is_no_surprise() {
        assert_eq!([p(0, 0, 3, 9), p(0, 5, 0, 9), p(5, 5, 9, 9)], [1.0, 1.0, 1.0]);
    }

    #[test]
    fn sides_may_be_swapped_and_millions_are_counted() {
        assert!((p(25, 162, 6, 17) - p(6, 17, 25, 162)).abs() < 1e-12);
        let large = p(500_100, 1_000_000, 499_900, 1_000_000);
        assert!(large > 0.7 && large < 0.8, "{large}");
    }
}
