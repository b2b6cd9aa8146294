//! Lapses that were past when their trigger came to know of them (SPEC.md section 11, History): by an event of the past, or
//! when the campaign was published.

use super::sweeps::{lapsed, ordered, triggered};
use super::*;

/// `lapsed` after 7 days, with this rule for what is past.
fn catching_up(rule: &str) -> String {
    triggered(&format!("{{ lapsed: {{ after: 7d, since: order.completed, catch_up: {rule} }} }}"))
}

/// The entry at an instant, and what follows at once.
fn entry(at: &str) -> Vec<String> {
    ["entered", "sent a", "completed"].map(|what| format!("{at} {what}")).to_vec()
}

/// Ann's order of an instant of 2026 is told now, as a fact of the past or as news.
fn told(shop: &mut Shop, time: &str, history: bool) {
    let now = std::mem::replace(&mut shop.now, at(&format!("2026-{time}:00Z")));
    let event = shop.event_of("order.completed", json!({ "history": history }));
    shop.now = now;
    shop.decide(&Input::Event(&event));
}

#[test]
fn a_publication_catches_up_with_lapses_as_the_campaign_says() {
    for (rule, due) in [("none", None), ("all", Some("03-21T00:00")), ("0d", Some("03-21T00:00"))] {
        let mut shop = ordered();
        shop.pass_to("03-20T00:00");
        shop.publish(&catching_up(rule), &[]);
        // However late the pass comes, and however often, the instant counts from the publication.
        shop.now = at("2026-03-20T07:00:00Z");
        shop.sweep();
        shop.sweep();
        assert_eq!(shop.next_due().as_deref(), due, "{rule}");
        shop.pass_to("03-30T00:00");
        assert_eq!(shop.decided(), due.map(entry).unwrap_or_default(), "{rule}");
        assert_eq!(shop.next_due(), None, "{rule}: once");
    }
}

#[test]
fn who_never_lapsed_is_looked_at_again_by_a_later_publication_and_nobody_pays_for_remembering_it() {
    let mut shop = ordered();
    shop.pass_to("03-20T00:00");
    let before = Person { clock: Some(shop.now), ..shop.ann.clone() };
    shop.publish(&catching_up("none"), &[]);
    shop.sweep();
    assert_eq!(shop.ann, before, "of whom nothing comes, nothing is written");
    // Neither another event nor the same publication seen again looks again.
    shop.event("customer.updated", json!({ "person": { "timezone": "Asia/Seoul" } }));
    shop.sweep();
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None));
    shop.publish(&catching_up("all"), &[]);
    shop.sweep();
    assert_eq!(shop.next_due().as_deref(), Some("03-21T00:00"));
}

#[test]
fn who_waits_for_such_an_instant_keeps_it_and_an_order_replaces_it() {
    let mut shop = ordered();
    shop.pass_to("03-20T00:00");
    shop.publish(&catching_up("all"), &[]);
    shop.sweep();
    // Another publication, an order of long before and a new zone leave it.
    shop.pass_to("03-20T12:00");
    shop.publish(&catching_up("none"), &[]);
    shop.sweep();
    told(&mut shop, "02-01T00:00", false);
    told(&mut shop, "02-02T00:00", true);
    shop.event("customer.updated", json!({ "person": { "timezone": "America/New_York" } }));
    assert_eq!(shop.next_due().as_deref(), Some("03-21T00:00"));
    shop.event("order.completed", json!({}));
    assert_eq!(shop.next_due().as_deref(), Some("03-27T12:00"));
    assert!(shop.ann.standings.get("c").unwrap().late_lapse.is_none());
}

#[test]
fn a_version_by_which_it_is_no_lapse_yet_replaces_it() {
    let mut shop = ordered();
    shop.pass_to("03-20T00:00");
    shop.publish(&catching_up("all"), &[]);
    shop.sweep();
    shop.pass_to("03-20T12:00");
    shop.publish(&lapsed("30d"), &[]);
    assert_eq!(shop.next_due().as_deref(), Some("03-21T00:00"), "nobody was swept yet");
    shop.pass_to("03-21T00:00");
    assert_eq!((shop.decided(), shop.next_due().as_deref()), (vec![], Some("03-31T00:00")));
}

#[test]
fn a_lapse_that_was_made_shorter_is_late_and_one_that_a_pause_held_back_is_not() {
    let mut shop = ordered();
    shop.publish(&lapsed("60d"), &[]);
    shop.sweep();
    shop.pass_to("03-20T00:00");
    shop.publish(&lapsed("7d"), &[]);
    shop.sweep();
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None), "`none` is the default");

    let mut paused = ordered();
    paused.publish(&lapsed("7d"), &[]);
    paused.sweep();
    paused.pause();
    paused.pass_to("03-20T00:00");
    paused.publish(&lapsed("7d"), &[]);
    paused.sweep();
    paused.resume();
    paused.sweep();
    let reached = paused.decided();
    assert_eq!(reached, entry("03-20T00:00"), "it was known of before its time came");
}

#[test]
fn an_order_of_the_past_told_as_news_fires_at_once_and_as_history_waits() {
    for (history, reached) in [(false, "03-20T00:00"), (true, "03-21T00:00")] {
        let mut shop = Shop::with(&catching_up("all"));
        shop.pass_to("03-20T00:00");
        told(&mut shop, "03-02T00:00", history);
        shop.pass_to("04-30T00:00");
        assert_eq!(shop.decided(), entry(reached), "history: {history}");
    }
}

#[test]
fn history_ahead_of_its_lapse_sets_the_timer_and_does_nothing_else() {
    let mut shop = Shop::with(&catching_up("none"));
    shop.pass_to("03-05T00:00");
    told(&mut shop, "03-02T00:00", true);
    assert_eq!((shop.decided(), shop.next_due().as_deref()), (vec![], Some("03-09T00:00")));
    // A load tells the newest first: what is older moves nothing.
    told(&mut shop, "02-20T00:00", true);
    assert_eq!((shop.decided(), shop.next_due().as_deref()), (vec![], Some("03-09T00:00")));
    assert_eq!(shop.ann.profile.orders.count, 2);
}

#[test]
fn history_that_sets_a_zone_fires_nothing_at_once() {
    for (history, due) in [(false, None), (true, Some("03-09T07:30"))] {
        let mut shop = Shop::with(&catching_up("all"));
        shop.pass_to("03-01T08:00");
        shop.event("order.completed", json!({}));
        shop.pass_to("03-08T07:30");
        assert_eq!(shop.next_due().as_deref(), Some("03-08T08:00"));
        // In New York the clocks were set that night: the same hour of the week after comes an hour earlier.
        let person = json!({ "timezone": "America/New_York" });
        shop.event("customer.updated", json!({ "person": person, "history": history }));
        assert_eq!(shop.next_due().as_deref(), due, "history: {history}");
    }
}
