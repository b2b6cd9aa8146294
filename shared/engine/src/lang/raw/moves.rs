//! `moves.yaml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::value::StepId;

/// What happens to people on steps that an edit has removed, by the step's id.
#[derive(JsonSchema)]
#[schemars(title = "Rekindle moves", extend("propertyNames" = serde_json::json!({ "pattern": "^[a-z0-9][a-z0-9-]{0,63}$" })))]
pub struct MovesFile(BTreeMap<String, Moved>);

/// What happens to people on one step.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Moved {
    /// Without going anywhere else.
    Word(Word),
    /// They go on at the beginning of another step.
    To(To),
}

/// `exit`: they end. `finish_on_old`: they go on in the version they are in.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum Word {
    Exit,
    FinishOnOld,
}

/// They go on at the beginning of another step.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct To {
    /// The step.
    r#move: StepId,
}
