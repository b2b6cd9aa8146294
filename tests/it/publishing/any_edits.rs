//! Any sequence of edits, as operators make them, through plans, publications, passes and time: nobody is ever without a
//! next action or an end, and no mail is planned twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use proptest::prelude::*;
use rekindle_engine::catalog::RunState;
use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::campaigns::Campaigns;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_lambda::deciding::Deciding;
use rekindle_lambda::messages::SweepRequest;
use rekindle_lambda::queue::Queue;
use rekindle_local::{LocalAws, Options, QueueSettings};
use rekindle_store::{
    CampaignFiles, Due, Keyed, Memory, People, Publication, Publications, SendStage, Shards, stream_image,
};
use rekindle_sweep::{Pace, Sweep};
use rekindle_workbench::plan::{Chosen, Plan, State, Then, chosen};
use rekindle_workbench::{UNWATCHED, publish};
use serde_json::json;

use super::WORKSPACE;
use crate::support::START;

const IDS: [&str; 4] = ["p", "q", "r", "s"];
const PEOPLE: [&str; 2] = ["ann", "bob"];

#[derive(Debug, Clone)]
enum Act {
    /// Publishes these steps; whoever needs a choice gets the one of this number.
    Publish(Vec<(&'static str, u8)>, usize),
    /// Takes the campaign out.
    TakeOut(bool),
    Rollback(u64),
    Pause,
    Resume,
    Pass(i64),
    Start(&'static str),
    Bought(&'static str),
}

fn steps() -> impl Strategy<Value = Vec<(&'static str, u8)>> {
    let order = Just(IDS.to_vec()).prop_shuffle();
    (order, proptest::collection::vec(0..5_u8, 0..4)).prop_map(|(ids, kinds)| ids.into_iter().zip(kinds).collect())
}

fn act() -> impl Strategy<Value = Act> {
    let person = || proptest::sample::select(PEOPLE.to_vec());
    prop_oneof![
        4 => (steps(), 0..6_usize).prop_map(|(steps, choice)| Act::Publish(steps, choice)),
        1 => any::<bool>().prop_map(Act::TakeOut),
        1 => (1..6_u64).prop_map(Act::Rollback),
        1 => Just(Act::Pause),
        2 => Just(Act::Resume),
        5 => (1..30_i64).prop_map(Act::Pass),
        3 => person().prop_map(Act::Start),
        2 => person().prop_map(Act::Bought),
    ]
}

fn yaml(steps: &[(&str, u8)]) -> String {
    let step = |(id, kind): &(&str, u8)| match kind {
        0 => format!("{{ id: {id}, wait: 5h }}"),
        1 => format!("{{ id: {id}, wait: {{ for: 1d, at: \"09:00\" }} }}"),
        2 => format!(
            "{{ id: {id}, wait_for: {{ event: bought, timeout: 9h }}, then: [ {{ id: {id}-thanks, send: a }} ] }}"
        ),
        _ => format!("{{ id: {id}, send: a }}"),
    };
    let steps: Vec<String> = steps.iter().map(step).collect();
    format!(
        "name: C\npurpose: transactional\ntrigger: {{ event: start }}\nentry: every\nsteps: [ {} ]\n",
        steps.join(", ")
    )
}

struct World {
    store: Memory,
    clock: Arc<ManualClock>,
    aws: LocalAws,
    deciding: Deciding<Memory>,
    events: u32,
    sent: Vec<String>,
}

impl World {
    fn new() -> Self {
        let store = Memory::with_stream(Keyed::new(b"a secret of thirty-two bytes here"), Shards::default());
        let clock = Arc::new(ManualClock::new(START.parse().unwrap()));
        let aws = LocalAws::open(Options::in_memory(Arc::clone(&clock) as Arc<dyn Clock>)).unwrap();
        for queue in ["sweep", "send"] {
            aws.create_queue(queue, &QueueSettings::default()).unwrap();
        }
        let campaigns = Arc::new(Campaigns::new(store.clone()));
        let deciding = Deciding::new(store.clone(), campaigns, Arc::clone(&clock) as Arc<dyn Clock>);
        Self { store, clock, aws, deciding, events: 0, sent: Vec::new() }
    }

    async fn act(&mut self, act: &Act) {
        let live = self.store.live().await.unwrap().map_or(0, |live| live.number);
        match act {
            Act::Publish(steps, choice) => {
                let files = CampaignFiles { yaml: yaml(steps), ..CampaignFiles::default() };
                let to = steps.first().map_or("", |step| step.0);
                let words = ["exit".to_owned(), "finish_on_old".to_owned(), format!("move:{to}")];
                let word = words.get(choice % 3).filter(|word| *word != "move:").map_or("exit", String::as_str);
                self.publish(Some(files), word).await;
            }
            Act::TakeOut(end) => self.publish(None, if *end { "exit" } else { "finish_on_old" }).await,
            Act::Rollback(to) if *to <= live => {
                let number = self.store.rollback(*to, live, "", None, self.now()).await.unwrap();
                self.sweep(SweepRequest::published(number, ["c".to_owned()].into(), [].into(), self.now())).await;
            }
            Act::Rollback(_) => {}
            Act::Pause => drop(self.store.pause("c", "", "", self.now()).await.unwrap()),
            Act::Resume => {
                if self.store.resume("c", "", "", None, self.now()).await.unwrap() {
                    self.sweep(SweepRequest::resumed("c", self.now())).await;
                }
            }
            Act::Pass(hours) => self.pass(*hours).await,
            Act::Start(id) => self.event(id, "start").await,
            Act::Bought(id) => self.event(id, "bought").await,
        }
        self.take_sends();
    }

    async fn publish(&mut self, files: Option<CampaignFiles>, word: &str) {
        let campaigns = files.into_iter().map(|files| ("c".to_owned(), files)).collect();
        let publication = Publication { workspace_yaml: WORKSPACE.to_owned(), campaigns, note: String::new() };
        let plan = Plan::make(&self.store, publication.clone(), &[], self.clock.now(), UNWATCHED).await.unwrap();
        let needs =
            plan.campaigns.iter().flat_map(|campaign| campaign.people.iter().map(move |on_step| (campaign, on_step)));
        let needs = needs.filter(|(_, on_step)| on_step.then == Then::NeedsChoice);
        let choices: Vec<Chosen> = needs
            .map(|(campaign, on_step)| match campaign.state {
                State::Removed => chosen(&format!("c={word}")).unwrap(),
                _ => chosen(&format!("c/{}={word}", on_step.step)).unwrap(),
            })
            .collect();
        let plan = Plan::make(&self.store, publication, &choices, self.clock.now(), UNWATCHED).await.unwrap();
        assert_eq!(plan.problems, [""; 0]);
        let number = publish::make_live(&self.store, &plan, self.clock.now()).await.unwrap();
        if let Some(request) = publish::pass_after(&plan, number, self.clock.now()) {
            self.sweep(request).await;
        }
    }

    /// The pass comes when every function knows what is live.
    async fn sweep(&mut self, request: SweepRequest) {
        self.clock.advance_to(self.clock.now() + SignedDuration::from_secs(10));
        let queue = |name| Queue::new(aws_sdk_sqs::Client::new(&self.aws.sdk_config()), self.aws.queue_url(name));
        let sweep = Sweep::new(
            self.deciding.clone(),
            queue("sweep"),
            queue("send"),
            Pace::default(),
            Arc::clone(&self.clock) as Arc<dyn Clock>,
        );
        assert!(sweep.go_on(&request).await.unwrap().finished.is_some());
    }

    async fn pass(&mut self, hours: i64) {
        let until = self.clock.now() + SignedDuration::from_hours(hours);
        self.clock.advance_to(until);
        for shard in self.store.shards().all() {
            for person in self.store.due(shard, self.now(), 10, None).await.unwrap().people {
                self.deciding.decide(&person.id, &Input::Due, self.now(), None).await.unwrap();
            }
        }
    }

    async fn event(&mut self, id: &str, kind: &str) {
        self.events += 1;
        let person = json!({ "id": id, "email": format!("{id}@example.com") });
        let envelope = json!({ "id": format!("e{}", self.events), "detail-type": kind, "time": self.now(), "detail": { "person": person } });
        let event = Event::from_value(envelope).unwrap();
        self.deciding.decide(id, &Input::Event(&event), self.now(), None).await.unwrap();
    }

    fn take_sends(&mut self) {
        for image in self.store.take_stream() {
            let record = stream_image(image).unwrap().unwrap().record;
            let planned = record.sends.into_iter().filter(|row| row.stage == SendStage::Planned { attempt: 0 });
            self.sent.extend(planned.map(|row| row.send_id));
        }
    }

    /// People who are inside and whom nothing would ever wake.
    async fn stranded(&self) -> Vec<&'static str> {
        let paused = self.store.live().await.unwrap().is_some_and(|live| live.run_state("c") == RunState::Paused);
        let mut due = BTreeSet::new();
        for shard in self.store.shards().all() {
            due.extend(
                self.store.due(shard, Instant::MAX, 10, None).await.unwrap().people.into_iter().map(|person| person.id),
            );
        }
        let mut stranded = Vec::new();
        for id in PEOPLE {
            let person = self.store.load(id).await.unwrap().person;
            let inside = person.standings.values().any(|own| own.enrolments.iter().any(|own| own.is_active()));
            if inside && !paused && !due.contains(id) {
                stranded.push(id);
            }
        }
        stranded
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn nobody_is_stranded_and_no_mail_is_planned_twice(first in steps(), acts in proptest::collection::vec(act(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new();
            world.act(&Act::Publish(first, 0)).await;
            world.act(&Act::Start("ann")).await;
            for act in &acts {
                world.act(act).await;
                assert_eq!(world.stranded().await, [""; 0], "after {act:?}");
            }
            world.act(&Act::Resume).await;
            for _ in 0..40 {
                world.act(&Act::Pass(24)).await;
            }
            for id in PEOPLE {
                let person = world.store.load(id).await.unwrap().person;
                assert!(!person.standings.values().any(|own| own.enrolments.iter().any(|own| own.is_active())), "{:#?}", person.standings);
            }
            let once: BTreeSet<&String> = world.sent.iter().collect();
            assert_eq!(once.len(), world.sent.len(), "{:?}", world.sent);
        });
    }
}
