//! Which handler is behind which queue: what `infra/template.yaml` says of the real system.

use std::sync::Arc;

use rekindle_advance::Advance;
use rekindle_archive::Folder;
use rekindle_feedback::Feedback;
use rekindle_intake::Intake;
use rekindle_lambda::dead_letters::DeadLetters;
use rekindle_lambda::deadline::Deadline;
use rekindle_local::{Filter, Mappings, SqsMapping, StreamMapping};
use rekindle_mail::LinkError;
use rekindle_relay::{Bus, FILTER, Relay};
use rekindle_send::{Account, Rate, Send, Ses};
use rekindle_store::Dynamo;

use super::{ADVANCE, BUS, CONFIGURATION_SET, FEEDBACK, INTAKE, SEND, SWEEP, System, TABLE, UNDELIVERED};

/// The queues whose functions may feed themselves: as `RecursiveLoop: Allow` of the template.
pub const MAY_LOOP: [&str; 2] = [SEND, SWEEP];

/// How a queue of a system is handed to its function.
#[must_use]
pub fn mapping(queue: &str) -> SqsMapping {
    // A shard and a pass are one message's work.
    let batch_size = if [ADVANCE, SWEEP].contains(&queue) { 1 } else { SqsMapping::new(queue).batch_size };
    SqsMapping { batch_size, may_loop: MAY_LOOP.contains(&queue), ..SqsMapping::new(queue) }
}

/// All handlers of a system, two workers each.
///
/// # Errors
/// Where links cannot be signed.
pub fn mappings(system: &System) -> Result<Mappings, LinkError> {
    let config = system.aws.sdk_config();
    let clock = || Arc::clone(&system.clock);
    let dead_letters = DeadLetters::new(system.queue(&format!("{INTAKE}-dead")));
    let intake = Arc::new(Intake::new(system.deciding.clone(), dead_letters, clock()));
    let advance = Arc::new(Advance::new(system.deciding.clone(), clock()));
    let ses = Arc::new(Ses::new(aws_sdk_sesv2::config::Builder::from(&config), Some(CONFIGURATION_SET.to_owned())));
    let rate = Rate::new(system.store.clone(), Arc::clone(&ses) as Arc<dyn Account>, clock());
    let send = Send::new(system.deciding.clone(), ses, system.links()?, system.lease, clock());
    let send = Arc::new(send.with_pace(Arc::new(rate), system.queue(SEND)));
    let dead_letters = DeadLetters::new(system.queue(&format!("{FEEDBACK}-dead")));
    let configuration_set = Some(CONFIGURATION_SET.to_owned());
    let feedback = Arc::new(Feedback::new(system.deciding.clone(), dead_letters, configuration_set, clock()));
    let sweep = Arc::new(system.sweep());
    let scrubs = Arc::clone(&system.scrubs);
    let mappings = stream(system)
        .sqs(mapping(INTAKE), move |event| {
            let intake = Arc::clone(&intake);
            async move { Ok(intake.handle(event).await) }
        })
        .sqs(mapping(ADVANCE), move |event| {
            let advance = Arc::clone(&advance);
            async move { Ok(advance.handle(event, Deadline::NONE).await) }
        })
        .sqs(mapping(SEND), move |event| {
            let send = Arc::clone(&send);
            async move { Ok(send.handle(event, Deadline::NONE).await) }
        })
        .sqs(mapping(FEEDBACK), move |event| {
            let feedback = Arc::clone(&feedback);
            async move { Ok(feedback.handle(event).await) }
        })
        .sqs(mapping(SWEEP), move |event| {
            let (sweep, scrubs) = (Arc::clone(&sweep), Arc::clone(&scrubs));
            async move { Ok(scrubs.around(sweep.handle(event, Deadline::NONE)).await) }
        });
    Ok(mappings)
}

/// What hands on the changes of a system's table.
#[must_use]
pub fn relay(system: &System) -> Relay<Dynamo> {
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&system.aws.sdk_config()), BUS);
    let relay = Relay::new(system.store.clone(), system.queue(SEND), bus, Arc::clone(&system.clock));
    let relay = match system.archive() {
        Some(folder) => relay.with_archive(Arc::new(Folder::new(folder))),
        None => relay,
    };
    system.places().into_iter().fold(relay, Relay::with_place)
}

/// The handler behind the table's stream, alone: what was decided is handed on, and nothing further happens.
#[must_use]
pub fn stream(system: &System) -> Mappings {
    let relay = Arc::new(relay(system));
    let (watch, scrubs) = (system.watch.clone(), Arc::clone(&system.scrubs));
    let filter = Filter::parse(FILTER).ok();
    let dead_letter = Some(UNDELIVERED.to_owned());
    let mapping = StreamMapping { filter, dead_letter, ..StreamMapping::new("relay", TABLE) };
    Mappings::new(&system.aws).stream(mapping, move |event| {
        let (relay, watch, scrubs) = (Arc::clone(&relay), watch.clone(), Arc::clone(&scrubs));
        async move {
            let watched = watch.is_some().then(|| event.clone());
            let response = scrubs.around(relay.handle(event, Deadline::NONE)).await;
            // What was not handed on comes again, and is told then.
            if let (Some(watch), Some(event), true) = (watch, watched, response.batch_item_failures.is_empty()) {
                watch(&event);
            }
            Ok(response)
        }
    })
}
