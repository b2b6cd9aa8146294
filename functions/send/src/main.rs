//! Wires the send function: settings `SEND_QUEUE` (the URL of its own queue), `BASE_URL` (of the public pages),
//! `LINK_SECRET_ID`, optional `CONFIGURATION_SET` and `SEND_SHARE` (hundredths of what the account may send), and those of
//! `wiring`.

use std::sync::Arc;

use aws_sdk_sesv2::config::Builder;
use jiff::SignedDuration;
use rekindle_lambda::wiring::{WiringError, serve, wire};
use rekindle_mail::{Key, Links};
use rekindle_send::{Rate, Send, Ses, Share};

/// How long a worker may take between arming and SES's answer. The queue's visibility time-out is longer.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), WiringError> {
    let wiring = wire().await?;
    let ses = Arc::new(Ses::new(Builder::from(&wiring.aws), wiring.environment.optional("CONFIGURATION_SET")));
    let secrets = wiring.two_secrets("LINK_SECRET_ID").await?;
    let previous = secrets.previous.as_deref().map(Key::read).transpose()?;
    let links = Links::new(&wiring.environment.required("BASE_URL")?, Key::read(&secrets.current)?, previous)?;
    let queue = wiring.queue("SEND_QUEUE")?;
    let hundredths = u8::try_from(wiring.environment.number("SEND_SHARE", 100)?)?;
    let account = Arc::new(Share::new(Arc::<Ses>::clone(&ses), hundredths));
    let rate = Rate::new(wiring.store, account, Arc::clone(&wiring.clock));
    let send = Send::new(wiring.deciding, ses, links, LEASE, wiring.clock).with_pace(Arc::new(rate), queue);
    let send = Arc::new(send);
    serve(move |event, deadline| {
        let send = Arc::clone(&send);
        async move { send.handle(event, deadline).await }
    })
    .await
}
