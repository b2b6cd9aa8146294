//! Every key of every object is in the plan: whoever adds one and forgets its words is told here.
//!
//! The schema, the reader and the model cannot miss a key, since all three come of the object's table; a row can only be
//! silent in a plan, or its words can be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::lang::{Definitions, Files, changes, load, schema};

/// For each key two ways to write it that mean different things: a line of a workspace or of a campaign.
const EDITS: &str = include_str!("edits.txt");

/// A key as `Goal.within`, and the two lines.
fn edits() -> Vec<(&'static str, &'static str, &'static str)> {
    let lines: Vec<&str> = EDITS.lines().map(str::trim).collect();
    lines.chunks(3).map(|edit| (edit[0], edit[1], edit[2])).collect()
}

/// The objects that a workspace has and a campaign has not.
const OF_A_WORKSPACE: [&str; 5] = ["Workspace", "Sender", "Topic", "Cap", "Prices"];

/// A file in which a line stands instead of the usual one for its key.
fn with(usual: &[&str], line: &str) -> String {
    let key = |line: &str| line.split(':').next().unwrap().to_owned();
    let mut lines: BTreeMap<String, &str> = usual.iter().map(|line| (key(line), *line)).collect();
    lines.insert(key(line), line);
    lines.into_values().map(|line| format!("{line}\n")).collect()
}

fn definitions(object: &str, line: &str) -> Definitions {
    let workspace = [
        "name: Shop",
        "timezone: Asia/Seoul",
        "locales: [en, ko]",
        "currency: KRW",
        "senders: [ { id: shop, name: Shop, email: a@b.com }, { id: lab, name: Lab, email: b@b.com } ]",
        "topics: [ { id: news, name: { en: News, ko: 소식 } } ]",
    ];
    let campaign = ["name: C", "purpose: marketing", "trigger: manual", "steps: []"];
    let is_workspace = OF_A_WORKSPACE.contains(&object);
    let nothing = "holdout: 0";
    let mut files = Files::from([
        ("workspace.yaml".to_owned(), with(&workspace, if is_workspace { line } else { nothing })),
        ("c/campaign.yaml".to_owned(), with(&campaign, if is_workspace { nothing } else { line })),
    ]);
    files.extend(["a", "b"].map(|mail| (format!("c/{mail}.mjml"), String::new())));
    let loaded = load(&files);
    loaded.definitions.unwrap_or_else(|| panic!("{object}: {line}: {:?}", loaded.diagnostics))
}

/// What a plan says of an edit.
fn plan(object: &str, before: &str, after: &str) -> Vec<changes::Change> {
    let (before, after) = (definitions(object, before), definitions(object, after));
    let mut found = changes::of_workspace(&before.workspace, &after.workspace);
    let of = |definitions: &'_ Definitions| definitions.campaigns["c"].clone();
    found.extend(changes::of_campaign((&before.workspace, &of(&before)), (&after.workspace, &of(&after))));
    found
}

#[test]
fn a_plan_says_what_becomes_of_each_key() {
    let silent: Vec<&str> = edits()
        .into_iter()
        .filter(|(key, before, after)| plan(key.split('.').next().unwrap(), before, after).is_empty())
        .map(|(key, ..)| key)
        .collect();
    assert_eq!(silent, [""; 0]);
    assert!(plan("Goal", "holdout: 1", "holdout: 1").is_empty(), "what is not changed is not said");
}

#[test]
fn there_is_an_edit_for_each_key_of_the_schemas() {
    let mut keys = BTreeSet::new();
    let mut add = |object: &str, schema: &Value| {
        let mapping = schema["anyOf"].as_array().and_then(|any| any.iter().find(|own| own["properties"].is_object()));
        let properties = mapping.unwrap_or(schema)["properties"].as_object();
        keys.extend(properties.into_iter().flatten().map(|(key, _)| format!("{object}.{key}")));
    };
    for (file, schema) in [("Workspace", schema::workspace()), ("Campaign", schema::campaign())] {
        add(file, &schema);
        schema["$defs"].as_object().unwrap().iter().for_each(|(name, own)| add(name, own));
    }
    let told: BTreeSet<String> = edits().into_iter().map(|(key, ..)| key.to_owned()).collect();
    assert_eq!(keys, told);
    assert!(keys.len() > 100);
}
