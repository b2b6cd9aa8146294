//! Measures of answers, each with the interval in which the true value lies in 95 of 100 such samples.
//!
//! Small samples are the rule here, so none of the intervals is the textbook's plain one, which is far too narrow for them.

/// The standard normal's two-sided 95 % point.
const Z: f64 = 1.959_963_984_540_054;

/// A value and its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// What the sample says.
    pub value: f64,
    /// Where the interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

/// A share of `n`, from 0 to 1, by Wilson's score interval; `None` where `n` is 0.
///
/// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927); recommended in
/// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), method 3,
/// whose examples are the test.
#[must_use]
pub fn share(hits: u64, n: u64) -> Option<Estimate> {
    let count = positive(n)?;
    let value = whole(hits.min(n)) / count;
    let spread = Z * (value * (1.0 - value) / count + Z * Z / (4.0 * count * count)).sqrt();
    let (middle, scale) = (value + Z * Z / (2.0 * count), 1.0 + Z * Z / count);
    Some(Estimate { value, low: ((middle - spread) / scale).max(0.0), high: ((middle + spread) / scale).min(1.0) })
}

/// The Net Promoter Score, from -100 to 100, with the adjusted Wald interval: three answers are added, three quarters of one
/// to the promoters and to the detractors each. `None` where `n` is 0. The interval lies around the adjusted score.
///
/// B. Rocks, "Interval estimation for the Net Promoter Score", The American Statistician 70 (2016), which found it the best
/// of six; J. Lewis and J. Sauro, "Confidence intervals for Net Promoter Scores", measuringu.com (2021).
#[must_use]
pub fn net_promoter(promoters: u64, detractors: u64, n: u64) -> Option<Estimate> {
    let count = positive(n)?;
    let value = (whole(promoters) - whole(detractors)) / count;
    let adjusted = count + 3.0;
    let (up, down) = ((whole(promoters) + 0.75) / adjusted, (whole(detractors) + 0.75) / adjusted);
    let net = up - down;
    let margin = Z * ((up + down - net * net) / adjusted).sqrt();
    let percent = |share: f64| (share * 100.0).clamp(-100.0, 100.0);
    Some(Estimate { value: value * 100.0, low: percent(net - margin), high: percent(net + margin) })
}

/// A mean; `None` where there is nothing.
#[must_use]
pub fn mean(scores: &[f64]) -> Option<f64> {
    let count = positive(u64::try_from(scores.len()).ok()?)?;
    Some(scores.iter().sum::<f64>() / count)
}

fn positive(n: u64) -> Option<f64> {
    (n > 0).then(|| whole(n))
}

#[expect(clippy::cast_precision_loss, reason = "nobody asks 2⁵³ people")]
fn whole(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(value: f64, digits: i32) -> f64 {
        let scale = 10_f64.powi(digits);
        (value * scale).round() / scale
    }

    /// Newcombe 1998, Table I, method 3.
    #[test]
    fn shares_are_those_of_newcombes_examples() {
        for (hits, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let found = share(hits, n).unwrap();
            assert_eq!((round(found.low, 4), round(found.high, 4)), (low, high), "{hits} of {n}");
        }
        assert_eq!(share(0, 0), None);
    }

    /// By hand: 7 promoters and 1 detractor of 9; (7.75 - 1.75) / 12 = 0.5; variance 9.5 / 12 - 0.25 = 0.541667;
    /// margin 1.959964 × √(0.541667 / 12) = 0.416412.
    #[test]
    fn the_net_promoter_score_is_that_of_the_sources_formula() {
        let found = net_promoter(7, 1, 9).unwrap();
        assert_eq!((round(found.value, 2), round(found.low, 2), round(found.high, 2)), (66.67, 8.36, 91.64));
        let all = net_promoter(5, 0, 5).unwrap();
        assert!(all.value == 100.0 && all.low > 0.0 && all.high <= 100.0, "no sample of five is sure: {all:?}");
        assert_eq!(net_promoter(0, 0, 0), None);
    }
}
