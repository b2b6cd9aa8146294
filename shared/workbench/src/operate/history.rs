//! What was live when, what operators did, and back to it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use rekindle_engine::catalog::RunState;
use rekindle_lambda::deciding::Store;
use rekindle_store::{HistoryEntry, Note, Notes, Publications, PublishError, Run};

use crate::plan::Plan;
use crate::publish::pass_after;

/// Every publication, newest first, and what operators did, with the pauses that nobody made.
///
/// # Errors
/// Where the store does not answer.
pub async fn all<S: Publications + Notes>(store: &S) -> Result<(Vec<HistoryEntry>, Vec<Note>)> {
    let (history, mut notes) = (store.history().await?, store.notes().await?);
    let unnoted = store.live().await?.map(|published| unnoted(&published.runs, &notes));
    notes.extend(unnoted.into_iter().flatten());
    Ok((history, notes))
}

/// The pauses that nobody noted, because no operator made them: those for complaints and bounces.
#[must_use]
pub fn unnoted(runs: &BTreeMap<String, Run>, notes: &[Note]) -> Vec<Note> {
    let is_noted = |campaign: &str, run: &Run| notes.iter().any(|note| note.campaign == campaign && note.at == run.at);
    let paused = runs.iter().filter(|(campaign, run)| run.state == RunState::Paused && !is_noted(campaign, run));
    let note = |(campaign, run): (&String, &Run)| Note {
        at: run.at,
        act: "pause".to_owned(),
        campaign: campaign.clone(),
        person: None,
        send_id: None,
        by: run.by.clone(),
        reason: run.reason.clone(),
    };
    paused.map(note).collect()
}

/// What of a publication is different from the one before.
#[must_use]
pub fn difference(before: Option<&HistoryEntry>, entry: &HistoryEntry) -> String {
    let nothing = BTreeMap::new();
    let was = before.map_or(&nothing, |before| &before.campaigns);
    let mut parts = Vec::new();
    if before.map(|before| before.workspace) != Some(entry.workspace) {
        parts.push(format!("workspace version {}", entry.workspace));
    }
    for (id, version) in entry.campaigns.iter().filter(|(id, version)| was.get(*id) != Some(*version)) {
        parts.push(format!("{id} version {version}"));
    }
    parts.extend(was.keys().filter(|id| !entry.campaigns.contains_key(*id)).map(|id| format!("without {id}")));
    if parts.is_empty() { "nothing changed".to_owned() } else { parts.join(", ") }
}

/// Makes publication `to` live again, as it was planned, provided that what the plan was compared with still is; gives the
/// new publication's number. The pass over everyone that it owes is kept in the same write.
///
/// # Errors
/// Where something else was published since, or the store does not take it.
pub async fn go_back<S: Store>(store: &S, plan: &Plan, to: u64, note: &str, now: Timestamp) -> Result<u64> {
    let owed = pass_after(plan, plan.live + 1, now).map(|request| request.owed()).transpose()?;
    match store.rollback(to, plan.live, note, owed.as_ref(), now.into()).await {
        Err(PublishError::Overtaken { live }) => {
            bail!("publication {live} became live meanwhile; look at `rekindle history` and try again")
        }
        outcome => outcome.context("the rollback failed"),
    }
}
