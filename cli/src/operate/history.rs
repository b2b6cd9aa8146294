//! `rekindle history` and `rekindle rollback`: what was live when, and back to it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_engine::time::Instant;
use rekindle_store::{HistoryEntry, Note, Publications};
use rekindle_workbench::Watch;
use rekindle_workbench::operate::{all, go_back};
use rekindle_workbench::plan::Plan;
use rekindle_workbench::publish::pass_after;
use serde_json::{Value, json};

use super::carry_on;
use super::confirmed::{Answer, Confirmed};
use crate::output::{self, Output};
use crate::people_seen::counted;
use crate::plan::plan_text;
use crate::target::{self, Target};
use crate::words::Words;

/// What is shown.
#[derive(clap::Args)]
pub struct HistoryArguments {
    #[command(flatten)]
    target: target::TargetArgs,
}

/// What becomes live again.
#[derive(clap::Args)]
pub struct RollbackArguments {
    /// The number of the publication, as `rekindle history` shows it.
    number: u64,
    #[command(flatten)]
    confirmed: Confirmed,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Shows every publication, and what operators did to campaigns, newest first.
///
/// # Errors
/// Where the system does not answer.
#[tokio::main]
pub async fn history(arguments: &HistoryArguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let (history, notes) = all(&target.store).await?;
    out.list(|view| shown(&history, &notes, view.words), || objects(&history, &notes))?;
    Ok(ExitCode::SUCCESS)
}

/// Publications, newest first as they come, and notes, each on a line, newest first.
pub(super) fn shown(history: &[HistoryEntry], notes: &[Note], words: Words) -> String {
    let mut lines: Vec<(Instant, String)> = Vec::new();
    for (place, entry) in history.iter().enumerate() {
        let difference = difference(history.get(place + 1), entry, words);
        let note = if entry.note.is_empty() { String::new() } else { format!(": {}", entry.note) };
        lines.push((entry.at, words.history_publication(entry.number, &note, &difference)));
    }
    for note in notes {
        lines.push((note.at, words.act_by(&note.act, &note.campaign, &note.by, &note.reason)));
    }
    // Publications came newest first; of equal instants they keep that order.
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    lines.into_iter().map(|(at, text)| format!("{at}  {text}\n")).collect()
}

/// The same for machines.
fn objects(history: &[HistoryEntry], notes: &[Note]) -> Vec<Value> {
    let publication = |entry: &HistoryEntry| {
        let object = json!({
            "at": entry.at, "kind": "publication", "number": entry.number, "note": entry.note,
            "workspace": entry.workspace, "campaigns": entry.campaigns,
        });
        (entry.at, object)
    };
    let act = |note: &Note| {
        let object = json!({
            "at": note.at, "kind": "act", "act": note.act, "campaign": note.campaign, "person": note.person,
            "send_id": note.send_id, "by": note.by, "reason": note.reason,
        });
        (note.at, object)
    };
    let mut all: Vec<(Instant, Value)> = history.iter().map(publication).chain(notes.iter().map(act)).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, object)| object).collect()
}

/// What of a publication is different from the one before.
fn difference(before: Option<&HistoryEntry>, entry: &HistoryEntry, words: Words) -> String {
    let nothing = BTreeMap::new();
    let was = before.map_or(&nothing, |before| &before.campaigns);
    let mut parts = Vec::new();
    if before.map(|before| before.workspace) != Some(entry.workspace) {
        parts.push(words.history_workspace(entry.workspace));
    }
    for (id, version) in entry.campaigns.iter().filter(|(id, version)| was.get(*id) != Some(*version)) {
        parts.push(words.history_version(id, *version));
    }
    parts.extend(was.keys().filter(|id| !entry.campaigns.contains_key(*id)).map(|id| words.history_without(id)));
    if parts.is_empty() { words.history_same() } else { parts.join(", ") }
}

/// Makes an earlier publication live again, as a publication of its own, once it is shown what that changes. Whoever stands on
/// a step that only the newer version has finishes on that version, unless the earlier one chose otherwise.
///
/// # Errors
/// Where there is no such publication, nobody said yes, or something else was published meanwhile.
#[tokio::main]
pub async fn rollback(arguments: &RollbackArguments, out: &Output) -> Result<ExitCode> {
    let RollbackArguments { number: to, confirmed, target } = arguments;
    let target = Target::open(target).await?;
    let words = out.words();
    if target.store.live().await?.is_none() {
        bail!(words.nothing_published());
    }
    let now = target.clock.now();
    let back = async |seen: Watch<'_>| Plan::back(&target.store, *to, now, seen).await;
    let plan = counted(out, back).await?;
    let done = |number: u64| json!({ "publication": number, "changed": number > plan.live, "plan": plan });
    if out.is_text() {
        output::print(&plan_text(&plan, &out.view()))?;
    }
    if !plan.changes_anything() {
        out.done(&words.live_already(*to, plan.live), || done(plan.live));
        carry_on(&target, None, out).await?;
        return Ok(ExitCode::SUCCESS);
    }
    match confirmed.answer(&words.ask_rollback(*to), out)? {
        Answer::Yes => {}
        Answer::No => {
            out.done(&words.still_live(plan.live), || done(plan.live));
            return Ok(ExitCode::FAILURE);
        }
        Answer::OnlyShown => {
            if !out.is_text() {
                out.data(|_| String::new(), || done(plan.live))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
    }
    // Somebody may have thought about it for long.
    let (now, because) = (target.clock.now(), confirmed.because());
    let note = format!("rollback to {to} by {}: {}", because.by(), because.reason);
    let number = go_back(&target.store, &plan, *to, &note, now).await?;
    out.done(&words.rolled_back(number, *to, plan.live), || done(number));
    carry_on(&target, pass_after(&plan, number, now), out).await?;
    Ok(ExitCode::SUCCESS)
}
