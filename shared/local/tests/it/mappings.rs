//! Event source mappings.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use jiff::SignedDuration;
use rekindle_clock::{Clock, ManualClock, ScaledClock};
use rekindle_local::{DeadLetter, Filter, LocalAws, Mappings, Options, QueueSettings, SqsMapping, StreamMapping};

use crate::support::{Local, Way, start};
use crate::tables::{create, put};

type Seen<T> = Arc<Mutex<Vec<T>>>;

fn bodies(event: &SqsEvent) -> Vec<String> {
    event.records.iter().map(|record| record.body.clone().unwrap()).collect()
}

/// A handler that fails every message whose body begins with "bad".
fn picky(local: &Local, seen: &Seen<String>) -> Mappings {
    let seen = seen.clone();
    Mappings::new(&local.aws).sqs(SqsMapping::new("work"), move |event: SqsEvent| {
        seen.lock().unwrap().extend(bodies(&event));
        async move {
            let mut response = SqsBatchResponse::default();
            for record in event.records {
                if record.body.unwrap().starts_with("bad") {
                    response.add_failure(record.message_id.unwrap());
                }
            }
            Ok(response)
        }
    })
}

#[tokio::test]
async fn no_visibility_runs_out_because_a_machine_is_slow_and_a_clock_is_fast() {
    let wall = Arc::new(ManualClock::new(start()));
    let fast: Arc<dyn Clock> = Arc::new(ScaledClock::new(Arc::clone(&wall), start(), 86_400));
    let aws = LocalAws::open(Options::in_memory(Arc::clone(&fast))).unwrap();
    aws.create_queue("work", &QueueSettings { visibility: 43_200, ..QueueSettings::default() }).unwrap();
    let client = aws_sdk_sqs::Client::new(&aws.sdk_config());
    client.send_message().queue_url(aws.queue_url("work")).message_body("slow").send().await.unwrap();
    let depths = Seen::default();
    let (seen, inside, passes) = (depths.clone(), aws.clone(), Arc::clone(&wall));
    let mappings = Mappings::new(&aws).sqs(SqsMapping::new("work"), move |_: SqsEvent| {
        // Ten seconds of this machine, in which the clock would otherwise pass ten days.
        passes.advance_to(passes.now() + SignedDuration::from_secs(10));
        seen.lock().unwrap().extend(inside.queues().unwrap());
        async { Ok(SqsBatchResponse::default()) }
    });
    assert_eq!(mappings.run_until_quiet().await.unwrap(), 1);
    let depths = depths.lock().unwrap();
    assert_eq!((depths[0].visible, depths[0].in_flight), (0, 1), "it is nobody else's meanwhile");
    let worked = fast.now().duration_since(start());
    assert!(worked < SignedDuration::from_hours(1), "{worked:?}");
}

#[tokio::test]
async fn failed_messages_come_again_and_end_as_dead_letters() {
    let local = Local::new(Way::InProcess).await;
    local.queue("dead");
    let dead_letter = Some(DeadLetter { queue: "dead".to_owned(), max_receive: 3 });
    local.aws.create_queue("work", &QueueSettings { dead_letter, ..Default::default() }).unwrap();
    let url = local.aws.queue_url("work");
    for body in ["good", "bad", "better"] {
        local.send(&url, body).await;
    }
    let seen = Seen::default();
    let mappings = picky(&local, &seen);
    assert_eq!(mappings.run_until_quiet().await.unwrap(), 3);
    assert_eq!(local.bodies("work"), ["bad"]);
    while let Some(next) = local.aws.next_visible_at().unwrap() {
        local.clock.advance_to(next);
        mappings.run_until_quiet().await.unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), ["good", "bad", "better", "bad", "bad"]);
    assert_eq!(local.bodies("dead"), ["bad"]);
    assert_eq!(local.aws.redrive("dead", None).unwrap(), 1);
    assert_eq!(local.bodies("work"), ["bad"]);
}

