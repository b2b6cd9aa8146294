//! When a difference between treated and held-out people may be called one.
//!
//! A verdict is a claim that a shop acts on: it is never spoken over few people, and never over entries, of which one person
//! may have hundreds. The caller counts people, each once.

use crate::estimate::{Estimate, Share, number};
use crate::fisher::fisher_exact;
use crate::proportions::difference;

/// The fewest people of a side over whom a verdict is spoken.
pub const LEAST_PEOPLE: u64 = 30;
/// The least expected count of a cell: below, the approximations under an interval do not hold (W. G. Cochran, Biometrics 10,
/// 1954, 417–451).
pub const LEAST_EXPECTED: f64 = 5.0;

/// What may be said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Nothing yet.
    TooFew {
        /// What there is too little of.
        of: TooFew,
        /// Fisher's exact p-value, which holds for any numbers.
        p: f64,
    },
    /// The campaign adds conversions.
    Adds,
    /// The campaign costs conversions.
    Costs,
    /// No more than chance may do.
    NoDifference,
}

/// What a comparison has too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooFew {
    /// Fewer than [`LEAST_PEOPLE`] on a side.
    People,
    /// Fewer than [`LEAST_EXPECTED`] expected, on a side, of those who converted or of those who did not.
    Conversions,
}

/// Compares treated with held-out people, each counted once: the difference with its interval, and what may be said of it.
/// `None` where a side is empty.
#[must_use]
pub fn judge(treated: Share, held_out: Share) -> Option<(Estimate, Verdict)> {
    let estimate = difference(treated, held_out)?;
    let too_few = |of| Verdict::TooFew { of, p: fisher_exact(treated, held_out) };
    let verdict = if treated.whole.min(held_out.whole) < LEAST_PEOPLE {
        too_few(TooFew::People)
    } else if least_expected(treated, held_out) < LEAST_EXPECTED {
        too_few(TooFew::Conversions)
    } else if estimate.low > 0.0 {
        Verdict::Adds
    } else if estimate.high < 0.0 {
        Verdict::Costs
    } else {
        Verdict::NoDifference
    };
    Some((estimate, verdict))
}

/// The least count that either side would have in either column if both converted alike.
fn least_expected(first: Share, second: Share) -> f64 {
    let part = number(first.part + second.part);
    let whole = number(first.whole + second.whole);
    number(first.whole.min(second.whole)) * part.min(whole - part) / whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(part: u64, whole: u64) -> Share {
        Share { part, whole }
    }

    fn verdict(treated: Share, held_out: Share) -> Verdict {
        judge(treated, held_out).unwrap().1
    }

    #[test]
    fn seventeen_people_are_too_few_although_the_interval_is_below_zero() {
        let (estimate, verdict) = judge(of(25, 162), of(6, 17)).unwrap();
        assert!(estimate.high < 0.0, "{estimate:?}");
        let Verdict::TooFew { of: TooFew::People, p } = verdict else { panic!("{verdict:?}") };
        assert!((p - 0.083_291_109).abs() < 1e-9, "{p}");
    }

    #[test]
    fn thirty_people_with_too_few_conversions_are_too_few() {
        assert!(matches!(verdict(of(9, 300), of(5, 30)), Verdict::TooFew { of: TooFew::Conversions, .. }));
        assert!(matches!(verdict(of(291, 300), of(25, 30)), Verdict::TooFew { of: TooFew::Conversions, .. }));
    }

    #[test]
    fn enough_people_get_a_verdict() {
        assert_eq!(verdict(of(300, 1_000), of(20, 100)), Verdict::Adds);
        assert_eq!(verdict(of(100, 1_000), of(25, 100)), Verdict::Costs);
        assert_eq!(verdict(of(210, 1_000), of(20, 100)), Verdict::NoDifference);
        assert_eq!(judge(of(1, 2), of(0, 0)), None);
    }
}
