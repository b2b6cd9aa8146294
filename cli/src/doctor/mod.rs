//! `rekindle doctor`: whether a deployed stage and a sending domain are fit to send, and what to do where they are not.
//!
//! It only reads, and begins with what everything else needs: without a region or credentials it says so and asks nothing.

use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::doctor::{Finding, Grade, look};
use serde_json::json;

use crate::account::account;
use crate::output::columns::left;
use crate::output::{Output, View};
use crate::target::AWS_TABLE;

/// Columns of a grade.
const MARK: usize = 5;

/// What is looked at.
#[derive(clap::Args)]
#[command(next_help_heading = "Which system")]
pub struct Arguments {
    /// A stage in AWS, as everywhere else; the doctor looks at no other.
    #[arg(long)]
    aws: bool,
    /// Its region; default: that of the environment (AWS_REGION) or of the profile.
    #[arg(long)]
    region: Option<String>,
    /// Its people table, as `make deploy` prints it; queues and configuration set are named after it.
    #[arg(long, default_value = AWS_TABLE, env = "REKINDLE_TABLE", hide_env_values = true)]
    table: String,
    /// Domains that mails are sent from; default: those of the senders in what is published.
    #[arg(long, help_heading = None::<&str>)]
    domain: Vec<String>,
}

/// Runs the command; ends with 1 where something keeps mails from going out.
///
/// # Errors
/// Where the answer cannot be printed.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let findings = match account(arguments.region.as_deref()).await {
        Ok(config) => look(&config, &arguments.table, &arguments.domain).await,
        Err(error) => vec![Finding::wrong(error.to_string(), "the rest is looked at once this is there")],
    };
    let wrong = findings.iter().filter(|finding| finding.is_wrong()).count();
    let lines = |view: &View| findings.iter().map(|finding| told(finding, view)).collect::<String>();
    out.data(
        |view| format!("{}{}\n", lines(&view), view.words.looked_at(findings.len() as u64, wrong as u64)),
        || json!({ "wrong": wrong, "findings": findings }),
    )?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A finding in words. What it says itself is in English.
fn told(finding: &Finding, view: &View) -> String {
    let words = view.words;
    let mark = match finding.grade {
        Grade::Good => view.green(&left(&words.finding_good(), MARK)),
        Grade::Look => view.yellow(&left(&words.finding_look(), MARK)),
        Grade::Wrong => view.red(&left(&words.finding_wrong(), MARK)),
    };
    let remedy = finding.remedy.iter().map(|remedy| format!("       -> {remedy}\n"));
    format!("{mark}  {}\n{}", finding.says, remedy.collect::<String>())
}
