//! Wires the tick function: settings `ADVANCE_QUEUE` and `SWEEP_QUEUE` (URLs of queues) and those of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_lambda::wiring::wire;
use rekindle_tick::Tick;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let (queue, passes) = (wiring.queue("ADVANCE_QUEUE")?, wiring.queue("SWEEP_QUEUE")?);
    let tick = Arc::new(Tick::new(wiring.store, queue, passes, wiring.clock));
    lambda_runtime::run(service_fn(move |_: LambdaEvent<serde_json::Value>| {
        let tick = Arc::clone(&tick);
        async move { Ok::<_, Error>(tick.handle().await?) }
    }))
    .await
}
