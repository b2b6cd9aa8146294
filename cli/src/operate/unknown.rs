//! `rekindle unknown`: the mails of which nobody knows whether SES took them, and what an operator makes of them.
//!
//! Nothing repeats such a mail by itself: whoever resends one says why, and that it may come twice.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_store::Ledger;
use rekindle_workbench::operate::{Do, HeldSend, settle_unknown, unknown_sends};
use rekindle_workbench::plain::plain;

use super::Because;
use crate::output;
use crate::person::table;
use crate::target::{self, Target};

/// What is done.
#[derive(clap::Args)]
pub struct UnknownArguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Show them, the oldest first.
    List {
        #[command(flatten)]
        target: target::Which,
    },
    /// Send them again: whoever has got one already gets it twice.
    Resend(Chosen),
    /// Wait for them no more: whoever has not got one never will.
    Drop(Chosen),
}

#[derive(clap::Args)]
struct Chosen {
    /// The sends' ids, as `rekindle unknown list` shows them.
    #[arg(required = true, value_name = "SEND_ID")]
    sends: Vec<String>,
    #[command(flatten)]
    because: Because,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer, or a send is not unknown.
#[tokio::main]
pub async fn unknown(arguments: &UnknownArguments) -> Result<ExitCode> {
    match &arguments.act {
        Act::List { target } => list(&Target::open(target).await?).await,
        Act::Resend(chosen) => each(chosen, Do::Resend).await,
        Act::Drop(chosen) => each(chosen, Do::Drop).await,
    }
}

async fn list(target: &Target) -> Result<ExitCode> {
    let held = unknown_sends(&target.store).await?;
    output::print(&shown(&held, Instant::from(target.clock.now())))?;
    Ok(ExitCode::SUCCESS)
}

/// A row for each, and what can be done.
pub(super) fn shown(held: &[HeldSend], now: Instant) -> String {
    if held.is_empty() {
        return "no mail is of unknown outcome\n".to_owned();
    }
    let head = ["age", "campaign", "step", "person", "try", "why", "send"].map(str::to_owned).to_vec();
    let rows = held.iter().map(|HeldSend { send, campaign, step, attempt, why }| {
        let age = age(now.seconds() - send.since.seconds());
        vec![
            age,
            campaign.clone(),
            step.clone(),
            send.person.clone(),
            attempt.to_string(),
            why.clone(),
            send.send_id.clone(),
        ]
    });
    let lines = table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    format!(
        "{lines}\n\nNobody knows whether SES took these. SES's own report settles one whenever it comes; otherwise:\n  \
         rekindle unknown resend SEND_ID --reason …   may reach the reader twice\n  \
         rekindle unknown drop SEND_ID --reason …     may never reach the reader\n"
    )
}

fn age(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{}s", seconds.max(0)),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h {}m", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

async fn each(chosen: &Chosen, act: Do) -> Result<ExitCode> {
    let target = Target::open(&chosen.target).await?;
    let known = target.store.unknown(u32::MAX).await?;
    for send_id in &chosen.sends {
        let now = Instant::from(target.clock.now());
        let because = chosen.because.act();
        let (person, done) = settle_unknown(&target.deciding, &because, &known, send_id, act, now).await?;
        let what = if act == Do::Resend { "is planned again" } else { "is dropped" };
        say!("{send_id} of {} at {}/{} {what}", plain(&person), done.campaign, done.step);
    }
    Ok(ExitCode::SUCCESS)
}
