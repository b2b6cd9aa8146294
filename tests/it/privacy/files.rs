//! What an erasure removed is gone from the disk as well, while the system runs.

use std::path::Path;

use rekindle::privacy::{Done, Outcome, erase_person, export_person};
use rekindle::target::Target;
use rekindle_store::People;
use serde_json::json;

use super::erasing::{CAMPAIGNS, folder, id, marks, sign_up, which};
use crate::support::{START, Shop};

/// The files of a state that hold one of these texts.
fn files_with(folder: &Path, texts: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files_with(&entry, texts));
        } else if let Ok(bytes) = std::fs::read(&entry) {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            found.extend(
                texts
                    .iter()
                    .filter(|mark| text.contains(mark.as_str()))
                    .map(|mark| format!("{mark} in {}", entry.display())),
            );
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_erasure_removed_is_in_no_file_of_a_running_system_either() {
    let folder = folder("running");
    let shop = Shop::open(Some(&folder), &CAMPAIGNS, START.parse().unwrap()).await;
    let port = rekindle_local::bind(0).await.unwrap();
    let serving = shop.system.serve(port, ([127, 0, 0, 1], 1).into()).unwrap();
    let running = shop.system.mappings().unwrap().spawn().unwrap();
    let store = &shop.system.store;
    let known = async |of: &str| {
        sign_up(&shop, of).await;
        let wrong = json!({ "person": { "id": id(of), "attributes": 7 }, "note": format!("canary-word-{of}") });
        shop.put(&format!("w-{of}"), "customer.updated", wrong).await;
        let mut looks = 0..3_000;
        while looks.next().is_some()
            && (shop.system.aws.tagged_mails("campaign", "welcome").unwrap() == 0
                || shop.system.aws.peek("intake-dead", 9).unwrap().is_empty())
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };

    // By the command of another process, which says so only once it is true.
    known("r1").await;
    assert!(!files_with(&folder, &marks("r1")).is_empty(), "the test has to begin with something in the files");
    let target = Target::open(&which(&folder)).await.unwrap();
    let export = export_person(&target, &id("r1"), None).await.unwrap();
    assert!(export["events"].as_array().is_some_and(|events| !events.is_empty()), "the archive of a running system");
    assert_eq!(export["refused"][0]["message"]["detail"]["note"], "canary-word-r1");
    let Outcome { done, counts, .. } = erase_person(&target, &id("r1"), None).await.unwrap();
    assert!(matches!(done, Done::Everywhere));
    assert!(counts.contains(&("dead letters", 1)), "{counts:?}");
    assert_eq!(files_with(&folder, &marks("r1")), Vec::<String>::new());

    // By the event alone. Its dead letter is the command's to remove.
    known("r2").await;
    shop.put("gone", "customer.deleted", json!({ "person": { "id": id("r2") } })).await;
    let mut looks = 0..3_000;
    while looks.next().is_some()
        && (store.load(&id("r2")).await.unwrap().person.is_known() || folder.join("unscrubbed").exists())
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let all_but_the_letter = &marks("r2")[1..4];
    let mut looks = 0..3_000;
    while looks.next().is_some() && !files_with(&folder, all_but_the_letter).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(files_with(&folder, all_but_the_letter), Vec::<String>::new());

    running.stop().await;
    serving.stop().await.unwrap();
    drop((target, shop));
    std::fs::remove_dir_all(folder).unwrap();
}
