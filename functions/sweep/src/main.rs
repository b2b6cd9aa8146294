//! Wires the sweep function: settings `SWEEP_QUEUE` and `SEND_QUEUE` (URLs of queues) and those of `wiring`.

use std::sync::Arc;

use rekindle_lambda::erasing::ErasedByOperator;
use rekindle_lambda::wiring::{WiringError, serve, wire};
use rekindle_sweep::{Pace, Sweep};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), WiringError> {
    let wiring = wire().await?;
    let (own, sends) = (wiring.queue("SWEEP_QUEUE")?, wiring.queue("SEND_QUEUE")?);
    let sweep = Sweep::new(wiring.deciding, own, sends, Pace::default(), wiring.clock);
    let sweep = Arc::new(sweep.with_place(Arc::new(ErasedByOperator)));
    serve(move |event, deadline| {
        let sweep = Arc::clone(&sweep);
        async move { sweep.handle(event, deadline).await }
    })
    .await
}
