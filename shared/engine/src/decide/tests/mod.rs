//! Publications, pauses and people in between (SPEC.md section 10).

mod addresses;
mod any_edits;
mod bounds;
mod consents;
mod edits;
mod erasing;
mod late_lapses;
mod pauses;
mod sweeps;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Claim, Claims, Decision, Input, Request, decide, next_due};
use crate::catalog::{Catalog, LiveCampaign, RunState};
use crate::event::Event;
use crate::lang::{Choice, Files, load};
use crate::person::Person;
use crate::program::Program;
use crate::time::Instant;

const WORKSPACE: &str =
    "name: S\ntimezone: UTC\ncurrency: USD\nsenders: [ { id: s, name: S, email: s@example.com } ]\n";
/// The mails that campaigns of these tests may send.
const MAILS: [&str; 4] = ["a", "b", "c", "d"];

/// One code there is, whoever asks.
#[derive(Default)]
struct OneCode(bool);

impl Claims for OneCode {
    fn claim(&mut self, _: &Request) -> Claim {
        if std::mem::replace(&mut self.0, true) { Claim::Unavailable } else { Claim::Code("CODE".to_owned()) }
    }
}

/// One person, Ann, and one campaign, `c`, through its versions.
struct Shop {
    versions: Vec<Arc<Program>>,
    workspace: Arc<crate::lang::Workspace>,
    live: u32,
    choices: BTreeMap<String, Choice>,
    run: RunState,
    retired: bool,
    /// Another campaign, `d`, which runs.
    beside: Option<Arc<Program>>,
    ann: Person,
    claims: OneCode,
    now: Instant,
    changed_at: Instant,
    published_at: Instant,
    events: u32,
    /// What was decided: `03-01T09:00 sent a`, with the step or else the reason.
    journal: Vec<String>,
    sent: Vec<String>,
}

impl Shop {
    /// A shop on 1 March 2026 in which Ann signed up a moment ago, and which has published `campaign`.
    fn with(campaign: &str) -> Self {
        let (workspace, program) = compile("c", campaign);
        let mut shop = Self {
            versions: vec![program],
            workspace,
            live: 1,
            choices: BTreeMap::new(),
            run: RunState::RUNNING,
            retired: false,
            beside: None,
            ann: Person::new("ann"),
            claims: OneCode::default(),
            now: at("2026-03-01T00:00:00Z"),
            changed_at: at("2026-03-01T00:00:00Z"),
            published_at: at("2026-03-01T00:00:00Z"),
            events: 0,
            journal: Vec::new(),
            sent: Vec::new(),
        };
        let person = json!({ "id": "ann", "email": "ann@example.com", "consent": { "marketing": true } });
        shop.event("customer.signed_up", json!({ "person": person }));
        shop
    }

    /// A campaign that an operator enters people into, with these steps.
    fn steps(steps: &str) -> Self {
        Self::with(&manual(steps))
    }

    fn catalog(&self) -> Catalog {
        let numbered = (1..).zip(&self.versions);
        let older =
            numbered.filter(|(version, _)| *version != self.live).map(|(version, old)| (version, Arc::clone(old)));
        let live = LiveCampaign {
            program: Arc::clone(&self.versions[self.live as usize - 1]),
            version: self.live,
            older: older.collect(),
            choices: self.choices.clone(),
            run: self.run,
            published_at: Some(self.published_at),
            retired: self.retired,
        };
        let beside = self.beside.iter().map(|beside| LiveCampaign::first(Arc::clone(beside)));
        Catalog::new(Arc::clone(&self.workspace), beside.chain([live]))
    }

    fn decide(&mut self, input: &Input<'_>) -> Decision {
        let catalog = self.catalog();
        let decision = decide(&mut self.ann, input, &catalog, self.now, &mut self.claims).decided().unwrap();
        for line in &decision.lines {
            let json: Value = serde_json::from_str(&line.to_json("ann")).unwrap();
            let about =
                ["step", "reason"].iter().find_map(|key| json.get(*key)).map_or("", |about| about.as_str().unwrap());
            let text = format!("{} {} {about}", &json["at"].as_str().unwrap()[5..16], line.kind.name());
            self.journal.push(text.trim_end().to_owned());
        }
        self.sent.extend(decision.sends.iter().map(|(send_id, _)| send_id.clone()));
        assert_eq!(decision.next_due, next_due(&self.ann, &catalog));
        decision
    }

