//! What is said about the next day before something becomes live or runs again, beside what then comes.

use jiff::SignedDuration;
use rekindle_engine::journal::{Kind, Line};
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::Offers;

use super::*;

/// Two waits that end on a day, whatever the day is, then one that begins when they are over.
const DATED: &str = "[ { id: w1, wait: { until: \"2026-03-05T09:00\" } }, { id: m1, send: hello }, { id: w2, wait: { until: \"2026-03-06T09:00\" } }, { id: m2, send: hello }, { id: w3, wait: 30m }, { id: m3, send: hello } ]";
const HOUR: i64 = 60 * 60;

impl Shop {
    fn now(&self) -> Instant {
        self.clock.now().into()
    }

    fn advance_to(&self, at: &str) {
        self.clock.advance_to(at.parse().unwrap());
    }

    async fn pause(&self) {
        self.store.pause("drip", "a wrong price", "kim", self.now()).await.unwrap();
    }

    async fn resumption(&self) -> Resumption {
        let live = self.store.live().await.unwrap().unwrap();
        Resumption::of(&self.store, "drip", &live, self.now(), UNWATCHED).await.unwrap().unwrap()
    }

    async fn resume(&self) {
        self.store.resume("drip", "mended", "kim", None, self.now()).await.unwrap();
    }

    /// What comes of these people within the next day, when `pass` has looked at them.
    async fn next_day(&self, people: &[&str], pass: &SweepRequest) -> Vec<Line> {
        let (from, mut lines) = (self.clock.now(), Vec::new());
        for seconds in [0, HOUR, 24 * HOUR] {
            self.clock.advance_to(from + SignedDuration::from_secs(seconds));
            let deciding = self.deciding();
            for id in people {
                let input = if seconds == 0 { pass.look() } else { Input::Due };
                lines.extend(deciding.decide(id, &input, self.now(), None).await.unwrap().lines);
            }
        }
        lines
    }
}

/// How many mails of these lines go at once, within an hour and within a day.
fn mails(lines: &[Line], from: Instant) -> [usize; 3] {
    let sent = |seconds| {
        let by = from.plus_seconds(seconds);
        lines.iter().filter(|line| matches!(line.kind, Kind::Sent { .. }) && line.at <= by).count()
    };
    [sent(0), sent(HOUR), sent(24 * HOUR)]
}

#[tokio::test]
async fn a_resumption_says_who_goes_on_at_once_and_how_many_mails_that_makes() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DATED)), ("news", campaign("", "[]"))]), &[]).await;
    shop.sign_up(&["ann", "bob", "cat"]).await;
    shop.pause().await;
    shop.advance_to("2026-03-09T10:00:00Z");
    let before = shop.store.live().await.unwrap();
    insta::assert_snapshot!(resumption_text(&shop.resumption().await, View::english().words), @"
    drip: paused since 2026-03-01T00:00:00Z by kim: a wrong price; it would run again
        on w1: 3 people (3 in version 1): 3 due at once
    if no event comes: 3 people are due at once
      drip: 6 mails at once, 9 within an hour, 9 within a day (without this: 0, 0, 0)
    if these mails come too late now, publish a version without their steps first: drip stays paused meanwhile
    ");
    assert_eq!(shop.store.live().await.unwrap(), before, "nothing was changed");
    shop.resume().await;
    let from = shop.now();
    let lines = shop.next_day(&["ann", "bob", "cat"], &SweepRequest::resumed("drip", from)).await;
    assert_eq!(mails(&lines, from), [6, 9, 9], "as it was said");
}

