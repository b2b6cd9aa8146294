//! Wires the advance function: the settings of `wiring`.

use std::sync::Arc;

use rekindle_advance::Advance;
use rekindle_lambda::wiring::{WiringError, serve, wire};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), WiringError> {
    let wiring = wire().await?;
    let advance = Arc::new(Advance::new(wiring.deciding, wiring.clock));
    serve(move |event, deadline| {
        let advance = Arc::clone(&advance);
        async move { advance.handle(event, deadline).await }
    })
    .await
}
