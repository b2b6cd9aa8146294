//! Which handler is behind which queue: what `infra/template.yaml` says of the real system.

use std::sync::Arc;

use rekindle_lambda::deadline::Deadline;
use rekindle_local::{Filter, Mappings, SqsMapping, StreamMapping};
use rekindle_mail::LinkError;
use rekindle_relay::{FILTER, Relay};
use rekindle_store::Dynamo;

use super::{ADVANCE, FEEDBACK, INTAKE, SEND, SWEEP, System, TABLE, UNDELIVERED};

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
    let wiring = system.wiring();
    let (intake, advance, feedback) =
        (Arc::new(wiring.intake()), Arc::new(wiring.advance()), Arc::new(wiring.feedback()));
    let send = Arc::new(wiring.send(system.links()?, system.lease));
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
    system.wiring().relay()
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
