//! What the schemas of the files say: types, their keys, and what a key is in English.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use rekindle_engine::lang::schema;
use rekindle_mail::Language;
use serde_json::{Map, Value};

use super::texts::{Both, Chapter};

/// The types of all files, by name.
pub struct Schemas {
    types: BTreeMap<String, Value>,
    /// The headings of types that have an entry of their own.
    headings: BTreeMap<String, Both>,
}

/// A key of a mapping.
pub struct Key<'s> {
    /// As it is written.
    pub name: &'s str,
    /// Whether it has to be there.
    pub required: bool,
    /// What may stand behind it.
    schema: &'s Value,
}

impl Schemas {
    /// All types; what has an entry in the chapters is linked to.
    pub fn new(chapters: &[Chapter]) -> Self {
        let mut types = BTreeMap::new();
        let files = [
            ("WorkspaceFile", schema::workspace()),
            ("CampaignFile", schema::campaign()),
            ("MovesFile", schema::moves()),
        ];
        for (name, file) in files {
            types.extend(file.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default());
            types.insert(name.to_owned(), file);
        }
        let entries = chapters.iter().flat_map(|chapter| &chapter.entries);
        let headings = entries.filter_map(|entry| Some((entry.object.clone()?, entry.heading.clone()))).collect();
        Self { types, headings }
    }

    /// The names of all types that a reader has to be told of: all but those whose values are words or other types alone.
    pub fn described(&self) -> impl Iterator<Item = &str> {
        let told =
            |schema: &Value| schema.get("anyOf").is_none() && words(schema).is_none() && schema.get("items").is_none();
        self.types.iter().filter(move |(_, schema)| told(schema)).map(|(name, _)| name.as_str())
    }

    /// The keys of a type: first those that have to be there, then the others, each as the schema has them.
    pub fn keys(&self, object: &str) -> Result<Vec<Key<'_>>> {
        let schema = self.types.get(object).with_context(|| format!("there is no type {object}"))?;
        let schema = mapping(schema);
        let required = |name: &str| {
            schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|own| own == name))
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        let keys = properties.into_iter().flatten();
        let mut keys: Vec<Key<'_>> =
            keys.map(|(name, schema)| Key { name, required: required(name), schema }).collect();
        keys.sort_by_key(|key| !key.required);
        Ok(keys)
    }

    /// What a type is, in English.
    pub fn description(&self, object: &str) -> Option<String> {
        described(self.types.get(object)?)
    }

    /// What a key is, in English: its own description or, where it has none, that of a type that is there for it alone.
    pub fn meaning(&self, object: &str, key: &Key<'_>) -> Result<String> {
        let own = described(key.schema);
        let of_type =
            || reference(key.schema).filter(|name| !self.is_value(name)).and_then(|name| self.description(name));
        own.or_else(of_type).with_context(|| format!("{object}.{} has no comment in lang/model", key.name))
    }

    /// What may stand behind a key, with links.
    pub fn kind(&self, key: &Key<'_>, language: Language) -> Result<String> {
        self.named(key.schema, language)
    }

    fn is_value(&self, name: &str) -> bool {
        self.types.get(name).is_some_and(|schema| {
            schema.get("properties").is_none() && words(schema).is_none() && schema.get("anyOf").is_none()
        })
    }

    fn named(&self, schema: &Value, language: Language) -> Result<String> {
        let said = |en: &str, ko: &str| match language {
            Language::En => en.to_owned(),
            Language::Ko => ko.to_owned(),
        };
        if let Some(name) = reference(schema) {
            if let Some(heading) = self.headings.get(name) {
                return Ok(format!("[{}](#{})", heading.of(language), anchor(name)));
            }
            return self.named(self.types.get(name).with_context(|| format!("there is no type {name}"))?, language);
        }
        if let Some(words) = words(schema) {
            return Ok(words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "));
        }
        if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
            let any: Vec<String> = any.iter().map(|own| self.named(own, language)).collect::<Result<_>>()?;
            return Ok(any.join(&said(" or ", " 또는 ")));
        }
        if let Some(items) = schema.get("items") {
            let items = self.named(items, language)?;
            return Ok(said(&format!("list of {items}"), &format!("{items} 목록")));
        }
        Ok(match schema.get("type").and_then(Value::as_str) {
            Some("string") => said("text", "텍스트"),
            Some("integer") => said("whole number", "정수"),
            Some("number") => said("number", "숫자"),
            Some("boolean") => "`true`, `false`".to_owned(),
            Some("object") => said("mapping", "매핑"),
            _ => bail!("a schema cannot be put into words: {schema}"),
        })
    }
}

/// The link to the entry of a type.
pub fn anchor(object: &str) -> String {
    object.to_lowercase()
}

/// A type that may also be nothing at all has its keys one level further in.
fn mapping(schema: &Value) -> &Value {
    let any = schema.get("anyOf").and_then(Value::as_array);
    any.and_then(|any| any.iter().find(|own| own.get("properties").is_some())).unwrap_or(schema)
}

/// A description without the ends of its lines, and without what only an editor needs.
fn described(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// The words of a type that allows nothing else.
fn words(schema: &Value) -> Option<Vec<String>> {
    let object: &Map<String, Value> = schema.as_object()?;
    let all = match (object.get("enum"), object.get("const")) {
        (Some(Value::Array(words)), _) => words.clone(),
        (None, Some(word)) => vec![word.clone()],
        _ => return None,
    };
    all.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}
