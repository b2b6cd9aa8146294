//! Reads a workspace folder, and reports what is wrong with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use rekindle_engine::lang::{Definitions, Diagnostic, Files, Severity, load};

/// Files that a workspace is made of.
const ENDINGS: [&str; 3] = ["yaml", "yml", "mjml"];
/// The largest file that is read.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Reads all files of a workspace; paths are relative to `folder`, with `/`.
///
/// # Errors
/// Where the folder or a file of it cannot be read as UTF-8 text.
pub fn read(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    if !folder.is_dir() {
        bail!("{} is no folder; give the folder that holds workspace.yaml", folder.display());
    }
    collect(folder, "", &mut files)?;
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", folder.display()))?;
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            bail!("{} has a name that is not UTF-8; rename it", path.display());
        };
        if name.starts_with('.') {
            continue;
        }
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{relative}/"), files)?;
        } else if path.extension().and_then(|ending| ending.to_str()).is_some_and(|ending| ENDINGS.contains(&ending)) {
            let size = fs::metadata(&path).map_or(0, |metadata| metadata.len());
            if size > LARGEST {
                bail!("{} has {size} bytes; a file may have {LARGEST}", path.display());
            }
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let text = String::from_utf8(bytes).map_err(|error| {
                anyhow::anyhow!(
                    "{} is not UTF-8 (byte {}); save it as UTF-8",
                    path.display(),
                    error.utf8_error().valid_up_to()
                )
            })?;
            files.insert(relative, text);
        }
    }
    Ok(())
}

/// The types of events that have a schema in the folder `events` beside a workspace: `events/quiz.finished.schema.json`.
#[must_use]
pub fn event_types(folder: &Path) -> BTreeSet<String> {
    let beside = folder.canonicalize().ok().and_then(|folder| Some(folder.parent()?.join("events")));
    let entries = beside.and_then(|events| fs::read_dir(events).ok()).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".schema.json").map(str::to_owned)).collect()
}

/// Loads a workspace to simulate it; problems go to standard error. An expression that publishing would refuse can still be
/// simulated: where it fails it is false and journalled (SPEC.md section 8). `None` where there are other errors.
///
/// # Errors
/// Where the files cannot be read.
pub fn definitions(folder: &Path, warnings: bool) -> Result<Option<Definitions>> {
    let loaded = load(&read(folder)?);
    for diagnostic in &loaded.diagnostics {
        if warnings || diagnostic.severity == Severity::Error {
            // As the folder was given, so that an editor's terminal finds the file.
            let file = folder.join(&diagnostic.file).display().to_string();
            eprintln!("{}", Diagnostic { file, ..diagnostic.clone() });
        }
    }
    Ok(loaded.runnable().cloned())
}
