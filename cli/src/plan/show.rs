//! A plan as people read it.

use std::fmt::{self, Write as _};

use super::{CampaignPlan, OnStep, Plan, State, Then};

/// `1 person`, `12 people`.
pub fn people(count: u64) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

/// The plan in words.
///
/// # Errors
/// Never: text has room.
pub fn text(plan: &Plan) -> Result<String, fmt::Error> {
    let mut out = String::new();
    if !plan.workspace.is_empty() {
        writeln!(out, "workspace: changed")?;
        for change in &plan.workspace {
            writeln!(out, "  ~ {change}")?;
        }
    }
    for campaign in plan.campaigns.iter().filter(|campaign| campaign.state != State::Unchanged) {
        campaign_text(&mut out, campaign)?;
    }
    let unchanged = plan.campaigns.iter().filter(|campaign| campaign.state == State::Unchanged).count();
    if !plan.changes_anything() {
        writeln!(out, "nothing changes")?;
    } else if unchanged > 0 {
        writeln!(out, "unchanged: {unchanged}")?;
    }
    if plan.uncounted {
        writeln!(
            out,
            "people were not counted: if anybody stands on a step that is gone, publishing asks what is to happen to them"
        )?;
    }
    for problem in &plan.problems {
        writeln!(out, "error: {problem}")?;
    }
    Ok(out)
}

fn campaign_text(out: &mut String, campaign: &CampaignPlan) -> fmt::Result {
    let state = match campaign.state {
        State::New => "new",
        State::Changed => "changed",
        State::Rewritten => "written differently, means the same",
        State::Removed => "taken out; nobody enters any more",
        State::Unchanged => "unchanged",
    };
    let paused = match &campaign.paused_because {
        Some(because) => format!(" (paused {because}; it stays so)"),
        None if campaign.paused => " (paused, and stays so)".to_owned(),
        None => String::new(),
    };
    writeln!(out, "{}: {state}{paused}", campaign.id)?;
    let mut left: Vec<&OnStep> = campaign.people.iter().collect();
    for (place, change) in campaign.changes.iter().enumerate() {
        let sign = match change {
            rekindle_engine::lang::changes::Change::Added { .. } => '+',
            rekindle_engine::lang::changes::Change::Removed { .. } => '-',
            _ => '~',
        };
        writeln!(out, "  {sign} {change}")?;
        // People are named once, under the last change of their step.
        let more = campaign.changes.iter().skip(place + 1).any(|later| later.step() == change.step());
        if let Some(step) = change.step().filter(|_| !more) {
            for on_step in left.extract_if(.., |on_step| on_step.step == step) {
                writeln!(out, "      {}", on_step_text(on_step))?;
            }
        }
    }
    for change in &campaign.mails {
        let locale = if change.locale.is_empty() { String::new() } else { format!(" ({})", change.locale) };
        writeln!(out, "  ~ mail {}{locale}: {}", change.mail, change.what.join(", "))?;
    }
    for on_step in left {
        writeln!(out, "    on {}: {}", on_step.step, on_step_text(on_step))?;
    }
    Ok(())
}

fn on_step_text(on_step: &OnStep) -> String {
    let count = people(on_step.people());
    let versions: Vec<String> =
        on_step.versions.iter().map(|(version, count)| format!("{count} in version {version}")).collect();
    let then = match &on_step.then {
        Then::GoOn => "go on in the new version".to_owned(),
        Then::KeepWaiting => "keep the instant they wait for, then go on in the new version".to_owned(),
        Then::Move(to) => format!("move to {to}"),
        Then::Exit => "end here".to_owned(),
        Then::FinishOnOld => "finish on the version they are in".to_owned(),
        Then::NeedsChoice => "need a choice".to_owned(),
    };
    format!("{count} ({}): {then}", versions.join(", "))
}
