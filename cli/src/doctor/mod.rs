//! `rekindle doctor`: whether a deployed stage and a sending domain are fit to send, and what to do where they are not.
//!
//! It only reads, and begins with what everything else needs: without a region or credentials it says so and asks nothing.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::doctor::{Finding, look};

use crate::account::account;
use crate::output;
use crate::target::AWS_TABLE;

/// What is looked at.
#[derive(clap::Args)]
pub struct Arguments {
    /// A stage in AWS, as everywhere else; the doctor looks at no other.
    #[arg(long)]
    aws: bool,
    /// Its region; default: that of the environment (AWS_REGION) or of the profile.
    #[arg(long)]
    region: Option<String>,
    /// Its people table, as `make deploy` prints it; queues and configuration set are named after it.
    #[arg(long, default_value = AWS_TABLE)]
    table: String,
    /// Domains that mails are sent from; default: those of the senders in what is published.
    #[arg(long)]
    domain: Vec<String>,
}

/// Runs the command; ends with 1 where something keeps mails from going out.
///
/// # Errors
/// Where the answer cannot be printed.
#[tokio::main]
pub async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let findings = match account(arguments.region.as_deref()).await {
        Ok(config) => look(&config, &arguments.table, &arguments.domain).await,
        Err(error) => vec![Finding::wrong(error.to_string(), "the rest is looked at once this is there")],
    };
    let mut text: String = findings.iter().map(ToString::to_string).collect();
    let wrong = findings.iter().filter(|finding| finding.is_wrong()).count();
    text.push_str(&format!("{} things looked at, {wrong} wrong\n", findings.len()));
    output::print(&text)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
