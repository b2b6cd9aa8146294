//! `rekindle person ID`: everything about one person, from the state of a demo or of a running `rekindle dev`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_store::{Ledger, Notes, People};

use super::{Format, render};
use crate::system::{self, newest_state};

/// Whom to show, and from where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The person's id.
    id: String,
    /// The folder of the state; default: that of the newest `dev` or `demo`.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Where a `rekindle dev` that uses the folder right now answers.
    #[arg(long, default_value = system::ENDPOINT)]
    endpoint: String,
    /// How to show it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs the command.
///
/// # Errors
/// Where there is no state, it cannot be read, or nobody has that id.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let state = match &arguments.state {
        Some(state) => state.clone(),
        None => newest_state()
            .context("there is no state yet; run `rekindle demo` or `rekindle dev` first, or give --state")?,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = system::store_of(Path::new(&state), &arguments.endpoint, Arc::clone(&clock)).await?;
    let loaded = store.load(&arguments.id).await?;
    if !loaded.person.is_known() {
        bail!("nobody in {} has the id {:?}; ids are those of `detail.person.id`", state.display(), arguments.id);
    }
    let catalog = Campaigns::new(store.clone()).current(clock.now()).await?;
    let zone = catalog.workspace.timezone.iana_name().unwrap_or("UTC").to_owned();
    let (sends, journal) = (store.sends(&arguments.id).await?, store.read(&arguments.id).await?);
    let notes = store.notes_about(&arguments.id).await?;
    print!("{}", render(arguments.format, &loaded.person, &sends, &journal, &notes, &zone));
    Ok(ExitCode::SUCCESS)
}
