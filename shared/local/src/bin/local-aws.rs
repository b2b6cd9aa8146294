//! The local AWS alone, for a look at it with any AWS client.
//!
//! `cargo run -p rekindle-local -- 4566 [DIR]`, then
//! `aws --endpoint-url http://127.0.0.1:4566 sqs list-queues` with any credentials and the region
//! `us-east-1`. It has the queues `work` and `dead`, and a rule on the bus `shop` that sends
//! everything to `work`. What SES reports of the mails that it was given lies in the queue `ses-events`.

#![expect(clippy::print_stdout, reason = "it prints where it answers")]

use std::error::Error;
use std::sync::Arc;

use rekindle_clock::SystemClock;
use rekindle_local::{DeadLetter, LocalAws, Options, QueueSettings};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(0), |port| port.parse())?;
    let clock = Arc::new(SystemClock);
    let aws = LocalAws::open(match arguments.next() {
        Some(dir) => Options::in_dir(dir, clock),
        None => Options::in_memory(clock),
    })?;
    aws.create_queue("dead", &QueueSettings::default())?;
    let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive: 3 });
    aws.create_queue("work", &QueueSettings { dead_letter, ..QueueSettings::default() })?;
    aws.put_rule("shop", "all", r#"{"source":[{"exists":true}]}"#, "work")?;
    aws.create_queue("ses-events", &QueueSettings::default())?;
    aws.put_rule("default", "ses", r#"{"source":["aws.ses"]}"#, "ses-events")?;
    let server = aws.serve(port).await?;
    println!("{}", server.endpoint());
    tokio::signal::ctrl_c().await?;
    server.stop().await;
    Ok(())
}
