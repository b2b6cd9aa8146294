//! Which offer, of which system.

use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::catalog::Catalog;
use rekindle_engine::lang::Offer;
use rekindle_store::statistics::{Day, by_day};
use rekindle_store::{Offers, Redemptions};

use super::report::{Found, Report};
use super::show;
use crate::named::{self, Named};
use crate::output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct Arguments {
    /// The offer's id, or `CAMPAIGN/OFFER` where several campaigns have one of that id.
    name: String,
    /// One JSON object, for machines.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where there is no such offer, or the system does not answer.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let catalog = target.deciding.whole_catalog().await?;
    let offers = offers(&catalog);
    let (campaign, id, offer) = named::find("offer", &arguments.name, &offers)?;
    let unreadable = "the offer's codes cannot be read";
    let in_pool = match &offer.pool {
        Some(pool) => Some(target.store.left(pool).await.context(unreadable)?),
        None => None,
    };
    let found = Found {
        issued: target.store.issued(campaign, id).await.context(unreadable)?,
        in_pool,
        redemptions: target.store.redemptions(campaign, id).await.context(unreadable)?,
        days: by_day(&target.store, Day(i64::MIN)).await.context("the statistics cannot be read")?,
    };
    let report = Report::new(campaign, id, offer, &found, target.clock.now().into());
    let text = if arguments.json {
        show::json(&report, &catalog.workspace)
    } else {
        show::text(&report, offer, &catalog.workspace)
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Every offer of every live campaign, with the campaign's id before it.
fn offers(catalog: &Catalog) -> Vec<Named<Offer>> {
    let live = catalog.campaigns().flat_map(|(campaign, live)| {
        live.program.offers().map(move |(id, offer)| (campaign.to_string(), id.to_string(), offer.clone()))
    });
    live.collect()
}
