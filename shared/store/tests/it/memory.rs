//! The contract in memory.

use rekindle_store::{Keyed, Memory, Shards};

async fn open() -> Option<Memory> {
    Some(Memory::new(Keyed::new(b"a secret of the tests"), Shards::default()))
}

crate::contract::suite!(open, 10_000);

#[tokio::test]
async fn commits_come_out_as_a_stream() {
    use rekindle_store::{Change, stream_image, update};
    let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::default());
    for line in ["first", "second"] {
        let lines = vec![line.to_owned()];
        let record = rekindle_store::Record { lines, ..Default::default() };
        update(&store, "ann", |_, _| Change::Commit { due: None, record: record.clone(), outcome: () }).await.unwrap();
    }
    let images: Vec<_> = store.take_stream().into_iter().map(|image| stream_image(image).unwrap().unwrap()).collect();
    let seen: Vec<_> = images.iter().map(|image| (image.version, image.record.lines[0].as_str())).collect();
    assert_eq!(seen, [(1, "first"), (2, "second")]);
    assert!(store.take_stream().is_empty());
}

#[tokio::test]
async fn setting_somebody_aside_hands_nothing_on_again() {
    use rekindle_store::{Change, Due, DuePerson, stream_image, update};
    let store = Memory::with_stream(Keyed::new(b"a secret of the tests"), Shards::default());
    let at = crate::sample::at("2026-03-01T09:00:00Z");
    let record = rekindle_store::Record { lines: vec!["once".to_owned()], ..Default::default() };
    update(&store, "ann", |_, _| Change::Commit { due: Some(at), record: record.clone(), outcome: () }).await.unwrap();
    assert!(store.set_aside(&DuePerson { at, id: "ann".to_owned() }, "too large").await.unwrap());
    let images: Vec<_> = store.take_stream().into_iter().map(|image| stream_image(image).unwrap()).collect();
    let versions: Vec<_> = images.iter().map(|image| image.as_ref().map(|image| image.version)).collect();
    assert_eq!(versions, [Some(1), None], "as a table's stream, which has an image of every change of an item");
}
