//! What the codes of an offer came to, and the codes that a shop brings along.

mod pool;
mod report;

use anyhow::{Context, Result};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::Offer;
use rekindle_engine::time::Instant;
use rekindle_store::statistics::{Day, by_day};
use rekindle_store::{Dynamo, Offers, Redemptions};

use crate::named::{self, Named};
pub use pool::codes;
pub use report::{Found, Report};

/// The report of the offer of that name, and what its campaign says of it. `name` is the offer's id, its campaign's, or
/// `CAMPAIGN/OFFER`.
///
/// # Errors
/// Where there is no such offer, there are several, or the store does not answer.
pub async fn report(store: &Dynamo, catalog: &Catalog, name: &str, now: Instant) -> Result<(Report, Offer)> {
    let offers = offers(catalog);
    let (campaign, id, offer) = named::find("offer", name, &offers)?;
    let unreadable = "the offer's codes cannot be read";
    let in_pool = match &offer.code.pool {
        Some(pool) => Some(store.left(pool).await.context(unreadable)?),
        None => None,
    };
    let found = Found {
        issued: store.issued(campaign, id).await.context(unreadable)?,
        in_pool,
        redemptions: store.redemptions(campaign, id).await.context(unreadable)?,
        days: by_day(store, Day(i64::MIN)).await.context("the statistics cannot be read")?,
    };
    Ok((Report::new(campaign, id, offer, &found, now), offer.clone()))
}

/// Every offer of every live campaign, with the campaign's id before it.
fn offers(catalog: &Catalog) -> Vec<Named<Offer>> {
    let live = catalog.campaigns().flat_map(|(campaign, live)| {
        live.program.offers().map(move |(id, offer)| (campaign.to_string(), id.to_string(), offer.clone()))
    });
    live.collect()
}
