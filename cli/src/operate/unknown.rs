//! `rekindle unknown`: the mails of which nobody knows whether SES took them, and what an operator makes of them.
//!
//! Nothing repeats such a mail by itself: whoever resends one says why, and that it may come twice.

use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::time::Instant;
use rekindle_store::Ledger;
use rekindle_workbench::operate::{Do, HeldSend, settle_unknown, unknown_sends};
use rekindle_workbench::plain::plain;
use serde_json::json;

use super::ReasonArgs;
use super::confirmed::{agreed, is_asked};
use crate::output::table::Table;
use crate::output::{Output, View};
use crate::target::{self, Target};
use crate::words::Words;

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
        target: target::TargetArgs,
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
    because: ReasonArgs,
    /// Do it without a question, which is asked at a terminal only.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer, or a send is not unknown.
#[tokio::main]
pub async fn unknown(arguments: &UnknownArguments, out: &Output) -> Result<ExitCode> {
    match &arguments.act {
        Act::List { target } => list(&Target::open(target).await?, out).await,
        Act::Resend(chosen) => each(chosen, Do::Resend, out).await,
        Act::Drop(chosen) => each(chosen, Do::Drop, out).await,
    }
}

async fn list(target: &Target, out: &Output) -> Result<ExitCode> {
    let held = unknown_sends(&target.store).await?;
    let now = Instant::from(target.clock.now());
    let object = |HeldSend { send, campaign, step, attempt, why }: &HeldSend| {
        json!({
            "send_id": send.send_id, "person": send.person, "since": send.since, "campaign": campaign, "step": step,
            "attempt": attempt, "why": why,
        })
    };
    out.list(|view| shown(&held, now, &view), || held.iter().map(object).collect())?;
    Ok(ExitCode::SUCCESS)
}

/// A row for each, and what can be done.
pub(super) fn shown(held: &[HeldSend], now: Instant, view: &View) -> String {
    let words = view.words;
    if held.is_empty() {
        return words.no_unknown() + "\n";
    }
    let rows = held.iter().map(|HeldSend { send, campaign, step, attempt, why }| {
        let age = words.age(now.seconds() - send.since.seconds());
        let attempt = attempt.to_string();
        [&age, campaign, step, &send.person, &attempt, why, &send.send_id].map(String::clone).to_vec()
    });
    let table = Table::new(rows).head(words.unknown_head().split('|')).write(view);
    format!("{table}\n{}\n", words.unknown_remedy())
}

/// What is said of one send: its id, whose it is, and at which step of which campaign.
type Said = fn(Words, &str, &str, &str, &str) -> String;

async fn each(chosen: &Chosen, act: Do, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&chosen.target).await?;
    let (words, because) = (out.words(), chosen.because.act());
    let known = target.store.unknown(u32::MAX).await?;
    for id in &chosen.sends {
        known.iter().find(|send| send.send_id == *id).with_context(|| words.not_unknown(id))?;
    }
    let count = chosen.sends.len() as u64;
    let (question, said, name): (String, Said, _) = match act {
        Do::Resend => (words.ask_resend(count), Words::resent, "resend"),
        Do::Drop => (words.ask_drop(count), Words::dropped, "drop"),
    };
    if is_asked(chosen.yes) && !agreed(false, &question, out)? {
        out.say(&words.nothing_changed());
        return Ok(ExitCode::FAILURE);
    }
    let mut all = Vec::new();
    for id in &chosen.sends {
        let now = Instant::from(target.clock.now());
        let (person, done) = settle_unknown(&target.deciding, &because, &known, id, act, now).await?;
        if out.is_text() {
            out.say(&said(words, id, &plain(&person), &done.campaign, &done.step));
        }
        all.push(json!({ "send_id": id, "person": person, "act": name, "campaign": done.campaign, "step": done.step }));
    }
    if !out.is_text() {
        out.list(|_| String::new(), || all)?;
    }
    Ok(ExitCode::SUCCESS)
}
