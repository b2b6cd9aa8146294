//! The public pages in a whole system: a mail goes out, and its reader follows what stands in it.

mod answering;
mod choosing;
mod following;
mod leaving;
mod safety;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use rekindle_engine::person::Person;
use rekindle_local::Mail;
use rekindle_mail::{Claim, LinkKind};
use rekindle_store::People;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{START, Shop};

/// No page is longer, in bytes.
const LARGEST_PAGE: usize = 20 * 1024;

/// A shop, and somebody who reads its mails.
pub struct Reader {
    pub shop: Shop,
    pub router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reader {
    pub async fn of(campaigns: &[&str]) -> Self {
        let shop = Shop::open(None, campaigns, START.parse().unwrap()).await;
        let router = shop.system.pages().unwrap().router();
        Self { shop, router }
    }

    /// Ann has signed up, agreed to marketing and got the first welcome mail.
    pub async fn welcomed(locale: &str) -> Self {
        let reader = Self::of(&["welcome"]).await;
        reader.sign_up("ann", locale).await;
        reader.shop.settle().await;
        reader
    }

    /// Ann was asked whether she would recommend the shop.
    pub async fn asked(locale: &str) -> Self {
        let reader = Self::of(&["nps"]).await;
        reader.sign_up("ann", locale).await;
        reader.shop.put("d1", "order.delivered", json!({ "person": { "id": "ann" }, "order": { "id": "o1" } })).await;
        reader.shop.pass_to("2026-03-20T00:00:00Z".parse().unwrap()).await;
        reader
    }

    pub async fn sign_up(&self, id: &str, locale: &str) {
        let person = json!({
            "id": id, "email": format!("{id}@example.com"), "locale": locale, "consent": { "marketing": true },
        });
        self.shop.put(&format!("s-{id}"), "customer.signed_up", json!({ "person": person })).await;
    }

    /// The mails of campaigns, newest first: the workspace's policy also sends notices about consent.
    pub fn mails(&self) -> Vec<Mail> {
        self.all_mails().into_iter().filter(|mail| !is_notice(mail)).collect()
    }

    /// The notices about consent, newest first.
    pub fn notices(&self) -> Vec<Mail> {
        self.all_mails().into_iter().filter(is_notice).collect()
    }

    fn all_mails(&self) -> Vec<Mail> {
        let aws = &self.shop.system.aws;
        let all = aws.search_mails("", None, 10_000).unwrap();
        all.iter().map(|summary| aws.mail(&summary.id).unwrap().unwrap()).collect()
    }

    /// The newest mail.
    pub fn mail(&self) -> Mail {
        self.mails().remove(0)
    }

    pub async fn person(&self, id: &str) -> Person {
        self.shop.system.store.load(id).await.unwrap().person
    }

    pub fn link(&self, purpose: LinkKind, claim: &Claim) -> String {
        path(&self.shop.system.links().unwrap().url(purpose, claim).unwrap())
    }

    pub async fn ask(&self, method: Method, path: &str, language: &str, kind: &str, body: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(ACCEPT_LANGUAGE, language);
        let request = request.header(CONTENT_TYPE, kind).body(Body::from(body.to_owned())).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.len() < LARGEST_PAGE, "{path} has {} bytes", body.len());
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "", "", "").await
    }

    /// What a browser does with a form.
    pub async fn post(&self, path: &str, form: &str) -> Answer {
        self.ask(Method::POST, path, "", "application/x-www-form-urlencoded", form).await
    }

    /// Everything in the table, item by item.
    pub async fn table(&self) -> BTreeSet<BTreeMap<String, String>> {
        let table = aws_sdk_dynamodb::Client::new(&self.shop.system.aws.sdk_config());
        let items = table.scan().table_name(rekindle_system::TABLE).consistent_read(true).into_paginator().items();
        let items: Result<Vec<_>, _> = items.send().collect().await;
        let items = items.unwrap().into_iter();
        items.map(|item| item.iter().map(|(name, value)| (name.clone(), text(value))).collect()).collect()
    }

    /// How many decisions were written about somebody.
    pub async fn version(&self, id: &str) -> u64 {
        self.shop.system.store.load(id).await.unwrap().version
    }
}

fn is_notice(mail: &Mail) -> bool {
    mail.summary.tags.iter().any(|tag| tag.name == "campaign" && tag.value == rekindle_engine::notices::CAMPAIGN)
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

/// The path of one of our own links.
pub fn path(url: &str) -> String {
    url.strip_prefix(rekindle_system::MAILBOX).unwrap_or_else(|| panic!("{url} is no page of ours")).to_owned()
}

/// The links of a mail's HTML to the page of a purpose, as paths.
pub fn links(mail: &Mail, purpose: LinkKind) -> Vec<String> {
    let start = format!("{}/{}/", rekindle_system::MAILBOX, purpose.path());
    let html = mail.html.as_deref().unwrap().replace("&#x2f;", "/");
    let found = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    found.filter(|url| url.starts_with(&start)).map(path).collect()
}

/// The one link of a mail's HTML to the page of a purpose.
pub fn link(mail: &Mail, purpose: LinkKind) -> String {
    links(mail, purpose).into_iter().next().unwrap_or_else(|| panic!("no link for {purpose:?}"))
}

/// The address of a header.
pub fn one_click(mail: &Mail) -> String {
    let header = |name: &str| {
        let found = mail.headers.iter().find(|header| header.name == name);
        found.unwrap_or_else(|| panic!("no {name}")).value.clone()
    };
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    path(header("List-Unsubscribe").trim_start_matches('<').trim_end_matches('>'))
}

/// The value of an event's field in the archive that a person's item hands on.
pub fn score(person: &Person, survey: &str) -> Value {
    person.profile.answers.get(survey).map(|answer| answer.score.clone()).unwrap_or_default()
}
