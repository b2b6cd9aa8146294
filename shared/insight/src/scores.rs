//! Scores of surveys. Small samples are the rule, so no interval is the textbook's plain one, which is far too narrow.

use crate::estimate::{Estimate, Z, number};

/// With fewer answers a score is not shown to people: one answer would be a Net Promoter Score of +100.
pub const ENOUGH_ANSWERS: u64 = 10;

/// The Net Promoter Score, from -100 to 100, with the adjusted Wald interval: three answers are added, three quarters of one
/// to the promoters and to the detractors each. `None` where `n` is 0. The interval lies around the adjusted score.
///
/// B. Rocks, "Interval estimation for the Net Promoter Score", The American Statistician 70 (2016), which found it the best
/// of six; J. Lewis and J. Sauro, "Confidence intervals for Net Promoter Scores", measuringu.com (2021).
#[must_use]
pub fn net_promoter(promoters: u64, detractors: u64, n: u64) -> Option<Estimate> {
    if n == 0 {
        return None;
    }
    let count = number(n);
    let value = (number(promoters) - number(detractors)) / count;
    let adjusted = count + 3.0;
    let (up, down) = ((number(promoters) + 0.75) / adjusted, (number(detractors) + 0.75) / adjusted);
    let net = up - down;
    let margin = Z * ((up + down - net * net) / adjusted).sqrt();
    let percent = |share: f64| (share * 100.0).clamp(-100.0, 100.0);
    Some(Estimate { value: value * 100.0, low: percent(net - margin), high: percent(net + margin) })
}

/// A mean; `None` of nothing.
#[must_use]
pub fn mean(scores: &[f64]) -> Option<f64> {
    let count = u64::try_from(scores.len()).ok().filter(|count| *count > 0)?;
    Some(scores.iter().sum::<f64>() / number(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(value: f64) -> f64 {
        (value * 100.0).round() / 100.0
    }

    /// By hand: 7 promoters and 1 detractor of 9; (7.75 - 1.75) / 12 = 0.5; variance 9.5 / 12 - 0.25 = 0.541667;
    /// margin 1.959964 × √(0.541667 / 12) = 0.416412.
    #[test]
    fn the_net_promoter_score_is_that_of_the_sources_formula() {
        let found = net_promoter(7, 1, 9).unwrap();
        assert_eq!((round(found.value), round(found.low), round(found.high)), (66.67, 8.36, 91.64));
        let all = net_promoter(5, 0, 5).unwrap();
        assert!(all.value == 100.0 && all.low > 0.0 && all.high <= 100.0, "no sample of five is sure: {all:?}");
        assert_eq!((net_promoter(0, 0, 0), mean(&[]), mean(&[4.0, 5.0])), (None, None, Some(4.5)));
    }
}
