//! Triggers that are a matter of time, published when people are known already.

use super::*;

pub(super) fn triggered(trigger: &str) -> String {
    format!("name: C\npurpose: marketing\ntrigger: {trigger}\nentry: every\nsteps: [ {{ id: a, send: a }} ]\n")
}

pub(super) fn lapsed(after: &str) -> String {
    triggered(&format!("{{ lapsed: {{ after: {after}, since: order.completed }} }}"))
}

/// A shop whose campaign is `manual` so far, and in which Ann ordered on 1 March.
pub(super) fn ordered() -> Shop {
    let mut shop = Shop::with(&triggered("manual"));
    shop.event("order.completed", json!({}));
    shop
}

#[test]
fn a_new_lapse_that_lies_ahead_becomes_due() {
    let mut shop = ordered();
    shop.publish(&lapsed("7d"), &[]);
    assert_eq!(shop.next_due(), None);
    shop.sweep();
    assert_eq!(shop.next_due().as_deref(), Some("03-08T00:00"));
}

#[test]
fn a_lapse_that_was_made_longer_does_not_fire_early_although_nobody_was_swept_yet() {
    let mut shop = ordered();
    shop.publish(&lapsed("7d"), &[]);
    shop.sweep();
    shop.publish(&lapsed("14d"), &[]);
    shop.pass_to("03-08T00:00");
    assert_eq!((shop.decided(), shop.next_due().as_deref()), (vec![], Some("03-15T00:00")));
}

#[test]
fn a_timer_of_a_campaign_that_has_no_timed_trigger_any_more_fires_nothing() {
    let mut shop = ordered();
    shop.publish(&lapsed("7d"), &[]);
    shop.sweep();
    shop.publish(&triggered("manual"), &[]);
    shop.pass_to("03-08T00:00");
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None));
}

#[test]
fn a_timer_of_a_campaign_that_was_taken_out_fires_nothing() {
    let mut shop = ordered();
    shop.publish(&lapsed("7d"), &[]);
    shop.sweep();
    shop.retire();
    shop.pass_to("03-08T00:00");
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None));
}

#[test]
fn a_new_date_reaches_everyone_who_has_one() {
    let mut shop = ordered();
    shop.event("updated", json!({ "person": { "attributes": { "renews_on": "2026-03-10" } } }));
    shop.publish(&triggered("{ date: person.attributes.renews_on, offset: -3d }"), &[]);
    shop.sweep();
    shop.pass_to("03-07T09:00");
    assert_eq!(shop.decided(), ["03-07T09:00 entered", "03-07T09:00 sent a", "03-07T09:00 completed"]);
}

#[test]
fn a_schedule_reaches_everyone_although_its_instant_passes_while_the_pass_is_on_its_way() {
    let mut shop = ordered();
    shop.now = at("2026-03-02T08:59:00Z");
    shop.publish(&triggered("{ schedule: { at: \"2026-03-02T09:00\" } }"), &[]);
    shop.now = at("2026-03-02T09:07:00Z");
    shop.sweep();
    shop.sweep();
    assert_eq!(shop.decided(), ["03-02T09:07 entered", "03-02T09:07 sent a", "03-02T09:07 completed"]);
}

#[test]
fn a_schedule_of_the_past_reaches_nobody() {
    let mut shop = ordered();
    shop.now = at("2026-03-02T09:01:00Z");
    shop.publish(&triggered("{ schedule: { at: \"2026-03-02T09:00\" } }"), &[]);
    shop.sweep();
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None));
}