#[tokio::test]
async fn an_error_a_panic_or_an_unknown_id_fails_the_whole_batch() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("work");
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let settings = SqsMapping { workers: 1, ..SqsMapping::new("work") };
    let mappings = Mappings::new(&local.aws).sqs(settings, move |_| {
        let call = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            let mut response = SqsBatchResponse::default();
            match call {
                0 => return Err("the handler failed".into()),
                1 => panic!("the handler panicked"),
                2 => response.add_failure("unheard of"),
                _ => {}
            }
            Ok(response)
        }
    });
    local.send(&url, "x").await;
    for left in [1, 1, 1, 0] {
        mappings.run_until_quiet().await.unwrap();
        assert_eq!(local.bodies("work").len(), left);
        local.pass(30);
    }
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn a_panic_costs_only_its_batch() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("work");
    for n in 0..30 {
        local.send(&url, &n.to_string()).await;
    }
    let settings = SqsMapping { workers: 1, ..SqsMapping::new("work") };
    let mappings = Mappings::new(&local.aws).sqs(settings, async |event| {
        assert_ne!(bodies(&event)[0], "0", "the handler panics on the first batch");
        Ok(SqsBatchResponse::default())
    });
    mappings.run_until_quiet().await.unwrap();
    assert_eq!(local.bodies("work"), (0..10).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_handle_every_message_once() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("work");
    for n in 0..200 {
        local.send(&url, &n.to_string()).await;
    }
    let seen = Seen::default();
    assert_eq!(picky(&local, &seen).run_until_quiet().await.unwrap(), 200);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort_by_key(|body| body.parse::<u32>().unwrap());
    assert_eq!(seen, (0..200).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_is_read_in_order_and_retried_from_the_failed_record() {
    let local = Local::new(Way::InProcess).await;
    create(&local, "people").await;
    for n in 0..5 {
        put(&local, "people", "a", n).await;
    }
    let seen: Seen<String> = Seen::default();
    let failures = Arc::new(AtomicUsize::new(1));
    let (handler_seen, left) = (seen.clone(), failures.clone());
    let mappings = Mappings::new(&local.aws).stream(StreamMapping::new("relay", "people"), move |event| {
        let mut response = DynamoDbEventResponse::default();
        for record in event.records {
            let image = record.change.new_image.into_inner();
            let serde_dynamo::AttributeValue::N(n) = &image["n"] else { panic!("no number") };
            if n == "2" && left.swap(0, Ordering::SeqCst) == 1 {
                let mut failure = DynamoDbBatchItemFailure::default();
                failure.item_identifier = record.change.sequence_number;
                response.batch_item_failures.push(failure);
                break;
            }
            handler_seen.lock().unwrap().push(n.clone());
        }
        async move { Ok(response) }
    });
    mappings.run_until_quiet().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["0", "1"]);
    let retry = local.aws.next_visible_at().unwrap().expect("a retry is due");
    local.clock.advance_to(retry);
    mappings.run_until_quiet().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn of_a_stream_only_what_its_filter_lets_pass_is_handed_on_and_the_rest_is_passed() {
    let local = Local::new(Way::InProcess).await;
    create(&local, "people").await;
    for (pk, n) in [("a", 0), ("b", 1), ("a", 2), ("b", 3), ("b", 4)] {
        put(&local, "people", pk, n).await;
    }
    let seen: Seen<usize> = Seen::default();
    let handler_seen = seen.clone();
    let filter = Filter::parse(r#"{"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"pk": {"S": ["a"]}}}}"#);
    let settings = StreamMapping { filter: Some(filter.unwrap()), ..StreamMapping::new("relay", "people") };
    let mappings = Mappings::new(&local.aws).stream(settings, move |event| {
        handler_seen.lock().unwrap().push(event.records.len());
        async move { Ok(DynamoDbEventResponse::default()) }
    });
    mappings.run_until_quiet().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [2]);
    put(&local, "people", "b", 5).await;
    mappings.run_until_quiet().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [2]);
    put(&local, "people", "a", 6).await;
    mappings.run_until_quiet().await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [2, 1]);
}

