//! Events through all nine functions, as their own processes: the way of a customer from the bus to a page.
//!
//! Batches are those of `infra/template.yaml`. A function that does not do its work stops the bench: what did nothing is no
//! measurement.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rekindle_lambda::clock::{Clock, SystemClock};
use rekindle_local::{HandlerError, Mail, Mappings, SqsMapping, StreamMapping};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::function::Function;
use super::services::{SECRET, Services};
use super::shop::{PREFIX, Shop};
use crate::world::{NAME, PAGES};

/// All functions, in the order in which a customer meets them.
pub const NAMES: [&str; 9] = ["intake", "tick", "advance", "relay", "send", "feedback", "pages", "offers", "sweep"];
/// One of so many passes looks at everybody; the others look at the rates of campaigns.
const AUDIT_EACH: usize = 50;

/// A function, and how many events it has had.
pub struct Running {
    /// The function.
    pub function: Arc<Function>,
    events: Arc<AtomicU64>,
}

impl Running {
    /// How many messages, records or requests it has had.
    pub fn events(&self) -> u64 {
        self.events.load(Ordering::Relaxed)
    }

    /// Hands it one event that is no batch.
    async fn invoke(&self, event: &Value) -> Value {
        self.events.fetch_add(1, Ordering::Relaxed);
        let answer = self.function.invoke(event.to_string().into_bytes()).await;
        serde_json::from_slice(&answer).expect("an answer is JSON")
    }

    /// What hands batches to it.
    fn handler<E, T>(&self) -> impl Fn(E) -> BoxFuture<'static, Result<T, HandlerError>> + Send + Sync + use<E, T>
    where
        E: Serialize + Send + 'static,
        T: DeserializeOwned + 'static,
    {
        let (function, events) = (Arc::clone(&self.function), Arc::clone(&self.events));
        move |event: E| {
            let (function, events) = (Arc::clone(&function), Arc::clone(&events));
            async move {
                let event = serde_json::to_value(event)?;
                events.fetch_add(event["Records"].as_array().map_or(0, Vec::len) as u64, Ordering::Relaxed);
                let answer = function.invoke(event.to_string().into_bytes()).await;
                let answer: Value = serde_json::from_slice(&answer)?;
                let failed = answer["batchItemFailures"].as_array().is_some_and(|failed| !failed.is_empty());
                assert!(!failed, "{}: {answer}\n{}", function.name(), function.child().said());
                Ok(serde_json::from_value(answer)?)
            }
            .boxed()
        }
    }
}

/// Starts all functions, one after another.
pub async fn start(
    bootstraps: &Path,
    shop: &Shop,
    services: &Services,
    logs: &Path,
) -> BTreeMap<&'static str, Running> {
    let mut all = BTreeMap::new();
    for name in NAMES {
        let environment = shop.environment().into_iter().chain(services.environment.iter().cloned()).collect();
        let connections = Arc::clone(&services.connections);
        let function = Function::start(name, &bootstraps.join(name), environment, logs, connections).await;
        let function = Arc::new(function);
        all.insert(name, Running { function, events: Arc::default() });
    }
    all
}

