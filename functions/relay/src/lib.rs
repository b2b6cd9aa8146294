//! The table's stream: what each decision hands on becomes the ledger, the queue of mails, events on the bus, statistics
//! and the archive.
//!
//! The stream repeats what it is not sure of, so everything here may happen twice and changes nothing then: ledger
//! entries have numbers, sends have ids and are armed before they are made, emitted events carry their own id; what
//! statistics and archive have twice has one name, by which it is read once.

mod addresses;
mod answers;
mod batch;
mod bus;

use std::sync::{Arc, Mutex, PoisonError};

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::{SignedDuration, Timestamp};
use rekindle_archive::{Archive, ArchiveError};
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::erasing::{EraseError, Eraser, Place};
use rekindle_lambda::logging::person_tag;
use rekindle_lambda::metrics::{self, Unit};
use rekindle_lambda::queue::{Queue, QueueError};
use rekindle_store::statistics::{Day, fold_before};
use rekindle_store::{
    Addresses, AnswerRow, Erased, Erasure, Ledger, Redemptions, SendStage, Statistics, StoreError, StreamImage,
    stream_image,
};
use thiserror::Error;
use tracing::{info, warn};

use answers::Answer;
use batch::Batch;
pub use bus::{Bus, BusError, ENTRIES, Entries, Entry};

/// Which changes of the table are for this function, as its event source mapping says: those of people. What it writes
/// itself lies in the same table and would come back to it.
pub const FILTER: &str = r#"{"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"sk": {"S": ["P"]}}}}"#;

/// What one change, and keeping what the batch has so far, may take: with less time left, the next change is left to the next
/// invocation.
const LONGEST: SignedDuration = SignedDuration::from_secs(20);

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
    /// The archive could not be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Somebody who was erased is not forgotten yet.
    #[error(transparent)]
    Erase(#[from] EraseError),
    /// What came before it is handed on; the stream goes on from it.
    #[error("the invocation ends before it")]
    OutOfTime,
    /// What was collected before it could not be kept; the stream goes on from the first of that.
    #[error("what came before it could not be kept: {error}")]
    Unkept {
        /// The sequence number of the first.
        from: Option<String>,
        /// Why.
        error: Box<RelayError>,
    },
}

/// Handles batches of the table's stream.
pub struct Relay<S> {
    store: S,
    sends: Queue,
    bus: Bus,
    archive: Option<Arc<dyn Archive>>,
    eraser: Eraser<S>,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

/// What this process knows of the statistics' days, so that it need not ask with every batch.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// The day that it opened last.
    opened: Option<Day>,
    /// The day before which it folded all that are over.
    folded: Option<Day>,
}

impl<S: Addresses + Erasure + Ledger + Redemptions + Statistics> Relay<S> {
    /// A handler that writes ledger and statistics to `store`, planned mails to `sends` and emitted events to `bus`.
    pub fn new(store: S, sends: Queue, bus: Bus, clock: Arc<dyn Clock>) -> Self {
        let eraser = Eraser::new(store.clone());
        Self { store, sends, bus, archive: None, eraser, clock, known: Mutex::default() }
    }

    /// The same, which also keeps events in an archive.
    #[must_use]
    pub fn with_archive(self, archive: Arc<dyn Archive>) -> Self {
        Self { archive: Some(archive), ..self }
    }

    /// The same, which also clears a place of those who were erased. The archive is one, and has to be named here too.
    #[must_use]
    pub fn with_place(self, place: Arc<dyn Place>) -> Self {
        Self { eraser: self.eraser.and(place), ..self }
    }

    /// Handles one batch, in order; the stream goes on from the first record that failed, or for which there was no time
    /// before the deadline. The first record is always handled.
    pub async fn handle(&self, event: StreamEvent, deadline: Deadline) -> DynamoDbEventResponse {
        let mut response = DynamoDbEventResponse::default();
        let mut batch = Batch::default();
        let total = event.records.len();
        let mut failed = None;
        for (place, record) in event.records.into_iter().enumerate() {
            let number = record.change.sequence_number.clone();
            batch.reach(number.clone());
            let handed_on = match place == 0 || deadline.allows(LONGEST, self.clock.now()) {
                true => self.forward(record, &mut batch).await,
                false => Err(RelayError::OutOfTime),
            };
            if let Err(error) = handed_on {
                failed = Some(match error {
                    RelayError::Unkept { from, error } => (from, *error),
                    error => (number, error),
                });
                break;
            }
        }
        // What was handed on is counted and kept also where a later record failed: the stream goes on from that one.
        let first = batch.first().map(str::to_owned);
        if let Err(error) = self.keep(batch).await {
            failed = Some((first, error));
        }
        match failed {
            Some((number, error)) => {
                warn!(sequence_number = number.as_deref(), %error, "a change could not be handed on");
                let mut failure = DynamoDbBatchItemFailure::default();
                failure.item_identifier = number;
                response.batch_item_failures.push(failure);
            }
            None => info!(total, "changes were handed on"),
        }
        response
    }

