//! A campaign's numbers, and their comparison with what the ledger says.

mod json;
mod recount;
mod report;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use rekindle_store::statistics::{Totals, totals};
use rekindle_store::{Dynamo, Publications};

pub use json::json;
pub use recount::{Difference, Recount, recounted};
pub use report::{Counts, Group, Report, Step};

/// Everything that was counted; of one campaign, where one is named.
///
/// # Errors
/// Where there is no such campaign, or the store does not answer.
pub async fn counted(store: &Dynamo, campaign: Option<&str>) -> Result<Totals> {
    let mut counted = totals(store).await.context("the statistics cannot be read")?;
    if let Some(campaign) = campaign {
        is_known(store, campaign, &counted).await?;
        keep(&mut counted, campaign);
    }
    Ok(counted)
}

fn keep(totals: &mut Totals, campaign: &str) {
    totals.0.retain(|fact, _| fact.campaign == campaign);
}

async fn is_known(store: &Dynamo, campaign: &str, counted: &Totals) -> Result<()> {
    let published = store.live().await?.context("nothing is published yet; run `rekindle publish`")?;
    let live = published.campaigns.keys().chain(published.retired.keys());
    let known: BTreeSet<&str> =
        live.map(String::as_str).chain(counted.0.keys().map(|fact| fact.campaign.as_str())).collect();
    if !known.contains(campaign) {
        bail!("there is no campaign {campaign:?}; there are {}", known.into_iter().collect::<Vec<_>>().join(", "));
    }
    Ok(())
}
