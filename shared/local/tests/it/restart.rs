//! Nothing that was acknowledged is lost when the process goes away.

use rekindle_local::{LocalAws, LocalError, Mappings, StreamMapping};

use crate::sink::mail;
use crate::support::{Dir, Local, options};
use crate::tables::{create, put, text};

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let dir = Dir::new("restart");
    let local = Local::in_dir(&dir.0).await;
    let url = local.queue("work");
    local.aws.put_rule("default", "ses", r#"{"source":["aws.ses"]}"#, "work").unwrap();
    local.send(&url, "in flight").await;
    local.sqs().receive_message().queue_url(&url).send().await.unwrap();
    local.send(&url, "waiting").await;
    create(&local, "people").await;
    put(&local, "people", "a", 1).await;
    drop(local);

    let local = Local::in_dir(&dir.0).await;
    assert_eq!(local.bodies("work"), ["in flight", "waiting"]);
    let depth = &local.aws.queues().unwrap()[0];
    assert_eq!((depth.visible, depth.in_flight), (1, 1));
    local.pass(30);
    assert_eq!(local.aws.queues().unwrap()[0].visible, 2);
    let get = local.dynamodb().get_item().table_name("people");
    let got = get.key("pk", text("a")).key("sk", text("P")).send().await.unwrap();
    assert!(got.item().is_some());
    let id = mail(&local, "a@example.com").send().await.unwrap().message_id.unwrap();
    assert_eq!(local.bodies("work").len(), 4, "the rule survived");
    drop(local);

    let local = Local::in_dir(&dir.0).await;
    assert!(local.aws.mail(&id).unwrap().is_some());
    let next = mail(&local, "a@example.com").send().await.unwrap().message_id.unwrap();
    assert_ne!(id, next, "no id is given twice");
}

#[tokio::test]
async fn a_stream_goes_on_where_its_handler_had_succeeded() {
    let dir = Dir::new("position");
    let seen = async |local: &Local| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let mappings = Mappings::new(&local.aws).stream(StreamMapping::new("relay", "people"), move |event| {
            let count = event.records.len();
            let sender = sender.clone();
            async move {
                sender.send(count).unwrap();
                Ok(Default::default())
            }
        });
        mappings.run_until_quiet().await.unwrap();
        receiver.try_iter().sum::<usize>()
    };
    let local = Local::in_dir(&dir.0).await;
    create(&local, "people").await;
    put(&local, "people", "a", 1).await;
    put(&local, "people", "b", 2).await;
    assert_eq!(seen(&local).await, 2);
    put(&local, "people", "c", 3).await;
    drop(local);
    let local = Local::in_dir(&dir.0).await;
    assert_eq!(seen(&local).await, 1);
}

#[tokio::test]
async fn a_directory_belongs_to_one_process() {
    let dir = Dir::new("lock");
    let local = Local::in_dir(&dir.0).await;
    let mut second = options(&local.clock);
    second.dir = Some(dir.0.clone());
    assert!(matches!(LocalAws::open(second), Err(LocalError::InUse(_))));
}
