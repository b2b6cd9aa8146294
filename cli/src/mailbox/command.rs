//! `rekindle mailbox`: looks at the mails of a demo, or of a `dev` that has ended, while time stands still.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_lambda::clock::{Clock, ManualClock, SystemClock};
use rekindle_local::http::{Patience, listen};

use crate::system::{Start, System, newest_state};

/// What to look at.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder of the state; default: that of the newest `dev` or `demo`.
    #[arg(long)]
    state: Option<PathBuf>,
    /// The port of the page.
    #[arg(long, default_value_t = 7070)]
    port: u16,
}

/// Runs the command until Ctrl-C.
///
/// # Errors
/// Where there is no state, or the port is taken.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let state = arguments.state.clone().or_else(newest_state);
    let state = state.context("there is no state yet; run `rekindle demo` first, or give --state")?;
    if !state.join("secret").exists() {
        bail!("{} holds no state; run `rekindle demo` or `rekindle dev` first", state.display());
    }
    let clock = standing_at(&state.join("clock"));
    let mut system = System::open(Start { folder: Some(&state), clock, speed: 1 })
        .await
        .context("a running `rekindle dev` shows this mailbox already")?;
    let catalog = system.deciding.whole_catalog().await?;
    let pages = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port)).await;
    let pages = pages.with_context(|| format!("port {} is taken; choose another with --port", arguments.port))?;
    system.base_url = format!("http://{}", pages.local_addr()?);
    println!("mailbox {}   Ctrl-C ends it", system.base_url);
    // Time stands still, but whoever unsubscribes or answers on a page is written down.
    let running = system.mappings()?.spawn()?;
    let router = super::site(&system, catalog.workspace.timezone.clone(), pages.local_addr()?.port())?;
    tokio::select! {
        () = listen(pages, router, Patience::default(), std::future::pending()) => {}
        ended = tokio::signal::ctrl_c() => ended.context("Ctrl-C cannot be heard")?,
    }
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// The instant at which the state was left; where it says nothing, now.
fn standing_at(kept: &Path) -> Arc<dyn Clock> {
    let at = std::fs::read_to_string(kept).ok().and_then(|text| text.trim().parse().ok());
    Arc::new(ManualClock::new(at.unwrap_or_else(|| SystemClock.now())))
}
