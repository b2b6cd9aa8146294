//! Who mails come from.

use std::collections::BTreeSet;
use std::str::FromStr;

use email_address::EmailAddress;

use super::object::{Facet, named, object};
use super::value::{Address, Id, Text};
use crate::lang::codes;
use crate::lang::read::Reader;
use crate::lang::yaml::Node;
use crate::suggest::quote;

/// How a workspace names its senders.
pub(super) const SENDERS: &str = "senders: [ { id: shop, name: My Shop, email: hello@example.com } ]";

object! {
    /// Who a mail comes from.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Sender = "a sender", "{ id: shop, name: My Shop, email: hello@example.com }";
    read(reader, fields, ids: &mut BTreeSet<String>)
    keys {
        /// The id that campaigns name.
        id: Id => String, [needs "id: shop"] |node| reader.id(node, "a sender", "shop"), |_| ();
        /// The name beside the address.
        name: Text => String, [needs "name: My Shop"] |node| reader.text(node, "the name", "My Shop");
        /// The address that mails come from.
        email: Address => String, [needs "email: hello@example.com"] |node| plain_address(reader, node);
        /// Where answers go, if elsewhere.
        reply_to: Address => Option<String>, [optional] |node| plain_address(reader, node);
        /// The postal address that advertising mail must show.
        address: Text => Option<String>, [optional]
            |node| reader.text(node, "the postal address", "1 Main Street, Springfield");
        /// The telephone number that some countries ask for.
        phone: Text => Option<String>, [optional]
            |node| reader.text(node, "the telephone number", "\"+82-2-555-0100\"");
    }
    then {
        reader.unique_id(ids, id.as_deref(), fields, "sender");
    }
}

impl Sender {
    pub(super) fn described(&self) -> Vec<Facet> {
        let parts: Vec<String> = self.facets().into_iter().map(|facet| facet.value).collect();
        named(format!("sender {}", self.id), parts.join(", "))
    }
}

/// Reads the list of senders.
pub(super) fn all<'a>(reader: &mut Reader<'a>, node: &'a Node) -> Option<Vec<Sender>> {
    let items = reader.list(node, "a list of senders", SENDERS)?;
    if items.is_empty() {
        reader.report.error(
            node.at,
            codes::OUT_OF_RANGE,
            "no sender at all",
            format!("name at least one: `{SENDERS}`"),
        );
        return None;
    }
    let mut ids = BTreeSet::new();
    let senders: Vec<Sender> = items.iter().filter_map(|item| Sender::read(reader, item, &mut ids)).collect();
    (senders.len() == items.len()).then_some(senders)
}

fn plain_address(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.text(node, "an e-mail address", "hello@example.com")?;
    // Domains may be international; the part before the `@` may not, since SES cannot send from it.
    let local = text.rsplit_once('@').map_or("", |(local, _)| local);
    let message = if EmailAddress::from_str(&text).is_err() || !local.is_ascii() {
        format!("{} is no e-mail address", quote(&text))
    } else {
        match (reader.address)(&text) {
            None => return Some(text),
            Some(why) => format!("no mail can come from {}: {why}", quote(&text)),
        }
    };
    let help = "one plain address, without a name: `hello@example.com`";
    reader.report.error(node.at, codes::BAD_EMAIL, message, help);
    None
}