    fn event(&mut self, kind: &str, detail: Value) {
        let event = self.event_of(kind, detail);
        self.decide(&Input::Event(&event));
    }

    /// A new event about Ann, of now.
    fn event_of(&mut self, kind: &str, detail: Value) -> Event {
        self.events += 1;
        let mut detail = detail;
        let person = detail.as_object_mut().unwrap().entry("person").or_insert_with(|| json!({}));
        person.as_object_mut().unwrap().insert("id".to_owned(), json!("ann"));
        let envelope =
            json!({ "id": format!("e{}", self.events), "detail-type": kind, "time": self.now, "detail": detail });
        Event::from_value(envelope).unwrap()
    }

    fn enrol(&mut self) {
        self.decide(&Input::Enrol { campaign: "c", detail: &Arc::new(Map::new()) });
    }

    /// Time passes to an instant of 2026, such as `03-02T09:00`, and what is due is done.
    fn pass_to(&mut self, instant: &str) {
        self.now = at(&format!("2026-{instant}:00Z"));
        self.decide(&Input::Due);
    }

    /// A new version becomes live; nobody is swept yet.
    fn publish(&mut self, campaign: &str, choices: &[(&str, Choice)]) {
        self.versions.push(compile("c", campaign).1);
        self.live = u32::try_from(self.versions.len()).unwrap();
        self.choices = choices.iter().map(|(step, choice)| ((*step).to_owned(), choice.clone())).collect();
        self.retired = false;
        (self.changed_at, self.published_at) = (self.now, self.now);
    }

    fn publish_steps(&mut self, steps: &str, choices: &[(&str, Choice)]) {
        self.publish(&manual(steps), choices);
    }

    fn rollback(&mut self, version: u32) {
        self.live = version;
        self.choices.clear();
        (self.changed_at, self.published_at) = (self.now, self.now);
    }

    fn retire(&mut self) {
        self.retired = true;
        self.changed_at = self.now;
    }

    fn pause(&mut self) {
        self.run = RunState::Paused;
    }

    fn resume(&mut self) {
        self.run = RunState::Running { resumed_at: Some(self.now) };
        self.changed_at = self.now;
    }

    /// The pass over everyone comes to Ann.
    fn sweep(&mut self) {
        self.decide(&Input::Sweep { since: self.changed_at });
    }

    /// What was decided since the last call.
    fn decided(&mut self) -> Vec<String> {
        std::mem::take(&mut self.journal)
    }

    fn next_due(&self) -> Option<String> {
        next_due(&self.ann, &self.catalog()).map(|due| due.to_string()[5..16].to_owned())
    }

    /// The version that Ann's one enrolment stands in.
    fn version(&self) -> u32 {
        self.ann.standings.get("c").unwrap().enrolments[0].version
    }
}

fn manual(steps: &str) -> String {
    format!("name: C\npurpose: marketing\ntrigger: manual\nentry: every\nsteps: {steps}\n")
}

fn compile(id: &str, campaign: &str) -> (Arc<crate::lang::Workspace>, Arc<Program>) {
    let mut files = Files::from([
        ("workspace.yaml".to_owned(), WORKSPACE.to_owned()),
        (format!("{id}/campaign.yaml"), campaign.to_owned()),
    ]);
    files.extend(MAILS.map(|mail| (format!("{id}/{mail}.mjml"), String::new())));
    let loaded = load(&files);
    let mut definitions = loaded.definitions.unwrap_or_else(|| panic!("{campaign}\n{:#?}", loaded.diagnostics));
    let campaign = definitions.campaigns.remove(id).unwrap();
    (Arc::new(definitions.workspace), Arc::new(Program::new(campaign)))
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}
