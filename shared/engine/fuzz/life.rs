//! One life, read from a text that a fuzzer may change as it likes, and what must hold at every turn of it.
//!
//! It exists so that the fuzzer and the test that replays its corpus live the very same lives. Whatever the text says,
//! `decide` must give a result; a text can be meaningless, never wrong.
//!
//! | line | what happens |
//! |---|---|
//! | `{…}` | an event arrives |
//! | `+90` | so many seconds pass, and what is due is done |
//! | `\|…` | a line of the YAML of the campaign `fuzzed` |
//! | `= step choice` | what a step's people do that the next version lacks: `exit`, `stay`, or another step |
//! | `publish`, `retire`, `back 2` | of `fuzzed`: its text becomes the next version; it is taken out; an earlier version is live |
//! | `pause C`, `resume C` | a campaign |
//! | `sweep`, `refresh` | the pass over everyone comes to the person |
//! | `enrol C {…}`, `exit C reason` | an operator's acts |

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rekindle_engine::catalog::{Catalog, LiveCampaign, RunState};
use rekindle_engine::decide::{Claim, Claims, Input, Request, decide, next_due};
use rekindle_engine::event::Event;
use rekindle_engine::journal::Kind;
use rekindle_engine::lang::{Choice, Files, Workspace, load_published};
use rekindle_engine::person::{Consent, ConsentEntry, Person};
use rekindle_engine::program::{Action, Program};
use rekindle_engine::reason::{DELAYED, Ended, NOT_ENTERED, SKIPPED};
use rekindle_engine::time::Instant;

/// Lines of one life: longer ones show nothing new.
const LINES: usize = 300;
/// Seconds that may pass at once: a newsletter of a century is many lines and nothing new.
const LONGEST: i64 = 400 * 24 * 60 * 60;
/// Its text is the fuzzer's.
const FUZZED: &str = "fuzzed";

/// What came of a life.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lived {
    /// How often something was decided.
    pub decisions: usize,
    /// Lines of the journal.
    pub lines: usize,
    /// Mails that were planned.
    pub sends: usize,
    /// Versions that were published.
    pub versions: usize,
}

/// Lives it, and panics where something does not hold.
pub fn live(text: &[u8]) -> Lived {
    let mut life = Life::new();
    for line in String::from_utf8_lossy(text).lines().take(LINES) {
        life.turn(line);
    }
    life.lived
}

/// The recipes of the repository, which have every trigger, step and rule.
fn recipes() -> &'static (Arc<Workspace>, Vec<LiveCampaign>) {
    static RECIPES: OnceLock<(Arc<Workspace>, Vec<LiveCampaign>)> = OnceLock::new();
    RECIPES.get_or_init(|| {
        let definitions = load_published(&files()).definitions.expect("the recipes are right");
        let live =
            definitions.campaigns.into_values().map(|campaign| LiveCampaign::first(Arc::new(Program::new(campaign))));
        let live: Vec<LiveCampaign> = live.collect();
        (Arc::new(definitions.workspace), live)
    })
}

fn files() -> Files {
    let campaigns = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("campaigns"));
    let campaigns = campaigns.into_iter().find(|folder| folder.is_dir()).expect("the recipes are there");
    let read = |path: &Path| std::fs::read_to_string(path).expect("a recipe can be read");
    let mut files = Files::from([("workspace.yaml".to_owned(), read(&campaigns.join("workspace.yaml")))]);
    for folder in std::fs::read_dir(&campaigns).expect("the recipes can be listed").flatten() {
        let file = folder.path().join("campaign.yaml");
        if file.is_file() {
            files.insert(format!("{}/campaign.yaml", folder.file_name().to_string_lossy()), read(&file));
        }
    }
    files
}

/// Grants as many codes as there are.
#[derive(Default, Clone)]
struct Codes(HashMap<(Arc<str>, Arc<str>), u64>);

impl Claims for Codes {
    fn claim(&mut self, request: &Request) -> Claim {
        let issued = self.0.entry((Arc::clone(&request.campaign), Arc::clone(&request.offer))).or_default();
        if request.budget.is_some_and(|budget| *issued >= budget) {
            return Claim::Unavailable;
        }
        *issued += 1;
        Claim::Code(format!("CODE{issued}"))
    }
}