/// Lets so many new people sign up, and as many fall due; they get their mails, and open what is in them.
///
/// # Panics
/// Where any of it does not happen.
pub async fn play(shop: &Shop, functions: &BTreeMap<&'static str, Running>, group: usize, people: usize) {
    let mails = shop.aws.mail_count().expect("mails are counted");
    shop.came_earlier(group, people).await;
    shop.sign_up(group, people).await;
    let ticked = functions["tick"].invoke(&json!({})).await;
    assert!(ticked["queued"].as_u64().is_some_and(|queued| queued > 0), "somebody is due: {ticked}");
    let of_queue = |name: &'static str, batch: usize| {
        let mapping = SqsMapping { batch_size: batch, workers: 1, ..SqsMapping::new(name) };
        Mappings::new(&shop.aws).sqs(mapping, functions[name].handler())
    };
    let stream = StreamMapping { batch_size: 100, ..StreamMapping::new("relay", NAME) };
    let relay = Mappings::new(&shop.aws).stream(stream, functions["relay"].handler());
    let mappings =
        [of_queue("intake", 10), of_queue("advance", 1), relay, of_queue("send", 10), of_queue("feedback", 10)];
    loop {
        let mut handled = 0;
        for mapping in &mappings {
            handled += mapping.run_until_quiet().await.expect("the local AWS works");
        }
        if handled == 0 {
            break;
        }
    }
    let sent = shop.aws.mail_count().expect("mails are counted") - mails;
    assert_eq!(sent, 2 * people as u64, "everybody gets a mail");
    read(shop, functions, people).await;
    for _ in 1..people {
        functions["tick"].invoke(&json!({})).await;
    }
    for number in 0..people {
        let at = SystemClock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let kind = if number % AUDIT_EACH == AUDIT_EACH - 1 { "audit" } else { "rates" };
        let body = json!({ "pass": format!("{kind}-{group}-{number}"), "kind": kind, "since": at }).to_string();
        let record = json!({
            "messageId": format!("{group}-{number}"), "receiptHandle": "r", "body": body, "attributes": {},
            "messageAttributes": {}, "eventSource": "aws:sqs", "awsRegion": "us-east-1",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:sweep",
        });
        let swept = functions["sweep"].invoke(&json!({ "Records": [record] })).await;
        assert_eq!(swept["batchItemFailures"], json!([]), "{}", functions["sweep"].function.child().said());
    }
}

/// People open their mails' links, and a checkout asks about their codes.
async fn read(shop: &Shop, functions: &BTreeMap<&'static str, Running>, people: usize) {
    let mails = shop.mails(2 * people);
    // Whoever got a code is through with that campaign, and their mail cannot be shown again.
    let links: Vec<String> = mails.iter().filter(|mail| code(mail).is_none()).flat_map(links).collect();
    assert!(links.len() >= people, "mails have links");
    for link in links.iter().take(people) {
        let page = functions["pages"].invoke(&request(link, "", None)).await;
        assert!(page["statusCode"].as_u64().is_some_and(|status| status < 400), "{link}: {page}");
    }
    let codes: Vec<String> = mails.iter().filter_map(code).collect();
    assert_eq!(codes.len(), people, "whoever was due has a code");
    for code in codes {
        let answer = functions["offers"].invoke(&request("/v1/codes", &format!("code={code}"), Some(SECRET))).await;
        let body = answer["body"].as_str().unwrap_or_default();
        assert!(body.contains(r#""status":"valid""#), "{code}: {answer}");
    }
}

/// The addresses of our pages in a mail.
fn links(mail: &Mail) -> Vec<String> {
    let html = mail.html.as_deref().unwrap_or_default().replace("&#x2f;", "/");
    let all = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter_map(|link| link.strip_prefix(PAGES)).map(str::to_owned).collect()
}

/// The code in a mail, where it has one.
fn code(mail: &Mail) -> Option<String> {
    let html = mail.html.as_deref().unwrap_or_default();
    let at = html.find(PREFIX)?;
    let code = html[at..].chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-');
    Some(code.collect())
}

/// A request as the HTTP API hands it on.
fn request(path: &str, query: &str, key: Option<&str>) -> Value {
    let mut request = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": { "host": "mail.example.com", "user-agent": "bench", "accept": "text/html" },
        "requestContext": {
            "accountId": "000000000000", "apiId": "bench", "domainName": "mail.example.com", "domainPrefix": "mail",
            "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "bench" },
            "requestId": "bench", "routeKey": "$default", "stage": "$default",
            "time": "02/Mar/2026:01:00:00 +0000", "timeEpoch": 1_772_413_200_000_i64,
        },
        "isBase64Encoded": false,
    });
    if let Some(key) = key {
        request["headers"]["authorization"] = format!("Bearer {key}").into();
    }
    request
}
