//! Four broken protocols, each of which a suite that proves anything must catch.
//!
//! Each is what a reasonable hurry would write. They use the same store, queue and SES as the real handler.

use std::sync::Arc;

use aws_lambda_events::sqs::SqsMessage;
use futures_util::FutureExt;
use rekindle_engine::decide::next_due;
use rekindle_engine::person::{Person, SendState};
use rekindle_engine::sends::{self, Armed};
use rekindle_engine::time::Instant;
use rekindle_lambda::batch::each_record;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::messages::PlannedSend;
use rekindle_lambda::tags::MailTags;
use rekindle_mail::Message;
use rekindle_send::{Answer, Mailer, Request};
use rekindle_store::{Commit, Loaded, People, Record, SendRow, SendStage};

use crate::gate::Sim;
use crate::ports::Sink;
use crate::store::Table;
use crate::workers::{OnQueue, Outcome, Replacement};

/// A broken way to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Asks SES first and notes it afterwards.
    SendThenMark,
    /// Takes a lease over once it has run out, and asks again.
    LeaseAndRetry,
    /// Asks again when no event has come for ten minutes.
    ResendWithoutEvent,
    /// Notes it as sent, and asks SES afterwards.
    ClaimOnceAndForget,
}

/// All four, with their names, the invariant that each violates, and what stands in for `send`.
pub const PROTOCOLS: [(&str, &str, Replacement); 4] = [
    ("send, then mark", "no mail twice", |sim, deciding, clock| broken(Protocol::SendThenMark, sim, deciding, clock)),
    ("lease and retry", "no mail twice", |sim, deciding, clock| broken(Protocol::LeaseAndRetry, sim, deciding, clock)),
    ("resend when no event came", "no mail twice", |sim, deciding, clock| {
        broken(Protocol::ResendWithoutEvent, sim, deciding, clock)
    }),
    ("claim once and forget", "nothing that SES lacks is called accepted", |sim, deciding, clock| {
        broken(Protocol::ClaimOnceAndForget, sim, deciding, clock)
    }),
];

struct Broken {
    protocol: Protocol,
    deciding: Deciding<Table>,
    mailer: Sink,
    clock: Arc<dyn Clock>,
}

/// Something went wrong: the message comes back.
type Again = String;

fn again(error: impl std::fmt::Display) -> Again {
    error.to_string()
}

fn broken(protocol: Protocol, sim: &Sim, deciding: Deciding<Table>, clock: Arc<dyn Clock>) -> OnQueue {
    let broken = Arc::new(Broken { protocol, deciding, mailer: Sink { sim: sim.clone() }, clock });
    Box::new(move |event, _| {
        let broken = Arc::clone(&broken);
        async move {
            let by_person = |record: &SqsMessage| record.body.clone().unwrap_or_default();
            Outcome::Batch(each_record(event.records, by_person, |record| broken.take(record)).await)
        }
        .boxed()
    })
}

impl Broken {
    async fn take(&self, record: SqsMessage) -> Result<(), Again> {
        let PlannedSend { person, send_id, .. } =
            serde_json::from_str(record.body.as_deref().unwrap_or_default()).map_err(again)?;
        let mut loaded = self.deciding.store().load(&person).await.map_err(again)?;
        let Some(state) = loaded.person.outbox.get(&send_id).map(|outgoing| outgoing.state) else { return Ok(()) };
        match self.protocol {
            Protocol::SendThenMark => {
                let answer = self.ask(&loaded.person, &send_id, 1).await;
                if !matches!(answer, Answer::Accepted(_)) {
                    return Err(again("SES did not take it"));
                }
                self.settle(loaded, &send_id, SendStage::Accepted).await
            }
            Protocol::ClaimOnceAndForget => {
                let person = loaded.person.clone();
                self.settle(loaded, &send_id, SendStage::Accepted).await?;
                self.ask(&person, &send_id, 1).await;
                Ok(())
            }
            Protocol::LeaseAndRetry => {
                if let SendState::Armed { attempt, lease } = state
                    && lease <= self.now()
                {
                    plan(&mut loaded.person, &send_id, attempt);
                }
                self.protocol_with(loaded, &send_id).await
            }
            Protocol::ResendWithoutEvent => {
                if let SendState::Unknown { attempt, since } = state {
                    if self.now() < since.plus_seconds(600) {
                        return Err(again("the event may still come"));
                    }
                    plan(&mut loaded.person, &send_id, attempt);
                }
                self.protocol_with(loaded, &send_id).await
            }
        }
    }

