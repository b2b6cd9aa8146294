//! `rekindle pause` and `rekindle resume`: whether a campaign runs is state beside its versions.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Publications;

use super::confirmed::{Answer, Confirmed};
use super::{Because, carry_on, published};
use crate::output;
use crate::plan::Resumption;
use crate::target::{self, Target};

/// What is paused.
#[derive(clap::Args)]
pub struct PauseArguments {
    /// The campaign's id.
    campaign: String,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    target: target::Which,
}

/// What runs again.
#[derive(clap::Args)]
pub struct ResumeArguments {
    /// The campaign's id.
    campaign: String,
    #[command(flatten)]
    confirmed: Confirmed,
    #[command(flatten)]
    target: target::Which,
}

/// Stops a campaign's entries and sends within five seconds; everybody keeps their place.
///
/// # Errors
/// Where there is no such campaign, or the system does not answer.
#[tokio::main]
pub async fn pause(arguments: &PauseArguments) -> Result<ExitCode> {
    let PauseArguments { campaign, because, target } = arguments;
    let target = Target::open(target).await?;
    let now = Instant::from(target.clock.now());
    let before = published(&target.store, campaign).await?;
    if target.store.pause(campaign, &because.reason, &because.by(), now).await? {
        because.note(&target.store, "pause", campaign, None, None, now).await?;
        say!("{campaign} is paused: entries and sends stop within 5 seconds, everybody keeps their place");
    } else if let Some(run) = before.runs.get(campaign) {
        say!("{campaign} has been paused since {} by {}: {}", run.at, run.by, run.reason);
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets a campaign run again, once it is shown what that does: waits that ran out go on, windows and caps still holding.
/// Where it runs already, the pass that a resumption still owes goes on.
///
/// # Errors
/// Where there is no such campaign, nobody said yes, or the system does not answer.
#[tokio::main]
pub async fn resume(arguments: &ResumeArguments) -> Result<ExitCode> {
    let ResumeArguments { campaign, confirmed, target } = arguments;
    let target = Target::open(target).await?;
    let live = published(&target.store, campaign).await?;
    let Some(resumption) = Resumption::of(&target.store, campaign, &live, target.clock.now().into()).await? else {
        output::print(&format!("{campaign} is running\n"))?;
        carry_on(&target, None).await?;
        return Ok(ExitCode::SUCCESS);
    };
    output::print(&resumption.text()?)?;
    match confirmed.answer(&format!("Let {campaign} run again?"))? {
        Answer::Yes => {}
        Answer::No => {
            say!("nothing was changed: {campaign} is still paused");
            return Ok(ExitCode::FAILURE);
        }
        Answer::OnlyShown => return Ok(ExitCode::SUCCESS),
    }
    // Somebody may have thought about it for long.
    let (now, because) = (Instant::from(target.clock.now()), confirmed.because());
    let request = SweepRequest::resumed(campaign, now);
    if target.store.resume(campaign, &because.reason, &because.by(), Some(&request.owed()?), now).await? {
        because.note(&target.store, "resume", campaign, None, None, now).await?;
        output::print(&format!("{campaign} runs again: waits that ran out go on within their windows and caps\n"))?;
        carry_on(&target, Some(request)).await?;
    } else {
        output::print(&format!("{campaign} is running: somebody else resumed it meanwhile\n"))?;
        carry_on(&target, None).await?;
    }
    Ok(ExitCode::SUCCESS)
}
