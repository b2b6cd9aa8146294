//! Nodes stand where an editor shows them.

use super::*;
use crate::lang::report::Report;

fn parse(source: &str) -> Node {
    let mut report = Report::new("file.yaml", source);
    let node = read(&mut report);
    assert!(!report.has_errors(), "{:?}", report.into_found());
    node.unwrap()
}

/// The line and column of the letter `@` of the value of `a`.
fn at_sign(source: &str) -> (usize, usize) {
    let root = parse(source);
    let node = root.get("a").unwrap();
    let offset = node.text().chars().position(|letter| letter == '@').unwrap();
    let at = node.locate(source, offset);
    (at.line, at.column)
}

/// The line and column of the first `@` of the source.
fn truth(source: &str) -> (usize, usize) {
    let (before, _) = source.split_once('@').unwrap();
    let line = before.rsplit('\n').next().unwrap();
    (before.matches('\n').count() + 1, line.trim_start_matches('\u{feff}').chars().count() + 1)
}

#[test]
fn a_letter_of_a_text_is_found_however_the_text_is_written() {
    for source in [
        "a: one @ two",
        "a: \"one \\\n   two @\"",
        "a:   '한국어 '' @'",
        "a: \"\\u00e9\\t\\x41\\\"한 @ b\"",
        "a: |\n  one\n  two @ three\n",
        "a: >-\n  one\n  two @ three\n",
        "a: >\n    one\n\n    two\n    @three\n",
        "a: one\n  two\n  three @",
        "a: 'one\n  two\n\n  three @'",
        "b: 1\na: &x one @",
        "{ b: c, a: \"x@\" }",
        "\u{feff}a: x@",
        "a: one\r\n  two @\r\n",
        "a: |2\n   indented @\n",
    ] {
        assert_eq!(at_sign(source), truth(source), "{source:?}");
    }
}

#[test]
fn aliases_repeat_and_tags_of_text_are_taken() {
    let root = parse("a: &x [1, 2]\nb: *x\nc: !!str 12\nd: ! 12\n");
    assert_eq!(root.get("b").unwrap().json(), Some(serde_json::json!([1, 2])));
    assert!(root.get("b").unwrap().aliased);
    assert_eq!(root.get("c").unwrap().string(), Some("12"));
    assert_eq!(root.get("d").unwrap().string(), Some("12"));
}

#[test]
fn legal_yaml_of_any_style_reads_alike() {
    let plain = parse("a: 1\nb: [x, { c: y }]\n").json();
    for source in [
        "\u{feff}a: 1\r\nb:\r\n- x\r\n- c: y\r\n",
        "{\"a\": 1, 'b': [x, c: y]}",
        "%YAML 1.2\n---\n# note\n? a\n: 1\n? b\n: - x\n  - { ? c : y }\n...\n",
        "--- {a: 1,\n  b: [\n   x, {c: y} # note\n ]}\n",
    ] {
        assert_eq!(parse(source).json(), plain, "{source:?}");
    }
}
