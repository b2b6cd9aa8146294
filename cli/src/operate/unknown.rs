//! `rekindle unknown`: the mails of which nobody knows whether SES took them, and what an operator makes of them.
//!
//! Nothing repeats such a mail by itself: whoever resends one says why, and that it may come twice.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rekindle_engine::person::{Person, SendState};
use rekindle_engine::sends;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::Before;
use rekindle_lambda::recording::send_row;
use rekindle_store::{Ledger, People, SendRow, SendStage, UnknownSend};
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
        Act::Resend(chosen) => each(chosen, "resend").await,
        Act::Drop(chosen) => each(chosen, "drop").await,
    }
}

/// A send of unknown outcome with what is known of it.
pub(super) struct Held {
    pub(super) send: UnknownSend,
    pub(super) campaign: String,
    pub(super) step: String,
    pub(super) attempt: u32,
    pub(super) why: String,
}

async fn list(target: &Target) -> Result<ExitCode> {
    let mut held = Vec::new();
    for send in target.store.unknown(u32::MAX).await? {
        let person = target.store.load(&send.person).await?.person;
        // What is so is in the person; the list may lag behind.
        let Some(outgoing) = person.outbox.get(&send.send_id) else { continue };
        let SendState::Unknown { attempt, .. } = outgoing.state else { continue };
        let row = target.store.send(&send.person, &send.send_id).await?;
        let why = row.and_then(|row| row.reason).unwrap_or_default();
        let (campaign, step) = (outgoing.campaign.to_string(), outgoing.step.to_string());
        held.push(Held { send, campaign, step, attempt, why });
    }
    output::print(&shown(&held, Instant::from(target.clock.now())))?;
    Ok(ExitCode::SUCCESS)
}

/// A row for each, and what can be done.
pub(super) fn shown(held: &[Held], now: Instant) -> String {
    if held.is_empty() {
        return "no mail is of unknown outcome\n".to_owned();
    }
    let head = ["age", "campaign", "step", "person", "try", "why", "send"].map(str::to_owned).to_vec();
    let rows = held.iter().map(|Held { send, campaign, step, attempt, why }| {
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

async fn each(chosen: &Chosen, act: &str) -> Result<ExitCode> {
    let target = Target::open(&chosen.target).await?;
    let known = target.store.unknown(u32::MAX).await?;
    for send_id in &chosen.sends {
        let send = known.iter().find(|send| send.send_id == *send_id);
        let send = send.with_context(|| format!("{send_id} is not of unknown outcome; see `rekindle unknown list`"))?;
        let done = one(&target, send, act, &chosen.because).await?;
        chosen.because.note(&target.store, act, &done.campaign, Some(&send.person), Some(send_id), done.at).await?;
        let what = if act == "resend" { "is planned again" } else { "is dropped" };
        say!("{send_id} of {} at {}/{} {what}", plain(&send.person), done.campaign, done.step);
    }
    Ok(ExitCode::SUCCESS)
}

/// Does it to one; gives the send as it is then.
async fn one(target: &Target, send: &UnknownSend, act: &str, because: &Because) -> Result<SendRow> {
    let now = Instant::from(target.clock.now());
    let by = because.by();
    let (word, resend) = if act == "resend" { ("sent again", true) } else { ("dropped", false) };
    let reason = format!("{word} by {by}: {}", because.reason);
    let mut done = None;
    let decided = target.deciding.decide_after(&send.person, now, |person, _| {
        let mut before = Before::default();
        done = moved(person, &send.send_id, resend, now, &reason);
        before.released.extend(done.iter().filter(|_| resend).map(|row| row.send_id.clone()));
        before.sends.extend(done.clone());
        before
    });
    decided.await.context("the person cannot be changed")?;
    match done {
        Some(row) => Ok(row),
        None => {
            bail!("{} is not of unknown outcome any more: SES has reported on it, or somebody was faster", send.send_id)
        }
    }
}

fn moved(person: &mut Person, send_id: &str, resend: bool, now: Instant, reason: &str) -> Option<SendRow> {
    let outgoing = person.outbox.get(send_id)?.clone();
    let attempt = outgoing.state.attempt();
    if resend {
        let released = sends::release(person, send_id, attempt, now);
        return released
            .then(|| send_row(person, send_id, person.outbox.get(send_id).unwrap_or(&outgoing), now, Some(reason)));
    }
    let row = SendRow { stage: SendStage::Withdrawn, ..send_row(person, send_id, &outgoing, now, Some(reason)) };
    sends::abandon(person, send_id, attempt).then_some(row)
}
