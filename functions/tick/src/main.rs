//! Wires the tick function: setting `ADVANCE_QUEUE` (a queue's URL) and those of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_lambda::wiring::wire;
use rekindle_tick::Tick;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let queue = wiring.queue("ADVANCE_QUEUE")?;
    let tick = Arc::new(Tick::new(wiring.store, queue, wiring.clock));
    lambda_runtime::run(service_fn(move |_: LambdaEvent<serde_json::Value>| {
        let tick = Arc::clone(&tick);
        async move { Ok::<_, Error>(tick.handle().await?) }
    }))
    .await
}