    /// The rest as it should be: arm, ask once, settle.
    async fn protocol_with(&self, mut loaded: Loaded, send_id: &str) -> Result<(), Again> {
        let catalog = self.deciding.catalog().await.map_err(again)?;
        let now = self.now();
        let attempt = match sends::arm(&mut loaded.person, send_id, &catalog, now, now.plus_seconds(60)) {
            Armed::Yours { attempt } => attempt,
            Armed::BecameUnknown { attempt } => {
                self.commit(&loaded, send_id, SendStage::Unknown { attempt }).await?;
                return Err(again("look at it again"));
            }
            Armed::Dropped(_) => {
                self.commit(&loaded, send_id, SendStage::Withdrawn).await?;
                return Ok(());
            }
            Armed::Busy => return Err(again("somebody else has it")),
            Armed::Paused | Armed::Held | Armed::Gone => return Ok(()),
        };
        let version = self.commit(&loaded, send_id, SendStage::Armed { attempt }).await?;
        let answer = self.ask(&loaded.person, send_id, attempt).await;
        loaded.version = version;
        let stage = match answer {
            Answer::Accepted(_) => SendStage::Accepted,
            Answer::Refused(_) => SendStage::Planned { attempt },
            Answer::Rejected(_) => SendStage::Withdrawn,
            Answer::Unknown(_) => SendStage::Unknown { attempt },
        };
        self.settle(loaded, send_id, stage).await?;
        if matches!(stage, SendStage::Accepted | SendStage::Withdrawn) { Ok(()) } else { Err(again("not settled")) }
    }

    async fn settle(&self, mut loaded: Loaded, send_id: &str, stage: SendStage) -> Result<(), Again> {
        for _ in 0..20 {
            let now = self.now();
            let before = loaded.clone();
            let outbox = &mut loaded.person.outbox;
            match stage {
                SendStage::Planned { attempt } => plan(&mut loaded.person, send_id, attempt),
                SendStage::Unknown { attempt } => {
                    if let Some(outgoing) = outbox.get_mut(send_id) {
                        outgoing.state = SendState::Unknown { attempt, since: now };
                    }
                }
                _ => drop(outbox.remove(send_id)),
            }
            if !before.person.outbox.contains_key(send_id) {
                return Ok(());
            }
            match self.write(&before.person, &loaded, send_id, stage).await {
                Ok(_) => return Ok(()),
                Err(rekindle_store::CommitError::Conflict) => {
                    loaded = self.deciding.store().load(&before.person.id).await.map_err(again)?;
                }
                Err(error) => return Err(again(error)),
            }
        }
        Err(again("contended"))
    }

    async fn commit(&self, loaded: &Loaded, send_id: &str, stage: SendStage) -> Result<u64, Again> {
        self.write(&loaded.person, loaded, send_id, stage).await.map_err(again)
    }

    async fn write(
        &self,
        before: &Person,
        loaded: &Loaded,
        send_id: &str,
        stage: SendStage,
    ) -> Result<u64, rekindle_store::CommitError> {
        let outgoing = before.outbox.get(send_id);
        let word = |word: fn(&rekindle_engine::person::Outgoing) -> String| outgoing.map(word).unwrap_or_default();
        let row = SendRow {
            person: before.id.to_string(),
            send_id: send_id.to_owned(),
            campaign: word(|own| own.campaign.to_string()),
            version: outgoing.map_or(1, |own| own.version),
            step: word(|own| own.step.to_string()),
            entry: outgoing.map_or(1, |own| own.entry),
            mail: word(|own| own.mail.to_string()),
            stage,
            at: self.now(),
            message_id: None,
            reason: None,
            was_unknown: false,
        };
        let due = match self.deciding.catalog().await {
            Ok(catalog) => next_due(&loaded.person, &catalog),
            Err(_) => return Err(rekindle_store::CommitError::Conflict),
        };
        let store = self.deciding.store();
        let record = Record { sends: vec![row], ..Record::default() };
        let (expected, unwritten) = (loaded.version, loaded.unwritten.clone());
        let commit = Commit { person: &loaded.person, expected, unwritten, due, record, token: store.token() };
        store.commit(commit).await
    }

    async fn ask(&self, person: &Person, send_id: &str, attempt: u32) -> Answer {
        let outgoing = person.outbox.get(send_id);
        let message = Message {
            from: "s@example.com".to_owned(),
            to: person.profile.email.clone().unwrap_or_default(),
            reply_to: None,
            subject: String::new(),
            html: String::new(),
            text: String::new(),
            headers: Vec::new(),
        };
        let tags = MailTags {
            send_id: send_id.to_owned(),
            attempt,
            campaign: outgoing.map(|own| own.campaign.to_string()).unwrap_or_default(),
            version: outgoing.map_or(1, |own| own.version),
            step: outgoing.map(|own| own.step.to_string()).unwrap_or_default(),
            entry: outgoing.map_or(1, |own| own.entry),
            mail: outgoing.map(|own| own.mail.to_string()).unwrap_or_default(),
            person: self.deciding.store().pseudonym(&person.id),
        };
        self.mailer.send(Request { message, tags }).await
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

fn plan(person: &mut Person, send_id: &str, attempt: u32) {
    if let Some(outgoing) = person.outbox.get_mut(send_id) {
        outgoing.state = SendState::Planned { attempt };
    }
}
