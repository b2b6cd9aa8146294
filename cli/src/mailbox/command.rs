//! `rekindle mailbox`: looks at the mails of a demo, or of a `dev` that has ended, while time stands still.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_local::{LocalAws, Options};

use crate::system::{newest_state, store_of};

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
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = store_of(&state, "", Arc::clone(&clock)).await?;
    let catalog = Campaigns::new(store.clone()).current(clock.now()).await?;
    drop(store);
    let aws = LocalAws::open(Options::in_dir(&state, clock))
        .context("a running `rekindle dev` shows this mailbox already")?;
    let pages = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port)).await;
    let pages = pages.with_context(|| format!("port {} is taken; choose another with --port", arguments.port))?;
    println!("mailbox http://{}   Ctrl-C ends it", pages.local_addr()?);
    let router = super::router(aws, catalog.workspace.timezone.clone());
    tokio::select! {
        served = axum::serve(pages, router) => served.context("the mailbox page ended")?,
        ended = tokio::signal::ctrl_c() => ended.context("Ctrl-C cannot be heard")?,
    }
    Ok(ExitCode::SUCCESS)
}
