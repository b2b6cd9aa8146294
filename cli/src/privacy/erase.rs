//! `rekindle erase PERSON`: somebody is forgotten everywhere (SPEC.md section 10).
//!
//! It may be run again at any time, also after it broke off: it goes on.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use rekindle_workbench::plain::plain;
use rekindle_workbench::privacy::{self, Done, Outcome, look};
use serde_json::{Map, json};

use crate::operate::confirmed::{agreed, is_asked};
use crate::output::table::Table;
use crate::output::{Output, View};
use crate::target::{self, Target};

/// Who is forgotten.
#[derive(clap::Args)]
pub struct EraseArguments {
    /// The person's id.
    id: String,
    /// Only show what there is.
    #[arg(long)]
    dry_run: bool,
    /// Do it without a question, which is asked at a terminal only.
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// In AWS: a fresh copy of the archive's bucket, as `aws s3 sync` makes one. It is written anew without their lines.
    #[arg(long)]
    archive: Option<PathBuf>,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the system does not answer; run it again then.
#[tokio::main]
pub async fn erase(arguments: &EraseArguments, out: &Output) -> Result<ExitCode> {
    let target = Target::open(&arguments.target).await?;
    let (id, archive, words) = (arguments.id.as_str(), arguments.archive.as_deref(), out.words());
    if arguments.dry_run {
        print(&look(&target.around(archive), id).await?, id, true, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if is_asked(arguments.yes) {
        // Whoever is asked sees what there is.
        let held = look(&target.around(archive), id).await?;
        out.beside(|view| counts(&held, &view));
        if !agreed(false, &words.ask_erase(&plain(id)), out)? {
            out.say(&words.nothing_changed());
            return Ok(ExitCode::FAILURE);
        }
    }
    let progress = out.progress(&words.erasing(), None);
    let outcome = run(&target, id, archive).await?;
    drop(progress);
    print(&outcome, id, false, out)?;
    let whole = matches!(outcome.done, Done::Everywhere);
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What there was, or is, place by place.
fn counts(outcome: &Outcome, view: &View) -> String {
    let row = |(place, count): &(&'static str, usize)| vec![(*place).to_owned(), count.to_string()];
    Table::new(outcome.counts.iter().map(row)).write(view)
}

fn print(outcome: &Outcome, id: &str, only_shown: bool, out: &Output) -> Result<()> {
    let Outcome { done, unsaid, .. } = outcome;
    let remedy = match done {
        _ if only_shown => None,
        Done::Everywhere => None,
        Done::AllBut(remedy) => Some(remedy),
    };
    let text = |view: View| {
        let (words, id) = (view.words, plain(id));
        let head = if only_shown { words.erase_kept(&id) } else { words.erase_removed(&id) };
        let mut text = format!("{head}\n{}", counts(outcome, &view));
        unsaid.iter().for_each(|unsaid| text.push_str(&format!("{unsaid}\n")));
        match remedy {
            Some(remedy) => text.push_str(&format!("{remedy}\n")),
            None if only_shown => {}
            None => text.push_str(&format!("{}\n", words.erased_everywhere())),
        }
        text
    };
    let places = || outcome.counts.iter().map(|(place, count)| ((*place).to_owned(), json!(count)));
    out.data(text, || {
        json!({
            "id": id, "removed": !only_shown, "counts": places().collect::<Map<_, _>>(), "remedy": remedy,
            "unreadable": unsaid,
        })
    })
}

/// Erases somebody; what was removed, place by place.
///
/// # Errors
/// Where nobody has that id, or the system does not answer. What was removed is gone; it goes on when it is run again.
pub async fn run(target: &Target, id: &str, archive: Option<&Path>) -> Result<Outcome> {
    privacy::erase(&target.around(archive), id, archive).await
}
