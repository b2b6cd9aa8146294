//! `rekindle export PERSON`: everything about a person as one JSON object (GDPR, articles 15 and 20).
//!
//! `schemas/export.schema.json` describes it; a name that stands there stays.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::privacy;
use serde_json::Value;

use crate::output::Output;
use crate::person::id_of;
use crate::target::{self, Target};

/// Whose data.
#[derive(clap::Args)]
pub struct ExportArguments {
    /// The person's id, or their address.
    #[arg(value_name = "ID|ADDRESS")]
    id: String,
    /// In AWS: a copy of the archive's bucket, as `aws s3 sync` makes one.
    #[arg(long)]
    archive: Option<PathBuf>,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer, or nothing is kept about anybody of that id.
#[tokio::main]
pub async fn export(arguments: &ExportArguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let id = id_of(&target, &arguments.id, out).await?;
    let object = export_person(&target, &id, arguments.archive.as_deref()).await?;
    let without_events = object.get("events").is_none_or(Value::is_null);
    // It is JSON in any case: `schemas/export.schema.json` describes it.
    out.data(|_| format!("{object:#}\n"), || object.clone())?;
    // A local system has its archive beside it.
    if without_events {
        out.note(&out.words().export_without_events());
    }
    Ok(ExitCode::SUCCESS)
}

/// Everything that is kept about somebody.
///
/// # Errors
/// Where the system does not answer, or nothing is kept about anybody of that id.
pub async fn export_person(target: &Target, id: &str, archive: Option<&Path>) -> Result<Value> {
    privacy::export(&target.around(archive), id).await
}
