//! What an expression can say, for whoever describes the language: the tables by which expressions are checked.

use super::calls::{DURATION, GLOBAL, MACROS, TEXT};
use super::types::{ROOTS, Type, root};
use crate::expr::zones::GETTERS;

/// A name, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `person.orders.count`; `["…"]` stands for an id or a type of event.
    pub path: String,
    /// What it stands for, in words.
    pub kind: &'static str,
}

/// Every name, in the order of the tables.
#[must_use]
pub fn names() -> Vec<Name> {
    let mut names = Vec::new();
    for (name, _) in &ROOTS {
        walk(name, &root(name).unwrap_or(Type::Dyn), &mut names);
    }
    names
}

fn walk(path: &str, kind: &Type, names: &mut Vec<Name>) {
    // What one id leads to is said by its fields.
    if !(path.ends_with(']') && matches!(kind, Type::Record(_))) {
        names.push(Name { path: path.to_owned(), kind: kind.describe() });
    }
    match kind {
        Type::Record(record) => {
            record.fields().iter().for_each(|(field, kind)| walk(&format!("{path}.{field}"), kind, names));
        }
        Type::Ids(ids) => walk(&format!("{path}[\"…\"]"), &ids.value(), names),
        // Fields of any name and type are the shop's own.
        Type::Map(value) if !value.is_dyn() => walk(&format!("{path}[\"…\"]"), value, names),
        _ => {}
    }
}

/// Every function, as it is written: `size(x)`, `text.contains(x)`, `list.all(x, …)`.
#[must_use]
pub fn functions() -> Vec<String> {
    let of_text = TEXT.iter().map(|name| format!("text.{name}({})", if *name == "size" { "" } else { "x" }));
    let of_timestamp = GETTERS.iter().map(|name| format!("timestamp.{name}()"));
    let of_duration = DURATION.iter().map(|name| format!("duration.{name}()"));
    let macros = MACROS.iter().map(|name| format!("list.{name}(x, …)"));
    let global = GLOBAL.iter().map(|name| format!("{name}(x)"));
    global.chain(of_text).chain(of_timestamp).chain(of_duration).chain(macros).collect()
}
