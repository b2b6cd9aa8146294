//! `rekindle person ID`: everything about one person, from the state of a demo, of a running `rekindle dev`,
//! or of a stage in AWS.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_store::{Ledger, Notes, People};

use super::{Format, render};
use crate::system;
use crate::target::{Target, Which};

/// Whom to show, and from where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The person's id.
    id: String,
    #[command(flatten)]
    target: Which,
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
    let target = &arguments.target;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (store, place) = match target.folder() {
        None => (Target::open(target).await?.store, "the table".to_owned()),
        Some(folder) => {
            let state = folder.context(
                "there is no state yet; run `rekindle demo` or `rekindle dev` first, or give --state or --aws",
            )?;
            let store = system::store_of(&state, target.endpoint(), Arc::clone(&clock)).await?;
            (store, state.display().to_string())
        }
    };
    let loaded = store.load(&arguments.id).await?;
    if !loaded.person.is_known() {
        bail!("nobody in {place} has the id {:?}; ids are those of `detail.person.id`", arguments.id);
    }
    let catalog = Campaigns::new(store.clone()).whole(clock.now()).await?;
    let zone = catalog.workspace.timezone.iana_name().unwrap_or("UTC").to_owned();
    let (sends, journal) = (store.sends(&arguments.id).await?, store.read(&arguments.id).await?);
    let notes = store.notes_about(&arguments.id).await?;
    print!("{}", render(arguments.format, &loaded.person, &sends, &journal, &notes, &zone));
    Ok(ExitCode::SUCCESS)
}
