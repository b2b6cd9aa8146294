//! `rekindle fmt`: step ids written into campaigns, and tidy line ends. It never changes what a campaign says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::lang::{Diagnostic, fmt};
use serde_json::json;

use crate::output::Output;
use crate::problems;

/// The file that makes a folder a campaign.
const CAMPAIGN: &str = "campaign.yaml";

/// What to format.
#[derive(clap::Args)]
pub struct Arguments {
    /// Campaign files, folders of campaigns, or the folder that holds workspace.yaml.
    #[arg(default_value = "campaigns")]
    paths: Vec<PathBuf>,
    /// Change nothing; fail where a file would be changed.
    #[arg(long)]
    check: bool,
}

/// Runs the command.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let mut changed = Vec::new();
    let mut found = Vec::new();
    for path in files(&arguments.paths)? {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = path.display().to_string();
        match fmt(&text) {
            Ok(formatted) if formatted == text => {}
            Ok(formatted) => {
                if !arguments.check {
                    fs::write(&path, formatted).with_context(|| format!("cannot write {file}"))?;
                }
                changed.push(file);
            }
            Err(problems) => {
                found.extend(problems.into_iter().map(|problem| Diagnostic { file: file.clone(), ..problem }));
            }
        }
    }
    found.sort();
    problems::show(&found, out);
    let words = out.words();
    let text = || {
        if arguments.check {
            return changed.iter().map(|path| words.would_be_formatted(path) + "\n").collect();
        }
        let count = if changed.is_empty() { String::new() } else { words.formatted(changed.len() as u64) + "\n" };
        changed.iter().map(|path| format!("{path}\n")).collect::<String>() + &count
    };
    out.data(|_| text(), || json!({ "changed": changed, "written": !arguments.check, "problems": found }))?;
    let failed = !found.is_empty() || (arguments.check && !changed.is_empty());
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The campaign files that the paths stand for, in order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
        } else if path.join(CAMPAIGN).is_file() {
            files.push(path.join(CAMPAIGN));
        } else {
            files.extend(campaigns(path)?);
        }
    }
    Ok(files)
}

fn campaigns(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))? {
        let file = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?.path().join(CAMPAIGN);
        files.extend(Some(file).filter(|file| file.is_file()));
    }
    files.sort();
    Ok(files)
}
