//! Folders in, the words of the plan out, with people inside.

mod ahead;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::lang::Choice;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::Deciding;
use rekindle_store::{CampaignFiles, Keyed, Memory, Publication, Publications, Shards};
use rekindle_workbench::plan::{Chosen, Plan, Resumption, chosen};
use rekindle_workbench::{UNWATCHED, publish};
use serde_json::json;

use super::*;
use crate::output::View;

const WORKSPACE: &str =
    "name: S\ntimezone: UTC\nlocales: [ko, en]\ncurrency: KRW\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
const DRIP: &str = "[ { id: hello, send: hello }, { id: w, wait: 1d }, { id: old, wait: 2d }, { offer: { id: gift, percent_off: 10 } }, { id: last, send: last } ]";

/// What is published and who is inside.
struct Shop {
    store: Memory,
    clock: Arc<ManualClock>,
}

impl Shop {
    fn new() -> Self {
        let store = Memory::new(Keyed::new(b"a secret of thirty-two bytes here"), Shards::default());
        Self { store, clock: Arc::new(ManualClock::new("2026-03-01T00:00:00Z".parse().unwrap())) }
    }

    async fn plan(&self, publication: &Publication, choices: &[&str]) -> Plan {
        let choices: Vec<Chosen> = choices.iter().map(|text| chosen(text).unwrap()).collect();
        Plan::make(&self.store, publication.clone(), &choices, self.clock.now(), UNWATCHED).await.unwrap()
    }

    /// The words of the plan, after which it is published if it can be.
    async fn publish(&self, publication: &Publication, choices: &[&str]) -> String {
        let plan = self.plan(publication, choices).await;
        if plan.problems.is_empty() {
            publish::make_live(&self.store, &plan, self.clock.now()).await.unwrap();
        }
        show::text(&plan, &View::english())
    }

    /// These people sign up, and are in the campaigns that this enters them into.
    async fn sign_up(&self, people: &[&str]) {
        for id in people {
            self.tell(id, json!({})).await;
        }
    }

    /// Decides by what is live now: what a function knows may be some seconds old.
    fn deciding(&self) -> Deciding<Memory> {
        let campaigns = Arc::new(Campaigns::new(self.store.clone()));
        Deciding::new(self.store.clone(), campaigns, Arc::clone(&self.clock) as Arc<dyn Clock>)
    }

    /// Somebody signs up with these attributes.
    async fn tell(&self, id: &str, attributes: serde_json::Value) {
        let deciding = self.deciding();
        let person = json!({ "id": id, "email": format!("{id}@example.com"), "consent": { "marketing": true }, "attributes": attributes });
        let envelope = json!({ "id": format!("e-{id}"), "detail-type": "signed_up", "time": "2026-03-01T00:00:00Z", "detail": { "person": person } });
        let event = Event::from_value(envelope).unwrap();
        deciding.decide(id, &Input::Event(&event), Instant::from(self.clock.now()), None).await.unwrap();
    }
}

fn campaign(lines: &str, steps: &str) -> CampaignFiles {
    let mails = [(("hello".to_owned(), "ko".to_owned()), mail("안녕", "hi"))];
    let yaml = format!("name: C\npurpose: marketing\ntrigger: {{ event: signed_up }}\n{lines}\nsteps: {steps}\n");
    CampaignFiles { yaml, mails: mails.into(), choices: BTreeMap::new() }
}

fn mail(subject: &str, text: &str) -> serde_json::Value {
    json!({ "name": "hello", "locale": "ko", "subject": subject, "preheader": "", "html": format!("<p>{text}</p>"), "text": text, "names": [] })
}

fn publication(campaigns: &[(&str, CampaignFiles)]) -> Publication {
    let campaigns = campaigns.iter().map(|(id, files)| ((*id).to_owned(), files.clone())).collect();
    Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() }
}

#[tokio::test]
async fn at_first_everything_is_new_and_then_nothing_changes() {
    let shop = Shop::new();
    let first = publication(&[("drip", campaign("", DRIP)), ("news", campaign("", "[]"))]);
    insta::assert_snapshot!(shop.publish(&first, &[]).await, @"
    drip: new
    news: new
    ");
    let plan = shop.plan(&first, &[]).await;
    assert!(!plan.changes_anything() && !plan.needs_a_pass());
    assert_eq!(show::text(&plan, &View::english()), "nothing changes\n");
}

#[tokio::test]
async fn a_step_with_people_on_it_goes_only_with_a_choice() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann", "bob"]).await;
    let edit =
        "[ { id: hello, send: hello }, { id: gift, offer: { id: gift, percent_off: 15 } }, { id: last, send: last } ]";
    let mut files = campaign("audience: person.locale.startsWith(\"ko\")", edit);
    files.mails = [(("hello".to_owned(), "ko".to_owned()), mail("안녕하세요", "hi there"))].into();
    let edit = publication(&[("drip", files)]);
    insta::assert_snapshot!("without_a_choice", shop.publish(&edit, &[]).await);
    assert_eq!(shop.store.live().await.unwrap().unwrap().number, 1, "nothing was published");
    insta::assert_snapshot!("with_a_choice", shop.publish(&edit, &["drip/w=move:gift"]).await);
    let version = shop.store.version("drip", 2).await.unwrap().unwrap();
    assert_eq!(version.choices, [("w".to_owned(), Choice::Move("gift".to_owned()))].into());
    assert!(!shop.plan(&edit, &[]).await.changes_anything(), "a choice that was made is not asked for again");
}

