//! Wires the relay function: settings `SEND_QUEUE` (a queue's URL), `BUS` and those of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_lambda::wiring::wire;
use rekindle_relay::{Bus, Relay};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&wiring.aws), &wiring.environment.required("BUS")?);
    let sends = wiring.queue("SEND_QUEUE")?;
    let relay = Arc::new(Relay::new(wiring.store, sends, bus));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<_>| {
        let relay = Arc::clone(&relay);
        async move { Ok::<_, Error>(relay.handle(event.payload).await) }
    }))
    .await
}
