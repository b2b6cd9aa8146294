//! SQS.

use aws_sdk_sqs::operation::receive_message::ReceiveMessageOutput;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use rekindle_local::{DeadLetter, QueueSettings};
use rstest::rstest;

use crate::support::{Local, Way, start};

async fn receive(local: &Local, url: &str) -> ReceiveMessageOutput {
    local
        .sqs()
        .receive_message()
        .queue_url(url)
        .max_number_of_messages(10)
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .message_attribute_names("All")
        .send()
        .await
        .unwrap()
}

fn bodies(received: &ReceiveMessageOutput) -> Vec<&str> {
    received.messages().iter().filter_map(|message| message.body()).collect()
}

#[rstest]
#[tokio::test]
async fn a_message_is_received_hidden_and_deleted(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    let created = local.sqs().create_queue().queue_name("orders").send().await.unwrap();
    let url = created.queue_url().unwrap();
    let reason = MessageAttributeValue::builder().data_type("String").string_value("why");
    local
        .sqs()
        .send_message()
        .queue_url(url)
        .message_body("hello")
        .message_attributes("reason", reason.build().unwrap())
        .send()
        .await
        .unwrap();

    let received = receive(&local, url).await;
    let message = &received.messages()[0];
    assert_eq!(message.body(), Some("hello"));
    assert_eq!(message.message_attributes().unwrap()["reason"].string_value(), Some("why"));
    let attributes = message.attributes().unwrap();
    assert_eq!(attributes[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    let sent = start().as_millisecond().to_string();
    assert_eq!(attributes[&MessageSystemAttributeName::SentTimestamp], sent);

    assert!(receive(&local, url).await.messages().is_empty());
    local.pass(29);
    assert!(receive(&local, url).await.messages().is_empty());
    local.pass(1);
    let again = receive(&local, url).await;
    let attributes = again.messages()[0].attributes().unwrap();
    assert_eq!(attributes[&MessageSystemAttributeName::ApproximateReceiveCount], "2");

    let delete = local.sqs().delete_message().queue_url(url);
    let stale = message.receipt_handle().unwrap();
    delete.clone().receipt_handle(stale).send().await.unwrap();
    assert_eq!(local.aws.queues().unwrap()[0].in_flight, 1);
    let fresh = again.messages()[0].receipt_handle().unwrap();
    delete.receipt_handle(fresh).send().await.unwrap();
    assert_eq!(local.aws.queues().unwrap()[0].in_flight, 0);
}

#[rstest]
#[tokio::test]
async fn delays_hide_new_messages(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    let url = local.queue("later");
    let entry = |id: &str, delay| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(id).delay_seconds(delay).build().unwrap()
    };
    let batch = local.sqs().send_message_batch().queue_url(&url);
    let sent = batch.entries(entry("a", 60)).entries(entry("b", 901)).entries(entry("c", 0));
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.successful().len(), 2);
    assert_eq!(sent.failed()[0].id(), "b");

    assert_eq!(bodies(&receive(&local, &url).await), ["c"]);
    // The message in flight comes first, then the delayed one.
    assert_eq!(local.aws.next_visible_at().unwrap().unwrap().as_second(), start().as_second() + 30);
    local.pass(60);
    assert_eq!(bodies(&receive(&local, &url).await), ["c", "a"]);
}

#[rstest]
#[tokio::test]
async fn what_was_received_too_often_becomes_a_dead_letter_and_comes_back(
    #[values(Way::InProcess, Way::Http)] way: Way,
) {
    let local = Local::new(way).await;
    local.queue("dead");
    let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive: 2 });
    local.aws.create_queue("work", &QueueSettings { dead_letter, ..Default::default() }).unwrap();
    let url = local.aws.queue_url("work");
    local.send(&url, "poison").await;
    for _ in 0..2 {
        assert_eq!(receive(&local, &url).await.messages().len(), 1);
        local.pass(30);
    }
    assert!(receive(&local, &url).await.messages().is_empty());
    let letters = local.aws.peek("dead", 10).unwrap();
    assert_eq!(letters[0].body, "poison");
    assert_eq!(letters[0].came_from.as_deref(), Some("work"));

    let dead = "arn:aws:sqs:us-east-1:000000000000:dead";
    local.sqs().start_message_move_task().source_arn(dead).send().await.unwrap();
    assert_eq!(bodies(&receive(&local, &url).await), ["poison"]);
    assert!(local.bodies("dead").is_empty());
}

