//! `rekindle mailbox`: looks at the mails of a demo, or of a `dev` that has ended, while time stands still.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_lambda::clock::{Clock, ManualClock, SystemClock};
use rekindle_local::bind;
use rekindle_local::http::{Patience, listen};
use rekindle_system::{Reached, System, newest_state, reach};
use serde_json::json;

use crate::output::Output;

/// What to look at.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder of the state; default: that of the newest `dev` or `demo`.
    #[arg(long, env = "REKINDLE_STATE", hide_env_values = true)]
    state: Option<PathBuf>,
    /// The port of the page.
    #[arg(long, default_value_t = 7070)]
    port: u16,
    /// The port by which other commands look at the same state meanwhile; they find it by themselves. Default: a free one.
    #[arg(long, default_value_t = 0)]
    aws_port: u16,
}

/// Runs the command until Ctrl-C.
///
/// # Errors
/// Where there is no state, or a port is taken.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let words = out.words();
    let folder = arguments.state.clone().or_else(newest_state);
    let folder = folder.context(words.no_state_yet())?;
    let bound = bind(arguments.port).await;
    let pages = bound.with_context(|| words.port_is_taken(arguments.port, "--port"))?;
    let bound = bind(arguments.aws_port).await;
    let port = bound.with_context(|| words.port_is_taken(arguments.aws_port, "--aws-port"))?;
    let state = match reach(&folder, None).await? {
        Reached::Here(state) => state,
        Reached::There(_) => {
            bail!(words.shown_already(&folder.display().to_string()))
        }
    };
    // The instant at which the state was left; where it says nothing, now.
    let at = state.left_at()?.unwrap_or_else(|| SystemClock.now());
    let clock = Arc::new(ManualClock::new(at)) as Arc<dyn Clock>;
    let mut system = System::over(Some(state), clock, 0).await?;
    let zone = system.deciding.whole_catalog().await?.workspace.timezone.clone();
    let address = pages.local_addr()?;
    system.base_url = format!("http://{address}");
    let site = super::site(&system, zone, address.port())?;
    // Time stands still, but whoever unsubscribes or answers on a page is written down.
    let running = system.mappings()?.spawn()?;
    let aws = system.serve(port, address)?;
    out.done(&words.mailbox_is_at(&system.base_url), || json!({ "mailbox": system.base_url }));
    tokio::select! {
        () = listen(pages, site, Patience::default(), std::future::pending()) => {}
        ended = tokio::signal::ctrl_c() => ended.context("Ctrl-C cannot be heard")?,
    }
    running.stop().await;
    aws.stop().await?;
    Ok(ExitCode::SUCCESS)
}
