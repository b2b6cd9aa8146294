//! A campaign is edited while people wait in it.

use super::*;

fn to(step: &str) -> Choice {
    Choice::Move(step.to_owned())
}

const BEFORE: &str = "[ { id: w, wait: 1d }, { id: a, send: a }, { id: x, wait: 2d }, { id: b, send: b } ]";

/// A shop in which Ann stands on `x`, after mail `a`.
fn on_x() -> Shop {
    let mut shop = Shop::steps(BEFORE);
    shop.enrol();
    shop.pass_to("03-02T00:00");
    assert_eq!(
        shop.decided(),
        ["03-01T00:00 entered", "03-01T00:00 waiting w", "03-02T00:00 sent a", "03-02T00:00 waiting x"]
    );
    shop
}

#[test]
fn whoever_waits_on_a_step_that_stays_goes_on_in_the_new_version() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: x, wait: 9d }, { id: c, send: c } ]", &[]);
    shop.sweep();
    assert_eq!(shop.next_due().as_deref(), Some("03-04T00:00"), "what was waited for was fixed when the wait began");
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 sent c", "03-04T00:00 completed"]);
}

#[test]
fn without_a_choice_people_on_a_step_that_is_gone_finish_on_the_old_version() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: w, wait: 1d }, { id: c, send: c } ]", &[]);
    shop.sweep();
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 sent b", "03-04T00:00 completed"]);
}

#[test]
fn finishing_on_old_is_finishing_on_the_version_that_was_live_before() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: x, wait: 2d }, { id: c, send: c } ]", &[]);
    shop.sweep();
    assert_eq!(shop.version(), 2);
    shop.publish_steps("[ { id: d, send: d } ]", &[("x", Choice::FinishOnOld)]);
    shop.sweep();
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 sent c", "03-04T00:00 completed"]);
}

#[test]
fn moved_people_begin_the_other_step_at_once() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: y, wait: 3d }, { id: c, send: c } ]", &[("x", to("y"))]);
    shop.now = at("2026-03-02T12:00:00Z");
    shop.sweep();
    shop.pass_to("03-05T12:00");
    assert_eq!(shop.decided(), ["03-02T12:00 waiting y", "03-05T12:00 sent c", "03-05T12:00 completed"]);
    assert_eq!(shop.sent.len(), 2);
}

#[test]
fn a_choice_holds_too_where_the_wait_ends_before_the_pass_comes() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: c, send: c } ]", &[("x", to("c"))]);
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 sent c", "03-04T00:00 completed"]);
}

#[test]
fn an_exit_by_choice_is_journalled() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: c, send: c } ]", &[("x", Choice::Exit)]);
    shop.sweep();
    assert_eq!(shop.decided(), ["03-02T00:00 exited step_removed"]);
    assert_eq!(shop.next_due(), None);
}

#[test]
fn a_step_that_moved_before_the_wait_is_passed_and_one_that_moved_behind_comes_again_but_sends_nothing() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: b, send: b }, { id: x, wait: 2d }, { id: a, send: a }, { id: c, send: c } ]", &[]);
    shop.sweep();
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 skipped a", "03-04T00:00 sent c", "03-04T00:00 completed"]);
    assert_eq!(shop.sent.len(), 2, "no edit sends anyone the same step twice");
}

#[test]
fn moving_back_before_a_mail_does_not_send_it_again() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: a, send: a }, { id: b, send: b } ]", &[("x", to("a"))]);
    shop.sweep();
    assert_eq!(shop.decided(), ["03-02T00:00 skipped a", "03-02T00:00 sent b", "03-02T00:00 completed"]);
}

#[test]
fn after_a_rollback_people_on_a_newer_step_finish_on_the_newer_version() {
    let mut shop = Shop::steps("[ { id: a, send: a } ]");
    shop.publish_steps("[ { id: new, wait: 1d }, { id: b, send: b } ]", &[]);
    shop.enrol();
    shop.rollback(1);
    shop.sweep();
    shop.pass_to("03-02T00:00");
    assert_eq!(
        shop.decided(),
        ["03-01T00:00 entered", "03-01T00:00 waiting new", "03-02T00:00 sent b", "03-02T00:00 completed"]
    );
    shop.enrol();
    assert_eq!(shop.decided(), ["03-02T00:00 entered", "03-02T00:00 sent a", "03-02T00:00 completed"]);
}

#[test]
fn a_step_may_become_another_kind_under_its_id() {
    let mut shop = on_x();
    shop.publish_steps("[ { id: x, send: c }, { id: b, send: b } ]", &[]);
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 sent x", "03-04T00:00 sent b", "03-04T00:00 completed"]);
    // A mail that is held back by the hours becomes a wait: the wait begins when the mail would have gone.
    let windowed = |steps: &str| manual(steps).replace("steps:", "window: { from: \"09:00\", to: \"10:00\" }\nsteps:");
    let mut shop = Shop::with(&windowed("[ { id: m, send: a }, { id: b, send: b } ]"));
    shop.enrol();
    shop.publish(&windowed("[ { id: m, wait_for: { event: o, timeout: 1d } }, { id: b, send: b } ]"), &[]);
    shop.event("o", json!({}));
    shop.pass_to("03-02T09:00");
    let expected = [
        "03-01T00:00 entered",
        "03-01T00:00 delayed m",
        "03-01T09:00 waiting m",
        "03-02T09:00 resumed m",
        "03-02T09:00 sent b",
        "03-02T09:00 completed",
    ];
    assert_eq!(shop.decided(), expected);
}

#[test]
fn whoever_is_in_a_campaign_that_was_taken_out_finishes_and_nobody_enters() {
    let mut shop = on_x();
    shop.retire();
    shop.sweep();
    shop.enrol();
    shop.pass_to("03-04T00:00");
    assert_eq!(shop.decided(), ["03-04T00:00 sent b", "03-04T00:00 completed"]);
}
