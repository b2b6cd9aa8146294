//! Wires the sweep function: settings `SWEEP_QUEUE` and `SEND_QUEUE` (URLs of queues) and those of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_lambda::deadline::Deadline;
use rekindle_lambda::erasing::Elsewhere;
use rekindle_lambda::wiring::wire;
use rekindle_sweep::{Pace, Sweep};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let (own, sends) = (wiring.queue("SWEEP_QUEUE")?, wiring.queue("SEND_QUEUE")?);
    let sweep = Sweep::new(wiring.deciding, own, sends, Pace::default(), wiring.clock);
    let sweep = Arc::new(sweep.with_place(Arc::new(Elsewhere)));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<_>| {
        let sweep = Arc::clone(&sweep);
        let deadline = Deadline::from_millis(event.context.deadline);
        async move { Ok::<_, Error>(sweep.handle(event.payload, deadline).await) }
    }))
    .await
}