#[tokio::test]
async fn a_resumption_counts_mails_that_the_pause_held_back_and_waits_that_are_not_over() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann", "bob"]).await;
    shop.pause().await;
    shop.advance_to("2026-03-01T01:00:00Z");
    insta::assert_snapshot!(resumption_text(&shop.resumption().await, View::english().words), @"
    drip: paused since 2026-03-01T00:00:00Z by kim: a wrong price; it would run again
        on w: 2 people (2 in version 1): still wait
    if no event comes: 2 people are due at once
      drip: 2 mails at once, 2 within an hour, 2 within a day (without this: 0, 0, 0)
    if these mails come too late now, publish a version without their steps first: drip stays paused meanwhile
    ");
    // Mails that are as old as `give_up_after` are not sent any more.
    shop.advance_to("2026-03-08T01:00:00Z");
    insta::assert_snapshot!(resumption_text(&shop.resumption().await, View::english().words), @"
    drip: paused since 2026-03-01T00:00:00Z by kim: a wrong price; it would run again
        on w: 2 people (2 in version 1): 2 due at once
    if no event comes: 2 people are due at once
      the mails of the next day stay the same
    ");
}

#[tokio::test]
async fn what_is_not_paused_is_not_resumed() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    let live = shop.store.live().await.unwrap().unwrap();
    assert_eq!(Resumption::of(&shop.store, "drip", &live, shop.now(), UNWATCHED).await.unwrap(), None);
}

#[tokio::test]
async fn codes_that_run_out_make_no_mails_and_none_is_claimed() {
    let shop = Shop::new();
    let steps = "[ { id: w, wait: 1d }, { id: gift, offer: { id: gift, percent_off: 10, budget: 2, on_unavailable: exit } }, { id: last, send: hello } ]";
    shop.publish(&publication(&[("drip", campaign("", steps))]), &[]).await;
    shop.sign_up(&["ann", "bob", "cat", "dan"]).await;
    shop.pause().await;
    shop.advance_to("2026-03-09T10:00:00Z");
    let text = resumption_text(&shop.resumption().await, View::english().words);
    assert!(
        text.contains("4 people are due at once\n  drip: 2 mails at once, 2 within an hour, 2 within a day"),
        "{text}"
    );
    assert_eq!(shop.store.issued("drip", "gift").await.unwrap(), 0);
}

#[tokio::test]
async fn a_publication_says_the_same_of_what_it_does() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann", "bob"]).await;
    shop.advance_to("2026-03-01T12:00:00Z");
    let mut lapsed = campaign("", "[ { id: hello, send: hello } ]");
    lapsed.yaml =
        lapsed.yaml.replace("{ event: signed_up }", "{ lapsed: { after: 1h, since: signed_up, catch_up: all } }");
    let sooner = "[ { id: hello, send: hello }, { id: now, send: hello }, { id: last, send: hello } ]";
    let edit = publication(&[("drip", campaign("", sooner)), ("gone", lapsed)]);
    let plan = shop.plan(&edit, &["drip/w=move:now"]).await;
    insta::assert_snapshot!(show::text(&plan, &View::english()), @"
    drip: changed
      + new: send now (hello), after hello
      ~ send last: last → hello
      - removed: wait w (1d)
          2 people (2 in version 1): move to now
      - removed: wait old (2d)
      - removed: offer gift (10 %)
    gone: new
    if no event comes: 2 people are due at once
      drip: 4 mails at once, 4 within an hour, 4 within a day (without this: 0, 0, 0)
      gone: 0 mails at once, 0 within an hour, 2 within a day (without this: 0, 0, 0)
      all of these: 4 mails at once, 4 within an hour, 6 within a day (without this: 0, 0, 0)
    ");
    let from = shop.now();
    let number = publish::make_live(&shop.store, &plan, shop.clock.now()).await.unwrap();
    let pass = publish::pass_after(&plan, number, shop.clock.now()).unwrap();
    let lines = shop.next_day(&["ann", "bob"], &pass).await;
    assert_eq!(mails(&lines, from), [4, 4, 6], "as it was said");
}

