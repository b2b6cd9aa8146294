//! Wires the function behind a checkout's questions about codes: two routes of the HTTP API. Setting `OFFER_KEY_ID`, the
//! secret whose present and last value are the keys that open it, and those of `wiring`. It reads and writes the people
//! table; it sends no mail, signs no link, asks no queue and no bus, and needs no other permission.

use lambda_http::Error;
use rekindle_lambda::wiring::wire;
use rekindle_offers::{Keys, Offers};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let secrets = wiring.two_secrets("OFFER_KEY_ID").await?;
    let keys = Keys::new(secrets.current, secrets.previous)?;
    lambda_http::run(Offers::new(wiring.deciding, keys, wiring.clock).router()).await
}
