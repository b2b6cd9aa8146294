//! `workspace.yaml`: what all campaigns share.
//!
//! Campaigns name its senders, topics and locales; it never names a campaign.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::entry::{self, Hours};
use super::object::{named, object, phrase, words};
use super::sender::{self, SENDERS, Sender};
use super::topic::{self, Topic};
use super::value::{Duration, Locales, Percent, Text};
use crate::lang::codes;
use crate::lang::read::{Known, KnownSender, Reader};
use crate::lang::yaml::Node;
use crate::suggest::{nearest, quote};
use crate::time::{Span, Window, zone_named};

object! {
    /// What all campaigns share.
    #[schemars(title = "Rekindle workspace")]
    #[derive(Debug, Clone)]
    pub struct Workspace = "a workspace", "name: My Shop";
    read(reader, fields)
    keys {
        /// The shop's name.
        name: Text => String, [needs "name: My Shop"] |node| reader.text(node, "the name", "My Shop");
        /// The zone of people without a valid one of their own (IANA).
        #[schemars(extend("examples" = ["Asia/Seoul", "America/New_York"]))]
        timezone: Text => TimeZone, [needs "timezone: Asia/Seoul"] |node| timezone(reader, node),
            |zone| named("timezone", zone.iana_name().unwrap_or("UTC"));
        // Never empty.
        /// The languages of the mails; the first is the fallback. Default: `[en]`.
        locales: Locales => Vec<String>, [or vec!["en".to_owned()]] |node| locales(reader, node),
            |locales| locales.join(", ");
        /// ISO 4217: three capital letters.
        #[schemars(regex(pattern = "^[A-Z]{3}$"), extend("examples" = ["KRW", "USD"]))]
        currency: String => String, [needs "currency: KRW"] |node| currency(reader, node);
        /// At most so many marketing mails per person in any period.
        cap: Cap => Option<Cap>, [optional] |node| Cap::read(reader, node),
            |cap| cap.map(|cap| phrase(&cap.facets()));
        /// When marketing mails may go.
        window: Hours => Option<Window>, [optional] |node| entry::window(reader, node),
            |window| window.map_or_else(|| "any time".to_owned(), |window| window.to_string());
        /// Percent of all people kept out of marketing campaigns; default 0.
        holdout: Percent => u8, [or 0] |node| reader.percent(node), |percent| format!("{percent} %");
        /// Whose rules are written into mails; default: `default`.
        policy: Policy => Policy, [or Policy::Default] |node| Policy::read(reader, node);
        /// For the cost that `rekindle simulate` shows.
        prices: Prices => Prices, [or Prices { ses_per_1000: SES_PER_1000 }] |node| Prices::read(reader, node),
            Prices::facets;
        // Never empty.
        /// Who mails come from; the first is the default.
        #[schemars(length(min = 1))]
        senders: Vec<Sender> => Vec<Sender>, [needs SENDERS] |node| sender::all(reader, node),
            |senders| senders.iter().flat_map(Sender::described).collect::<Vec<_>>();
        /// What people can leave alone.
        topics: Vec<Topic> => Vec<Topic>, [or Vec::new()]
            |node| topic::all(reader, node, locales.as_deref().unwrap_or_default()),
            |topics| topics.iter().flat_map(Topic::described).collect::<Vec<_>>();
    }
    then {
        let known = |sender: &Sender| KnownSender {
            id: sender.id.clone(),
            has_address: sender.address.is_some(),
            has_phone: sender.phone.is_some(),
        };
        reader.found = Known {
            locales: locales.clone(),
            senders: senders.as_ref().map(|senders| senders.iter().map(known).collect()),
            topics: topics.as_ref().map(|topics| topics.iter().map(|topic| topic.id.clone()).collect()),
            is_korean: policy == Some(Policy::Kr),
        };
    }
}

object! {
    /// At most `max` marketing mails per person in any `per`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Cap = "a cap", "{ max: 3, per: 7d }";
    read(reader, fields)
    keys {
        /// How many mails.
        #[schemars(range(min = 1, max = 1000))]
        max: u32 => u32, [needs "max: 3"]
            |node| reader.integer(node, "the cap", 1, 1_000).and_then(|max| u32::try_from(max).ok());
        /// The period.
        per: Duration => Span, [needs "per: 7d"] |node| reader.nonzero_span(node, "the cap's period"),
            |per| format!(" per {per}");
    }
}

words! {
    /// Whose rules are written into mails: `kr` for Korea.
    pub enum Policy = "a policy" {
        /// Consent, sender's address and one-click unsubscription everywhere.
        Default = "default",
        /// Korea: `(광고)` before the subject, sender's contact and a free refusal in Korean.
        Kr = "kr",
    }
}

/// What SES takes for a thousand mails, in dollars.
const SES_PER_1000: f64 = 0.10;

object! {
    /// Prices in dollars.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Prices = "the price list", "{ ses_per_1000: 0.10 }";
    read(reader, fields)
    keys {
        /// Dollars for a thousand mails; default 0.10.
        #[schemars(range(min = 0))]
        ses_per_1000: f64 => f64, [or SES_PER_1000]
            |node| reader.number(node, "the price", "0.10", |price| price >= 0.0, "dollars per thousand mails, 0 or more"),
            |price| named("price of 1000 mails", price);
    }
}

fn timezone(reader: &mut Reader<'_>, node: &Node) -> Option<TimeZone> {
    let name = reader.text(node, "a time zone", "Asia/Seoul")?;
    let zone = zone_named(&name);
    if zone.is_none() {
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
        let help = match nearest(&name, known.iter().map(String::as_str)) {
            Some(zone) => format!("did you mean `{zone}`?"),
            None => "an IANA name such as `Asia/Seoul` or `America/New_York`".to_owned(),
        };
        reader.report.error(node.at, codes::BAD_TIMEZONE, format!("there is no time zone {}", quote(&name)), help);
    }
    zone
}

fn currency(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.text(node, "a currency", "KRW")?;
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Some(text);
    }
    reader.report.error(
        node.at,
        codes::BAD_CURRENCY,
        format!("{} is no currency", quote(&text)),
        "three capital letters of ISO 4217, such as `KRW`, `USD`, `EUR`",
    );
    None
}

/// The list of languages.
fn locales<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Vec<String>> {
    let items = reader.list(node, "a list of locales", "[ko, en]")?;
    if items.is_empty() {
        reader.report.error(node.at, codes::OUT_OF_RANGE, "no locale at all", "name at least one: `[en]`");
        return None;
    }
    let (mut locales, mut seen, mut good) = (Vec::new(), BTreeSet::new(), true);
    for item in items {
        let Some(text) = reader.text(item, "a locale", "ko") else {
            good = false;
            continue;
        };
        if !is_locale(&text) {
            good = false;
            reader.report.error(
                item.at,
                codes::BAD_LOCALE,
                format!("{} is no locale", quote(&text)),
                "a language such as `ko`, with a region where it matters: `pt-BR`",
            );
        }
        reader.unique(&mut seen, &text, item, "locale");
        locales.push(text);
    }
    good.then_some(locales)
}

/// A language, and what follows it, in the shape of BCP 47.
fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
