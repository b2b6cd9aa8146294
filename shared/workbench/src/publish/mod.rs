//! A workspace becomes live as a whole, or not at all.
//!
//! Nothing is published that a plan would not have shown, and nobody loses their place by it.

mod compile;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::messages::SweepRequest;
use rekindle_lambda::queue::Queue;
use rekindle_store::{Publication, PublishError};

use crate::UNWATCHED;
use crate::plan::Plan;
pub use compile::{Compiled, catalog, compile, compiled};

/// Makes a planned publication live, provided that what the plan was compared with still is; gives its number. The pass
/// over everyone that it owes is kept in the same write.
///
/// # Errors
/// Where something else was published since, or the store does not take it.
pub async fn make_live<S: Store>(store: &S, plan: &Plan, now: Timestamp) -> Result<u64> {
    let owed = pass_after(plan, plan.live + 1, now).map(|request| request.owed()).transpose()?;
    match store.publish(&plan.publication, plan.live, owed.as_ref(), Instant::from(now)).await {
        Err(PublishError::Overtaken { live }) => {
            bail!("publication {live} became live while this was planned; look at `rekindle plan` again, then publish")
        }
        outcome => outcome.context("the campaigns cannot be published"),
    }
}

/// The pass over everyone that a publication needs, if it needs one.
#[must_use]
pub fn pass_after(plan: &Plan, number: u64, now: Timestamp) -> Option<SweepRequest> {
    plan.needs_a_pass().then(|| SweepRequest::published(number, plan.concerned(), plan.end(), Instant::from(now)))
}

/// Makes a compiled folder live as it is; gives the publication's number. Nobody is asked: people on steps that are gone
/// finish on the version they are in.
///
/// # Errors
/// Where the store does not take it.
pub async fn publish<S: Store>(store: &S, publication: &Publication, now: Timestamp) -> Result<u64> {
    make_live(store, &Plan::make(store, publication.clone(), &[], now, UNWATCHED).await?, now).await
}

/// What became live at the start of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtStart {
    /// The publication's number.
    pub number: u64,
    /// What should be known about it.
    pub warnings: Vec<String>,
}

/// Publishes at the start of a system, with the pass over everyone that it needs put into `passes`. What is live as it is,
/// stays.
///
/// # Errors
/// Where the store or the queue of passes does not take it.
pub async fn at_start<S: Store>(
    store: &S,
    passes: &Queue,
    publication: &Publication,
    now: Timestamp,
) -> Result<AtStart> {
    let plan = Plan::make(store, publication.clone(), &[], now, UNWATCHED).await?;
    if !plan.changes_anything() {
        return Ok(AtStart { number: plan.live, warnings: Vec::new() });
    }
    let back = plan.campaigns.iter().filter_map(|campaign| {
        let version = campaign.brings_back?;
        Some(format!("the files bring back version {version} of {}, from which it was rolled back", campaign.id))
    });
    let warnings = plan.problems.iter().cloned().chain(back).collect();
    let number = make_live(store, &plan, now).await?;
    let owed: Vec<SweepRequest> = pass_after(&plan, number, now).into_iter().collect();
    passes.send_all(&owed).await.context("the pass over everyone cannot be queued")?;
    Ok(AtStart { number, warnings })
}
