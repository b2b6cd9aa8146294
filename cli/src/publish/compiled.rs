//! A folder, compiled; what is wrong in it is shown.

use std::path::Path;

use anyhow::{Context, Result};
use rekindle_store::Publication;
use rekindle_workbench::files::Source;
use rekindle_workbench::publish::{Compiled, compile};

use crate::output::Output;
use crate::problems;

/// Everything of a folder, or of some campaigns in it, compiled.
///
/// # Errors
/// Where a file cannot be read, or has errors. All problems go to standard error, as `validate` shows them.
pub fn compiled(folder: &Path, only: &[String]) -> Result<Publication> {
    compiled_for(folder, only, &Output::default())
}

/// The same, said as a command's options want it.
///
/// # Errors
/// As [`compiled`].
pub fn compiled_for(folder: &Path, only: &[String], out: &Output) -> Result<Publication> {
    let Compiled { problems, publication } = compile(&Source::folder(folder)?.only(only))?;
    problems::show(&problems, out);
    publication.context(out.words().folder_has_errors())
}
