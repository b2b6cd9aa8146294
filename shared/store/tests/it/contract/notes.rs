//! What operators did, and why.

use rekindle_store::Note;

use super::Store;
use crate::sample::at;

fn note(seconds: u8, act: &str, person: Option<&str>) -> Note {
    Note {
        at: at(&format!("2026-03-01T09:00:{seconds:02}Z")),
        act: act.to_owned(),
        campaign: "win-back".to_owned(),
        person: person.map(str::to_owned),
        send_id: None,
        by: "kim".to_owned(),
        reason: "a wrong price".to_owned(),
    }
}

pub async fn notes_come_back_in_order_and_each_once<S: Store>(store: S) {
    let all = [note(1, "pause", None), note(1, "resume", None), note(20, "pause", None)];
    for note in all.iter().rev().chain(&all) {
        store.note(note).await.unwrap();
    }
    assert_eq!(store.notes().await, Ok(all.to_vec()));
}

pub async fn notes_about_people_are_erased_with_them<S: Store>(store: S) {
    let (ann, anna) = (note(1, "enrol", Some("ann")), note(2, "exit", Some("anna")));
    for note in [&ann, &anna] {
        store.note(note).await.unwrap();
    }
    assert_eq!(store.notes_about("ann").await, Ok(vec![ann]));
    assert_eq!(store.notes().await, Ok(Vec::new()));
    // Two of one person's mails of one campaign within a second are two acts.
    let mails = ["a", "b"].map(|id| Note { send_id: Some(id.to_owned()), ..note(3, "resend", Some("bob")) });
    for note in &mails {
        store.note(note).await.unwrap();
    }
    assert_eq!(store.notes_about("bob").await, Ok(mails.to_vec()));
    store.erase("ann").await.unwrap();
    assert_eq!((store.notes_about("ann").await, store.notes_about("anna").await), (Ok(Vec::new()), Ok(vec![anna])));
}
