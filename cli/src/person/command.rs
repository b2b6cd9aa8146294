//! `rekindle person ID`: everything about one person, from the state of a demo, of a running `rekindle dev`,
//! or of a stage in AWS.

use std::process::ExitCode;

use anyhow::{Result, bail};
use rekindle_store::{Addresses, People};
use rekindle_workbench::person::{Found, json};

use super::show;
use crate::output::Output;
use crate::target::{Target, TargetArgs};

/// Whom to show, and from where.
#[derive(clap::Args)]
pub struct Arguments {
    /// The person's id, or their address.
    #[arg(value_name = "ID|ADDRESS")]
    id: String,
    #[command(flatten)]
    target: TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where there is no state, it cannot be read, or nobody has that id or address.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let id = id_of(&target, &arguments.id, out).await?;
    let found = Found::of(&target.deciding, &id, target.clock.now().into()).await?;
    let Some(found) = found else { bail!(out.words().nobody_here(&id, &target.described())) };
    out.data(|view| show(&found.subject(), &view), || json(&found.subject()))?;
    Ok(ExitCode::SUCCESS)
}

/// The id that was typed; where nobody has it and it looks like an address, the id of whoever has that address. Addresses are
/// kept as keyed hashes, so that one is found only whole.
///
/// # Errors
/// Where the store does not answer, or several ids have the address.
pub(crate) async fn id_of(target: &Target, typed: &str, out: &Output) -> Result<String> {
    let address = typed.trim();
    if !address.contains('@') || target.store.load(typed).await?.person.is_known() {
        return Ok(typed.to_owned());
    }
    let ids = target.store.having(&target.store.address_hash(address)).await?;
    match ids.as_slice() {
        [id] => Ok(id.clone()),
        [] => Ok(typed.to_owned()),
        ids => bail!(out.words().several_have(address, &ids.join(", "))),
    }
}
