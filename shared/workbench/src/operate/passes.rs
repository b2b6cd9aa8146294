//! How far the passes over everyone are, and which of them are owed.
//!
//! What is owed is read from what the publication or the resumption kept with itself, never made up anew: only there stands
//! for whom a campaign ends.

use anyhow::{Context, Result};
use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::{Kind, SweepRequest};
use rekindle_store::{Dynamo, Pass, Passes, Publications, Published};

/// The passes that are owed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Whether there is any.
    pub any: bool,
    /// Those that nobody makes right now.
    pub begin: Vec<SweepRequest>,
}

/// The passes that are owed, and those of them that have to be begun. `newest` is owed since a moment ago, so that the index
/// may not show it yet; `others` says whether somebody else may be making one.
///
/// # Errors
/// Where the store does not answer, or what is asked of a pass cannot be read.
pub async fn passes_to_begin(store: &Dynamo, newest: Option<SweepRequest>, others: bool, now: Instant) -> Result<Owed> {
    let mut owed = owed(store).await?;
    if let Some(newest) = newest.filter(|newest| owed.iter().all(|(request, _)| request.pass != newest.pass)) {
        let pass = Pass::owed(&newest.owed()?.request, now);
        owed.push((newest, pass));
    }
    let any = !owed.is_empty();
    let is_made = |pass: &Pass| others && pass.turn > 0 && pass.look_at > now;
    let begin = owed.into_iter().filter(|(_, pass)| !is_made(pass)).map(|(request, _)| request).collect();
    Ok(Owed { any, begin })
}

/// The passes that are owed, then those after the newest publication and after the newest resumption of each campaign.
///
/// # Errors
/// Where the store does not answer.
pub async fn known_passes(store: &Dynamo) -> Result<Vec<(String, Option<Pass>)>> {
    let mut passes: Vec<(String, Option<Pass>)> =
        owed(store).await?.into_iter().map(|(request, pass)| (request.pass, Some(pass))).collect();
    let Some(published) = store.live().await? else { return Ok(passes) };
    for name in names(&published) {
        if passes.iter().all(|(known, _)| *known != name) {
            let pass = store.pass(&name).await?;
            passes.push((name, pass));
        }
    }
    Ok(passes)
}

/// The names under which passes may be kept.
fn names(published: &Published) -> Vec<String> {
    let resumed = published.runs.iter().filter_map(|(campaign, run)| match run.state {
        RunState::Running { resumed_at: Some(at) } => Some(SweepRequest::resume_name(campaign, at)),
        _ => None,
    });
    std::iter::once(SweepRequest::publish_name(published.number)).chain(resumed).collect()
}

/// The passes that publications, rollbacks and resumptions owe, in the order in which they are to be made.
async fn owed(store: &Dynamo) -> Result<Vec<(SweepRequest, Pass)>> {
    let mut owed = Vec::new();
    for name in store.unfinished_passes(Instant::MAX).await? {
        let Some(pass) = store.pass(&name).await?.filter(|pass| pass.finished.is_none()) else { continue };
        let request: SweepRequest = serde_json::from_str(&pass.request)
            .with_context(|| format!("what is asked of the pass {name} cannot be read"))?;
        if matches!(request.kind, Kind::Publish { .. } | Kind::Resume) {
            owed.push((request, pass));
        }
    }
    owed.sort_by_key(|(request, _)| request.since);
    Ok(owed)
}
