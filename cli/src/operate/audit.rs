//! `rekindle audit`: whether anybody waits for longer than they should, and why. The scheduler asks for the same once a day.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use rekindle_engine::time::Instant;
use rekindle_lambda::findings::is_finding;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Aside, Pass, Passes};
use rekindle_workbench::operate::set_aside;
use serde_json::json;

use crate::output::table::Table;
use crate::output::{Output, View};
use crate::target::{self, Target};
use crate::words::Words;

/// Where is looked.
#[derive(clap::Args)]
pub struct AuditArguments {
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Looks at everybody, mends what is safe, and shows what was found by reason.
///
/// # Errors
/// Where the system does not answer.
#[tokio::main]
pub async fn audit(arguments: &AuditArguments, out: &Output) -> Result<ExitCode> {
    const PAUSE: Duration = Duration::from_secs(1);
    let target = Target::open(&arguments.target).await?;
    let request = SweepRequest::audit(Instant::from(target.clock.now()));
    target.sweep(&request, out).await?;
    let progress = out.progress(&out.words().waiting_for_audit(), None);
    let pass = loop {
        match target.store.pass(&request.pass).await? {
            Some(pass) if pass.finished.is_some() => break pass,
            pass => progress.set(pass.map_or(0, |pass| pass.seen)),
        }
        tokio::time::sleep(PAUSE).await;
    };
    drop(progress);
    let all = set_aside(&target.store).await?;
    let rows = || all.iter().map(|(id, own)| json!({ "person": id, "since": own.since, "why": own.why }));
    out.data(
        |view| found(&pass, view.words) + &aside(&all, &view),
        || json!({ "people": pass.seen, "found": pass.found, "set_aside": rows().collect::<Vec<_>>() }),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Who is set aside, and why; nothing where nobody is.
pub(super) fn aside(all: &[(String, Aside)], view: &View) -> String {
    if all.is_empty() {
        return String::new();
    }
    let row = |(id, aside): &(String, Aside)| vec![aside.since.to_string(), id.clone(), aside.why.clone()];
    format!("\n{}\n{}", view.words.set_aside_list(), Table::new(all.iter().map(row)).write(view))
}

/// What an audit found.
pub(super) fn found(pass: &Pass, words: Words) -> String {
    let line = |(reason, count): &(&String, &u64)| format!("{count:>8}  {reason}\n");
    let (found, known): (Vec<_>, Vec<_>) = pass.found.iter().partition(|(reason, _)| is_finding(reason));
    let total: u64 = found.iter().map(|(_, count)| **count).sum();
    let head = match total {
        0 => words.audit_nobody(pass.seen),
        _ => words.audit_found(total, pass.seen),
    };
    let found: String = found.iter().map(line).collect();
    if known.is_empty() {
        return format!("{head}\n{found}");
    }
    let known: String = known.iter().map(line).collect();
    format!("{head}\n{found}{}\n{known}", words.audit_known())
}