struct Life {
    person: Person,
    now: Instant,
    /// When something was published or resumed last.
    changed: Instant,
    /// When the fuzzed campaign was published last.
    published: Instant,
    codes: Codes,
    others: Vec<LiveCampaign>,
    yaml: String,
    choices: BTreeMap<String, Choice>,
    versions: Vec<Arc<Program>>,
    live: u32,
    chosen: BTreeMap<String, Choice>,
    run: RunState,
    retired: bool,
    catalog: Catalog,
    sent: BTreeSet<String>,
    /// The consent ledger.
    consents: Vec<ConsentEntry>,
    lived: Lived,
}

impl Life {
    fn new() -> Self {
        let (workspace, others) = recipes();
        let now = Instant::from_seconds(1_772_323_200);
        Self {
            person: Person::new("ann"),
            now,
            changed: now,
            published: now,
            codes: Codes::default(),
            others: others.clone(),
            yaml: String::new(),
            choices: BTreeMap::new(),
            versions: Vec::new(),
            live: 0,
            chosen: BTreeMap::new(),
            run: RunState::RUNNING,
            retired: false,
            catalog: Catalog::new(Arc::clone(workspace), others.iter().cloned()),
            sent: BTreeSet::new(),
            consents: Vec::new(),
            lived: Lived::default(),
        }
    }

