//! Whether a campaign runs: state beside its versions.

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Dynamo, Publications, Run};

use super::{Act, published};

/// How a campaign that is to stop stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paused {
    /// It stops by this.
    Now,
    /// It had been stopped before.
    Before(Run),
}

/// Stops a campaign's entries and sends within five seconds; everybody keeps their place.
///
/// # Errors
/// Where there is no such campaign, or the store does not answer.
pub async fn pause(store: &Dynamo, act: &Act, campaign: &str, now: Instant) -> Result<Paused> {
    let mut before = published(store, campaign).await?;
    let paused = store.pause(campaign, &act.reason, &act.by, now).await?;
    match before.runs.remove(campaign).filter(|_| !paused) {
        Some(run) => Ok(Paused::Before(run)),
        None => {
            if paused {
                act.note(store, "pause", campaign, None, None, now).await?;
            }
            Ok(Paused::Now)
        }
    }
}

/// Lets a campaign run again; gives the pass over everyone that it owes, which is kept in the same write. `None` where
/// somebody else resumed it meanwhile.
///
/// # Errors
/// Where the store does not answer.
pub async fn resume(store: &Dynamo, act: &Act, campaign: &str, now: Instant) -> Result<Option<SweepRequest>> {
    let request = SweepRequest::resumed(campaign, now);
    if !store.resume(campaign, &act.reason, &act.by, Some(&request.owed()?), now).await? {
        return Ok(None);
    }
    act.note(store, "resume", campaign, None, None, now).await?;
    Ok(Some(request))
}
