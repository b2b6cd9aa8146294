//! What a publication, a rollback and a resumption owe to everyone, where the process that owed it ended before it asked for
//! the pass: whoever comes next carries it on, with the choices that were made.

use jiff::SignedDuration;
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Passes, Publications};
use rekindle_workbench::plan::{Plan, chosen};
use rekindle_workbench::{UNWATCHED, publish};

use super::Live;

const STEPS: &str = "[ { id: a, send: a }, { id: w, wait: 1d }, { id: b, send: b } ]";

/// A shop in which somebody waits for the mail `b` of a campaign.
async fn with_somebody_inside(name: &str) -> Live {
    let live = Live::open(name, "{ event: customer.signed_up }").await;
    live.publish(STEPS, &[]).await;
    live.pass_hours(1).await;
    live.sign_up("ann").await;
    live.pass_hours(1).await;
    assert_eq!(live.journal("ann").await.last().unwrap(), "waiting w");
    live
}

impl Live {
    /// Makes live what the folder holds, and dies before anything else is said or asked for.
    async fn publish_and_die(&self, choices: &[&str]) -> u64 {
        let (store, now) = (&self.shop.system.store, self.now());
        let publication = publish::compiled(&self.folder.0, &[]).unwrap();
        let choices: Vec<_> = choices.iter().map(|text| chosen(text).unwrap()).collect();
        let plan = Plan::make(store, publication, &choices, now, UNWATCHED).await.unwrap();
        assert_eq!(plan.problems, [""; 0]);
        publish::make_live(store, &plan, now).await.unwrap()
    }

    fn take_out(&self) {
        std::fs::remove_dir_all(self.folder.0.join("c")).unwrap();
    }

    /// Minutes with their ticks.
    async fn pass_minutes(&self, minutes: i64) {
        for _ in 0..minutes {
            self.shop.pass_to(self.now() + SignedDuration::from_mins(1)).await;
        }
    }
}

#[tokio::test]
async fn the_tick_carries_on_what_a_publication_owes_with_the_choice_to_end() {
    let live = with_somebody_inside("owed-publish").await;
    live.take_out();
    let number = live.publish_and_die(&["c=exit"]).await;
    live.pass_minutes(10).await;
    assert_eq!(live.journal("ann").await.last().unwrap(), "exited campaign_removed");
    let pass = live.shop.system.store.pass(&SweepRequest::publish_name(number)).await.unwrap().unwrap();
    assert!(pass.finished.is_some(), "{pass:?}");
    live.pass_hours(48).await;
    assert_eq!(live.mails(), ["a"], "nobody who was to end gets what came next");
}

#[tokio::test]
async fn who_came_back_into_a_campaign_before_the_pass_is_not_ended_by_it() {
    let live = with_somebody_inside("owed-return").await;
    live.take_out();
    live.publish_and_die(&["c=exit"]).await;
    live.pass_minutes(1).await;
    live.folder.campaign(live.trigger, STEPS);
    live.publish_and_die(&[]).await;
    // Within 5 seconds every function knows that it is back.
    live.pass_minutes(1).await;
    live.sign_up("bob").await;
    live.pass_minutes(20).await;
    assert_eq!(live.journal("ann").await.last().unwrap(), "exited campaign_removed");
    assert_eq!(live.journal("bob").await.last().unwrap(), "waiting w");
}

#[tokio::test]
async fn the_tick_carries_on_what_a_rollback_owes() {
    let live = Live::open("owed-rollback", "{ lapsed: { after: 30d, since: order.completed } }").await;
    let first = live.publish("[ { id: a, send: a } ]", &[]).await;
    live.pass_hours(1).await;
    live.take_out();
    let second = live.publish_and_die(&[]).await;
    live.pass_hours(1).await;
    live.shop
        .put("o1", "order.completed", serde_json::json!({ "person": { "id": "ann", "email": "ann@example.com" } }))
        .await;
    live.shop.settle().await;
    let store = &live.shop.system.store;
    let request = SweepRequest::published(second + 1, ["c".to_owned()].into(), [].into(), live.instant());
    store.rollback(first, second, "too early", Some(&request.owed().unwrap()), live.instant()).await.unwrap();
    live.pass_minutes(10).await;
    live.pass_hours(31 * 24).await;
    assert_eq!(live.mails(), ["a"], "only the pass can have set the timer of somebody who ordered in between");
}

#[tokio::test]
async fn the_tick_carries_on_what_a_resumption_owes() {
    let live = with_somebody_inside("owed-resume").await;
    live.pause().await;
    live.pass_hours(30).await;
    assert_eq!(live.mails(), ["a"]);
    let request = SweepRequest::resumed("c", live.instant());
    let owed = request.owed().unwrap();
    assert!(live.shop.system.store.resume("c", "mended", "kim", Some(&owed), live.instant()).await.unwrap());
    live.pass_minutes(10).await;
    assert_eq!(live.mails(), ["a", "b"]);
}

#[tokio::test]
async fn a_pass_that_cannot_go_on_is_tried_again_ever_more_rarely_and_goes_on_in_the_end() {
    let live = with_somebody_inside("owed-fails").await;
    live.take_out();
    let number = live.publish_and_die(&["c=exit"]).await;
    let name = SweepRequest::publish_name(number);
    let refused = rekindle_local::Fault::Refuse("ValidationException".to_owned());
    live.shop.system.aws.fail_next("Scan", &refused, 12);
    live.pass_minutes(60).await;
    let pass = live.shop.system.store.pass(&name).await.unwrap().unwrap();
    assert!((2..12).contains(&pass.tries), "{pass:?}");
    for _ in 0..24 * 6 {
        live.shop.pass_to(live.now() + SignedDuration::from_mins(10)).await;
    }
    assert_eq!(live.journal("ann").await.last().unwrap(), "exited campaign_removed");
}