#[tokio::test]
async fn a_choice_may_stand_in_the_files_and_must_lead_somewhere() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann"]).await;
    let mut files = campaign("", "[ { id: last, send: last } ]");
    files.choices = [("w".to_owned(), Choice::Exit), ("last".to_owned(), Choice::Exit)].into();
    let plan = shop.plan(&publication(&[("drip", files.clone())]), &[]).await;
    assert_eq!(plan.problems, [""; 0]);
    assert_eq!(
        plan.publication.campaigns["drip"].choices.keys().collect::<Vec<_>>(),
        ["w"],
        "a step that is there needs none"
    );
    let wrong = shop.plan(&publication(&[("drip", files)]), &["drip/w=move:nowhere", "gone=exit", "drip=exit"]).await;
    insta::assert_snapshot!(wrong.problems.join("\n"));
}

#[tokio::test]
async fn values_that_a_new_date_cannot_read_are_counted_and_shown() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", "[]"))]), &[]).await;
    for (id, birthday) in
        [("ann", json!("1990-07-15")), ("bob", json!("07/15/1990")), ("cat", json!("07/15/1990")), ("dan", json!(null))]
    {
        shop.tell(id, json!({ "birthday": birthday })).await;
    }
    let mut yearly = campaign("", "[]");
    yearly.yaml = yearly.yaml.replace("{ event: signed_up }", "{ date: person.attributes.birthday, yearly: true }");
    let edit = publication(&[("drip", campaign("", "[]")), ("party", yearly)]);
    insta::assert_snapshot!(show::text(&shop.plan(&edit, &[]).await, &View::english()), @r#"
    party: new
        its date does not read, and never comes, for 2 people: "07/15/1990"
    unchanged: 1
    if no event comes: nobody is due at once by it, and the mails of the next day stay the same
    "#);
}

#[tokio::test]
async fn people_who_wait_on_a_step_that_changes_are_counted() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann", "bob", "cat"]).await;
    let longer = DRIP.replace("wait: 1d", "wait: 3d");
    insta::assert_snapshot!(shop.publish(&publication(&[("drip", campaign("", &longer))]), &[]).await);
}

#[tokio::test]
async fn whoever_may_not_look_at_people_is_told_that_nobody_was_counted() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann"]).await;
    let edit = publication(&[("drip", campaign("", "[ { id: last, send: last } ]"))]);
    let plan = Plan::without_people(&shop.store, edit, &[], shop.clock.now()).await.unwrap();
    assert_eq!((plan.uncounted, plan.problems.is_empty()), (true, true));
    insta::assert_snapshot!([View::english(), View::korean()].map(|view| show::text(&plan, &view)).join("\n"));
    let same = publication(&[("drip", campaign("", DRIP))]);
    assert!(!Plan::without_people(&shop.store, same, &[], shop.clock.now()).await.unwrap().uncounted);
}

#[tokio::test]
async fn a_campaign_with_people_in_it_is_taken_out_only_with_a_choice() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP)), ("news", campaign("", "[]"))]), &[]).await;
    shop.sign_up(&["ann"]).await;
    let without = publication(&[("news", campaign("", "[]"))]);
    insta::assert_snapshot!("taken_out_without_a_choice", shop.publish(&without, &[]).await);
    let plan = shop.plan(&without, &["drip=exit"]).await;
    assert_eq!((plan.end(), plan.needs_a_pass()), (BTreeSet::from(["drip".to_owned()]), true));
    insta::assert_snapshot!("taken_out_to_finish", shop.publish(&without, &["drip=finish_on_old"]).await);
    assert!(!shop.plan(&without, &[]).await.changes_anything(), "what was taken out is not asked about again");
}

#[tokio::test]
async fn finishing_on_an_old_version_needs_a_workspace_in_which_it_runs() {
    let shop = Shop::new();
    let topical = WORKSPACE.to_owned() + "topics: [ { id: tea, name: { ko: 차, en: Tea } } ]\n";
    let mut first = publication(&[("drip", campaign("topic: tea", DRIP))]);
    first.workspace_yaml = topical;
    shop.publish(&first, &[]).await;
    shop.sign_up(&["ann"]).await;
    let edit = publication(&[("drip", campaign("", "[ { id: last, send: last } ]"))]);
    let plan = shop.plan(&edit, &["drip/w=finish_on_old"]).await;
    insta::assert_snapshot!(plan.problems.join("\n"));
}

#[tokio::test]
async fn steps_without_a_written_id_are_refused_and_comments_are_no_change() {
    let shop = Shop::new();
    let unwritten = shop
        .plan(&publication(&[("drip", campaign("", "[ { send: hello }, { id: w, wait: 1d }, { wait: 2d } ]"))]), &[])
        .await;
    assert_eq!(unwritten.problems, ["drip: no written id on send-1, wait-2; `rekindle fmt` writes them"]);
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    let plan = shop.plan(&publication(&[("drip", campaign("# A note.", DRIP))]), &[]).await;
    let text = show::text(&plan, &View::english());
    assert!(text.starts_with("drip: written differently, means the same\nif no event comes: nobody is due"), "{text}");
}

#[tokio::test]
async fn whoever_plans_second_is_told_that_another_was_first() {
    let shop = Shop::new();
    let one = shop.plan(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.publish(&publication(&[]), &[]).await;
    let error = publish::make_live(&shop.store, &one, shop.clock.now()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "publication 1 became live while this was planned; look at `rekindle plan` again, then publish"
    );
}

#[tokio::test]
async fn a_machine_reads_the_same() {
    let shop = Shop::new();
    shop.publish(&publication(&[("drip", campaign("", DRIP))]), &[]).await;
    shop.sign_up(&["ann"]).await;
    let plan = shop.plan(&publication(&[("drip", campaign("", &DRIP.replace("wait: 1d", "wait: 3d")))]), &[]).await;
    insta::assert_snapshot!(serde_json::to_string_pretty(&plan).unwrap());
}
