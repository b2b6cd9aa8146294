//! A part of what an account may send, for a stage that is not alone in its account and region.
//!
//! Of the rate it takes its hundredths. Of the daily quota it takes, at each look, its hundredths of what is left: nobody
//! tells how much of what was sent is whose, and stages whose shares add up to 100 never take more than all.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Account, Quota};

/// An account of which so many hundredths are one's own.
pub struct Share {
    account: Arc<dyn Account>,
    hundredths: u8,
}

impl Share {
    /// So many hundredths of `account`; from 1 to 100, whatever is asked.
    pub fn new(account: Arc<dyn Account>, hundredths: u8) -> Self {
        Self { account, hundredths: hundredths.clamp(1, 100) }
    }
}

impl Account for Share {
    fn quota(&self) -> BoxFuture<'_, Result<Quota, String>> {
        async move {
            let Quota { per_second, left } = self.account.quota().await?;
            let of = |left: i64| left.saturating_mul(self.hundredths.into()) / 100;
            Ok(Quota { per_second: per_second * f64::from(self.hundredths) / 100.0, left: left.map(of) })
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Grants(Option<i64>);

    impl Account for Grants {
        fn quota(&self) -> BoxFuture<'_, Result<Quota, String>> {
            std::future::ready(Ok(Quota { per_second: 14.0, left: self.0 })).boxed()
        }
    }

    #[tokio::test]
    async fn a_share_is_of_the_rate_and_of_what_is_left() {
        for (hundredths, left, expected) in [
            (25, Some(1_000), Quota { per_second: 3.5, left: Some(250) }),
            (100, Some(7), Quota { per_second: 14.0, left: Some(7) }),
            (50, Some(1), Quota { per_second: 7.0, left: Some(0) }),
            (50, None, Quota { per_second: 7.0, left: None }),
            (0, Some(100), Quota { per_second: 0.14, left: Some(1) }),
        ] {
            assert_eq!(Share::new(Arc::new(Grants(left)), hundredths).quota().await, Ok(expected), "{hundredths}");
        }
    }
}
