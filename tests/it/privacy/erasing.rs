//! Somebody is forgotten everywhere, whoever works at the same time and wherever it breaks off (SPEC.md section 10).

use std::path::{Path, PathBuf};

use rekindle::privacy::{Done, Outcome, erase_person, export_person};
use rekindle::target::{Target, TargetArgs};
use rekindle_engine::time::Instant;
use rekindle_lambda::clock::Clock;
use rekindle_mail::LinkKind;
use rekindle_store::{Ledger, Note, Notes, People, SendRow, SendStage};
use serde_json::{Value, json};

use super::searching::{Found, Log, partition_of, search};
use crate::pages::{Reader, links};
use crate::support::{START, Shop, kill_after};

pub(super) const CAMPAIGNS: [&str; 3] = ["welcome", "nps", "win-back-offer"];

/// A folder of this test alone.
pub(super) fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("rekindle-erasing-{name}-{}", std::process::id()));
    let _absent = std::fs::remove_dir_all(&folder);
    folder
}

/// The texts by which somebody would be recognised.
pub(super) fn marks(id: &str) -> Vec<String> {
    ["", "-addr", "-name", "-attr", "-word"].map(|part| format!("canary{part}-{id}")).to_vec()
}

pub(super) fn id(of: &str) -> String {
    format!("canary-{of}")
}

pub(super) async fn sign_up(shop: &Shop, of: &str) {
    let person = json!({
        "id": id(of), "email": format!("canary-addr-{of}@example.com"), "locale": "en",
        "attributes": { "first_name": format!("canary-name-{of}"), "favourite": format!("canary-attr-{of}") },
        "consent": { "marketing": true, "how": format!("canary-word-{of}") },
    });
    shop.put(&format!("s-{of}"), "customer.signed_up", json!({ "person": person })).await;
}

/// Somebody of whom there is something everywhere.
async fn known_everywhere(folder: &Path, of: &str) -> Reader {
    let shop = Shop::open(Some(folder), &CAMPAIGNS, START.parse().unwrap()).await;
    let router = shop.system.pages().unwrap().router();
    let reader = Reader { shop, router };
    let person = json!({ "id": id(of) });
    sign_up(&reader.shop, of).await;
    reader.shop.settle().await;
    reader.shop.put("d", "order.delivered", json!({ "person": person, "order": { "id": "o1" } })).await;
    reader.shop.put("o", "order.completed", json!({ "person": person, "order": { "total": 9_000 } })).await;
    reader.shop.pass_to("2026-03-20T00:00:00Z".parse().unwrap()).await;
    let asked = reader.mails().into_iter().find_map(|mail| links(&mail, LinkKind::Answer).into_iter().nth(3)).unwrap();
    reader.post(&asked, &format!("score=3&comment=canary-word-{of}")).await;
    reader.shop.put("d2", "order.delivered", json!({ "person": person, "order": { "id": "o2" } })).await;
    reader.shop.pass_to("2026-07-20T00:00:00Z".parse().unwrap()).await;
    let at = Instant::from(reader.shop.clock.now());
    let note = Note {
        at,
        act: "enrol".to_owned(),
        campaign: "welcome".to_owned(),
        person: Some(id(of)),
        send_id: None,
        by: "kim".to_owned(),
        reason: format!("canary-word-{of} asked for it"),
    };
    let store = &reader.shop.system.store;
    store.note(&note).await.unwrap();
    // As a report on reading leaves it.
    let read = store.sends(&id(of)).await.unwrap().remove(0);
    store.put_send(&SendRow { stage: SendStage::Opened, ..read }, 1).await.unwrap();
    // One that is refused, one that waits in its queue, and one that nobody has handed on yet.
    let wrong =
        json!({ "person": { "id": id(of), "email": format!("canary-addr-{of}@example.com"), "attributes": 7 } });
    reader.shop.put("w", "customer.updated", wrong).await;
    reader.shop.settle().await;
    reader.shop.put("p", "order.completed", json!({ "person": person, "order": { "total": 5 } })).await;
    reader
}

