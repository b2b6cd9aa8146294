//! The writes of the send protocol: each is one conditional write of the person's item, whose transition is
//! `rekindle_engine::sends`.

use std::sync::Arc;

use jiff::SignedDuration;
use rekindle_engine::catalog::Catalog;
use rekindle_engine::person::{Outgoing, Person, SendState};
use rekindle_engine::sends::{self, Armed, next_action};
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::CampaignsError;
use rekindle_lambda::deciding::Store;
use rekindle_lambda::messages::PlannedSend;
use rekindle_lambda::queue::QueueError;
use rekindle_lambda::recording::send_row;
use rekindle_store::{Commit, CommitError, Loaded, PendingLedger, Record, SendRow, SendStage, StoreError};
use thiserror::Error;
use tracing::info;

use super::{Answer, LONGEST_CHAIN, Pacing, Send};

/// How often a settlement is tried on fresh data before it is left to the lease.
pub(super) const TRIES: usize = 20;

/// Why a message stays in the queue.
#[derive(Debug, Error)]
pub enum SendError {
    /// The message is not what `relay` sends.
    #[error("the message is not what `relay` sends: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// The live campaigns are not known.
    #[error(transparent)]
    Campaigns(#[from] CampaignsError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person could not be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The mail could not be queued to come again; the message comes back.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// Somebody else may be asking SES: the message comes back after the lease.
    #[error("another worker has armed it")]
    Busy,
    /// SES refused definitely; the next try may succeed.
    #[error("SES refused: {0}")]
    Refused(String),
    /// Nobody knows whether SES took it. It is held; the message comes back and finds that.
    #[error("nobody knows whether SES took it: {0}")]
    Unknown(String),
    /// It stays planned, and comes into the dead letters unless it can go after all; the audit begins a new chain.
    #[error("the mail was put off {LONGEST_CHAIN} times and has not gone; its chain ends here")]
    Endless,
    /// The invocation ends; the next one takes it.
    #[error("the invocation ends before it could be settled")]
    OutOfTime,
    /// Others changed the person again and again.
    #[error("the person was changed by others {TRIES} times in a row")]
    Contended,
}

/// What came of arming.
pub(super) enum Arming {
    /// One request may be made.
    HeldLease(Box<HeldLease>),
    /// There is nothing to do any more.
    Nothing,
    /// Its campaign is paused, as far as this worker knows: it stays planned, and the resumption queues it again.
    Paused,
    /// Somebody else changed the person: load again.
    Conflict,
}

/// A send that is this worker's.
pub(super) struct HeldLease {
    pub attempt: u32,
    /// Until when SES may be asked.
    pub lease: Instant,
    send_id: String,
    /// The person as armed.
    pub person: Person,
    version: u64,
    unwritten: PendingLedger,
}

impl<S: Store> Send<S> {
    /// Arms a send in the version of the person that was loaded.
    pub(super) async fn arm(&self, loaded: Loaded, send_id: &str, catalog: &Catalog) -> Result<Arming, SendError> {
        let now = self.now();
        let lease = now.plus_seconds(self.lease.as_secs());
        let mut person = loaded.person;
        let before = person.outbox.get(send_id).cloned();
        let armed = sends::arm(&mut person, send_id, catalog, now, lease);
        let (Some(before), Some(stage)) = (before, stage_of(&armed)) else { return nothing_to_write(&armed) };
        let reason = match &armed {
            Armed::Dropped(reason) => Some(reason.to_string()),
            Armed::BecameUnknown { .. } => Some("its worker did not come back".to_owned()),
            _ => None,
        };
        let row = self.row(&person, send_id, &before, stage, None, reason);
        let due = next_action(&person, catalog);
        let token = self.deciding.store().token();
        let record = Record { sends: vec![row], ..Record::default() };
        let (expected, unwritten) = (loaded.version, loaded.unwritten);
        let commit = Commit { person: &person, expected, unwritten, due, record, token: token.clone() };
        let left = commit.leaves();
        let (version, unwritten) = match self.deciding.store().commit(commit).await {
            Ok(version) => (version, left),
            Err(CommitError::Conflict) => return Ok(Arming::Conflict),
            Err(error) if error.is_retryable() => {
                // The reply was lost: it is ours only if the token is; otherwise the lease decides.
                let fresh = self.deciding.store().load(&person.id).await?;
                if fresh.token != Some(token) {
                    return Err(error.into());
                }
                (fresh.version, fresh.unwritten)
            }
            Err(error) => return Err(error.into()),
        };
        Ok(match armed {
            Armed::Yours { attempt } => Arming::HeldLease(Box::new(HeldLease {
                attempt,
                lease,
                send_id: send_id.to_owned(),
                person,
                version,
                unwritten,
            })),
            _ => Arming::Nothing,
        })
    }

