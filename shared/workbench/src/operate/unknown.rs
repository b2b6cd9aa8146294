//! The mails of which nobody knows whether SES took them, and what an operator makes of them.
//!
//! Nothing repeats such a mail by itself: whoever resends one says why, and that it may come twice.

use anyhow::{Context, Result, bail};
use rekindle_engine::person::{Person, SendState};
use rekindle_engine::sends;
use rekindle_engine::time::Instant;
use rekindle_lambda::deciding::{Before, Deciding};
use rekindle_lambda::recording::send_row;
use rekindle_store::{Dynamo, Ledger, People, SendRow, SendStage, UnknownSend};

use super::Act;

/// A send of unknown outcome with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSend {
    /// Which.
    pub send: UnknownSend,
    /// The campaign.
    pub campaign: String,
    /// The step.
    pub step: String,
    /// The try of which nobody knows.
    pub attempt: u32,
    /// Why nobody knows.
    pub why: String,
}

/// What is made of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Do {
    /// It is sent again: whoever has got it already gets it twice.
    Resend,
    /// Nobody waits for it any more: whoever has not got it never will.
    Drop,
}

/// All of them, the oldest first.
///
/// # Errors
/// Where the store does not answer.
pub async fn unknown_sends(store: &Dynamo) -> Result<Vec<HeldSend>> {
    let mut held = Vec::new();
    for send in store.unknown(u32::MAX).await? {
        let person = store.load(&send.person).await?.person;
        // What is so is in the person; the list may lag behind.
        let Some(outgoing) = person.outbox.get(&send.send_id) else { continue };
        let SendState::Unknown { attempt, .. } = outgoing.state else { continue };
        let row = store.send(&send.person, &send.send_id).await?;
        let why = row.and_then(|row| row.reason).unwrap_or_default();
        let (campaign, step) = (outgoing.campaign.to_string(), outgoing.step.to_string());
        held.push(HeldSend { send, campaign, step, attempt, why });
    }
    Ok(held)
}

/// Settles one of those that are `known` to be unknown; gives its person and the send as it is then.
///
/// # Errors
/// Where it is not of unknown outcome, or not any more, or the system does not answer.
pub async fn settle_unknown(
    deciding: &Deciding<Dynamo>,
    act: &Act,
    known: &[UnknownSend],
    send_id: &str,
    what: Do,
    now: Instant,
) -> Result<(String, SendRow)> {
    let send = known.iter().find(|send| send.send_id == *send_id);
    let send = send.with_context(|| format!("{send_id} is not of unknown outcome; see `rekindle unknown list`"))?;
    let (name, word) = match what {
        Do::Resend => ("resend", "sent again"),
        Do::Drop => ("drop", "dropped"),
    };
    let reason = format!("{word} by {}: {}", act.by, act.reason);
    let mut done = None;
    let decided = deciding.decide_after(&send.person, now, |person, _| {
        let mut before = Before::default();
        done = moved(person, &send.send_id, what, now, &reason);
        before.released.extend(done.iter().filter(|_| what == Do::Resend).map(|row| row.send_id.clone()));
        before.sends.extend(done.clone());
        before
    });
    decided.await.context("the person cannot be changed")?;
    let Some(done) = done else {
        bail!("{send_id} is not of unknown outcome any more: SES has reported on it, or somebody was faster")
    };
    act.note(deciding.store(), name, &done.campaign, Some(&send.person), Some(send_id), done.at).await?;
    Ok((send.person.clone(), done))
}

fn moved(person: &mut Person, send_id: &str, what: Do, now: Instant, reason: &str) -> Option<SendRow> {
    let outgoing = person.outbox.get(send_id)?.clone();
    let attempt = outgoing.state.attempt();
    if what == Do::Resend {
        let released = sends::release(person, send_id, attempt, now);
        return released
            .then(|| send_row(person, send_id, person.outbox.get(send_id).unwrap_or(&outgoing), now, Some(reason)));
    }
    let row = SendRow { stage: SendStage::Withdrawn, ..send_row(person, send_id, &outgoing, now, Some(reason)) };
    sends::abandon(person, send_id, attempt).then_some(row)
}