/// Ends a system, so that a command may use its folder.
fn close(reader: Reader, folder: &Path) -> jiff::Timestamp {
    let now = reader.shop.clock.now();
    std::fs::write(folder.join("clock"), now.to_string()).unwrap();
    drop(reader);
    now
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let to = to.join(entry.file_name().unwrap());
        if entry.is_dir() { copy(&entry, &to) } else { std::fs::copy(&entry, &to).map(drop).unwrap() }
    }
}

async fn reopen(folder: &Path, at: jiff::Timestamp) -> Shop {
    let shop = Shop::open(Some(folder), &CAMPAIGNS, at).await;
    shop.settle().await;
    shop
}

pub(super) fn which(folder: &Path) -> TargetArgs {
    TargetArgs::local(folder)
}

/// An export has everything, as its schema says.
fn exported(export: &Value) {
    let schema = std::fs::read_to_string(crate::past::folder("schemas").join("export.schema.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(export).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for list in ["journal", "sends", "answers", "codes", "notes", "events", "refused"] {
        assert!(export[list].as_array().is_some_and(|list| !list.is_empty()), "no {list}");
    }
    assert_eq!(export["consent"]["ledger"][0]["how"], "canary-word-7f3");
    assert_eq!(export["profile"]["attributes"]["favourite"], "canary-attr-7f3");
    assert_eq!(export["answers"][0]["comment"], "canary-word-7f3");
}

/// The places in which somebody stands who is known everywhere, `file` and `queue` by their first words.
const PLACES: [&str; 14] = [
    "archive",
    "file archive",
    "file local.db",
    "file tables.db",
    "mailbox",
    "queue intake",
    "queue intake-dead",
    "table P A",
    "table P J",
    "table P N",
    "table P O",
    "table P S",
    "table P the person",
    "table A",
];

fn stands_in(found: &Found, place: &str) -> bool {
    found.keys().any(|known| known.starts_with(place))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_somebody_erased_nothing_is_found_anywhere_but_a_keyed_hash() {
    let log = Log::keep();
    let folder = folder("everywhere");
    let reader = known_everywhere(&folder, "7f3").await;
    let texts = marks("7f3");
    let partition = partition_of(&reader.shop, &id("7f3")).await;
    let before = search(&reader.shop, &folder, &[texts.clone(), vec![partition.clone()]].concat()).await;
    println!("before: {before:#?}");
    for place in PLACES {
        assert!(stands_in(&before, place), "the test has to begin with something in {place}: {before:#?}");
    }
    let address_hash = reader.shop.system.store.pseudonym(&id("7f3")).unwrap();
    let now = close(reader, &folder);

    let target = Target::open(&which(&folder)).await.unwrap();
    exported(&export_person(&target, &id("7f3"), None).await.unwrap());
    let Outcome { counts: removed, done, .. } = erase_person(&target, &id("7f3"), None).await.unwrap();
    assert!(export_person(&target, &id("7f3"), None).await.is_err(), "there is nothing to show any more");
    println!("removed: {removed:?}");
    assert!(matches!(done, Done::Everywhere));
    assert!(removed.iter().all(|(_, count)| *count > 0), "{removed:?}");
    drop(target);

    let shop = reopen(&folder, now).await;
    shop.pass_to(now.checked_add(jiff::Span::new().hours(24 * 30)).unwrap()).await;
    shop.system.aws.scrub().unwrap();
    let after = search(&shop, &folder, &[texts, vec![address_hash]].concat()).await;
    println!("after: {after:#?}");
    assert_eq!(after, Found::new());
    let text = log.text();
    assert!(!text.is_empty() && !text.contains("canary"), "{text}");
    let kept = search(&shop, &folder, &[partition, "U#".to_owned()]).await;
    let kept: Vec<_> = kept.iter().filter(|(place, _)| place.starts_with("table")).collect();
    let two = ("table P the person".to_owned(), 2);
    assert_eq!(kept, [(&two.0, &two.1), (&"table U the person".to_owned(), &1)], "a tombstone, and how far it goes");

    // Again is harmless.
    drop(shop);
    let target = Target::open(&which(&folder)).await.unwrap();
    let Outcome { counts: removed, .. } = erase_person(&target, &id("7f3"), None).await.unwrap();
    assert!(removed.iter().all(|(_, count)| *count == 0), "{removed:?}");
    drop(target);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_events_bring_nobody_back_and_new_ones_make_a_new_person() {
    let folder = folder("replay");
    let shop = Shop::open(Some(&folder), &CAMPAIGNS, START.parse().unwrap()).await;
    sign_up(&shop, "b").await;
    shop.settle().await;
    let archive = std::fs::read_to_string(folder.join("archive/2026-03-02.jsonl")).unwrap();
    shop.put("gone", "customer.deleted", json!({ "person": { "id": id("b") } })).await;
    shop.settle().await;
    // By the event alone, and by no command.
    let store = &shop.system.store;
    let loaded = store.load(&id("b")).await.unwrap();
    assert!(!loaded.person.is_known() && loaded.token.is_none(), "the item is gone: {loaded:?}");
    let texts = marks("b");
    assert_eq!(
        search(&shop, &folder, &texts).await.into_iter().filter(|found| !found.0.starts_with("file")).count(),
        0
    );

    let old = rekindle_engine::event::Event::parse(archive.lines().next().unwrap()).unwrap();
    let input = rekindle_engine::decide::Input::Event(&old);
    let now = Instant::from(shop.clock.now());
    let decided = shop.system.deciding.decide(&id("b"), &input, now, None).await.unwrap();
    assert!(decided.dropped && !decided.committed);
    // Nor does an old list under another id: the address is on the suppression list, and nobody has agreed since.
    let list =
        json!({ "person": { "id": "other", "email": "Canary-Addr-b@example.com", "consent": { "marketing": true } } });
    let event =
        json!({ "id": "l", "detail-type": "customer.signed_up", "time": "2025-06-01T00:00:00Z", "detail": list });
    let event = rekindle_engine::event::Event::from_value(event).unwrap();
    let input = rekindle_engine::decide::Input::Event(&event);
    shop.system.deciding.decide("other", &input, now, None).await.unwrap();
    shop.settle().await;
    assert_eq!(
        shop.system.aws.tagged_mails("campaign", "welcome").unwrap(),
        0,
        "the former one's mail is gone, and no other was made"
    );
    let withdrawn = store.sends("other").await.unwrap();
    assert!(
        withdrawn.iter().any(|row| row.reason.as_deref() == Some("erased, and not agreed to since")),
        "{withdrawn:?}"
    );

    shop.clock.advance_to("2026-03-03T01:00:00Z".parse().unwrap());
    sign_up(&shop, "b").await;
    let again = json!({ "id": "again", "email": "canary-addr-b@example.com", "consent": { "marketing": true } });
    shop.put("again", "customer.signed_up", json!({ "person": again })).await;
    shop.settle().await;
    let loaded = store.load(&id("b")).await.unwrap();
    assert!(loaded.person.is_known() && loaded.version > 2, "a new person after the tombstone's version: {loaded:?}");
    let entered = store.read(&id("b")).await.unwrap();
    assert!(entered[0].contains(r#""entry":1,"kind":"entered""#), "whose entries count from 1: {entered:?}");
    assert_eq!(
        shop.system.aws.tagged_mails("campaign", "welcome").unwrap(),
        2,
        "who agrees anew gets mail, under the old id and another"
    );
    drop(shop);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_broke_off_goes_on_when_it_is_run_again() {
    let texts = marks("c");
    let whole = folder("whole");
    let now = close(known_everywhere(&whole, "c").await, &whole);
    let mut broke_off = 0;
    for polls in [0, 3, 9, 20, 40, 70, 110, 160, 230, 320, 450, 700, 100_000] {
        let folder = folder("broken");
        copy(&whole, &folder);
        let target = Target::open(&which(&folder)).await.unwrap();
        let ended = kill_after(polls, erase_person(&target, &id("c"), None)).await;
        broke_off += usize::from(!ended);
        let Outcome { done, .. } = erase_person(&target, &id("c"), None).await.unwrap();
        assert!(matches!(done, Done::Everywhere), "killed after {polls}");
        drop(target);
        let shop = reopen(&folder, now).await;
        shop.system.aws.scrub().unwrap();
        assert_eq!(search(&shop, &folder, &texts).await, Found::new(), "killed after {polls}");
        drop(shop);
        std::fs::remove_dir_all(folder).unwrap();
        if ended {
            break;
        }
    }
    std::fs::remove_dir_all(whole).unwrap();
    assert!(broke_off > 4, "{broke_off} erasures broke off");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_behind_while_workers_send_and_advance() {
    const PEOPLE: usize = 12;
    let folder = folder("beside");
    let shop = Shop::open(Some(&folder), &CAMPAIGNS, START.parse().unwrap()).await;
    std::fs::write(folder.join("clock"), shop.clock.now().to_string()).unwrap();
    let port = rekindle_local::bind(0).await.unwrap();
    let server = shop.system.serve(port, ([127, 0, 0, 1], 1).into()).unwrap();
    let running = shop.system.mappings().unwrap().spawn().unwrap();
    for n in 0..PEOPLE {
        sign_up(&shop, &format!("w{n:02}x")).await;
    }
    let target = Target::open(&which(&folder)).await.unwrap();
    let mut made = 0;
    for n in 0..PEOPLE {
        let of = format!("w{n:02}x");
        // Each is erased at another moment of their way: as soon as they are known, planned, armed or sent.
        while !shop.system.store.load(&id(&of)).await.unwrap().person.is_known() {
            tokio::task::yield_now().await;
        }
        for _ in 0..n * 40 {
            tokio::task::yield_now().await;
        }
        let Outcome { counts: removed, done, .. } = erase_person(&target, &id(&of), None).await.unwrap();
        made += removed.iter().map(|(_, count)| count).sum::<usize>();
        assert!(matches!(done, Done::Everywhere), "{of}");
    }
    running.stop().await;
    shop.settle().await;
    shop.pass_to("2026-04-20T00:00:00Z".parse().unwrap()).await;
    shop.system.aws.scrub().unwrap();
    let texts: Vec<String> = (0..PEOPLE).flat_map(|n| marks(&format!("w{n:02}x"))).collect();
    let found = search(&shop, &folder, &texts).await;
    println!("{made} things were removed while workers ran; left: {found:#?}");
    assert_eq!(found, Found::new());
    server.stop().await.unwrap();
    drop((target, shop));
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn nobody_is_not_somebody_who_is_forgotten() {
    let folder = folder("nobody");
    let shop = Shop::open(Some(&folder), &CAMPAIGNS, START.parse().unwrap()).await;
    sign_up(&shop, "x").await;
    shop.settle().await;
    let at = shop.clock.now();
    shop.system.state().unwrap().leave_at(at).unwrap();
    drop(shop);
    let target = Target::open(&which(&folder)).await.unwrap();
    let error = erase_person(&target, "canary-X", None).await.err().unwrap();
    assert!(format!("{error:#}").contains("nobody in") && format!("{error:#}").contains("canary-X"), "{error:#}");
    assert!(erase_person(&target, &id("x"), None).await.is_ok());
    assert!(erase_person(&target, &id("x"), None).await.is_ok(), "who was erased is no mistake");
    drop(target);
    std::fs::remove_dir_all(folder).unwrap();
}
