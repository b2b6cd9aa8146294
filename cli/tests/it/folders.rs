//! Folders that a test owns and leaves behind clean, and the local systems in them, whose time stands still.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rekindle_engine::decide::Input;
use rekindle_engine::event::Event;
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_system::{Start, System};
use serde_json::json;

/// A fresh folder of that name.
pub fn fresh(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rekindle-{name}-{}", std::process::id()));
    let _left_by_an_earlier_run = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The repository's workspace with these campaigns alone.
pub fn campaigns(folder: &Path, campaigns: &[&str]) -> PathBuf {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../campaigns"), folder.join("campaigns"));
    for part in campaigns.iter().chain(&["layouts"]) {
        std::fs::create_dir_all(to.join(part)).unwrap();
        for file in std::fs::read_dir(from.join(part)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(part).join(file.file_name())).unwrap();
        }
    }
    std::fs::copy(from.join("workspace.yaml"), to.join("workspace.yaml")).unwrap();
    to
}

/// The system of that folder on a Monday morning.
pub async fn open(folder: &Path) -> System {
    let clock = Arc::new(ManualClock::new("2026-03-02T01:00:00Z".parse().unwrap())) as Arc<dyn Clock>;
    System::open(Start { folder: Some(folder), clock, speed: 0 }).await.unwrap()
}

/// An event of that kind about somebody who agrees to marketing.
pub async fn say(system: &System, kind: &str, id: &str) {
    let person = json!({ "id": id, "email": format!("{id}@example.com"), "consent": { "marketing": true } });
    let at = system.clock.now();
    let event = json!({
        "id": format!("{kind}-{id}"), "source": "shop", "detail-type": kind, "time": at,
        "detail": { "person": person },
    });
    let event = Event::from_value(event).unwrap();
    system.deciding.decide(id, &Input::Event(&event), Instant::from(at), None).await.unwrap();
}