    async fn forward(&self, record: EventRecord, batch: &mut Batch) -> Result<(), RelayError> {
        let made = record.change.approximate_creation_date_time.timestamp();
        let Some(stream_image) = stream_image(record.change.new_image)? else { return Ok(()) };
        if let Some(erased) = stream_image.erased()? {
            return self.erase(stream_image, &erased, batch, Day::of(Instant::from_seconds(made))).await;
        }
        if let Some(answer) = answers::answer(&stream_image) {
            self.keep_answer(answer, batch).await?;
        }
        let record = &stream_image.record;
        for used in &record.redeemed {
            if let Some(doubt) = used.doubt {
                warn!(
                    campaign = used.campaign,
                    offer = used.offer,
                    ?doubt,
                    "an event told of a code that does not count"
                );
            }
            self.store.put_redemption(used).await?;
        }
        self.tell_others(&stream_image, batch).await?;
        let mut marks = Vec::new();
        // While it is under way for the first time, a send stands in the person's item and nowhere else.
        for row in record.sends.iter().filter(|row| !is_under_way(row.stage)) {
            // What is plain is noted once, and by one decision only.
            if row.is_plain() || self.store.put_send(row, stream_image.version).await? {
                marks.extend(row.stage.mark().map(|mark| (row.clone(), mark)));
            }
            if matches!(row.stage, SendStage::Unknown { .. }) {
                let at = Timestamp::from_second(row.at.seconds()).unwrap_or_default();
                metrics::emit("MailsUnknown", Unit::Count, 1, at);
            }
        }
        batch.add(stream_image, &marks, Day::of(Instant::from_seconds(made)));
        Ok(())
    }

    async fn keep_answer(&self, answer: Answer, batch: &mut Batch) -> Result<(), RelayError> {
        let Answer { row, has_entry } = answer;
        if has_entry {
            return Ok(self.store.put_answer(&row).await?);
        }
        // The mail may have been decided on in this very batch.
        self.keep_now(batch).await?;
        let journal = self.store.read(&row.person).await?;
        match answers::newest(&journal, &row.campaign, &row.survey) {
            Some(entry) => self.store.put_answer(&AnswerRow { entry, ..row }).await?,
            None => info!(campaign = row.campaign, survey = row.survey, "an answer to a survey that was never sent"),
        }
        Ok(())
    }

    /// Everything of theirs that came before is handed on: now it goes.
    async fn erase(
        &self,
        stream_image: StreamImage,
        erased: &Erased,
        batch: &mut Batch,
        day: Day,
    ) -> Result<(), RelayError> {
        // What this batch has so far may be theirs: it must be there before its place is cleared, not after.
        self.keep_now(batch).await?;
        let person = stream_image.person.clone();
        batch.add_erasure(stream_image, day);
        self.eraser.remove_repeated(&person, erased).await?;
        if !self.eraser.finish(&person, erased).await? {
            info!(person = person_tag(&person), "an erasure is to be finished by `rekindle erase`");
        }
        Ok(())
    }

    /// Keeps what was collected before the change at hand.
    async fn keep_now(&self, batch: &mut Batch) -> Result<(), RelayError> {
        let collected = batch.split();
        let from = collected.first().map(str::to_owned);
        self.keep(collected).await.map_err(|error| RelayError::Unkept { from, error: Box::new(error) })
    }

    /// Keeps, queues, tells, archives and counts what was collected, each by few requests.
    async fn keep(&self, mut batch: Batch) -> Result<(), RelayError> {
        self.tell_newcomers(&mut batch).await?;
        self.store.append(&batch.noted).await?;
        self.sends.send_all(&batch.planned).await?;
        self.bus.put(&batch.emitted).await?;
        if let Some(archive) = &self.archive {
            batch.archive.put(&**archive).await?;
        }
        for (day, sheet) in &batch.sheets {
            if sheet.name().is_none() {
                continue;
            }
            if self.known().opened != Some(*day) {
                self.store.open_day(*day).await?;
                self.change_known(|known| known.opened = Some(*day));
            }
            self.store.put_sheet(*day, sheet).await?;
        }
        if let Some(today) = batch.sheets.keys().next_back()
            && self.known().folded != Some(*today)
        {
            // Whatever hinders it hinders no change: the next batch tries again.
            match fold_before(&self.store, *today).await {
                Ok(()) => self.change_known(|known| known.folded = Some(*today)),
                Err(error) => warn!(%error, "days that are over could not be folded"),
            }
        }
        Ok(())
    }

    fn known(&self) -> Known {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change_known(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Whether a send is on its first way from plan to answer.
fn is_under_way(stage: SendStage) -> bool {
    matches!(stage, SendStage::Planned { attempt: 0 } | SendStage::Armed { .. })
}
