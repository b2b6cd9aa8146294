//! The codes that a shop brings along.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_store::Offers;
use rekindle_workbench::offer::codes;
use serde_json::json;

use crate::output::Output;
use crate::target::{self, Target};

/// Which pool, and what to add.
#[derive(clap::Args)]
pub struct Arguments {
    /// The pool's name, as offers have it in `code: { pool: NAME }`.
    name: String,
    /// A file with one code a line, to be added; `-` reads standard input. Codes that are there already are passed over.
    #[arg(long, value_name = "FILE")]
    add: Option<PathBuf>,
    #[command(flatten)]
    target: target::TargetArgs,
}

/// Runs the command.
///
/// # Errors
/// Where the file holds what is no code, or the system does not answer; nothing is added then.
#[tokio::main]
pub async fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let codes = match &arguments.add {
        Some(file) => Some(read(file)?),
        None => None,
    };
    let target = Target::open(&arguments.target).await?;
    let (name, words) = (&arguments.name, out.words());
    let mut added = None;
    if let Some(codes) = codes {
        let new = target.store.upload_pool(name, &codes).await.context("the codes cannot be added")?;
        let (new, all) = (new as u64, codes.len() as u64);
        if out.is_text() {
            out.say(&words.codes_added(new, all, name));
        }
        added = Some(new);
    }
    let left = target.store.left(name).await.context("the pool cannot be read")?;
    let text = words.codes_left(left, name) + "\n";
    out.data(|_| text, || json!({ "pool": name, "added": added, "left": left }))?;
    Ok(ExitCode::SUCCESS)
}

fn read(file: &PathBuf) -> Result<Vec<String>> {
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read as UTF-8")?;
    } else {
        text = std::fs::read_to_string(file).with_context(|| format!("cannot read {} as UTF-8", file.display()))?;
    }
    codes(&text).map_err(|problems| anyhow::anyhow!("{}: nothing was added\n{problems}", file.display()))
}