    fn turn(&mut self, line: &str) {
        if line.starts_with('{') {
            if let Ok(event) = Event::parse(line) {
                self.decide(&Input::Event(&event));
            }
            return;
        }
        if let Some(yaml) = line.strip_prefix('|') {
            self.yaml.push_str(yaml);
            self.yaml.push('\n');
            return;
        }
        if let Some(seconds) = line.strip_prefix('+') {
            let seconds = seconds.trim().parse().unwrap_or(0_i64).clamp(0, LONGEST);
            self.now = self.now.plus_seconds(seconds);
            return self.decide(&Input::Due);
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb {
            "=" => drop(self.choices.insert(first.to_owned(), choice(second))),
            "publish" => self.publish(),
            "back" => self.back(first.parse().unwrap_or(1)),
            "retire" => {
                self.retired = true;
                self.changed();
            }
            "pause" => self.set_run(first, RunState::Paused),
            "resume" => self.set_run(first, RunState::Running { resumed_at: Some(self.now) }),
            "sweep" => self.decide(&Input::Sweep { since: self.changed }),
            "refresh" => self.decide(&Input::Refresh),
            "enrol" => {
                let detail = Arc::new(serde_json::from_str(second).unwrap_or_default());
                self.decide(&Input::Enrol { campaign: first, detail: &detail });
            }
            "exit" => self.decide(&Input::Exit { campaign: first, reason: second, until: None }),
            _ => {}
        }
    }

    fn publish(&mut self) {
        let mut files = files_of_workspace();
        files.insert(format!("{FUZZED}/campaign.yaml"), std::mem::take(&mut self.yaml));
        let Some(mut definitions) = load_published(&files).definitions else { return };
        let Some(campaign) = definitions.campaigns.remove(FUZZED) else { return };
        self.versions.push(Arc::new(Program::new(campaign)));
        self.live = u32::try_from(self.versions.len()).expect("a life has few lines");
        self.chosen = std::mem::take(&mut self.choices);
        self.retired = false;
        self.lived.versions += 1;
        self.published = self.now;
        self.changed();
    }

    fn back(&mut self, version: u32) {
        if (1..=self.versions.len()).contains(&(version as usize)) {
            self.live = version;
            self.chosen.clear();
            self.published = self.now;
            self.changed();
        }
    }

    fn set_run(&mut self, campaign: &str, run: RunState) {
        if campaign == FUZZED {
            self.run = run;
        }
        for live in self.others.iter_mut().filter(|live| &*live.program.id == campaign) {
            live.run = run;
        }
        self.changed();
    }

    fn changed(&mut self) {
        self.changed = self.now;
        let numbered = (1..).zip(&self.versions);
        let fuzzed = self.versions.get((self.live as usize).wrapping_sub(1)).map(|program| LiveCampaign {
            program: Arc::clone(program),
            version: self.live,
            older: numbered.filter(|(own, _)| *own != self.live).map(|(own, old)| (own, Arc::clone(old))).collect(),
            choices: self.chosen.clone(),
            run: self.run,
            published_at: Some(self.published),
            retired: self.retired,
        });
        self.catalog = Catalog::new(Arc::clone(&recipes().0), self.others.iter().cloned().chain(fuzzed));
    }

    /// Whether the reason of a line is one that SPEC.md knows, or an author's or operator's own word.
    fn is_of_a_closed_list(&self, kind: &Kind, input: &Input<'_>) -> bool {
        let programs = || self.versions.iter().chain(self.others.iter().map(|live| &live.program));
        let authored = |reason: &str| {
            programs().any(|program| {
                let mut nodes = (0..).map_while(|place| program.node(place));
                let exits = nodes.any(|node| matches!(&node.action, Action::Exit(text) if **text == *reason));
                exits || program.exit_on.iter().any(|kind| **kind == *reason)
            })
        };
        match kind {
            Kind::NotEntered { reason } => NOT_ENTERED.contains(reason),
            Kind::Skipped { reason } => SKIPPED.contains(reason),
            Kind::Delayed { reason, .. } => DELAYED.contains(reason),
            Kind::Exited { reason } => {
                let operator = matches!(input, Input::Exit { reason: own, .. } if **own == **reason);
                operator || Ended::of(reason).is_some() || authored(reason)
            }
            _ => true,
        }
    }

    fn decide(&mut self, input: &Input<'_>) {
        let (before, codes) = (self.person.clone(), self.codes.clone());
        let decision = decide(&mut self.person, input, &self.catalog, self.now, &mut self.codes);
        let decision = decision.decided().expect("every code is there");
        let lines: Vec<String> = decision.lines.iter().map(|line| line.to_json("ann")).collect();
        for line in &lines {
            let line: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
            assert!(line["entry"].as_u64().is_some_and(|entry| entry > 0), "{line}");
        }
        for line in &decision.lines {
            assert!(self.is_of_a_closed_list(&line.kind, input), "{line:?}");
        }
        self.lived.decisions += 1;
        self.lived.lines += lines.len();
        self.lived.sends += decision.sends.len();

        // The same again is the same, from the person as a store gives them back.
        let (mut again, mut codes) = (stored(&before), codes);
        let repeated = decide(&mut again, input, &self.catalog, self.now, &mut codes);
        let repeated = repeated.decided().expect("every code is there");
        assert_eq!(lines, repeated.lines.iter().map(|line| line.to_json("ann")).collect::<Vec<_>>());
        assert_eq!(again, self.person);

        // No mail goes twice, unless its person was forgotten in between (SPEC.md section 11).
        if matches!(input, Input::Event(event) if &*event.kind == "customer.deleted") && !decision.dropped {
            self.sent.clear();
            self.consents.clear();
        }
        // What holds about consent is the fold of what was said, nothing more and nothing less.
        self.consents.extend(decision.consents);
        assert_eq!(Consent::fold(&self.consents), self.person.profile.consent);
        for (send_id, _) in decision.sends {
            assert!(self.sent.insert(send_id), "a mail is planned twice");
        }

        // Everybody who is inside has a next action, unless their campaign is paused.
        let due = next_due(&self.person, &self.catalog);
        assert_eq!(decision.next_due, due);
        for (campaign, standing) in self.person.standings.iter() {
            let runs = self.catalog.get(campaign).is_some_and(|live| live.run != RunState::Paused);
            let inside = standing.enrolments.iter().any(|own| own.is_active());
            assert!(!runs || !inside || due.is_some(), "no next action in {campaign}");
        }
    }
}

/// The person as they come back from their item.
fn stored(person: &Person) -> Person {
    let json = serde_json::to_string(person).expect("a person is JSON");
    serde_json::from_str(&json).expect("and is read again")
}

fn files_of_workspace() -> Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    let all = FILES.get_or_init(files);
    all.iter().filter(|(path, _)| *path == "workspace.yaml").map(|(path, text)| (path.clone(), text.clone())).collect()
}

fn choice(text: &str) -> Choice {
    match text {
        "exit" => Choice::Exit,
        "stay" => Choice::FinishOnOld,
        step => Choice::Move(step.to_owned()),
    }
}
