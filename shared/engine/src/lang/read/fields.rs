//! Mappings with known keys.

use super::Reader;
use crate::lang::codes;
use crate::lang::suggest::{did_you_mean, quote};
use crate::lang::yaml::{Node, Value};

/// A mapping, and what to call it.
pub(super) struct Fields<'a> {
    pub(super) node: &'a Node,
    pub(super) entries: &'a [(Node, Node)],
    what: &'static str,
}

impl<'a> Fields<'a> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key and its value.
    pub(super) fn entry(&self, key: &str) -> Option<&'a (Node, Node)> {
        self.entries.iter().find(|(name, _)| name.text() == key)
    }
}

impl<'a> Reader<'a> {
    /// Opens a mapping and refuses its unknown keys. `what` is its name with an article.
    pub(super) fn fields(
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
    pub(super) fn unknown_key(&mut self, key: &Node, what: &str, keys: &[&str]) {
        let message = format!("{what} has no key {}", quote(key.text()));
        self.report.error(key.at, codes::UNKNOWN_KEY, message, did_you_mean(key.text(), keys.iter().copied()));
    }

    /// The value of a key that has to be there.
    pub(super) fn required(&mut self, fields: &Fields<'a>, key: &str, example: &str) -> Option<&'a Node> {
        let found = fields.get(key);
        if found.is_none() {
            let message = format!("{} needs `{key}`", fields.what);
            self.report.error(fields.node.at, codes::MISSING_KEY, message, format!("add `{example}`"));
        }
        found
    }

    /// Exactly one of several keys has to be there: that one and its value.
    pub(super) fn exactly_one(
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
    pub(super) fn misplaced(&mut self, fields: &Fields<'a>, kind: &str, belongs: &[(&str, &[&str])]) {
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
    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str, example: &str) {
        let message = format!("expected {expected}, found {}", node.describe());
        self.report.error(node.at, codes::WRONG_TYPE, message, format!("for example `{example}`"));
    }

    /// The items of a list.
    pub(super) fn list(&mut self, node: &'a Node, expected: &str, example: &str) -> Option<&'a [Node]> {
        if let Value::List(items) = &node.value {
            return Some(items);
        }
        self.wrong_type(node, expected, example);
        None
    }
}
