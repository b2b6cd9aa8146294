//! `rekindle person ID`: everything about one person, from the state of a demo, of a running `rekindle dev`,
//! or of a stage in AWS.

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_store::{Due, Ledger, Notes, People};

use super::{Address, Format, Subject, render};
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
    let target = Target::open(&arguments.target).await?;
    let store = &target.store;
    let loaded = store.load(&arguments.id).await?;
    if !loaded.person.is_known() {
        bail!("nobody in {} has the id {:?}; ids are those of `detail.person.id`", target.described(), arguments.id);
    }
    let catalog = target.deciding.whole_catalog().await?;
    let zone = catalog.workspace.timezone.iana_name().unwrap_or("UTC").to_owned();
    let (sends, journal) = (store.sends(&arguments.id).await?, store.read(&arguments.id).await?);
    let address = Address::of(store, &loaded.person).await?;
    let aside = store.aside(&arguments.id).await?;
    let notes = store.notes_about(&arguments.id).await?;
    let unread = crate::unread::of(&loaded.person, &catalog, target.clock.now().into());
    let unread: Vec<_> = unread.map(|(campaign, value)| (campaign.to_owned(), value)).collect();
    let subject = Subject {
        person: &loaded.person,
        address: &address,
        sends: &sends,
        journal: &journal,
        notes: &notes,
        aside: aside.as_ref(),
        unread: &unread,
        workspace_zone: &zone,
    };
    crate::output::print(&render(arguments.format, &subject))?;
    Ok(ExitCode::SUCCESS)
}
