//! Wires the intake function: settings `DEAD_LETTERS` (a queue's URL) and those of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_intake::Intake;
use rekindle_lambda::wiring::wire;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let dead_letters = wiring.dead_letters("DEAD_LETTERS")?;
    let intake = Arc::new(Intake::new(wiring.deciding, dead_letters, wiring.clock));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<_>| {
        let intake = Arc::clone(&intake);
        async move { Ok::<_, Error>(intake.handle(event.payload).await) }
    }))
    .await
}
