//! A pause stops entries and sends and keeps everyone's place.

use super::*;

#[test]
fn what_ran_out_during_a_pause_goes_on_when_it_ends() {
    let mut shop = Shop::steps("[ { id: w, wait: 1d }, { id: a, send: a }, { id: x, wait: 1d }, { id: b, send: b } ]");
    shop.enrol();
    shop.decided();
    shop.pause();
    shop.pass_to("03-05T00:00");
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None), "the place is kept and nothing is due");
    shop.resume();
    assert_eq!(shop.next_due().as_deref(), Some("03-05T00:00"));
    shop.sweep();
    shop.pass_to("03-06T00:00");
    assert_eq!(
        shop.decided(),
        ["03-05T00:00 sent a", "03-05T00:00 waiting x", "03-06T00:00 sent b", "03-06T00:00 completed"]
    );
}

#[test]
fn a_pause_keeps_the_place_also_of_somebody_who_is_due_elsewhere() {
    let mut shop = Shop::steps("[ { id: w, wait: 1d }, { id: x, wait: 1d }, { id: b, send: b } ]");
    shop.beside = Some(
        compile("d", "name: D\npurpose: marketing\ntrigger: { event: start }\nsteps: [ { id: w, wait: 2d } ]\n").1,
    );
    shop.enrol();
    shop.event("start", json!({}));
    shop.decided();
    shop.pause();
    shop.pass_to("03-05T00:00");
    assert_eq!(shop.decided(), ["03-03T00:00 completed"], "that is the other campaign");
    shop.resume();
    shop.sweep();
    assert_eq!(shop.decided(), ["03-05T00:00 waiting x"]);
}

#[test]
fn a_late_tick_goes_on_at_the_resumption_and_not_inside_the_pause() {
    // The other campaign is due inside the pause, and nobody looks before it is over.
    let beside = "name: D\npurpose: marketing\ntrigger: { event: start }\nsteps: [ { id: w, wait: 2d } ]\n";
    for trigger in ["manual", "{ lapsed: { after: 1d, since: order.completed } }"] {
        let mut shop = Shop::with(&manual("[ { id: w, wait: 1d }, { id: b, send: b } ]").replace("manual", trigger));
        shop.beside = Some(compile("d", beside).1);
        if trigger == "manual" {
            shop.enrol();
        }
        shop.event("order.completed", json!({}));
        shop.event("start", json!({}));
        shop.decided();
        shop.pause();
        shop.now = at("2026-03-05T00:00:00Z");
        shop.resume();
        shop.pass_to("03-05T00:01");
        let decided = shop.decided();
        assert_eq!(decided[0], "03-03T00:00 completed", "{trigger}: the other campaign");
        assert!(decided.len() > 1 && decided[1..].iter().all(|line| line.starts_with("03-05T00:00")), "{decided:?}");
    }
}

#[test]
fn windows_still_hold_after_a_pause() {
    let mut shop = Shop::with(
        &manual("[ { id: w, wait: 1d }, { id: a, send: a } ]")
            .replace("steps:", "window: { from: \"09:00\", to: \"18:00\" }\nsteps:"),
    );
    shop.enrol();
    shop.pause();
    shop.now = at("2026-03-05T20:00:00Z");
    shop.resume();
    shop.sweep();
    shop.pass_to("03-06T09:00");
    let expected = [
        "03-01T00:00 entered",
        "03-01T00:00 waiting w",
        "03-05T20:00 delayed a",
        "03-06T09:00 sent a",
        "03-06T09:00 completed",
    ];
    assert_eq!(shop.decided(), expected);
}

#[test]
fn an_event_that_was_waited_for_counts_although_it_comes_during_a_pause() {
    let mut shop = Shop::steps(
        "[ { id: f, wait_for: { event: bought, timeout: 2d }, then: [ { id: thanks, wait: 1d }, { id: b, send: b } ], else: [ { id: a, send: a } ] } ]",
    );
    shop.enrol();
    shop.decided();
    shop.pause();
    shop.pass_to("03-02T00:00");
    shop.event("bought", json!({}));
    assert_eq!(shop.decided(), ["03-02T00:00 resumed f", "03-02T00:00 waiting thanks"], "time goes on, so waits begin");
    shop.pass_to("03-09T00:00");
    shop.resume();
    shop.sweep();
    assert_eq!(shop.decided(), ["03-09T00:00 sent b", "03-09T00:00 completed"]);
}

#[test]
fn a_mail_after_such_an_event_waits_for_the_end_of_the_pause() {
    let mut shop = Shop::steps("[ { id: f, wait_for: { event: bought, timeout: 2d }, then: [ { id: a, send: a } ] } ]");
    shop.enrol();
    shop.decided();
    shop.pause();
    shop.event("bought", json!({}));
    shop.pass_to("03-03T00:00");
    assert_eq!((shop.decided(), shop.sent.len()), (vec!["03-01T00:00 resumed f".to_owned()], 0));
    shop.publish_steps("[ { id: c, send: c } ]", &[("a", Choice::Move("c".to_owned()))]);
    shop.sweep();
    assert_eq!((shop.decided(), shop.next_due()), (vec![], None), "publishing never un-pauses");
    shop.resume();
    shop.sweep();
    assert_eq!(shop.decided(), ["03-03T00:00 sent c", "03-03T00:00 completed"]);
}

#[test]
fn nobody_enters_during_a_pause_and_exits_still_happen() {
    let mut shop = Shop::with(
        "name: C\npurpose: marketing\ntrigger: { event: start }\nentry: every\nexit_on: [stop]\nsteps: [ { id: w, wait: 1d }, { id: a, send: a } ]\n",
    );
    shop.event("start", json!({}));
    shop.pause();
    shop.event("stop", json!({}));
    shop.event("start", json!({}));
    assert_eq!(
        shop.decided(),
        ["03-01T00:00 entered", "03-01T00:00 waiting w", "03-01T00:00 exited stop", "03-01T00:00 not_entered paused"]
    );
}

#[test]
fn a_date_that_passed_during_a_pause_is_gone_and_says_so() {
    let mut shop = Shop::with(
        "name: C\npurpose: marketing\ntrigger: { date: person.attributes.birthday, yearly: true }\nentry: every\nsteps: [ { id: a, send: a } ]\n",
    );
    shop.event("updated", json!({ "person": { "attributes": { "birthday": "1990-03-03" } } }));
    assert_eq!(shop.next_due().as_deref(), Some("03-03T09:00"));
    shop.pause();
    shop.pass_to("03-04T00:00");
    shop.resume();
    shop.sweep();
    assert_eq!(shop.decided(), ["03-04T00:00 not_entered paused"]);
    assert_eq!(next_due(&shop.ann, &shop.catalog()).unwrap().to_string(), "2027-03-03T09:00:00Z");
}

#[test]
fn a_lapse_that_passed_during_a_pause_is_still_one() {
    let mut shop = Shop::with(
        "name: C\npurpose: marketing\ntrigger: { lapsed: { after: 2d, since: order.completed } }\nsteps: [ { id: a, send: a } ]\n",
    );
    shop.event("order.completed", json!({}));
    shop.pause();
    shop.pass_to("03-05T00:00");
    assert_eq!(shop.decided(), [""; 0]);
    shop.resume();
    shop.sweep();
    assert_eq!(shop.decided(), ["03-05T00:00 entered", "03-05T00:00 sent a", "03-05T00:00 completed"]);
}
