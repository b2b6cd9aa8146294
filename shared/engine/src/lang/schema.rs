//! JSON Schemas of the workspace's files, for editors to complete and check with.

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, schema_for};
use serde_json::Value;

use super::model::{Campaign, Workspace};
use super::moves::MovesFile;

/// The schema of `workspace.yaml` (JSON Schema 2020-12).
#[must_use]
pub fn workspace() -> Value {
    made::<Workspace>()
}

/// The schema of `campaign.yaml` (JSON Schema 2020-12).
#[must_use]
pub fn campaign() -> Value {
    made::<Campaign>()
}

/// The schema of `moves.yaml` (JSON Schema 2020-12).
#[must_use]
pub fn moves() -> Value {
    made::<MovesFile>()
}

fn made<T: JsonSchema>() -> Value {
    let mut schema = schema_for!(T);
    RecursiveTransform(without_null).transform(&mut schema);
    schema.to_value()
}

/// A key that may be left out may not be null for that: the loader says what is missing.
fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|own| own != "null");
        if let [own] = types.as_slice() {
            let own = own.clone();
            object.insert("type".to_owned(), own);
        }
    }
    let Some(Value::Array(any)) = object.get_mut("anyOf") else {
        return;
    };
    any.retain(|own| own.get("type").is_none_or(|own| own != "null"));
    if let [Value::Object(only)] = any.as_slice() {
        let only = only.clone();
        object.remove("anyOf");
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}
