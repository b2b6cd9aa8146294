//! Wires the advance function: the settings of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_advance::Advance;
use rekindle_lambda::wiring::wire;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let advance = Arc::new(Advance::new(wiring.deciding, wiring.clock));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<_>| {
        let advance = Arc::clone(&advance);
        async move { Ok::<_, Error>(advance.handle(event.payload).await) }
    }))
    .await
}