#[tokio::test]
async fn a_change_that_keeps_failing_is_given_up_without_its_content() {
    let local = Local::new(Way::InProcess).await;
    local.queue("dead");
    create(&local, "people").await;
    for (pk, n) in [("fine", 1), ("poison", 2), ("later", 3)] {
        put(&local, "people", pk, n).await;
    }
    let seen: Seen<String> = Seen::default();
    let handler_seen = seen.clone();
    let settings = StreamMapping {
        max_attempts: 3,
        dead_letter: Some("dead".to_owned()),
        ..StreamMapping::new("relay", "people")
    };
    let mappings = Mappings::new(&local.aws).stream(settings, move |event| {
        let keys: Vec<String> = event.records.iter().map(|record| format!("{:?}", record.change.keys)).collect();
        let result = if keys.iter().any(|key| key.contains("poison")) {
            Err("a poisonous record".into())
        } else {
            handler_seen.lock().unwrap().extend(keys);
            Ok(DynamoDbEventResponse::default())
        };
        async move { result }
    });
    mappings.run_until_quiet().await.unwrap();
    while let Some(next) = local.aws.next_visible_at().unwrap() {
        local.clock.advance_to(next);
        mappings.run_until_quiet().await.unwrap();
    }
    assert_eq!(seen.lock().unwrap().len(), 2);
    let letters = local.aws.peek("dead", 10).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason.as_deref(), Some("failed 3 times"));
    assert!(letters[0].body.contains("DDBStreamBatchInfo") && !letters[0].body.contains("poison"));
}

#[tokio::test]
async fn background_workers_wake_up_for_arrivals_and_for_the_clock() {
    let local = Local::new(Way::InProcess).await;
    let url = local.queue("work");
    create(&local, "people").await;
    let (sender, mut handled) = tokio::sync::mpsc::unbounded_channel();
    let stream_sender = sender.clone();
    let running = Mappings::new(&local.aws)
        .sqs(SqsMapping::new("work"), move |event: SqsEvent| {
            let sender = sender.clone();
            async move {
                for body in bodies(&event) {
                    sender.send(body)?;
                }
                Ok(SqsBatchResponse::default())
            }
        })
        .stream(StreamMapping::new("relay", "people"), move |event| {
            let sender = stream_sender.clone();
            async move {
                for record in event.records {
                    sender.send(record.event_name)?;
                }
                Ok(DynamoDbEventResponse::default())
            }
        })
        .spawn()
        .unwrap();
    local.send(&url, "now").await;
    assert_eq!(handled.recv().await.unwrap(), "now");
    put(&local, "people", "a", 1).await;
    assert_eq!(handled.recv().await.unwrap(), "INSERT");
    let later = local.sqs().send_message().queue_url(&url).message_body("later").delay_seconds(60);
    later.send().await.unwrap();
    // Lets the workers find nothing and go to sleep until the clock gets there.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    local.pass(60);
    assert_eq!(handled.recv().await.unwrap(), "later");
    running.stop().await;
    assert!(local.bodies("work").is_empty());
}

/// How often a function is invoked that sends its message to itself again, where it would do so 40 times.
async fn invocations(may_loop: bool) -> (usize, u64) {
    let clock = Arc::new(ManualClock::new(start()));
    let aws = LocalAws::open(Options::in_memory(Arc::clone(&clock) as Arc<dyn Clock>)).unwrap();
    aws.create_queue("work-dead", &QueueSettings::default()).unwrap();
    let dead_letter = Some(DeadLetter { queue: "work-dead".to_owned(), max_receive: 2 });
    aws.create_queue("work", &QueueSettings { dead_letter, ..QueueSettings::default() }).unwrap();
    let client = aws_sdk_sqs::Client::new(&aws.sdk_config());
    let url = aws.queue_url("work");
    let calls = Arc::new(AtomicUsize::new(0));
    let (counted, own, to) = (Arc::clone(&calls), client.clone(), url.clone());
    let mappings = Mappings::new(&aws).sqs(SqsMapping { may_loop, ..SqsMapping::new("work") }, move |_: SqsEvent| {
        let (own, to) = (own.clone(), to.clone());
        let is_last = counted.fetch_add(1, Ordering::SeqCst) + 1 == 40;
        async move {
            if !is_last {
                own.send_message().queue_url(to).message_body("again").delay_seconds(900).send().await?;
            }
            Ok(SqsBatchResponse::default())
        }
    });
    client.send_message().queue_url(url).message_body("first").send().await.unwrap();
    loop {
        mappings.run_until_quiet().await.unwrap();
        match aws.next_visible_at().unwrap() {
            Some(next) => clock.advance_to(next),
            None => break,
        }
    }
    let dead = aws.queues().unwrap().into_iter().find(|queue| queue.name == "work-dead").unwrap();
    (calls.load(Ordering::SeqCst), dead.visible)
}

#[tokio::test]
async fn a_function_that_feeds_itself_is_stopped_as_lambda_does_unless_it_may() {
    assert_eq!(invocations(false).await, (16, 1), "the seventeenth is not made; its message is a dead letter");
    assert_eq!(invocations(true).await, (40, 0));
}
