//! Measures what the local AWS does per second, through the SDK in process, with the state on a file.
//!
//! `cargo run --release -p rekindle-local --example throughput [DIR] [CALLERS]`

#![expect(clippy::print_stdout, reason = "a measurement is printed")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measurement needs the real clock and may fail loudly"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
};
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use rekindle_clock::SystemClock;
use rekindle_local::{LocalAws, Mappings, Options, QueueSettings, SqsMapping, StreamMapping};

const ROUNDS: usize = 8_000;

/// Runs `ROUNDS` calls of `work` in `callers` tasks and prints the rate.
async fn measure<F, R>(name: &str, callers: usize, work: F)
where
    F: Fn(usize) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let begin = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let work = work.clone();
            tokio::spawn(async move {
                for n in (caller..ROUNDS).step_by(callers) {
                    work(n).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    report(name, ROUNDS, begin.elapsed());
}

fn report(name: &str, count: usize, took: Duration) {
    let rate = count as f64 / took.as_secs_f64();
    println!("{name:<44} {rate:>9.0}/s  {:>7.1} us each", 1e6 / rate);
}

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
}

async fn create_table(client: &aws_sdk_dynamodb::Client) {
    let index = GlobalSecondaryIndex::builder()
        .index_name("due")
        .key_schema(key("shard", KeyType::Hash))
        .key_schema(key("due_at", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewImage);
    client
        .create_table()
        .table_name("people")
        .attribute_definitions(attribute("pk", ScalarAttributeType::S))
        .attribute_definitions(attribute("shard", ScalarAttributeType::N))
        .attribute_definitions(attribute("due_at", ScalarAttributeType::N))
        .key_schema(key("pk", KeyType::Hash))
        .global_secondary_indexes(index.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .stream_specification(stream.build().unwrap())
        .send()
        .await
        .unwrap();
}

fn number(n: usize) -> AttributeValue {
    AttributeValue::N(n.to_string())
}

async fn load_and_commit(client: &aws_sdk_dynamodb::Client, n: usize) {
    let pk = AttributeValue::S(format!("P#{}", n % 500));
    let got = client.get_item().table_name("people").key("pk", pk.clone()).consistent_read(true);
    let version: usize =
        got.send().await.unwrap().item().and_then(|item| item["version"].as_n().ok()?.parse().ok()).unwrap_or(0);
    let put = client
        .put_item()
        .table_name("people")
        .item("pk", pk)
        .item("version", number(version + 1))
        .item("shard", number(n % 16))
        .item("due_at", number(n))
        .item("state", AttributeValue::S("x".repeat(900)))
        .condition_expression("attribute_not_exists(version) OR version = :v")
        .expression_attribute_values(":v", number(version));
    // With several callers two may load the same version; the loser's write is as much work.
    drop(put.send().await);
}

async fn send_receive_delete(client: &aws_sdk_sqs::Client, url: &str) {
    let body = "x".repeat(500);
    client.send_message().queue_url(url).message_body(body).send().await.unwrap();
    let received = client.receive_message().queue_url(url).send().await.unwrap();
    for message in received.messages() {
        let handle = message.receipt_handle().unwrap();
        client.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
    }
}

async fn put_events(client: &aws_sdk_eventbridge::Client) {
    let entry = PutEventsRequestEntry::builder()
        .event_bus_name("shop")
        .source("shop")
        .detail_type("order.placed")
        .detail(format!(r#"{{"person":{{"id":"p"}},"note":"{}"}}"#, "x".repeat(400)))
        .build();
    client.put_events().entries(entry).send().await.unwrap();
}

async fn send_mail(client: &aws_sdk_sesv2::Client, n: usize) {
    let content = |text: String| Content::builder().data(text).build().unwrap();
    let body = Body::builder().html(content("<p>x</p>".repeat(1_000))).text(content("x".repeat(2_000)));
    let message = Message::builder().subject(content("Hello".to_owned())).body(body.build());
    client
        .send_email()
        .from_email_address("shop@example.com")
        .destination(Destination::builder().to_addresses(format!("p{n}@example.com")).build())
        .content(EmailContent::builder().simple(message.build()).build())
        .send()
        .await
        .unwrap();
}

async fn drain(aws: &LocalAws, queue: &str) {
    let mappings = Mappings::new(aws).sqs(SqsMapping::new(queue), async |_| Ok(Default::default()));
    let begin = Instant::now();
    let handled = mappings.run_until_quiet().await.unwrap();
    report(&format!("messages handed to a handler ({queue})"), handled, begin.elapsed());
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().unwrap_or_else(|| "target/throughput".to_owned());
    let callers = arguments.next().map_or(1, |callers| callers.parse().unwrap());
    drop(std::fs::remove_dir_all(&dir));
    let aws = LocalAws::open(Options::in_dir(dir, Arc::new(SystemClock))).unwrap();
    for queue in ["work", "events", "feedback"] {
        aws.create_queue(queue, &QueueSettings::default()).unwrap();
    }
    aws.put_rule("shop", "events", r#"{"source":["shop"]}"#, "events").unwrap();
    aws.put_rule("default", "ses", r#"{"source":["aws.ses"]}"#, "feedback").unwrap();
    let config = aws.sdk_config();
    println!("callers: {callers}");

    let client = aws_sdk_dynamodb::Client::new(&config);
    create_table(&client).await;
    measure("GetItem + conditional PutItem, 1 KB, GSI, stream", callers, move |n| {
        let client = client.clone();
        async move { load_and_commit(&client, n).await }
    })
    .await;
    let relay = Mappings::new(&aws).stream(StreamMapping::new("relay", "people"), async |_| Ok(Default::default()));
    let begin = Instant::now();
    let handled = relay.run_until_quiet().await.unwrap();
    report("stream records handed to a handler", handled, begin.elapsed());

    let client = aws_sdk_sqs::Client::new(&config);
    let url = aws.queue_url("work");
    measure("SendMessage + ReceiveMessage + DeleteMessage", callers, move |_| {
        let (client, url) = (client.clone(), url.clone());
        async move { send_receive_delete(&client, &url).await }
    })
    .await;

    let client = aws_sdk_eventbridge::Client::new(&config);
    measure("PutEvents, one entry, one rule", callers, move |_| {
        let client = client.clone();
        async move { put_events(&client).await }
    })
    .await;
    drain(&aws, "events").await;

    let client = aws_sdk_sesv2::Client::new(&config);
    measure("SendEmail, 10 KB, two events", callers, move |n| {
        let client = client.clone();
        async move { send_mail(&client, n).await }
    })
    .await;
    drain(&aws, "feedback").await;

    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(peak) = status.lines().find(|line| line.starts_with("VmHWM")) {
        println!("{peak}");
    }
}
