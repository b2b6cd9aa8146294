//! Pasts for tests: workspaces read from folders, events from files or built in few words, journals as text.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rekindle_engine::catalog::Catalog;
use rekindle_engine::decide::imported;
use rekindle_engine::event::Event;
use rekindle_engine::journal::Line;
use rekindle_engine::lang::{Files, load};
use rekindle_engine::simulate::journal;
use rekindle_engine::time::Instant;
use serde_json::{Value, json};

/// A folder of the repository.
pub fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The files of a workspace, by path within it.
pub fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    collect(folder, "", &mut files);
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else if name.ends_with(".yaml") || name.ends_with(".mjml") {
            files.insert(format!("{prefix}{name}"), fs::read_to_string(&path).unwrap());
        }
    }
}

/// The catalogue of a workspace without errors.
pub fn catalog(files: &Files) -> Result<Catalog, String> {
    let loaded = load(files);
    loaded.runnable().cloned().map(Catalog::of).ok_or_else(|| {
        let errors = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        errors.map(ToString::to_string).collect::<Vec<_>>().join("\n")
    })
}

/// The journal of a case folder, as it is printed.
pub fn run_case(case: &Path) -> Result<String, String> {
    let catalog = catalog(&files(&case.join("workspace")))?;
    let read = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
    let lines = |name: &str| read(name).lines().map(str::to_owned).collect::<Vec<_>>();
    let until = read("until.txt");
    let until = Instant::parse(until.trim());
    let people =
        lines("people.jsonl").iter().filter_map(|line| imported(serde_json::from_str(line).ok()?).ok()).collect();
    let events = lines("events.jsonl").iter().filter_map(|line| Event::parse(line).ok()).collect();
    let journal = journal(&catalog, people, events, until);
    Ok(journal.iter().map(|(person, line)| format!("{}\n", line.to_json(person))).collect())
}

/// What happened, one event after another.
#[derive(Default)]
pub struct Past {
    events: Vec<Event>,
}

impl Past {
    /// Adds an event of `person` at a Seoul wall-clock time. `detail` are the event's own fields; in it, `person` holds
    /// what it says of them.
    pub fn on(mut self, time: &str, kind: &str, person: &str, mut detail: Value) -> Self {
        if detail.get("person").is_none() {
            detail["person"] = json!({});
        }
        detail["person"]["id"] = person.into();
        let id = format!("e{}", self.events.len());
        let envelope = json!({ "id": id, "source": "shop", "detail-type": kind, "time": format!("{time}:00+09:00"), "detail": detail });
        self.events.push(Event::from_value(envelope).unwrap());
        self
    }

    /// Somebody who signs up and agrees to marketing.
    pub fn sign_up(self, time: &str, person: &str, attributes: Value) -> Self {
        let fields = json!({ "email": format!("{person}@example.com"), "consent": { "marketing": true }, "attributes": attributes });
        self.on(time, "customer.signed_up", person, json!({ "person": fields }))
    }

    /// What a campaign makes of it up to a Seoul wall-clock time, in lines for people.
    pub fn journal(self, catalog: &Catalog, until: &str) -> String {
        let until = Instant::parse(&format!("{until}:00+09:00")).unwrap();
        let zone = &catalog.workspace.timezone;
        let shown = |(person, line): &(Arc<str>, Line)| {
            let json: Value = serde_json::from_str(&line.to_json(person)).unwrap();
            let at = rekindle_engine::time::local_of(line.at, zone).strftime("%Y-%m-%d %a %H:%M").to_string();
            let field = |name: &str| {
                json.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            };
            let until = field("until").and_then(|until| Instant::parse(&until));
            let until = until
                .map(|until| rekindle_engine::time::local_of(until, zone).strftime("until %Y-%m-%d %H:%M").to_string());
            let own = ["reason", "mail", "by", "arm", "offer", "value", "error"]
                .iter()
                .filter_map(|name| field(name))
                .chain(until);
            let words: Vec<String> =
                [Some(at), field("person"), field("step"), field("kind")].into_iter().flatten().chain(own).collect();
            format!("{}\n", words.join(" "))
        };
        journal(catalog, Vec::new(), self.events, Some(until)).iter().map(shown).collect()
    }
}
