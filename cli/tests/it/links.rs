//! Every link of every mail that a demo sent, followed as scanners of mail follow links: nothing changes by it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::body::Body;
use axum::http::{Method, Request};
use rekindle::system::{MAILBOX, Start, System, TABLE};
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_local::Mail;
use tower::ServiceExt;

/// Opens all links of the mails in a demo's state with every method that only looks; gives how many requests that were.
pub async fn look_at_all(state: &Path) -> usize {
    let clock = Arc::new(ManualClock::new("2026-12-01T00:00:00Z".parse().unwrap())) as Arc<dyn Clock>;
    let system = System::open(Start { folder: Some(state), clock, speed: 1 }).await.unwrap();
    let pages = system.pages().unwrap().router();
    let ask = async |method: Method, path: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        pages.clone().oneshot(request).await.unwrap().status()
    };
    let mails = system.aws.search_mails("", None, 100_000).unwrap();
    let paths: BTreeSet<String> =
        mails.iter().flat_map(|mail| links(&system.aws.mail(&mail.id).unwrap().unwrap())).collect();
    assert!(paths.len() > 3 * mails.len(), "{} links of {} mails", paths.len(), mails.len());
    let before = table(&system).await;
    let mut asked = 0;
    for path in &paths {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let status = ask(method.clone(), path).await;
            assert!(
                status.is_success() || status.is_redirection() || method == Method::OPTIONS,
                "{method} {path}: {status}"
            );
            asked += 1;
        }
    }
    assert!(table(&system).await == before, "looking has changed the table");
    // The comparison can fail: a button that is pressed is seen.
    let leave = paths.iter().find(|path| path.starts_with("/o/")).expect("a mail has a one-click address");
    assert!(ask(Method::POST, leave).await.is_success());
    assert!(table(&system).await != before, "leaving changes the table");
    asked
}

/// The paths of our own links in a mail: in its text and in its header.
fn links(mail: &Mail) -> Vec<String> {
    let html = mail.html.as_deref().unwrap_or_default().replace("&#x2f;", "/");
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let headers = mail.headers.iter().map(|header| header.value.trim_matches(['<', '>']).to_owned());
    hrefs.chain(headers).filter_map(|link| Some(link.strip_prefix(MAILBOX)?.to_owned())).collect()
}

/// Everything in the table, item by item.
async fn table(system: &System) -> BTreeSet<String> {
    let client = aws_sdk_dynamodb::Client::new(&system.aws.sdk_config());
    let items = client.scan().table_name(TABLE).consistent_read(true).into_paginator().items().send();
    let items: Result<Vec<_>, _> = items.collect().await;
    items.unwrap().into_iter().map(|item| text(&AttributeValue::M(item))).collect()
}

/// A value as text; a map in order of its names, since the SDK gives it in any.
fn text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().map(|(name, value)| (name, text(value))).collect();
            format!("{fields:?}")
        }
        other => format!("{other:?}"),
    }
}
