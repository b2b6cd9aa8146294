//! Every journal and send of the ledger counted again, and held against the statistics. It changes nothing.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use rekindle_store::Dynamo;
use rekindle_store::statistics::{Fact, Tally, Totals, recount};

use super::keep;
use crate::Watch;

/// What the comparison came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Recount {
    /// How many counts were compared.
    pub compared: usize,
    /// Those that are not equal.
    pub differences: Vec<Difference>,
}

/// A count that is another one in the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Of what.
    pub fact: Fact,
    /// The statistics' count.
    pub statistics: Tally,
    /// The ledger's.
    pub ledger: Tally,
}

/// Counts the ledger of everybody again; of one campaign, where one is named. `counted` is what the statistics say of the same.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn recounted(store: &Dynamo, counted: Totals, campaign: Option<&str>, watch: Watch<'_>) -> Result<Recount> {
    let mut ledger = recount(store, watch).await.context("the ledger cannot be read")?;
    if let Some(campaign) = campaign {
        keep(&mut ledger, campaign);
    }
    let counted = counted.over_all_versions();
    let facts: BTreeSet<&Fact> = counted.0.keys().chain(ledger.0.keys()).collect();
    let difference = |fact: &&Fact| {
        let [statistics, ledger] = [&counted, &ledger].map(|totals| totals.0.get(*fact).copied().unwrap_or_default());
        (statistics != ledger).then(|| Difference { fact: (*fact).clone(), statistics, ledger })
    };
    Ok(Recount { compared: facts.len(), differences: facts.iter().filter_map(difference).collect() })
}
