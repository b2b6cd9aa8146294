//! Publications, pauses and passes over everyone, on the whole local system and on the store in memory.

mod any_edits;
mod edits;
mod many_versions;
mod owed;
mod passes;
mod pauses;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::messages::SweepRequest;
use rekindle_store::{Ledger, Publications};
use rekindle_system::{SWEEP, Start, System};
use rekindle_workbench::plan::{Plan, chosen};
use rekindle_workbench::{UNWATCHED, publish};
use serde_json::{Value, json};

use crate::support::{START, Shop};

const WORKSPACE: &str =
    "name: S\ntimezone: UTC\nlocales: [en]\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
const MAILS: [&str; 4] = ["a", "b", "c", "d"];

/// A workspace's folder of the test's own, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rekindle-publishing-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("workspace.yaml"), WORKSPACE).unwrap();
        Self(folder)
    }

    /// The campaign `c`, whose mails have their names as subjects.
    fn campaign(&self, trigger: &str, steps: &str) {
        let own = self.0.join("c");
        std::fs::create_dir_all(&own).unwrap();
        let yaml = format!("name: C\npurpose: transactional\ntrigger: {trigger}\nentry: every\nsteps: {steps}\n");
        std::fs::write(own.join("campaign.yaml"), yaml).unwrap();
        for mail in MAILS {
            let text = format!(
                "---\nsubject: {mail}\npreheader: {mail}\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>{mail}</mj-text></mj-column></mj-section></mj-body></mjml>\n"
            );
            std::fs::write(own.join(format!("{mail}.en.mjml")), text).unwrap();
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A shop whose one campaign, `c`, the test publishes.
struct Live {
    shop: Shop,
    folder: Folder,
    trigger: &'static str,
}

impl Live {
    /// A shop without campaigns.
    async fn open(name: &str, trigger: &'static str) -> Self {
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        let start = Start { folder: None, clock: Arc::clone(&clock) as Arc<dyn Clock>, speed: 1 };
        let system = System::open(start).await.unwrap();
        Self { shop: Shop { system, clock }, folder: Folder::new(name), trigger }
    }

    /// Publishes these steps as the command does; gives the number.
    async fn publish(&self, steps: &str, choices: &[&str]) -> u64 {
        self.folder.campaign(self.trigger, steps);
        let (store, now) = (&self.shop.system.store, self.now());
        let publication = publish::compiled(&self.folder.0, &[]).unwrap();
        let choices: Vec<_> = choices.iter().map(|text| chosen(text).unwrap()).collect();
        let plan = Plan::make(store, publication, &choices, now, UNWATCHED).await.unwrap();
        assert_eq!(plan.problems, [""; 0]);
        let number = publish::make_live(store, &plan, now).await.unwrap();
        self.start(publish::pass_after(&plan, number, now)).await;
        number
    }

    async fn start(&self, request: Option<SweepRequest>) {
        let requests: Vec<SweepRequest> = request.into_iter().collect();
        self.shop.system.queue(SWEEP).send_all(&requests).await.unwrap();
    }

    /// Somebody signs up.
    async fn sign_up(&self, id: &str) {
        let person = json!({ "id": id, "email": format!("{id}@example.com") });
        self.shop.put(&format!("{id}-{}", self.now()), "customer.signed_up", json!({ "person": person })).await;
    }

    async fn pause(&self) {
        assert!(self.shop.system.store.pause("c", "a wrong price", "kim", self.instant()).await.unwrap());
    }

    /// Resumes as the command does.
    async fn resume(&self) {
        assert!(self.shop.system.store.resume("c", "mended", "kim", None, self.instant()).await.unwrap());
        self.start(Some(SweepRequest::resumed("c", self.instant()))).await;
    }

    /// Lets time pass, and everything that becomes due with it.
    async fn pass_hours(&self, hours: i64) {
        let until = self.now() + SignedDuration::from_hours(hours);
        self.shop.pass_to(until).await;
    }

    /// What was decided about somebody: the kinds of the lines, with the step.
    async fn journal(&self, id: &str) -> Vec<String> {
        let lines = self.shop.system.store.read(id).await.unwrap();
        let words = |line: &String| {
            let line: Value = serde_json::from_str(line).unwrap();
            let about =
                ["step", "reason"].iter().find_map(|key| line.get(*key)).map_or("", |about| about.as_str().unwrap());
            format!("{} {about}", line["kind"].as_str().unwrap()).trim_end().to_owned()
        };
        lines.iter().map(words).collect()
    }

    /// The subjects at the sink, oldest first.
    fn mails(&self) -> Vec<String> {
        let mut mails = self.shop.system.aws.mails(None, 1_000).unwrap();
        mails.reverse();
        mails.into_iter().map(|mail| mail.subject).collect()
    }

    fn now(&self) -> Timestamp {
        self.shop.clock.now()
    }

    fn instant(&self) -> Instant {
        Instant::from(self.now())
    }
}
