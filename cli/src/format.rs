//! `rekindle fmt`: step ids written into campaigns, and tidy line ends. It never changes what a campaign says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::lang::{Diagnostic, fmt};

use crate::{output, problems};

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
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut failed = false;
    let mut changed = 0;
    let mut report = String::new();
    let mut found = Vec::new();
    for path in files(&arguments.paths)? {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        match fmt(&text) {
            Ok(formatted) if formatted == text => {}
            Ok(_) if arguments.check => {
                report.push_str(&format!("{} would be changed\n", path.display()));
                failed = true;
            }
            Ok(formatted) => {
                fs::write(&path, formatted).with_context(|| format!("cannot write {}", path.display()))?;
                report.push_str(&format!("{}\n", path.display()));
                changed += 1;
            }
            Err(problems) => {
                failed = true;
                let file = path.display().to_string();
                found.extend(problems.into_iter().map(|problem| Diagnostic { file: file.clone(), ..problem }));
            }
        }
    }
    found.sort();
    problems::show(&found);
    if changed > 0 {
        report.push_str(&format!("{changed} {} formatted\n", if changed == 1 { "file was" } else { "files were" }));
    }
    output::print(&report)?;
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
