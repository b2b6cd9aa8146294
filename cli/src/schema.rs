//! `rekindle schema`: the JSON Schemas by which editors complete and check the YAML files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::lang::schema;

use crate::output;

/// Where to write.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder to write the schemas to.
    #[arg(default_value = "schemas")]
    folder: PathBuf,
    /// Write nothing; fail where a file is not as it would be written.
    #[arg(long)]
    check: bool,
}

/// The schemas by file name.
pub fn all() -> [(&'static str, String); 3] {
    let text = |schema: serde_json::Value| format!("{schema:#}\n");
    [
        ("workspace.schema.json", text(schema::workspace())),
        ("campaign.schema.json", text(schema::campaign())),
        ("moves.schema.json", text(schema::moves())),
    ]
}

/// Runs the command.
///
/// # Errors
/// Where a file cannot be written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let stale: Vec<_> = all().into_iter().filter(|(name, text)| !is(&arguments.folder.join(name), text)).collect();
    for (name, text) in &stale {
        let path = arguments.folder.join(name);
        if arguments.check {
            note!("{} is stale: run `rekindle schema {}`", path.display(), arguments.folder.display());
            continue;
        }
        fs::create_dir_all(&arguments.folder).with_context(|| format!("cannot make {}", arguments.folder.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        output::print(&format!("{}\n", path.display()))?;
    }
    Ok(if arguments.check && !stale.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn is(path: &Path, text: &str) -> bool {
    fs::read_to_string(path).is_ok_and(|known| known == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schemas_are_fresh() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
        for (name, text) in all() {
            assert!(is(&folder.join(name), &text), "run `rekindle schema`: {name} is stale");
        }
    }
}
