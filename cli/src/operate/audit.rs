//! `rekindle audit`: whether anybody waits for longer than they should, and why. The scheduler asks for the same once a day.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_lambda::findings::is_finding;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Aside, Pass, Passes};
use rekindle_workbench::operate::set_aside;

use crate::target::{self, Target};

/// Where is looked.
#[derive(clap::Args)]
pub struct AuditArguments {
    #[command(flatten)]
    target: target::Which,
}

/// Looks at everybody, mends what is safe, and shows what was found by reason.
///
/// # Errors
/// Where the system does not answer.
#[tokio::main]
pub async fn audit(arguments: &AuditArguments) -> Result<ExitCode> {
    const PAUSE: Duration = Duration::from_secs(1);
    let target = Target::open(&arguments.target).await?;
    let request = SweepRequest::audit(Instant::from(target.clock.now()));
    target.sweep(&request).await?;
    let pass = loop {
        match target.store.pass(&request.pass).await? {
            Some(pass) if pass.finished.is_some() => break pass,
            _ => tokio::time::sleep(PAUSE).await,
        }
    };
    crate::output::print(&(found(&pass) + &aside(&set_aside(&target.store).await?)))?;
    Ok(ExitCode::SUCCESS)
}

/// Who is set aside, and why; nothing where nobody is.
pub(super) fn aside(all: &[(String, Aside)]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let row = |(id, aside): &(String, Aside)| vec![aside.since.to_string(), id.clone(), aside.why.clone()];
    let rows: Vec<_> = all.iter().map(row).collect();
    let head = "\nset aside, as nobody can write them; each goes on by itself once that is mended and something of theirs is written:\n";
    format!("{head}{}\n", crate::person::table(&rows))
}

/// What an audit found.
pub(super) fn found(pass: &Pass) -> String {
    let line = |(reason, count): &(&String, &u64)| format!("{count:>8}  {reason}\n");
    let (found, known): (Vec<_>, Vec<_>) = pass.found.iter().partition(|(reason, _)| is_finding(reason));
    let total: u64 = found.iter().map(|(_, count)| **count).sum();
    let head = match total {
        0 => format!("nobody of {} waits for longer than they should\n", pass.seen),
        _ => format!("{total} found among {} people; what is safe was mended, the log names each\n", pass.seen),
    };
    let found: String = found.iter().map(line).collect();
    if known.is_empty() {
        return head + &found;
    }
    let known: String = known.iter().map(line).collect();
    format!("{head}{found}and, as it should be:\n{known}")
}
