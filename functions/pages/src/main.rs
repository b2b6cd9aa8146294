//! Wires the pages function, the only one that the public reaches: an HTTP API or a function URL with payload format 2.0,
//! every method, at the root of `BASE_URL` (`/{letter}/{token}`, any further address is a 404). Settings `BASE_URL` and
//! `LINK_SECRET_ID` (as `send` has them) and those of `wiring`. It reads and writes the people table and reads the secrets; it
//! sends no mail, asks no queue and no bus, and needs no other permission.

use lambda_http::Error;
use rekindle_lambda::wiring::wire;
use rekindle_mail::{Key, Links};
use rekindle_pages::Pages;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let secrets = wiring.two_secrets("LINK_SECRET_ID").await?;
    let previous = secrets.previous.as_deref().map(Key::read).transpose()?;
    let links = Links::new(&wiring.environment.required("BASE_URL")?, Key::read(&secrets.current)?, previous)?;
    lambda_http::run(Pages::new(wiring.deciding, links, wiring.clock).router()).await
}
