//! `rekindle dev`: the whole system on this machine, until Ctrl-C. Nothing is lost by ending it, however it ends.

mod told;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use rekindle_engine::time::Span;
use rekindle_lambda::clock::{Clock, ScaledClock, SystemClock};
use rekindle_local::http::{Patience, listen};
use rekindle_system::{BUS, LocalState, Maker, QUEUES, System, schedule};
use rekindle_workbench::publish::{AtStart, catalog};
use serde_json::json;
use tokio::net::TcpListener;

use crate::mailbox;
use crate::output::Output;
use crate::publish::compiled_for;

/// Seconds of a day: the fastest that time may pass in a second.
const DAY: i64 = 86_400;

/// How the system is run. Each event, decision, mail and refused message has a line, unless it is to be quiet.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml; it is published at the start.
    #[arg(long, default_value = "campaigns")]
    campaigns: PathBuf,
    /// Where everything is kept.
    #[arg(long, default_value = ".rekindle/dev")]
    state: PathBuf,
    /// How much time passes in a second: 1s is the wall clock, at most 1d.
    #[arg(long, default_value = "1s", value_parser = speed)]
    speed: i64,
    /// The port for AWS SDKs and the AWS CLI.
    #[arg(long, default_value_t = 7071)]
    port: u16,
    /// The port of the mailbox page.
    #[arg(long, default_value_t = 7070)]
    mailbox: u16,
}

fn speed(text: &str) -> Result<i64, String> {
    let help = || "give how much time passes in a second: 1s, 10s, 1m, 1h or 1d".to_owned();
    let seconds = match text.strip_suffix('s') {
        Some(seconds) => seconds.parse().map_err(|_| help())?,
        None => {
            let span = Span::parse(text).ok_or_else(help)?;
            span.after(rekindle_engine::time::Instant::default(), &jiff::tz::TimeZone::UTC).seconds()
        }
    };
    (1..=DAY).contains(&seconds).then_some(seconds).ok_or_else(help)
}

/// Runs the command.
///
/// # Errors
/// Where the state, the campaigns or a port cannot be used.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    // Nothing is made before it is sure that all of it can be used.
    let publication = compiled_for(&arguments.campaigns, &[], out)?;
    let port = taken(arguments.port, "--port", out).await?;
    let pages = taken(arguments.mailbox, "--mailbox", out).await?;
    let address = pages.local_addr()?;
    let state = LocalState::open(&arguments.state, Maker::Dev)?;
    let start = starts_at(&state, out)?;
    let clock: Arc<dyn Clock> = Arc::new(ScaledClock::new(SystemClock, start, arguments.speed));
    let mut system = System::over(Some(state), clock, arguments.speed).await?;
    let AtStart { number, warnings } = system.publish(&publication).await?;
    for warning in warnings {
        out.warn(&warning);
    }
    system.base_url = format!("http://{address}");
    let aws = system.serve(port, address)?;
    let zone = catalog(&publication)?.workspace.timezone.clone();
    let teller = told::Teller::new(*out, zone.iana_name().unwrap_or("UTC"));
    if !out.is_quiet() {
        let teller = teller.clone();
        system.watch = Some(Arc::new(move |batch| teller.changes(batch)));
    }
    let router = mailbox::site(&system, zone, address.port())?;
    let running = system.mappings()?.spawn()?;
    let (words, at) = (out.words(), address.to_string());
    let (endpoint, key, state) = (aws.endpoint(), system.offer_key(), arguments.state.display().to_string());
    let campaigns = publication.campaigns.len();
    let mut said = vec![
        words.dev_publication(number, campaigns, &arguments.campaigns.display().to_string()),
        words.dev_mailbox(&at),
        words.dev_endpoint(&endpoint.to_string(), BUS),
        words.dev_offers(&at, &key.to_string()),
    ];
    said.extend((arguments.speed > 1).then(|| words.dev_speed(arguments.speed)));
    said.push(words.dev_state(&state));
    out.done(&said.join("\n"), || {
        json!({
            "publication": number, "campaigns": campaigns, "mailbox": format!("http://{at}"), "endpoint": endpoint.to_string(),
            "bus": BUS, "offer_key": key.to_string(), "speed": arguments.speed, "state": state,
        })
    });
    tokio::select! {
        () = listen(pages, router, Patience::default(), std::future::pending()) => {}
        ticking = schedule::keep(&system) => ticking?,
        () = teller.dead_letters(&system.aws, &QUEUES), if !out.is_quiet() => {}
        ended = tokio::signal::ctrl_c() => ended.context("Ctrl-C cannot be heard")?,
    }
    running.stop().await;
    aws.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// A port of this machine that nobody else has.
async fn taken(port: u16, option: &str, out: &Output) -> Result<TcpListener> {
    rekindle_local::bind(port).await.with_context(|| out.words().port_is_taken(port, option))
}

/// Where the system's time begins: now, or where an earlier and faster run left it, as it never goes back. That is said where
/// it is far from now, because mails, consents and deadlines are dated by it.
fn starts_at(state: &LocalState, out: &Output) -> Result<Timestamp> {
    let now = SystemClock.now();
    let Some(left) = state.left_at()? else { return Ok(now) };
    let ahead = left.duration_since(now).as_secs() / DAY;
    if ahead > 0 {
        out.warn(&out.words().dev_ahead(&state.folder().display().to_string(), &left.to_string(), ahead));
    }
    Ok(left.max(now))
}
