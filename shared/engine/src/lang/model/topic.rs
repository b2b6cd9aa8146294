//! What people can leave alone.

use std::collections::{BTreeMap, BTreeSet};

use super::object::{Facet, named, object};
use super::value::{Id, Text};
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::{Node, Value};

object! {
    /// Something that people can leave alone.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Topic = "a topic", "{ id: offers, name: { en: Offers } }";
    read(reader, fields, ids: &mut BTreeSet<String>, locales: &[String])
    keys {
        /// The id that campaigns name.
        id: Id => String, [needs "id: offers"] |node| reader.id(node, "a topic", "offers"), |_| ();
        /// Its name in each locale.
        name: BTreeMap<String, Text> => BTreeMap<String, String>, [or BTreeMap::new()]
            |node| names(reader, node, locales), listed;
    }
    then {
        let missing = name.as_ref().and_then(|name| locales.iter().find(|locale| !name.contains_key(*locale)));
        if let (Some(id), Some(at), Some(missing)) = (&id, fields.get("id"), missing) {
            reader.report.warning(
                at.at,
                codes::NO_TRANSLATION,
                format!("the topic `{id}` has no name in `{missing}`"),
                format!("people see it when they choose topics: add `{missing}: …` to its `name`"),
            );
        }
        reader.unique_id(ids, id.as_deref(), fields, "topic");
    }
}

impl Topic {
    pub(super) fn described(&self) -> Vec<Facet> {
        named(format!("topic {}", self.id), super::object::phrase(&self.facets()))
    }
}

fn listed(names: &BTreeMap<String, String>) -> String {
    names.iter().map(|(locale, name)| format!("{locale}: {name}")).collect::<Vec<_>>().join(", ")
}

/// Reads the list of topics.
pub(super) fn all<'a>(reader: &mut Reader<'a>, node: &'a Node, locales: &[String]) -> Option<Vec<Topic>> {
    let items = reader.list(node, "a list of topics", "[ { id: offers, name: { en: Offers } } ]")?;
    let mut ids = BTreeSet::new();
    let topics: Vec<Topic> = items.iter().filter_map(|item| Topic::read(reader, item, &mut ids, locales)).collect();
    (topics.len() == items.len()).then_some(topics)
}

fn names(reader: &mut Reader<'_>, node: &Node, locales: &[String]) -> Option<BTreeMap<String, String>> {
    let Value::Map(entries) = &node.value else {
        reader.wrong_type(node, "the topic's name in each locale", "{ ko: 소식, en: News }");
        return None;
    };
    let mut names = BTreeMap::new();
    for (locale, name) in entries {
        if !locales.is_empty() && !locales.iter().any(|known| known == locale.text()) {
            reader.unknown_locale(locale.at, locale.text(), locales);
        }
        if let Some(name) = reader.text(name, "a topic's name", "News") {
            names.insert(locale.text().to_owned(), name);
        }
    }
    Some(names)
}
