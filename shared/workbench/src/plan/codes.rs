//! Codes of offers in what is foreseen: as many as are left, and none is claimed.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use rekindle_engine::decide::{Claim, Claims, Request};
use rekindle_store::Offers;

/// Answers claims from what is left, as far as that was asked.
#[derive(Debug, Default)]
pub struct Codes {
    left: BTreeMap<Stock, u64>,
    /// What the life at hand has taken; it counts once that life is told to its end.
    taken: Vec<Stock>,
}

/// Where codes come from, and can run out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stock {
    /// The budget of a campaign's offer.
    Budget(Arc<str>, Arc<str>),
    /// A pool.
    Pool(String),
}

impl Stock {
    fn of(request: &Request) -> Vec<Self> {
        let budget = request.budget.map(|_| Self::Budget(Arc::clone(&request.campaign), Arc::clone(&request.offer)));
        budget.into_iter().chain(request.pool.clone().map(Self::Pool)).collect()
    }
}

impl Codes {
    /// Begins a life, or the same once more.
    pub fn begin(&mut self) {
        self.taken.clear();
    }

    /// The life at hand is told: what it took is gone.
    pub fn end(&mut self) {
        for stock in self.taken.drain(..) {
            if let Some(left) = self.left.get_mut(&stock) {
                *left = left.saturating_sub(1);
            }
        }
    }

    /// Asks how many are left for these requests.
    ///
    /// # Errors
    /// Where the store does not answer.
    pub async fn learn(&mut self, store: &impl Offers, requests: &[Request]) -> Result<()> {
        for request in requests {
            for stock in Stock::of(request) {
                let left = match &stock {
                    Stock::Budget(campaign, offer) => {
                        request.budget.unwrap_or(u64::MAX).saturating_sub(store.issued(campaign, offer).await?)
                    }
                    Stock::Pool(pool) => store.left(pool).await?,
                };
                self.left.entry(stock).or_insert(left);
            }
        }
        Ok(())
    }
}

impl Claims for Codes {
    fn claim(&mut self, request: &Request) -> Claim {
        let stocks = Stock::of(request);
        for stock in &stocks {
            let Some(left) = self.left.get(stock) else { return Claim::Pending };
            let taken = self.taken.iter().filter(|taken| *taken == stock).count();
            if *left <= taken as u64 {
                return Claim::Unavailable;
            }
        }
        self.taken.extend(stocks);
        Claim::Code(String::new())
    }
}
