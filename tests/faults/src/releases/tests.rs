use super::*;
use crate::modes;
use crate::run::{Setup, run_and_keep};
use crate::shop::WHOLE;

#[test]
fn the_file_has_every_path_that_is_written_and_no_other() {
    let mut unknown = BTreeSet::new();
    let mut written = BTreeSet::new();
    for (part, value) in whole::parts() {
        unknown.extend(present().unknown(part, &value));
        let form = present().named.get(part).unwrap();
        leaves(form, part, &value, &mut written);
    }
    assert_eq!(unknown, BTreeSet::new(), "these are missing in form.txt");
    let listed: BTreeSet<String> = paths().map(|(_, path)| path.to_owned()).collect();
    assert_eq!(listed.len(), paths().count(), "a path stands there twice");
    // Of what is a record since, the path above is there as well.
    let is_above = |path: &String| listed.iter().any(|own| is_below(own, path));
    let stale: Vec<&String> = listed.iter().filter(|path| !written.contains(*path) && !is_above(path)).collect();
    assert_eq!(stale, Vec::<&String>::new(), "nobody writes these");
}

/// The paths of a value as the file has them.
fn leaves(form: &Form, at: &str, value: &Value, found: &mut BTreeSet<String>) {
    if form.is_open {
        found.insert(format!("{at}.**"));
        return;
    }
    match value {
        Value::Array(all) if all.iter().any(Value::is_object) => {
            all.iter().for_each(|one| leaves(form, at, one, found));
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let shown = if form.named.contains_key(name) { name } else { "*" };
                let Some(own) = form.below(name) else { continue };
                leaves(own, &format!("{at}.{shown}"), field, found);
            }
        }
        _ => drop(found.insert(at.to_owned())),
    }
}

#[test]
fn whatever_a_run_writes_is_in_the_file() {
    let known = modes::known();
    let mut unknown = BTreeSet::new();
    let mut images = 0;
    for seed in 1..=10 {
        let (_, _, written) = run_and_keep(&Setup { beside: None, ..modes::random(seed, WHOLE, None) }, Some(&known));
        for parts in written.iter().filter_map(packed) {
            images += 1;
            for (part, value) in parts.as_object().unwrap() {
                unknown.extend(present().unknown(part, value));
            }
        }
    }
    assert_eq!(unknown, BTreeSet::new(), "these are missing in form.txt");
    assert!(images > 500, "only {images} were looked at");
}

/// Whatever the release before drops, this one reads what it wrote.
#[test]
fn what_may_be_missing_may_be_missing() {
    let mut rng = Rng::new(7);
    let mut dropped = BTreeSet::new();
    for _ in 0..200 {
        let form = before(&mut rng);
        for (part, whole) in whole::parts() {
            let mut value = whole.clone();
            let Some(poorer) = form.poorer(part) else { continue };
            assert!(poorer.prune(&mut value) > 0, "{part}");
            dropped.extend(form.unknown(part, &whole));
            let is_read = match part {
                "p" => serde_json::from_value::<rekindle_engine::person::Person>(value).is_ok(),
                "r" => serde_json::from_value::<rekindle_store::Record>(value).is_ok(),
                "u" => serde_json::from_value::<rekindle_store::PendingLedger>(value).is_ok(),
                "send" => serde_json::from_value::<rekindle_lambda::messages::PlannedSend>(value).is_ok(),
                "sweep" => serde_json::from_value::<rekindle_lambda::messages::SweepRequest>(value).is_ok(),
                other => panic!("{other} is not read here"),
            };
            assert!(is_read, "{part} without {dropped:?}");
        }
    }
    assert!(dropped.contains("p.out.send-0.w") && dropped.contains("send.chain"), "{dropped:?}");
}
