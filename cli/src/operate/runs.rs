//! `rekindle pause` and `rekindle resume`: whether a campaign runs is state beside its versions.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_engine::catalog::RunState;
use rekindle_engine::time::Instant;
use rekindle_store::{Passes, Publications};
use rekindle_sweep::SweepRequest;

use super::{Because, published};
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
    because: Because,
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
        because.note(&target.store, "pause", campaign, None, now).await?;
        println!("{campaign} is paused: entries and sends stop within 5 seconds, everybody keeps their place");
    } else if let Some(run) = before.runs.get(campaign) {
        println!("{campaign} has been paused since {} by {}: {}", run.at, run.by, run.reason);
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets a campaign run again: waits that ran out go on, windows and caps still holding. Where it runs already, and the
/// pass of that resumption is not through, the pass is started again.
///
/// # Errors
/// Where there is no such campaign, or the system does not answer.
#[tokio::main]
pub async fn resume(arguments: &ResumeArguments) -> Result<ExitCode> {
    let ResumeArguments { campaign, because, target } = arguments;
    let target = Target::open(target).await?;
    let now = Instant::from(target.clock.now());
    let before = published(&target.store, campaign).await?;
    if target.store.resume(campaign, &because.reason, &because.by(), now).await? {
        because.note(&target.store, "resume", campaign, None, now).await?;
        println!("{campaign} runs again: waits that ran out go on within their windows and caps");
        target.sweep(&SweepRequest::resumed(campaign, now)).await?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{campaign} is running");
    if let RunState::Running { resumed_at: Some(at) } = before.run_state(campaign) {
        let request = SweepRequest::resumed(campaign, at);
        if target.store.pass(&request.pass).await?.is_none_or(|pass| pass.finished.is_none()) {
            target.sweep(&request).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
