//! Wires the relay function: settings `SEND_QUEUE` (a queue's URL), `BUS`, optional `ARCHIVE_STREAM`, and those of
//! `wiring`.

use std::sync::Arc;

use rekindle_archive::Firehose;
use rekindle_lambda::erasing::ErasedByOperator;
use rekindle_lambda::wiring::{WiringError, serve, wire};
use rekindle_relay::{Bus, Relay};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), WiringError> {
    let wiring = wire().await?;
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&wiring.aws), &wiring.environment.required("BUS")?);
    let sends = wiring.queue("SEND_QUEUE")?;
    let relay = Relay::new(wiring.store, sends, bus, wiring.clock);
    let relay = Arc::new(match wiring.environment.optional("ARCHIVE_STREAM") {
        Some(stream) => {
            let archive = Firehose::new(aws_sdk_firehose::Client::new(&wiring.aws), stream);
            relay.with_archive(Arc::new(archive)).with_place(Arc::new(ErasedByOperator))
        }
        None => relay,
    });
    serve(move |event, deadline| {
        let relay = Arc::clone(&relay);
        async move { relay.handle(event, deadline).await }
    })
    .await
}
