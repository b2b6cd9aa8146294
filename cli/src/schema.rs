//! `rekindle schema`: the JSON Schemas by which editors complete and check the YAML files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use rekindle_engine::lang::schema;
use serde_json::json;

use crate::output::Output;

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
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let stale: Vec<_> = all().into_iter().filter(|(name, text)| !is(&arguments.folder.join(name), text)).collect();
    let mut paths = Vec::new();
    for (name, text) in &stale {
        let path = arguments.folder.join(name);
        let shown = path.display().to_string();
        if arguments.check {
            let command = format!("schema {}", arguments.folder.display());
            note!("{}", out.words().stale(&shown, &command));
        } else {
            let folder = &arguments.folder;
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            fs::write(&path, text).with_context(|| format!("cannot write {shown}"))?;
        }
        paths.push(shown);
    }
    let written =
        || if arguments.check { String::new() } else { paths.iter().map(|path| format!("{path}\n")).collect() };
    out.data(|_| written(), || json!({ "stale": paths, "written": !arguments.check }))?;
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
