//! Every link of every mail that a demo sent, followed as scanners of mail follow links: nothing changes by it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use rekindle_lambda::clock::{Clock, ManualClock};
use rekindle_local::Mail;
use rekindle_system::{MAILBOX, Start, System};
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
    drop(system.aws.count_usage());
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
    let used: BTreeSet<String> = system.aws.count_usage().into_keys().collect();
    let reads = BTreeSet::from(["BatchGetItem", "GetItem", "Query"].map(str::to_owned));
    assert!(used.is_subset(&reads) && !used.is_empty(), "looking asks AWS for nothing but reads: {used:?}");
    // The count can show a write: a button that is pressed makes one.
    let leave = paths.iter().find(|path| path.starts_with("/o/")).expect("a mail has a one-click address");
    assert!(ask(Method::POST, leave).await.is_success());
    assert!(system.aws.count_usage().contains_key("PutItem"), "leaving is written");
    asked
}

/// The paths of our own links in a mail: in its text and in its header.
fn links(mail: &Mail) -> Vec<String> {
    let html = mail.html.as_deref().unwrap_or_default().replace("&#x2f;", "/");
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let headers = mail.headers.iter().map(|header| header.value.trim_matches(['<', '>']).to_owned());
    hrefs.chain(headers).filter_map(|link| Some(link.strip_prefix(MAILBOX)?.to_owned())).collect()
}
