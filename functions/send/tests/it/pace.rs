//! The account's rate over several workers at once, with the allowance in memory and in a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_local::{Fault, LocalAws, Options};
use rekindle_send::{Account, Answer, Mailer, Pace, Quota, Rate, Ses};
use rekindle_store::{Allowances, Dynamo, Keyed, Memory, Settings, Shards, table};

use crate::request;

const START: &str = "2026-03-01T09:00:00Z";

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(START.parse().unwrap()))
}

fn memory() -> Memory {
    Memory::new(Keyed::new(b"a secret of the tests"), Shards::default())
}

/// An account that says the same until it is told otherwise, and counts how often it was asked.
struct Fixed {
    answer: std::sync::Mutex<Result<Quota, String>>,
    asked: AtomicU32,
}

impl Fixed {
    fn new(per_second: f64, left: Option<i64>) -> Arc<Self> {
        Arc::new(Self { answer: std::sync::Mutex::new(Ok(Quota { per_second, left })), asked: AtomicU32::new(0) })
    }

    fn says(&self, answer: Result<Quota, String>) {
        *self.answer.lock().unwrap() = answer;
    }
}

impl Account for Fixed {
    fn quota(&self) -> BoxFuture<'_, Result<Quota, String>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answer.lock().unwrap().clone();
        async move { answer }.boxed()
    }
}

/// What `workers` get in all who each want ten at once.
async fn all_at_once<S: Allowances>(workers: &[Rate<S>]) -> u32 {
    let grants = futures_util::future::join_all(workers.iter().map(|worker| worker.take(10))).await;
    grants.into_iter().map(|grant| grant.unwrap().granted).sum()
}

async fn three_workers_share_one_rate<S: Allowances>(store: S) {
    let (clock, account) = (clock(), Fixed::new(14.0, None));
    let worker = || Rate::new(store.clone(), Arc::clone(&account) as _, Arc::clone(&clock) as _);
    let workers = [worker(), worker(), worker()];
    assert_eq!(all_at_once(&workers).await, 14);
    assert_eq!(all_at_once(&workers).await, 0);
    let later = |millis| clock.now() + SignedDuration::from_millis(millis);
    clock.advance_to(later(500));
    assert_eq!(all_at_once(&workers).await, 7);
    clock.advance_to(later(60_000));
    assert_eq!(all_at_once(&workers).await, 14);
    // SES says that it was too fast: nobody gets anything for a second.
    clock.advance_to(later(5_000));
    workers.last().unwrap().slow_down().await.unwrap();
    clock.advance_to(later(900));
    assert_eq!(all_at_once(&workers).await, 0);
    clock.advance_to(later(1_100));
    assert_eq!(all_at_once(&workers).await, 14);
}

#[tokio::test]
async fn three_workers_share_one_rate_in_memory() {
    three_workers_share_one_rate(memory()).await;
}

async fn local(per_second: f64, clock: &Arc<ManualClock>) -> (LocalAws, Dynamo) {
    let options = Options { ses_max_send_rate: Some(per_second), ..Options::in_memory(Arc::clone(clock) as _) };
    let aws = LocalAws::open(options).unwrap();
    let client = aws_sdk_dynamodb::Client::new(&aws.sdk_config());
    table::create(&client, "rekindle").await.unwrap();
    let settings = Settings {
        table: "rekindle".to_owned(),
        keyed: Keyed::new(b"a secret of the tests"),
        shards: Shards::default(),
    };
    (aws, Dynamo::new(client, settings).unwrap())
}

#[tokio::test]
async fn three_workers_share_one_rate_in_a_table() {
    three_workers_share_one_rate(local(1.0, &clock()).await.1).await;
}

#[tokio::test]
async fn ses_never_finds_two_workers_too_fast() {
    let clock = clock();
    let (aws, store) = local(5.0, &clock).await;
    let ses = || Arc::new(Ses::new(aws_sdk_sesv2::config::Builder::from(&aws.sdk_config()), None));
    let workers =
        [ses(), ses()].map(|ses| (Rate::new(store.clone(), Arc::clone(&ses) as _, Arc::clone(&clock) as _), ses));
    let begin: Timestamp = clock.now();
    let mut sent = 0;
    for step in 0..60 {
        clock.advance_to(begin + SignedDuration::from_millis(step * 130));
        for (rate, ses) in &workers {
            for _ in 0..rate.take(3).await.unwrap().granted {
                let answer = ses.send(request()).await;
                assert!(matches!(answer, Answer::Accepted(_)), "{answer:?} at step {step}");
                sent += 1;
            }
        }
    }
    // One second's worth at once, then five a second for 7.67 seconds.
    assert_eq!((sent, aws.mail_count().unwrap()), (43, 43));
    // The account is asked as it is; where it answers nothing, the SDK has asked three times, and nothing is made up.
    let account = &workers.first().unwrap().1;
    assert_eq!(account.quota().await, Ok(Quota { per_second: 5.0, left: None }));
    aws.fail_next("GetAccount", &Fault::ServerError, 3);
    assert_eq!(account.quota().await, Err("InternalServiceErrorException".to_owned()));
}

#[tokio::test]
async fn the_account_is_asked_each_minute_and_its_last_word_holds() {
    let (clock, account) = (clock(), Fixed::new(10.0, Some(12)));
    let rate = Rate::new(memory(), Arc::clone(&account) as _, Arc::clone(&clock) as _);
    let asked = || account.asked.load(Ordering::SeqCst);
    assert_eq!((rate.take(10).await.unwrap().granted, asked()), (10, 1));
    clock.advance_to(clock.now() + SignedDuration::from_secs(59));
    // Of the daily quota two are left; the others come again much later.
    let grant = rate.take(10).await.unwrap();
    assert_eq!((grant.granted, asked()), (2, 1));
    assert_eq!(rate.take(1).await.unwrap().wait, SignedDuration::from_mins(15));
    account.says(Err("TooManyRequestsException".to_owned()));
    clock.advance_to(clock.now() + SignedDuration::from_secs(1));
    assert_eq!((rate.take(1).await.unwrap().granted, asked()), (0, 2));
    account.says(Ok(Quota { per_second: 1.0, left: None }));
    clock.advance_to(clock.now() + SignedDuration::from_secs(4));
    assert_eq!((rate.take(1).await.unwrap().granted, asked()), (0, 2));
    clock.advance_to(clock.now() + SignedDuration::from_secs(1));
    assert_eq!((rate.take(9).await.unwrap().granted, asked()), (1, 3));
    // Of an account that nobody knows anything of, nothing is granted.
    let unknown = Fixed::new(0.0, None);
    unknown.says(Err("no connection".to_owned()));
    let rate = Rate::new(memory(), unknown, clock);
    assert!(rate.take(1).await.unwrap_err().is_retryable());
}
