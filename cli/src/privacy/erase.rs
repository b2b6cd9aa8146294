//! `rekindle erase PERSON`: somebody is forgotten everywhere (SPEC.md section 10).
//!
//! It may be run again at any time, also after it broke off: it goes on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::plain::plain;
use rekindle_workbench::privacy::{self, Done, Outcome, look};

use crate::person::table;
use crate::target::{self, Target};

/// Who is forgotten.
#[derive(clap::Args)]
pub struct EraseArguments {
    /// The person's id.
    id: String,
    /// Only show what there is.
    #[arg(long)]
    dry_run: bool,
    /// In AWS: a fresh copy of the archive's bucket, as `aws s3 sync` makes one. It is written anew without their lines.
    #[arg(long)]
    archive: Option<PathBuf>,
    #[command(flatten)]
    target: target::Which,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer; run it again then.
#[tokio::main]
pub async fn erase(arguments: &EraseArguments) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let (id, archive) = (arguments.id.as_str(), arguments.archive.as_deref());
    let outcome = match arguments.dry_run {
        true => look(&target.around(archive), id).await,
        false => run(&target, id, archive).await,
    };
    let Outcome { counts, done, unsaid } = outcome?;
    let verb = if arguments.dry_run { "kept" } else { "removed" };
    let rows: Vec<_> = counts.iter().map(|(place, count)| vec![(*place).to_owned(), count.to_string()]).collect();
    say!("{}: {verb}\n{}", plain(id), table(&rows));
    unsaid.iter().for_each(|unsaid| say!("{unsaid}"));
    match done {
        _ if arguments.dry_run => {}
        Done::Everywhere => say!("nothing is left but a keyed hash of the id, and of the address if there was one"),
        Done::AllBut(remedy) => {
            say!("{remedy}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Erases somebody; what was removed, place by place.
///
/// # Errors
/// Where nobody has that id, or the system does not answer. What was removed is gone; it goes on when it is run again.
pub async fn run(target: &Target, id: &str, archive: Option<&Path>) -> Result<Outcome> {
    privacy::erase(&target.around(archive), id, archive).await
}