    /// Settles an armed send by SES's answer. Where the write fails, the lease makes it unknown.
    pub(super) async fn settle(
        &self,
        mine: HeldLease,
        outgoing: &Outgoing,
        answer: Answer,
        catalog: Arc<Catalog>,
    ) -> Result<(), SendError> {
        let HeldLease { attempt, send_id, mut person, mut version, mut unwritten, .. } = mine;
        let mut catalog = catalog;
        let now = self.now();
        for _ in 0..TRIES {
            let was_unknown =
                person.outbox.get(&send_id).is_some_and(|own| matches!(own.state, SendState::Unknown { .. }));
            let (moved, stage, message_id, reason) = match &answer {
                Answer::Accepted(id) => {
                    (sends::confirm(&mut person, &send_id, attempt), SendStage::Accepted, Some(id.clone()), None)
                }
                Answer::Refused(why) => (
                    sends::refuse(&mut person, &send_id, attempt, now),
                    SendStage::Planned { attempt },
                    None,
                    Some(why),
                ),
                Answer::Rejected(why) => {
                    (sends::reject(&mut person, &send_id, attempt), SendStage::Withdrawn, None, Some(why))
                }
                Answer::Unknown(why) => (
                    sends::lose_track(&mut person, &send_id, attempt, now),
                    SendStage::Unknown { attempt },
                    None,
                    Some(why),
                ),
            };
            if !moved {
                // A late worker, or an event that came first: the fence holds.
                break;
            }
            let row = self.row(&person, &send_id, outgoing, stage, message_id, reason.cloned());
            let record = Record { sends: vec![SendRow { was_unknown, ..row }], ..Record::default() };
            let token = self.deciding.store().token();
            let due = next_action(&person, &catalog);
            let commit = Commit { person: &person, expected: version, unwritten, due, record, token };
            match self.deciding.store().commit(commit).await {
                Ok(_) => break,
                // Where the reply was lost, the fence tells on fresh data whether the write was made.
                Err(error) if error.is_retryable() => {
                    let fresh = self.deciding.store().load(&person.id).await?;
                    catalog = self.deciding.complete(self.deciding.catalog().await?, &fresh.person).await?;
                    (person, version, unwritten) = (fresh.person, fresh.version, fresh.unwritten);
                }
                Err(error) => return Err(error.into()),
            }
        }
        match answer {
            Answer::Accepted(_) | Answer::Rejected(_) => Ok(()),
            Answer::Refused(why) => Err(SendError::Refused(why)),
            Answer::Unknown(why) => Err(SendError::Unknown(why)),
        }
    }

    /// Lets a mail that waits for its turn come again, and notes that it is still there where nobody has for long: else the
    /// audit would take its message for lost, and copies of the message would go on for ever. What cannot be written now is
    /// noted when the mail comes by again.
    pub(super) async fn put_off(
        &self,
        loaded: Loaded,
        planned: &PlannedSend,
        catalog: &Catalog,
        pacing: &Pacing,
        wait: SignedDuration,
    ) -> Result<(), SendError> {
        let (mut person, send_id) = (loaded.person, &planned.send_id);
        let is_noted = sends::hand_back(&mut person, send_id, self.now());
        let chain = person.outbox.get(send_id).and_then(|outgoing| planned.chain_of(outgoing));
        // Before the note that ends the other messages of this mail: it must never be left without one.
        pacing.again(&PlannedSend { chain, ..planned.clone() }, wait).await?;
        if !is_noted {
            return Ok(());
        }
        let due = next_action(&person, catalog);
        let (expected, unwritten, token) = (loaded.version, loaded.unwritten, self.deciding.store().token());
        let commit = Commit { person: &person, expected, unwritten, due, record: Record::default(), token };
        if let Err(error) = self.deciding.store().commit(commit).await {
            info!(send_id, %error, "that a mail waits could not be noted");
        }
        Ok(())
    }

    /// Settles a send that cannot be written.
    pub(super) async fn withdraw(&self, loaded: Loaded, send_id: &str, reason: &str) -> Result<(), SendError> {
        let mut loaded = loaded;
        for _ in 0..TRIES {
            let mut person = loaded.person;
            let Some(before) = person.outbox.get(send_id).cloned() else { return Ok(()) };
            if !sends::give_up(&mut person, send_id) {
                return Ok(());
            }
            let row = self.row(&person, send_id, &before, SendStage::Withdrawn, None, Some(reason.to_owned()));
            let catalog = self.deciding.complete(self.deciding.catalog().await?, &person).await?;
            let due = next_action(&person, &catalog);
            let record = Record { sends: vec![row], ..Record::default() };
            let token = self.deciding.store().token();
            let (expected, unwritten) = (loaded.version, loaded.unwritten);
            let commit = Commit { person: &person, expected, unwritten, due, record, token };
            match self.deciding.store().commit(commit).await {
                Ok(_) => return Ok(()),
                Err(CommitError::Conflict) => loaded = self.deciding.store().load(&person.id).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Err(SendError::Contended)
    }

    fn row(
        &self,
        person: &Person,
        send_id: &str,
        outgoing: &Outgoing,
        stage: SendStage,
        message_id: Option<String>,
        reason: Option<String>,
    ) -> SendRow {
        SendRow { stage, message_id, reason, ..send_row(person, send_id, outgoing, self.now(), None) }
    }
}

/// The stage that an arming leads to; `None` where nothing is written.
fn stage_of(armed: &Armed) -> Option<SendStage> {
    match armed {
        Armed::Yours { attempt } => Some(SendStage::Armed { attempt: *attempt }),
        Armed::BecameUnknown { attempt } => Some(SendStage::Unknown { attempt: *attempt }),
        Armed::Dropped(_) => Some(SendStage::Withdrawn),
        Armed::Busy | Armed::Paused | Armed::Held | Armed::Gone => None,
    }
}

fn nothing_to_write(armed: &Armed) -> Result<Arming, SendError> {
    match armed {
        Armed::Busy => Err(SendError::Busy),
        Armed::Paused => Ok(Arming::Paused),
        Armed::Held | Armed::Gone => Ok(Arming::Nothing),
        Armed::Yours { .. } | Armed::BecameUnknown { .. } | Armed::Dropped(_) => Ok(Arming::Nothing),
    }
}
