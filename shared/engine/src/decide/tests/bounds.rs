//! What happens at the bounds of a person (SPEC.md section 11, "Bounds"): whom each hurts, and that nobody is kept from
//! leaving by any.

use serde_json::json;

use super::super::Refused;
use super::*;
use crate::person::bounds;

/// A campaign that an event `go` enters, with a wait, and further keys.
fn entered_by_go(more: &str) -> String {
    format!("name: C\npurpose: transactional\ntrigger: {{ event: go }}\nsteps: [ {{ id: w, wait: 400d }} ]\n{more}")
}

impl Shop {
    /// An event about Ann, and what was decided.
    fn says(&mut self, kind: &str, detail: Value) -> Decision {
        self.events += 1;
        let mut detail = detail;
        let person = detail.as_object_mut().unwrap().entry("person").or_insert_with(|| json!({}));
        person.as_object_mut().unwrap().insert("id".to_owned(), json!("ann"));
        let id = format!("e{}", self.events);
        let event = json!({ "id": id, "detail-type": kind, "time": self.now, "detail": detail });
        self.decide(&Input::Event(&Event::from_value(event).unwrap()))
    }

    fn full_day() -> Self {
        let mut shop = Self::with(&entered_by_go(""));
        // Signing up was the first.
        for _ in 1..bounds::EVENTS_IN_A_DAY {
            assert_eq!(shop.says("viewed", json!({})).refused, None);
        }
        shop
    }
}

#[test]
fn one_event_more_than_a_day_holds_is_refused_whole_until_a_day_has_passed() {
    let mut shop = Shop::full_day();
    let before = shop.ann.clone();
    let decision = shop.says("go", json!({ "person": { "email": "other@example.com" } }));
    assert_eq!((decision.refused, decision.dropped, decision.lines.len()), (Some(Refused::EventsInADay), false, 0));
    assert_eq!(shop.ann, before, "nothing of it was applied");
    // What was applied once is still recognised.
    shop.events = 0;
    assert!(shop.says("customer.signed_up", json!({})).dropped);
    shop.events = 100_000;
    shop.now = at("2026-03-01T23:59:59Z");
    assert_eq!(shop.says("go", json!({})).refused, Some(Refused::EventsInADay));
    shop.now = at("2026-03-02T00:00:00Z");
    assert_eq!(shop.says("go", json!({})).refused, None);
    assert_eq!(shop.decided(), ["03-02T00:00 entered", "03-02T00:00 waiting w"]);
}

#[test]
fn no_full_day_keeps_anybody_from_leaving() {
    for (kind, detail, ended) in [
        ("consent.changed", json!({ "consent": { "marketing": false } }), ""),
        ("x", json!({ "person": { "consent": { "topics": { "news": false } } } }), ""),
        ("email.complained", json!({}), "03-01T00:00 exited suppressed"),
        ("email.bounced", json!({ "bounce": "hard" }), "03-01T00:00 exited suppressed"),
        ("customer.deleted", json!({}), "03-01T00:00 exited customer.deleted"),
    ] {
        let mut shop = Shop::with(&entered_by_go(""));
        shop.says("go", json!({}));
        shop.decided();
        for _ in 2..bounds::EVENTS_IN_A_DAY {
            shop.says("viewed", json!({}));
        }
        assert!(shop.says("viewed", json!({})).refused.is_some());
        let decision = shop.says(kind, detail);
        assert_eq!((decision.refused, decision.dropped), (None, false), "{kind}");
        assert_eq!(shop.decided(), Vec::from_iter((!ended.is_empty()).then(|| ended.to_owned())), "{kind}");
        assert!(shop.ann.applied.len() <= bounds::EVENTS_IN_A_DAY, "{kind} takes no place");
        let profile = &shop.ann.profile;
        let left = profile.consent.marketing.is_some_and(|said| !said.agreed) || profile.consent.has_left("news");
        assert!(left || profile.suppressed_at.is_some() || shop.ann.is_erased(), "{kind}");
        assert!(shop.ann.is_erased() || profile.events.contains_key(kind), "{kind} is applied whole");
    }
}

