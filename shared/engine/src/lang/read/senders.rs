//! Who mails come from, and the topics that people can leave.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use email_address::EmailAddress;

use super::Reader;
use crate::lang::codes;
use crate::lang::model::{Sender, Topic};
use crate::lang::suggest::quote;
use crate::lang::yaml::{Node, Value};

/// How a workspace names its senders.
pub(super) const SENDERS: &str = "senders: [ { id: shop, name: My Shop, email: hello@example.com } ]";

impl<'a> Reader<'a> {
    /// Reads the list of senders.
    pub(super) fn senders(&mut self, node: &'a Node) -> Option<Vec<Sender>> {
        let items = self.list(node, "a list of senders", SENDERS)?;
        if items.is_empty() {
            self.report.error(
                node.at,
                codes::OUT_OF_RANGE,
                "no sender at all",
                format!("name at least one: `{SENDERS}`"),
            );
            return None;
        }
        let mut ids = BTreeSet::new();
        let senders: Vec<Sender> = items.iter().filter_map(|item| self.sender(item, &mut ids)).collect();
        (senders.len() == items.len()).then_some(senders)
    }

    fn sender(&mut self, node: &'a Node, ids: &mut BTreeSet<String>) -> Option<Sender> {
        let example = "{ id: shop, name: My Shop, email: hello@example.com }";
        let fields =
            self.fields(node, "a sender", example, &["id", "name", "email", "reply_to", "address", "phone"])?;
        let id = self.required(&fields, "id", "id: shop");
        let id = id.and_then(|node| Some((self.id(node, "a sender", "shop")?, node)));
        let name =
            self.required(&fields, "name", "name: My Shop").and_then(|node| self.text(node, "the name", "My Shop"));
        let email = self.required(&fields, "email", "email: hello@example.com").and_then(|node| self.email(node));
        let reply_to = fields.get("reply_to").and_then(|node| self.email(node));
        let address =
            fields.get("address").and_then(|node| self.text(node, "the postal address", "1 Main Street, Springfield"));
        let phone = fields.get("phone").and_then(|node| self.text(node, "the telephone number", "\"+82-2-555-0100\""));
        let (id, at) = id?;
        self.unique(ids, &id, at, "sender");
        Some(Sender { id, name: name?, email: email?, reply_to, address, phone })
    }

    fn email(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node, "an e-mail address", "hello@example.com")?;
        // Domains may be international; the part before the `@` may not, since SES cannot send from it.
        let local = text.rsplit_once('@').map_or("", |(local, _)| local);
        let message = if EmailAddress::from_str(&text).is_err() || !local.is_ascii() {
            format!("{} is no e-mail address", quote(&text))
        } else {
            match (self.address)(&text) {
                None => return Some(text),
                Some(why) => format!("no mail can come from {}: {why}", quote(&text)),
            }
        };
        let help = "one plain address, without a name: `hello@example.com`";
        self.report.error(node.at, codes::BAD_EMAIL, message, help);
        None
    }

    /// Reads the list of topics.
    pub(super) fn topics(&mut self, node: &'a Node, locales: &[String]) -> Option<Vec<Topic>> {
        let items = self.list(node, "a list of topics", "[ { id: offers, name: { en: Offers } } ]")?;
        let mut ids = BTreeSet::new();
        let topics: Vec<Topic> = items.iter().filter_map(|item| self.topic(item, &mut ids, locales)).collect();
        (topics.len() == items.len()).then_some(topics)
    }

    fn topic(&mut self, node: &'a Node, ids: &mut BTreeSet<String>, locales: &[String]) -> Option<Topic> {
        let example = "{ id: offers, name: { en: Offers } }";
        let fields = self.fields(node, "a topic", example, &["id", "name"])?;
        let id = self.required(&fields, "id", "id: offers");
        let id = id.and_then(|node| Some((self.id(node, "a topic", "offers")?, node)));
        let name = fields.get("name").map_or_else(|| Some(BTreeMap::new()), |node| self.topic_name(node, locales));
        let (id, at) = id?;
        if let Some(missing) = name.as_ref().and_then(|name| locales.iter().find(|locale| !name.contains_key(*locale)))
        {
            self.report.warning(
                at.at,
                codes::NO_TRANSLATION,
                format!("the topic `{id}` has no name in `{missing}`"),
                format!("people see it when they choose topics: add `{missing}: …` to its `name`"),
            );
        }
        self.unique(ids, &id, at, "topic");
        Some(Topic { id, name: name? })
    }

    fn topic_name(&mut self, node: &'a Node, locales: &[String]) -> Option<BTreeMap<String, String>> {
        let Value::Map(entries) = &node.value else {
            self.wrong_type(node, "the topic's name in each locale", "{ ko: 소식, en: News }");
            return None;
        };
        let mut names = BTreeMap::new();
        for (locale, name) in entries {
            if !locales.is_empty() && !locales.iter().any(|known| known == locale.text()) {
                self.unknown_locale(locale.at, locale.text(), locales);
            }
            if let Some(name) = self.text(name, "a topic's name", "News") {
                names.insert(locale.text().to_owned(), name);
            }
        }
        Some(names)
    }
}
