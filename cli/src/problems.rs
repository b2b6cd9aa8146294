//! How problems of files are shown, by whatever command finds them.

use rekindle_engine::lang::{Diagnostic, Severity};
use rekindle_workbench::plain::plain;

use crate::output::{Output, View};

/// How many errors there are, and how many warnings.
#[must_use]
pub fn counts(problems: &[Diagnostic]) -> (usize, usize) {
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    (errors, problems.len() - errors)
}

/// Shows problems on standard error; nothing where there are none.
pub fn show(problems: &[Diagnostic], out: &Output) {
    if !problems.is_empty() {
        out.beside(|view| text(problems, &view));
    }
}

/// Each problem on one line that editors can jump to, and how to mend it below; how many there are comes last, with the
/// command that tells more of the first.
#[must_use]
pub fn text(problems: &[Diagnostic], view: &View) -> String {
    let words = view.words;
    let mut text = String::new();
    for problem in problems {
        let place = format!("{}:{}:{}", plain(&problem.file), problem.line, problem.column);
        let what = match problem.severity {
            Severity::Error => view.red(&format!("{} {}", words.error_of_file(), problem.code)),
            Severity::Warning => view.yellow(&format!("{} {}", words.warning_of_file(), problem.code)),
        };
        text.push_str(&format!("{}: {what}: {}\n", view.bold(&place), plain(&problem.message)));
        if !problem.help.is_empty() {
            text.push_str(&format!("  {}\n", view.dim(&plain(&problem.help))));
        }
    }
    let (errors, warnings) = counts(problems);
    text.push_str(&format!("{}, {}\n", words.errors(errors), words.warnings(warnings)));
    if let Some(first) = problems.iter().find(|problem| problem.is_error()).or(problems.first()) {
        text.push_str(&format!("{}\n", words.explain_tells_more(first.code)));
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
        insta::assert_snapshot!(text(&problems, &View::english()), @r"
        campaigns/welcome/campaign.yaml:3:5: error C012: there is no topic `new`
          did you mean `news`?
        campaigns/welcome/campaign.yaml:3:5: warning C012: there is no topic `new`
          did you mean `news`?
        campaigns/welcome/campaign.yaml:3:5: warning C012: there is no topic `new`
          did you mean `news`?
        1 error, 2 warnings
        `rekindle explain C012` tells more, with a wrong and a right example
        ");
        insta::assert_snapshot!(text(&problems, &View::korean()), @r"
        campaigns/welcome/campaign.yaml:3:5: 오류 C012: there is no topic `new`
          did you mean `news`?
        campaigns/welcome/campaign.yaml:3:5: 주의 C012: there is no topic `new`
          did you mean `news`?
        campaigns/welcome/campaign.yaml:3:5: 주의 C012: there is no topic `new`
          did you mean `news`?
        오류 1건, 주의 2건
        `rekindle explain C012`가 틀린 예와 옳은 예로 더 설명합니다
        ");
        assert!(text(&problems, &View::english().coloured(true)).contains("\u{1b}["));
    }
}