#[test]
fn an_event_of_a_further_type_does_everything_but_be_counted() {
    let mut shop = Shop::with(&entered_by_go("entry: every\naudience: person.events[\"go\"].count == 0\n"));
    for n in 1..bounds::EVENT_TYPES {
        shop.says(&format!("viewed.{n}"), json!({}));
    }
    shop.says("go", json!({ "person": { "attributes": { "seen": true } } }));
    assert_eq!(shop.decided(), ["03-01T00:00 entered", "03-01T00:00 waiting w"]);
    assert_eq!(shop.ann.profile.attributes["seen"], json!(true));
    assert_eq!((shop.ann.profile.events.len(), shop.ann.profile.events.get("go")), (bounds::EVENT_TYPES, None));
    shop.says("order.completed", json!({ "order": { "total": 5 } }));
    assert_eq!((shop.ann.profile.orders.count, shop.ann.profile.orders.total), (1, 5.0));
    shop.says("viewed.1", json!({}));
    assert_eq!(shop.ann.profile.events["viewed.1"].count, 2, "a type that is counted goes on being counted");
    shop.says("consent.changed", json!({ "consent": { "marketing": false } }));
    assert!(!shop.ann.profile.consent.allows_marketing());
}

#[test]
fn five_hundred_active_enrolments_keep_out_of_any_campaign() {
    let mut shop = Shop::with(&entered_by_go("entry: every\nkey: event.n\nexit_on: [done]\n"));
    for n in 0..bounds::ENROLMENTS {
        shop.says("go", json!({ "n": n }));
    }
    shop.decided();
    shop.says("go", json!({ "n": "more" }));
    assert_eq!(shop.decided(), ["03-01T00:00 not_entered bounds"]);
    shop.says("go", json!({ "n": 7 }));
    assert_eq!(shop.decided(), ["03-01T00:00 not_entered already_in"], "`bounds` is the last reason");
    shop.says("done", json!({ "n": 7 }));
    shop.says("go", json!({ "n": "more" }));
    assert_eq!(shop.decided(), ["03-01T00:00 exited done", "03-01T00:00 entered", "03-01T00:00 waiting w"]);
}

#[test]
fn five_hundred_that_can_still_convert_keep_out_of_campaigns_with_a_goal() {
    let goal = "goal: { event: bought, within: 1d }\n";
    let short =
        entered_by_go(&format!("entry: every\nkey: event.n\n{goal}")).replace("[ { id: w, wait: 400d } ]", "[]");
    let mut shop = Shop::with(&short);
    shop.beside = Some(compile("d", &entered_by_go("entry: every\n")).1);
    for n in 0..bounds::CONVERTIBLE {
        shop.says("go", json!({ "n": n }));
    }
    shop.decided();
    // The campaign without a goal is entered already; this one is not any more.
    shop.says("go", json!({ "n": "more" }));
    assert_eq!(shop.decided(), ["03-01T00:00 not_entered bounds", "03-01T00:00 not_entered already_in"]);
    // A conversion makes room.
    shop.says("bought", json!({ "n": 3 }));
    shop.decided();
    shop.says("go", json!({ "n": "more" }));
    assert_eq!(shop.decided()[0], "03-01T00:00 entered");
    // So does the end of the 90 days after the window.
    shop.now = at("2026-05-31T00:00:00Z").plus_seconds(-1);
    shop.says("go", json!({ "n": "yet another" }));
    assert_eq!(shop.decided()[0], "05-30T23:59 not_entered bounds");
    shop.now = at("2026-05-31T00:00:00Z");
    shop.says("go", json!({ "n": "yet another" }));
    assert_eq!(shop.decided()[0], "05-31T00:00 entered");
}

#[test]
fn a_thousand_values_of_a_key_keep_out_with_a_new_one_only() {
    for (rule, again) in [
        ("once", "not_entered entry_rule"),
        ("every", "entered"),
        ("{ again_after: 1d }", "entered"),
        ("{ again_after: 30d }", "not_entered entry_rule"),
    ] {
        let short = entered_by_go(&format!("entry: {rule}\nkey: event.n\n")).replace("[ { id: w, wait: 400d } ]", "[]");
        let mut shop = Shop::with(&short);
        for n in 0..bounds::KEYS {
            shop.says("go", json!({ "n": n }));
        }
        shop.pass_to("03-05T00:00");
        shop.decided();
        for _ in 0..2 {
            shop.says("go", json!({ "n": "new" }));
            assert_eq!(shop.decided(), ["03-05T00:00 not_entered bounds"], "{rule}");
        }
        for n in [0, bounds::KEYS - 1, 500] {
            shop.says("go", json!({ "n": n }));
            assert_eq!(shop.decided()[0], format!("03-05T00:00 {again}"), "{rule} {n}");
        }
        let own = shop.ann.standings.get("c").unwrap();
        assert_eq!(own.keys(), bounds::KEYS, "{rule}");
        assert!(rule.contains("30d") || own.last_entries.len() <= bounds::KEYS_WITHOUT_A_RULE, "{rule}");
    }
}
