//! `rekindle validate`: every problem of a workspace folder in one run, for people, editors and CI.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;
use console::Style;
use rekindle_engine::lang::{Diagnostic, Severity};
use serde_json::json;

use crate::check::check;
use crate::output;

/// What to look through.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder that holds workspace.yaml.
    #[arg(default_value = "campaigns")]
    folder: PathBuf,
    /// `json` is for CI: one object with all problems.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the command; it fails where there is an error.
///
/// # Errors
/// Where a file cannot be read.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let checked = check(&arguments.folder)?;
    let coloured = std::io::stdout().is_terminal() && console::colors_enabled();
    let report = match arguments.format {
        Format::Text => text(&checked.problems, coloured),
        Format::Json => format!("{:#}\n", json(&checked.problems)),
    };
    output::print(&report)?;
    let failed = checked.problems.iter().any(Diagnostic::is_error);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn counts(problems: &[Diagnostic]) -> (usize, usize) {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    (errors, problems.len() - errors)
}

fn json(problems: &[Diagnostic]) -> serde_json::Value {
    let (errors, warnings) = counts(problems);
    json!({ "errors": errors, "warnings": warnings, "problems": problems })
}

/// One problem, one line that editors can jump to, and how to mend it below.
fn text(problems: &[Diagnostic], coloured: bool) -> String {
    let style = |style: Style| style.force_styling(coloured);
    let (bold, dim) = (style(Style::new().bold()), style(Style::new().dim()));
    let mut text = String::new();
    for problem in problems {
        let severity = match problem.severity {
            Severity::Error => style(Style::new().red().bold()),
            Severity::Warning => style(Style::new().yellow().bold()),
        };
        let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
        let what = format!("{} {}", problem.severity, problem.code);
        text.push_str(&format!("{}: {}: {}\n", bold.apply_to(place), severity.apply_to(what), problem.message));
        if !problem.help.is_empty() {
            text.push_str(&format!("  {}\n", dim.apply_to(&problem.help)));
        }
    }
    let (errors, warnings) = counts(problems);
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    text.push_str(&format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(severity: Severity) -> Diagnostic {
        Diagnostic {
            file: "campaigns/welcome/campaign.yaml".to_owned(),
            line: 3,
            column: 5,
            severity,
            code: "C012",
            message: "there is no topic `new`".to_owned(),
            help: "did you mean `news`?".to_owned(),
        }
    }

    #[test]
    fn each_problem_begins_with_its_place_and_counts_come_last() {
        let problems = [problem(Severity::Error), problem(Severity::Warning), problem(Severity::Warning)];
        insta::assert_snapshot!(text(&problems, false), @r"
        campaigns/welcome/campaign.yaml:3:5: error C012: there is no topic `new`
          did you mean `news`?
        campaigns/welcome/campaign.yaml:3:5: warning C012: there is no topic `new`
          did you mean `news`?
        campaigns/welcome/campaign.yaml:3:5: warning C012: there is no topic `new`
          did you mean `news`?
        1 error, 2 warnings
        ");
        assert!(text(&problems, true).contains("\u{1b}["));
    }

    #[test]
    fn ci_reads_an_object() {
        let json = json(&[problem(Severity::Error)]);
        assert_eq!((json["errors"].as_u64(), json["problems"][0]["severity"].as_str()), (Some(1), Some("error")));
    }
}
