//! Wires the feedback function: settings `DEAD_LETTERS` (a queue's URL), optional `CONFIGURATION_SET` (the one that `send`
//! sends under), and those of `wiring`.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_feedback::Feedback;
use rekindle_lambda::wiring::wire;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let dead_letters = wiring.dead_letters("DEAD_LETTERS")?;
    let configuration_set = wiring.environment.optional("CONFIGURATION_SET");
    let feedback = Arc::new(Feedback::new(wiring.deciding, dead_letters, configuration_set, wiring.clock));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<_>| {
        let feedback = Arc::clone(&feedback);
        async move { Ok::<_, Error>(feedback.handle(event.payload).await) }
    }))
    .await
}
