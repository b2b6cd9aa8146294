//! Every case of tests/conformance, through the engine in this process: the journal must be the expected one, byte for
//! byte. Only the text of `error` and the letters of `code` are free (SPEC.md section 11).

use std::fs;
use std::path::PathBuf;

use crate::past::{folder, run_case};

#[test]
fn the_journal_of_every_case_is_the_expected_one() {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder("tests/conformance")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("journal.jsonl").is_file());
    cases.sort();
    let mut lines = 0;
    let mut failures = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_string_lossy();
        let expected = fs::read_to_string(case.join("journal.jsonl")).unwrap();
        lines += expected.lines().count();
        match run_case(case) {
            Ok(found) => {
                failures.extend(difference(&expected, &found).map(|difference| format!("{name}: {difference}")))
            }
            Err(errors) => failures.push(format!("{name}: does not load: {errors}")),
        }
    }
    println!("{} cases with {lines} lines were compared", cases.len());
    assert!(cases.len() >= 60, "there are only {} cases", cases.len());
    assert!(failures.is_empty(), "{} of {} cases differ\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// The first line that differs.
fn difference(expected: &str, found: &str) -> Option<String> {
    if masked(expected) == masked(found) {
        return None;
    }
    let (mut expected, mut found) = (expected.split_inclusive('\n'), found.split_inclusive('\n'));
    for number in 1.. {
        match (expected.next(), found.next()) {
            (None, None) => break,
            (expected, found) if expected.map(masked) == found.map(masked) => {}
            (expected, found) => {
                return Some(format!(
                    "line {number}\n  expected {}\n  found    {}",
                    expected.unwrap_or("–").trim_end(),
                    found.unwrap_or("–").trim_end()
                ));
            }
        }
    }
    Some("the ends differ".to_owned())
}

/// The text with the free values taken out.
fn masked(text: &str) -> String {
    ["\"code\":\"", "\"error\":\""].iter().fold(text.to_owned(), |text, key| {
        let mut masked = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(key) {
            let (before, value) = rest.split_at(at + key.len());
            masked.push_str(before);
            let mut escaped = false;
            let end = value.find(|letter| {
                let ends = letter == '"' && !escaped;
                escaped = letter == '\\' && !escaped;
                ends
            });
            rest = &value[end.unwrap_or(value.len())..];
        }
        masked + rest
    })
}

#[test]
fn only_codes_and_errors_are_free() {
    let line = |code: &str, error: &str| format!(r#"{{"kind":"offered","code":"{code}","error":"{error}","z":1}}"#);
    assert_eq!(difference(&line("A", r#"a \"b\" c"#), &line("B", "")), None);
    assert!(difference(&line("A", ""), &line("A", "").replace("\"z\":1", "\"z\":2")).unwrap().contains("line 1"));
    assert!(difference("a\n", "a\nb\n").is_some() && difference("a\n", "a").is_some());
}
