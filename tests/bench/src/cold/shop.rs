//! The shop whose functions are started: all of the repository's campaigns, and one more whose people fall due at once.
//!
//! The functions have the machine's clock, so nothing here may depend on the hour: the shop sends at any time, and who is
//! to be due now is let in by a clock that is an hour behind, in this process, before a function sees them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use jiff::{SignedDuration, Timestamp};
use rekindle_intake::Intake;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_lambda::dead_letters::DeadLetters;
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::queue::Queue;
use rekindle_local::{LocalAws, Mail, Mappings, Options, QueueSettings, SqsMapping};
use rekindle_store::{Dynamo, Keyed, Settings, Shards, table};
use rekindle_workbench::publish;
use serde_json::{Value, json};

use super::services::SECRET;
use crate::journey::person;
use crate::world::NAME;

const QUEUES: [&str; 6] = ["intake", "advance", "send", "feedback", "sweep", "dead"];
/// What lets people in who are due as soon as the clock is right again.
const EARLIER: &str = "bench.came_earlier";
/// What the codes of the campaign begin with.
pub const PREFIX: &str = "BDAY";
const CAMPAIGN: &str = "name: Due
purpose: marketing
topic: offers
trigger: { event: bench.came_earlier }
steps:
  - { id: a-while, wait: 30m }
  - offer: { id: present, amount_off: 5000, expires: 30d, code: { prefix: BDAY } }
  - { id: happy-birthday, send: happy-birthday }
";

/// The machine's clock, which can be set back by an hour.
#[derive(Default)]
struct Behind(AtomicBool);

impl Clock for Behind {
    fn now(&self) -> Timestamp {
        let behind = if self.0.load(Ordering::Relaxed) { SignedDuration::from_hours(1) } else { SignedDuration::ZERO };
        SystemClock.now() - behind
    }
}

/// What the functions work on.
pub struct Shop {
    /// The local AWS.
    pub aws: LocalAws,
    clock: Arc<Behind>,
    store: Dynamo,
}

