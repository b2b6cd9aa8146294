//! `workspace.yaml`: what all campaigns share.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::Reader;
use super::senders::SENDERS;
use crate::lang::codes;
use crate::lang::model::{Cap, Policy, Sender, Workspace};
use crate::lang::suggest::{nearest, quote};
use crate::lang::yaml::Node;
use crate::time::zone_named;

/// What campaigns can name of a workspace; `None` where it could not be read, so that nothing is held against it.
#[derive(Debug, Default)]
pub(in crate::lang) struct Known {
    pub(in crate::lang) locales: Option<Vec<String>>,
    pub(in crate::lang) senders: Option<Vec<Sender>>,
    pub(in crate::lang) topics: Option<Vec<String>>,
    pub(in crate::lang) policy: Option<Policy>,
}

const KEYS: &[&str] =
    &["name", "timezone", "locales", "currency", "senders", "topics", "cap", "window", "holdout", "policy", "prices"];

impl<'a> Reader<'a> {
    /// Reads the whole file.
    pub(in crate::lang) fn workspace(&mut self, node: &'a Node) -> (Option<Workspace>, Known) {
        let Some(fields) = self.fields(node, "a workspace", "name: My Shop", KEYS) else {
            return (None, Known::default());
        };
        let name =
            self.required(&fields, "name", "name: My Shop").and_then(|node| self.text(node, "the name", "My Shop"));
        let timezone = self.required(&fields, "timezone", "timezone: Asia/Seoul").and_then(|node| self.timezone(node));
        let locales = fields.get("locales").map_or_else(|| Some(vec!["en".to_owned()]), |node| self.locales(node));
        let currency = self.required(&fields, "currency", "currency: KRW").and_then(|node| self.currency(node));
        let senders = self.required(&fields, "senders", SENDERS).and_then(|node| self.senders(node));
        let topics = fields
            .get("topics")
            .map_or_else(|| Some(Vec::new()), |node| self.topics(node, locales.as_deref().unwrap_or_default()));
        let cap = fields.get("cap").and_then(|node| self.cap(node));
        let window = fields.get("window").and_then(|node| self.window(node));
        let holdout = fields.get("holdout").map_or(Some(0), |node| self.percent(node));
        let policy = fields.get("policy").map_or(Some(Policy::Default), |node| {
            self.one_of(node, "a policy", &[("default", Policy::Default), ("kr", Policy::Kr)])
        });
        let ses_per_1000 = fields.get("prices").map_or(Some(0.10), |node| self.prices(node));
        let known = Known {
            locales: locales.clone(),
            senders: senders.clone(),
            topics: topics.as_ref().map(|topics| topics.iter().map(|topic| topic.id.clone()).collect()),
            policy,
        };
        let workspace = || {
            Some(Workspace {
                name: name?,
                timezone: timezone?,
                locales: locales?,
                currency: currency?,
                senders: senders?,
                topics: topics?,
                cap,
                window,
                holdout: holdout?,
                policy: policy?,
                ses_per_1000: ses_per_1000?,
            })
        };
        (workspace(), known)
    }

    fn timezone(&mut self, node: &Node) -> Option<TimeZone> {
        let name = self.text(node, "a time zone", "Asia/Seoul")?;
        let zone = zone_named(&name);
        if zone.is_none() {
            let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
            let help = match nearest(&name, known.iter().map(String::as_str)) {
                Some(zone) => format!("did you mean `{zone}`?"),
                None => "an IANA name such as `Asia/Seoul` or `America/New_York`".to_owned(),
            };
            self.report.error(node.at, codes::BAD_TIMEZONE, format!("there is no time zone {}", quote(&name)), help);
        }
        zone
    }

    fn locales(&mut self, node: &'a Node) -> Option<Vec<String>> {
        let items = self.list(node, "a list of locales", "[ko, en]")?;
        if items.is_empty() {
            self.report.error(node.at, codes::OUT_OF_RANGE, "no locale at all", "name at least one: `[en]`");
            return None;
        }
        let (mut locales, mut seen, mut good) = (Vec::new(), BTreeSet::new(), true);
        for item in items {
            let Some(text) = self.text(item, "a locale", "ko") else {
                good = false;
                continue;
            };
            if !is_locale(&text) {
                good = false;
                self.report.error(
                    item.at,
                    codes::BAD_LOCALE,
                    format!("{} is no locale", quote(&text)),
                    "a language such as `ko`, with a region where it matters: `pt-BR`",
                );
            }
            self.unique(&mut seen, &text, item, "locale");
            locales.push(text);
        }
        good.then_some(locales)
    }

    fn currency(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node, "a currency", "KRW")?;
        if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(text);
        }
        self.report.error(
            node.at,
            codes::BAD_CURRENCY,
            format!("{} is no currency", quote(&text)),
            "three capital letters of ISO 4217, such as `KRW`, `USD`, `EUR`",
        );
        None
    }

    fn cap(&mut self, node: &'a Node) -> Option<Cap> {
        let fields = self.fields(node, "a cap", "{ max: 3, per: 7d }", &["max", "per"])?;
        let max = self.required(&fields, "max", "max: 3").and_then(|node| self.integer(node, "the cap", 1, 1_000));
        let per = self.required(&fields, "per", "per: 7d").and_then(|node| self.some_span(node, "the cap's period"));
        Some(Cap { max: u32::try_from(max?).ok()?, per: per? })
    }

    fn prices(&mut self, node: &'a Node) -> Option<f64> {
        let fields = self.fields(node, "the price list", "{ ses_per_1000: 0.10 }", &["ses_per_1000"])?;
        let price = fields.get("ses_per_1000");
        price.map_or(Some(0.10), |node| {
            self.number(node, "the price", "0.10", |price| price >= 0.0, "dollars per thousand mails, 0 or more")
        })
    }

    /// Notes a name and refuses its second use.
    pub(super) fn unique(&mut self, seen: &mut BTreeSet<String>, name: &str, node: &Node, what: &str) {
        if !seen.insert(name.to_owned()) {
            self.report.error(
                node.at,
                codes::DUPLICATE_ID,
                format!("there are two {what}s {}", quote(name)),
                "rename or remove one of them",
            );
        }
    }
}

/// A language, and what follows it, in the shape of BCP 47.
fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
