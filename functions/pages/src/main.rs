//! Wires the pages function, the only one that the public reaches: an HTTP API or a function URL with payload format 2.0,
//! every method, at the root of `BASE_URL` (`/{letter}/{token}`, any further address is a 404). Settings `BASE_URL` (as
//! `send` has it) and those of `wiring`. It reads and writes the people table and reads the secret; it sends no mail, and
//! needs no other permission.

use lambda_http::Error;
use rekindle_lambda::wiring::wire;
use rekindle_mail::{Key, Links};
use rekindle_pages::Pages;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let wiring = wire().await?;
    let links = Links::new(&wiring.environment.required("BASE_URL")?, Key::new(1, wiring.secret)?, None)?;
    lambda_http::run(Pages::new(wiring.deciding, links, wiring.clock).router()).await
}
