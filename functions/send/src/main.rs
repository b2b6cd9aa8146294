//! Wires the send function: settings `BASE_URL` (of the public pages), `LINK_SECRET_ID`, optional `CONFIGURATION_SET`, and those of
//! `wiring`.

use std::sync::Arc;

use aws_sdk_sesv2::config::{Builder, timeout::TimeoutConfig};
use jiff::SignedDuration;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use rekindle_lambda::wiring::wire;
use rekindle_mail::{Key, Links};
use rekindle_send::{REQUEST, Send, Ses};

/// How long a worker may take between arming and SES's answer. The queue's visibility time-out is longer.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

#[tokio::main]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let timeouts = TimeoutConfig::builder().operation_timeout(REQUEST.unsigned_abs()).build();
    let config = Builder::from(&wiring.aws).timeout_config(timeouts);
    let ses = Arc::new(Ses::new(config, wiring.environment.optional("CONFIGURATION_SET")));
    let secrets = wiring.link_secrets().await?;
    let previous = secrets.previous.as_deref().map(Key::read).transpose()?;
    let links = Links::new(&wiring.environment.required("BASE_URL")?, Key::read(&secrets.current)?, previous)?;
    let send = Arc::new(Send::new(wiring.deciding, ses, links, LEASE, wiring.clock));
    lambda_runtime::run(service_fn(move |event: LambdaEvent<_>| {
        let send = Arc::clone(&send);
        async move { Ok::<_, Error>(send.handle(event.payload).await) }
    }))
    .await
}
