//! `rekindle pause` and `rekindle resume`: whether a campaign runs is state beside its versions.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_workbench::operate::{self, Paused, published};
use rekindle_workbench::plan::Resumption;

use super::confirmed::{Answer, Confirmed};
use super::{Because, carry_on};
use crate::output;
use crate::people_seen::counted;
use crate::plan::resumption_text;
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
    match operate::pause(&target.store, &because.act(), campaign, now).await? {
        Paused::Now => {
            say!("{campaign} is paused: entries and sends stop within 5 seconds, everybody keeps their place")
        }
        Paused::Before(run) => say!("{campaign} has been paused since {} by {}: {}", run.at, run.by, run.reason),
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
    let now = target.clock.now().into();
    let resumption = counted(async |seen| Resumption::of(&target.store, campaign, &live, now, seen).await).await?;
    let Some(resumption) = resumption else {
        output::print(&format!("{campaign} is running\n"))?;
        carry_on(&target, None).await?;
        return Ok(ExitCode::SUCCESS);
    };
    output::print(&resumption_text(&resumption)?)?;
    match confirmed.answer(&format!("Let {campaign} run again?"))? {
        Answer::Yes => {}
        Answer::No => {
            say!("nothing was changed: {campaign} is still paused");
            return Ok(ExitCode::FAILURE);
        }
        Answer::OnlyShown => return Ok(ExitCode::SUCCESS),
    }
    // Somebody may have thought about it for long.
    let now = Instant::from(target.clock.now());
    if let Some(request) = operate::resume(&target.store, &confirmed.because().act(), campaign, now).await? {
        output::print(&format!("{campaign} runs again: waits that ran out go on within their windows and caps\n"))?;
        carry_on(&target, Some(request)).await?;
    } else {
        output::print(&format!("{campaign} is running: somebody else resumed it meanwhile\n"))?;
        carry_on(&target, None).await?;
    }
    Ok(ExitCode::SUCCESS)
}
