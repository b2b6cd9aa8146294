//! `rekindle validate`: every problem of a workspace folder in one run, for people, editors and CI.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use rekindle_engine::lang::Diagnostic;
use rekindle_workbench::check::check;
use rekindle_workbench::files::Source;
use serde_json::json;

use crate::output::Output;
use crate::problems::{counts, text};

/// What to look through.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(default_value = "campaigns")]
    folder: PathBuf,
}

/// Runs the command; it fails where there is an error. As JSON it is one object with all problems, for CI.
///
/// # Errors
/// Where a file cannot be read.
pub fn run(arguments: &Arguments, out: &Output) -> Result<ExitCode> {
    let checked = check(&Source::folder(&arguments.folder)?);
    out.data(|view| text(&checked.problems, &view), || json(&checked.problems))?;
    let failed = checked.problems.iter().any(Diagnostic::is_error);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn json(problems: &[Diagnostic]) -> serde_json::Value {
    let (errors, warnings) = counts(problems);
    json!({ "errors": errors, "warnings": warnings, "problems": problems })
}

#[cfg(test)]
mod tests {
    use rekindle_engine::lang::Severity;

    use super::*;

    #[test]
    fn ci_reads_an_object() {
        let problem = Diagnostic {
            file: "campaigns/welcome/campaign.yaml".to_owned(),
            line: 3,
            column: 5,
            severity: Severity::Error,
            code: "C012",
            message: "there is no topic `new`".to_owned(),
            help: "did you mean `news`?".to_owned(),
        };
        let json = json(&[problem]);
        assert_eq!((json["errors"].as_u64(), json["problems"][0]["severity"].as_str()), (Some(1), Some("error")));
    }
}
