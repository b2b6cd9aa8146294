//! Every code is explained in both languages, and the checker says of the examples what the explanation says.

use std::collections::BTreeSet;
use std::path::Path;

use rekindle_engine::lang::{Diagnostic, Files, fmt};
use rekindle_workbench::check::check_files;
use rekindle_workbench::example::workspace;

use super::*;
use rekindle_mail::Language;

use crate::output::View;

/// What the commands find in an example: `validate` and, where that finds nothing, `fmt`.
fn problems(files: &Files) -> Vec<Diagnostic> {
    let found = check_files(Path::new("campaigns"), files).problems;
    let of_fmt =
        || files.iter().filter(|(path, _)| path.ends_with("/campaign.yaml")).filter_map(|(_, text)| fmt(text).err());
    if found.is_empty() { of_fmt().flatten().collect() } else { found }
}

/// The codes of the worst of the problems. A mail that is cut off before its way out (an error) is cut off (a warning).
fn worst(found: &[Diagnostic]) -> BTreeSet<&'static str> {
    let worst = found.iter().map(|problem| problem.severity).min();
    found.iter().filter(|problem| Some(problem.severity) == worst).map(|problem| problem.code).collect()
}

fn shown(found: &[Diagnostic]) -> String {
    found.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn the_wrong_example_of_every_code_is_refused_by_this_code_and_the_right_one_is_not() {
    let mut failures = String::new();
    for (code, _) in all() {
        let explanation = match Explanation::of(code) {
            Ok(explanation) => explanation,
            Err(error) => {
                failures.push_str(&format!("{error:#}\n"));
                continue;
            }
        };
        let wrong = problems(&workspace::with(&explanation.wrong).unwrap());
        if worst(&wrong) != BTreeSet::from([code]) {
            failures.push_str(&format!("{code}: the wrong example has\n{}", shown(&wrong)));
        }
        let right = problems(&workspace::with(&explanation.right).unwrap());
        if !right.is_empty() {
            failures.push_str(&format!("{code}: the right example has\n{}", shown(&right)));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn no_explanation_is_left_of_a_code_that_there_is_not() {
    let files: BTreeSet<String> = text::files().collect();
    assert_eq!(files, all().map(|(code, _)| format!("{code}.md")).collect());
}

#[test]
fn the_korean_is_korean_and_the_english_is_not() {
    let hangul = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
    for (code, _) in all() {
        let explanation = Explanation::of(code).unwrap();
        let prose = |language| {
            let words = explanation.words(language);
            [words.title.clone(), words.meaning.clone(), words.reason.clone()]
        };
        for (ko, en) in prose(Language::Ko).iter().zip(&prose(Language::En)) {
            // One name of an event that is not of the letters a to z is an example.
            assert!(hangul(ko) && !hangul(&en.replace("이름", "")), "{code}: {ko} / {en}");
            assert!(!ko.ends_with("다") && en.ends_with(['.', '`', ')', ',', '"']), "{code}: {ko} / {en}");
        }
    }
}

#[test]
fn an_explanation_reads_well_in_both_languages() {
    let explanation = Explanation::of("C061").unwrap();
    let both = [View::english(), View::korean()].map(|view| show::text(&explanation, &view));
    insta::assert_snapshot!(both.join("\n----\n\n"));
    assert!(show::text(&explanation, &View::english().coloured(true)).contains("\u{1b}["));
}

#[test]
fn a_file_with_something_missing_is_refused() {
    let good = "## ko 가\n나\n\n다\n\n## en\na\n\nb\n\n## wrong\n`a`\n\n## right\n`a`\n```yaml\nb\n```\n";
    assert!(Explanation::read("C061", good).is_ok());
    for (part, instead) in [
        ("## ko 가", "## ko"),
        ("## ko 가\n나\n\n다\n", ""),
        ("나\n\n", ""),
        ("a\n\nb\n", "a\n"),
        ("## right", "## write"),
        ("`a`\n\n## right", "## right"),
        ("`a`\n```", "a\n```"),
    ] {
        let bad = good.replacen(part, instead, 1);
        assert!(bad != good && Explanation::read("C061", &bad).is_err(), "{bad}");
    }
}
