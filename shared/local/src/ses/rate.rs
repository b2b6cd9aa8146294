//! The maximum send rate of the account.

use std::sync::{Mutex, PoisonError};

/// A bucket of send permits that holds one second's worth.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: Option<f64>,
    bucket: Mutex<(f64, i64)>,
}

impl Rate {
    /// A bucket that fills by `per_second` mails, or one that is never empty.
    pub(crate) fn new(per_second: Option<f64>) -> Self {
        Self { per_second, bucket: Mutex::new((per_second.unwrap_or_default().max(1.0), 0)) }
    }

    /// Mails a second, for GetAccount.
    pub(crate) fn per_second(&self) -> Option<f64> {
        self.per_second
    }

    /// Takes one permit at `now` (epoch milliseconds); false means too fast.
    pub(crate) fn take(&self, now: i64) -> bool {
        let Some(per_second) = self.per_second else { return true };
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, at) = *bucket;
        let passed = f64::from(u32::try_from(now - at).unwrap_or(u32::MAX)) / 1000.0;
        let left = (left + passed * per_second).min(per_second.max(1.0));
        let granted = left >= 1.0;
        *bucket = (if granted { left - 1.0 } else { left }, now);
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_as_many_mails_as_the_rate_says() {
        let rate = Rate::new(Some(2.0));
        assert!(rate.take(1_000) && rate.take(1_000));
        assert!(!rate.take(1_000));
        assert!(rate.take(1_500));
        assert!(!rate.take(1_500));
        assert!(Rate::new(None).take(0));
    }
}