#[tokio::test]
async fn going_back_says_what_it_changes_for_whom_and_the_files_that_undo_it_say_so() {
    let shop = Shop::new();
    let first = publication(&[("drip", campaign("", DRIP))]);
    shop.publish(&first, &[]).await;
    shop.sign_up(&["ann"]).await;
    let longer =
        "[ { id: hello, send: hello }, { id: w, wait: 3d }, { id: more, wait: 1d }, { id: last, send: last } ]";
    let mut second = publication(&[("drip", campaign("", longer)), ("news", campaign("", "[]"))]);
    second.workspace_yaml = WORKSPACE.to_owned() + "cap: { max: 1, per: 7d }\n";
    shop.publish(&second, &[]).await;
    shop.advance_to("2026-03-02T12:00:00Z");
    shop.sign_up(&["bob", "cat"]).await;
    shop.advance_to("2026-03-04T13:00:00Z");
    shop.next_day(&["bob", "cat"], &SweepRequest::audit(shop.now())).await;
    let plan = Plan::back(&shop.store, 1, shop.clock.now(), UNWATCHED).await.unwrap();
    insta::assert_snapshot!(show::text(&plan, &View::english()), @"
    workspace: changed
      ~ cap: 1 per 1w → none
    drip: changed
      ~ wait w: 3d → 1d
          1 person (1 in version 1): keep the instant they wait for, then go on in the new version
      + new: wait old (2d), after w
      + new: offer gift (10 %), after old
      - removed: wait more (1d)
          2 people (2 in version 2): finish on the version they are in
    news: taken out; nobody enters any more
    if no event comes: nobody is due at once by it
      drip: 1 mail at once, 1 within an hour, 3 within a day (without this: 0, 0, 0)
    ");
    assert_eq!((plan.problems.len(), plan.end().len()), (0, 0), "nobody is asked to choose anything");
    assert!(!Plan::back(&shop.store, 2, shop.clock.now(), UNWATCHED).await.unwrap().changes_anything());
    let unknown = Plan::back(&shop.store, 7, shop.clock.now(), UNWATCHED).await.unwrap_err().to_string();
    assert_eq!(unknown, "there is no publication 7; `rekindle history` shows all");
    shop.store.rollback(1, 2, "", None, shop.now()).await.unwrap();
    assert!(!shop.plan(&first, &[]).await.changes_anything(), "what is live is what the first files say");
    let again = show::text(&shop.plan(&second, &[]).await, &View::english());
    assert!(again.contains("drip: changed; it brings back version 2, from which it was rolled back\n"), "{again}");
    let third = publication(&[("drip", campaign("", &longer.replace("3d", "4d")))]);
    let other = show::text(&shop.plan(&third, &[]).await, &View::english());
    assert!(!other.contains("brings back"), "{other}");
}

#[tokio::test]
async fn who_cannot_finish_in_the_workspace_of_then_ends_and_that_is_said() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", "[ { id: last, send: last } ]"))]), &[]).await;
    let mut second = publication(&[("drip", campaign("topic: tea", DRIP))]);
    second.workspace_yaml = WORKSPACE.to_owned() + "topics: [ { id: tea, name: { ko: 차, en: Tea } } ]\n";
    shop.publish(&second, &[]).await;
    shop.sign_up(&["ann"]).await;
    let plan = Plan::back(&shop.store, 1, shop.clock.now(), UNWATCHED).await.unwrap();
    insta::assert_snapshot!(show::text(&plan, &View::english()), @"
    workspace: changed
      ~ topic tea: en: Tea, ko: 차 → none
    drip: changed
      ~ topic: tea → none
      - removed: send hello
      - removed: wait w (1d)
          1 person (1 in version 2): end here
      - removed: wait old (2d)
      - removed: offer gift (10 %)
      ~ mail hello (ko): removed
    if no event comes: 1 person is due at once
      the mails of the next day stay the same
    warning: drip: 1 person on `w` cannot finish on version 2: drip/campaign.yaml:4:8: error C040: the workspace has no topic `tea` (help: there is none yet); they end
    ");
    let number = shop.store.rollback(1, 2, "", None, shop.now()).await.unwrap();
    let pass = publish::pass_after(&plan, number, shop.clock.now()).unwrap();
    let lines = shop.next_day(&["ann"], &pass).await;
    assert!(matches!(&lines[0].kind, Kind::Exited { reason } if **reason == *"step_removed"), "{lines:?}");
}
