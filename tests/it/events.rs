//! The contract for applications: schema, sample and what `intake` accepts are one.

use std::fs;
use std::path::Path;

use rekindle_engine::event::Event;
use serde_json::{Value, json};

/// Every event type that has a sample, with the detail's schema and the sample's envelope.
fn contracts() -> Vec<(String, Value, Value)> {
    let folder = crate::past::folder("events");
    let read = |path: &Path| serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap();
    let names = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut kinds: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".sample.json").map(str::to_owned)).collect();
    kinds.sort();
    let contract = |kind: String| {
        let schema = read(&folder.join(format!("{kind}.schema.json")));
        let sample = read(&folder.join(format!("{kind}.sample.json")));
        (kind, schema, sample)
    };
    kinds.into_iter().map(contract).collect()
}

/// Whether the type's schema takes the detail.
fn schema_takes(schema: &Value, detail: &Value) -> bool {
    let folder = crate::past::folder("events");
    let mut registry = jsonschema::Registry::new();
    for shared in ["detail", "person", "envelope"] {
        let text = fs::read_to_string(folder.join(format!("{shared}.schema.json"))).unwrap();
        let shared: Value = serde_json::from_str(&text).unwrap();
        let id = shared["$id"].as_str().unwrap().to_owned();
        registry = registry.add(&id, shared).unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(schema).unwrap().is_valid(detail)
}

#[test]
fn every_sample_is_what_its_schema_and_intake_take() {
    let contracts = contracts();
    for (kind, schema, sample) in &contracts {
        assert_eq!(sample["detail-type"], **kind);
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{kind} says who sends it");
        assert!(schema_takes(schema, &sample["detail"]), "{kind}");
        let event = Event::from_value(sample.clone()).unwrap();
        assert_eq!(&*event.kind, kind.as_str());
    }
    assert!(contracts.len() >= 17, "{} types", contracts.len());
}

#[test]
fn schema_and_intake_refuse_and_take_the_same() {
    let changes: [(&str, Value); 25] = [
        ("/person", Value::Null),
        ("/person/id", json!("")),
        ("/person/id", json!(7)),
        ("/person/email", json!(7)),
        ("/person/email", Value::Null),
        ("/person/locale", json!([])),
        ("/person/timezone", json!(false)),
        ("/person/timezone", json!("Mars/Olympus")),
        ("/person/attributes", json!([])),
        ("/person/attributes", Value::Null),
        ("/person/attributes", json!({ "deep": { "er": [1, null] } })),
        ("/person/consent", json!(true)),
        ("/person/consent", json!({ "marketing": "yes" })),
        ("/person/consent", json!({ "marketing": true, "topics": { "news": false } })),
        ("/person/consent", json!({ "topics": { "news": 1 } })),
        ("/person/consent", json!({ "topics": [] })),
        ("/event_id", json!(7)),
        ("/event_id", json!("own")),
        ("/order", json!({ "total": "7" })),
        ("/order", json!({ "total": -7.5 })),
        ("/order", json!({ "total": null })),
        ("/order", json!({ "total": 9_007_199_254_740_992_i64 })),
        ("/order", json!({ "total": 9_007_199_254_740_993_i64 })),
        ("/order", json!({ "total": -1e300 })),
        ("/anything_else", json!({ "of": ["yours"] })),
    ];
    let (mut taken, mut refused) = (0, 0);
    for (kind, schema, sample) in contracts() {
        for (place, value) in &changes {
            let mut changed = sample.clone();
            let (parent, field) = place.rsplit_once('/').unwrap();
            let parent = changed["detail"].pointer_mut(parent).unwrap().as_object_mut().unwrap();
            parent.insert(field.to_owned(), value.clone());
            let by_schema = schema_takes(&schema, &changed["detail"]);
            let by_intake = Event::from_value(changed).is_ok();
            assert_eq!(by_schema, by_intake, "{kind} with {place} = {value}");
            if by_intake { taken += 1 } else { refused += 1 }
        }
    }
    println!("{taken} details taken, {refused} refused, by schema and intake alike");
}
