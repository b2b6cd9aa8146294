//! Mappings with known keys.

use std::collections::BTreeSet;

use super::Reader;
use crate::lang::codes;
use crate::lang::yaml::{Node, Position, Value};
use crate::suggest::{did_you_mean, quote};

/// A mapping, and what to call it.
pub(in crate::lang) struct Fields<'a> {
    pub(in crate::lang) node: &'a Node,
    pub(in crate::lang) entries: &'a [(Node, Node)],
    what: &'static str,
}

impl<'a> Fields<'a> {
    /// The value of a key.
    pub(in crate::lang) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key and its value.
    pub(in crate::lang) fn entry(&self, key: &str) -> Option<&'a (Node, Node)> {
        self.entries.iter().find(|(name, _)| name.text() == key)
    }
}

impl<'a> Reader<'a> {
    /// Opens a mapping and refuses its unknown keys. `what` is its name with an article.
    pub(in crate::lang) fn fields(
        &mut self,
        node: &'a Node,
        what: &'static str,
        example: &str,
        keys: &[&str],
    ) -> Option<Fields<'a>> {
        let Value::Map(entries) = &node.value else {
            self.wrong_type(node, what, example);
            return None;
        };
        for (key, _) in entries {
            if !keys.contains(&key.text()) {
                self.unknown_key(key, what, keys);
            }
        }
        Some(Fields { node, entries, what })
    }

    /// Says that a key does not exist.
    pub(in crate::lang) fn unknown_key(&mut self, key: &Node, what: &str, keys: &[&str]) {
        let message = format!("{what} has no key {}", quote(key.text()));
        self.report.error(key.at, codes::UNKNOWN_KEY, message, did_you_mean(key.text(), keys.iter().copied()));
    }

    /// The value of a key that has to be there.
    pub(in crate::lang) fn required(&mut self, fields: &Fields<'a>, key: &str, example: &str) -> Option<&'a Node> {
        let found = fields.get(key);
        if found.is_none() {
            let message = format!("{} needs `{key}`", fields.what);
            self.report.error(fields.node.at, codes::MISSING_KEY, message, format!("add `{example}`"));
        }
        found
    }

    /// Exactly one of several keys has to be there: that one and its value.
    pub(in crate::lang) fn exactly_one(
        &mut self,
        fields: &Fields<'a>,
        keys: &[&'static str],
        code: &'static str,
    ) -> Option<(&'static str, &'a Node)> {
        let found: Vec<(&'static str, &'a (Node, Node))> =
            keys.iter().filter_map(|key| Some((*key, fields.entry(key)?))).collect();
        let all = || keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        match found.as_slice() {
            [(key, (_, value))] => return Some((*key, value)),
            [] => self.report.error(
                fields.node.at,
                code,
                format!("{} needs one of {}", fields.what, all()),
                "add one of them",
            ),
            [(first, _), (second, (key, _)), ..] => {
                let message = format!("{} has both `{first}` and `{second}`", fields.what);
                self.report.error(key.at, code, message, "keep one of them");
            }
        }
        None
    }

    /// Refuses keys that belong beside another key than the one there is.
    pub(in crate::lang) fn misplaced(&mut self, fields: &Fields<'a>, kind: &str, belongs: &[(&str, &[&str])]) {
        for (key, kinds) in belongs {
            if let Some((name, _)) = fields.entry(key).filter(|_| !kinds.contains(&kind)) {
                let with = kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(" or ");
                self.report.error(
                    name.at,
                    codes::MISPLACED_KEY,
                    format!("`{key}` does not go with `{kind}`"),
                    format!("it goes with {with}"),
                );
            }
        }
    }

    /// Says that a value is of the wrong type.
    pub(in crate::lang) fn wrong_type(&mut self, node: &Node, expected: &str, example: &str) {
        let message = format!("expected {expected}, found {}", node.describe());
        self.report.error(node.at, codes::WRONG_TYPE, message, format!("for example `{example}`"));
    }

    /// The items of a list.
    pub(in crate::lang) fn list(&mut self, node: &'a Node, expected: &str, example: &str) -> Option<&'a [Node]> {
        if let Value::List(items) = &node.value {
            return Some(items);
        }
        self.wrong_type(node, expected, example);
        None
    }

    /// Any JSON object.
    pub(in crate::lang) fn object(
        &mut self,
        node: &Node,
        what: &str,
        example: &str,
    ) -> Option<serde_json::Map<String, serde_json::Value>> {
        let object = node.json_map();
        if object.is_none() {
            self.wrong_type(node, &format!("{what}, a mapping of plain JSON values"), example);
        }
        object
    }

    /// Notes a name and refuses its second use.
    pub(in crate::lang) fn unique(&mut self, seen: &mut BTreeSet<String>, name: &str, node: &Node, what: &str) {
        if !seen.insert(name.to_owned()) {
            self.report.error(
                node.at,
                codes::DUPLICATE_ID,
                format!("there are two {what}s {}", quote(name)),
                "rename or remove one of them",
            );
        }
    }

    /// Refuses the second use of an object's id, where it has one.
    pub(in crate::lang) fn unique_id(
        &mut self,
        seen: &mut BTreeSet<String>,
        id: Option<&str>,
        fields: &Fields<'a>,
        what: &str,
    ) {
        if let (Some(id), Some(node)) = (id, fields.get("id")) {
            self.unique(seen, id, node, what);
        }
    }

    /// Says that a locale is not the workspace's.
    pub(in crate::lang) fn unknown_locale(&mut self, at: Position, locale: &str, known: &[String]) {
        let help = did_you_mean(locale, known.iter().map(String::as_str));
        self.report.error(at, codes::UNKNOWN_LOCALE, format!("the workspace has no locale {}", quote(locale)), help);
    }

    /// Opens a mapping that is one of several objects, each known by the key that only it has and needs: that key, and the
    /// mapping. Keys of the others are refused.
    pub(in crate::lang) fn alternatives(
        &mut self,
        node: &'a Node,
        what: &'static str,
        example: &str,
        objects: &[(&'static str, &'static [&'static str])],
        code: &'static str,
    ) -> Option<(&'static str, Fields<'a>)> {
        let kinds: Vec<&'static str> = objects.iter().map(|(kind, _)| *kind).collect();
        let mut keys: Vec<&'static str> = objects.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
        let mut seen = BTreeSet::new();
        keys.retain(|key| seen.insert(*key));
        let fields = self.fields(node, what, example, &keys)?;
        let (kind, _) = self.exactly_one(&fields, &kinds, code)?;
        for key in keys.iter().filter(|key| !kinds.contains(key)) {
            let having = objects.iter().filter(|(_, keys)| keys.contains(key)).map(|(kind, _)| *kind);
            self.misplaced(&fields, kind, &[(key, &having.collect::<Vec<_>>())]);
        }
        Some((kind, fields))
    }
}
