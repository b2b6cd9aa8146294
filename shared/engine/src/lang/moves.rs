//! `<id>/moves.yaml`: what happens to people on steps that an edit has removed (SPEC.md section 10).
//!
//! Only publishing reads it; it is no part of what a campaign means. It may stay after it has done its work: choices about
//! steps on which nobody stands decide nothing.
//!
//! ```yaml
//! last-call: { move: goodbye }   # they go on at the beginning of that step
//! reminder: exit                 # they end
//! second-wait: finish_on_old     # they go on in the version they are in
//! ```

use std::collections::BTreeMap;
use std::fmt;

use super::model::value::StepId;
use super::report::Report;
use super::yaml::{self, Node, Position, Value};
use super::{Diagnostic, codes};
use crate::suggest;

/// The name of the file.
pub const MOVES: &str = "moves.yaml";
const ALLOWED: &str = "`{ move: <step> }`, `exit` or `finish_on_old`";

/// What happens to people on a step that a new version lacks (SPEC.md section 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// They go on at this step.
    Move(String),
    /// They end.
    Exit,
    /// They finish on the version they are in.
    FinishOnOld,
}

impl fmt::Display for Choice {
    /// `exit`, `finish_on_old`, `move: <step>`: as publications keep it, and as [`choice`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit => f.write_str("exit"),
            Self::FinishOnOld => f.write_str("finish_on_old"),
            Self::Move(step) => write!(f, "move: {step}"),
        }
    }
}

/// What happens to people on steps that an edit has removed, by the step's id.
#[derive(schemars::JsonSchema)]
#[schemars(title = "Rekindle moves", extend("propertyNames" = serde_json::json!({ "pattern": "^[a-z0-9][a-z0-9-]{0,63}$" })))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct MovesFile(BTreeMap<String, Moved>);

/// What happens to people on one step.
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Moved {
    /// Without going anywhere else.
    Word(Word),
    /// They go on at the beginning of another step.
    To(To),
}

/// `exit`: they end. `finish_on_old`: they go on in the version they are in.
#[derive(schemars::JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Word {
    Exit,
    FinishOnOld,
}

/// They go on at the beginning of another step.
#[derive(schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct To {
    /// The step.
    r#move: StepId,
}

/// Reads the choices of one campaign; `path` is what diagnostics call the file. Every problem is reported; what could be
/// read is there all the same.
#[must_use]
pub fn moves(path: &str, text: &str) -> (BTreeMap<String, Choice>, Vec<Diagnostic>) {
    let mut report = Report::new(path, text);
    let mut choices = BTreeMap::new();
    match yaml::read(&mut report).map(|root| root.value) {
        Some(Value::Map(entries)) => {
            for (step, chosen) in &entries {
                if !super::read::is_id(step.text()) {
                    let message = format!("{} is no step's id", suggest::quote(step.text()));
                    report.error(step.at, codes::BAD_ID, message, super::read::id_help(step.text()));
                } else if let Some(choice) = of_node(chosen) {
                    choices.insert(step.text().to_owned(), choice);
                } else {
                    let message = format!("expected a choice, found {}", chosen.describe());
                    report.error(chosen.at, codes::NOT_ONE_OF, message, format!("one of {ALLOWED}"));
                }
            }
        }
        Some(_) => {
            let help = format!("for each step that is gone one of {ALLOWED}");
            report.error(Position::START, codes::WRONG_TYPE, "expected a mapping of steps to choices", help);
        }
        None => {}
    }
    (choices, report.into_found())
}

/// A choice as text: `move:<step>`, `exit`, `finish_on_old`.
#[must_use]
pub fn choice(text: &str) -> Option<Choice> {
    match text {
        "exit" => Some(Choice::Exit),
        "finish_on_old" => Some(Choice::FinishOnOld),
        _ => text
            .strip_prefix("move:")
            .map(str::trim)
            .filter(|step| super::read::is_id(step))
            .map(|step| Choice::Move(step.to_owned())),
    }
}

fn of_node(node: &Node) -> Option<Choice> {
    let Value::Map(entries) = &node.value else {
        return choice(node.string()?).filter(|choice| !matches!(choice, Choice::Move(_)));
    };
    match entries.as_slice() {
        [(key, step)] if key.text() == "move" => choice(&format!("move:{}", step.text())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_choice_is_read_and_each_mistake_is_named() {
        let text = "last-call: { move: goodbye }\nreminder: exit\nsecond: finish_on_old\n";
        let (choices, found) = moves("c/moves.yaml", text);
        assert_eq!(found, []);
        let expected = [
            ("last-call", Choice::Move("goodbye".to_owned())),
            ("reminder", Choice::Exit),
            ("second", Choice::FinishOnOld),
        ];
        assert_eq!(choices, expected.map(|(step, choice)| (step.to_owned(), choice)).into());
        let (choices, found) = moves("c/moves.yaml", "One: exit\ntwo: stay\nthree: { to: x }\nfour: exit\n");
        assert_eq!(choices.into_keys().collect::<Vec<_>>(), ["four"]);
        let places: Vec<_> = found.iter().map(|found| (found.line, found.code)).collect();
        assert_eq!(places, [(1, codes::BAD_ID), (2, codes::NOT_ONE_OF), (3, codes::NOT_ONE_OF)]);
        assert_eq!(moves("c/moves.yaml", "[a]").1[0].code, codes::WRONG_TYPE);
    }

    #[test]
    fn the_schema_judges_as_the_reader_does() {
        let schema = jsonschema::draft202012::new(&crate::lang::schema::moves()).unwrap();
        let cases = [
            "a: exit",
            "a: finish_on_old",
            "a: { move: b }",
            "{}",
            "A: exit",
            "a: stay",
            "a: { to: b }",
            "a: { move: b, exit: c }",
            "a: { move: B }",
            "[a]",
        ];
        for text in cases {
            let json = yaml::read(&mut Report::new("moves.yaml", text)).unwrap().json().unwrap();
            assert_eq!(schema.is_valid(&json), moves("moves.yaml", text).1.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_choice_is_read_as_it_is_written() {
        for own in [Choice::Exit, Choice::FinishOnOld, Choice::Move("last-call".to_owned())] {
            assert_eq!(choice(&own.to_string()), Some(own));
        }
    }

    #[test]
    fn a_command_line_names_the_step_after_a_colon() {
        assert_eq!(choice("move:goodbye"), Some(Choice::Move("goodbye".to_owned())));
        assert_eq!((choice("move:"), choice("stay")), (None, None));
    }
}