impl Shop {
    /// A shop without customers.
    pub async fn open() -> Self {
        let clock = Arc::new(Behind::default());
        let aws = LocalAws::open(Options::in_memory(Arc::clone(&clock) as _)).expect("a local AWS opens");
        for queue in QUEUES {
            aws.create_queue(queue, &QueueSettings { visibility: 240, ..QueueSettings::default() }).expect("a queue");
        }
        aws.put_rule(NAME, "events", r#"{"source":[{"prefix":""}]}"#, "intake").expect("a rule");
        aws.put_rule("default", "reports", r#"{"source":["aws.ses"]}"#, "feedback").expect("a rule");
        let dynamo = aws_sdk_dynamodb::Client::new(&aws.sdk_config());
        table::create(&dynamo, NAME).await.expect("the table is made");
        let settings =
            Settings { table: NAME.to_owned(), keyed: Keyed::new(SECRET.as_bytes()), shards: Shards::new(16) };
        let store = Dynamo::new(dynamo, settings).expect("a store");
        let folder = tempfile::tempdir().expect("a folder");
        workspace(folder.path());
        let publication = publish::compiled(folder.path(), &[]).expect("the campaigns compile");
        publish::publish(&store, &publication, clock.now()).await.expect("the campaigns are published");
        Self { aws, clock, store }
    }

    /// Settings that all functions have; each reads its own.
    pub fn environment(&self) -> Vec<(String, String)> {
        let queue = |name| self.aws.queue_url(name);
        let settings = [
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
            ("AWS_SESSION_TOKEN", "bench".to_owned()),
            ("STAGE", "bench".to_owned()),
            ("TABLE", NAME.to_owned()),
            ("SHARDS", "16".to_owned()),
            ("HASH_SECRET_ID", "hash".to_owned()),
            ("LINK_SECRET_ID", "links".to_owned()),
            ("OFFER_KEY_ID", "offers".to_owned()),
            ("BASE_URL", crate::world::PAGES.to_owned()),
            ("BUS", NAME.to_owned()),
            ("ARCHIVE_STREAM", "archive".to_owned()),
            ("DEAD_LETTERS", queue("dead")),
            ("ADVANCE_QUEUE", queue("advance")),
            ("SEND_QUEUE", queue("send")),
            ("SWEEP_QUEUE", queue("sweep")),
        ];
        settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// So many people sign up; their events lie in the queue of `intake`.
    pub async fn sign_up(&self, group: usize, people: usize) {
        self.put("customer.signed_up", &format!("new-{group}"), people).await;
    }

    /// So many people came an hour ago, and have been due for half of it.
    pub async fn came_earlier(&self, group: usize, people: usize) {
        self.clock.0.store(true, Ordering::Relaxed);
        self.put(EARLIER, &format!("due-{group}"), people).await;
        let campaigns = Arc::new(Campaigns::new(self.store.clone()));
        let clock = || Arc::clone(&self.clock) as Arc<dyn Clock>;
        let deciding = Deciding::new(self.store.clone(), campaigns, clock());
        let sqs = aws_sdk_sqs::Client::new(&self.aws.sdk_config());
        let dead_letters = DeadLetters::new(Queue::new(sqs, self.aws.queue_url("dead")));
        let intake = Arc::new(Intake::new(deciding, dead_letters, clock()));
        let mapping = Mappings::new(&self.aws).sqs(SqsMapping::new("intake"), move |event| {
            let intake = Arc::clone(&intake);
            async move { Ok(intake.handle(event).await) }
        });
        let handled = mapping.run_until_quiet().await.expect("the local AWS works");
        self.clock.0.store(false, Ordering::Relaxed);
        assert_eq!(handled, people, "everybody comes in");
    }

    /// The newest mails.
    pub fn mails(&self, limit: usize) -> Vec<Mail> {
        let found = self.aws.search_mails("", None, limit).expect("the mailbox is read");
        found.iter().filter_map(|mail| self.aws.mail(&mail.id).expect("a mail can be read")).collect()
    }

    async fn put(&self, kind: &str, group: &str, people: usize) {
        let bus = aws_sdk_eventbridge::Client::new(&self.aws.sdk_config());
        let entry = |number: usize| {
            let id = format!("{group}-{number}");
            let detail: Value = json!({ "event_id": format!("{id}/{kind}"), "person": person(&id) });
            PutEventsRequestEntry::builder()
                .event_bus_name(NAME)
                .source("shop")
                .detail_type(kind)
                .detail(detail.to_string())
                .build()
        };
        let entries: Vec<_> = (0..people).map(entry).collect();
        for entries in entries.chunks(10) {
            bus.put_events().set_entries(Some(entries.to_vec())).send().await.expect("the bus takes events");
        }
    }
}

/// The repository's campaigns, sending at any hour, and one more.
fn workspace(to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let read =
        |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let write = |path: &Path, text: &str| std::fs::write(path, text).expect("a file");
    let folders = std::fs::read_dir(&from).expect("campaigns").flatten().filter(|entry| entry.path().is_dir());
    for folder in folders {
        let there = to.join(folder.file_name());
        std::fs::create_dir(&there).expect("a folder");
        for file in std::fs::read_dir(folder.path()).expect("a folder").flatten() {
            write(&there.join(file.file_name()), &read(&file.path()));
        }
    }
    let shop = read(&from.join("workspace.yaml")).replace("policy: kr", "policy: default");
    let shop: Vec<&str> = shop.lines().filter(|line| !line.starts_with("window:")).collect();
    write(&to.join("workspace.yaml"), &shop.join("\n"));
    let own = to.join("due");
    std::fs::create_dir(&own).expect("a folder");
    write(&own.join("campaign.yaml"), CAMPAIGN);
    for mail in ["happy-birthday.ko.mjml", "happy-birthday.en.mjml"] {
        write(&own.join(mail), &read(&from.join("birthday").join(mail)));
    }
}
