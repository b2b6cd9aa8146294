//! The public pages behind the links of mails that went out: processor time of an answer, and its size.
//!
//! Every action is done by people who have not done it yet, so that what is measured is what a reader causes.

use std::path::Path;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use jiff::{SignedDuration, Timestamp};
use rekindle_lambda::clock::Clock;
use rekindle_local::Mail;
use rekindle_mail::LinkKind;
use rekindle_workbench::publish;
use serde_json::json;
use tower::ServiceExt;

use crate::cpu::{self, Runs};
use crate::journey::{START, person, put};
use crate::world::{PAGES, World};

/// People, each of whom opens every page and presses every button once.
const PEOPLE: usize = 100;
const FORM: &str = "application/x-www-form-urlencoded";
/// What readers do, in an order in which nothing stands in the way of what comes later: the method, the kind of link,
/// what stands in the form, and the name of it.
const ACTS: [(Method, LinkKind, &str, &str); 9] = [
    (Method::GET, LinkKind::Unsubscribe, "", "see the page to unsubscribe"),
    (Method::GET, LinkKind::Preferences, "", "see the topics"),
    (Method::GET, LinkKind::Answer, "", "see a survey"),
    (Method::GET, LinkKind::View, "", "see the mail in a browser"),
    (Method::GET, LinkKind::Click, "", "follow a link"),
    (Method::POST, LinkKind::Click, "", "be counted as following it"),
    (Method::POST, LinkKind::Answer, "score=9&comment=Good", "answer a survey"),
    (Method::POST, LinkKind::Preferences, "keep=offers", "choose topics"),
    (Method::POST, LinkKind::OneClick, "List-Unsubscribe=One-Click", "unsubscribe by one click"),
];

/// What an action costs us.
pub struct Cost {
    /// What the reader does.
    pub what: &'static str,
    /// Seconds of processor time.
    pub seconds: Runs,
    /// The longest answer, in bytes.
    pub bytes: usize,
}

/// Lets people do everything that a mail's links lead to.
///
/// # Panics
/// Where an answer is not what a reader should see: then nothing was measured.
pub async fn all() -> Vec<Cost> {
    let world = World::open(START.parse::<Timestamp>().expect("an instant"), 10).await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns");
    let campaigns = ["welcome", "nps"].map(str::to_owned);
    let publication = publish::compiled(&root, &campaigns).expect("the campaigns compile");
    publish::publish(&world.store, &publication, world.clock.now()).await.expect("they are published");
    for number in 0..PEOPLE {
        let id = format!("p{number}");
        put(&world, &id, "customer.signed_up", json!({ "person": person(&id) })).await;
        put(&world, &id, "order.delivered", json!({ "person": { "id": id }, "order": { "id": id } })).await;
    }
    world.pass(SignedDuration::from_hours(24 * 16)).await;
    let router = world.pages();
    let mails = world.aws.search_mails("", None, 10_000).expect("the mailbox is read");
    let mails: Vec<Mail> =
        mails.iter().filter_map(|mail| world.aws.mail(&mail.id).expect("a mail can be read")).collect();
    let mut costs = Vec::new();
    for (method, purpose, form, what) in ACTS {
        let paths = paths(&mails, purpose);
        assert_eq!(paths.len(), PEOPLE, "everybody has a link for {purpose:?}");
        let mut cost = Cost { what, seconds: Runs::default(), bytes: 0 };
        for path in paths {
            let before = cpu::seconds();
            let bytes = ask(&router, &method, &path, form).await;
            cost.seconds.push(cpu::seconds() - before);
            cost.bytes = cost.bytes.max(bytes);
        }
        costs.push(cost);
    }
    costs
}

/// One link of a kind for each address, from whichever of its mails has one.
fn paths(mails: &[Mail], purpose: LinkKind) -> Vec<String> {
    let start = format!("{PAGES}/{}/", purpose.path());
    let mut found = std::collections::BTreeMap::new();
    for mail in mails {
        let html = mail.html.as_deref().unwrap_or_default().replace("&#x2f;", "/");
        let body = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
        let headers = mail.headers.iter().map(|header| header.value.trim_matches(['<', '>']).to_owned());
        let link = body.chain(headers).find(|link| link.starts_with(&start));
        if let Some(link) = link {
            found.entry(mail.summary.to.clone()).or_insert_with(|| link.replacen(PAGES, "", 1));
        }
    }
    found.into_values().collect()
}

/// Asks for a page; gives the bytes of what is shown.
async fn ask(router: &Router, method: &Method, path: &str, form: &str) -> usize {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, FORM);
    let request = request.body(Body::from(form.to_owned())).expect("a request");
    let answer = router.clone().oneshot(request).await.expect("a router answers");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    assert!(
        status.is_success() || status.is_redirection(),
        "{method} {path}: {status} {}",
        String::from_utf8_lossy(&body)
    );
    body.len()
}
