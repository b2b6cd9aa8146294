//! `rekindle pause` and `rekindle resume`: whether a campaign runs is state beside its versions.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_workbench::Watch;
use rekindle_workbench::operate::{self, Paused, published};
use rekindle_workbench::plan::Resumption;
use serde_json::json;

use super::confirmed::{Answer, Confirmed};
use super::{ReasonArgs, carry_on};
use crate::output::{self, Output};
use crate::people_seen::counted;
use crate::plan::{resumption_json, resumption_text};
use crate::target::{self, Target};

/// What is paused.
#[derive(clap::Args)]
pub struct PauseArguments {
    /// The campaign's id.
    campaign: String,
    #[command(flatten)]
    because: ReasonArgs,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// What runs again.
#[derive(clap::Args)]
pub struct ResumeArguments {
    /// The campaign's id.
    campaign: String,
    #[command(flatten)]
    confirmed: Confirmed,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Stops a campaign's entries and sends within five seconds; everybody keeps their place.
///
/// # Errors
/// Where there is no such campaign, or the system does not answer.
#[tokio::main]
pub async fn pause(arguments: &PauseArguments, out: &Output) -> Result<ExitCode> {
    let PauseArguments { campaign, because, target } = arguments;
    let target = Target::open(target).await?;
    let (now, words) = (Instant::from(target.clock.now()), out.words());
    let done = |changed: bool| json!({ "campaign": campaign, "state": "paused", "changed": changed });
    match operate::pause(&target.store, &because.act(), campaign, now).await? {
        Paused::Now => out.done(&words.paused(campaign), || done(true)),
        Paused::Before(run) => {
            let said = words.paused_already(campaign, &run.at.to_string(), &run.by, &run.reason);
            out.done(&said, || done(false));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets a campaign run again, once it is shown what that does: waits that ran out go on, windows and caps still holding.
/// Where it runs already, the pass that a resumption still owes goes on.
///
/// # Errors
/// Where there is no such campaign, nobody said yes, or the system does not answer.
#[tokio::main]
pub async fn resume(arguments: &ResumeArguments, out: &Output) -> Result<ExitCode> {
    let ResumeArguments { campaign, confirmed, target } = arguments;
    let target = Target::open(target).await?;
    let words = out.words();
    let live = published(&target.store, campaign).await?;
    let now = target.clock.now().into();
    let foresee = async |seen: Watch<'_>| Resumption::of(&target.store, campaign, &live, now, seen).await;
    let resumption = counted(out, foresee).await?;
    let done = |state: &str, changed: bool| {
        let foreseen = resumption.as_ref().map(resumption_json);
        json!({ "campaign": campaign, "state": state, "changed": changed, "foreseen": foreseen })
    };
    let Some(shown) = &resumption else {
        out.done(&words.running_already(campaign), || done("running", false));
        carry_on(&target, None, out).await?;
        return Ok(ExitCode::SUCCESS);
    };
    if out.is_text() {
        output::print(&resumption_text(shown, words))?;
    }
    match confirmed.answer(&words.ask_resume(campaign), out)? {
        Answer::Yes => {}
        Answer::No => {
            out.done(&words.still_paused(campaign), || done("paused", false));
            return Ok(ExitCode::FAILURE);
        }
        Answer::OnlyShown => {
            if !out.is_text() {
                out.data(|_| String::new(), || done("paused", false))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
    }
    // Somebody may have thought about it for long.
    let now = Instant::from(target.clock.now());
    if let Some(request) = operate::resume(&target.store, &confirmed.because().act(), campaign, now).await? {
        out.done(&words.resumed(campaign), || done("running", true));
        carry_on(&target, Some(request), out).await?;
    } else {
        out.done(&words.resumed_meanwhile(campaign), || done("running", false));
        carry_on(&target, None, out).await?;
    }
    Ok(ExitCode::SUCCESS)
}
