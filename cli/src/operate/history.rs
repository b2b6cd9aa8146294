//! `rekindle history` and `rekindle rollback`: what was live when, and back to it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_store::{HistoryEntry, Note, Notes, Publications, PublishError, Run};
use rekindle_sweep::SweepRequest;

use super::{Because, carry_on};
use crate::output;
use crate::target::{self, Target};

/// What is shown.
#[derive(clap::Args)]
pub struct HistoryArguments {
    #[command(flatten)]
    target: target::Which,
}

/// What becomes live again.
#[derive(clap::Args)]
pub struct RollbackArguments {
    /// The number of the publication, as `rekindle history` shows it.
    number: u64,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    target: target::Which,
}

/// Shows every publication, and what operators did to campaigns, newest first.
///
/// # Errors
/// Where the system does not answer.
#[tokio::main]
pub async fn history(arguments: &HistoryArguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let (history, mut notes) = (target.store.history().await?, target.store.notes().await?);
    notes.extend(
        target.store.live().await?.iter().flat_map(|published| unnoted(&published.runs, &notes)).collect::<Vec<_>>(),
    );
    output::print(&shown(&history, &notes))?;
    Ok(ExitCode::SUCCESS)
}

/// Publications, newest first as they come, and notes, each on a line, newest first.
pub(super) fn shown(history: &[HistoryEntry], notes: &[Note]) -> String {
    let mut lines: Vec<(Instant, String)> = Vec::new();
    for (place, entry) in history.iter().enumerate() {
        let before = history.get(place + 1);
        let note = if entry.note.is_empty() { String::new() } else { format!(": {}", entry.note) };
        lines.push((entry.at, format!("publication {}{note} ({})", entry.number, difference(before, entry))));
    }
    for note in notes {
        lines.push((note.at, format!("{} {} by {}: {}", note.act, note.campaign, note.by, note.reason)));
    }
    // Publications came newest first; of equal instants they keep that order.
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    lines.into_iter().map(|(at, text)| format!("{at}  {text}\n")).collect()
}

/// The pauses that nobody noted, because no operator made them: those for complaints and bounces.
pub(super) fn unnoted(runs: &BTreeMap<String, Run>, notes: &[Note]) -> Vec<Note> {
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
fn difference(before: Option<&HistoryEntry>, entry: &HistoryEntry) -> String {
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

/// Makes an earlier publication live again, as a publication of its own. Whoever stands on a step that only the newer
/// version has finishes on that version.
///
/// # Errors
/// Where there is no such publication, or something else was published meanwhile.
#[tokio::main]
pub async fn rollback(arguments: &RollbackArguments) -> Result<ExitCode> {
    let RollbackArguments { number: to, because, target } = arguments;
    let target = Target::open(target).await?;
    let now = Instant::from(target.clock.now());
    let live = target.store.live().await?.context("nothing is published yet")?;
    let history = target.store.history().await?;
    let after = history.iter().find(|entry| entry.number == *to);
    let after = after.with_context(|| format!("there is no publication {to}; `rekindle history` shows all"))?;
    let ids: BTreeSet<&String> = live.campaigns.keys().chain(after.campaigns.keys()).collect();
    let concerned = ids.into_iter().filter(|id| live.campaigns.get(*id) != after.campaigns.get(*id)).cloned().collect();
    let request = SweepRequest::published(live.number + 1, concerned, BTreeSet::new(), now);
    let note = format!("rollback to {to} by {}: {}", because.by(), because.reason);
    let number = match target.store.rollback(*to, live.number, &note, Some(&request.owed()?), now).await {
        Err(PublishError::Overtaken { live }) => {
            bail!("publication {live} became live meanwhile; look at `rekindle history` and try again")
        }
        outcome => outcome.context("the rollback failed")?,
    };
    output::print(&format!("publication {number} is live: what publication {to} had made live\n"))?;
    carry_on(&target, Some(request)).await?;
    Ok(ExitCode::SUCCESS)
}
