//! Loads a workspace folder, and says what is wrong with it.

use std::path::Path;

use anyhow::Result;
use rekindle_engine::lang::{Definitions, Diagnostic, Severity, load};
use rekindle_workbench::files::read;
use rekindle_workbench::plain::plain;

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
            note!("{}", plain(&Diagnostic { file, ..diagnostic.clone() }.to_string()));
        }
    }
    Ok(loaded.runnable().cloned())
}
