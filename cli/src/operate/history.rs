//! `rekindle history` and `rekindle rollback`: what was live when, and back to it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_engine::time::Instant;
use rekindle_store::{HistoryEntry, Note, Publications};
use rekindle_workbench::operate::{all, difference, go_back};
use rekindle_workbench::plan::Plan;
use rekindle_workbench::publish::pass_after;

use super::carry_on;
use super::confirmed::{Answer, Confirmed};
use crate::output;
use crate::people_seen::counted;
use crate::plan::plan_text;
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
    confirmed: Confirmed,
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
    let (history, notes) = all(&target.store).await?;
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

/// Makes an earlier publication live again, as a publication of its own, once it is shown what that changes. Whoever stands on
/// a step that only the newer version has finishes on that version, unless the earlier one chose otherwise.
///
/// # Errors
/// Where there is no such publication, nobody said yes, or something else was published meanwhile.
#[tokio::main]
pub async fn rollback(arguments: &RollbackArguments) -> Result<ExitCode> {
    let RollbackArguments { number: to, confirmed, target } = arguments;
    let target = Target::open(target).await?;
    if target.store.live().await?.is_none() {
        bail!("nothing is published yet; run `rekindle publish`");
    }
    let now = target.clock.now();
    let plan = counted(async |seen| Plan::back(&target.store, *to, now, seen).await).await?;
    output::print(&plan_text(&plan)?)?;
    if !plan.changes_anything() {
        say!("what publication {to} had made live is live: publication {}", plan.live);
        carry_on(&target, None).await?;
        return Ok(ExitCode::SUCCESS);
    }
    match confirmed.answer(&format!("Make live again what publication {to} had made live?"))? {
        Answer::Yes => {}
        Answer::No => {
            say!("nothing was changed: publication {} is still live", plan.live);
            return Ok(ExitCode::FAILURE);
        }
        Answer::OnlyShown => return Ok(ExitCode::SUCCESS),
    }
    // Somebody may have thought about it for long.
    let (now, because) = (target.clock.now(), confirmed.because());
    let note = format!("rollback to {to} by {}: {}", because.by(), because.reason);
    let number = go_back(&target.store, &plan, *to, &note, now).await?;
    output::print(&gone_back(number, *to, plan.live))?;
    carry_on(&target, pass_after(&plan, number, now)).await?;
    Ok(ExitCode::SUCCESS)
}

/// What is live now, and that the files do not know of it.
pub(super) fn gone_back(number: u64, to: u64, from: u64) -> String {
    format!(
        "publication {number} is live: what publication {to} had made live\n\
         the files still say otherwise: the next `rekindle publish` from the folder of publication {from}, or start of \
         `rekindle dev` with it, makes live again what was rolled back. Take the change back in the files too; \
         `rekindle plan` then says that nothing changes\n"
    )
}
