//! An edit while people are inside, and the way back.

use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Publications;
use rekindle_workbench::UNWATCHED;
use rekindle_workbench::plan::Plan;

use super::Live;

const SIGNED_UP: &str = "{ event: customer.signed_up }";
const FIRST: &str = "[ { id: a, send: a }, { id: w, wait: 1d }, { id: b, send: b } ]";

#[tokio::test]
async fn people_inside_go_on_in_an_edited_campaign_and_others_get_it_from_its_beginning() {
    let live = Live::open("edits", SIGNED_UP).await;
    live.publish(FIRST, &[]).await;
    live.sign_up("ann").await;
    live.pass_hours(1).await;
    live.publish("[ { id: c, send: c }, { id: w, wait: 2d }, { id: d, send: d } ]", &[]).await;
    live.sign_up("bob").await;
    live.pass_hours(24 * 4).await;
    assert_eq!(live.journal("ann").await, ["entered", "sent a", "waiting w", "sent d", "completed"]);
    assert_eq!(live.journal("bob").await, ["entered", "sent c", "waiting w", "sent d", "completed"]);
    assert_eq!(live.mails(), ["a", "c", "d", "d"]);
}

#[tokio::test]
async fn people_on_a_removed_step_move_as_it_was_chosen_without_waiting_for_their_instant() {
    let live = Live::open("moves", SIGNED_UP).await;
    live.publish(FIRST, &[]).await;
    live.sign_up("ann").await;
    live.pass_hours(1).await;
    live.publish("[ { id: a, send: a }, { id: c, send: c } ]", &["c/w=move:a"]).await;
    live.pass_hours(1).await;
    assert_eq!(live.journal("ann").await, ["entered", "sent a", "waiting w", "skipped a", "sent c", "completed"]);
    assert_eq!(live.mails(), ["a", "c"], "no edit sends anyone the same step twice");
}

#[tokio::test]
async fn a_campaign_that_was_taken_out_lets_people_finish_or_ends_them() {
    for (choice, expected) in
        [("c=finish_on_old", ["sent b", "completed"].as_slice()), ("c=exit", &["exited campaign_removed"])]
    {
        let live = Live::open(&choice.replace('=', "-"), SIGNED_UP).await;
        live.publish(FIRST, &[]).await;
        live.sign_up("ann").await;
        live.pass_hours(1).await;
        std::fs::remove_dir_all(live.folder.0.join("c")).unwrap();
        let publication = rekindle_workbench::publish::compiled(&live.folder.0, &[]).unwrap();
        let choices = [rekindle_workbench::plan::chosen(choice).unwrap()];
        let plan = Plan::make(&live.shop.system.store, publication, &choices, live.now(), UNWATCHED).await.unwrap();
        let number = rekindle_workbench::publish::make_live(&live.shop.system.store, &plan, live.now()).await.unwrap();
        live.start(rekindle_workbench::publish::pass_after(&plan, number, live.now())).await;
        live.sign_up("bob").await;
        live.pass_hours(30).await;
        assert_eq!(&live.journal("ann").await[3..], expected);
        assert_eq!(live.journal("bob").await, [""; 0], "nobody enters any more");
    }
}

#[tokio::test]
async fn a_rollback_is_live_at_once_and_nobody_loses_their_place() {
    let live = Live::open("rollback", SIGNED_UP).await;
    let first = live.publish("[ { id: a, send: a } ]", &[]).await;
    let second = live.publish("[ { id: new, wait: 1d }, { id: b, send: b } ]", &[]).await;
    live.pass_hours(1).await;
    live.sign_up("ann").await;
    live.pass_hours(1).await;
    let store = &live.shop.system.store;
    let third = store.rollback(first, second, "too early", None, live.instant()).await.unwrap();
    live.start(Some(SweepRequest::published(third, ["c".to_owned()].into(), [].into(), live.instant()))).await;
    live.pass_hours(1).await;
    live.sign_up("bob").await;
    live.pass_hours(24).await;
    assert_eq!(live.journal("ann").await, ["entered", "waiting new", "sent b", "completed"]);
    assert_eq!(live.journal("bob").await, ["entered", "sent a", "completed"]);
    let numbers: Vec<u64> = store.history().await.unwrap().into_iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [third, second, first]);
}
