//! How problems of files are shown, by whatever command finds them.

use std::io::IsTerminal;

use console::Style;
use rekindle_engine::lang::{Diagnostic, Severity};
use rekindle_workbench::plain::plain;

/// How many errors there are, and how many warnings.
#[must_use]
pub fn counts(problems: &[Diagnostic]) -> (usize, usize) {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    (errors, problems.len() - errors)
}

/// Shows problems on standard error; nothing where there are none.
pub fn show(problems: &[Diagnostic]) {
    if !problems.is_empty() {
        let coloured = std::io::stderr().is_terminal() && console::colors_enabled_stderr();
        crate::output::aside(text(problems, coloured).trim_end());
    }
}

/// Each problem on one line that editors can jump to, and how to mend it below; how many there are comes last, with the
/// command that tells more of the first.
#[must_use]
pub fn text(problems: &[Diagnostic], coloured: bool) -> String {
    let style = |style: Style| style.force_styling(coloured);
    let (bold, dim) = (style(Style::new().bold()), style(Style::new().dim()));
    let mut text = String::new();
    for problem in problems {
        let severity = match problem.severity {
            Severity::Error => style(Style::new().red().bold()),
            Severity::Warning => style(Style::new().yellow().bold()),
        };
        let place = format!("{}:{}:{}", plain(&problem.file), problem.line, problem.column);
        let what = format!("{} {}", problem.severity, problem.code);
        text.push_str(&format!("{}: {}: {}\n", bold.apply_to(place), severity.apply_to(what), plain(&problem.message)));
        if !problem.help.is_empty() {
            text.push_str(&format!("  {}\n", dim.apply_to(plain(&problem.help))));
        }
    }
    let (errors, warnings) = counts(problems);
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    text.push_str(&format!("{}, {}\n", count(errors, "error"), count(warnings, "warning")));
    if let Some(first) = problems.iter().find(|problem| problem.is_error()).or(problems.first()) {
        text.push_str(&format!("`rekindle explain {}` tells more, with a wrong and a right example\n", first.code));
    }
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
        `rekindle explain C012` tells more, with a wrong and a right example
        ");
        assert!(text(&problems, true).contains("\u{1b}["));
    }
}