#[rstest]
#[tokio::test]
async fn errors_have_aws_names(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    let url = local.aws.queue_url("none");
    let missing = local.sqs().send_message().queue_url(&url).message_body("x").send().await;
    assert!(missing.unwrap_err().into_service_error().is_queue_does_not_exist());

    let url = local.queue("small");
    let send = local.sqs().send_message().queue_url(&url);
    let large = send.message_body("x".repeat(1_048_577)).send().await.unwrap_err();
    assert_eq!(large.into_service_error().meta().code(), Some("InvalidParameterValue"));

    let unknown = local.sqs().tag_queue().queue_url(&url).tags("a", "b").send().await.unwrap_err();
    let unknown = unknown.into_service_error();
    assert_eq!(unknown.meta().code(), Some("AWS.SimpleQueueService.UnsupportedOperation"));
}

#[tokio::test]
async fn attributes_batches_and_purge() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("q");
    for n in 0..12 {
        local.send(&url, &n.to_string()).await;
    }
    let received = receive(&local, &url).await;
    assert_eq!(received.messages().len(), 10);
    let mut delete = local.sqs().delete_message_batch().queue_url(&url);
    for (n, message) in received.messages().iter().enumerate() {
        let handle = message.receipt_handle().unwrap();
        delete = delete.entries(
            DeleteMessageBatchRequestEntry::builder().id(n.to_string()).receipt_handle(handle).build().unwrap(),
        );
    }
    assert_eq!(delete.send().await.unwrap().successful().len(), 10);

    let get = local.sqs().get_queue_attributes().queue_url(&url);
    let got = get.attribute_names(QueueAttributeName::All).send().await.unwrap();
    let attributes = got.attributes().unwrap();
    assert_eq!(attributes[&QueueAttributeName::ApproximateNumberOfMessages], "2");
    assert_eq!(attributes[&QueueAttributeName::MaximumMessageSize], "1048576");

    local.sqs().purge_queue().queue_url(&url).send().await.unwrap();
    assert!(local.bodies("q").is_empty());
    let listed = local.sqs().list_queues().queue_name_prefix("q").send().await.unwrap();
    assert_eq!(listed.queue_urls(), [url]);
}

#[tokio::test]
async fn a_message_can_be_given_back_or_kept_hidden() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("q");
    local.send(&url, "x").await;
    let handle = receive(&local, &url).await.messages()[0].receipt_handle().unwrap().to_owned();
    let change = local.sqs().change_message_visibility().queue_url(&url).receipt_handle(&handle);
    change.clone().visibility_timeout(120).send().await.unwrap();
    local.pass(60);
    assert!(receive(&local, &url).await.messages().is_empty());
    change.clone().visibility_timeout(0).send().await.unwrap();
    let late = change.clone().visibility_timeout(1).send().await.unwrap_err().into_service_error();
    assert!(late.is_message_not_inflight(), "it is visible already");
    assert_eq!(receive(&local, &url).await.messages().len(), 1);
    let late = change.visibility_timeout(1).send().await.unwrap_err().into_service_error();
    assert!(late.is_message_not_inflight(), "somebody else has received it");
}

#[tokio::test]
async fn a_long_poll_ends_when_a_message_arrives() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("q");
    let poll = local.sqs().receive_message().queue_url(&url).wait_time_seconds(20).send();
    let (received, ()) = tokio::join!(poll, local.send(&url, "there"));
    assert_eq!(bodies(&received.unwrap()), ["there"]);
}
