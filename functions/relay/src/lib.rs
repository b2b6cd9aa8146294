//! The table's stream: what each decision hands on becomes the ledger, the queue of mails, and events on the bus.
//!
//! The stream repeats what it is not sure of, so everything here may happen twice and changes nothing then: ledger
//! entries have numbers, sends have ids and are armed before they are made, emitted events carry their own id.

mod answers;
mod bus;

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::Timestamp;
use rekindle_lambda::metrics::{self, Unit};
use rekindle_lambda::queue::{Queue, QueueError};
use rekindle_store::{Handed, Ledger, SendStage, StoreError, handed};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tracing::{info, warn};

pub use bus::{Bus, BusError, ENTRIES, Entries, Entry};

/// Names a planned mail; what `send` receives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSend {
    /// To whom.
    pub person: String,
    /// Which.
    pub send_id: String,
}

/// Why a record could not be handed on. Each is retried by the stream.
#[derive(Debug, Error)]
pub enum RelayError {
    /// The ledger could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue of mails could not be reached.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The bus could not be reached or refused entries.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Handles batches of the table's stream.
#[derive(Debug, Clone)]
pub struct Relay<S> {
    store: S,
    sends: Queue,
    bus: Bus,
}

impl<S: Ledger> Relay<S> {
    /// A handler that writes the ledger to `store`, planned mails to `sends` and emitted events to `bus`.
    pub fn new(store: S, sends: Queue, bus: Bus) -> Self {
        Self { store, sends, bus }
    }

    /// Handles one batch, in order; the stream goes on from the first record that failed.
    pub async fn handle(&self, event: StreamEvent) -> DynamoDbEventResponse {
        let mut response = DynamoDbEventResponse::default();
        let total = event.records.len();
        for record in event.records {
            let number = record.change.sequence_number.clone();
            if let Err(error) = self.hand_on(record).await {
                warn!(sequence_number = number.as_deref(), %error, "a change could not be handed on");
                let mut failure = DynamoDbBatchItemFailure::default();
                failure.item_identifier = number;
                response.batch_item_failures.push(failure);
                return response;
            }
        }
        info!(total, "changes were handed on");
        response
    }

    async fn hand_on(&self, record: EventRecord) -> Result<(), RelayError> {
        let Some(handed) = handed(record.change.new_image)? else { return Ok(()) };
        let answer = answers::answer(&handed);
        let (first, Handed { person, record, .. }) = (handed.first_line(), handed);
        self.store.append(&person.id, first, &record.lines).await?;
        if let Some(answer) = answer {
            self.store.put_answer(&answer).await?;
        }
        for row in &record.sends {
            self.store.put_send(row).await?;
            if matches!(row.stage, SendStage::Unknown { .. }) {
                let at = Timestamp::from_second(row.at.seconds()).unwrap_or_default();
                metrics::emit("MailsUnknown", Unit::Count, 1, at);
            }
        }
        // What SES has refused comes back from the queue by itself; what was released has left it.
        let fresh = record.sends.iter().filter(|row| row.stage == SendStage::Planned { attempt: 0 });
        let planned: Vec<PlannedSend> = fresh
            .map(|row| &row.send_id)
            .chain(&record.released)
            .map(|send_id| PlannedSend { person: person.id.to_string(), send_id: send_id.clone() })
            .collect();
        self.sends.send_all(&planned).await?;
        Ok(self.bus.put(&record.emitted).await?)
    }
}
